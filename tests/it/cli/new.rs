//! `new`: which score a file would become, and why not.

use super::world::{Server, TONE, World};
use serde_json::{Value, json};

const FILE: &str = "scorecards/QA/Silence.yaml";
const CODE: &str = "name: Silence\nkey: silence\nexternal_id: '77'\nclass: Classifier\n";

#[test]
fn a_file_becomes_a_score() {
    let world = World::pulled();
    world.write(FILE, CODE);
    insta::assert_snapshot!(world.run(&["new", "-n", FILE]), @r"
    exit 0
    --- stdout
    Silence
      scorecard     QA
      section       All
      type          binary
      external id   77
      key           silence
      version       [short] with code, to be champion

      to create   Silence  dry run: nothing was done
    ");
    assert!(
        world.run(&["status"]).contains("Files without a score (scoresync new FILE creates one):\n  scorecards/QA/Silence.yaml")
    );
    insta::assert_snapshot!(world.run(&["new", "--yes", FILE]), @r"
    exit 0
    --- stdout
    Silence
      scorecard     QA
      section       All
      type          binary
      external id   77
      key           silence
      version       [short] with code, to be champion

      created     Silence  version [short], now champion
    ");
    assert_eq!(world.run(&["status"]), "exit 0\n--- stdout\n3 scores: all clean\n");
    insta::assert_snapshot!(world.run(&["new", "--yes", FILE]), @r#"
    exit 2
    --- stderr
    error: this file belongs to the score "Silence"
      at QA/Silence.yaml
      help: scoresync push QA/Silence.yaml    # makes a version of it
    "#);
}

#[test]
fn flags_say_what_the_file_does_not() {
    let world = World::pulled();
    world.seed(vec![("ScorecardSection", json!({"id": "s2", "name": "Compliance", "order": 1, "scorecardId": "qa"}))]);
    world.write(FILE, "class: Classifier\nname: Silence\n");
    insta::assert_snapshot!(world.run(&["new", "--yes", FILE]), @r"
    exit 2
    --- stderr
    error: the scorecard has several sections, so name one
      at All
      at Compliance
      help: name one with --section
    ");
    insta::assert_snapshot!(world.run(&["new", "--yes", FILE, "--section", "Compliance"]), @r"
    exit 2
    --- stderr
    error: the score needs an external id
      help: give it with --external-id, or as external_id in the file
    ");
    let args =
        ["new", "--yes", FILE, "--section", "Compliance", "--external-id", "78", "--type", "text", "--key", "quiet", "--json"];
    let output = world.command(&args).output().expect("it runs");
    let document: Value = serde_json::from_slice(&output.stdout).expect("JSON");
    let score = &document["score"];
    assert_eq!((&score["section"], &score["type"]), (&json!("Compliance"), &json!("text")));
    assert_eq!((&score["external_id"], &score["key"]), (&json!("78"), &json!("quiet")));
    assert_eq!(
        (&score["champion_updated"], &score["existed"], &document["dry_run"]),
        (&json!(true), &json!(false), &json!(false))
    );
}

#[test]
fn what_cannot_be_a_score_is_refused_and_nothing_is_created() {
    let world = World::pulled();
    let refused = |path: &str, code: &str, args: &[&str]| {
        world.write(path, code);
        let said = world.run(&[&["new", "--yes", path], args].concat());
        std::fs::remove_file(world.folder().join(path)).expect("removed");
        assert_eq!(world.run(&["status", "-q"]), "exit 0\n--- stdout\n2 scores: clean\n", "{said}");
        said
    };
    for key in ["", "A B", "quiet\n"] {
        let said = refused(FILE, "name: Silence\nclass: Classifier\nexternal_id: \"78\"\n", &["--key", key]);
        assert!(said.starts_with("exit 2\n") && said.contains("a key has only a-z, 0-9, _ and -"), "{key:?}: {said}");
    }
    for (option, word) in [("--external-id", ""), ("--external-id", " "), ("--external-id", "7\u{1b}[2J"), ("--name", "A\nB")] {
        let said = refused(FILE, "class: Classifier\nkey: silence\n", &[option, word]);
        assert!(said.starts_with("exit 2\n") && said.contains("letters, digits or signs are expected"), "{word:?}: {said}");
    }
    insta::assert_snapshot!(refused(FILE, "name: [\n", &[]), @r"
    exit 6
    --- stderr
    error: the file cannot be sent as it is
      at QA/Silence.yaml:1:7: unclosed bracket '['
      help: scoresync check QA/Silence.yaml
    ");
    insta::assert_snapshot!(refused(FILE, "name: Silence\nkey: Not A Key\nid: 7\n", &[]), @r#"
    exit 6
    --- stderr
    error: check found errors: nothing was created
      at scorecards/QA/Silence.yaml:2:6: "Not A Key" cannot be a key
      help: scoresync check scorecards/QA/Silence.yaml
    "#);
    insta::assert_snapshot!(refused(FILE, "name: Another\nid: 7\nclass: X\n", &[]), @r#"
    exit 2
    --- stderr
    error: a score named "Another" would have the file QA/Another.yaml
      at QA/Silence.yaml
      help: change the name in the file, or give another with --name
      help: or give the file that name
    "#);
    insta::assert_snapshot!(refused(FILE, "name: Silence\nid: 11\nclass: X\n", &[]), @r#"
    exit 2
    --- stderr
    error: the score "Tone" of this scorecard has the external id "11"
      help: give another with --external-id, or change it in the file
    "#);
    insta::assert_snapshot!(refused(FILE, "name: Silence\nid: 7\nclass: X\n", &["--section", "No such"]), @r#"
    exit 2
    --- stderr
    error: the scorecard has no section "No such"
      at All
      help: name one with --section
    "#);
    insta::assert_snapshot!(refused("scorecards/Other/Silence.yaml", CODE, &[]), @r#"
    exit 2
    --- stderr
    error: there is no scorecard "Other"
      help: scoresync status -v    # to see the scorecards; new ones are made in Plexus
    "#);
    insta::assert_snapshot!(world.run(&["new", TONE]), @r#"
    exit 2
    --- stderr
    error: this file belongs to the score "Tone"
      at QA/Tone.yaml
      help: scoresync push QA/Tone.yaml    # makes a version of it
    "#);
    insta::assert_snapshot!(world.run(&["new", "Silence"]), @r#"
    exit 2
    --- stderr
    error: "Silence" is not a file in the scorecards folder
      help: scoresync new scorecards/<Scorecard>/<Score>.yaml
    "#);
    insta::assert_snapshot!(world.run(&["new", "--offline", FILE]), @r"
    exit 2
    --- stderr
    error: this needs the dashboard
      help: run it without --offline
    ");
}

/// Guidelines go with the code file of their name, so that none is made of them alone.
#[test]
fn guidelines_that_a_person_renamed_are_told_as_nobodys() {
    let world = World::pulled();
    world.rename("scorecards/QA/guidelines/Tone.md", "scorecards/QA/guidelines/Tone v2.md");
    let said = world.run(&["status"]);
    let heading = "Guidelines of no score, so they are not synced (they have the name of its code file):";
    assert!(said.contains(&format!("{heading}\n  scorecards/QA/guidelines/Tone v2.md")), "{said}");
    let said = world.run(&["new", "scorecards/QA/guidelines/Tone v2.md"]);
    let help = "help: guidelines have the name of the code file that they go with: QA/Tone v2.yaml";
    assert!(said.starts_with("exit 2\n") && said.contains(help), "{said}");
}

/// Each step of a creation can fail; who runs it again hears that it is done.
#[test]
fn a_creation_that_is_run_again_ends_well() {
    for fault in ["lose-reply:createScore:99", "throttle:createScoreVersion:99", "throttle:updateScore:99"] {
        let mut world = World::with_dashboard();
        let server = Server::start(&mut world, &[]);
        assert!(world.run(&["pull"]).starts_with("exit 0\n"));
        world.write(FILE, CODE);
        let server = server.again(&world, &["--fault", fault]);
        let said = world.run(&["new", "--yes", FILE]);
        assert!(said.starts_with("exit 5\n"), "{fault}: {said}");
        let _server = server.again(&world, &[]);
        let said = world.run(&["new", "--yes", FILE]);
        assert!(said.starts_with("exit 0\n"), "{fault}: {said}");
        assert_eq!(world.run(&["status"]), "exit 0\n--- stdout\n3 scores: all clean\n", "{fault}");
    }
}
