//! Report configurations and data sources as files beside the scores: the same commands, and their own ways.

use super::world::World;
use scoresync::state::State;
use serde_json::{Value, json};

pub(super) const SOURCE: &str = "data-sources/Reviewed calls.yaml";
pub(super) const REPORT: &str = "report-configurations/Weekly.md";
pub(super) const SOURCE_TEXT: &str = "class: FeedbackItems\nscorecard: qa\nscore: tone\ndays: 60\n";
pub(super) const REPORT_TEXT: &str = "# Weekly\n\nOf last week.\n\n```block name=\"Cost\"\nclass: CostAnalysis\ndays: 7\n```\n";

fn source(text: &str, version: Option<&str>) -> (&'static str, Value) {
    let mut row = json!({ "id": "src", "name": "Reviewed calls", "accountId": "acme-id", "yamlConfiguration": text });
    if let Some(version) = version {
        row["currentVersionId"] = version.into();
    }
    ("DataSource", row)
}

fn source_version(id: &str, text: &str) -> (&'static str, Value) {
    ("DataSourceVersion", json!({ "id": id, "dataSourceId": "src", "yamlConfiguration": text, "isFeatured": true }))
}

pub(super) fn report(text: &str) -> (&'static str, Value) {
    ("ReportConfiguration", json!({ "id": "rep", "name": "Weekly", "accountId": "acme-id", "configuration": text }))
}

/// What a command says that must succeed.
pub(super) fn said_ok(world: &World, args: &[&str]) -> String {
    let said = world.run(args);
    assert!(said.starts_with("exit 0\n"), "{args:?}: {said}");
    said
}

/// The small dashboard with a data source and a report configuration, which the workspace syncs and has pulled.
pub(super) fn pulled() -> World {
    let world = recorded();
    said_ok(&world, &["pull"]);
    world
}

/// The same before the first pull.
pub(super) fn recorded() -> World {
    let world = World::with_dashboard();
    world.seed(vec![source(SOURCE_TEXT, Some("v1")), source_version("v1", SOURCE_TEXT), report(REPORT_TEXT)]);
    let settings = world.read("scoresync.yaml");
    world.write("scoresync.yaml", &format!("{settings}documents: [report-configurations, data-sources]\n"));
    world
}

/// What runs in the dashboard.
pub(super) fn heads(world: &World) -> (String, String) {
    let query =
        "query Q { getDataSource(id: \"src\") { yamlConfiguration } getReportConfiguration(id: \"rep\") { configuration } }";
    let reply = world.ask(query);
    let text = |value: &Value| value.as_str().expect("a text").to_owned();
    (text(&reply["getDataSource"]["yamlConfiguration"]), text(&reply["getReportConfiguration"]["configuration"]))
}

#[test]
fn they_are_pulled_as_they_are_and_only_where_they_are_asked_for() {
    let world = pulled();
    assert_eq!((world.read(SOURCE).as_str(), world.read(REPORT).as_str()), (SOURCE_TEXT, REPORT_TEXT));
    assert!(said_ok(&world, &["status"]).contains("4 documents: all clean"));
    let settings = world.read("scoresync.yaml").replace("documents:", "# documents:");
    world.write("scoresync.yaml", &settings);
    assert!(said_ok(&world, &["status"]).contains("2 scores: clean"), "what is not synced any more is let be");
    assert!(said_ok(&world, &["pull", "--prune", "--yes"]).contains("2 scores"));
    assert_eq!(world.read(REPORT), REPORT_TEXT);
}

/// A record that is no document of a person, and how it is named.
fn left_out() -> [((&'static str, Value), &'static str); 5] {
    let row = |id: &str, more: Value| {
        let mut row = json!({ "id": id, "accountId": "acme-id", "name": id, "yamlConfiguration": SOURCE_TEXT });
        row.as_object_mut().expect("an object").extend(more.as_object().expect("an object").clone());
        row
    };
    let by_description = json!({ "description": "Generated directly from vetted feedback item IDs." });
    let sentinel = json!({ "id": "sentinel", "name": "Programmatic Reports", "accountId": "acme-id", "configuration": "{}" });
    [
        (("ReportConfiguration", sentinel), r#"report configuration "Programmatic Reports": a program made it for itself"#),
        (
            ("DataSource", row("a", json!({ "name": "Associated Dataset Builder - Tone" }))),
            r#"data source "Associated Dataset Builder - Tone": a program made it for itself"#,
        ),
        (("DataSource", row("b", by_description)), r#"data source "b": a program made it for itself"#),
        (("DataSource", row("c", json!({ "yamlConfiguration": " " }))), r#"data source "c": it has no text"#),
        (
            ("DataSource", row("d", json!({ "scorecardId": "elsewhere" }))),
            r#"data source "d": it is for a scorecard that is not synced here"#,
        ),
    ]
}

#[test]
fn what_is_left_out_is_named_where_it_is_asked_for() {
    let world = pulled();
    assert!(!world.run(&["status", "-v"]).contains("not synced"), "nothing is left out yet");
    let settings = world.read("scoresync.yaml");
    world.write("scoresync.yaml", &format!("{settings}scorecards: [QA]\n"));
    world.seed(left_out().into_iter().map(|(row, _)| row).collect());
    for args in [&["status"][..], &["pull"], &["pull", "--dry-run"], &["push"], &["sync"], &["push", "--promote", "--yes"]] {
        assert!(!said_ok(&world, args).contains("not synced"), "{args:?}");
        let said = said_ok(&world, &[args, &["-v"]].concat());
        for (_, words) in left_out() {
            assert!(said.contains(words), "{args:?} says nothing of {words}:\n{said}");
        }
        let json = said_ok(&world, &[args, &["--json"]].concat());
        let reasons = ["made_by_machine", "no_text", "other_scorecard"];
        assert!(reasons.iter().all(|reason| json.contains(&format!("\"reason\": \"{reason}\""))), "{args:?}: {json}");
    }
}

/// Git keeps no empty folders: the scorecards root can be missing where documents lie beside it.
#[test]
fn documents_need_no_scores() {
    let world = World::with_dashboard();
    world.seed(vec![source(SOURCE_TEXT, Some("v1")), source_version("v1", SOURCE_TEXT), report(REPORT_TEXT)]);
    let settings = world.read("scoresync.yaml");
    world.write("scoresync.yaml", &format!("{settings}documents: [report-configurations, data-sources]\n"));
    said_ok(&world, &["pull", REPORT, SOURCE]);
    for _ in 0..2 {
        assert!(!said_ok(&world, &["status"]).contains("Weekly"), "it is clean");
        let new = format!("{}\nMore.\n", world.read(REPORT));
        world.write(REPORT, &new);
        let said = said_ok(&world, &["status", REPORT]);
        assert!(said.contains("waits"), "{said}");
        said_ok(&world, &["push", REPORT, "--promote", "--yes"]);
        assert_eq!(heads(&world).1, new);
        let _ = std::fs::remove_dir(world.folder().join("scorecards"));
    }
    std::fs::remove_dir_all(world.folder().join(".scoresync")).expect("there is one");
    said_ok(&world, &["pull", REPORT, SOURCE]);
    assert!(!said_ok(&world, &["status", REPORT]).contains("waits"), "the file was found, and is what runs");
}

#[test]
fn what_is_not_asked_for_any_more_is_not_counted_offline() {
    let world = pulled();
    // Twice: the second look starts from what the first one kept.
    for said in ["4 documents", "4 documents", "2 scores", "2 scores", "4 documents"] {
        let settings = world.read("scoresync.yaml").replace("# documents:", "documents:");
        let asked = if said == "2 scores" { settings.replace("documents:", "# documents:") } else { settings };
        world.write("scoresync.yaml", &asked);
        let told = said_ok(&world, &["status", "--offline"]);
        assert!(told.contains(said) && told.contains("clean"), "{said}: {told}");
    }
}

#[test]
fn a_push_changes_nothing_that_runs_and_a_promotion_does() {
    let world = pulled();
    let (new_source, new_report) = (SOURCE_TEXT.replace("60", "30"), REPORT_TEXT.replace("7", "14"));
    world.write(SOURCE, &new_source);
    world.write(REPORT, &new_report);
    let said = said_ok(&world, &["push", "--note", "less"]);
    assert!(said.contains("pushed") && said.contains("waits") && said.contains("scoresync push --promote"), "{said}");
    assert_eq!(heads(&world), (SOURCE_TEXT.to_owned(), REPORT_TEXT.to_owned()));
    let said = said_ok(&world, &["push", "--promote", "--yes"]);
    assert!(said.contains("now champion"), "{said}");
    assert_eq!(heads(&world), (new_source, new_report));
    let status = said_ok(&world, &["status"]);
    assert!(status.contains("all clean"), "{status}");
    assert!(said_ok(&world, &["push", "--promote", "--yes"]).contains("4 documents: all unchanged"));
}

#[test]
fn both_sides_merge_and_what_does_not_is_a_persons_decision() {
    let world = pulled();
    world.write(REPORT, &REPORT_TEXT.replace("Of last", "Of the last"));
    world.seed(vec![report(&REPORT_TEXT.replace("7", "14"))]);
    let said = said_ok(&world, &["pull"]);
    assert!(said.contains("merged"), "{said}");
    assert_eq!(world.read(REPORT), REPORT_TEXT.replace("Of last", "Of the last").replace("7", "14"));
    said_ok(&world, &["push", "--promote", "--yes"]);
    // Two lines of one block are not merged: a block is one unit.
    let ours = world.read(REPORT).replace("CostAnalysis", "FeedbackAnalysis");
    world.write(REPORT, &ours);
    world.seed(vec![report(&REPORT_TEXT.replace("Of last", "Of the last").replace("7", "21"))]);
    let said = world.run(&["pull"]);
    assert!(said.starts_with("exit 3\n") || said.starts_with("exit 1\n"), "{said}");
    assert_eq!(world.read(REPORT), ours);
    said_ok(&world, &["resolve", "--theirs", REPORT, "--yes"]);
    assert!(world.read(REPORT).contains("days: 21"));
    said_ok(&world, &["undo", "--yes"]);
    assert_eq!(world.read(REPORT), ours);
}

#[test]
fn an_old_form_that_is_saved_late_is_not_taken_silently() {
    let world = pulled();
    for (file, old, row) in [(REPORT, REPORT_TEXT, report(REPORT_TEXT)), (SOURCE, SOURCE_TEXT, source(SOURCE_TEXT, Some("v1")))] {
        let new = old.replace('7', "14").replace("60", "30");
        world.write(file, &new);
        said_ok(&world, &["push", "--promote", "--yes"]);
        world.seed(vec![row]);
        let said = world.run(&["pull"]);
        assert!(said.contains("Plexus went back to a text that was replaced from here"), "{said}");
        assert_eq!(world.read(file), new, "nothing was taken");
        said_ok(&world, &["resolve", "--ours", file, "--yes"]);
        said_ok(&world, &["push", "--promote", "--yes"]);
        let (source, report) = heads(&world);
        assert_eq!(if file == REPORT { report } else { source }, new);
    }
}

#[test]
fn what_an_undo_took_away_comes_again_with_the_next_pull() {
    let world = pulled();
    let theirs = [(REPORT, REPORT_TEXT.replace('7', "14")), (SOURCE, SOURCE_TEXT.replace("60", "30"))];
    world.seed(vec![report(&theirs[0].1), source(&theirs[1].1, Some("v2")), source_version("v2", &theirs[1].1)]);
    said_ok(&world, &["pull"]);
    for undone in ["a pull", "the pull after an undo"] {
        said_ok(&world, &["undo", "--yes"]);
        assert_eq!([world.read(REPORT), world.read(SOURCE)], [REPORT_TEXT, SOURCE_TEXT], "{undone}");
        let said = world.run(&["status"]);
        assert!(said.contains("2 behind"), "{said}");
        said_ok(&world, &["pull"]);
        theirs.iter().for_each(|(file, text)| assert_eq!(world.read(file), *text, "{undone}"));
    }
    // Undone and done again, it is what runs, and what it replaced is old.
    said_ok(&world, &["undo", "--yes"]);
    said_ok(&world, &["undo", "--yes"]);
    world.seed(vec![report(REPORT_TEXT)]);
    let said = world.run(&["pull"]);
    assert!(said.contains("Plexus went back to a text that was replaced from here"), "{said}");
}

#[test]
fn what_a_push_replaced_can_be_restored() {
    let world = pulled();
    world.write(REPORT, "# Other\n");
    said_ok(&world, &["push", "--promote", "--yes"]);
    said_ok(&world, &["restore", REPORT, "--yes"]);
    assert_eq!(world.read(REPORT), REPORT_TEXT);
    said_ok(&world, &["push", "--promote", "--yes"]);
    assert_eq!(heads(&world).1, REPORT_TEXT);
}

#[test]
fn a_new_file_becomes_one_document() {
    let world = pulled();
    for (file, text) in [("report-configurations/Monthly.md", "# Monthly\n"), ("data-sources/All.yaml", SOURCE_TEXT)] {
        world.write(file, text);
        let said = said_ok(&world, &["new", file, "--yes"]);
        assert!(said.contains("created") && said.contains("now champion"), "{said}");
        let again = world.run(&["new", file, "--yes"]);
        assert!(again.starts_with("exit 2\n"), "{again}");
    }
    assert!(said_ok(&world, &["status"]).contains("6 documents: all clean"));
    let other = World::pulled();
    other.write(REPORT, "# Mine\n");
    let said = other.run(&["new", REPORT, "--yes"]);
    assert!(said.contains("does not sync report configurations"), "{said}");
}

#[test]
fn git_has_their_versions_and_its_hooks_look_at_them() {
    let world = pulled();
    world.init_git();
    world.write(SOURCE, &SOURCE_TEXT.replace("60", "30"));
    said_ok(&world, &["push", "--commit", "--promote", "--yes"]);
    let log = world.git(&["log", "-1", "--format=%B"]);
    assert!(log.contains("Data-Source: data-sources/Reviewed calls "), "{log}");
    world.write(SOURCE, "class: [\n");
    world.git(&["add", "."]);
    let said = world.run(&["hook", "run", "pre-commit"]);
    assert!(!said.starts_with("exit 0\n") && said.contains("data-sources"), "{said}");
}

#[test]
fn only_scores_are_evaluated() {
    let world = pulled();
    for command in ["eval", "feedback", "jobs"] {
        let said = world.run(&[command, SOURCE]);
        assert!(said.contains("this is a data source"), "{command}: {said}");
    }
    world.write(SOURCE, &SOURCE_TEXT.replace("60", "30"));
    said_ok(&world, &["push"]);
    let said = said_ok(&world, &["promote", SOURCE, "--yes"]);
    assert!(!said.contains("evaluation") && said.contains("promoted"), "{said}");
    assert!(said_ok(&world, &["log", SOURCE]).contains("champion"));
    assert!(said_ok(&world, &["show", REPORT]).contains("report-configurations"));
    assert!(said_ok(&world, &["blame", SOURCE]).contains("days: 30"));
}

/// Of others in the folder nothing is said: they are no files of no score.
#[test]
fn a_status_of_one_report_configuration_says_nothing_of_the_others() {
    let world = recorded();
    let other = json!({ "id": "rep-2", "name": "Monthly", "accountId": "acme-id", "configuration": "# Monthly\n" });
    world.seed(vec![("ReportConfiguration", other)]);
    said_ok(&world, &["pull"]);
    said_ok(&world, &["status"]);
    for one in [REPORT, SOURCE] {
        let said = said_ok(&world, &["status", one]);
        assert!(!said.contains("Monthly"), "{said}");
    }
}

/// What pushes and promotions take out of the dashboard is kept as long as what any other run replaced.
#[test]
fn so_many_texts_that_ran_are_kept_as_is_set() {
    let world = pulled();
    let settings = world.read("scoresync.yaml");
    world.write("scoresync.yaml", &format!("{settings}history: {{keep_runs: 2}}\n"));
    let runs = || State::open(&world.folder().join(".scoresync")).expect("it opens").runs().expect("readable").len();
    for days in 1..5 {
        world.write(SOURCE, &SOURCE_TEXT.replace("60", &days.to_string()));
        said_ok(&world, &["push"]);
        said_ok(&world, &["promote", SOURCE, "--yes"]);
        assert!(runs() <= 2, "{days}: {}", runs());
    }
    for days in 1..5 {
        world.write(REPORT, &REPORT_TEXT.replace("days: 7", &format!("days: {days}")));
        said_ok(&world, &["push", "--promote", "--yes"]);
        assert!(runs() <= 2, "{days}: {}", runs());
    }
}

/// They count as one run, however many they are: else the first of many would be dropped at once, and earlier runs with them.
#[test]
fn texts_that_one_push_took_out_of_the_dashboard_are_kept_together() {
    let world = recorded();
    let settings = world.read("scoresync.yaml");
    world.write("scoresync.yaml", &format!("{settings}history: {{keep_runs: 2}}\n"));
    let names = ["A", "B", "C", "D"];
    let text = |name: &str, days: usize| REPORT_TEXT.replace("Weekly", name).replace("days: 7", &format!("days: {days}"));
    let report =
        |name: &str| json!({ "id": format!("rep-{name}"), "name": name, "accountId": "acme-id", "configuration": text(name, 7) });
    world.seed(names.map(|name| ("ReportConfiguration", report(name))).to_vec());
    said_ok(&world, &["pull"]);
    let file = |name: &str| format!("report-configurations/{name}.md");
    for name in names {
        world.write(&file(name), &text(name, 8));
    }
    said_ok(&world, &["push", "--promote", "--yes"]);
    let files = names.map(file);
    said_ok(&world, &[&["restore"], &files.each_ref().map(String::as_str)[..]].concat());
    for name in names {
        assert_eq!(world.read(&file(name)), text(name, 7), "{name}");
    }
}
