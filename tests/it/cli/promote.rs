//! `promote`: a draft becomes champion, and is taken back.

use super::world::{DEMO_SCORE, World};

#[test]
fn a_draft_is_promoted_and_taken_back() {
    let world = World::demo();
    insta::assert_snapshot!(world.run(&["promote"]), @r"
    exit 0
    --- stdout
    no drafts to promote
    ");
    world.run(&["push", "-q", "--note", "One word"]);
    insta::assert_snapshot!(world.run(&["promote", "-q", "-n", "--min-accuracy", "90"]), @r"
    exit 6
    --- stdout
      refused     Greeting and Name  [short] was never evaluated

    1 score: 0 promoted (dry run: nothing was done)
    ");
    let said = world.run(&["promote", "--yes"]);
    let headings = ["  champion    ", "  candidate   ", "  evaluation  never evaluated\n", ": One word\n", "--- a/", "+++ b/"];
    assert!(headings.iter().all(|heading| said.contains(heading)), "{said}");
    assert!(said.ends_with("version [short], now champion\n\n1 score: 1 promoted\n"), "{said}");
    assert!(world.run(&["status", "-q"]).contains("12 scores: 1 without a champion, 11 clean"));
    assert!(world.run(&["promote", "--undo"]).starts_with("exit 2\n"), "the score has to be named");
    assert_eq!(world.run(&["promote", "-q", "--yes", "--undo", DEMO_SCORE]), "exit 0\n");
    insta::assert_snapshot!(world.run(&["status", "-q"]), @r"
    exit 0
    --- stdout
    Harbor Telecom – Retention Calls
      draft       Greeting and Name  1 draft not promoted, version [short]

    12 scores: 1 without a champion, 1 draft, 10 clean
    ");
    insta::assert_snapshot!(world.run(&["promote", "--json", "--yes", "greeting-and-name"]), @r#"
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
          "champion_evaluations": [],
          "champion_updated": true,
          "changes_detected": {
            "code": true,
            "guidelines": false
          },
          "code_file_path": "~/work/scorecards/Harbor Telecom – Retention Calls/Greeting and Name.yaml",
          "comparison": {
            "candidate_evaluation": null,
            "champion_evaluation": null,
            "difference": null,
            "verdict": "not_evaluated"
          },
          "evaluations": [],
          "feedback": {
            "ac1": null,
            "agreement": null,
            "changed": 0,
            "complete": true,
            "reviewed": 0,
            "window": {
              "from": "[time]",
              "since": "champion",
              "to": "[time]",
              "version_id": "[id]"
            }
          },
          "id": "[id]",
          "message": "version [short], now champion",
          "name": "Greeting and Name",
          "next": null,
          "outcome": "promoted",
          "previous_champion_version_id": "[id]",
          "running": {
            "evaluations": [],
            "tasks": [],
            "waiting": 0
          },
          "success": true,
          "url": null,
          "version_id": "[id]"
        }
      ],
      "error": null
    }
    "#);
    insta::assert_snapshot!(world.run(&["promote", "identity-check"]), @r"
    exit 6
    --- stdout
      refused     Identity Check  there is no draft to promote here

    1 score: 0 promoted
    --- stderr
      help: scoresync push 'scorecards/Harbor Telecom – Retention Calls/Identity Check.yaml'    # makes a draft of your edits
    ");
}
