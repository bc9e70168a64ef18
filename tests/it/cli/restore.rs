//! `restore`: what was replaced is listed and comes back.

use super::world::{DEMO_SCORE, GREETING, TONE, TONE_GUIDELINES, World, ageless, commented};

#[test]
fn what_was_replaced_is_listed_and_comes_back() {
    let world = World::demo();
    let edited = world.read(DEMO_SCORE);
    world.write(DEMO_SCORE, "name: spoiled\n");
    insta::assert_snapshot!(world.run(&["restore", "greeting-and-name", "--version", "zzzz"]), @r#"
    exit 2
    --- stderr
    error: this score has no version "zzzz"
      help: scoresync log SCORE    # to see its versions
    "#);
    insta::assert_snapshot!(world.run(&["restore"]), @r"
    exit 2
    --- stderr
    error: the following required arguments were not provided:
      <TARGET>...

    Usage: scoresync restore <TARGET>...

    For more information, try '--help'.
    ");
    insta::assert_snapshot!(world.run(&["restore", DEMO_SCORE]), @r"
    exit 6
    --- stdout
      not kept    scorecards/Harbor Telecom – Retention Calls/Greeting and Name.yaml  no earlier copy of it is kept; your edits started from version [short]

    1 file: 0 restored
    --- stderr
      help: scoresync restore 'scorecards/Harbor Telecom – Retention Calls/Greeting and Name.yaml' --version [short]    # as it was before your edits
    ");
    world.write(&DEMO_SCORE.replace("Greeting and Name", "Identity Check"), "name: spoiled\n");
    let said = world.run(&["restore", "identity-check"]);
    assert!(said.contains("Check.yaml") && !said.contains("Check.md"), "of a score, the file that is edited is meant: {said}");
    std::fs::remove_file(world.folder().join(DEMO_SCORE)).expect("removed");
    insta::assert_snapshot!(world.run(&["restore", "greeting-and-name", "-n"]), @r"
    exit 0
    --- stdout
      to restore  scorecards/Harbor Telecom – Retention Calls/Greeting and Name.yaml  1143 B

    1 file: 1 to restore (dry run: nothing was done)
    ");
    insta::assert_snapshot!(world.run(&["restore", "greeting-and-name"]), @r"
    exit 0
    --- stdout
      restored    scorecards/Harbor Telecom – Retention Calls/Greeting and Name.yaml  1143 B

    1 file: 1 restored
    ");
    assert_ne!(world.read(DEMO_SCORE), edited, "the base, without the edit");
    // Numbers depend on the order of the scores' ids.
    let list = ageless(&world.run(&["restore", "--list", DEMO_SCORE])).replace(|c: char| c.is_ascii_digit(), " ");
    insta::assert_snapshot!(list, @r"
    exit  
    --- stdout
    run  : restore, [age]
                   made  scorecards/Harbor Telecom – Retention Calls/Greeting and Name.yaml

    run  : pull, [age]
                           base version, no file

    run  : pull, [age]
                   made  scorecards/Harbor Telecom – Retention Calls/Greeting and Name.yaml
    ");
    insta::assert_snapshot!(ageless(&world.run(&["undo", "--yes"])), @r"
    exit 0
    --- stdout
    run 3: restore, [age]
      removed     scorecards/Harbor Telecom – Retention Calls/Greeting and Name.yaml  it was not there before

    1 file: 1 restored
    ");
    insta::assert_snapshot!(world.run(&["undo", "--yes", "--run", "99", "--json"]), @r#"
    exit 2
    --- stdout
    {
      "version": 1,
      "command": "undo",
      "ok": false,
      "exit_code": 2,
      "error": {
        "code": "NOTHING_TO_UNDO",
        "message": "no backup of run 99 is kept",
        "at": [],
        "next": [
          "scoresync restore --list"
        ]
      }
    }
    --- stderr
    error: no backup of run 99 is kept
      help: scoresync restore --list
    "#);
}

/// A watch, and `status`, name a deleted file by where it belongs.
#[test]
fn a_deleted_file_is_restored_by_the_place_that_a_rename_in_plexus_gave_it() {
    let world = World::pulled();
    world.rename_tone("Manner");
    let before = world.read(TONE);
    for file in [TONE, TONE_GUIDELINES] {
        std::fs::remove_file(world.folder().join(file)).expect("there");
    }
    world.run(&["status"]);
    for (belongs, left) in [("scorecards/QA/Manner.yaml", TONE), ("scorecards/QA/guidelines/Manner.md", TONE_GUIDELINES)] {
        let said = world.run(&["restore", belongs]);
        assert!(said.starts_with("exit 0\n") && said.contains(left), "{said}");
    }
    assert_eq!(world.read(TONE), before);
    assert!(world.run(&["pull"]).starts_with("exit 0\n"));
    assert_eq!(world.read("scorecards/QA/Manner.yaml"), before);
    let said = world.run(&["restore", "scorecards/QA/Nobody.yaml"]);
    assert!(!said.starts_with("exit 0\n"), "{said}");
}

#[test]
fn a_file_that_was_not_deleted_is_not_restored_by_the_place_where_it_belongs() {
    let world = World::pulled();
    world.promoted("tone-2", "tone-1", &commented("newer"));
    world.run(&["pull"]);
    world.rename_tone("Manner");
    world.write(TONE, &commented("mine"));
    world.run(&["status"]);
    let said = world.run(&["restore", "scorecards/QA/Manner.yaml"]);
    assert!(!said.starts_with("exit 0\n"), "{said}");
    assert_eq!(world.read(TONE), commented("mine"));
}

/// Its files were once where they belong, and older, before another rename.
#[test]
fn a_deleted_file_is_not_restored_from_where_it_once_was() {
    let world = World::pulled();
    for name in ["Manner", "Tone"] {
        world.rename_tone(name);
        world.run(&["pull"]);
    }
    world.promoted("tone-2", "tone-1", &commented("newer"));
    world.run(&["pull"]);
    world.rename_tone("Manner");
    std::fs::remove_file(world.folder().join(TONE)).expect("there");
    world.run(&["status"]);
    let said = world.run(&["restore", "scorecards/QA/Manner.yaml"]);
    assert!(said.starts_with("exit 0\n"), "{said}");
    assert_eq!(world.read(TONE).trim_end(), commented("newer").trim_end());
    assert!(!world.folder().join("scorecards/QA/Manner.yaml").exists());
}

/// Of a score without guidelines the code comes back, and no file that was never there.
#[test]
fn a_deleted_score_is_offered_and_comes_back_as_it_was() {
    let world = World::demo();
    let code = "scorecards/Billing Support Quality/Legacy Script Check.yaml";
    let guidelines = "scorecards/Billing Support Quality/guidelines/Legacy Script Check.md";
    let before = world.read(code);
    let is_there = |file: &str| world.folder().join(file).exists();
    assert!(!is_there(guidelines));
    std::fs::remove_file(world.folder().join(code)).expect("removed");
    let said = world.run(&["status"]);
    let help = format!("help: 1 deleted: scoresync restore '{code}'    # brings it back");
    assert!(said.starts_with("exit 0\n") && said.contains(&help), "{said}");
    for args in [&["restore", code][..], &["restore", "Legacy Script Check"]] {
        std::fs::remove_file(world.folder().join(code)).ok();
        let said = world.run(args);
        assert!(said.starts_with("exit 0\n") && said.contains("1 file: 1 restored"), "{said}");
        assert_eq!((&world.read(code), is_there(guidelines)), (&before, false), "{args:?}");
    }
}

/// Guidelines that were empty are what a person had, if it is they that are asked for.
#[test]
fn an_empty_file_that_was_replaced_comes_back_by_its_number() {
    let world = World::pulled();
    world.write(TONE_GUIDELINES, "");
    assert!(world.run(&["restore", TONE_GUIDELINES, "--version", "tone-1"]).starts_with("exit 0\n"));
    let list = world.run(&["restore", "--list"]);
    let entry = list.lines().find(|line| line.contains("0 B")).and_then(|line| line.split_whitespace().next()).expect("an entry");
    std::fs::remove_file(world.folder().join(TONE_GUIDELINES)).expect("removed");
    let said = world.run(&["restore", "--entry", entry]);
    assert!(said.starts_with("exit 0\n") && said.contains("1 file: 1 restored"), "{said}");
    assert_eq!(world.read(TONE_GUIDELINES), "");
}

#[test]
fn a_whole_id_is_that_of_its_version_also_where_others_begin_with_it() {
    let world = World::pulled();
    let first = world.read(TONE);
    world.promoted("tone-10", "tone-1", &commented("newer"));
    world.run(&["pull"]);
    let said = world.run(&["restore", TONE, "--version", "tone"]);
    assert!(said.contains("2 versions"), "{said}");
    assert!(world.run(&["restore", TONE, "--version", "tone-1"]).starts_with("exit 0\n"));
    assert_eq!(world.read(TONE), first);
}

/// Who wants to take such a run back has to find its number.
#[test]
fn a_run_that_changed_no_file_is_listed() {
    let world = World::conflicting();
    assert!(world.run(&["pull"]).starts_with("exit 3\n"));
    assert!(world.run(&["resolve", "--ours", GREETING]).starts_with("exit 0\n"));
    insta::assert_snapshot!(ageless(&world.run(&["undo", "-n"])), @r"
    exit 0
    --- stdout
    run 2: resolve, [age]

    0 files: 0 to restore; 1 base version to restore (dry run: nothing was done)
    ");
    let list = ageless(&world.run(&["restore", "--list"]));
    let first = "exit 0\n--- stdout\nrun 2: resolve, [age]\n                     1 base version, no file\n\nrun 1: pull, [age]\n";
    assert!(list.starts_with(first), "{list}");
    let listed = |target: &str| world.run(&["restore", "--list", target]).contains("1 base version, no file");
    assert!(listed(GREETING) && !listed(TONE));
    let json = world.run(&["restore", "--list", "--json"]);
    assert!(json.contains("\"command\": \"resolve\",") && json.contains("\"bases\": 1"), "{json}");
}

/// What a later run went on from, `undo --run` leaves.
#[test]
fn a_run_whose_bases_all_went_on_is_not_listed() {
    let world = World::conflicting();
    assert!(world.run(&["pull"]).starts_with("exit 3\n"));
    assert!(world.run(&["resolve", "--ours", GREETING]).starts_with("exit 0\n"));
    assert!(world.run(&["push"]).contains("pushed"));
    assert!(world.run(&["undo", "--run", "2", "-n"]).contains("0 files: 0 to restore"));
    let list = world.run(&["restore", "--list"]);
    assert!(!list.contains("run 2:"), "{list}");
}

/// Of a run the files of one score may be replaced, and only the base of another one.
#[test]
fn a_run_that_changed_only_the_base_of_what_is_named_is_listed() {
    let world = World::conflicting();
    world.write(TONE, "name: Mine\n");
    world.teammate("tone", "tone-2", "name: Theirs\n", Some("# Theirs\n"));
    assert!(world.run(&["pull"]).starts_with("exit 3\n"));
    assert!(world.run(&["resolve", "--ours", GREETING, TONE]).starts_with("exit 0\n"));
    assert_eq!(world.read(TONE_GUIDELINES), "# Theirs\n");
    let [greeting, tone] = [GREETING, TONE_GUIDELINES].map(|target| world.run(&["restore", "--list", target]));
    assert!(greeting.contains("1 base version, no file") && !tone.contains("no file"), "{greeting}{tone}");
}
