//! `jobs` and what `promote` tells of it: what Plexus does with scores in the background.

use super::world::{Server, World, written};
use serde_json::{Value, json};

/// A moment so many minutes before now, as Plexus writes it.
fn ago(minutes: i64) -> String {
    let at = jiff::Timestamp::now() - jiff::SignedDuration::from_mins(minutes);
    format!("{at:.3}")
}

fn task(id: &str, status: &str, minutes: i64, about: Value) -> (&'static str, Value) {
    let row = json!({
        "id": id, "accountId": "acme-id", "type": "Accuracy Evaluation", "status": status, "target": "evaluation", "command": "PLANTED command",
        "metadata": about, "startedAt": ago(minutes + 5), "createdAt": ago(minutes + 5), "updatedAt": ago(minutes),
    });
    ("Task", row)
}

fn evaluation(id: &str, version: &str, status: &str, minutes: i64) -> (&'static str, Value) {
    let row = json!({
        "id": id, "accountId": "acme-id", "type": "accuracy", "status": status, "accuracy": 0.0, "scorecardId": "qa", "scoreId": "tone",
        "scoreVersionId": version, "processedItems": 42, "totalItems": 200, "parameters": {"PLANTED": "parameters"},
        "createdAt": ago(minutes + 10), "updatedAt": ago(minutes),
    });
    ("Evaluation", row)
}

fn waiting(id: &str, score: &str, minutes: i64) -> (&'static str, Value) {
    let row = json!({
        "id": id, "status": "PENDING", "itemId": "i", "accountId": "acme-id", "scorecardId": "qa", "scoreId": score,
        "createdAt": ago(minutes), "updatedAt": ago(minutes),
    });
    ("ScoringJob", row)
}

fn busy_world() -> World {
    let world = World::with_dashboard();
    let stage = |name: &str, order: i64, status: &str, done: Option<i64>| {
        let row = json!({
            "id": name, "taskId": "running", "name": name, "order": order, "status": status,
            "processedItems": done, "totalItems": done.map(|_| 200),
        });
        ("TaskStage", row)
    };
    world.seed(vec![
        task("running", "RUNNING", 2, json!({"scorecard": "QA", "score": "Tone"})),
        stage("Setup", 1, "COMPLETED", None),
        stage("Processing", 2, "RUNNING", Some(42)),
        task("stalled", "RUNNING", 90, json!({"scorecard": "qa"})),
        task("done", "COMPLETED", 5, json!({"scorecard": "QA", "score": "Tone"})),
        task("of another", "PENDING", 1, json!({"scorecard": "Other", "score": "Else"})),
        task("long ago", "RUNNING", 60 * 24 * 8, json!({"score": "Tone"})),
        evaluation("e-running", "tone-2", "RUNNING", 1),
        evaluation("e-dead", "tone-2", "RUNNING", 60 * 25),
        evaluation("e-done", "tone-1", "COMPLETED", 1),
        waiting("w1", "tone", 3),
        waiting("w2", "greeting", 3),
        waiting("w3", "tone", 120),
        ("ScoreVersion", written("tone", "tone-2", "name: Tone\nclass: Classifier\n", None)),
    ]);
    world
}

#[test]
fn what_goes_on_is_told_for_all_and_for_one() {
    let world = busy_world();
    let all = world.run(&["jobs"]);
    assert!(!all.contains("PLANTED"), "{all}");
    insta::assert_snapshot!(all, @r"
    exit 0
    --- stdout
      pending     Accuracy Evaluation             Other/Else, started 6 minutes ago
      running     Accuracy Evaluation             QA/Tone, Processing 42 of 200, started 7 minutes ago
      stalled     Accuracy Evaluation             qa, no news since 1 hour ago
      evaluation  Tone                            version tone-2, running: 42 of 200 items, started 11 minutes ago

    3 tasks, 1 evaluation under way, 2 calls wait to be scored
    ");
    insta::assert_snapshot!(world.run(&["jobs", "Tone", "-v"]), @r"
    exit 0
    --- stdout
      running     Accuracy Evaluation             QA/Tone, Processing 42 of 200, started [time]
      completed   Accuracy Evaluation             QA/Tone, started [time]
      stalled     Accuracy Evaluation             qa, no news since 1 hour ago
      evaluation  Tone                            version tone-2, running: 42 of 200 items, started 11 minutes ago

    2 tasks, 1 evaluation under way, 1 call waits to be scored
    ");
    insta::assert_snapshot!(world.run(&["jobs", "greeting"]), @r"
    exit 0
    --- stdout
      stalled     Accuracy Evaluation             qa, no news since 1 hour ago

    1 task, 0 evaluations under way, 1 call waits to be scored
    ");
}

#[test]
fn json_tells_what_a_dashboard_does_not_have() {
    let world = busy_world();
    let said = world.run(&["jobs", "greeting", "--json"]);
    let json: Value = serde_json::from_str(said.split_once("--- stdout\n").expect("output").1).expect("JSON");
    assert_eq!((&json["batches"], &json["waiting"]), (&Value::Null, &json!({"count": 1, "complete": true})));
    assert_eq!((&json["errors"], json["tasks"].as_array().map(Vec::len)), (&json!([]), Some(1)), "that of the scorecard");
}

#[test]
fn a_promotion_tells_feedback_and_what_runs() {
    let world = busy_world();
    world.seed(vec![(
        "FeedbackItem",
        json!({
            "id": "f", "accountId": "acme-id", "scorecardId": "qa", "scoreId": "tone", "itemId": "i", "cacheKey": "k",
            "initialAnswerValue": "Yes", "finalAnswerValue": "No", "editedAt": ago(60),
        }),
    )]);
    let said = world.run(&["promote", "-n", "Tone", "--version", "tone-2"]);
    let lines: Vec<&str> =
        said.lines().filter(|line| ["feedback", "running"].iter().any(|label| line.trim_start().starts_with(label))).collect();
    let (before, after) = lines[0].split_once("since ").expect("a day");
    let told = format!("{before}since [day]{}\n{}", &after[10..], lines[1]);
    insta::assert_snapshot!(told, @r"
      feedback    1 of 1 call changed by people since [day] (it is not recorded when the champion was promoted): agreement 0.0 %, AC1 -1.00
      running     evaluation of tone-2 running: 42 of 200 items; task Accuracy Evaluation running; 1 call waits to be scored
    ");
}

#[test]
fn what_cannot_be_read_is_said_and_the_rest_is_told() {
    let mut world = busy_world();
    let _server = Server::start(&mut world, &["--fault", "status=403:ScoringJobs"]);
    let said = world.run(&["jobs", "Tone"]);
    insta::assert_snapshot!(said, @r"
    exit 6
    --- stdout
      running     Accuracy Evaluation             QA/Tone, Processing 42 of 200, started 7 minutes ago
      stalled     Accuracy Evaluation             qa, no news since 1 hour ago
      evaluation  Tone                            version tone-2, running: 42 of 200 items, started 11 minutes ago
      not known   waiting calls: not authorised: HTTP 403

    2 tasks, 1 evaluation under way
    ");
}
