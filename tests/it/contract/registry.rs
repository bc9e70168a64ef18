//! The suite on the GraphQL client over the embedded registry, in process and over HTTP; and writes whose reply is lost
//! after their effect.

use super::fake::Outcome;
use super::suite::{Dashboard, KEY, attribution, keeps_its_promises};
use async_trait::async_trait;
use scoresync::model::{NewVersion, Score, ScoreId, Scorecard, VersionId};
use scoresync::registry::{self, Fault, Kind, Options, Registry};
use scoresync::remote::{
    Auth, Created, GraphQlRemote, HttpTransport, Policy, Remote, RemoteError, Reply, Request, Transport, TransportError,
};
use serde_json::{Value, json};
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;
use tokio::net::TcpListener;

const API_KEY: &str = "da2-test";

/// Requests without a socket.
struct InProcess(Registry);

#[async_trait]
impl Transport for InProcess {
    async fn send(&self, request: &Request) -> Outcome {
        let Request { query, variables, operation } = request;
        let body = json!({"query": query, "variables": variables, "operationName": operation}).to_string();
        let answer = self.0.execute(Some(API_KEY), body.as_bytes()).map_err(|gone| TransportError::Broken(gone.to_string()))?;
        let retry_after = answer.retry_after.map(|seconds| Duration::from_secs(seconds.into()));
        Ok(Reply { status: answer.status, retry_after, body: answer.body })
    }
}

fn registry() -> Registry {
    Options::default().api_key(API_KEY).in_memory().expect("a database in memory")
}

fn remote(transport: Arc<dyn Transport>) -> GraphQlRemote {
    GraphQlRemote::new(transport, attribution(), Policy::default(), fastrand::Rng::with_seed(7))
}

/// The registry behind a socket.
async fn over_http(registry: &Registry, key: &str) -> Arc<dyn Transport> {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
    let address = listener.local_addr().expect("bound");
    tokio::spawn(registry::serve(listener, registry.clone(), std::future::pending()));
    Arc::new(HttpTransport::new(&format!("http://{address}/graphql"), Auth::ApiKey(key.to_owned())).expect("loopback"))
}

/// The dashboard's own way to write: mutations of its own, without condition.
struct Browser {
    transport: Arc<dyn Transport>,
    saved: AtomicU32,
}

impl Browser {
    /// A browser that has signed up for the account [`KEY`].
    async fn new(transport: Arc<dyn Transport>) -> Self {
        let browser = Self { transport, saved: AtomicU32::new(0) };
        browser.mutate("createAccount", "CreateAccountInput", json!({"id": "a", "name": "Demo", "key": KEY})).await;
        browser
    }

    async fn mutate(&self, field: &str, kind: &str, input: Value) {
        let query = format!("mutation Browse($input: {kind}!) {{ {field}(input: $input) {{ id }} }}");
        let request = Request { query, variables: json!({ "input": input }), operation: "Browse" };
        let reply = self.transport.send(&request).await.expect("a reply");
        let body: Value = serde_json::from_slice(&reply.body).expect("JSON");
        assert!(body["data"][field]["id"].is_string(), "{input} {body}");
    }
}

#[async_trait]
impl Dashboard for Browser {
    async fn put_scorecard(&self, card: Scorecard) {
        let mut input = json!({"id": card.id, "name": card.name, "key": card.key, "accountId": "a"});
        // An index key cannot be empty.
        if !card.external_id.is_empty() {
            input["externalId"] = card.external_id.into();
        }
        self.mutate("createScorecard", "CreateScorecardInput", input).await;
    }

    async fn put_score(&self, score: Score) {
        let input = json!({
            "id": score.id, "name": score.name, "order": 1, "type": "text", "sectionId": "x", "key": score.key,
            "scorecardId": score.scorecard_id, "externalId": score.external_id, "isDisabled": score.disabled,
        });
        self.mutate("createScore", "CreateScoreInput", input).await;
    }

    async fn save(&self, score: &ScoreId, parent: Option<&VersionId>, code: &str, guidelines: Option<&str>) -> VersionId {
        let number = self.saved.fetch_add(1, Ordering::SeqCst);
        let id = VersionId::from(format!("dashboard-{number}"));
        let input = json!({
            "id": id, "scoreId": score, "configuration": code, "guidelines": guidelines, "parentVersionId": parent,
            "isFeatured": "false", "createdAt": format!("2026-01-01T00:{:02}:{:02}.000Z", number / 60, number % 60),
        });
        self.mutate("createScoreVersion", "CreateScoreVersionInput", input).await;
        id
    }

    async fn promote(&self, score: &ScoreId, champion: Option<&VersionId>) {
        self.mutate("updateScore", "UpdateScoreInput", json!({"id": score, "championVersionId": champion})).await;
    }
}

#[tokio::test]
async fn the_registry_in_process_keeps_its_promises() {
    let transport = Arc::new(InProcess(registry()));
    keeps_its_promises(&remote(transport.clone()), &Browser::new(transport).await).await;
}

#[tokio::test]
async fn the_registry_over_http_keeps_its_promises() {
    let transport = over_http(&registry(), API_KEY).await;
    keeps_its_promises(&remote(transport.clone()), &Browser::new(transport).await).await;
}

#[tokio::test]
async fn a_wrong_key_is_told() {
    let refused = remote(over_http(&registry(), "da2-wrong").await).account(KEY).await;
    assert!(matches!(refused, Err(RemoteError::Unauthorised(_))), "{refused:?}");
}

/// A dashboard with one scorecard of `scores` scores.
async fn filled(transport: Arc<dyn Transport>, scores: usize) -> Browser {
    let browser = Browser::new(transport).await;
    let card = Scorecard { id: "c".into(), name: "C".to_owned(), key: "c".to_owned(), external_id: "1".to_owned() };
    browser.put_scorecard(card).await;
    for at in 0..scores {
        let score = Score {
            id: format!("s{at}").into(),
            scorecard_id: "c".into(),
            name: format!("S{at}"),
            key: format!("s{at}"),
            external_id: format!("{at}"),
            champion: None,
            disabled: false,
        };
        browser.put_score(score).await;
    }
    browser
}

#[tokio::test]
async fn a_pull_costs_a_few_pages_and_one_request_for_fifty_versions() {
    let registry = registry();
    let transport = Arc::new(InProcess(registry.clone()));
    let browser = filled(transport.clone(), 130).await;
    let mut ids = Vec::new();
    for at in 0..120 {
        ids.push(browser.save(&format!("s{at}").into(), None, "name: A\n", None).await);
    }
    let before = registry.requests().len();
    let remote = remote(transport);
    let account = remote.account(KEY).await.expect("an answer").expect("the account");
    let (catalog, _) = remote.catalog(&account.id).await.expect("an answer");
    assert_eq!(catalog.scores.len(), 130, "more than the server's own page of 100");
    let reads = remote.versions(&ids).await.expect("an answer");
    assert!(reads.len() == 120 && reads.values().all(Result::is_ok));
    let sent: Vec<String> = registry.requests().into_iter().skip(before).map(|request| request.operation).collect();
    assert_eq!(sent, ["Account", "Scorecards", "Versions", "Versions", "Versions"]);
}

#[tokio::test(start_paused = true)]
async fn a_lost_reply_makes_neither_two_versions_nor_a_lost_race() {
    for kind in [Kind::LoseReply, Kind::Cut, Kind::Drop, Kind::Html, Kind::Throttle, Kind::ThrottleInBody, Kind::Status(503)] {
        let registry = registry();
        let transport = Arc::new(InProcess(registry.clone()));
        let _browser = filled(transport.clone(), 1).await;
        let remote = remote(transport);
        let score = ScoreId::from("s0");
        let version = NewVersion::new(score.clone(), None, "name: A\n".to_owned(), None);
        let has_effect = matches!(kind, Kind::LoseReply | Kind::Cut);

        registry.faults().add(Fault::once(kind.clone()).matching("createScoreVersion").times(3));
        let created = remote.create_version(&version, "why", Value::Null).await.expect("in the end");
        assert_eq!(created, if has_effect { Created::Existed } else { Created::New }, "{kind:?}");
        assert_eq!(remote.history(&score).await.expect("an answer").len(), 1, "{kind:?}");

        registry.faults().add(Fault::once(kind.clone()).matching("updateScore").times(3));
        remote.set_champion(&score, None, &version.id).await.unwrap_or_else(|error| panic!("{kind:?} {error}"));
        let champion = remote.score(&score).await.expect("an answer").expect("the score").champion;
        assert_eq!(champion.as_ref(), Some(&version.id), "{kind:?}");
    }
}

#[tokio::test]
async fn a_reply_lost_on_the_wire_is_repeated() {
    let registry = registry();
    let transport = over_http(&registry, API_KEY).await;
    let _browser = filled(transport.clone(), 1).await;
    let remote = remote(transport);
    for (number, kind) in [Kind::LoseReply, Kind::Cut, Kind::Drop].into_iter().enumerate() {
        let version = NewVersion::new("s0".into(), None, format!("name: {number}\n"), None);
        registry.faults().add(Fault::once(kind.clone()).matching("createScoreVersion"));
        remote.create_version(&version, "why", Value::Null).await.unwrap_or_else(|error| panic!("{kind:?} {error}"));
        assert_eq!(remote.history(&"s0".into()).await.expect("an answer").len(), number + 1, "{kind:?}");
    }
}

#[tokio::test(start_paused = true)]
async fn what_the_server_cannot_read_costs_only_itself() {
    let registry = registry();
    let transport = Arc::new(InProcess(registry.clone()));
    let browser = filled(transport.clone(), 3).await;
    let remote = remote(transport);
    let good = browser.save(&"s0".into(), None, "name: A\n", None).await;
    let bad = browser.save(&"s1".into(), None, "name: B\n", None).await;
    registry.faults().add(Fault { count: None, ..Fault::once(Kind::Reject(bad.as_str().to_owned())) });
    let reads = remote.versions(&[good.clone(), bad.clone()]).await.expect("each id has its own result");
    assert!(reads[&good].is_ok() && reads[&bad].is_err(), "{reads:?}");

    registry.faults().clear();
    registry.faults().add(Fault::once(Kind::Duplicate));
    let (catalog, _) = remote.catalog(&"a".into()).await.expect("an answer");
    assert_eq!((catalog.scorecards.len(), catalog.scores.len()), (1, 3));

    registry.faults().add(Fault::once(Kind::Null("name".to_owned())));
    let (catalog, unreadable) = remote.catalog(&"a".into()).await.expect("an answer");
    assert!(catalog.scores.is_empty() && unreadable[0].may_hide(&"s0".into()), "{unreadable:?}");
}
