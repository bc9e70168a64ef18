//! The embedded registry as a dashboard: in this process or behind a socket, and what people do in it.

use super::dashboard::{Dashboard, KEY, attribution};
use async_trait::async_trait;
use scoresync::model::{Score, ScoreId, Scorecard, ScorecardId, Section, VersionId, WebAddress};
use scoresync::registry::{self, Registry, RegistryOptions};
use scoresync::remote::{Auth, GraphQlRemote, HttpTransport, Reply, Request, RetryPolicy, Transport, TransportError};
use serde_json::{Value, json};
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;
use tokio::net::TcpListener;

/// The key that the registries of these tests ask for.
pub const API_KEY: &str = "da2-test";

/// Requests without a socket.
pub struct InProcess(pub Registry);

#[async_trait]
impl Transport for InProcess {
    async fn send(&self, request: &Request) -> Result<Reply, TransportError> {
        let Request { query, variables, operation } = request;
        let body = json!({"query": query, "variables": variables, "operationName": operation}).to_string();
        let answer = self.0.execute(Some(API_KEY), body.as_bytes()).map_err(|gone| TransportError::Broken(gone.to_string()))?;
        let retry_after = answer.retry_after.map(|seconds| Duration::from_secs(seconds.into()));
        Ok(Reply { status: answer.status, retry_after, body: answer.body })
    }
}

/// A registry with nothing in it.
pub fn registry() -> Registry {
    RegistryOptions::default().api_key(API_KEY).in_memory().expect("a database in memory")
}

/// The client of a registry.
pub fn remote(transport: Arc<dyn Transport>) -> GraphQlRemote {
    GraphQlRemote::new(transport, attribution(), RetryPolicy::default(), fastrand::Rng::with_seed(7))
}

/// The registry behind a socket.
pub async fn over_http(registry: &Registry, key: &str) -> Arc<dyn Transport> {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
    let address = listener.local_addr().expect("bound");
    tokio::spawn(registry::serve(listener, registry.clone(), std::future::pending()));
    Arc::new(
        HttpTransport::new(&WebAddress::new(format!("http://{address}/graphql")), Auth::ApiKey(key.to_owned()))
            .expect("loopback"),
    )
}

/// The dashboard's own way to write: mutations of its own, without condition.
pub struct Browser {
    transport: Arc<dyn Transport>,
    saved: AtomicU32,
}

impl Browser {
    /// A browser that has signed up for the account [`KEY`].
    pub async fn new(transport: Arc<dyn Transport>) -> Self {
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

    async fn put_section(&self, scorecard: &ScorecardId, section: Section) {
        let input = json!({"id": section.id, "name": section.name, "order": section.order, "scorecardId": scorecard});
        self.mutate("createScorecardSection", "CreateScorecardSectionInput", input).await;
    }

    async fn put_score(&self, score: Score) {
        let input = json!({
            "id": score.id, "name": score.name, "order": 1, "type": "text", "sectionId": "x", "key": score.key,
            "scorecardId": score.scorecard_id, "externalId": score.external_id, "isDisabled": score.disabled,
        });
        self.mutate("createScore", "CreateScoreInput", input).await;
    }

    async fn change_scorecard(&self, card: Scorecard) {
        self.mutate("updateScorecard", "UpdateScorecardInput", json!({"id": card.id, "name": card.name})).await;
    }

    async fn change_score(&self, score: Score) {
        let input = json!({
            "id": score.id, "name": score.name, "scorecardId": score.scorecard_id, "isDisabled": score.disabled,
        });
        self.mutate("updateScore", "UpdateScoreInput", input).await;
    }

    async fn remove_score(&self, score: &ScoreId) {
        self.mutate("deleteScore", "DeleteScoreInput", json!({"id": score})).await;
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

    async fn evaluate(&self, version: &VersionId, status: &str, accuracy: f64) {
        let number = self.saved.fetch_add(1, Ordering::SeqCst);
        let input = json!({
            "type": "accuracy", "accuracy": accuracy, "status": status, "accountId": "a", "scoreVersionId": version,
            "processedItems": 100, "totalItems": 100, "parameters": json!({"dataset_id": "set"}).to_string(), "createdAt": format!("2026-01-01T00:{:02}:{:02}.000Z", number / 60, number % 60),
        });
        self.mutate("createEvaluation", "CreateEvaluationInput", input).await;
    }
}
