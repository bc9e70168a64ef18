//! Words of customers are in no file, no commit, no log and no error that a session leaves, and are printed only when asked for.

use super::world::{Server, TONE, World, commented, written};
use serde_json::{Value, json};
use std::path::{Path, PathBuf};

/// Stands in each text that is printed only when asked for.
const PLANTED: &str = "PLANTED";
/// Stands in names of calls and in the output of reports, which the commands for these print: they are what is asked for.
const NAMED: &str = "NAMED";

/// Commands that ask for no words.
const SESSION: [&[&str]; 26] = [
    &["pull", "--commit"],
    &["status"],
    &["status", "-v", "--json"],
    &["log", "Tone"],
    &["log", "Tone", "--json"],
    &["show", "Tone"],
    &["show", "Tone", "--json"],
    &["show", "Tone", "--feedback"],
    &["show", "Tone", "--feedback", "--json"],
    &["eval"],
    &["eval", "Tone", "--version", "tone-2", "--misjudged"],
    &["eval", "Tone", "--version", "tone-2", "--misjudged", "--json"],
    &["feedback", "--all"],
    &["feedback", "Tone", "--all", "--answered"],
    &["feedback", "Tone", "--all", "--cell", "No:Yes", "--json"],
    &["feedback", "Tone", "--all", "--changes", "--json"],
    &["jobs", "-v"],
    &["jobs", "--json"],
    &["report", "-v"],
    &["report", "--json"],
    &["promote", "Tone", "--version", "tone-2", "-n"],
    &["promote", "Tone", "--version", "tone-2", "--yes", "--json"],
    &["sync", "--commit"],
    &["check"],
    &["doctor"],
    &["blame", "Tone"],
];

/// Commands that fail.
const FAILING: [&[&str]; 4] = [
    &["call", "nothing"],
    &["report", "nothing"],
    &["promote", "Tone", "--version", "tone-3", "--yes", "--min-ac1", "0.99"],
    &["eval", "Tone", "--version", "nothing"],
];

/// Commands for names of calls and outputs of reports: these are what they print, and other words are not.
const NAMING: [&[&str]; 4] =
    [&["call", "NAMED-77"], &["call", "item-1", "--json"], &["report", "report-1"], &["report", "report-1", "--json"]];

/// Commands after an edit.
const EDITED: [&[&str]; 4] =
    [&["push", "--commit"], &["promote", "Tone", "--yes"], &["pull", "--commit"], &["promote", "Tone", "--undo", "--yes"]];

/// Commands that ask for words.
const ASKING: [&[&str]; 6] = [
    &["feedback", "Tone", "--all", "--comments"],
    &["feedback", "Tone", "--all", "--comments", "--json"],
    &["call", "NAMED-77", "--comments", "--text"],
    &["call", "NAMED-4711", "--comments", "--text", "--json"],
    &["eval", "Tone", "--version", "tone-2", "--misjudged", "--comments"],
    &["eval", "Tone", "--version", "tone-2", "--misjudged", "--comments", "--json"],
];

fn now() -> String {
    format!("{:.3}", jiff::Timestamp::now())
}

/// A row of the account, with its fields and the times that lists sort by.
fn row(model: &'static str, fields: Value) -> (&'static str, Value) {
    let mut row = json!({"accountId": "acme-id", "scorecardId": "qa", "scoreId": "tone", "createdAt": now(), "updatedAt": now()});
    // Not every model has all of these.
    let has = |key: &str| match model {
        "Item" => key != "scorecardId",
        "Identifier" | "Report" | "ReportConfiguration" => !matches!(key, "scorecardId" | "scoreId"),
        "ReportBlock" | "DataSourceVersion" => !matches!(key, "accountId" | "scorecardId" | "scoreId"),
        "TaskStage" => false,
        _ => true,
    };
    row.as_object_mut().expect("an object").retain(|key, _| has(key));
    fields.as_object().into_iter().flatten().for_each(|(key, value)| row[key] = value.clone());
    (model, row)
}

/// What people and programs recorded about `Tone`, with a planted word in every text of it.
fn planted() -> Vec<(&'static str, Value)> {
    let words = |what: &str| format!("{PLANTED} {what}");
    let json_text = |what: &str| json!({PLANTED: what}).to_string();
    let root_cause = json!({"topics": [{"label": words("topic"), "exemplars": [{"text": words("exemplar")}]}]});
    let evaluation = |id: &str, version: &str, status: &str| {
        let fields = json!({
            "id": id, "type": "accuracy", "status": status, "accuracy": 50.0, "scoreVersionId": version, "processedItems": 30,
            "totalItems": 30, "confusionMatrix": {"labels": ["No", "Yes"], "matrix": [[10, 5], [10, 5]]},
            "parameters": {"dataset_id": "set", "root_cause": root_cause, "rca_warnings": [words("warning")]},
            "metadata": json_text("metadata"), "metricsExplanation": words("explanation"), "errorDetails": json_text("details"),
            "scoreGoal": words("goal"),
        });
        row("Evaluation", fields)
    };
    let answer = |id: &str, kind: &str, metadata: Value| {
        let fields = json!({
            "id": id, "itemId": "item-1", "value": "No", "type": kind, "status": "COMPLETED", "explanation": words("explanation"),
            "metadata": metadata.to_string(), "trace": json_text("trace"), "cost": json_text("cost"), "attachments": [words("file")],
            "evaluationId": if kind == "evaluation" { json!("e-2") } else { Value::Null },
        });
        row("ScoreResult", fields)
    };
    let of_evaluation = json!({"item_id": "item-1", "results": {"Tone": {
        "value": "No", "explanation": words("explanation"),
        "metadata": {"human_label": "Yes", "correct": false, "human_explanation": words("comment"), "text": words("text")},
    }}});
    let feedback = json!({
        "id": "feedback-1", "itemId": "item-1", "cacheKey": words("key"), "initialAnswerValue": "No", "finalAnswerValue": "Yes",
        "initialCommentValue": words("explanation"), "finalCommentValue": words("comment"), "editCommentValue": words("change"),
        "editorName": words("editor"), "editedAt": now(), "metadata": json_text("metadata"),
    });
    let item = json!({
        "id": "item-1", "externalId": format!("{NAMED}-4711"), "isEvaluation": false, "text": words("text"),
        "description": words("description"), "metadata": json_text("metadata"), "identifiers": json_text("identifiers"),
    });
    let task = json!({
        "id": "task-1", "type": "Accuracy Evaluation", "status": "RUNNING", "target": words("target"), "command": words("command"),
        "description": words("description"), "metadata": {"scorecard": "QA", "score": "Tone", "more": words("metadata")},
        "stdout": words("stdout"), "stderr": words("stderr"), "output": words("output"), "error": words("error"),
        "errorMessage": words("message"), "errorDetails": json_text("details"), "workerNodeId": words("worker"), "startedAt": now(),
    });
    let stage = json!({
        "id": "stage-1", "taskId": "task-1", "name": "Processing", "order": 1, "status": "RUNNING", "statusMessage": words("message"),
    });
    let job = json!({
        "id": "job-1", "itemId": "item-1", "status": "PENDING", "metadata": json_text("metadata"), "errorMessage": words("message"),
    });
    let identifier = json!({"itemId": "item-1", "name": "form", "value": format!("{NAMED}-77"), "position": 1});
    let report = json!({
        "id": "report-1", "name": "Weekly 18", "reportConfigurationId": "weekly", "parameters": json_text("parameters"),
        "output": words("output"), "metadata": json_text("metadata"),
    });
    let block = json!({
        "id": "block-1", "reportId": "report-1", "position": 1, "type": "FeedbackAnalysis", "output": format!("{NAMED} topic"),
        "log": words("log"),
    });
    let configuration = json!({"id": "weekly", "name": "Weekly", "configuration": words("text"), "description": words("about")});
    let source = json!({
        "id": "source", "name": "Corrected calls", "description": words("about"), "yamlConfiguration": words("text"),
        "currentVersionId": "source-2",
    });
    let source_version = json!({
        "id": "source-1", "dataSourceId": "source", "yamlConfiguration": words("text"), "isFeatured": true, "note": words("note"),
    });
    let data_set = json!({
        "id": "set", "name": "Calls of May", "description": words("about"), "file": words("file"), "dataSourceVersionId": "source-1",
        "provenance": json_text("provenance"), "buildContext": json_text("context"), "scoreVersionId": "tone-1",
    });
    vec![
        ("ScoreVersion", written("tone", "tone-2", &commented("better"), None)),
        ("ScoreVersion", written("tone", "tone-3", &commented("never evaluated"), None)),
        evaluation("e-1", "tone-1", "COMPLETED"),
        evaluation("e-2", "tone-2", "COMPLETED"),
        evaluation("e-3", "tone-2", "RUNNING"),
        answer("r-1", "prediction", json!({"source": "Worker", "explanation": words("metadata")})),
        answer("r-2", "evaluation", of_evaluation),
        row("FeedbackItem", feedback),
        row("Item", item),
        row("Identifier", identifier),
        row("Task", task),
        row("TaskStage", stage),
        row("ScoringJob", job),
        row("Report", report),
        row("ReportBlock", block),
        row("ReportConfiguration", configuration),
        row("DataSource", source),
        row("DataSourceVersion", source_version),
        row("DataSet", data_set),
    ]
}

/// The files below a folder that the session wrote: not those of the dashboard.
fn files(folder: &Path) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(folder).expect("a folder").map(|entry| entry.expect("an entry").path());
    let is_own = |path: &PathBuf| !path.file_name().is_some_and(|name| name.to_string_lossy().starts_with("dashboard.db"));
    entries.filter(is_own).flat_map(|path| if path.is_dir() { files(&path) } else { vec![path] }).collect()
}

fn holds(bytes: &[u8], word: &str) -> bool {
    bytes.windows(word.len()).any(|part| part == word.as_bytes())
}

/// What the session left with one of the words in it: files as they are, and what git keeps compressed.
fn left_behind(world: &World) -> Vec<String> {
    let all = files(Path::new(&world.home()));
    assert!(all.iter().any(|path| path.ends_with("run.log")) && all.len() > 20, "the files are read: {all:?}");
    let words = [PLANTED, NAMED];
    let has_word = |path: &PathBuf| {
        let bytes = std::fs::read(path).expect("a file");
        words.iter().any(|word| holds(&bytes, word) || path.to_string_lossy().contains(word))
    };
    let mut found: Vec<String> = all.into_iter().filter(has_word).map(|path| path.display().to_string()).collect();
    let kept =
        world.git(&["log", "-p", "--all", "--notes"]) + &world.git(&["cat-file", "--batch-all-objects", "--batch", "--buffer"]);
    found.extend(words.iter().filter(|word| kept.contains(**word)).map(|word| format!("git: {word}")));
    found
}

/// A workspace in git, whose dashboard has planted words, and which logs all there is to log.
fn session() -> (World, Server) {
    let mut world = World::with_dashboard();
    world.seed(planted());
    let server = Server::start(&mut world, &[]);
    world.write(".gitignore", ".scoresync/\nrun.log\n");
    world.init_git();
    world.set("SCORESYNC_LOG", "trace:run.log");
    (world, server)
}

/// Runs a command that succeeds, or fails, and prints neither of the words.
fn silent(world: &World, command: &[&str], succeeds: bool) {
    let said = world.run(command);
    assert_eq!(said.starts_with("exit 0\n"), succeeds, "{command:?}: {said}");
    assert!(!said.contains(PLANTED) && !said.contains(NAMED), "{command:?}: {said}");
}

#[test]
fn a_session_keeps_and_prints_no_words_of_customers() {
    let (world, _server) = session();
    SESSION.iter().for_each(|command| silent(&world, command, true));
    FAILING.iter().for_each(|command| silent(&world, command, false));
    for command in NAMING {
        let said = world.run(command);
        assert!(said.starts_with("exit 0\n") && said.contains(NAMED) && !said.contains(PLANTED), "{command:?}: {said}");
    }
    world.write(TONE, &commented("edited"));
    EDITED.iter().for_each(|command| silent(&world, command, true));
    let log = world.read("run.log");
    for operation in
        ["Feedback", "Item", "Answers", "EvaluationDetails", "EvaluationResults", "Tasks", "ReportBlocks", "UpdateScore"]
    {
        assert!(log.contains(&format!("operation=\"{operation}\"")), "{operation} is not in the log: {log}");
    }
    assert_eq!(left_behind(&world), [""; 0]);
}

#[test]
fn words_that_are_asked_for_are_printed_and_kept_nowhere() {
    let (world, _server) = session();
    silent(&world, &["pull", "--commit"], true);
    for command in ASKING {
        let output = world.command(command).output().expect("the program runs");
        let (stdout, stderr) = (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
        assert!(output.status.success() && stdout.contains(PLANTED), "{command:?}: {stdout}{stderr}");
        assert!(!stderr.contains(PLANTED) && !stderr.contains(NAMED), "{command:?}: {stderr}");
    }
    assert_eq!(left_behind(&world), [""; 0]);
}

#[test]
fn what_is_left_behind_is_found() {
    let world = World::pulled_in_git();
    world.write("run.log", "nothing");
    assert_eq!(left_behind(&world), [""; 0]);
    world.write("notes.txt", "one PLANTED word");
    world.commit("words");
    assert_eq!(left_behind(&world).len(), 2, "the file, and git");
    world.git(&["rm", "-q", "notes.txt"]);
    world.commit("no words");
    assert_eq!(left_behind(&world), ["git: PLANTED"]);
}
