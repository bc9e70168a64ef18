//! `pull`: champions into files, with the edits that are there, and what stands in the way.

use super::world::{GREETING, GREETING_CODE, OURS, TONE, TONE_CODE, World, commented, score};
use serde_json::json;

const MOVED: &str = "scorecards/QA/My tone.yaml";

#[test]
fn a_conflict_ends_with_3_and_keeps_the_file() {
    let world = World::conflicting();
    insta::assert_snapshot!(world.run(&["pull"]), @r#"
    exit 3
    --- stdout
    QA
      conflict    It's a "greeting"  code: both sides changed the same lines

    2 scores: 1 conflict, 1 unchanged
    --- stderr
      help: scoresync resolve 'scorecards/QA/It'\''s a -greeting.yaml'    # or with --ours, --theirs, --merge, --tool
    "#);
    assert_eq!(world.read(GREETING), OURS);
    insta::assert_snapshot!(world.run(&["status"]), @r#"
    exit 0
    --- stdout
    QA
      conflict    It's a "greeting"  code: both sides changed the same lines; the champion moved (2026-01-05)

    2 scores: 1 conflict, 1 clean
    --- stderr
      help: 1 conflict: scoresync resolve
    "#);
    insta::assert_snapshot!(world.run(&["push"]), @r#"
    exit 6
    --- stdout
    QA
      refused     It's a "greeting"  the champion is now greeting: pull first

    2 scores: 1 refused, 1 unchanged
    --- stderr
      help: scoresync pull 'scorecards/QA/It'\''s a -greeting.yaml'    # if that is a conflict: scoresync resolve 'scorecards/QA/It'\''s a -greeting.yaml'
    "#);
    insta::assert_snapshot!(world.run(&["sync", "-q"]), @r#"
    exit 3
    --- stdout
    QA
      conflict    It's a "greeting"  code: both sides changed the same lines

    2 scores: 1 conflict, 1 unchanged
    "#);
    assert_eq!(world.versions("greeting").len(), 2);
}

#[test]
fn files_without_a_past_conflict_unless_they_equal_a_version() {
    let world = World::with_dashboard();
    world.write("scorecards/QA/Tone.yaml", "name: Tone\nmine: true\n");
    world.write(GREETING, GREETING_CODE);
    insta::assert_snapshot!(world.run(&["push"]), @r"
    exit 6
    --- stdout
    QA
      refused     Tone  it is not known which version the files come from: pull first

    2 scores: 1 recorded, 1 refused
    --- stderr
      help: scoresync pull scorecards/QA/Tone.yaml    # if that is a conflict: scoresync resolve scorecards/QA/Tone.yaml
    ");
    insta::assert_snapshot!(world.run(&["pull"]), @r"
    exit 3
    --- stdout
    QA
      conflict    Tone  code: the files match no version of this score

    2 scores: 1 conflict, 1 unchanged
    --- stderr
      help: scoresync resolve scorecards/QA/Tone.yaml    # or with --ours, --theirs, --merge, --tool
    ");
    insta::assert_snapshot!(world.run(&["resolve", "--ours", "Tone"]), @r"
    exit 0
    --- stdout
    QA
      resolved    Tone  code, version tone-1

    1 score: resolved
    --- stderr
      help: scoresync push
    ");
    assert!(!world.folder().join("scorecards/QA/guidelines/Tone.md").exists());
    assert!(world.run(&["push"]).contains("1 pushed"));
}

#[test]
fn different_keys_on_neighbouring_lines_are_no_conflict() {
    let world = World::pulled();
    world.write(GREETING, &GREETING_CODE.replace("class: Classifier", "class: LuaNode"));
    world.teammate("greeting", "greeting-2", &GREETING_CODE.replace("name: Greeting", "name: Greetings"), None);
    let said = world.run(&["pull"]);
    assert!(said.starts_with("exit 0\n") && said.contains("merged"), "{said}");
    assert!(world.read(GREETING).starts_with("name: Greetings\nclass: LuaNode\n"));
}

#[test]
fn edits_in_a_renamed_file_survive_every_command() {
    let world = World::pulled();
    world.rename(TONE, MOVED);
    let edited = commented("mine");
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
fn a_legacy_file_is_reported_and_not_taken() {
    let world = World::pulled();
    world.write("scorecards/QA/Tone.md", "# Old place\n");
    insta::assert_snapshot!(world.run(&["status"]), @r"
    exit 0
    --- stdout
    Guidelines beside the code instead of in guidelines/:
      scorecards/QA/Tone.md

    2 scores: clean
    --- stderr
      help: scoresync pull --move-legacy    # moves those that nothing is in the way of
    ");
    assert!(world.run(&["push"]).contains("2 scores: unchanged"));
    insta::assert_snapshot!(world.run(&["pull", "--move-legacy"]), @r"
    exit 0
    --- stdout
    2 scores: unchanged
    --- stderr
    warning: scorecards/QA/Tone.md stays: scorecards/QA/guidelines/Tone.md is there already; keep what you need and remove one of them
    ");
    assert_eq!(world.read("scorecards/QA/Tone.md"), "# Old place\n");
}

#[test]
fn a_legacy_file_is_moved_when_asked_and_counts_as_what_it_is() {
    let world = World::pulled();
    let bytes = "\u{feff}# Tone\r\n\r\nMine.";
    std::fs::remove_file(world.folder().join("scorecards/QA/guidelines/Tone.md")).expect("a file");
    world.write("scorecards/QA/Tone.md", bytes);
    insta::assert_snapshot!(world.run(&["pull", "--move-legacy", "-n"]), @r"
    exit 0
    --- stdout
    Guidelines moved here from beside the code:
      scorecards/QA/guidelines/Tone.md

    2 scores: unchanged (dry run: nothing was done)
    ");
    assert_eq!(world.read("scorecards/QA/Tone.md"), bytes);
    insta::assert_snapshot!(world.run(&["pull", "--move-legacy"]), @r"
    exit 0
    --- stdout
    Guidelines moved here from beside the code:
      scorecards/QA/guidelines/Tone.md

    2 scores: unchanged
    ");
    assert_eq!(world.read("scorecards/QA/guidelines/Tone.md"), bytes);
    assert!(!world.folder().join("scorecards/QA/Tone.md").exists());
    insta::assert_snapshot!(world.run(&["status"]), @r"
    exit 0
    --- stdout
    QA
      edited      Tone  guidelines

    2 scores: 1 edited, 1 clean
    --- stderr
      help: 1 edited: scoresync push
    ");
}

#[test]
fn a_rename_in_plexus_is_told_before_it_moves_files() {
    let world = World::pulled();
    world.rename_tone("Manner");
    let said = world.run(&["status"]);
    assert!(said.contains("to move     Manner  renamed in Plexus: Tone.yaml → Manner.yaml with the next pull"), "{said}");
    // What else is to be said comes first, with the rename behind it.
    world.write(TONE, &commented("mine"));
    let said = world.run(&["status"]);
    assert!(said.contains("edited      Manner  code"), "{said}");
    assert!(said.contains("renamed in Plexus: Tone.yaml → Manner.yaml with the next pull"), "{said}");
    world.write(TONE, TONE_CODE);
    // By its old file, by its old folder, by its new name; beside another score.
    for selected in [TONE, "scorecards/QA", "Manner"] {
        assert!(world.run(&["status", selected]).contains("Tone.yaml → Manner.yaml"), "{selected}");
    }
    let said = world.run(&["status", "greeting"]);
    assert!(said.contains("1 score: clean") && !said.contains("belong to no score"), "{said}");
    let said = world.run(&["new", TONE]);
    assert!(said.starts_with("exit 2\n") && said.contains("this file belongs to the score"), "{said}");
    assert!(world.run(&["pull"]).contains("moved"));
    assert!(world.run(&["status"]).contains("2 scores: clean"));
    assert!(!world.folder().join(TONE).exists());
}

/// Somebody gives two scores these names in Plexus.
fn name_two(world: &World, names: [&str; 2]) {
    for (id, name) in ["a", "b"].into_iter().zip(names) {
        world.seed(score(id, name).to_vec());
    }
}

/// Scores `One` and `Two`, pulled and committed.
fn one_and_two() -> World {
    let world = World::pulled();
    name_two(&world, ["One", "Two"]);
    world.run(&["pull"]);
    world.init_git();
    world
}

#[test]
fn names_that_are_swapped_are_told_before_and_move_in_one_commit() {
    let world = one_and_two();
    let mine = world.read("scorecards/QA/One.yaml") + "# mine\n";
    name_two(&world, ["Two", "One"]);
    let said = world.run(&["status"]);
    assert!(said.contains("renamed in Plexus: One.yaml → Two.yaml with the next pull"), "{said}");
    assert!(said.contains("renamed in Plexus: Two.yaml → One.yaml with the next pull"), "{said}");
    let said = world.run(&["status", "--json"]);
    assert!(said.contains("\"moved_from\": \"~/work/scorecards/QA/One.yaml\""), "{said}");
    let said = world.run(&["pull", "-n"]);
    assert!(said.contains("to move     Two  renamed in Plexus: One.yaml → Two.yaml\n"), "{said}");
    world.write("scorecards/QA/One.yaml", &mine);
    let said = world.run(&["pull", "--commit"]);
    assert!(said.contains("moved       One  renamed in Plexus: Two.yaml → One.yaml\n"), "{said}");
    assert_eq!(world.read("scorecards/QA/Two.yaml"), mine);
    let (_, changed, _) = world.try_git(&["show", "--name-only", "--format="]);
    assert_eq!(changed.lines().collect::<Vec<_>>(), ["scorecards/QA/One.yaml", "scorecards/QA/Two.yaml"]);
    assert_eq!(world.try_git(&["status", "--porcelain", "scorecards"]).1, "");
    let said = world.run(&["status"]);
    assert!(said.contains("edited      Two") && !said.contains("renamed"), "{said}");
}

/// As Magit does for every git that it starts, and so for the hooks.
#[test]
fn a_surrounding_git_that_takes_paths_literally_changes_nothing() {
    for (name, value) in [("GIT_LITERAL_PATHSPECS", "1"), ("GIT_ICASE_PATHSPECS", "1"), ("GIT_NOGLOB_PATHSPECS", "1")] {
        let mut world = World::pulled_in_git();
        world.promoted("tone-2", "tone-1", &commented("promoted"));
        world.set(name, value);
        let said = world.run(&["pull", "--commit"]);
        assert!(said.starts_with("exit 0\n"), "{said}");
        assert_eq!(world.git(&["show", "--name-only", "--format=%s"]), format!("Pull QA/Tone\n\n{TONE}\n"), "{name}");
    }
}

/// With half of a swap HEAD would have one score's text in both places.
#[test]
fn names_that_are_swapped_are_committed_all_or_none() {
    let world = one_and_two();
    let committed = world.read("scorecards/QA/One.yaml");
    world.write("scorecards/QA/One.yaml", &(committed.clone() + "# staged\n"));
    world.git(&["add", "scorecards"]);
    world.write("scorecards/QA/One.yaml", &committed);
    name_two(&world, ["Two", "One"]);
    world.promoted("tone-2", "tone-1", &commented("promoted"));
    let said = world.run(&["pull", "--commit"]);
    assert!(said.contains("One.yaml: something else of it is staged, so it is not committed\n"), "{said}");
    assert!(said.contains("Two.yaml: goes with a file that is not committed, so neither is it\n"), "{said}");
    let files = ["One.yaml", "Two.yaml", "guidelines/One.md", "guidelines/Two.md"].map(|file| format!("scorecards/QA/{file}"));
    assert!(said.contains(&format!("  help: git commit {}    # as they are now;", files.join(" "))), "{said}");
    assert_eq!(world.git(&["show", "--name-only", "--format=%s"]), format!("Pull QA/Tone\n\n{TONE}\n"));
    world.git(&[&["commit", "-qm", "by hand"][..], &files.each_ref().map(String::as_str)].concat());
    assert_eq!(world.git(&["status", "--porcelain", "scorecards"]), "");
}

#[test]
fn a_place_that_is_not_free_is_waited_for() {
    let world = World::pulled();
    world.write("scorecards/QA/Manner.yaml", "nobody's\n");
    world.rename_tone("Manner");
    for command in ["status", "pull"] {
        let said = world.run(&[command]);
        assert!(said.contains("Tone.yaml → Manner.yaml waits until that place is free"), "{said}");
    }
    assert_eq!(world.read("scorecards/QA/Manner.yaml"), "nobody's\n");
    assert!(world.run(&["status", "--json"]).contains("\"waits_for\": \"~/work/scorecards/QA/Manner.yaml\""));
    std::fs::remove_file(world.folder().join("scorecards/QA/Manner.yaml")).expect("removed");
    world.write("scorecards/QA/guidelines/Manner.md", "nobody's\n");
    let said = world.run(&["pull"]);
    assert!(said.contains("Tone.yaml → Manner.yaml waits until guidelines/Manner.md is gone"), "{said}");
    assert!(world.run(&["status", "--json"]).contains("\"waits_for\": \"~/work/scorecards/QA/guidelines/Manner.md\""));
    std::fs::remove_file(world.folder().join("scorecards/QA/guidelines/Manner.md")).expect("removed");
    assert!(world.run(&["pull"]).contains("moved"));
}

#[test]
fn a_place_that_a_pull_frees_is_taken_by_the_same_one() {
    let world = World::pulled();
    world.seed(vec![("Score", json!({"id": "greeting", "name": "Gone", "scorecardId": "gone"}))]);
    world.rename_tone("It's a \"greeting\"");
    let before = [world.read(TONE), world.read(GREETING)];
    assert!(world.run(&["pull"]).contains("waits until that place is free"), "nothing frees it");
    let said = world.run(&["pull", "--prune", "-n"]);
    assert!(said.contains("to remove") && said.contains("to move") && !said.contains("waits"), "{said}");
    let said = world.run(&["pull", "--prune", "--yes"]);
    assert!(said.contains("removed") && said.contains("moved") && !said.contains("waits"), "{said}");
    assert_eq!(world.read(GREETING), before[0]);
    let said = world.run(&["undo", "--yes"]);
    assert_eq!([world.read(TONE), world.read(GREETING)], before, "{said}");
}

#[test]
fn a_scorecard_with_a_slash_in_its_name_is_found_by_its_full_name() {
    let world = World::with_dashboard();
    let name = "A / B: C";
    world.seed(vec![("Scorecard", json!({"id": "ab", "name": name, "key": "ab", "externalId": "ab", "accountId": "acme-id"}))]);
    let mut rows = score("six", "Score 006");
    rows[0].1["scorecardId"] = "ab".into();
    world.seed(rows.to_vec());
    assert!(world.run(&["pull", "A / B: C/Score 006"]).contains("1 score: pulled"));
    assert!(world.run(&["status", "QA/Tone"]).contains("1 score: not pulled"));
}
