//! `check` and `schema`: offline, without a dashboard, a state or settings.

use super::world::World;
use insta::assert_snapshot;
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
       fix: mend the YAML at this place, or just before it
    scorecards/QA/Tone.yaml:2:6: error: "TONE" cannot be a key [bad-key]
     2 | key: TONE
       |      ^^^^
       fix: use only a-z, 0-9, _ and - (^[a-z0-9_-]+$)
    scorecards/QA/Tone.yaml:4:1: info: a version stamp of another tool [stamp]
     4 | version: 1b2c
       | ^^^^^^^^^^^^^
       fix: remove the line; it never travels to the dashboard
    scorecards/QA/Tone.yaml:5:17: warning: Yes is true for the dashboard's API but text for the runtime [ambiguous-text]
     5 | valid_classes: [Yes, "No"]
       |                 ^^^
       fix: quote it: "Yes"
    --- stderr
    4 files checked: 2 errors, 1 warning, 1 note
      help: scoresync check --fix    does what is safe
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
    }
    assert_eq!(run("sarif").status.code(), Some(1));
    assert_eq!(sarif["version"], "2.1.0");
    assert_snapshot!(github, @r#"
    ::error file=scorecards/Other/Broken.yaml,line=1,endLine=1,col=7,endColumn=8,title=yaml-syntax::unclosed bracket '['; mend the YAML at this place, or just before it
    ::error file=scorecards/QA/Tone.yaml,line=2,endLine=2,col=6,endColumn=10,title=bad-key::"TONE" cannot be a key; use only a-z, 0-9, _ and - (^[a-z0-9_-]+$)
    ::notice file=scorecards/QA/Tone.yaml,line=4,endLine=4,col=1,endColumn=14,title=stamp::a version stamp of another tool; remove the line; it never travels to the dashboard
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
    scorecards/QA/Bad.yaml: error: not UTF-8 at line 1, column 7
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
