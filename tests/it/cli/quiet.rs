//! `--quiet`: a command that changes something says nothing where all went well, and only what did not where some of it did not.
//! What only shows something shows it.

use super::world::{DEMO_SCORE, GREETING, THEIRS, TONE, TONE_CODE, World, ageless};

const NEW: &str = "scorecards/QA/Silence.yaml";
const NEW_CODE: &str = "name: Silence\nkey: silence\nexternal_id: '77'\nclass: Classifier\n";

#[test]
fn what_went_well_is_not_told() {
    let world = World::with_dashboard();
    world.init_git();
    let silent = |args: &[&str]| assert_eq!(world.run(&[args, &["-q"]].concat()), "exit 0\n", "{args:?}");
    silent(&["init"]);
    silent(&["init", "--editor", "vscode"]);
    silent(&["trust", "add", "https://plexus.example"]);
    silent(&["trust", "remove", "https://plexus.example"]);
    silent(&["pull"]);
    silent(&["pull"]);
    silent(&["hook", "install"]);
    silent(&["hook", "uninstall"]);
    world.write(TONE, &TONE_CODE.replace("polite", "kind"));
    silent(&["push"]);
    silent(&["promote", "--yes"]);
    silent(&["promote", "--yes"]);
    world.write(TONE, &TONE_CODE.replace("polite", "calm"));
    silent(&["push", "--promote", "--yes"]);
    world.write(TONE, &TONE_CODE.replace("polite", "warm"));
    silent(&["sync", "--commit"]);
    silent(&["restore", "Tone", "--version", "tone-1"]);
    silent(&["undo", "--yes"]);
    world.write(NEW, &format!("version: abc\n{NEW_CODE}"));
    silent(&["check", "--fix", NEW]);
    silent(&["new", "--yes", NEW]);
    silent(&["man", "pages"]);
    silent(&["demo", "there"]);
}

#[test]
fn a_conflict_that_is_resolved_is_not_told() {
    for choice in ["--ours", "--theirs", "--merge"] {
        let world = World::conflicting();
        assert!(world.run(&["pull"]).starts_with("exit 3\n"));
        assert_eq!(world.run(&["resolve", "-q", choice]), "exit 0\n", "{choice}");
    }
}

#[test]
fn what_did_not_go_well_is_told_and_nothing_else() {
    let world = World::conflicting();
    world.promoted("tone-2", "tone-1", &TONE_CODE.replace("polite", "calm"));
    insta::assert_snapshot!(world.run(&["pull", "-q"]), @r#"
    exit 3
    --- stdout
    QA
      conflict    It's a "greeting"  code: both sides changed the same lines

    2 scores: 1 conflict, 1 pulled
    "#);
    world.write(TONE, "name: [\n");
    insta::assert_snapshot!(world.run(&["push", "-q", "Tone"]), @r"
    exit 6
    --- stdout
    QA
      refused     Tone  scorecards/QA/Tone.yaml:1:7: unclosed bracket '['

    1 score: refused
    ");
    insta::assert_snapshot!(ageless(&world.run(&["undo", "-q", "--yes"])), @r"
    exit 6
    --- stdout
    run 2: pull, [age]
      left alone  scorecards/QA/Tone.yaml  it was changed after the command wrote it

    1 file: 0 restored
    ");
}

#[test]
fn what_shows_something_shows_it() {
    let world = World::pulled();
    world.teammate("greeting", "greeting-2", THEIRS, None);
    assert!(world.run(&["status", "-q"]).contains("behind"));
    assert!(world.run(&["pull", "-q", "-n"]).contains("to pull"));
    assert!(world.run(&["pull", "-q", "--json"]).contains("\"greeting-2\""));
    assert!(world.run(&["undo", "-q", "-n"]).contains("to restore"));
    assert!(world.run(&["restore", "-q", "--list"]).contains(GREETING));
    assert!(world.run(&["log", "-q"]).contains("greeting"));
    let demo = World::demo();
    assert!(demo.run(&["push", "-q", "-n", DEMO_SCORE]).contains("to push"));
}
