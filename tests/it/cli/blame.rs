//! `blame`: each line with its version, its author and its commit.

use super::world::{TONE, TONE_CODE, World};
use serde_json::Value;

/// Each line with one blank between its words.
fn lines(said: &str) -> Vec<String> {
    said.lines().map(|line| line.split_whitespace().collect::<Vec<_>>().join(" ")).collect()
}

#[test]
fn lines_say_their_version_and_commit_and_edits_say_that_they_are_not_pushed() {
    let world = World::three_commits();
    let commit = world.head();
    world.write(TONE, &format!("{TONE_CODE}# tone-3\n# mine\n"));
    let said = world.command(&["blame", TONE]).output().expect("the program starts");
    let said = String::from_utf8(said.stdout).expect("UTF-8");
    let lines = lines(&said);
    assert_eq!(lines.len(), 7, "{said}");
    assert!(lines[0].starts_with("tone-1 ") && lines[0].ends_with("1 name: Tone"), "{said}");
    assert!(lines[5].starts_with("tone-3 ") && lines[5].contains(&commit[..8]) && lines[5].ends_with("6 # tone-3"), "{said}");
    assert_eq!(lines[6], "not pushed 7 # mine");
}

#[test]
fn a_pushed_line_has_the_author_and_the_commit_of_its_version() {
    let world = World::three_commits();
    world.write(TONE, &format!("{TONE_CODE}# tone-3\n# mine\n"));
    world.commit("mine");
    world.run(&["push", "-q"]);
    let said = world.command(&["blame", "--json", "tone"]).output().expect("the program starts");
    let document: Value = serde_json::from_slice(&said.stdout).expect("JSON");
    let last = &document["lines"][6];
    assert_eq!((last["line"].as_u64(), last["text"].as_str()), (Some(7), Some("# mine")));
    let version = &document["versions"][last["version_id"].as_str().expect("a version")];
    assert_eq!((version["author"].as_str(), version["commit"].as_str()), (Some("Ann Example"), Some(world.head().as_str())));
}

#[test]
fn guidelines_are_blamed_by_their_file_or_by_name() {
    let world = World::pulled();
    for args in [&["blame", "scorecards/QA/guidelines/Tone.md"][..], &["blame", "Tone", "--guidelines"]] {
        let said = world.run(args);
        assert!(said.contains("# Tone") && said.contains("Polite is polite.") && !said.contains("class:"), "{said}");
    }
    let said = world.run(&["blame", "--offline", "Tone"]);
    assert!(said.starts_with("exit 2\n") && said.contains("this needs the dashboard"), "{said}");
}
