//! Create, update, delete: conditions, keys, sizes, scalars, times.

use super::{CREATE_VERSION, UPDATE_SCORE, data, error, ids, one_score, run};
use jiff::Timestamp;
use scoresync::registry::{Registry, RegistryOptions, seed};
use serde_json::{Value, json};

const CONDITION: &str = "DynamoDB:ConditionalCheckFailedException";
const INVALID: &str = "DynamoDB:ValidationException";

fn version(more: Value) -> Value {
    let mut input = json!({"scoreId": "score", "configuration": "name: S\n", "isFeatured": "false"});
    more.as_object().unwrap().iter().for_each(|(key, value)| input[key] = value.clone());
    json!({"input": input})
}

fn create(registry: &Registry, more: Value) -> Value {
    data(registry, CREATE_VERSION, version(more))["createScoreVersion"].clone()
}

#[test]
fn the_server_fills_in_id_and_times() {
    let now: Timestamp = "2026-05-01T12:00:00.123456Z".parse().unwrap();
    let registry = RegistryOptions::default().clock(move || now).ids(|| "made".to_owned()).in_memory().unwrap();
    let made = create(&registry, json!({}));
    assert_eq!((&made["id"], &made["createdAt"]), (&json!("made"), &json!("2026-05-01T12:00:00.123Z")));
    assert_eq!((&made["updatedAt"], &made["guidelines"]), (&made["createdAt"], &Value::Null));
}

#[test]
fn a_whole_second_has_its_milliseconds_too() {
    let now: Timestamp = "2026-05-01T12:00:00Z".parse().unwrap();
    let registry = RegistryOptions::default().clock(move || now).in_memory().unwrap();
    assert_eq!(create(&registry, json!({}))["createdAt"], "2026-05-01T12:00:00.000Z");
}

#[test]
fn a_second_create_with_one_id_fails_its_condition_and_changes_nothing() {
    let registry = one_score();
    create(&registry, json!({"id": "mine", "note": "first"}));
    let failed = run(&registry, CREATE_VERSION, version(json!({"id": "mine", "configuration": "other"})));
    assert_eq!(failed["data"], json!({"createScoreVersion": null}));
    let refused = &failed["errors"][0];
    assert_eq!((&refused["errorType"], &refused["message"]), (&json!(CONDITION), &json!("The conditional request failed")));
    assert_eq!(
        (&refused["path"], &refused["data"], &refused["errorInfo"]),
        (&json!(["createScoreVersion"]), &Value::Null, &Value::Null)
    );
    let kept = data(&registry, "{ getScoreVersion(id: \"mine\") { configuration } }", Value::Null);
    assert_eq!(kept["getScoreVersion"]["configuration"], "name: S\n");
}

#[test]
fn a_version_without_is_featured_is_refused_at_run_time() {
    let registry = one_score();
    let failed = run(&registry, CREATE_VERSION, json!({"input": {"scoreId": "score", "configuration": "x"}}));
    assert_eq!(failed["data"], json!({"createScoreVersion": null}));
    let message = failed["errors"][0]["message"].as_str().unwrap();
    assert!(message.starts_with("When creating any part of the composite sort key"), "{message}");
}

#[test]
fn an_update_gives_both_parts_of_the_composite_key_or_neither() {
    let registry = one_score();
    let made = create(&registry, json!({"id": "v"}));
    let update = "mutation($input: UpdateScoreVersionInput!) { updateScoreVersion(input: $input) { isFeatured note configuration createdAt } }";
    for part in [json!({"id": "v", "isFeatured": "true"}), json!({"id": "v", "createdAt": "2026-01-01T00:00:00.000Z"})] {
        let message = error(&registry, update, json!({"input": part}))["message"].as_str().unwrap().to_owned();
        assert!(message.starts_with("When updating any part of the composite sort key"), "{message}");
    }
    let both = json!({"input": {"id": "v", "isFeatured": "true", "createdAt": made["createdAt"], "note": "n"}});
    let updated = &data(&registry, update, both)["updateScoreVersion"];
    assert_eq!(
        (&updated["isFeatured"], &updated["note"], &updated["configuration"]),
        (&json!("true"), &json!("n"), &json!("name: S\n"))
    );
}

#[test]
fn a_condition_on_the_champion_is_a_compare_and_set() {
    let registry = one_score();
    let promote = |to: &str, condition: Value| json!({"input": {"id": "score", "championVersionId": to}, "condition": {"championVersionId": condition}});
    let first = promote("a", json!({"attributeExists": false}));
    assert_eq!(data(&registry, UPDATE_SCORE, first.clone())["updateScore"]["championVersionId"], "a");
    assert_eq!(error(&registry, UPDATE_SCORE, first)["errorType"], CONDITION);
    assert_eq!(error(&registry, UPDATE_SCORE, promote("c", json!({"eq": "b"})))["errorType"], CONDITION);
    assert_eq!(data(&registry, UPDATE_SCORE, promote("b", json!({"eq": "a"})))["updateScore"]["championVersionId"], "b");
}

#[test]
fn writes_to_a_missing_id_fail_their_condition() {
    let registry = one_score();
    assert_eq!(error(&registry, UPDATE_SCORE, json!({"input": {"id": "none", "name": "x"}}))["errorType"], CONDITION);
    assert_eq!(error(&registry, "mutation { deleteScore(input: {id: \"none\"}) { id } }", Value::Null)["errorType"], CONDITION);
}

#[test]
fn delete_answers_what_was_and_heeds_its_condition() {
    let registry = one_score();
    let delete = "mutation($name: String) { deleteScore(input: {id: \"score\"}, condition: {name: {eq: $name}}) { name } }";
    assert_eq!(error(&registry, delete, json!({"name": "other"}))["errorType"], CONDITION);
    assert_eq!(data(&registry, delete, json!({"name": "S"}))["deleteScore"]["name"], "S");
    assert_eq!(data(&registry, "{ getScore(id: \"score\") { id } }", Value::Null)["getScore"], Value::Null);
}

#[test]
fn an_update_bumps_updated_at_and_keeps_the_rest() {
    let registry = one_score();
    let updated = &data(&registry, UPDATE_SCORE, json!({"input": {"id": "score", "description": "d"}}))["updateScore"];
    assert_eq!((&updated["name"], &updated["description"]), (&json!("S"), &json!("d")));
    assert!(updated["updatedAt"].as_str().unwrap() > "2026-01-05T08:00:00.000Z");
}

#[test]
fn null_removes_a_field_but_not_the_key_of_an_index_and_empty_is_kept() {
    let registry = one_score();
    data(&registry, UPDATE_SCORE, json!({"input": {"id": "score", "description": "d", "championVersionId": "a"}}));
    data(&registry, UPDATE_SCORE, json!({"input": {"id": "score", "description": null, "championVersionId": null}}));
    let absent = json!({"input": {"id": "score"}, "condition": {"championVersionId": {"attributeExists": false}}});
    assert_eq!(data(&registry, UPDATE_SCORE, absent)["updateScore"]["description"], Value::Null);
    let refused = error(&registry, UPDATE_SCORE, json!({"input": {"id": "score", "externalId": null}}));
    assert_eq!(refused["errorType"], INVALID);
    assert_eq!(create(&registry, json!({"guidelines": ""}))["guidelines"], "");
    assert_eq!(create(&registry, json!({"guidelines": null}))["guidelines"], Value::Null);
}

#[test]
fn an_item_may_have_409600_bytes_and_no_more() {
    let registry = RegistryOptions::default().clock(|| Timestamp::UNIX_EPOCH).in_memory().unwrap();
    let fixed: usize = [("id", 1), ("scoreId", 5), ("isFeatured", 5), ("createdAt", 24), ("updatedAt", 24), ("configuration", 0)]
        .iter()
        .map(|(name, value)| name.len() + value)
        .sum();
    let fits = 409_600 - fixed;
    create(&registry, json!({"id": "a", "configuration": "x".repeat(fits)}));
    let refused = error(&registry, CREATE_VERSION, version(json!({"id": "b", "configuration": "x".repeat(fits + 1)})));
    assert_eq!(
        (&refused["errorType"], &refused["message"]),
        (&json!(INVALID), &json!("Item size has exceeded the maximum allowed size"))
    );
    let grown = "mutation { updateScoreVersion(input: {id: \"a\", note: \"n\"}) { id } }";
    assert_eq!(error(&registry, grown, Value::Null)["errorType"], INVALID);
}

#[test]
fn aws_json_comes_back_written_anew() {
    let registry = one_score();
    let made = create(&registry, json!({"metadata": "{ \"b\": [1, 2.50],  \"a\": {\"é\": null} }"}));
    let text = made["metadata"].as_str().unwrap();
    assert_eq!(serde_json::from_str::<Value>(text).unwrap(), json!({"a": {"é": null}, "b": [1, 2.5]}));
    assert!(!text.contains(": ") && !text.contains("2.50"), "{text}");
}

#[test]
fn values_that_aws_scalars_refuse_fail_the_request() {
    let registry = one_score();
    for bad in [
        json!({"metadata": {"a": 1}}),
        json!({"metadata": "{a: 1}"}),
        json!({"createdAt": "2026-01-01"}),
        json!({"createdAt": "2026-01-01 00:00:00Z"}),
        json!({"createdAt": "2026-01-01T00:00:00"}),
        json!({"createdAt": "2026-02-30T00:00:00Z"}),
    ] {
        let failed = run(&registry, CREATE_VERSION, version(bad.clone()));
        assert_eq!(failed["data"], Value::Null, "{bad}");
        assert_eq!(failed["errors"][0].get("errorType"), None, "{bad}");
    }
    for good in ["2026-01-01T00:00:00Z", "2026-01-01T00:00:00.123456789+05:30"] {
        assert_eq!(create(&registry, json!({"createdAt": good}))["createdAt"], good);
    }
    let literal = "mutation { createScoreVersion(input: {scoreId: \"score\", configuration: \"x\", isFeatured: \"false\", metadata: \"{\"}) { id } }";
    assert_eq!(run(&registry, literal, Value::Null)["data"]["createScoreVersion"], Value::Null);
}

#[test]
fn text_survives_byte_for_byte() {
    let registry = one_score();
    let text = "\u{feff}a: 1\r\n\tb: \u{0}\"\\ 😊 e\u{301} é\u{2028}\n\n";
    assert_eq!(create(&registry, json!({"configuration": text}))["configuration"], text);
}

#[test]
fn one_failing_mutation_does_not_undo_the_others() {
    let registry = one_score();
    let both = "mutation { bad: updateScore(input: {id: \"none\", name: \"x\"}) { id } good: updateScore(input: {id: \"score\", name: \"T\"}) { name } }";
    let answer = run(&registry, both, Value::Null);
    assert_eq!(answer["data"], json!({"bad": null, "good": {"name": "T"}}));
    assert_eq!(answer["errors"][0]["path"], json!(["bad"]));
}

#[test]
fn listeners_hear_of_mutations_with_the_fields_that_they_selected() {
    let registry = one_score();
    let mut events = registry.events();
    data(&registry, "mutation { x: updateScore(input: {id: \"score\", name: \"T\"}) { id called: name } }", Value::Null);
    run(&registry, UPDATE_SCORE, json!({"input": {"id": "none"}}));
    let event = events.try_recv().unwrap();
    assert_eq!((event.mutation.as_str(), event.selected), ("updateScore", json!({"id": "score", "called": "T"})));
    assert!(events.try_recv().is_err(), "a mutation that failed is no event");
}

#[test]
fn two_handles_on_one_file_agree() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("registry.db");
    let (one, two) = (Registry::open(&path).unwrap(), Registry::open(&path).unwrap());
    seed::demo(&one).unwrap();
    let promote = json!({"input": {"id": super::IDENTITY_CHECK, "championVersionId": "x"}, "condition": {"championVersionId": {"eq": super::IDENTITY_CHAMPION}}});
    data(&two, UPDATE_SCORE, promote.clone());
    assert_eq!(error(&one, UPDATE_SCORE, promote)["errorType"], CONDITION);
}

#[test]
fn a_handle_notices_what_others_have_written_and_not_its_own() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("registry.db");
    let (one, two) = (Registry::open(&path).unwrap(), Registry::open(&path).unwrap());
    seed::demo(&one).unwrap();
    let version = || (one.data_version().unwrap(), two.data_version().unwrap());
    let before = version();
    data(&two, UPDATE_SCORE, json!({"input": {"id": super::IDENTITY_CHECK, "championVersionId": "x"}}));
    let after = version();
    assert!(after.0 != before.0 && after.1 == before.1, "{before:?} {after:?}");
    assert_eq!(version(), after, "looking changes nothing");
}

#[test]
fn many_may_make_and_open_one_file_at_once() {
    let folder = tempfile::tempdir().unwrap();
    for round in 0..20 {
        let path = folder.path().join(format!("{round}.db"));
        std::thread::scope(|scope| {
            let openers: Vec<_> = (0..8).map(|_| scope.spawn(|| Registry::open(&path).map(drop))).collect();
            openers.into_iter().for_each(|opener| opener.join().unwrap().unwrap());
        });
    }
}

#[test]
fn a_champion_is_won_by_one_of_many_promoters() {
    let registry = one_score();
    let won = std::thread::scope(|scope| {
        let promoters: Vec<_> = (0..8).map(|n| scope.spawn({
            let registry = &registry;
            move || {
                let lease = json!({"input": {"id": "score", "championVersionId": format!("v{n}")}, "condition": {"championVersionId": {"attributeExists": false}}});
                run(registry, UPDATE_SCORE, lease)["data"]["updateScore"].is_object()
            }
        })).collect();
        promoters.into_iter().map(|promoter| promoter.join().unwrap()).filter(|won| *won).count()
    });
    assert_eq!(won, 1);
}

#[test]
fn a_partition_key_that_is_null_is_left_out_of_its_index() {
    let registry = one_score();
    let made = create(&registry, json!({"id": "v", "createdByUserId": null}));
    assert_eq!(made["id"], "v");
    let by = "query Q($u: String!) { listScoreVersionByCreatedByUserId(createdByUserId: $u) { items { id } } }";
    let update = "mutation M($input: UpdateScoreVersionInput!) { updateScoreVersion(input: $input) { id createdByUserId } }";
    for (user, found) in [(json!("ann"), vec!["v"]), (Value::Null, vec![])] {
        data(&registry, update, json!({"input": {"id": "v", "createdByUserId": user}}));
        assert_eq!(ids(&data(&registry, by, json!({"u": "ann"}))["listScoreVersionByCreatedByUserId"]), found);
    }
    let refused = error(&registry, update, json!({"input": {"id": "v", "createdByUserId": ""}}));
    assert_eq!(refused["errorType"], INVALID, "{refused}");
    let rename = error(&registry, UPDATE_SCORE, json!({"input": {"id": "score", "externalId": null}}));
    assert_eq!(rename["errorType"], INVALID, "the sort key of another index stays refused: {rename}");
}

#[test]
fn a_part_of_a_composite_key_may_be_null_if_the_others_are_given() {
    let registry = one_score();
    let made = create(&registry, json!({"id": "v"}));
    let update = "mutation M($input: UpdateScoreVersionInput!) { updateScoreVersion(input: $input) { isFeatured } }";
    let input = json!({"id": "v", "isFeatured": null, "createdAt": made["createdAt"]});
    assert_eq!(data(&registry, update, json!({"input": input}))["updateScoreVersion"]["isFeatured"], Value::Null);
    let alone = error(&registry, update, json!({"input": {"id": "v", "isFeatured": null}}));
    assert!(alone["message"].as_str().unwrap().contains("Missing key: 'createdAt'"), "{alone}");
}

#[test]
fn a_result_is_written_with_all_parts_of_its_keys() {
    let registry = one_score();
    let write = "mutation M($input: CreateScoreResultInput!) { createScoreResult(input: $input) { id } }";
    let result = |more: Value| {
        let mut input = json!({"id": "r", "value": "Yes", "itemId": "i", "accountId": "a", "scorecardId": "card", "type": "evaluation",
            "status": "COMPLETED", "scoreId": "score", "evaluationId": "e"});
        more.as_object().unwrap().iter().for_each(|(key, value)| input[key] = value.clone());
        json!({"input": input})
    };
    let mut partial = result(json!({}));
    partial["input"].as_object_mut().unwrap().remove("status");
    let refused = error(&registry, write, partial);
    let words = "When creating any part of the composite sort key for @index 'byTypeStatusUpdated'";
    assert!(refused["message"].as_str().unwrap().starts_with(words), "{refused}");
    data(&registry, write, result(json!({})));
    let latest = "query Q($range: ModelScoreResultByItemIdAndTypeAndScoreIdAndUpdatedAtCompositeKeyConditionInput) {
        listScoreResultByItemIdAndTypeAndScoreIdAndUpdatedAt(itemId: \"i\", typeScoreIdUpdatedAt: $range, sortDirection: DESC, limit: 1) { items { id } } }";
    let range = json!({"range": {"beginsWith": {"type": "evaluation", "scoreId": "score"}}});
    assert_eq!(ids(&data(&registry, latest, range)["listScoreResultByItemIdAndTypeAndScoreIdAndUpdatedAt"]), ["r"]);
}
