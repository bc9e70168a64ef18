//! `promote`: a draft becomes champion, and is taken back.

use super::world::{DEMO_SCORE, Server, TONE, TONE_CODE, World, score, written};

#[test]
fn a_draft_is_promoted_and_taken_back() {
    let world = World::demo();
    insta::assert_snapshot!(world.run(&["promote"]), @r"
    exit 0
    --- stdout
    no drafts to promote
    --- stderr
      help: scoresync push    # makes drafts of your edits
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
          "newer_edits": {
            "code": false,
            "guidelines": false
          },
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
      help: scoresync push 'scorecards/Harbor Telecom – Retention Calls/Identity Check.yaml'    # makes a draft, if you edited it
    ");
}

/// What the pull merged is an edit: without a push there is nothing to promote.
#[test]
fn whoever_came_second_pulls_pushes_and_promotes() {
    let world = World::pulled();
    world.write(TONE, &TONE_CODE.replace("polite?", "kind?"));
    world.run(&["push", "-q"]);
    world.promoted("tone-2", "tone-1", &TONE_CODE.replace("class: Classifier", "class: Extractor"));
    let late = world.run(&["promote", "--yes"]);
    assert!(late.starts_with("exit 6\n") && late.contains(&format!("help: scoresync pull {TONE}")), "{late}");
    assert!(world.run(&["pull", TONE]).contains("merged"));
    let said = world.run(&["promote", "--yes"]);
    assert!(
        said.contains("no drafts to promote\n--- stderr\n  help: scoresync push    # makes drafts of your edits\n"),
        "{said}"
    );
    let pushed = world.run(&["push", TONE]);
    assert!(pushed.contains("1 score: pushed"), "{pushed}");
    assert!(world.run(&["promote", "--yes"]).contains("1 promoted"));
    assert!(world.run(&["promote", "--yes"]).ends_with("no drafts to promote\n"), "nothing is edited");
}

/// Whoever edits on after a push sees that the promotion is not about that.
#[test]
fn edits_since_the_draft_are_told_with_the_way_to_promote_them() {
    let world = World::demo();
    world.run(&["push", "-q"]);
    let file = "scorecards/Harbor Telecom – Retention Calls/Greeting and Name.yaml";
    world.write(file, &(world.read(file) + "# later\n"));
    let told = "code edited since, which is not in it";
    let help = format!("help: scoresync push --promote '{file}'    # promotes what was edited since");
    let preview = world.run(&["promote", "-n"]);
    assert!(preview.contains(&format!("  edits       {told}\n")) && preview.contains(&help), "{preview}");
    let json = world.run(&["promote", "-n", "--json"]);
    assert!(json.contains("\"newer_edits\": {\n        \"code\": true,\n        \"guidelines\": false\n"), "{json}");
    let said = world.run(&["promote", "--yes"]);
    assert!(said.contains(&format!("version [short], now champion; {told}\n")) && said.contains(&help), "{said}");
    world.run(&["push", "-q", "--promote", "--yes"]);
    let back = world.run(&["promote", "--undo", "--yes", DEMO_SCORE]);
    assert!(!back.contains(told), "it is not about the files: {back}");
}

#[test]
fn a_score_that_is_gone_has_nothing_to_promote_or_take() {
    let world = World::pulled();
    world.seed(vec![("Score", serde_json::json!({"id": "tone", "name": "Tone", "scorecardId": "gone"}))]);
    insta::assert_snapshot!(world.run(&["pull", TONE, "--version", "tone-1"]), @r"
    exit 6
    --- stderr
    error: this score is gone from Plexus
      at QA/Tone.yaml
      help: scoresync pull --prune QA/Tone.yaml    # deletes it here too, unless it has edits
    ");
    for args in [&["--version", "tone-1"][..], &["--undo"], &[]] {
        let said = world.run(&[&["promote", "--yes", TONE], args].concat());
        assert!(said.starts_with("exit 6\n") && said.contains("this score is gone from Plexus"), "{args:?}: {said}");
        assert!(said.contains("help: scoresync pull --prune scorecards/QA/Tone.yaml"), "{args:?}: {said}");
    }
    assert!(!world.run(&["status", TONE, "--drafts"]).contains("--version"), "nobody is sent to a draft");
    assert!(world.run(&["promote", "--yes"]).contains("no drafts to promote"));
}

#[test]
fn a_document_without_drafts_is_not_said_to_get_one() {
    let (world, _) = World::demo_with_documents();
    let report = "report-configurations/Monthly agreement.md";
    for (args, words) in [
        (&["promote", "--yes", report][..], "it has no drafts: an edit of it runs as soon as it is pushed"),
        (&["promote", "--yes", "--undo", report], "Plexus keeps no earlier versions of it"),
    ] {
        let said = world.run(args);
        assert!(said.starts_with("exit 6\n") && said.contains(words), "{said}");
        assert!(said.contains("help: scoresync push --promote 'report-configurations/"), "{said}");
    }
}

#[test]
fn two_first_versions_are_told_as_such() {
    let world = World::pulled();
    let [(_, mut row), _] = score("fresh", "Fresh");
    row["championVersionId"] = serde_json::Value::Null;
    world.seed(vec![("Score", row.clone())]);
    let file = "scorecards/QA/Fresh.yaml";
    world.write(file, "name: Fresh\nclasses: [{name: Ours}]\n");
    assert!(world.run(&["push", file]).contains("pushed"));
    row["championVersionId"] = "fresh-1".into();
    let theirs = written("fresh", "fresh-1", "name: Fresh\nclasses: [{name: Theirs}]\n", None);
    world.seed(vec![("Score", row), ("ScoreVersion", theirs)]);
    for args in [&["status", file][..], &["pull", file], &["resolve", "--list"], &["push", file]] {
        let said = world.run(args);
        assert!(said.contains("your files and the champion come from no common version"), "{args:?}: {said}");
    }
}

/// A workspace with an edit of `Tone`, and the server of its dashboard.
fn served_with_an_edit() -> (World, Server) {
    let mut world = World::with_dashboard();
    let server = Server::start(&mut world, &[]);
    assert!(world.run(&["pull"]).starts_with("exit 0\n"));
    world.write(TONE, &TONE_CODE.replace("polite", "kind"));
    (world, server)
}

/// Who is told to run it again does: it ends well, and an undo is not turned round.
#[test]
fn what_a_run_again_finishes_is_its_result() {
    let (world, server) = served_with_an_edit();
    assert!(world.run(&["push"]).starts_with("exit 0\n"));
    let refusing = ["--fault", "throttle:updateScore:99"];
    let server = server.again(&world, &refusing);
    let said = world.run(&["promote", "--yes", TONE]);
    assert!(said.starts_with("exit 5\n"), "{said}");
    let server = server.again(&world, &[]);
    let said = world.run(&["promote", "--yes", TONE]);
    assert!(said.starts_with("exit 0\n") && said.contains("is champion\n") && !said.contains("refused"), "{said}");
    let (_, promoted) = (server, world.run(&["status"]));
    assert!(promoted.contains("2 scores: clean"), "{promoted}");
}

#[test]
fn an_undo_that_is_finished_is_not_turned_round() {
    let (world, server) = served_with_an_edit();
    assert!(world.run(&["push", "--promote", "--yes"]).starts_with("exit 0\n"));
    let server = server.again(&world, &["--fault", "throttle:updateScore:99"]);
    let said = world.run(&["promote", "--undo", "--yes", TONE]);
    assert!(said.starts_with("exit 5\n"), "{said}");
    let _server = server.again(&world, &[]);
    let said = world.run(&["promote", "--undo", "--yes", TONE]);
    assert!(said.starts_with("exit 0\n") && said.contains("is champion again\n") && !said.contains("promoted"), "{said}");
    assert!(world.run(&["status"]).contains("1 draft not promoted"), "the version that was taken back");
}
