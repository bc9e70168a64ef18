//! Files that a person renamed here: recognised, offered back, never touched.

use super::World;
use super::desk::{GREETING, GREETING_CODE, TONE, TONE_CODE};

const MOVED: &str = "scorecards/QA/My tone.yaml";
const MOVED_GUIDELINES: &str = "scorecards/QA/guidelines/My tone.md";

fn rename(world: &World, from: &str, to: &str) {
    std::fs::rename(world.folder().join(from), world.folder().join(to)).expect("renamed");
}

#[test]
fn a_renamed_file_is_recognised_and_the_printed_command_gives_its_name_back() {
    let world = World::pulled();
    rename(&world, TONE, MOVED);
    rename(&world, "scorecards/QA/guidelines/Tone.md", MOVED_GUIDELINES);
    let said = world.run(&["status"]);
    insta::assert_snapshot!(said, @r"
    exit 0
    --- stdout
    QA
      renamed     Tone  Tone.yaml → My tone.yaml here, identical

    2 scores: 1 renamed, 1 clean
    --- stderr
      help: mv -n 'scorecards/QA/My tone.yaml' scorecards/QA/Tone.yaml && mv -n 'scorecards/QA/guidelines/My tone.md' scorecards/QA/guidelines/Tone.md    # files are named after scores: to rename one, rename it in Plexus
    ");
    let command = said.lines().find_map(|line| line.trim().strip_prefix("help: ")).expect("a way back");
    assert_eq!(world.shell(command), "exit 0\n");
    assert_eq!(world.run(&["status"]), "exit 0\n--- stdout\n2 scores: clean\n");
}

#[test]
fn edits_in_a_renamed_file_survive_every_command() {
    let world = World::pulled();
    rename(&world, TONE, MOVED);
    let edited = format!("{TONE_CODE}# mine\n");
    world.write(MOVED, &edited);
    world.teammate("tone", "tone-2", "name: theirs\n", None);
    insta::assert_snapshot!(world.run(&["pull"]), @r"
    exit 0
    --- stdout
    QA
      renamed     Tone  Tone.yaml → My tone.yaml here, 95 % the same; its edits are not synced

    2 scores: 1 renamed, 1 unchanged
    --- stderr
      help: mv -n 'scorecards/QA/My tone.yaml' scorecards/QA/Tone.yaml    # files are named after scores: to rename one, rename it in Plexus
    ");
    insta::assert_snapshot!(world.run(&["push"]), @r"
    exit 0
    --- stdout
    QA
      renamed     Tone  Tone.yaml → My tone.yaml here, 95 % the same; its edits are not synced

    2 scores: 1 renamed, 1 unchanged
    --- stderr
      help: mv -n 'scorecards/QA/My tone.yaml' scorecards/QA/Tone.yaml    # files are named after scores: to rename one, rename it in Plexus
    ");
    assert_eq!(world.read(MOVED), edited);
    assert!(!world.folder().join(TONE).exists(), "nobody asked for it");
}

#[test]
fn a_renamed_folder_is_recognised_with_all_its_scores() {
    let world = World::pulled();
    rename(&world, "scorecards/QA", "scorecards/Quality");
    let said = world.run(&["status"]);
    insta::assert_snapshot!(said, @r#"
    exit 0
    --- stdout
    QA
      renamed     It's a "greeting"  It's a -greeting.yaml → Quality/It's a -greeting.yaml here, identical
      renamed     Tone               Tone.yaml → Quality/Tone.yaml here, identical

    2 scores: renamed
    --- stderr
      help: mv -n scorecards/Quality scorecards/QA    # files are named after scores: to rename one, rename it in Plexus
    "#);
    let command = said.lines().find_map(|line| line.trim().strip_prefix("help: ")).expect("a way back");
    assert_eq!(world.shell(command), "exit 0\n");
    assert_eq!(world.run(&["status"]), "exit 0\n--- stdout\n2 scores: clean\n");
}

#[test]
fn a_file_that_is_another_one_is_not_taken_for_it() {
    let world = World::pulled();
    std::fs::remove_file(world.folder().join(TONE)).expect("removed");
    world.write(MOVED, "something: else\nentirely: yes\n");
    insta::assert_snapshot!(world.run(&["status"]), @r"
    exit 0
    --- stdout
    QA
      deleted     Tone  no file here

    Files that belong to no score (scoresync new FILE makes one):
      QA/My tone.yaml

    2 scores: 1 deleted, 1 clean
    ");
    // A copy of a score that still has its file is nobody's rename.
    world.write(MOVED, GREETING_CODE);
    assert!(world.folder().join(GREETING).exists());
    assert!(!world.run(&["status"]).contains("renamed"));
}
