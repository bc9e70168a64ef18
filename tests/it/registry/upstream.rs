//! Requests of the shapes that today's Python client sends: ids inlined or as variables of either type, nested
//! sections, metadata as a JSON string, unused variables.

use super::{HARBOR, IDENTITY_CHAMPION, IDENTITY_CHECK, data, demo, error, ids};
use serde_json::{Value, json};

#[test]
fn it_finds_an_account_a_scorecard_and_a_score() {
    let registry = demo();
    let account = data(
        &registry,
        "query ByKey($key: String!) { listAccountByKey(key: $key) { items { id name key description settings createdAt updatedAt } } }",
        json!({"key": "harbor-quality"}),
    );
    assert_eq!(account["listAccountByKey"]["items"][0]["name"], "Harbor Quality Group");
    let by_filter = "query Card($key: String!) { listScorecards(filter: {key: {eq: $key}}) { items { id name key externalId accountId description } } }";
    assert_eq!(ids(&data(&registry, by_filter, json!({"key": "harbor-retention"}))["listScorecards"]), [HARBOR]);
    let inlined = "query Cards { listScorecards(filter: { name: { eq: \"Billing Support Quality\" } }, limit: 10) { items { id name key } } }";
    assert_eq!(ids(&data(&registry, inlined, Value::Null)["listScorecards"]).len(), 1);
    let up = format!("query S {{ getScore(id: \"{IDENTITY_CHECK}\") {{ id section {{ scorecard {{ id }} }} }} }}");
    assert_eq!(data(&registry, &up, Value::Null)["getScore"]["section"]["scorecard"]["id"], HARBOR);
    for (query, value) in [
        ("query S($v: String!) { found: listScoreByName(name: $v) { items { id } } }", "Identity Check"),
        ("query S($v: String!) { found: listScoreByKey(key: $v) { items { id } } }", "identity-check"),
        ("query S($v: String!) { found: listScoreByExternalId(externalId: $v) { items { id } } }", "41802"),
    ] {
        assert_eq!(ids(&data(&registry, query, json!({"v": value}))["found"]), [IDENTITY_CHECK], "{query}");
    }
}

#[test]
fn it_walks_sections_and_reads_the_champion() {
    let registry = demo();
    let walk = format!(
        "query Card {{ getScorecard(id: \"{HARBOR}\") {{ id name key externalId createdAt updatedAt sections {{ items {{ id name order
           scores {{ items {{ id name key description type order externalId isDisabled championVersionId }} }} }} }} }} }}"
    );
    let found = data(&registry, &walk, Value::Null);
    let sections = found["getScorecard"]["sections"]["items"].as_array().unwrap();
    assert_eq!(sections.iter().map(|section| ids(&section["scores"]).len()).sum::<usize>(), 5);
    let champion =
        data(&registry, "query S($id: ID!) { getScore(id: $id) { championVersionId } }", json!({"id": IDENTITY_CHECK}));
    assert_eq!(champion["getScore"]["championVersionId"], IDENTITY_CHAMPION);
    let version = "query V($id: ID!) { getScoreVersion(id: $id) { configuration guidelines createdAt updatedAt note } }";
    assert_eq!(
        data(&registry, version, json!({"id": IDENTITY_CHAMPION, "unused": 1}))["getScoreVersion"]["createdAt"],
        "2026-03-19T08:12:30.512Z"
    );
    let missing = "query S { getSection(id: \"x\") { scorecardId } }";
    assert_eq!(error(&registry, missing, Value::Null).get("errorType"), None);
}

#[test]
fn it_pushes_and_promotes_with_history() {
    let registry = demo();
    let push = "mutation Push($input: CreateScoreVersionInput!) { createScoreVersion(input: $input) {
      id configuration createdAt updatedAt note score { id name championVersionId } } }";
    let metadata = json!({"attribution": {"actorType": "service", "actorKey": "cli", "source": "cli"}}).to_string();
    let input = json!({"scoreId": IDENTITY_CHECK, "configuration": "name: Identity Check", "note": "n", "isFeatured": "false",
        "guidelines": "g", "parentVersionId": IDENTITY_CHAMPION, "metadata": metadata});
    let pushed = data(&registry, push, json!({"input": input}))["createScoreVersion"].clone();
    assert_eq!(pushed["score"]["championVersionId"], IDENTITY_CHAMPION, "a push does not promote");

    let guard = "query Guard($scoreId: ID!, $versionId: ID!) { getScore(id: $scoreId) { id championVersionId }
      getScoreVersion(id: $versionId) { id scoreId configuration metadata createdAt } }";
    let read = data(&registry, guard, json!({"scoreId": IDENTITY_CHECK, "versionId": pushed["id"]}));
    assert_eq!(read["getScoreVersion"]["scoreId"], IDENTITY_CHECK);
    let mut history: Value = serde_json::from_str(read["getScoreVersion"]["metadata"].as_str().unwrap()).unwrap();
    history["championHistory"] = json!([{"versionId": pushed["id"], "enteredAt": "2026-05-01T10:00:00+00:00", "exitedAt": null}]);

    let promote = "mutation P($input: UpdateScoreInput!) { updateScore(input: $input) { id championVersionId } }";
    let promoted = data(&registry, promote, json!({"input": {"id": IDENTITY_CHECK, "championVersionId": pushed["id"]}}));
    assert_eq!(promoted["updateScore"]["championVersionId"], pushed["id"]);
    let note = "mutation M($input: UpdateScoreVersionInput!) { updateScoreVersion(input: $input) { id isFeatured metadata } }";
    let entered = json!({"id": pushed["id"], "scoreId": IDENTITY_CHECK, "createdAt": pushed["createdAt"], "metadata": history.to_string(), "isFeatured": "true"});
    let entered = data(&registry, note, json!({"input": entered}))["updateScoreVersion"].clone();
    assert_eq!(
        (&entered["isFeatured"], serde_json::from_str(entered["metadata"].as_str().unwrap()).ok()),
        (&json!("true"), Some(history))
    );
    let left = json!({"id": IDENTITY_CHAMPION, "metadata": "{\"championHistory\":[]}"});
    assert_eq!(data(&registry, note, json!({"input": left}))["updateScoreVersion"]["isFeatured"], "true", "kept as it was");
}

#[test]
fn it_writes_and_reads_an_evaluation_with_its_results() {
    let registry = demo();
    let create = "mutation E($input: CreateEvaluationInput!) { createEvaluation(input: $input) {
      id type accuracy status accountId createdAt updatedAt createdByUserId costDetails metadata universalCode parameters metrics } }";
    let input = json!({"id": "e", "type": "accuracy", "accuracy": 92.5, "status": "COMPLETED", "accountId": "a", "scoreId": IDENTITY_CHECK,
        "scoreVersionId": IDENTITY_CHAMPION, "createdByUserId": "ann", "costDetails": "{\"total\":1}", "metadata": "{\"a\":1}", "universalCode": "u"});
    let made = data(&registry, create, json!({"input": input}))["createEvaluation"].clone();
    assert_eq!(
        (&made["createdByUserId"], &made["costDetails"], &made["metadata"], &made["universalCode"]),
        (&json!("ann"), &json!("{\"total\":1}"), &json!("{\"a\":1}"), &json!("u"))
    );
    let result = json!({"id": "r", "value": "Yes", "itemId": "i", "accountId": "a", "scorecardId": HARBOR, "scoreId": IDENTITY_CHECK,
        "evaluationId": "e", "type": "evaluation", "status": "COMPLETED", "correct": true, "metadata": "{\"results\":{}}", "attachments": ["x"]});
    let write = "mutation R($input: CreateScoreResultInput!) { createScoreResult(input: $input) { id value attachments } }";
    assert_eq!(data(&registry, write, json!({"input": result}))["createScoreResult"]["attachments"], json!(["x"]));
    let read = "query E($id: ID!) { getEvaluation(id: $id) { scoreResults { items { id value correct metadata createdAt itemId scorecardId } } } }";
    let read = data(&registry, read, json!({"id": "e"}));
    assert_eq!(ids(&read["getEvaluation"]["scoreResults"]), ["r"]);
    let denied = error(&registry, "{ getEvaluation(id: \"e\") { createdByUser { id } } }", Value::Null);
    assert_eq!(denied["errorType"], "Unauthorized");
    for query in [
        "listEvaluationByCreatedByUserId(createdByUserId: \"ann\")",
        "listEvaluations(filter: {createdByUserId: {eq: \"ann\"}, universalCode: {eq: \"u\"}}, limit: 1000)",
    ] {
        let found = data(&registry, &format!("{{ found: {query} {{ items {{ id }} }} }}"), Value::Null);
        assert_eq!(ids(&found["found"]), ["e"], "{query}");
    }
    let results = data(&registry, "{ found: listScoreResultByEvaluationId(evaluationId: \"e\") { items { id } } }", Value::Null);
    assert_eq!(ids(&results["found"]), ["r"]);
}

#[test]
fn it_lists_by_every_key_that_the_service_has() {
    let registry = demo();
    let at = |day: u32| format!("2026-05-0{day}T00:00:00.000Z");
    let source = |id: &str, day: u32| json!({"id": id, "name": id, "accountId": "a", "scorecardId": "card", "scoreId": "score", "createdAt": at(1), "updatedAt": at(day)});
    let task =
        json!({"id": "t", "accountId": "a", "type": "x", "status": "PENDING", "target": "x", "command": "x", "scoreId": "score"});
    let items = [("DataSource", source("late", 3)), ("DataSource", source("early", 2)), ("Task", task)];
    scoresync::registry::seed::insert(&registry, items).unwrap();
    for (query, found) in [
        ("listTaskByScoreId(scoreId: \"score\")", vec!["t"]),
        ("listDataSourceByScorecardIdAndUpdatedAt(scorecardId: \"card\", sortDirection: DESC)", vec!["late", "early"]),
        ("listDataSourceByScoreIdAndUpdatedAt(scoreId: \"score\", updatedAt: {ge: \"2026-05-03\"})", vec!["late"]),
    ] {
        let answer = data(&registry, &format!("{{ found: {query} {{ items {{ id }} }} }}"), Value::Null);
        assert_eq!(ids(&answer["found"]), found, "{query}");
    }
}
