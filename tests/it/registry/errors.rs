//! The shapes of errors: each row of the wire contract's table.

use super::{CREATE_VERSION, IDENTITY_CHAMPION, answer, body, data, demo, error, one_score, run};
use scoresync::registry::{RegistryOptions, seed};
use serde_json::{Value, json};

fn json(bytes: &[u8]) -> Value {
    serde_json::from_slice(bytes).unwrap()
}

#[test]
fn a_missing_or_wrong_key_is_401() {
    let registry = RegistryOptions::default().api_key("secret").in_memory().unwrap();
    let request = body("{ __typename }", Value::Null);
    for key in [None, Some(""), Some("Secret"), Some("secre"), Some("secrets"), Some("secret\0")] {
        let refused = registry.execute(key, &request).unwrap();
        assert_eq!((refused.status, &json(&refused.body)["errors"][0]["errorType"]), (401, &json!("UnauthorizedException")));
    }
    assert_eq!(json(&registry.execute(Some("secret"), &request).unwrap().body), json!({"data": {"__typename": "Query"}}));
}

#[test]
fn what_is_no_request_is_400() {
    for malformed in ["", "{", "[]", "{\"variables\": {}}", "{\"query\": 1}", "\u{0}"] {
        let refused = demo().execute(None, malformed.as_bytes()).unwrap();
        assert_eq!(
            (refused.status, &json(&refused.body)["errors"][0]["errorType"]),
            (400, &json!("MalformedHttpRequestException")),
            "{malformed:?}"
        );
    }
}

#[test]
fn a_document_that_cannot_be_parsed_is_400() {
    for query in ["{ getScore(id: \"x\") { id ", "", "}", "query Q {", "{ a(: 1) }", "# nothing"] {
        let refused = answer(&demo(), query, Value::Null);
        let expected =
            json!({"errors": [{"errorType": "MalformedHttpRequestException", "message": "Unable to parse GraphQL query."}]});
        assert_eq!((refused.status, json(&refused.body)), (400, expected), "{query:?}");
    }
}

#[test]
fn a_query_that_does_not_exist_is_told_and_not_what_follows_from_it() {
    let query = "query Q($id: String!) { listScoreByNothing(nothing: $id) { items { id } } }";
    let missing = error(&demo(), query, json!({"id": "x"}));
    assert!(missing["message"].as_str().unwrap().contains("listScoreByNothing"), "{missing}");
    let unused = error(&demo(), "query Q($id: String!) { __typename }", json!({"id": "x"}));
    assert!(unused["message"].as_str().unwrap().contains("$id"), "{unused}");
}

#[test]
fn a_body_over_ten_megabytes_is_413() {
    let padded = |bytes: usize| {
        let mut body = body("{ __typename }", Value::Null);
        body.resize(bytes, b' ');
        demo().execute(None, &body).unwrap().status
    };
    assert_eq!((padded(10 << 20), padded((10 << 20) + 1)), (200, 413));
}

#[test]
fn invalid_requests_have_null_data_and_no_error_type() {
    let registry = one_score();
    for (query, variables) in [
        ("{ getSection(id: \"x\") { id } }", Value::Null),
        ("{ getScore(id: \"x\") { nonsense } }", Value::Null),
        ("{ getScore { id } }", Value::Null),
        ("query($id: ID!) { getScore(id: $id) { id } }", json!({})),
        ("query($id: ID!) { getScore(id: $id) { id } }", json!({"id": null})),
        ("query($id: Boolean!) { getScore(id: $id) { id } }", json!({"id": true})),
        (CREATE_VERSION, json!({"input": {"scoreId": "score", "isFeatured": "false"}})),
        (CREATE_VERSION, json!({"input": {"scoreId": "score", "configuration": "x", "isFeatured": false}})),
        (CREATE_VERSION, json!({"input": {"scoreId": "score", "configuration": "x", "unknown": 1}})),
        ("query A { getScore(id: \"x\") { id } } query B { getScore(id: \"x\") { id } }", Value::Null),
        ("subscription { onCreateScore { id } }", Value::Null),
    ] {
        let refused = run(&registry, query, variables);
        assert_eq!(refused["data"], Value::Null, "{query}");
        let error = &refused["errors"][0];
        assert_eq!((error.get("errorType"), error.get("path")), (None, None), "{query}: {error}");
        assert!(error["message"].is_string() && error["locations"].is_array(), "{query}: {error}");
    }
}

#[test]
fn a_field_denied_to_the_key_leaves_partial_data() {
    let query = "query($id: ID!) { getScoreVersion(id: $id) { note createdByUser { id } } }";
    let partial = run(&demo(), query, json!({"id": IDENTITY_CHAMPION}));
    assert_eq!(partial["data"]["getScoreVersion"], json!({"note": "Both pieces must be given", "createdByUser": null}));
    let denied = &partial["errors"][0];
    assert_eq!((&denied["errorType"], &denied["path"]), (&json!("Unauthorized"), &json!(["getScoreVersion", "createdByUser"])));
    for users in ["getUser(id: \"x\") { displayName email }", "listUsers { items { id } }"] {
        assert_eq!(error(&demo(), &format!("{{ {users} }}"), Value::Null)["errorType"], "Unauthorized", "{users}");
    }
}

#[test]
fn a_null_that_the_schema_forbids_nulls_its_parent_only() {
    let registry = one_score();
    seed::insert(
        &registry,
        [
            ("ScoreVersion", json!({"id": "broken", "scoreId": "score"})),
            ("ScoreVersion", json!({"id": "sound", "scoreId": "score", "configuration": "x"})),
        ],
    )
    .unwrap();
    let query =
        "{ a: getScoreVersion(id: \"broken\") { id configuration } b: getScoreVersion(id: \"sound\") { id configuration } }";
    let partial = run(&registry, query, Value::Null);
    assert_eq!(partial["data"], json!({"a": null, "b": {"id": "sound", "configuration": "x"}}));
    let error = &partial["errors"][0];
    assert_eq!(
        error["message"],
        "Cannot return null for non-nullable type: 'String' within parent 'ScoreVersion' (/a/configuration)"
    );
    assert_eq!((&error["path"], error.get("errorType")), (&json!(["a", "configuration"]), None));
}

#[test]
fn an_operation_is_chosen_by_name_and_the_schema_can_be_asked_for() {
    let registry = demo();
    let request = json!({"query": "query A { a: __typename } query B { b: __typename }", "operationName": "B"}).to_string();
    assert_eq!(json(&registry.execute(None, request.as_bytes()).unwrap().body), json!({"data": {"b": "Query"}}));
    assert_eq!(data(&registry, "{ __schema { queryType { name } } }", Value::Null)["__schema"]["queryType"]["name"], "Query");
}

#[test]
fn the_log_keeps_the_newest_requests() {
    let registry = demo();
    (0..10_005).for_each(|number| drop(answer(&registry, "{ __typename }", json!({ "number": number }))));
    answer(&registry, "query Last { __typename }", Value::Null);
    let logged = registry.requests();
    assert_eq!((logged.len(), logged.last().map(|request| &*request.operation)), (10_000, Some("Last")));
}

#[test]
fn requests_are_logged_with_their_name_and_size() {
    let registry = demo();
    answer(&registry, "query Named { __typename }", Value::Null);
    answer(&registry, "{ getScore(id: \"x\") { id } }", Value::Null);
    answer(&registry, "{ nonsense }", Value::Null);
    let logged: Vec<_> = registry.requests().into_iter().map(|request| (request.operation, request.document)).collect();
    assert_eq!(logged, [("Named".to_owned(), 26), ("getScore".to_owned(), 28), (String::new(), 12)]);
}
