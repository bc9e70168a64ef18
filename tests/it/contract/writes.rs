//! Writes whose reply is lost, whose effect is not visible yet, or that somebody else was faster than.

use super::fake::{Fake, Outcome, ok, reply, row};
use scoresync::model::{NewVersion, ScoreId, VersionId, VersionMeta};
use scoresync::remote::{Created, Remote, RemoteError, Request, TransportError};
use serde_json::{Value, json};

fn new_version() -> NewVersion {
    NewVersion::new("s".into(), Some("p".into()), "name: A\n".to_owned(), Some("# A\n".to_owned()))
}

fn condition(field: &str) -> Outcome {
    let error = json!({"message": "m", "errorType": "DynamoDB:ConditionalCheckFailedException", "path": [field]});
    ok(json!({"data": {field: null}, "errors": [error]}))
}

fn stored(version: &NewVersion, code: &str, guidelines: Option<&str>) -> Outcome {
    let mut row = row(version.id.as_str());
    (row["configuration"], row["guidelines"]) = (json!(code), json!(guidelines));
    ok(json!({"data": {"a0": row}}))
}

fn lost() -> Outcome {
    Err(TransportError::Broken("connection reset".to_owned()))
}

async fn create(answers: Vec<Outcome>) -> (Result<Created, RemoteError>, Vec<Request>) {
    let fake = Fake::new(move |number, _| answers.get(number).cloned().unwrap_or_else(|| reply(500, "")));
    let created = fake.remote().create_version(&new_version(), "why", json!({"other": 1})).await;
    (created, fake.requests())
}

#[tokio::test(start_paused = true)]
async fn a_create_carries_the_pair_whole_and_nothing_null() {
    let (created, requests) = create(vec![ok(json!({"data": {"createScoreVersion": {"id": "x"}}}))]).await;
    assert_eq!(created.expect("made"), Created::New);
    let input = &requests[0].variables["input"];
    let metadata: Value = serde_json::from_str(input["metadata"].as_str().expect("a string")).expect("JSON");
    assert_eq!(metadata["other"], 1);
    assert_eq!(metadata["attribution"], json!({"actorType": "service", "actorKey": "cli", "source": "cli"}));
    let expected = json!({
        "id": new_version().id, "scoreId": "s", "parentVersionId": "p", "configuration": "name: A\n", "guidelines": "# A\n",
        "isFeatured": "false", "note": "why", "metadata": input["metadata"],
    });
    assert_eq!(*input, expected);

    let fake = Fake::new(|_, _| ok(json!({"data": {"createScoreVersion": {"id": "x"}}})));
    let first = NewVersion::new("s".into(), None, "name: A\n".to_owned(), None);
    fake.remote().create_version(&first, "why", Value::Null).await.expect("made");
    let input = fake.requests()[0].variables["input"].clone();
    assert!(input.get("guidelines").is_none() && input.get("parentVersionId").is_none(), "{input}");
}

#[tokio::test(start_paused = true)]
async fn a_lost_create_is_repeated_under_its_id_and_found() {
    let (field, same) = ("createScoreVersion", || stored(&new_version(), "name: A\n", Some("# A\n")));
    let (created, requests) = create(vec![lost(), condition(field), same()]).await;
    assert_eq!(created.expect("it is there"), Created::Existed);
    assert_eq!(requests[0].variables, requests[1].variables);

    let unseen = ok(json!({"data": {"a0": null}}));
    let (created, _) = create(vec![condition(field), unseen.clone(), unseen.clone(), same()]).await;
    assert_eq!(created.expect("seen in the end"), Created::Existed);

    let (created, requests) = create([vec![condition(field)], vec![unseen; 50]].concat()).await;
    assert!(matches!(created, Err(RemoteError::Unreachable(_))), "{created:?}");
    assert_eq!(requests.len(), 5);
}

#[tokio::test(start_paused = true)]
async fn another_content_under_the_id_is_an_error() {
    for (code, guidelines) in [("name: B\n", Some("# A\n")), ("name: A\n", None), ("name: A", Some("# A\n"))] {
        let (created, _) = create(vec![condition("createScoreVersion"), stored(&new_version(), code, guidelines)]).await;
        assert!(matches!(created, Err(RemoteError::OtherContent(id)) if id == new_version().id));
    }
}

#[tokio::test(start_paused = true)]
async fn what_does_not_fit_is_not_sent() {
    let fake = Fake::new(|_, _| ok(json!({"data": {"createScoreVersion": {"id": "x"}}})));
    let version = |bytes: usize| NewVersion::new("s".into(), None, "é".repeat(bytes / 2), None);
    let refused = fake.remote().create_version(&version(409_600), "", Value::Null).await;
    assert!(matches!(refused, Err(RemoteError::TooLarge { bytes, limit: 409_600 }) if bytes > 409_600));
    assert!(fake.requests().is_empty());
    assert!(fake.remote().create_version(&version(400_000), "", Value::Null).await.is_ok());
}

fn champion(id: Option<&str>) -> Outcome {
    ok(json!({"data": {"getScore": {"id": "s", "scorecardId": "c", "name": "S", "championVersionId": id}}}))
}

async fn promote(expected: Option<&str>, answers: Vec<Outcome>) -> (Result<(), RemoteError>, Vec<Request>) {
    let fake = Fake::new(move |number, _| answers.get(number).cloned().unwrap_or_else(|| reply(500, "")));
    let expected = expected.map(VersionId::from);
    let done = fake.remote().set_champion(&ScoreId::from("s"), expected.as_ref(), &VersionId::from("new")).await;
    (done, fake.requests())
}

#[tokio::test(start_paused = true)]
async fn a_champion_is_compared_and_set() {
    let done = || ok(json!({"data": {"updateScore": {"id": "s"}}}));
    let (set, requests) = promote(Some("old"), vec![done()]).await;
    assert!(set.is_ok());
    assert_eq!(requests[0].variables["input"], json!({"id": "s", "championVersionId": "new"}));
    assert_eq!(requests[0].variables["condition"], json!({"championVersionId": {"eq": "old"}}));
    let (_, requests) = promote(None, vec![done()]).await;
    assert_eq!(requests[0].variables["condition"], json!({"championVersionId": {"attributeExists": false}}));
}

#[tokio::test(start_paused = true)]
async fn a_lost_promotion_is_told_from_a_lost_race() {
    let field = "updateScore";
    let (set, _) = promote(Some("old"), vec![lost(), condition(field), champion(Some("new"))]).await;
    assert!(set.is_ok(), "our own effect");
    let (set, _) = promote(Some("old"), vec![condition(field), champion(Some("theirs"))]).await;
    assert!(matches!(set, Err(RemoteError::Condition)));
    let (set, _) = promote(Some("old"), vec![lost(), condition(field), champion(Some("old")), champion(Some("new"))]).await;
    assert!(set.is_ok(), "a stale read is repeated");
    let (set, _) = promote(None, vec![condition(field), champion(Some(""))]).await;
    assert!(set.is_err());
    let gone = ok(json!({"data": {"getScore": null}}));
    let (set, _) = promote(Some("old"), vec![condition(field), gone]).await;
    assert!(matches!(set, Err(RemoteError::Missing(_))));
    let (set, _) = promote(Some("old"), [vec![lost(); 8], vec![champion(Some("new"))]].concat()).await;
    assert!(set.is_ok(), "every reply was lost, and the effect is there");
}

#[tokio::test(start_paused = true)]
async fn a_pinned_version_keeps_its_time_to_the_digit() {
    let fake = Fake::new(|_, _| ok(json!({"data": {"updateScoreVersion": {"id": "v"}}})));
    let meta = |created_at: &str| VersionMeta {
        id: "v".into(),
        score_id: "s".into(),
        parent: None,
        created_at: created_at.parse().expect("a time"),
        note: None,
        metadata: Value::Null,
    };
    let remote = fake.remote();
    remote.update_version(&meta("2026-01-01T00:00:00Z"), json!({"a": 1}), true).await.expect("updated");
    remote.update_version(&meta("2026-01-01T00:00:00.123456Z"), json!({}), true).await.expect("updated");
    remote.update_version(&meta("2026-01-01T00:00:00Z"), json!({}), false).await.expect("updated");
    let inputs: Vec<Value> = fake.requests().iter().map(|request| request.variables["input"].clone()).collect();
    let pinned = |at: &str, metadata: &str| json!({"id": "v", "scoreId": "s", "createdAt": at, "isFeatured": "true", "metadata": metadata});
    let expected = [
        pinned("2026-01-01T00:00:00.000Z", r#"{"a":1}"#),
        pinned("2026-01-01T00:00:00.123456Z", "{}"),
        json!({"id": "v", "metadata": "{}"}),
    ];
    assert_eq!(inputs, expected);
}
