//! Reads from servers that throttle, break, lie or refuse.

use super::fake::{Fake, Outcome, asked, batch, ids, ok, reply, row};
use scoresync::model::{Progress, ScoreId, Stage, VersionId, WebAddress};
use scoresync::remote::{Remote, RemoteError, Reply, Request, RetryPolicy, TransportError};
use serde_json::{Value, json};
use std::sync::{Arc, Mutex};
use std::time::Duration;
use tokio::time::Instant;

fn score() -> Outcome {
    ok(json!({"data": {"getScore": {"id": "s", "scorecardId": "c", "name": "S", "championVersionId": ""}}}))
}

fn versions(request: &Request) -> Outcome {
    batch(request, |id| (row(id), None))
}

/// Reads one score from a server that answers `first` until it has sent them all, then as it should.
async fn after(first: Vec<Outcome>) -> (Result<bool, RemoteError>, usize, Duration) {
    let fake = Fake::new(move |number, _| first.get(number).cloned().unwrap_or_else(score));
    let start = Instant::now();
    let read = fake.remote().score(&ScoreId::from("s")).await;
    (read.map(|score| score.is_some()), fake.requests().len(), start.elapsed())
}

#[tokio::test(start_paused = true)]
async fn what_may_pass_is_tried_again() {
    let typed = json!({"data": {"getScore": null}, "errors": [{"errorType": "ThrottlingException", "path": ["getScore"]}]});
    let (read, requests, _) = after(vec![
        reply(429, ""),
        ok(typed),
        reply(503, "<html>busy</html>"),
        reply(200, "<html>maintenance</html>"),
        reply(200, r#"{"data":{"getScore":{"id":"#),
        Err(TransportError::Broken("reset".to_owned())),
        Err(TransportError::Timeout(Duration::from_secs(35))),
    ])
    .await;
    assert_eq!((read.expect("the last try succeeds"), requests), (true, 8));
}

#[tokio::test(start_paused = true)]
async fn what_cannot_succeed_is_sent_once() {
    let invalid = json!({"data": null, "errors": [{"message": "429 Throttling 503", "locations": []}]});
    let denied = json!({"data": {"getScore": null}, "errors": [{"errorType": "Unauthorized", "path": ["getScore"]}]});
    let redirect = TransportError::Redirect(WebAddress::new("https://elsewhere.example"));
    for (refusal, expected) in [
        (reply(401, r#"{"errors":[{"errorType":"UnauthorizedException"}]}"#), "not authorised: HTTP 401"),
        (reply(403, "<html>"), "not authorised: HTTP 403"),
        (ok(denied), "not authorised: Unauthorized"),
        (ok(invalid), "429 Throttling 503"),
        (reply(400, ""), "HTTP 400"),
        (ok(json!({"message": "hello"})), "the reply makes no sense: neither data nor errors"),
        (Err(redirect), "the reply makes no sense: the server redirects to https://elsewhere.example"),
    ] {
        let (read, requests, elapsed) = after(vec![refusal]).await;
        assert_eq!((read.expect_err("refused").to_string().as_str(), requests), (expected, 1));
        assert!(elapsed < Duration::from_secs(1));
    }
}

#[tokio::test(start_paused = true)]
async fn retry_after_is_honoured_and_all_tries_end() {
    let busy = |seconds| Ok(Reply { status: 429, retry_after: Some(Duration::from_secs(seconds)), body: Vec::new() });
    let (read, requests, elapsed) = after(vec![busy(5)]).await;
    assert!(read.is_ok() && requests == 2);
    assert!((5..6).contains(&elapsed.as_secs()), "{elapsed:?}");

    let (read, requests, elapsed) = after(vec![busy(86_400); 100]).await;
    assert!(matches!(read, Err(RemoteError::Throttled(_))), "{read:?}");
    assert!(requests <= 3 && elapsed <= RetryPolicy::default().total, "{requests} {elapsed:?}");

    let (read, requests, elapsed) = after(vec![reply(502, "<html>"); 100]).await;
    assert!(matches!(read, Err(RemoteError::Unreachable(_))), "{read:?}");
    assert!(requests == 8 && elapsed < Duration::from_secs(20), "{requests} {elapsed:?}");

    let (read, requests, _) = after(vec![reply(200, "<html>"); 100]).await;
    assert!(matches!(read, Err(RemoteError::Protocol(_))) && requests == 8, "{read:?}");

    let (read, requests, elapsed) = after(vec![Err(TransportError::Connect("refused".to_owned())); 100]).await;
    assert!(matches!(read, Err(RemoteError::Unreachable(_))), "{read:?}");
    assert!(requests == 4 && elapsed < Duration::from_secs(2), "{requests} {elapsed:?}");
}

#[tokio::test(start_paused = true)]
async fn versions_travel_fifty_at_a_time_and_six_requests_at_once() {
    for (count, requests) in [(0, 0), (1, 1), (50, 1), (51, 2), (1000, 20)] {
        let fake = Fake::new(|_, request| versions(request));
        let mut twice = ids(count);
        twice.extend(ids(count));
        let start = Instant::now();
        let reads = fake.remote().versions(&twice).await.expect("a good server");
        assert_eq!((reads.len(), fake.requests().len()), (count, requests));
        assert!(reads.iter().all(|(id, read)| read.as_ref().is_ok_and(|version| version.meta.id == *id)));
        assert_eq!(fake.most_at_once(), requests.min(6));
        assert!(start.elapsed() <= Duration::from_millis(90) * requests.div_ceil(6) as u32, "{:?}", start.elapsed());
    }
}

/// Keeps how many versions were read after each batch.
#[derive(Default)]
struct ReadSoFar(Mutex<Vec<usize>>);

impl Progress for ReadSoFar {
    fn step(&self, stage: Stage, done: usize, of: usize) {
        assert_eq!((stage, of), (Stage::Reading, 120));
        self.0.lock().expect("no panic").push(done);
    }
}

#[tokio::test(start_paused = true)]
async fn progress_counts_up_to_all() {
    let progress = Arc::new(ReadSoFar::default());
    let remote = Fake::new(|_, request| versions(request)).remote();
    let remote = remote.with_progress(progress.clone());
    remote.versions(&ids(120)).await.expect("a good server");
    let mut done = progress.0.lock().expect("no panic").clone();
    done.sort_unstable();
    assert_eq!(done.len(), 3);
    assert_eq!(done.last(), Some(&120));
}

#[tokio::test(start_paused = true)]
async fn a_bad_version_costs_only_itself() {
    let fake = Fake::new(|_, request| {
        batch(request, |id| match id {
            "v00001" => (Value::Null, None),
            "v00002" => (Value::Null, Some("Unauthorized")),
            "v00003" => (json!({"id": id, "configuration": null}), None),
            "v00004" => (row("another"), None),
            "v00005" => (json!("text"), None),
            _ => (row(id), None),
        })
    });
    let reads = fake.remote().versions(&ids(60)).await.expect("each id has its own result");
    let wrong: Vec<String> = reads.values().filter_map(|read| read.as_ref().err()).map(ToString::to_string).collect();
    assert_eq!(
        wrong,
        [
            "version v00001 does not exist",
            "not authorised: no",
            "the reply makes no sense: version v00003: it has no createdAt",
            "the reply makes no sense: asked for version v00004, got another",
            "the reply makes no sense: version v00005: invalid type: string, expected struct VersionRow",
        ]
    );
    assert_eq!(fake.requests().len(), 2);
}

#[tokio::test(start_paused = true)]
async fn only_the_throttled_fields_are_asked_for_again() {
    let fake = Fake::new(|number, request| {
        batch(request, |id| match id {
            "v00007" | "v00009" if number < 2 => (Value::Null, Some("DynamoDB:ThrottlingException")),
            _ => (row(id), None),
        })
    });
    let reads = fake.remote().versions(&ids(50)).await.expect("each id has its own result");
    assert!(reads.values().all(Result::is_ok));
    let sizes: Vec<usize> = fake.requests().iter().map(|request| asked(request).len()).collect();
    assert_eq!(sizes, [50, 2, 2]);
}

#[tokio::test(start_paused = true)]
async fn versions_in_trouble_do_not_make_a_server_dead() {
    let fake = Fake::new(|_, request| {
        let troubled = |id: &str| id.ends_with("01") || id.ends_with("51");
        batch(request, |id| if troubled(id) { (Value::Null, Some("InternalFailure")) } else { (row(id), None) })
    });
    let remote = fake.remote();
    let reads = remote.versions(&ids(300)).await.expect("each id has its own result");
    assert_eq!(reads.values().filter(|read| read.is_err()).count(), 6);
    let reads = remote.versions(&ids(1)).await.expect("each id has its own result");
    assert!(reads.values().all(Result::is_ok), "six given up in a row, and still the server is asked");
}

#[tokio::test(start_paused = true)]
async fn a_batch_that_fails_as_a_whole_is_split() {
    let poisoned = |request: &Request| asked(request).iter().any(|(_, id)| id == "v00017");
    let fake = Fake::new(move |_, request| match poisoned(request) {
        true => ok(json!({"data": null, "errors": [{"message": "boom", "path": ["a3"]}]})),
        false => versions(request),
    });
    let reads = fake.remote().versions(&ids(50)).await.expect("each id has its own result");
    let wrong: Vec<&VersionId> = reads.iter().filter(|(_, read)| read.is_err()).map(|(id, _)| id).collect();
    assert_eq!(wrong, [&VersionId::from("v00017")]);
    assert!(fake.requests().len() <= 13, "{}", fake.requests().len());

    let fake = Fake::new(|_, request| match asked(request).len() {
        13.. => Err(TransportError::TooLarge(1)),
        _ => versions(request),
    });
    let reads = fake.remote().versions(&ids(50)).await.expect("each id has its own result");
    assert!(reads.values().all(Result::is_ok));
}

#[tokio::test(start_paused = true)]
async fn a_refused_document_is_not_split() {
    let fake = Fake::new(|_, _| ok(json!({"data": null, "errors": [{"message": "unknown field", "locations": []}]})));
    let reads = fake.remote().versions(&ids(50)).await.expect("each id has its own result");
    assert!(reads.values().all(Result::is_err));
    assert_eq!(fake.requests().len(), 1);
}

#[tokio::test(start_paused = true)]
async fn a_dead_server_is_left_alone() {
    let fake = Fake::new(|_, _| reply(503, ""));
    let remote = fake.remote();
    let reads = remote.versions(&ids(5000)).await.expect("each id has its own result");
    assert!(reads.values().all(|read| matches!(read, Err(RemoteError::Unreachable(_)))));
    let sent = fake.requests().len();
    assert!(sent < 60, "six batches of 8 tries and a few more, not {sent} requests");

    assert!(remote.score(&ScoreId::from("s")).await.is_err());
    assert_eq!(fake.requests().len(), sent, "nothing is sent while the server is left alone");
    tokio::time::advance(RetryPolicy::default().cool_down).await;
    assert!(remote.score(&ScoreId::from("s")).await.is_err());
    assert!(fake.requests().len() > sent, "later it is tried again");
}

#[tokio::test(start_paused = true)]
async fn a_wrong_key_is_not_shown_around() {
    let fake = Fake::new(|_, _| reply(401, ""));
    let reads = fake.remote().versions(&ids(5000)).await.expect("each id has its own result");
    assert!(reads.values().all(|read| matches!(read, Err(RemoteError::Unauthorised(_)))));
    assert_eq!(fake.requests().len(), 6, "those that were on their way at once");
}

#[tokio::test(start_paused = true)]
async fn a_version_larger_than_plexus_can_hold_costs_only_itself() {
    let fake = Fake::new(|_, request| {
        batch(request, |id| {
            let mut row = row(id);
            if id == "v00003" {
                row["configuration"] = "x".repeat((1 << 20) + 1).into();
            }
            (row, None)
        })
    });
    let reads = fake.remote().versions(&ids(11)).await.expect("each id has its own result");
    let wrong: Vec<String> = reads.values().filter_map(|read| read.as_ref().err()).map(ToString::to_string).collect();
    assert_eq!(wrong, ["version v00003 has 1048582 bytes of texts, which is more than Plexus can hold"]);

    // What does not fit into a reply even alone is named by its own result as well.
    let fake = Fake::new(|_, request| match asked(request).iter().any(|(_, id)| id == "v00003") {
        true => Err(TransportError::TooLarge(16 << 20)),
        false => versions(request),
    });
    let reads = fake.remote().versions(&ids(11)).await.expect("each id has its own result");
    let wrong: Vec<&VersionId> = reads.iter().filter(|(_, read)| read.is_err()).map(|(id, _)| id).collect();
    assert_eq!(wrong, [&VersionId::from("v00003")]);
}

#[tokio::test(start_paused = true)]
async fn deep_json_is_refused() {
    let deep = format!(r#"{{"data":{{"getScore":{}1{}}}}}"#, "[".repeat(100_000), "]".repeat(100_000));
    let (read, requests, _) = after(vec![reply(200, deep); 100]).await;
    assert!(matches!(read, Err(RemoteError::Protocol(_))) && requests == 8, "{read:?}");
}
