//! Which scores are meant: by file from anywhere, by name, key, id and external id, and never by guessing.

use super::world::{DEMO_SCORE, TONE, World};

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
    let world = World::with_namesakes();
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
    insta::assert_snapshot!(world.run(&["show", "--code", "scorecards"]), @r"
    exit 2
    --- stderr
    error: this command takes one score, and 3 match
      at QA/It's a -greeting.yaml (greeting)
      at QA/Tone.yaml (tone)
      at Sales/Tone.yaml (tone2)
      help: name one of them by its file or its id
    ");
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
      help: name a folder that is there
    ");
}

#[test]
fn a_slip_of_the_finger_is_answered_with_the_nearest_name() {
    let world = World::demo();
    insta::assert_snapshot!(world.run(&["status", "-q", "Greetings and Name"]), @r#"
    exit 2
    --- stderr
    error: no score or scorecard matches "Greetings and Name"
      help: did you mean 'Greeting and Name'?
    "#);
}

#[test]
fn patterns_select_by_name_and_path() {
    let world = World::pulled();
    for (pattern, count) in [("QA/*", 2), ("T?ne", 1), ("*greeting*", 1), ("QA/Tone.*", 1), ("*", 2)] {
        let said = world.run(&["status", "-v", pattern]);
        assert!(said.contains(&format!("\n{count} score")), "{pattern}: {said}");
    }
    insta::assert_snapshot!(world.run(&["status", "Billing/*"]), @r#"
    exit 2
    --- stderr
    error: no score or scorecard matches "Billing/*"
      help: scoresync status -v    # to see all scores
    "#);
}

#[test]
fn commands_of_other_tools_are_led_to_ours() {
    let world = World::pulled();
    assert!(world.run(&["st"]).contains("2 scores: clean"));
    for (word, advice) in [("fetch", "scoresync pull"), ("merge", "scoresync resolve"), ("login", "PLEXUS_API_KEY")] {
        let said = world.run(&[word]);
        assert!(said.starts_with("exit 2\n") && said.contains("tip: ") && said.contains(advice), "{said}");
    }
}

#[test]
fn what_the_settings_leave_out_is_named_as_such() {
    let world = World::demo();
    let settings = world.read("scoresync.yaml");
    world.write("scoresync.yaml", &format!("{settings}scorecards: [Billing Support Quality]\n"));
    insta::assert_snapshot!(world.run(&["push", DEMO_SCORE]), @r#"
    exit 2
    --- stderr
    error: "Harbor Telecom – Retention Calls/Greeting and Name.yaml" is in the scorecard "Harbor Telecom – Retention Calls", which scoresync.yaml leaves out
      help: add "Harbor Telecom – Retention Calls" to scorecards in scoresync.yaml
    "#);
    for word in ["Greeting and Name", "Harbor Telecom – Retention Calls", "Greeting*"] {
        let said = world.run(&["status", word]);
        assert!(said.starts_with("exit 2\n") && said.contains("which scoresync.yaml leaves out"), "{word}: {said}");
    }
    let said = world.run(&["status", "--scorecard", "Billing Support Quality", DEMO_SCORE]);
    assert!(said.contains("which --scorecard leaves out"), "{said}");
    world.write("scoresync.yaml", &format!("{settings}scorecards: [nosuch]\n"));
    insta::assert_snapshot!(world.run(&["status"]), @r#"
    exit 2
    --- stderr
    error: no scorecard matches "nosuch", which scoresync.yaml names under scorecards
      at Harbor Telecom – Retention Calls
      at Clínica São Lucas: Agendamentos
      at Billing Support Quality
      help: correct scorecards in scoresync.yaml; there are these
    "#);
}
