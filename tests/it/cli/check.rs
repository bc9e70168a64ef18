//! `check` and `schema`: offline, without a dashboard, a state or settings.

use super::world::World;
use insta::assert_snapshot;
use scoresync::check::Rule;
use scoresync::state::State;
use serde_json::Value;
use std::process::{Output, Stdio};
use std::time::Duration;

const FILE: &str = "scorecards/QA/Tone.yaml";
const TONE: &str = "name: Tone\nkey: TONE\nclass: LangGraphScore\nversion: 1b2c\nvalid_classes: [Yes, \"No\"]\n";
const GUIDELINES: &str =
    "# Tone\n\n## Objective\n\n## Classes\n- Valid labels: [Yes, No]\n- Target class: Yes\n- Default class: No\n";

fn world() -> World {
    let world = World::new();
    world.write("scoresync.yaml", "check:\n  rules: {guidelines-section: off}\n");
    world.write("scorecards/QA/Tone.yaml", TONE);
    world.write("scorecards/QA/guidelines/Tone.md", GUIDELINES);
    world.write("scorecards/QA/Good.yaml", "name: Good\nclass: B\ndepends_on: [Tone]\n");
    world.write("scorecards/Other/Broken.yaml", "name: [\n");
    // Foreign files.
    world.write("scorecards/qa.yaml", "a: [\n");
    world.write("scorecards/QA/Tone.yaml.bak", "a: [\n");
    world.write("scorecards/QA/Tone.md", "TODO\n");
    world.write("scorecards/QA/Tone.knowledge-base/x.yaml", "a: [\n");
    world
}

fn stdout(output: &Output) -> String {
    String::from_utf8(output.stdout.clone()).expect("output is UTF-8")
}

#[test]
fn everything_is_checked_and_foreign_files_are_left_alone() {
    assert_snapshot!(world().run(&["check"]), @r#"
    exit 1
    --- stdout
    scorecards/Other/Broken.yaml:1:7: error: unclosed bracket '[' [yaml-syntax]
     1 | name: [
       |       ^
       fix: fix the YAML at this place, or just before it
    scorecards/QA/Tone.yaml:2:6: error: "TONE" cannot be a key [bad-key]
     2 | key: TONE
       |      ^^^^
       fix: use only a-z, 0-9, _ and - (^[a-z0-9_-]+$)
    scorecards/QA/Tone.yaml:4:1: info: a version stamp of another tool [stamp]
     4 | version: 1b2c
       | ^^^^^^^^^^^^^
       fix: remove the line; it is never sent to the dashboard
    scorecards/QA/Tone.yaml:5:17: warning: Yes is true for the dashboard's API but text for the runtime [ambiguous-text]
     5 | valid_classes: [Yes, "No"]
       |                 ^^^
       fix: quote it: "Yes"
    --- stderr
    4 files checked: 2 errors, 1 warning, 1 note
      help: scoresync check --fix    # does what is safe
    "#);
}

#[test]
fn paths_and_names_select_scores() {
    let world = world();
    assert_eq!(world.run(&["check", "scorecards/QA/Good.yaml", "-q"]), "exit 0\n");
    assert_eq!(world.run(&["check", "Good", "-q"]), "exit 0\n");
    assert_eq!(world.run(&["check", "scorecards/QA/Tone.yaml.bak", "-q"]), "exit 0\n", "a hook passes foreign files too");
    assert!(
        world.run(&["check", "QA/guidelines/Tone.md", "-q"]).contains("Tone.yaml:2:6"),
        "a score's documents belong together"
    );
    assert!(world.run(&["check", "scorecards/QA/Missing.yaml"]).starts_with("exit 2\n"));
    assert!(world.run(&["check", "Nobody"]).starts_with("exit 2\n"));
    assert!(world.run(&["check", "QA/*"]).contains("3 files checked"));
    assert!(world.run(&["check", "Go?d"]).contains("1 file checked"));
}

#[test]
fn a_score_goes_by_the_names_that_every_command_knows() {
    let world = World::pulled();
    world.write("scorecards/QA/New here.yaml", "name: New here\nclass: B\n");
    let checked = |word: &str| {
        let said = world.run(&["check", word]);
        said.lines().find_map(|line| line.split_once(" checked").map(|(files, _)| files.to_owned())).unwrap_or(said)
    };
    let one = checked("QA/Tone.yaml");
    for word in ["Tone", "tone", "11", "T*e", "QA/Tone"] {
        assert_eq!(checked(word), one, "{word}");
    }
    for word in ["QA", "qa", "9", "QA/*"] {
        assert_eq!(checked(word), checked("scorecards/QA"), "{word}: new files too");
    }
    assert_eq!(checked("New here"), "1 file");
    assert_snapshot!(world.run(&["check", "Tine"]), @r#"
    exit 2
    --- stderr
    error: no score or scorecard matches "Tine"
      help: did you mean tone?
    "#);
}

#[test]
fn without_a_workspace_the_advice_is_what_works_there() {
    let world = World::new();
    assert_snapshot!(world.run(&["check"]), @r#"
    exit 0
    --- stderr
    0 files checked: 0 errors, 0 warnings, 0 notes
      help: scoresync -C FOLDER check    # in the folder that holds scorecards
    "#);
    world.write("scorecards/QA/Tone.yaml", TONE);
    assert_snapshot!(world.run(&["check", "Nobody"]), @r#"
    exit 2
    --- stderr
    error: no score or scorecard matches "Nobody"
      help: scoresync check    # without a name: all scores below ./scorecards
    "#);
    assert!(world.run(&["check"]).contains("help: scoresync init "), "{}", world.run(&["check"]));
}

#[test]
fn rules_are_listed_and_explained_anywhere() {
    let world = World::new();
    let list = world.run(&["check", "--list"]);
    let codes: Vec<&str> = list.lines().filter_map(|line| line.split_once(' ').map(|(code, _)| code)).collect();
    for rule in Rule::ALL {
        assert!(codes.contains(&rule.code()), "{}: {list}", rule.code());
    }
    assert_snapshot!(world.run(&["check", "--explain", "unknown-score"]), @r#"
    exit 0
    --- stdout
    unknown-score (warning)
    `depends_on` and `results[…]` name scores of the scorecard.

    Why it matters
      The score waits for a result that never comes.

    Bad
      # Summary.yaml
      name: Summary
      class: LangGraphScore
      depends_on: [Tome]
      # Tone.yaml
      name: Tone
      class: LangGraphScore

    Good
      # Summary.yaml
      name: Summary
      class: LangGraphScore
      depends_on: [Tone]
      # Tone.yaml
      name: Tone
      class: LangGraphScore

    Fix
      Fix the name, or create the score first.
    "#);
    let json = |args: &[&str]| -> Value {
        let output = world.command(args).output().expect("the program starts");
        serde_json::from_str(&stdout(&output)).expect("JSON")
    };
    assert_eq!(json(&["check", "--list", "--json"])["rules"].as_array().map(Vec::len), Some(Rule::ALL.len()));
    let told = json(&["check", "--explain", "stamp", "--format", "json"]);
    assert_eq!((&told["rules"][0]["code"], &told["rules"][0]["severity"]), (&"stamp".into(), &"info".into()));
    assert_snapshot!(world.run(&["check", "--explain", "duplicate-keys"]), @r#"
    exit 2
    --- stderr
    error: no rule has the code "duplicate-keys"
      help: scoresync check --explain duplicate-key    # did you mean this one?
      help: scoresync check --list    # to see all rules
    "#);
    assert!(world.run(&["check", "--list", "Tone"]).starts_with("exit 2\n"));
}

#[test]
fn fix_changes_only_what_is_safe_and_twice_is_once() {
    let world = world();
    let first = world.run(&["check", "--fix", "QA"]);
    assert!(first.contains("2 fixed") && first.starts_with("exit 1\n"), "{first}");
    let fixed = "name: Tone\nkey: TONE\nclass: LangGraphScore\nvalid_classes: [\"Yes\", \"No\"]\n";
    assert_eq!(world.read("scorecards/QA/Tone.yaml"), fixed);
    assert!(world.run(&["check", "--fix", "QA"]).contains("0 fixed"));
    assert_eq!(world.read("scorecards/QA/Tone.yaml"), fixed);
    assert_eq!(world.read("scorecards/qa.yaml"), "a: [\n");
}

#[test]
fn fix_needs_a_workspace_to_keep_the_bytes_in() {
    let world = World::new();
    world.write("scorecards/QA/Tone.yaml", TONE);
    assert!(world.run(&["check", "--fix"]).starts_with("exit 2\n"));
    assert_eq!(world.read("scorecards/QA/Tone.yaml"), TONE);
    assert!(world.run(&["check"]).contains("bad-key"), "to look only, nothing is needed");
    assert!(!world.folder().join(".scoresync").exists());
}

#[test]
fn every_format_says_the_same() {
    let world = world();
    let run = |format: &str| world.command(&["check", "--format", format]).output().expect("the program starts");
    let json: Value = serde_json::from_str(&stdout(&run("json"))).expect("JSON");
    let sarif: Value = serde_json::from_str(&stdout(&run("sarif"))).expect("JSON");
    let github = stdout(&run("github"));
    let findings = json["findings"].as_array().expect("a list");
    let results = sarif["runs"][0]["results"].as_array().expect("a list");
    assert_eq!((findings.len(), github.lines().count()), (results.len(), results.len()));
    for ((finding, result), line) in findings.iter().zip(results).zip(github.lines()) {
        assert_eq!(finding["code"], result["ruleId"]);
        let region = &result["locations"][0]["physicalLocation"]["region"];
        assert_eq!((&finding["line"], &finding["column"]), (&region["startLine"], &region["startColumn"]));
        assert!(line.contains(&format!("line={},", finding["line"])), "{line}");
        assert!(line.contains(finding["message"].as_str().expect("a text")), "{line}");
        let rule = &sarif["runs"][0]["tool"]["driver"]["rules"][result["ruleIndex"].as_u64().expect("a number") as usize];
        assert_eq!(rule["id"], finding["code"]);
        for text in [&rule["fullDescription"]["text"], &rule["help"]["text"], &rule["help"]["markdown"]] {
            assert!(text.as_str().is_some_and(|text| !text.is_empty()), "{rule}");
        }
    }
    assert_eq!(run("sarif").status.code(), Some(1));
    assert_eq!(sarif["version"], "2.1.0");
    assert_snapshot!(github, @r#"
    ::error file=scorecards/Other/Broken.yaml,line=1,endLine=1,col=7,endColumn=8,title=yaml-syntax::unclosed bracket '['; fix the YAML at this place, or just before it
    ::error file=scorecards/QA/Tone.yaml,line=2,endLine=2,col=6,endColumn=10,title=bad-key::"TONE" cannot be a key; use only a-z, 0-9, _ and - (^[a-z0-9_-]+$)
    ::notice file=scorecards/QA/Tone.yaml,line=4,endLine=4,col=1,endColumn=14,title=stamp::a version stamp of another tool; remove the line; it is never sent to the dashboard
    ::warning file=scorecards/QA/Tone.yaml,line=5,endLine=5,col=17,endColumn=20,title=ambiguous-text::Yes is true for the dashboard's API but text for the runtime; quote it: "Yes"
    "#);
}

#[test]
fn a_file_that_is_not_utf8_is_an_error_of_its_own() {
    let world = World::new();
    world.write("scorecards/QA/Good.yaml", "name: Good\nclass: B\n");
    std::fs::write(world.folder().join("scorecards/QA/Bad.yaml"), b"name: \xff\n").expect("a file");
    assert_snapshot!(world.run(&["check"]), @r"
    exit 1
    --- stdout
    scorecards/QA/Bad.yaml:1:7: error: not UTF-8
    --- stderr
    2 files checked: 1 error, 0 warnings, 0 notes
    ");
}

#[test]
fn a_fix_waits_for_a_watch_that_is_busy_for_a_moment() {
    let world = World::pulled();
    world.write(FILE, TONE);
    let lock = State::lock(&world.folder().join(".scoresync"), "watch", jiff::Timestamp::now()).expect("nobody has it");
    let mut command = world.command(&["check", "--fix", "QA"]);
    let mut fix = command.stdout(Stdio::null()).stderr(Stdio::null()).spawn().expect("the program starts");
    std::thread::sleep(Duration::from_millis(400));
    assert!(fix.try_wait().expect("known").is_none(), "it waits");
    assert!(world.read(FILE).contains("[Yes, "), "and changes nothing meanwhile");
    drop(lock);
    fix.wait().expect("it ends");
    assert!(world.read(FILE).contains("[\"Yes\", \"No\"]"), "{}", world.read(FILE));
}
