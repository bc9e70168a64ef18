//! The reference of JSON names every field that the commands print, with its type.

use super::console::Terminal;
use super::literals::literals;
use super::pages::Page;
use crate::support::json_type;
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};

/// What is run, and the sections of the page that describe what it prints; the first command line has `--json` added.
const RUNS: [(&str, &[&str]); 35] = [
    ("status", &["A score", "status, pull, push, sync"]),
    ("pull -n", &["A score", "status, pull, push, sync"]),
    ("push -n", &["A score", "status, pull, push, sync"]),
    ("sync -n", &["A score", "status, pull, push, sync"]),
    ("log", &["A version", "log of many scores"]),
    ("log greeting-and-name", &["A version", "An evaluation", "log of one score"]),
    ("log 'Identity Check'", &["A version", "An evaluation", "log of one score"]),
    ("eval", &["An evaluation", "A comparison", "eval"]),
    ("eval identity-check --version 52c42cbb --misjudged --comments", &["An evaluation", "A comparison", "eval"]),
    ("feedback", &["feedback", "A window of feedback"]),
    ("feedback identity-check --comments --answered --changes --all", &["feedback", "A window of feedback"]),
    ("jobs", &["jobs", "An evaluation"]),
    ("report", &["report of many"]),
    ("report 5c0e51c0-000f-4000-8000-000000000001", &["report of one"]),
    ("call call-20300 --comments --text", &["call"]),
    ("show greeting-and-name", &["A score", "show"]),
    ("show identity-check --feedback", &["A score", "show", "promote", "A window of feedback"]),
    ("diff", &["diff"]),
    ("diff --summary", &["diff --summary"]),
    ("blame greeting-and-name", &["blame"]),
    ("path greeting-and-name", &["path"]),
    ("resolve", &["A score", "resolve --list"]),
    ("restore --list", &["restore --list"]),
    ("undo -n", &["restore, undo"]),
    ("check 'Identity Check'", &["check"]),
    ("check --list", &["check --list, check --explain"]),
    ("doctor", &["doctor"]),
    ("trust", &["trust"]),
    ("init", &["init"]),
    ("new -n 'scorecards/Billing Support Quality/Silence.yaml' --external-id 77", &["new"]),
    ("hook status", &["hook"]),
    ("promote -n", &["An evaluation", "A comparison", "A window of feedback", "promote"]),
    ("promote -n identity-check --version 52c42cbb", &["An evaluation", "A comparison", "A window of feedback", "promote"]),
    ("status nothing-has-this-name", &["A score", "status, pull, push, sync"]),
    ("push --commit compliance-disclosure", &["A score", "status, pull, push, sync"]),
];
/// Leaves something for each of these commands to say, in the workspace of the demo.
const PREPARATION: &str = "
git init -q && git config user.name A && git config user.email a@example.com
scoresync hook install
printf 'name: [\\n' > 'scorecards/Harbor Telecom – Retention Calls/Identity Check.yaml'
printf 'name: Silence\\nkey: silence\\nclasses: [{name: a}, {name: b}]\\n' > 'scorecards/Billing Support Quality/Silence.yaml'
mkdir other && printf 'api_url: file:../dashboard.db\\naccount_key: harbor-quality\\n' > other/scoresync.yaml
scoresync trust add file:dashboard.db
scoresync -C other pull cancellation-reason
sed -i 's/^name: .*/name: Cancellation Reason # theirs/' other/scorecards/Harbor*/Cancellation*.yaml
scoresync -C other push --promote --yes cancellation-reason
sed -i 's/^name: .*/name: Cancellation Reason # mine/' scorecards/Harbor*/Cancellation*.yaml
scoresync push compliance-disclosure
printf '# edited\\n' >> 'scorecards/Harbor Telecom – Retention Calls/Compliance Disclosure.yaml'
scoresync push compliance-disclosure
scoresync trust add plexus.example
scoresync pull || true
";

/// Types by the name of the field, from the tables of some sections.
fn described(page: &Page, sections: &[&str]) -> BTreeMap<String, BTreeSet<String>> {
    let mut types: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for section in sections.iter().copied().chain(["Every document"]) {
        let text = page.section(section).unwrap_or_else(|| panic!("{} has no section {section:?}", page.path));
        for row in text.lines().filter_map(|line| line.strip_prefix("| `")) {
            let (name, rest) = row.split_once('`').expect("a name in code");
            let words = rest.split('|').nth(1).expect("a type").split(|c: char| !c.is_alphanumeric());
            let name = name.rsplit('.').next().unwrap_or(name).trim_end_matches("[]");
            types.entry(name.to_owned()).or_default().extend(words.map(str::to_owned));
        }
    }
    types
}

/// Fields that are not described, or have another type.
fn undescribed(value: &Value, types: &BTreeMap<String, BTreeSet<String>>, found: &mut BTreeSet<String>) {
    match value {
        Value::Array(items) => items.iter().for_each(|item| undescribed(item, types, found)),
        Value::Object(fields) => {
            for (name, value) in fields {
                let kind = json_type(value);
                let is_id = name.len() == 36;
                if !is_id && types.get(name).is_none_or(|types| !types.contains(kind)) {
                    found.insert(format!("{name}: {kind}"));
                }
                // What other tools write into it is theirs.
                if name != "metadata" {
                    undescribed(value, types, found);
                }
            }
        }
        _ => {}
    }
}

#[test]
fn every_field_is_described_with_its_type() {
    let page = Page::read("docs/reference/json.md");
    let terminal = Terminal::new(true);
    let prepared = terminal.run(&format!("set -e{PREPARATION}"));
    assert!(prepared.status.success(), "{}", String::from_utf8_lossy(&prepared.stdout));
    let mut wrong = Vec::new();
    for (command, sections) in RUNS {
        let output = terminal.run(&format!("scoresync {command} --json 2>/dev/null"));
        let document: Value = serde_json::from_slice(&output.stdout).unwrap_or_else(|error| panic!("{command}: {error}"));
        let mut found = BTreeSet::new();
        undescribed(&document, &described(&page, sections), &mut found);
        if !found.is_empty() {
            wrong.push(format!("{command}: {found:?}"));
        }
    }
    assert!(wrong.is_empty(), "not in {}:\n{}", page.path, wrong.join("\n"));
}

#[test]
fn every_event_of_a_watch_is_described() {
    let page = Page::read("docs/reference/watch-events.md");
    let is_name = |text: &str| !text.is_empty() && text.chars().all(|c| c.is_ascii_lowercase() || c == '_');
    let names = literals("src/cli/render/watch/json.rs").into_iter().map(|literal| literal.text).filter(|text| is_name(text));
    let missing: BTreeSet<String> = names.filter(|name| !page.text.contains(&format!("`{name}`"))).collect();
    assert!(missing.is_empty(), "not in {}: {missing:?}", page.path);
}
