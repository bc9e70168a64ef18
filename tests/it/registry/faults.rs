//! The fault script: each kind, who it is for, and its order.

use super::{CREATE_VERSION, body, data, demo, ids, one_score, run};
use scoresync::registry::{BadFault, Dropped, FaultKind, HttpAnswer, Registry, ScriptedFault};
use serde_json::{Value, json};
use std::time::{Duration, Instant};

const PING: &str = "query Ping { __typename }";
const VERSIONS: &str = "query Versions { listScoreVersionByScoreIdAndCreatedAt(scoreId: \"score\") { items { id } } }";

fn with(registry: &Registry, faults: &[&str]) {
    faults.iter().for_each(|fault| registry.faults().add(fault.parse().unwrap()));
}

fn ask(registry: &Registry, query: &str) -> Result<HttpAnswer, Dropped> {
    registry.execute(None, &body(query, Value::Null))
}

fn statuses(registry: &Registry, count: usize) -> Vec<u16> {
    (0..count).map(|_| ask(registry, PING).map_or(0, |answer| answer.status)).collect()
}

fn create(registry: &Registry, id: &str) -> Result<HttpAnswer, Dropped> {
    let input = json!({"id": id, "scoreId": "score", "configuration": "x", "isFeatured": "false"});
    registry.execute(None, &body(CREATE_VERSION, json!({"input": input})))
}

#[test]
fn faults_are_a_script() {
    let registry = demo();
    with(&registry, &["pass:2", "throttle:2", "status=503", "drop"]);
    assert_eq!(statuses(&registry, 7), [200, 200, 429, 429, 503, 0, 200]);
    with(&registry, &["status=500:*"]);
    assert_eq!(statuses(&registry, 3), [500, 500, 500]);
    registry.faults().clear();
    assert_eq!(statuses(&registry, 1), [200]);
}

#[test]
fn faults_can_be_meant_for_some_requests_only() {
    let registry = one_score();
    with(&registry, &["drop:createScoreVersion:1"]);
    assert_eq!(statuses(&registry, 1), [200]);
    assert_eq!(create(&registry, "a"), Err(Dropped));
    assert!(create(&registry, "a").is_ok());
}

#[test]
fn throttling_comes_as_a_status_or_as_an_error() {
    let registry = demo();
    with(&registry, &["throttle", "throttle=body"]);
    let (status, inside) = (ask(&registry, PING).unwrap(), ask(&registry, PING).unwrap());
    assert_eq!((status.status, status.retry_after, inside.status, inside.retry_after), (429, Some(1), 200, None));
    let inside: Value = serde_json::from_slice(&inside.body).unwrap();
    assert_eq!(inside["errors"][0]["errorType"], "ThrottlingException");
}

#[test]
fn html_instead_of_json() {
    let registry = demo();
    with(&registry, &["html", "status=502"]);
    for status in [200, 502] {
        let page = ask(&registry, PING).unwrap();
        assert_eq!((page.status, page.content_type), (status, "text/html"));
        assert!(serde_json::from_slice::<Value>(&page.body).is_err());
    }
}

#[test]
fn a_lost_reply_has_had_its_effect_and_a_dropped_request_has_not() {
    let registry = one_score();
    with(&registry, &["lose-reply", "drop"]);
    assert_eq!((create(&registry, "lost"), create(&registry, "dropped")), (Err(Dropped), Err(Dropped)));
    assert_eq!(ids(&data(&registry, VERSIONS, Value::Null)["listScoreVersionByScoreIdAndCreatedAt"]), ["lost"]);
}

#[test]
fn a_cut_answer_stops_in_the_middle() {
    let registry = one_score();
    let whole = ask(&registry, VERSIONS).unwrap();
    with(&registry, &["cut"]);
    let cut = ask(&registry, VERSIONS).unwrap();
    assert!(cut.cut && whole.body.starts_with(&cut.body) && cut.body.len() < whole.body.len());
}

#[test]
fn a_new_item_can_be_missing_from_lists_for_a_while() {
    let registry = one_score();
    with(&registry, &["stale=2:createScoreVersion"]);
    create(&registry, "new").unwrap();
    create(&registry, "old").unwrap();
    let seen = || run(&registry, VERSIONS, Value::Null)["data"]["listScoreVersionByScoreIdAndCreatedAt"].clone();
    data(&registry, "{ listScores { items { id } } }", Value::Null);
    assert_eq!((ids(&seen()), ids(&seen()), ids(&seen()).len()), (vec!["old"], vec!["old"], 2));
    assert_eq!(data(&registry, "{ getScoreVersion(id: \"new\") { id } }", Value::Null)["getScoreVersion"]["id"], "new");
}

#[test]
fn a_server_can_lie() {
    let registry = one_score();
    create(&registry, "a").unwrap();
    with(&registry, &["null=configuration", "duplicate"]);
    let query = "{ listScoreVersions { items { id configuration } } }";
    let page = || data(&registry, query, Value::Null)["listScoreVersions"]["items"].clone();
    assert_eq!(page(), json!([{"id": "a", "configuration": null}]));
    assert_eq!(page(), json!([{"id": "a", "configuration": "x"}, {"id": "a", "configuration": "x"}]));
    assert_eq!(page(), json!([{"id": "a", "configuration": "x"}]));
}

#[test]
fn one_item_of_a_batch_can_be_rejected() {
    let registry = one_score();
    create(&registry, "a").unwrap();
    create(&registry, "b").unwrap();
    with(&registry, &["reject=a"]);
    let batch = run(&registry, "{ a: getScoreVersion(id: \"a\") { id } b: getScoreVersion(id: \"b\") { id } }", Value::Null);
    assert_eq!(batch["data"], json!({"a": null, "b": {"id": "b"}}));
    assert_eq!((&batch["errors"][0]["path"], &batch["errors"][0]["errorType"]), (&json!(["a"]), &json!("InternalFailure")));
}

#[test]
fn a_document_can_be_refused_as_if_the_schema_lacked_something() {
    let registry = one_score();
    with(&registry, &["invalid:createScoreVersion:1"]);
    let refused = create(&registry, "a").unwrap();
    let body: Value = serde_json::from_slice(&refused.body).unwrap();
    assert_eq!((refused.status, &body["data"], &body["errors"][0]["errorType"]), (200, &Value::Null, &Value::Null));
    let created: Value = serde_json::from_slice(&create(&registry, "a").unwrap().body).unwrap();
    assert_eq!(created["errors"], Value::Null, "nothing was there");
}

#[test]
fn latencies_add_up_and_leave_other_faults_their_turn() {
    let registry = demo();
    with(&registry, &["latency=20", "latency=10:Ping:1", "html"]);
    let start = Instant::now();
    assert_eq!(ask(&registry, PING).unwrap().content_type, "text/html");
    assert!(start.elapsed() >= Duration::from_millis(30));
}

#[test]
fn faults_are_read_from_text() {
    let read = |text: &str| text.parse::<ScriptedFault>();
    assert_eq!(read("throttle:3"), Ok(ScriptedFault::once(FaultKind::Throttle).times(3)));
    assert_eq!(
        read("lose-reply:createScoreVersion:1"),
        Ok(ScriptedFault::once(FaultKind::LoseReply).matching("createScoreVersion"))
    );
    assert_eq!(read("html:getScore"), Ok(ScriptedFault::once(FaultKind::Html).matching("getScore")));
    assert_eq!(
        read("latency=80"),
        Ok(ScriptedFault { kind: FaultKind::Latency(Duration::from_millis(80)), matching: None, count: None })
    );
    assert_eq!(read("cut:*"), Ok(ScriptedFault { kind: FaultKind::Cut, matching: None, count: None }));
    assert_eq!(read("nonsense:1"), Err(BadFault::Kind("nonsense".to_owned())));
    for bad in ["status", "status=9", "status=x", "null", "reject=", "stale=x", "latency", "html=1", "refuse", "silent=1"] {
        assert!(matches!(read(bad), Err(BadFault::Value { .. })), "{bad}");
    }
}

/// What a client does that saves a document: it reads, and writes only if nobody else did.
#[test]
fn somebody_else_can_be_faster() {
    let registry = Registry::in_memory().unwrap();
    let document = json!({"id": "d", "name": "Monthly", "accountId": "a", "configuration": "# One"});
    scoresync::registry::seed::insert(&registry, [("ReportConfiguration", document)]).unwrap();
    let read = || data(&registry, "{ getReportConfiguration(id: \"d\") { configuration updatedAt } }", Value::Null);
    let update = "mutation($text: String!, $condition: ModelReportConfigurationConditionInput) {
      updateReportConfiguration(input: {id: \"d\", configuration: $text}, condition: $condition) { id } }";
    let save = |condition: Value| run(&registry, update, json!({"text": "# Mine", "condition": condition}));
    let kind = |answer: &Value| answer["errors"][0]["errorType"].clone();

    let before = read()["getReportConfiguration"].clone();
    with(&registry, &["overtake=configuration:updateReportConfiguration"]);
    let refused = save(json!({"configuration": {"eq": "# One"}}));
    assert_eq!(kind(&refused), "DynamoDB:ConditionalCheckFailedException");
    let theirs = read()["getReportConfiguration"].clone();
    assert_eq!(theirs["configuration"], "# One\n# by somebody else\n");

    with(&registry, &["overtake:updateReportConfiguration"]);
    let refused = save(json!({"updatedAt": {"eq": before["updatedAt"]}}));
    assert_eq!(kind(&refused), "DynamoDB:ConditionalCheckFailedException", "only the time tells");
    with(&registry, &["overtake"]);
    assert_eq!(kind(&save(json!({"configuration": {"eq": theirs["configuration"]}}))), Value::Null, "the text is the same");
    with(&registry, &["overtake=configuration"]);
    assert_eq!(kind(&save(Value::Null)), Value::Null, "without a condition the last writer wins");
    assert_eq!(read()["getReportConfiguration"]["configuration"], "# Mine");
}
