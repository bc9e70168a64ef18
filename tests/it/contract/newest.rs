//! The newest versions of many scores from servers that cut their pages, and what that costs.

use super::fake::{Fake, asked, ok};
use scoresync::model::ScoreId;
use scoresync::remote::{Remote, Request};
use serde_json::{Map, Value, json};

/// A server whose scores have `versions` versions each and that shows at most `page` of them at once.
fn answer(request: &Request, versions: usize, page: usize) -> super::fake::Outcome {
    let lists = asked(request).into_iter().map(|(alias, score)| {
        let token = request.variables[format!("t{}", &alias[1..])].as_str();
        let start = token.map_or(0, |token| token.parse::<usize>().expect("a token of ours"));
        let end = versions.min(start + page);
        let rows: Vec<Value> = (start..end).map(|at| row(&score, at)).collect();
        (alias, json!({"items": rows, "nextToken": (end < versions).then(|| end.to_string())}))
    });
    ok(json!({ "data": lists.collect::<Map<String, Value>>() }))
}

fn row(score: &str, at: usize) -> Value {
    json!({"id": format!("{score}-{at:03}"), "scoreId": score, "createdAt": format!("2026-01-01T00:{:02}:{:02}Z", 59 - at / 60, 59 - at % 60)})
}

fn scores(count: usize) -> Vec<ScoreId> {
    (0..count).map(|at| ScoreId::from(format!("s{at:03}"))).collect()
}

#[tokio::test(start_paused = true)]
async fn many_scores_travel_in_one_request() {
    let fake = Fake::new(|_, request| answer(request, 300, 1000));
    let found = fake.remote().newest(&scores(120), 20).await.expect("an answer");
    assert!(found.len() == 120 && found.values().all(|list| list.as_ref().is_ok_and(|list| list.len() == 20)));
    assert_eq!(fake.operations(), ["Newest"; 3]);
    assert!(fake.requests().iter().all(|request| request.query.contains("limit: 20")));
}

#[tokio::test(start_paused = true)]
async fn a_page_that_was_cut_is_followed_only_as_far_as_needed() {
    let fake = Fake::new(|_, request| answer(request, 30, 8));
    let found = fake.remote().newest(&scores(2), 20).await.expect("an answer");
    for (score, list) in found {
        let ids: Vec<String> = list.expect("readable").into_iter().map(|meta| meta.id.to_string()).collect();
        assert_eq!(ids, (0..20).map(|at| format!("{score}-{at:03}")).collect::<Vec<_>>());
    }
    assert_eq!(fake.operations(), ["Newest"; 3]);
}

#[tokio::test(start_paused = true)]
async fn one_list_that_fails_costs_only_itself() {
    let fake = Fake::new(|_, request| {
        let mut reply: Value = serde_json::from_slice(&answer(request, 3, 8)?.body).expect("JSON");
        reply["data"]["a1"] = Value::Null;
        reply["errors"] = json!([{"message": "no", "errorType": "DynamoDB:ValidationException", "path": ["a1"]}]);
        ok(reply)
    });
    let found = fake.remote().newest(&scores(3), 20).await.expect("an answer");
    let read: Vec<bool> = found.values().map(Result::is_ok).collect();
    assert_eq!(read, [true, false, true]);
}
