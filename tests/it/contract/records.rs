//! What was recorded about scores, read by the GraphQL client from the embedded registry: complete, by indexes only, in few
//! requests, and without what a dashboard does not have.

use crate::support::{InProcess, registry, remote};
use jiff::{SignedDuration, Timestamp};
use scoresync::model::ScoreId;
use scoresync::registry::{FaultKind, Registry, RegistryOptions, ScriptedFault, seed};
use scoresync::remote::{FeedbackQuery, Records, RemoteError};
use serde_json::{Value, json};
use std::sync::Arc;

fn now() -> Timestamp {
    "2026-06-01T12:00:00Z".parse().expect("a time")
}

fn records(registry: &Registry) -> Records {
    remote(Arc::new(InProcess(registry.clone()))).records()
}

/// The call with this number; one an hour, up to an hour before now.
fn reviewed(call: i64) -> (&'static str, Value) {
    let at = format!("{:.3}", now() - SignedDuration::from_hours(call + 1));
    let row = json!({
        "id": format!("f{call}"), "accountId": "a", "scorecardId": "c", "scoreId": "s", "itemId": format!("i{call}"),
        "cacheKey": format!("s:{call}"), "initialAnswerValue": "Yes", "finalAnswerValue": "Yes", "editedAt": at, "updatedAt": at,
        "finalCommentValue": "x".repeat(1500),
    });
    ("FeedbackItem", row)
}

fn query(days: i64) -> FeedbackQuery {
    let from = Some(now() - SignedDuration::from_hours(24 * days));
    FeedbackQuery { account: "a".into(), scorecard: "c".into(), score: "s".into(), from, to: now() }
}

#[tokio::test]
async fn feedback_is_complete_and_long_windows_are_read_side_by_side() {
    let registry = registry();
    seed::insert(&registry, (0..3000).map(reviewed)).expect("rows of the schema");
    let read = async |query: FeedbackQuery, most: usize| {
        let before = registry.requests().len();
        let list = records(&registry).feedback(&[query], most).await.remove(0).expect("an answer");
        (list, registry.requests().len() - before)
    };
    let (month, requests) = read(query(30), 50_000).await;
    assert_eq!((month.items.len(), month.complete), (720, true));
    assert!(requests <= 3, "{requests} requests");
    let (all, requests) = read(query(200), 50_000).await;
    assert_eq!((all.items.len(), all.complete), (3000, true));
    assert!(requests <= 5, "four parts of a window travel together: {requests} requests");
    assert!(all.items.windows(2).all(|pair| pair[0].edited_at > pair[1].edited_at), "newest first, each once");
    let (newest, _) = read(query(200), 100).await;
    assert_eq!((newest.items.len(), newest.complete), (100, false), "it says that there are more");
    assert_eq!(newest.items[0].id, "f0");
    let mut other = reviewed(7);
    (other.1["id"], other.1["scoreId"]) = (json!("other"), json!("s2"));
    seed::insert(&registry, [other]).expect("a row of the schema");
    let (unbounded, _) = read(FeedbackQuery { from: None, ..query(1) }, 50_000).await;
    assert_eq!(unbounded.items.len(), 3000, "not those of a score whose id begins so");
}

#[tokio::test]
async fn a_score_whose_feedback_cannot_be_read_costs_only_itself() {
    let registry = registry();
    seed::insert(&registry, (0..3).map(reviewed)).expect("rows of the schema");
    let other = FeedbackQuery { score: "other".into(), ..query(30) };
    let lists = records(&registry).feedback(&[query(30), other.clone()], 100).await;
    assert_eq!(lists.into_iter().map(|list| list.expect("an answer").items.len()).collect::<Vec<_>>(), [3, 0]);
    registry.faults().add(ScriptedFault { kind: FaultKind::Status(403), matching: Some("Feedback".to_owned()), count: None });
    let refused = records(&registry).feedback(&[other], 100).await.remove(0);
    assert!(matches!(refused, Err(RemoteError::Unauthorised(_))), "{refused:?}");
}

#[tokio::test]
async fn what_only_some_dashboards_have_may_be_missing() {
    let rows = || {
        let change = |id: &str, at: &str, to: &str| {
            let row = json!({
                "id": id, "feedbackItemId": "f0", "externalId": id, "changeType": "Response", "changedAt": at,
                "initialAnswerValue": "No", "finalAnswerValue": to,
            });
            ("FeedbackChangeDetail", row)
        };
        let batch = json!({
            "id": "b", "type": "t", "batchId": "x", "status": "OPEN", "modelProvider": "p", "modelName": "m", "accountId": "a",
            "scoreId": "s", "totalRequests": 10, "completedRequests": 4,
        });
        vec![change("d2", "2026-05-02T00:00:00Z", "Yes"), change("d1", "2026-05-01T00:00:00Z", "NA"), ("BatchJob", batch)]
    };
    let folder = tempfile::tempdir().expect("a folder");
    let older = RegistryOptions::default().retired_models().open(&folder.path().join("older.db")).expect("a registry");
    seed::insert(&older, rows()).expect("rows of the schema");
    let score = ScoreId::from("s");
    let changes = records(&older).feedback_changes(&["f0", "f1"]).await.expect("an answer").expect("it has them");
    assert_eq!(changes["f0"].iter().map(|change| change.to.as_deref()).collect::<Vec<_>>(), [Some("NA"), Some("Yes")]);
    assert!(changes["f1"].is_empty());
    let batches = records(&older).batches(&[&score]).await.expect("an answer").expect("it has them");
    assert_eq!((batches[0].done, batches[0].of, batches[0].is_open()), (Some(4), Some(10), true));

    let today = registry();
    assert_eq!(records(&today).feedback_changes(&["f0"]).await, Ok(None));
    assert_eq!(records(&today).batches(&[&score]).await, Ok(None));
}
