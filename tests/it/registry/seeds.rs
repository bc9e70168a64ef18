//! The demo account shows what it says it shows, and bulk accounts are what was asked for.

use super::{HARBOR, IDENTITY_CHECK, data, demo, ids, one_score};
use scoresync::registry::{Registry, seed};
use serde_json::{Value, json};

const SCORES: &str =
    "query($key: String!) { listAccountByKey(key: $key) { items { scorecards { items { name scores(limit: 1000) {
  items { id name isDisabled championVersionId championVersion { configuration guidelines } } } } } } } }";

fn scores(registry: &Registry, key: &str) -> Vec<Value> {
    let found = data(registry, SCORES, json!({"key": key}));
    let cards = found["listAccountByKey"]["items"][0]["scorecards"]["items"].as_array().unwrap().clone();
    cards.iter().flat_map(|card| card["scores"]["items"].as_array().unwrap().clone()).collect()
}

#[test]
fn the_demo_account_has_every_awkward_case() {
    let scores = scores(&demo(), seed::DEMO_ACCOUNT_KEY);
    let named = |name: &str| scores.iter().find(|score| score["name"] == name).unwrap();
    let champion = |name: &str, document: &str| named(name)["championVersion"][document].clone();
    assert_eq!(scores.len(), 12);
    assert!(champion("Greeting and Name", "configuration").as_str().unwrap().contains("\r\n"));
    assert!(champion("Greeting and Name", "guidelines").as_str().unwrap().contains("\r\n"));
    assert_eq!(champion("Save Offer Presented", "guidelines"), Value::Null);
    assert_eq!(champion("Compliance Disclosure", "guidelines"), "");
    assert!(champion("Cancellation Reason", "guidelines").as_str().unwrap().len() > 10_000);
    assert_eq!(named("Consentimento LGPD")["championVersionId"], Value::Null);
    assert_eq!(named("Legacy Script Check")["isDisabled"], true);
    assert!(named("Empatia 😊")["id"].is_string() && named("Refund/Chargeback")["id"].is_string());
    let invalid = |score: &&Value| {
        score["championVersion"]["configuration"]
            .as_str()
            .is_some_and(|code| serde_yaml::from_str::<serde_yaml::Value>(code).is_err())
    };
    assert_eq!(scores.iter().find(invalid), None, "a newcomer's first check is a clean one");
}

#[test]
fn seeding_the_demo_again_puts_it_back_and_leaves_the_rest() {
    let registry = one_score();
    seed::demo(&registry).unwrap();
    let rename = "mutation($id: ID!) { updateScore(input: {id: $id, name: \"Renamed\"}) { id } }";
    data(&registry, rename, json!({"id": IDENTITY_CHECK}));
    seed::demo(&registry).unwrap();
    let found = data(
        &registry,
        "query($id: ID!) { getScore(id: $id) { name } other: getScore(id: \"score\") { name } }",
        json!({"id": IDENTITY_CHECK}),
    );
    assert_eq!(found, json!({"getScore": {"name": "Identity Check"}, "other": {"name": "S"}}));
    let sections = "query($id: String!) { listScorecardSectionByScorecardId(scorecardId: $id) { items { id } } }";
    assert_eq!(ids(&data(&registry, sections, json!({"id": HARBOR}))["listScorecardSectionByScorecardId"]).len(), 2);
}

#[test]
fn a_bulk_account_is_as_large_as_asked_for_and_always_the_same() {
    let make = || {
        let registry = Registry::in_memory().unwrap();
        seed::bulk(&registry, seed::Bulk { scorecards: 3, scores_each: 40, code_bytes: 2000 }).unwrap();
        scores(&registry, "bulk")
    };
    let made = make();
    assert_eq!((made.len(), make()), (120, made.clone()));
    let code = made[0]["championVersion"]["configuration"].as_str().unwrap();
    assert!((1900..2300).contains(&code.len()), "{}", code.len());
}
