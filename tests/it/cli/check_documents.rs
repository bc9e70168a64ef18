//! Checks of report configurations and data sources by every command that checks: `check`, the commit hook, `new`.

use super::world::World;
use insta::assert_snapshot;
use serde_json::Value;

const REPORT: &str = "report-configurations/Monthly agreement.md";

/// The demo with its documents, two of them broken.
fn broken() -> (World, &'static str) {
    let (world, source) = World::demo_with_documents();
    world.write(source, "class: FeedbackItems\r\nscorecard: harbor-retention\r\nscore: identity-chek\r\ndays: 0\r\n");
    world
        .write(REPORT, "# Monthly\n\n```block\nclass: FeedbackAlignmet\nscorecard: nowhere\n\n```block\ndays: {{ days }}\n```\n");
    (world, source)
}

#[test]
fn documents_as_they_are_pulled_are_good() {
    let (world, source) = World::demo_with_documents();
    let said = world.run(&["check"]);
    assert_eq!(said, "exit 0\n--- stderr\n22 files checked: 0 errors, 0 warnings, 0 notes\n");
    assert!(world.run(&["check", source, "Cost by score"]).contains("2 files checked: 0 errors"));
}

#[test]
fn each_is_checked_by_its_own_rules() {
    let (world, source) = broken();
    assert_snapshot!(world.run(&["check", source, REPORT]), @r#"
    exit 1
    --- stdout
    data-sources/Identity Check – reviewed calls.yaml:3:8: warning: no score in "Harbor Telecom – Retention Calls" is called "identity-chek" [unknown-scope]
     3 | score: identity-chek
       |        ^^^^^^^^^^^^^
       fix: did you mean "identity-check"?
    data-sources/Identity Check – reviewed calls.yaml:4:7: error: days must be a positive whole number [feedback-items]
     4 | days: 0
       |       ^
       fix: write a whole number of at least 1
    report-configurations/Monthly agreement.md:3:1: error: the ``` of this line is never closed [unclosed-fence]
     3 | ```block
       | ^^^^^^^^
       fix: write a line ``` below the code
    report-configurations/Monthly agreement.md:4:8: info: FeedbackAlignmet is not a block of Plexus 1.50 [unknown-block]
     4 | class: FeedbackAlignmet
       |        ^^^^^^^^^^^^^^^^
       fix: did you mean FeedbackAlignment?
    report-configurations/Monthly agreement.md:5:12: warning: no scorecard is called "nowhere" [unknown-scope]
     5 | scorecard: nowhere
       |            ^^^^^^^
       fix: write the name, key or id of a scorecard; `scoresync pull` sees new ones
    report-configurations/Monthly agreement.md:7:1: error: the block has no class [report-block]
     7 | ```block
       | ^^^^^^^^
       fix: write `class: FeedbackAlignment`, or another one
    --- stderr
    2 files checked: 3 errors, 2 warnings, 1 note
    "#);
    let whole = world.run(&["check"]);
    assert!(whole.contains("22 files checked: 3 errors, 2 warnings, 1 note"), "{whole}");
}

#[test]
fn every_format_has_its_findings() {
    let (world, source) = broken();
    let told = |format: &str| {
        let output = world.command(&["check", source, "--format", format]).output().expect("the program starts");
        String::from_utf8(output.stdout).expect("text")
    };
    let json: Value = serde_json::from_str(&told("json")).expect("JSON");
    let finding = &json["findings"][1];
    assert_eq!((&finding["document"], &finding["code"]), (&"data source".into(), &"feedback-items".into()));
    assert_eq!((&finding["line"], &finding["column"], &finding["end_column"]), (&4.into(), &7.into(), &8.into()));
    let sarif: Value = serde_json::from_str(&told("sarif")).expect("JSON");
    let result = &sarif["runs"][0]["results"][1];
    assert_eq!((&result["ruleId"], &result["level"]), (&"feedback-items".into(), &"error".into()));
    assert!(told("github").contains(",line=4,endLine=4,col=7,endColumn=8,title=feedback-items::"));
}

#[test]
fn nothing_is_checked_that_the_settings_do_not_ask_for() {
    let (world, source) = broken();
    let settings = world.read("scoresync.yaml");
    world.write("scoresync.yaml", &settings.replace("[report-configurations, data-sources]", "[report-configurations]"));
    let whole = world.run(&["check"]);
    assert!(whole.contains(REPORT) && !whole.contains(source), "{whole}");
    let said = world.run(&["check", source]);
    assert!(said.starts_with("exit 0\n") && said.contains("not among the files that are synced here"), "{said}");
}

#[test]
fn a_broken_one_stops_the_commit_and_is_not_created() {
    let (world, source) = World::demo_with_documents();
    world.init_git();
    assert!(world.run(&["hook", "install"]).starts_with("exit 0\n"));
    let good = world.read(source);
    world.write(source, &good.replace("days: 60", "days: none").replace("identity-check", "identity-chek"));
    world.write("data-sources/New.yaml", "score: x\n");
    world.git(&["add", "."]);
    let (ok, stdout, stderr) = world.try_git(&["commit", "-qm", "bad"]);
    let said = stdout + &stderr;
    assert!(!ok && said.contains(&format!("{source}:4:7: error: days must be a positive whole number\n")), "{said}");
    assert!(
        said.contains(":3:8: warning: no score in") && said.contains("data-sources/New.yaml:1:1: error: there is no class"),
        "{said}"
    );
    let created = world.run(&["new", "-n", "data-sources/New.yaml"]);
    assert!(created.starts_with("exit ") && created.contains("check found errors: nothing was created"), "{created}");
    world.write(source, &good);
    world.write("data-sources/New.yaml", "class: FeedbackItems\nscorecard: harbor-retention\nscore: identity-check\n");
    world.git(&["add", "."]);
    assert!(world.try_git(&["commit", "-qm", "good"]).0);
}

#[test]
fn editors_get_a_schema_of_data_sources_where_they_are_synced() {
    let world = World::new();
    let output = world.command(&["schema", "--data-sources"]).output().expect("the program starts");
    let schema: Value = serde_json::from_slice(&output.stdout).expect("JSON");
    assert_eq!(schema["title"], "Plexus data source");
    let mapped = |world: &World| -> Value {
        let settings: Value = serde_json::from_str(&world.read(".vscode/settings.json")).expect("JSON");
        settings["yaml.schemas"]["./.vscode/plexus-data-source.schema.json"].clone()
    };
    assert!(world.run(&["init", "--editor", "vscode"]).starts_with("exit 0\n"));
    assert_eq!(mapped(&world), Value::Null);
    world.write("scoresync.yaml", "documents: [data-sources]\n");
    let again = world.run(&["init", "--editor", "vscode"]);
    assert!(again.contains("add to it:") && again.contains("data-sources/*.yaml"), "{again}");
    std::fs::remove_file(world.folder().join(".vscode/settings.json")).expect("it is there");
    assert!(world.run(&["init", "--editor", "vscode"]).starts_with("exit 0\n"));
    assert_eq!(mapped(&world), "data-sources/*.yaml");
    assert!(
        world
            .run(&["init", "--editor", "neovim"])
            .contains("'./.scoresync/plexus-data-source.schema.json'] = 'data-sources/*.yaml'")
    );
}
