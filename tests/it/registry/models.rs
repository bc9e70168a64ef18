//! What single models have that others have not: keys of two attributes, sort keys that are numbers, relations to one item,
//! times that may be missing, and models that the service dropped.

use super::{answer, data, error, ids, run};
use scoresync::registry::{Registry, RegistryOptions, seed};
use serde_json::{Value, json};

fn with(items: impl IntoIterator<Item = (&'static str, Value)>) -> Registry {
    let registry = Registry::in_memory().expect("a registry");
    seed::insert(&registry, items).expect("seeded");
    registry
}

fn identifier(item: &str, name: &str, value: &str, position: u32) -> (&'static str, Value) {
    ("Identifier", json!({"itemId": item, "name": name, "value": value, "position": position, "accountId": "a"}))
}

const CREATE_IDENTIFIER: &str =
    "mutation($input: CreateIdentifierInput!) { createIdentifier(input: $input) { itemId name value } }";

#[test]
fn a_key_of_two_attributes_is_one_key() {
    let registry = with([identifier("i", "form", "1", 0), identifier("i", "call", "2", 1), identifier("ij", "form", "3", 0)]);
    let get = "query($i: String!, $n: String!) { getIdentifier(itemId: $i, name: $n) { value item { id } } }";
    let found = |item: &str, name: &str| data(&registry, get, json!({"i": item, "n": name}))["getIdentifier"].clone();
    assert_eq!(found("i", "call"), json!({"value": "2", "item": null}), "a relation to nothing is null");
    assert_eq!(found("ij", "call"), Value::Null);

    let input =
        |item: &str, name: &str| json!({"input": {"itemId": item, "name": name, "value": "9", "position": 5, "accountId": "a"}});
    let taken = error(&registry, CREATE_IDENTIFIER, input("i", "form"));
    assert_eq!(taken["errorType"], "DynamoDB:ConditionalCheckFailedException");
    data(&registry, CREATE_IDENTIFIER, input("j", "form"));

    let update = "mutation($i: UpdateIdentifierInput!) { updateIdentifier(input: $i) { value position } }";
    let partly = error(&registry, update, json!({"i": {"itemId": "i", "name": "form", "position": 7}}));
    assert!(partly["message"].as_str().expect("words").ends_with("Missing key: 'value'."), "the name counts as given: {partly}");
    let whole = json!({"i": {"itemId": "i", "name": "form", "value": "1", "position": 7}});
    assert_eq!(data(&registry, update, whole)["updateIdentifier"]["position"], 7);
    let delete = "mutation($i: DeleteIdentifierInput!) { deleteIdentifier(input: $i) { value } }";
    data(&registry, delete, json!({"i": {"itemId": "i", "name": "form"}}));
    assert_eq!((found("i", "form"), found("ij", "form")["value"].clone()), (Value::Null, json!("3")));
}

#[test]
fn items_are_listed_by_the_first_attribute_of_their_key() {
    let registry = with([identifier("i", "form", "1", 0), identifier("i", "call", "2", 1), identifier("j", "form", "3", 0)]);
    let values = |arguments: &str| {
        let found = data(&registry, &format!("{{ found: listIdentifiers{arguments} {{ items {{ value }} }} }}"), Value::Null);
        let items = found["found"]["items"].as_array().expect("items").clone();
        items.iter().map(|item| item["value"].as_str().expect("a text").to_owned()).collect::<Vec<_>>()
    };
    assert_eq!(values("").len(), 3);
    assert_eq!(values("(itemId: \"i\")"), ["2", "1"]);
    assert_eq!(values("(itemId: \"i\", sortDirection: DESC)"), ["1", "2"]);
    assert_eq!(values("(itemId: \"i\", name: {beginsWith: \"f\"})"), ["1"]);
    let refused = error(&registry, "{ listIdentifiers(name: {eq: \"form\"}) { items { value } } }", Value::Null);
    assert_eq!(refused["errorType"], "InvalidArgumentsError");
}

#[test]
fn a_sort_key_that_is_a_number_sorts_as_one() {
    let registry = with((0..12).rev().map(|at| identifier("i", &format!("n{at:02}"), &at.to_string(), at)));
    let query = "query($range: ModelIntKeyConditionInput, $token: String) {
      found: listIdentifierByItemIdAndPosition(itemId: \"i\", position: $range, limit: 5, nextToken: $token) { items { position } nextToken } }";
    let (mut token, mut seen) = (Value::Null, Vec::new());
    loop {
        let page = data(&registry, query, json!({"token": token}))["found"].clone();
        seen.extend(page["items"].as_array().expect("items").iter().map(|item| item["position"].as_u64().expect("a number")));
        token = page["nextToken"].clone();
        if token.is_null() {
            break;
        }
    }
    assert_eq!(seen, (0..12).collect::<Vec<u64>>());
    for (range, found) in [(json!({"ge": 10}), 2), (json!({"between": [2, 9]}), 5), (json!({"eq": 11}), 1), (json!({"lt": 2}), 2)]
    {
        let page = data(&registry, query, json!({"range": range}))["found"].clone();
        assert_eq!(page["items"].as_array().expect("items").len(), found, "{range}");
    }
    let update = "mutation { updateIdentifier(input: {itemId: \"i\", name: \"n00\", position: null, value: \"0\"}) { name } }";
    let refused = error(&registry, update, Value::Null);
    assert!(refused["message"].as_str().expect("words").contains("Expected: N"), "{refused}");
}

#[test]
fn a_relation_to_one_item_is_answered() {
    let evaluation =
        |id: &str| json!({"id": id, "type": "accuracy", "accuracy": 1.0, "status": "COMPLETED", "accountId": "a", "taskId": "t"});
    let task = |id: &str| json!({"id": id, "accountId": "a", "type": "x", "status": "RUNNING", "target": "x", "command": "x"});
    let registry = with([("Task", task("t")), ("Task", task("u")), ("Evaluation", evaluation("e"))]);
    let query = "query($id: ID!) { getTask(id: $id) { evaluation { id task { id } } report { id } celeryTaskId } }";
    let found = |id: &str| data(&registry, query, json!({"id": id}))["getTask"].clone();
    assert_eq!(found("t"), json!({"evaluation": {"id": "e", "task": {"id": "t"}}, "report": null, "celeryTaskId": null}));
    assert_eq!(found("u")["evaluation"], Value::Null);
}

#[test]
fn results_of_feedback_are_found_through_the_feedback_only() {
    let feedback = json!({"id": "f", "accountId": "a", "scorecardId": "c", "scoreId": "s", "itemId": "gone", "cacheKey": "s:1"});
    let result =
        json!({"id": "r", "value": "Yes", "itemId": "gone", "accountId": "a", "scorecardId": "c", "feedbackItemId": "f"});
    let registry = with([("FeedbackItem", feedback), ("ScoreResult", result)]);
    let query = "{ getFeedbackItem(id: \"f\") { item { id } isInvalid scoreResults { items { id feedbackItem { id } } } } }";
    assert_eq!(
        data(&registry, query, Value::Null)["getFeedbackItem"],
        json!({"item": null, "isInvalid": null, "scoreResults": {"items": [{"id": "r", "feedbackItem": {"id": "f"}}]}})
    );
    let by_feedback = "{ listScoreResultByFeedbackItemId(feedbackItemId: \"f\") { items { id } } }";
    assert_eq!(run(&registry, by_feedback, Value::Null)["data"], Value::Null, "a relation makes no query");
}

#[test]
fn what_has_no_time_is_in_no_list_by_it() {
    let item =
        |id: &str, updated: Value| ("Item", json!({"id": id, "accountId": "a", "isEvaluation": false, "updatedAt": updated}));
    let registry = with([item("dated", json!("2026-01-01T00:00:00Z")), item("undated", Value::Null)]);
    let listed = data(&registry, "{ found: listItemByAccountIdAndUpdatedAt(accountId: \"a\") { items { id } } }", Value::Null);
    assert_eq!(ids(&listed["found"]), ["dated"]);
    let read = data(&registry, "{ getItem(id: \"undated\") { id updatedAt createdAt } }", Value::Null);
    assert_eq!(read["getItem"]["updatedAt"], Value::Null, "an item may have no time");
}

#[test]
fn an_update_of_feedback_carries_its_whole_keys() {
    let registry = Registry::in_memory().expect("a registry");
    let create = "mutation($i: CreateFeedbackItemInput!) { createFeedbackItem(input: $i) { id } }";
    let mut input = json!({"id": "f", "accountId": "a", "scorecardId": "c", "scoreId": "s", "itemId": "i", "cacheKey": "s:1"});
    let refused = error(&registry, create, json!({"i": input}));
    assert!(refused["message"].as_str().expect("words").contains("byAccountScorecardScoreEditedAt"), "{refused}");
    input["editedAt"] = json!("2026-05-01T08:00:00.123456Z");
    data(&registry, create, json!({"i": input}));

    let update = "mutation($i: UpdateFeedbackItemInput!) { updateFeedbackItem(input: $i) { isInvalid } }";
    let alone = error(&registry, update, json!({"i": {"id": "f", "isInvalid": true}}));
    assert_eq!(alone["errorType"], Value::Null);
    let whole =
        json!({"id": "f", "isInvalid": true, "scorecardId": "c", "scoreId": "s", "editedAt": "2026-05-01T08:00:00.123456Z"});
    assert_eq!(data(&registry, update, json!({"i": whole}))["updateFeedbackItem"]["isInvalid"], true);

    let query = "query($range: ModelFeedbackItemByAccountScorecardScoreEditedAtCompositeKeyConditionInput) {
      found: listFeedbackItemByAccountIdAndScorecardIdAndScoreIdAndEditedAt(accountId: \"a\", scorecardIdScoreIdEditedAt: $range) { items { id } } }";
    let at = |time: &str| json!({"scorecardId": "c", "scoreId": "s", "editedAt": time});
    for (low, high, found) in
        [("2026-05-01T08:00:00Z", "2026-05-01T08:00:01Z", vec![]), ("2026-05-01T07:59:59Z", "2026-05-01T08:00:01Z", vec!["f"])]
    {
        let page = data(&registry, query, json!({"range": {"between": [at(low), at(high)]}}));
        assert_eq!(ids(&page["found"]), found, "{low}: bounds are texts");
    }
}

#[test]
fn models_that_the_service_dropped_are_there_only_if_asked_for() {
    let of_feedback = "{ listFeedbackItems { items { id changeDetails { items { id changeType } } } } }";
    let of_jobs = "{ listScoringJobs { items { batchJobLinks { items { batchJob { status } } } } } }";
    let current = Registry::in_memory().expect("a registry");
    let older = RegistryOptions::default().retired_models().in_memory().expect("a registry");
    let documents = [
        of_feedback,
        of_jobs,
        "{ listBatchJobByScoreId(scoreId: \"s\") { items { id } } }",
        "{ listFeedbackChangeDetailByFeedbackItemIdAndChangedAt(feedbackItemId: \"f\") { items { id } } }",
        "{ listBatchJobScoringJobByBatchJobId(batchJobId: \"b\") { items { id } } }",
        "mutation { createBatchJob(input: {type: \"x\", batchId: \"x\", status: \"OPEN\", modelProvider: \"x\", modelName: \"x\", accountId: \"a\"}) { id } }",
    ];
    for document in documents {
        let refused = run(&current, document, Value::Null);
        assert_eq!((&refused["data"], refused["errors"][0].get("errorType")), (&Value::Null, None), "{document}");
        data(&older, document, Value::Null);
    }
    let change =
        json!({"id": "d", "feedbackItemId": "f", "changeType": "Score", "externalId": "1", "changedAt": "2025-05-02T00:00:00Z"});
    let feedback = json!({"id": "f", "accountId": "a", "scorecardId": "c", "scoreId": "s", "itemId": "i", "cacheKey": "s:1"});
    seed::insert(&older, [("FeedbackItem", feedback), ("FeedbackChangeDetail", change)]).expect("seeded");
    let found = data(&older, of_feedback, Value::Null);
    assert_eq!(found["listFeedbackItems"]["items"][0]["changeDetails"]["items"], json!([{"id": "d", "changeType": "Score"}]));
    let filtered = "{ listFeedbackChangeDetails(filter: {changeType: {eq: Response}}) { items { id } } }";
    assert_eq!(ids(&data(&older, filtered, Value::Null)["listFeedbackChangeDetails"]), [""; 0]);
}

#[test]
fn people_are_not_shown_to_a_key() {
    let report = json!({"id": "r", "accountId": "a", "createdByUserId": "ann", "parameters": "{\"twice\":1}", "output": "# R"});
    let registry = with([("Report", report)]);
    let answered = run(&registry, "{ getReport(id: \"r\") { createdByUserId createdByUser { email } } }", Value::Null);
    assert_eq!(answered["data"]["getReport"], json!({"createdByUserId": "ann", "createdByUser": null}));
    assert_eq!(answered["errors"][0]["errorType"], "Unauthorized");
    let parameters = data(&registry, "{ getReport(id: \"r\") { parameters } }", Value::Null);
    assert_eq!(parameters["getReport"]["parameters"], json!("\"{\\\"twice\\\":1}\""), "a JSON text that holds a text stays one");
    assert_eq!(answer(&registry, "{ getDataSource(id: \"d\") { owner } }", Value::Null).status, 200);
}

/// A page ends at 1 MB of what is stored, whatever is selected of it.
#[test]
fn long_texts_make_short_pages_even_where_they_are_not_asked_for() {
    let text = "x".repeat(60_000);
    let item = |at: u32| json!({"id": format!("i{at:03}"), "accountId": "a", "isEvaluation": false, "text": text, "createdAt": format!("2026-01-01T00:{:02}:{:02}Z", at / 60, at % 60)});
    let registry = with((0..200).map(|at| ("Item", item(at))));
    let query = "query($token: String) { found: listItemByAccountIdAndCreatedAt(accountId: \"a\", limit: 1000, nextToken: $token) { items { id } nextToken } }";
    let (mut token, mut sizes, mut seen) = (Value::Null, Vec::new(), Vec::new());
    loop {
        let page = data(&registry, query, json!({"token": token}))["found"].clone();
        sizes.push(ids(&page).len());
        seen.extend(ids(&page).iter().map(ToString::to_string));
        token = page["nextToken"].clone();
        if token.is_null() {
            break;
        }
    }
    assert!(sizes.iter().all(|size| *size <= 17), "1 MB holds 17 of them: {sizes:?}");
    assert_eq!((seen.len(), sizes.len()), (200, 12));
    assert!(seen.is_sorted(), "in order of the sort key");
}
