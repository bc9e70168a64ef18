//! Code that another tool has read and dumped: it says the same, so that nothing is pushed and nothing conflicts.

use super::world::{TONE, TONE_CODE, TONE_GUIDELINES, World};
use crate::support::redump::redumped;
use serde_json::{Value, json};
use std::path::Path;

/// `Tone` with an id, as somebody wrote it.
const CODE: &str =
    "name: \"Tone\"\nid: 41803\nclass: Classifier\nvalid_classes: [\"Yes\", \"No\"]\nsystem_message: |\n  Is the agent polite?\n";
/// The same as a tool dumps it.
const DUMPED: &str = "name: Tone\nid: '41803'\nclass: Classifier\nvalid_classes:\n  - 'Yes'\n  - 'No'\nsystem_message: |\n  Is the agent polite?\n\nversion: tone-2\n";

/// A pulled workspace whose `Tone` says [`CODE`] in version `tone-2`, dumped again.
fn dumped() -> World {
    let world = World::with_dashboard();
    world.promoted("tone-2", "tone-1", CODE);
    assert!(world.run(&["pull"]).starts_with("exit 0\n"));
    world.write(TONE, DUMPED);
    world
}

fn state(world: &World) -> Value {
    let said = world.run(&["status", "--json", TONE]);
    let json = said.split_once("--- stdout\n").map_or("", |(_, json)| json);
    let json: Value = serde_json::from_str(json).unwrap_or_else(|error| panic!("{error}: {said}"));
    json["scores"][0]["state"].clone()
}

/// A command says that it did nothing a person would see.
fn assert_nothing_done(world: &World, command: &str) {
    let said = world.run(&[command, "--yes"]);
    assert!(said.contains("unchanged") && !said.contains("  pu"), "{said}");
}

#[test]
fn it_is_shown_and_not_pushed_unless_asked() {
    let world = dumped();
    insta::assert_snapshot!(world.run(&["status"]), @r"
    exit 0
    --- stdout
    QA
      reformatted  Tone  only the formatting of the code changed

    2 scores: 1 reformatted, 1 clean
    ");
    assert_eq!(state(&world), "reformatted");
    let diff = world.run(&["diff", TONE]);
    assert!(diff.contains("--- stdout\nonly the formatting differs\n--- a/scorecards/QA/Tone.yaml\tchampion tone-2"), "{diff}");
    assert!(world.run(&["diff", "--summary"]).contains("Tone.yaml  code: reformatted\n"));
    for command in ["push", "sync", "pull"] {
        assert_nothing_done(&world, command);
    }
    assert_eq!((world.versions("tone").len(), world.read(TONE)), (2, DUMPED.to_owned()));
    let said = world.run(&["sync", "-n", "--reformat"]);
    assert!(said.contains("to push     Tone  code, version"), "{said}");
    let said = world.run(&["push", "--reformat"]);
    assert!(said.contains("pushed      Tone  code, version"), "{said}");
    let made = world.version_with(&DUMPED.replace("version: tone-2\n", ""));
    assert_eq!((&made["parentVersionId"], &made["note"]), (&json!("tone-2"), &json!("code: reformatted")));
    assert_eq!(state(&world), "draft");
}

#[test]
fn the_next_champion_replaces_it_and_undo_brings_it_back() {
    let world = dumped();
    let next = CODE.replace("polite?", "kind?");
    world.promoted("tone-3", "tone-2", &next);
    let said = world.run(&["pull", "-n"]);
    assert!(said.contains("to pull     Tone  code, version tone-3"), "{said}");
    assert!(world.run(&["pull"]).contains("pulled      Tone  code, version tone-3"));
    assert_eq!((world.read(TONE), state(&world)), (next.clone(), json!("clean")));
    assert!(world.run(&["undo", "--yes"]).starts_with("exit 0\n"));
    assert_eq!((world.read(TONE), state(&world)), (DUMPED.to_owned(), json!("behind")));
    world.write(TONE, &next.replace("41803", "'41803'"));
    assert_nothing_done(&world, "pull");
    assert_eq!(state(&world), "reformatted", "a dump of the champion is the champion");
}

#[test]
fn edited_guidelines_are_pushed_without_it() {
    let world = dumped();
    world.write(TONE_GUIDELINES, "# Tone\n\nFriendly is polite.\n");
    let said = world.run(&["status"]);
    let note = "edited      Tone  guidelines; only the formatting of the code differs from its version";
    assert!(said.contains(note), "{said}");
    assert!(world.run(&["push"]).contains("pushed      Tone  guidelines, version"));
    let versions = world.versions("tone");
    let made = versions.iter().find(|version| version["guidelines"] == "# Tone\n\nFriendly is polite.\n").expect("pushed");
    assert_eq!((&made["configuration"], versions.len()), (&json!(CODE), 3));
    assert_eq!(world.read(TONE), DUMPED);
}

#[test]
fn without_a_state_it_is_the_champion() {
    let world = dumped();
    std::fs::remove_dir_all(world.folder().join(".scoresync")).expect("it goes");
    assert!(world.run(&["push"]).contains("recorded    Tone  version tone-2"));
    assert_eq!((state(&world), world.versions("tone").len(), world.read(TONE)), (json!("reformatted"), 2, DUMPED.to_owned()));
}

#[test]
fn no_hook_pushes_it() {
    let world = dumped();
    world.init_git();
    assert!(world.run(&["hook", "install", "--type", "post-commit"]).starts_with("exit 0\n"));
    world.write(TONE, &DUMPED.replace("\n\nversion", "\nversion"));
    let said = world.commit("dumped");
    assert_eq!(
        (said.contains("pushed"), world.versions("tone").len(), state(&world)),
        (false, 2, json!("reformatted")),
        "{said}"
    );
    assert_nothing_done(&world, "push");
}

#[test]
fn an_edit_in_the_dashboard_and_one_in_a_dump_of_it_do_not_conflict() {
    let world = dumped();
    let next = CODE.replace("polite?", "kind?");
    world.promoted("tone-3", "tone-2", &next);
    world.write(TONE, &DUMPED.replace("polite?", "kind?"));
    world.write(TONE_GUIDELINES, "# Tone\n\nFriendly is polite.\n");
    let said = world.run(&["pull"]);
    assert!(said.starts_with("exit 0\n"), "{said}");
    assert_eq!((world.read(TONE), state(&world)), (next, json!("edited")));
}

#[test]
fn a_comment_that_was_lost_is_an_edit() {
    let world = World::with_dashboard();
    world.promoted("tone-2", "tone-1", &format!("# why\n{CODE}"));
    assert!(world.run(&["pull"]).starts_with("exit 0\n"));
    world.write(TONE, DUMPED);
    assert_eq!(state(&world), "edited");
    world.write(TONE, &format!("# why\n{DUMPED}"));
    assert_eq!(state(&world), "reformatted");
    world.write(TONE, &format!("# why\n{}", DUMPED.replace("'Yes'", "Yes")));
    assert_eq!(state(&world), "edited", "one of the readers takes it for true");
}

/// Every score of the fixtures, and one whose id is a number, as the emitter of another tool dumps it.
#[test]
fn what_ruamel_dumps_is_reformatted() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/scorecards");
    let mut texts = vec![CODE.to_owned(), TONE_CODE.to_owned(), CODE.replace('\n', "\r\n") + "\r\n\r\n"];
    for card in std::fs::read_dir(folder).expect("the fixtures are there").map(|entry| entry.expect("readable").path()) {
        let files = std::fs::read_dir(card).into_iter().flatten().map(|entry| entry.expect("readable").path());
        let codes = files.filter(|path| path.extension().is_some_and(|extension| extension == "yaml"));
        texts.extend(codes.map(|path| std::fs::read_to_string(path).expect("readable")));
    }
    texts.retain(|text| scoresync::model::is_same_document(text, text));
    assert!(texts.len() > 10, "{}", texts.len());
    let Some(dumps) = redumped(&texts) else { return };
    for (text, dump) in texts.iter().zip(&dumps) {
        assert!(scoresync::model::is_same_document(text, dump), "{text}\n--- dumped as\n{dump}");
    }
    let world = World::with_dashboard();
    world.promoted("tone-2", "tone-1", CODE);
    assert!(world.run(&["pull"]).starts_with("exit 0\n"));
    world.write(TONE, &dumps[0]);
    assert_ne!(dumps[0], CODE);
    assert_eq!(state(&world), "reformatted");
    assert_nothing_done(&world, "push");
}

#[test]
fn a_log_says_what_a_status_says() {
    let world = dumped();
    let said = world.run(&["log", "tone"]);
    assert!(said.contains("@  only the formatting of the code changed here\n"), "{said}");
    let said = world.command(&["log", "--json", "tone"]).output().expect("it runs");
    let log: Value = serde_json::from_slice(&said.stdout).expect("JSON");
    assert_eq!(log["files"], "reformatted");
}
