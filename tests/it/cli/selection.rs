//! Which scores are meant: by file from anywhere, by name, key, id and external id, and never by guessing.

use super::World;
use super::desk::{TONE, score};
use serde_json::json;

#[test]
fn a_score_goes_by_many_names() {
    let world = World::pulled();
    let absolute = world.folder().join(TONE).display().to_string();
    for word in [
        "Tone",
        "tone",
        "11",
        TONE,
        "QA/Tone.yaml",
        "scorecards/QA/guidelines/Tone.md",
        "./scorecards/../scorecards/QA/Tone.yaml",
        &absolute,
    ] {
        let said = world.run(&["path", word]);
        assert!(said.contains("/QA/Tone.yaml\n") && !said.contains("greeting"), "{word}: {said}");
    }
    for word in ["QA", "qa", "9", "scorecards/QA", "scorecards", "."] {
        let said = world.run(&["path", word]);
        assert!(said.contains("Tone.yaml") && said.contains("greeting.yaml"), "{word}: {said}");
    }
}

#[test]
fn paths_are_seen_from_where_one_stands() {
    let world = World::pulled();
    for (folder, word) in [
        ("scorecards/QA", "Tone.yaml"),
        ("scorecards/QA", "guidelines/Tone.md"),
        ("scorecards/QA/guidelines", "Tone.md"),
        ("scorecards/QA/guidelines", "../Tone.yaml"),
    ] {
        let said = world.run(&["status", "-v", "-C", folder, word]);
        assert!(said.contains("1 score: clean"), "{folder} {word}: {said}");
    }
    let said = world.run(&["status", "-C", "scorecards/QA", "."]);
    assert!(said.contains("2 scores: clean"), "{said}");
}

#[test]
fn a_name_of_two_scores_lists_both() {
    let world = World::with_dashboard();
    world.seed(vec![("Scorecard", json!({"id": "sales", "name": "Sales", "key": "sales", "accountId": "acme-id"}))]);
    let mut twin = score("tone2", "Tone");
    twin[0].1["scorecardId"] = "sales".into();
    world.seed(twin.to_vec());
    assert!(world.run(&["pull"]).starts_with("exit 0\n"));
    insta::assert_snapshot!(world.run(&["push", "Tone"]), @r#"
    exit 2
    --- stderr
    error: "Tone" matches 2 scores
      at QA/Tone.yaml (tone)
      at Sales/Tone.yaml (tone2)
      help: name one of them by its file or its id
    "#);
    insta::assert_snapshot!(world.run(&["status", "-v", "--scorecard", "Sales", "Tone"]), @r"
    exit 0
    --- stdout
    Sales
      clean       Tone

    1 score: clean
    ");
    insta::assert_snapshot!(world.run(&["status", "--scorecard", "Sale"]), @r#"
    exit 2
    --- stderr
    error: no score or scorecard matches "Sale"
      help: did you mean sales?
    "#);
    insta::assert_snapshot!(world.run(&["show", "Sales", "--code"]), @r"
    exit 0
    --- stdout
    name: tone2
    ");
    insta::assert_snapshot!(world.run(&["show", "--code", "scorecards"]), @r#"
    exit 2
    --- stderr
    error: this is about one score, and 3 are named
      at QA/It's a -greeting.yaml
      at QA/Tone.yaml
      at Sales/Tone.yaml
      help: name one of them by its file or its id
    "#);
}

#[test]
fn what_is_not_there_is_said() {
    let world = World::pulled();
    insta::assert_snapshot!(world.run(&["push", "scorecards/QA/Tune.yaml"]), @r#"
    exit 2
    --- stderr
    error: no score or scorecard matches "QA/Tune.yaml"
      help: did you mean QA/Tone.yaml?
    "#);
    insta::assert_snapshot!(world.run(&["push", "nothing like it"]), @r#"
    exit 2
    --- stderr
    error: no score or scorecard matches "nothing like it"
      help: scoresync status -v    # to see all scores
    "#);
    insta::assert_snapshot!(world.run(&["push", ""]), @r#"
    exit 2
    --- stderr
    error: no score or scorecard matches ""
      help: scoresync status -v    # to see all scores
    "#);
    insta::assert_snapshot!(world.run(&["diff", "--from", "zzz", "Tone"]), @r#"
    exit 2
    --- stderr
    error: this score has no version "zzz"
      help: scoresync log SCORE    # to see its versions
    "#);
    insta::assert_snapshot!(world.run(&["diff", "--from", "", "Tone"]), @r#"
    exit 2
    --- stderr
    error: this score has no version ""
      help: scoresync log SCORE    # to see its versions
    "#);
    insta::assert_snapshot!(world.run(&["status", "-C", "nowhere"]), @r"
    exit 2
    --- stderr
    error: this folder cannot be used: No such file or directory (os error 2)
      at ~/work/nowhere
    ");
}

#[test]
fn a_legacy_file_is_reported_and_not_taken() {
    let world = World::pulled();
    world.write("scorecards/QA/Tone.md", "# Old place\n");
    insta::assert_snapshot!(world.run(&["status"]), @r"
    exit 0
    --- stdout
    Guidelines that lie beside the code instead of in guidelines/:
      QA/Tone.md

    2 scores: clean
    --- stderr
      help: scoresync pull --move-legacy    # moves them
    ");
    assert!(world.run(&["push"]).contains("2 scores: unchanged"));
    insta::assert_snapshot!(world.run(&["pull", "--move-legacy"]), @r"
    exit 0
    --- stdout
    2 scores: unchanged
    --- stderr
    warning: QA/Tone.md stays: QA/guidelines/Tone.md is there already; keep what you need and remove one of them
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
      QA/guidelines/Tone.md

    2 scores: unchanged (dry run: nothing was done)
    ");
    assert_eq!(world.read("scorecards/QA/Tone.md"), bytes);
    insta::assert_snapshot!(world.run(&["pull", "--move-legacy"]), @r"
    exit 0
    --- stdout
    Guidelines moved here from beside the code:
      QA/guidelines/Tone.md

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
    ");
}
