//! A run shown as a task: what stands in the dashboard after each write, that each may be sent twice, and that nobody's end is
//! overwritten. And what is never said: that the server is to carry out the command.

use super::fake::{Fake, Outcome, ok, reply};
use crate::support::{InProcess, registry};
use jiff::Timestamp;
use proptest::prelude::*;
use scoresync::model::TaskId;
use scoresync::registry::{FaultKind, Registry, ScriptedFault};
use scoresync::remote::{RemoteError, Request, RunEnd, RunProgress, RunStage, RunTask, RunTaskWriter, RunWork, TransportError};
use serde_json::{Value, json};
use std::sync::Arc;
use std::time::Duration;
use tokio::time::Instant;

fn at(second: i64) -> Timestamp {
    Timestamp::from_second(1_780_000_000 + second).expect("a time")
}

const WORK: RunWork = RunWork { scores: 40, pushes: 40, promotions: 40 };

fn task() -> RunTask {
    RunTask {
        id: "89fba01d-d162-4402-80ea-64529e13c7cd".into(),
        account: "acme-id".into(),
        command: "scoresync push --promote --note …".to_owned(),
        host: "desk".to_owned(),
        process: 4711,
        scorecard: Some(("qa".into(), "QA".to_owned())),
        work: WORK,
        started_at: at(0),
    }
}

fn progress(stage: RunStage, pushed: usize, promoted: usize) -> RunProgress {
    RunProgress { stage, pushed, promoted }
}

fn writer(registry: &Registry) -> RunTaskWriter {
    RunTaskWriter::new(Arc::new(InProcess(registry.clone())), fastrand::Rng::with_seed(7))
}

/// What the dashboard's Activity lists.
fn listed(registry: &Registry) -> Value {
    let query = "{ listTaskByAccountIdAndUpdatedAt(accountId: \"acme-id\", sortDirection: DESC) { items { id type status target \
                 command dispatchStatus metadata workerNodeId scorecardId startedAt completedAt updatedAt errorMessage currentStage { name } \
                 stages { items { name order status processedItems totalItems statusMessage completedAt } } } } }";
    let answer = registry.execute(Some(crate::support::API_KEY), json!({ "query": query }).to_string().as_bytes());
    let mut body: Value = serde_json::from_slice(&answer.expect("an answer").body).expect("JSON");
    assert_eq!(body["errors"], Value::Null, "{body}");
    body["data"]["listTaskByAccountIdAndUpdatedAt"]["items"].take()
}

#[tokio::test(start_paused = true)]
async fn a_long_command_is_shown_by_its_beginning() {
    let registry = registry();
    let long = RunTask { command: "é".repeat(1_001), ..task() };
    writer(&registry).create(&long).await.expect("created");
    let shown = listed(&registry)[0]["command"].as_str().map(str::to_owned);
    assert_eq!(shown, Some("é".repeat(1_000) + "…"));
}

/// Name, status, done and total of the stages of the only task.
fn stages(registry: &Registry) -> Vec<String> {
    let mut stages = listed(registry)[0]["stages"]["items"].as_array().expect("stages").clone();
    stages.sort_by_key(|stage| stage["order"].as_i64());
    let shown = |stage: &Value| {
        format!(
            "{} {} {}/{}",
            stage["name"].as_str().expect("a name"),
            stage["status"].as_str().expect("a status"),
            stage["processedItems"],
            stage["totalItems"]
        )
    };
    stages.iter().map(shown).collect()
}

#[tokio::test]
async fn the_dashboard_shows_a_run_from_start_to_end() {
    let registry = registry();
    let (writer, task) = (writer(&registry), task());
    writer.create(&task).await.expect("created");
    let first = progress(RunStage::Pushing, 0, 0);
    writer.create_stages(&task, first, at(1)).await.expect("created");
    let row = listed(&registry)[0].clone();
    for (field, is) in [
        ("type", "Score Sync"),
        ("status", "RUNNING"),
        ("dispatchStatus", "LOCAL"),
        ("target", "scoresync/desk"),
        ("command", "scoresync push --promote --note …"),
        ("workerNodeId", "scoresync@desk-4711"),
        ("scorecardId", "qa"),
        ("startedAt", "2026-05-28T20:26:40.000Z"),
        ("updatedAt", "2026-05-28T20:26:41.000Z"),
    ] {
        assert_eq!(row[field], is, "{field}");
    }
    assert_eq!(row["currentStage"]["name"], "Pushing");
    let metadata: Value = serde_json::from_str(row["metadata"].as_str().expect("JSON in a text")).expect("JSON");
    let expected =
        json!({"dispatch_mode": "local", "type": "Score Sync", "scorecard": "QA", "scores": 40, "pushes": 40, "promotions": 40});
    assert_eq!(metadata, expected);
    assert_eq!(stages(&registry), ["Planning COMPLETED null/null", "Pushing RUNNING 0/40", "Promoting PENDING 0/40"]);

    let second = progress(RunStage::Pushing, 12, 0);
    writer.update(&task.id, first, second, at(3)).await.expect("written");
    assert_eq!(stages(&registry)[1..], ["Pushing RUNNING 12/40", "Promoting PENDING 0/40"]);
    let third = progress(RunStage::Promoting, 40, 1);
    writer.update(&task.id, second, third, at(5)).await.expect("written");
    assert_eq!(stages(&registry)[1..], ["Pushing COMPLETED 40/40", "Promoting RUNNING 1/40"]);
    assert_eq!(listed(&registry)[0]["currentStage"]["name"], "Promoting");

    writer.end(&task.id, WORK, Some(progress(RunStage::Promoting, 40, 40)), RunEnd::Done, at(7)).await.expect("written");
    assert_eq!(stages(&registry), ["Planning COMPLETED null/null", "Pushing COMPLETED 40/40", "Promoting COMPLETED 40/40"]);
    let row = listed(&registry)[0].clone();
    assert_eq!((&row["status"], &row["completedAt"]), (&json!("COMPLETED"), &json!("2026-05-28T20:26:47.000Z")));
    let sent: Vec<String> =
        registry.requests().into_iter().map(|request| request.operation).filter(|name| !name.starts_with("list")).collect();
    assert_eq!(sent, ["CreateTask", "CreateTaskStages", "UpdateTask", "UpdateTask", "UpdateTask"], "one document for each");
}

#[tokio::test]
async fn what_was_not_done_is_told() {
    let cases = [
        (
            progress(RunStage::Pushing, 20, 0),
            RunEnd::Stopped { after: 20, of: 40 },
            "stopped after 20 of 40 scores",
            ["FAILED", "FAILED"],
        ),
        (
            progress(RunStage::Promoting, 40, 40),
            RunEnd::Refused { refused: 3, of: 40 },
            "3 of 40 scores refused",
            ["COMPLETED", "FAILED"],
        ),
        (progress(RunStage::Pushing, 1, 0), RunEnd::BrokenOff, "the run broke off", ["FAILED", "FAILED"]),
    ];
    for (reached, end, words, statuses) in cases {
        let registry = registry();
        let (writer, task) = (writer(&registry), task());
        writer.create(&task).await.expect("created");
        writer.create_stages(&task, reached, at(1)).await.expect("created");
        writer.end(&task.id, WORK, Some(reached), end, at(2)).await.expect("written");
        let row = listed(&registry)[0].clone();
        assert_eq!((&row["status"], &row["errorMessage"]), (&json!("FAILED"), &json!(words)));
        let found = stages(&registry);
        assert!(found[1].contains(statuses[0]) && found[2].contains(statuses[1]), "{found:?}");
    }
}

/// The run died; its task is ended by a later one that knows only its id.
#[tokio::test]
async fn a_run_that_nobody_ended_is_ended_by_its_id() {
    let registry = registry();
    let (writer, task) = (writer(&registry), task());
    writer.create(&task).await.expect("created");
    writer.create_stages(&task, progress(RunStage::Promoting, 40, 0), at(1)).await.expect("created");
    writer.end(&task.id, WORK, None, RunEnd::Silent, at(9)).await.expect("written");
    assert_eq!(stages(&registry)[1..], ["Pushing COMPLETED 40/40", "Promoting FAILED 0/40"]);
    assert_eq!(listed(&registry)[0]["errorMessage"], "the run ended without saying so");
    writer.end(&TaskId::from("never made"), WORK, None, RunEnd::Silent, at(9)).await.expect("there is nothing to end");
    assert_eq!(listed(&registry).as_array().map(Vec::len), Some(1), "an update makes no task");
}

#[tokio::test]
async fn an_end_stays_whatever_comes_later() {
    for status in ["COMPLETED", "FAILED", "CANCELLED"] {
        let registry = registry();
        let (writer, task) = (writer(&registry), task());
        writer.create(&task).await.expect("created");
        let first = progress(RunStage::Pushing, 3, 0);
        writer.create_stages(&task, first, at(1)).await.expect("created");
        let query = "mutation End($id: ID!, $status: String!) { updateTask(input: {id: $id, status: $status}) { id } }";
        let body = json!({"query": query, "variables": {"id": task.id, "status": status}}).to_string();
        registry.execute(Some(crate::support::API_KEY), body.as_bytes()).expect("an answer");
        let before = listed(&registry);
        writer.create(&task).await.expect("it is there");
        writer.update(&task.id, first, first, at(20)).await.expect("nothing to do");
        writer.end(&task.id, WORK, Some(first), RunEnd::BrokenOff, at(30)).await.expect("nothing to do");
        let after = listed(&registry);
        let fields = ["status", "errorMessage", "completedAt", "updatedAt"];
        assert!(fields.iter().all(|field| before[0][field] == after[0][field]), "{before} {after}");
    }
}

#[tokio::test(start_paused = true)]
async fn each_write_can_be_sent_twice() {
    for lost in ["createTask(", "createTaskStage", "updateTask("] {
        let registry = registry();
        registry.faults().add(ScriptedFault::once(FaultKind::LoseReply).matching(lost));
        let (writer, task) = (writer(&registry), task());
        writer.create(&task).await.expect("created");
        let first = progress(RunStage::Pushing, 0, 0);
        writer.create_stages(&task, first, at(1)).await.expect("created");
        let last = progress(RunStage::Promoting, 40, 40);
        writer.update(&task.id, first, last, at(2)).await.expect("written");
        writer.end(&task.id, WORK, Some(last), RunEnd::Done, at(3)).await.expect("written");
        let all = listed(&registry);
        assert_eq!((all.as_array().map(Vec::len), &all[0]["status"]), (Some(1), &json!("COMPLETED")), "{lost}");
        assert_eq!(stages(&registry), ["Planning COMPLETED null/null", "Pushing COMPLETED 40/40", "Promoting COMPLETED 40/40"]);
    }
}

/// Sends a creation to a server that always answers so; the result, how many requests that took, and how long.
async fn refused(answer: fn() -> Outcome) -> (Result<(), RemoteError>, usize, Duration) {
    let fake = Fake::new(move |_, _| answer());
    let start = Instant::now();
    let result = RunTaskWriter::new(fake.clone(), fastrand::Rng::with_seed(7)).create(&task()).await;
    (result, fake.requests().len(), start.elapsed())
}

#[tokio::test(start_paused = true)]
async fn a_dashboard_that_refuses_is_asked_once_and_one_that_fails_not_for_long() {
    let undefined = || ok(json!({"data": null, "errors": [{"message": "Field 'createTask' in type 'Mutation' is undefined"}]}));
    for answer in [undefined as fn() -> Outcome, || reply(400, ""), || reply(403, ""), || reply(401, "")] {
        let (result, requests, _) = refused(answer).await;
        assert!(matches!(result, Err(RemoteError::Rejected { .. } | RemoteError::Unauthorised(_))), "{result:?}");
        assert_eq!(requests, 1);
    }
    let lost = || Err(TransportError::Broken("reset".to_owned()));
    for answer in [(|| reply(500, "")) as fn() -> Outcome, || reply(429, ""), || reply(200, "<html>"), lost] {
        let (result, requests, took) = refused(answer).await;
        assert!(result.is_err() && requests == 3 && took < Duration::from_secs(5), "{result:?} {requests} {took:?}");
    }
}

/// Answers every write of a task.
fn written(_: usize, request: &Request) -> Outcome {
    let fields = request.query.matches(": createTaskStage").count() + request.query.matches(": updateTask").count();
    let mut data: serde_json::Map<String, Value> = (0..fields).map(|at| (format!("a{at}"), json!({"id": "x"}))).collect();
    data.insert("createTask".to_owned(), json!({"id": "x"}));
    ok(json!({ "data": data }))
}

/// What people could have typed or called something to bring the server to carry out a command.
fn hostile() -> impl Strategy<Value = String> {
    const KNOWN: [&str; 6] = [
        "PENDING",
        "dispatchStatus: PENDING",
        "\", \"dispatchStatus\": \"PENDING",
        "{\"dispatchStatus\":\"PENDING\",\"dispatch_mode\":\"remote\"}",
        "x\") { id } updateTask(input: {id: \"t\", dispatchStatus: \"PENDING\"}) { id",
        "\u{202e}\0\n",
    ];
    prop_oneof![proptest::sample::select(&KNOWN[..]).prop_map(str::to_owned), ".{0,40}"]
}

fn stage() -> impl Strategy<Value = RunStage> {
    prop_oneof![Just(RunStage::Planning), Just(RunStage::Pushing), Just(RunStage::Promoting)]
}

prop_compose! {
    fn any_progress()(stage in stage(), pushed in 0..100usize, promoted in 0..100usize) -> RunProgress {
        progress(stage, pushed, promoted)
    }
}

fn any_end() -> impl Strategy<Value = RunEnd> {
    prop_oneof![
        (0..99usize, 0..99usize, 0..99usize).prop_map(|(done, refused, of)| RunEnd::of(done, refused, of)),
        Just(RunEnd::BrokenOff),
        Just(RunEnd::Silent),
    ]
}

prop_compose! {
    fn any_task()(
        texts in proptest::array::uniform6(hostile()),
        has_card in any::<bool>(),
        counts in proptest::array::uniform3(0..1000usize),
        process in any::<u32>(),
    ) -> RunTask {
        let [id, account, command, host, card, name] = texts;
        let [scores, pushes, promotions] = counts;
        RunTask {
            id: id.into(),
            account: account.into(),
            command,
            host,
            process,
            scorecard: has_card.then(|| (card.into(), name)),
            work: RunWork { scores, pushes, promotions },
            started_at: at(0),
        }
    }
}

proptest! {
    /// `PENDING` there is remote execution: the server would run the command on workers of the customer.
    #[test]
    fn no_write_brings_the_server_to_carry_out_a_command(
        task in any_task(),
        [first, second] in proptest::array::uniform2(any_progress()),
        is_known in any::<bool>(),
        end in any_end(),
    ) {
        let fake = Fake::new(written);
        let writer = RunTaskWriter::new(fake.clone(), fastrand::Rng::with_seed(7));
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().start_paused(true).build().expect("a runtime");
        runtime.block_on(async {
            writer.create(&task).await.expect("written");
            writer.create_stages(&task, first, at(1)).await.expect("written");
            writer.update(&task.id, first, second, at(2)).await.expect("written");
            writer.end(&task.id, task.work, is_known.then_some(second), end, at(3)).await.expect("written");
        });
        let requests = fake.requests();
        prop_assert_eq!(requests.len(), 4);
        for request in &requests {
            // What is sent is this text: a value cannot break out of it.
            let sent = json!({"query": request.query, "variables": request.variables, "operationName": request.operation}).to_string();
            let sent: Value = serde_json::from_str(&sent).expect("JSON");
            let query = sent["query"].as_str().expect("a text");
            prop_assert!(!query.contains("PENDING") && !query.contains("dispatchStatus:"), "{}", query);
            let inputs = sent["variables"].as_object().expect("an object");
            for (name, input) in inputs.iter().filter(|(name, _)| name.starts_with('i')) {
                match (request.operation, name.as_str()) {
                    ("CreateTask", _) => {
                        prop_assert_eq!(&input["dispatchStatus"], "LOCAL");
                        let metadata: Value = serde_json::from_str(input["metadata"].as_str().expect("a text")).expect("JSON");
                        prop_assert_eq!(&metadata["dispatch_mode"], "local");
                        prop_assert_eq!(&input["status"], "RUNNING");
                    }
                    _ => {
                        let says = ["dispatchStatus", "metadata", "command", "target"].iter().any(|key| input.get(key).is_some());
                        prop_assert!(!says, "{}", input);
                    }
                }
            }
            if request.operation == "CreateTask" {
                prop_assert_eq!(inputs.len(), 1);
            }
        }
    }
}
