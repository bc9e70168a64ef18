//! The embedded registry behaves as the service does: errors, paging, indexes, conditions, scalars, faults, HTTP, sockets.

mod errors;
mod faults;
mod files;
mod http;
mod limits;
mod models;
mod operations;
mod reading;
mod realtime;
mod seeds;
mod upstream;
mod writing;

use std::collections::BTreeSet;

use scoresync::registry::{HttpAnswer, Registry, seed};
use serde_json::{Value, json};

const IDENTITY_CHECK: &str = "5c0e51c0-0003-4000-8000-000000000102";
const IDENTITY_CHAMPION: &str = "d8ac3983-7417-4280-8ee5-a8099fcca7ab";
const HARBOR: &str = "5c0e51c0-0001-4000-8000-000000000001";

fn demo() -> Registry {
    let registry = Registry::in_memory().unwrap();
    seed::demo(&registry).unwrap();
    registry
}

/// A registry with one score and nothing else; the score's id is `score`.
fn one_score() -> Registry {
    let registry = Registry::in_memory().unwrap();
    let score = json!({"id": "score", "name": "S", "order": 1, "type": "binary", "sectionId": "sec", "scorecardId": "card", "externalId": "1"});
    seed::insert(&registry, [("Score", score)]).unwrap();
    registry
}

fn body(query: &str, variables: Value) -> Vec<u8> {
    json!({"query": query, "variables": variables}).to_string().into_bytes()
}

fn answer(registry: &Registry, query: &str, variables: Value) -> HttpAnswer {
    registry.execute(None, &body(query, variables)).unwrap()
}

fn run(registry: &Registry, query: &str, variables: Value) -> Value {
    let answer = answer(registry, query, variables);
    assert_eq!((answer.status, answer.content_type), (200, "application/json"));
    serde_json::from_slice(&answer.body).unwrap()
}

/// The `data` of a request that must not fail.
fn data(registry: &Registry, query: &str, variables: Value) -> Value {
    let answer = run(registry, query, variables);
    assert_eq!(answer.get("errors"), None, "{answer}");
    answer["data"].clone()
}

/// The only error of a request.
fn error(registry: &Registry, query: &str, variables: Value) -> Value {
    let answer = run(registry, query, variables);
    assert_eq!(answer["errors"].as_array().map(Vec::len), Some(1), "{answer}");
    answer["errors"][0].clone()
}

/// The `id` of each item, in order.
fn ids(connection: &Value) -> Vec<&str> {
    connection["items"].as_array().unwrap().iter().map(|item| item["id"].as_str().unwrap()).collect()
}

const CREATE_VERSION: &str = "mutation($input: CreateScoreVersionInput!, $condition: ModelScoreVersionConditionInput) {
  createScoreVersion(input: $input, condition: $condition) { id scoreId configuration guidelines metadata isFeatured createdAt updatedAt }
}";
const UPDATE_SCORE: &str = "mutation($input: UpdateScoreInput!, $condition: ModelScoreConditionInput) {
  updateScore(input: $input, condition: $condition) { id name championVersionId description updatedAt }
}";

#[test]
fn every_page_together_is_the_whole_list() {
    let registry = Registry::in_memory().unwrap();
    let size = seed::Bulk { scorecards: 1, scores_each: 257, code_bytes: 100 };
    let account = seed::bulk(&registry, size).unwrap();
    let query = "query($account: String!, $token: String) {
      listScorecardByAccountId(accountId: $account) { items { scores(limit: 50, nextToken: $token) { items { id } nextToken } } } }";
    let (mut token, mut seen, mut pages) = (Value::Null, BTreeSet::new(), 0);
    loop {
        let found = data(&registry, query, json!({"account": account, "token": token}));
        let page = &found["listScorecardByAccountId"]["items"][0]["scores"];
        pages += 1;
        for id in ids(page) {
            assert!(seen.insert(id.to_owned()), "{id} came twice");
        }
        token = page["nextToken"].clone();
        if token.is_null() {
            break;
        }
    }
    assert_eq!((seen.len(), pages), (257, 6));
}
