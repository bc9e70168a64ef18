//! The life of a version on the command line: what was replaced, promoted, and by whom.

use super::World;

const TONE: &str = "scorecards/Harbor Telecom – Retention Calls/Greeting and Name.yaml";

/// A world in which the demo was played; commands run in its folder.
fn played() -> World {
    let world = World::new();
    let said = world.run(&["demo", "."]);
    assert!(said.starts_with("exit 0\n"), "{said}");
    world
}

#[test]
fn what_was_replaced_is_listed_and_comes_back() {
    let world = played();
    let edited = world.read(TONE);
    world.write(TONE, "name: spoiled\n");
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
    insta::assert_snapshot!(world.run(&["restore", TONE]), @r"
    exit 6
    --- stdout
      not kept    scorecards/Harbor Telecom – Retention Calls/Greeting and Name.yaml  nothing earlier is kept of this file

    1 file: 0 brought back
    --- stderr
      help: scoresync restore TARGET --version VERSION    for any version of a score
    ");
    std::fs::remove_file(world.folder().join(TONE)).expect("removed");
    insta::assert_snapshot!(world.run(&["restore", "greeting-and-name", "-n"]), @r"
    exit 0
    --- stdout
      to restore  scorecards/Harbor Telecom – Retention Calls/Greeting and Name.yaml  1143 B

    1 file: 1 brought back (dry run: nothing was done)
    ");
    insta::assert_snapshot!(world.run(&["restore", "greeting-and-name"]), @r"
    exit 0
    --- stdout
      restored    scorecards/Harbor Telecom – Retention Calls/Greeting and Name.yaml  1143 B

    1 file: 1 brought back
    ");
    assert_ne!(world.read(TONE), edited, "the base, without the edit");
    // Numbers depend on the order of the scores' ids.
    let list = world.run(&["restore", "--list", TONE]).replace(|c: char| c.is_ascii_digit(), " ");
    insta::assert_snapshot!(list, @r"
    exit  
    --- stdout
    run  : restore, [time]
                   made  scorecards/Harbor Telecom – Retention Calls/Greeting and Name.yaml

    run  : pull, [time]
                   made  scorecards/Harbor Telecom – Retention Calls/Greeting and Name.yaml
    ");
    insta::assert_snapshot!(world.run(&["undo"]), @r"
    exit 0
    --- stdout
    run 3: restore, [time]
      removed     scorecards/Harbor Telecom – Retention Calls/Greeting and Name.yaml  it was not there before

    1 file: 1 brought back
    ");
    insta::assert_snapshot!(world.run(&["undo", "--run", "99", "--json"]), @r#"
    exit 2
    --- stdout
    {
      "version": 1,
      "command": "undo",
      "ok": false,
      "exit_code": 2,
      "error": {
        "code": "NOTHING_TO_UNDO",
        "message": "no run 99 is kept",
        "at": [],
        "next": [
          "scoresync restore --list"
        ]
      }
    }
    --- stderr
    error: no run 99 is kept
      help: scoresync restore --list
    "#);
}

#[test]
fn a_draft_is_promoted_and_taken_back() {
    let world = played();
    insta::assert_snapshot!(world.run(&["promote"]), @r"
    exit 0
    --- stdout
    no draft waits to be promoted
    ");
    world.run(&["push", "-q", "--note", "One word"]);
    insta::assert_snapshot!(world.run(&["promote", "-q", "-n", "--min-accuracy", "90"]), @r"
    exit 6
    --- stdout
      refused     Greeting and Name  [short] was not evaluated

    1 score: 0 promoted (dry run: nothing was done)
    ");
    let said = world.run(&["promote"]);
    let headings = ["  champion    ", "  candidate   ", "  evaluation  none\n", ": One word\n", "--- champion ", "+++ version "];
    assert!(headings.iter().all(|heading| said.contains(heading)), "{said}");
    assert!(said.ends_with("version [short], now champion\n\n1 score: 1 promoted\n"), "{said}");
    assert!(world.run(&["status", "-q"]).contains("12 scores: 1 empty, 11 clean"));
    assert!(world.run(&["promote", "--undo"]).starts_with("exit 2\n"), "the score has to be named");
    insta::assert_snapshot!(world.run(&["promote", "-q", "--undo", TONE]), @r"
    exit 0
    --- stdout
      promoted    Greeting and Name  version [short], now champion

    1 score: 1 promoted
    ");
    insta::assert_snapshot!(world.run(&["status", "-q"]), @r"
    exit 0
    --- stdout
    Harbor Telecom – Retention Calls
      draft       Greeting and Name  1 draft not promoted, version [short]

    12 scores: 1 empty, 1 draft, 10 clean
    ");
    insta::assert_snapshot!(world.run(&["promote", "--json", "greeting-and-name"]), @r#"
    exit 0
    --- stdout
    {
      "version": 1,
      "command": "promote",
      "ok": true,
      "exit_code": 0,
      "dry_run": false,
      "scores": [
        {
          "champion_updated": true,
          "changes_detected": {
            "code": true,
            "guidelines": false
          },
          "code_file_path": "~/work/scorecards/Harbor Telecom – Retention Calls/Greeting and Name.yaml",
          "evaluations": [],
          "id": "[id]",
          "message": "version [short], now champion",
          "name": "Greeting and Name",
          "next": null,
          "outcome": "promoted",
          "previous_champion_version_id": "[id]",
          "success": true,
          "version_id": "[id]"
        }
      ],
      "error": null
    }
    "#);
    insta::assert_snapshot!(world.run(&["promote", "identity-check"]), @r"
    exit 6
    --- stdout
      refused     Identity Check  no draft of yours waits here

    1 score: 0 promoted
    --- stderr
      help: scoresync push 'Harbor Telecom – Retention Calls/Identity Check.yaml'    makes a draft of your edits
    ");
}
