//! The demo account shows what it says it shows, and bulk accounts are what was asked for.

use super::{HARBOR, IDENTITY_CHECK, data, demo, ids, one_score};
use scoresync::registry::{Registry, RegistryOptions, seed};
use serde_json::{Value, json};
use std::collections::BTreeSet;

const ACCOUNT: &str = "5c0e51c0-0000-4000-8000-000000000001";

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

/// All items of a list, of as many pages as there are.
fn all(registry: &Registry, list: &str, selected: &str) -> Vec<Value> {
    let (name, arguments) = list.split_once('(').expect("arguments");
    let query = format!(
        "query($token: String) {{ found: {name}(limit: 1000, nextToken: $token, {arguments} {{ items {{ {selected} }} nextToken }} }}"
    );
    let (mut items, mut token) = (Vec::new(), Value::Null);
    loop {
        let page = data(registry, &query, json!({"token": token}))["found"].clone();
        items.extend(page["items"].as_array().expect("items").clone());
        token = page["nextToken"].clone();
        if token.is_null() {
            return items;
        }
    }
}

#[test]
fn people_have_looked_at_300_answers_of_a_score() {
    let feedback = all(
        &demo(),
        &format!("listFeedbackItemByAccountIdAndUpdatedAt(accountId: \"{ACCOUNT}\")"),
        "id itemId scoreId initialAnswerValue finalAnswerValue isInvalid editedAt item { externalId text }",
    );
    assert_eq!(feedback.len(), 300);
    assert!(feedback.iter().all(|one| one["scoreId"] == IDENTITY_CHECK));
    let count = |test: fn(&Value) -> bool| feedback.iter().filter(|one| test(one)).count();
    assert_eq!(count(|one| one["isInvalid"] == true), 4);
    assert_eq!(count(|one| one["initialAnswerValue"].is_null()), 5);
    assert_eq!(count(|one| one["initialAnswerValue"] == "Not applicable"), 9, "a class had another name");
    assert_eq!(count(|one| one["editedAt"].as_str().is_some_and(|at| at.ends_with("+00:00"))), 96, "times have two formats");
    assert!(feedback.iter().all(|one| one["item"]["externalId"].is_string()), "every call can be looked up");
    assert_eq!(count(|one| one["item"]["text"].is_string()), 12);
    let calls: BTreeSet<&str> = feedback.iter().map(|one| one["itemId"].as_str().expect("an id")).collect();
    assert_eq!(calls.len(), 296, "four were looked at twice");
    let misjudged = count(|one| one["isInvalid"].is_null() && one["initialAnswerValue"] != one["finalAnswerValue"]);
    assert_eq!(misjudged, 17 + 10 + 3 + 2 + 5 + 4 + 5 + 6);
}

#[test]
fn what_is_recent_in_the_demo_is_so_whenever_it_starts() {
    let start = "2031-02-03T04:05:06Z";
    let registry = RegistryOptions::default().clock(|| start.parse().expect("a time")).in_memory().expect("a registry");
    seed::demo(&registry).expect("seeded");
    let edited = all(
        &registry,
        &format!("listFeedbackItemByAccountIdAndEditedAt(accountId: \"{ACCOUNT}\", sortDirection: DESC)"),
        "editedAt item { externalId }",
    );
    assert_eq!(edited[0], json!({"editedAt": "2031-02-03T02:05:06.000Z", "item": {"externalId": "call-20300"}}));
    let since = format!("listFeedbackItemByAccountIdAndEditedAt(accountId: \"{ACCOUNT}\", editedAt: {{ge: \"2031-01-04\"}})");
    assert_eq!(all(&registry, &since, "id").len(), 199, "in the last 30 days");
    let tasks = format!("listTaskByAccountIdAndUpdatedAt(accountId: \"{ACCOUNT}\", updatedAt: {{ge: \"2031-02-01\"}})");
    let tasks = all(
        &registry,
        &tasks,
        "status dispatchStatus updatedAt currentStage { name processedItems totalItems } stages { items { status } }",
    );
    assert_eq!(tasks.len(), 1, "reports were made long ago");
    assert_eq!(tasks[0]["currentStage"], json!({"name": "Processing", "processedItems": 84, "totalItems": 200}));
    assert_eq!(
        (&tasks[0]["updatedAt"], tasks[0]["stages"]["items"].as_array().map(Vec::len)),
        (&json!("2031-02-03T04:05:06.000Z"), Some(3))
    );
    let waiting =
        format!("listScoringJobByAccountIdAndCreatedAt(accountId: \"{ACCOUNT}\", createdAt: {{ge: \"2031-02-03T04\"}})");
    assert_eq!(all(&registry, &waiting, "status").len(), 3);
}

#[test]
fn a_call_is_found_by_what_other_systems_call_it() {
    let query = "query($value: String!) { listIdentifierByAccountIdAndValue(accountId: \"5c0e51c0-0000-4000-8000-000000000001\", value: {eq: $value}) {
      items { name item { externalId itemIdentifiers { items { name value url } } scoreResults { items { value score { name } } } } } } }";
    let found = data(&demo(), query, json!({"value": "70300"}))["listIdentifierByAccountIdAndValue"]["items"][0].clone();
    assert_eq!((&found["name"], &found["item"]["externalId"]), (&json!("form"), &json!("call-20300")));
    assert_eq!(found["item"]["itemIdentifiers"]["items"].as_array().map(Vec::len), Some(2));
    let results = found["item"]["scoreResults"]["items"].as_array().expect("results").clone();
    assert!(results.contains(&json!({"value": "Yes", "score": {"name": "Identity Check"}})), "{results:?}");
}

/// Evaluations of one data set judge the same calls, and their results are those of their matrices.
#[test]
fn an_evaluation_has_the_results_that_its_matrix_counts() {
    let registry = demo();
    let results = |evaluation: u32| {
        let list = format!("listScoreResultByEvaluationId(evaluationId: \"5c0e51c0-0005-4000-8000-00000000000{evaluation}\")");
        all(&registry, &list, "itemId value metadata")
    };
    let judged = |result: &Value| -> Value {
        let metadata: Value = serde_json::from_str(result["metadata"].as_str().expect("JSON")).expect("JSON");
        metadata["results"]["Identity Check"]["metadata"].clone()
    };
    let wrong = |evaluation: u32| -> BTreeSet<String> {
        let results = results(evaluation);
        let wrong = results.iter().filter(|result| judged(result)["correct"] == false);
        wrong.map(|result| result["itemId"].as_str().expect("an id").to_owned()).collect()
    };
    let (champion, draft) = (wrong(1), wrong(3));
    assert_eq!((results(1).len(), champion.len(), results(3).len(), draft.len()), (200, 12 + 14, 200, 7 + 9));
    assert!(draft.is_subset(&champion), "the draft mends some calls and breaks none");
    assert_eq!((results(2).len(), results(4).len()), (0, 1), "past answers are no results of the run");
}

#[test]
fn documents_and_reports_hang_together() {
    let registry = demo();
    let source = data(
        &registry,
        "{ getDataSource(id: \"5c0e51c0-000c-4000-8000-000000000001\") { yamlConfiguration currentVersion { yamlConfiguration isFeatured }
           versions { items { dataSets { items { id file buildContext scoreVersion { note } } } } } } }",
        Value::Null,
    )["getDataSource"]
        .clone();
    let (head, version) = (source["yamlConfiguration"].as_str(), source["currentVersion"]["yamlConfiguration"].as_str());
    assert_eq!(head.map(str::trim_end), version, "the dashboard trims versions");
    let versions = source["versions"]["items"].as_array().expect("versions");
    let sets: Vec<&Value> = versions.iter().flat_map(|version| version["dataSets"]["items"].as_array().expect("sets")).collect();
    assert_eq!((versions.len(), sets.len(), &sets[0]["scoreVersion"]["note"]), (3, 1, &json!("Both pieces must be given")));
    let configurations = format!("listReportConfigurationByAccountIdAndName(accountId: \"{ACCOUNT}\")");
    let configurations = all(
        &registry,
        &configurations,
        "name reports { items { parameters task { status } reportBlocks { items { name error } } } }",
    );
    assert_eq!(configurations.iter().map(|one| &one["name"]).collect::<Vec<_>>(), ["Cost by score", "Monthly agreement"]);
    let report = &configurations[1]["reports"]["items"][0];
    assert_eq!(report["parameters"], json!("\"{\\\"param_days\\\":30}\""), "encoded twice, as the generator does it");
    assert_eq!(
        (&report["task"]["status"], report["reportBlocks"]["items"].as_array().map(Vec::len)),
        (&json!("COMPLETED"), Some(2))
    );
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
