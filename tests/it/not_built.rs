//! What a small build leaves out, and what it answers then: `cargo test --no-default-features` runs this.

use std::process::Command;

/// The most crates that a build without the optional features is made of.
const MAX_CRATES: usize = 220;

fn cargo_tree(root: &str) -> String {
    let tree = ["tree", "--locked", "--no-default-features", "-e", "normal", "--prefix", "none"];
    let output = Command::new(env!("CARGO")).args(tree).current_dir(root).output().expect("cargo runs");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).expect("text")
}

#[test]
fn a_small_build_is_small() {
    let tree = cargo_tree(env!("CARGO_MANIFEST_DIR"));
    let crates: std::collections::BTreeSet<&str> = tree.lines().map(|line| line.trim_end_matches(" (*)")).collect();
    let left_out = ["apollo-compiler ", "axum ", "aws-sigv4 ", "aws-credential-types "];
    let found: Vec<_> = crates.iter().filter(|name| left_out.iter().any(|one| name.starts_with(one))).collect();
    assert!(found.is_empty(), "only the features bring {found:?}");
    assert!(crates.len() > 50 && crates.len() <= MAX_CRATES, "{} crates", crates.len());
}

#[cfg(not(feature = "embedded"))]
mod embedded {
    use super::Command;

    fn refused(args: &[&str], settings: &str) {
        let home = tempfile::tempdir().expect("a folder");
        std::fs::write(home.path().join("scoresync.yaml"), settings).expect("written");
        let mut command = Command::new(env!("CARGO_BIN_EXE_scoresync"));
        command.args(args).current_dir(home.path()).env_clear().env("HOME", home.path());
        let output = command.output().expect("it runs");
        let stderr = String::from_utf8(output.stderr).expect("text");
        assert_eq!(output.status.code(), Some(2), "{args:?}: {stderr}");
        assert!(stderr.contains("this build of scoresync has no embedded dashboard"), "{args:?}: {stderr}");
        assert!(stderr.contains("--features embedded"), "{args:?}: {stderr}");
        assert!(output.stdout.is_empty());
    }

    #[test]
    fn what_needs_the_embedded_dashboard_says_that_there_is_none() {
        refused(&["serve", "--db", "registry.db"], "");
        refused(&["demo"], "");
        refused(&["demo", "--anything", "at all"], "");
        refused(&["status"], "api_url: file:dashboard.db\naccount_key: acme\n");
    }
}
