//! `docs/reference/check-rules.md` is made from the rules: `UPDATE_DOCS=1 cargo test docs::check_rules` writes it anew.

use super::pages::Page;
use scoresync::check::Rule;
use serde_json::Value;
use std::fmt::Write;
use std::process::{Command, Stdio};

const PAGE: &str = "docs/reference/check-rules.md";

const INTRODUCTION: &str = "\
# Check rules

`scoresync check` looks at your files, offline. These are its rules, as `scoresync check --list` and `scoresync check --explain CODE` tell
them too. The page is generated from the rules. The `pre-commit` hook and `watch` use the same rules. A push looks only at those that block it.

Each rule has a severity: an *error* makes `check` end with [exit code 1](exit-codes.md); a *warning* and an *info* do not. Some rules
also *block a push*: the file is not sent until it is fixed.

You can change the severity of a rule, or turn it off, in `scoresync.yaml`. What blocks a push still blocks it.

```yaml
check:
  rules:
    stamp: off          # off, info, warning or error
    template: error
```

`scoresync check --fix` does what is safe: it adds quotes, renames `tactus_code`, and removes lines of other tools. `--format github`,
`--format sarif` and `--json` print the findings for programs.

| rule | severity | what it requires |
|---|---|---|
";

/// What the program says of a rule, in Markdown.
fn told() -> Vec<Value> {
    let folder = tempfile::tempdir().expect("a folder");
    let output = Command::new(env!("CARGO_BIN_EXE_scoresync"))
        .args(["check", "--format", "sarif"])
        .current_dir(folder.path())
        .stdin(Stdio::null())
        .env_clear()
        .env("HOME", folder.path())
        .output()
        .expect("the program runs");
    let log: Value = serde_json::from_slice(&output.stdout).expect("JSON");
    log["runs"][0]["tool"]["driver"]["rules"].as_array().expect("rules").clone()
}

fn page() -> String {
    let mut out = INTRODUCTION.to_owned();
    for rule in Rule::ALL {
        let (code, severity) = (rule.code(), rule.default_severity().word());
        let _ = writeln!(out, "| [`{code}`](#{code}) | {severity} | {} |", rule.about());
    }
    for rule in told() {
        let text = |value: &Value| value.as_str().expect("a text").to_owned();
        let _ = write!(out, "\n## {}\n\n{}", text(&rule["id"]), text(&rule["help"]["markdown"]));
    }
    out
}

#[test]
fn the_reference_is_what_the_rules_say() {
    Page::hold(PAGE, &page(), "docs::check_rules");
}
