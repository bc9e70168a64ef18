//! The embedded registry as a dashboard: in this process or behind a socket, and what people do in it.

use super::dashboard::{Dashboard, KEY, attribution};
use async_trait::async_trait;
use scoresync::model::{Score, ScoreId, Scorecard, ScorecardId, Section, SyncKind, VersionId, WebAddress};
use scoresync::registry::{self, Registry, RegistryOptions};
use scoresync::remote::{Auth, GraphQlRemote, HttpTransport, Reply, Request, RetryPolicy, Transport, TransportError};
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Mutex};
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
    /// What stands in forms for standalone documents: what a promotion writes, however long the form was open.
    forms: Mutex<BTreeMap<VersionId, String>>,
}

impl Browser {
    /// A browser that has signed up for the account [`KEY`].
    pub async fn new(transport: Arc<dyn Transport>) -> Self {
        let browser = Self { transport, saved: AtomicU32::new(0), forms: Mutex::default() };
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

    /// Changes a standalone document, or makes or removes one.
    async fn mutate_document(&self, verb: &str, document: &ScoreId, mut input: Value) {
        let model = match SyncKind::of(document) {
            SyncKind::DataSource => "DataSource",
            _ => "ReportConfiguration",
        };
        input["id"] = document.on_the_wire().into();
        let kind = format!("{}{model}Input", verb[..1].to_uppercase() + &verb[1..]);
        self.mutate(&format!("{verb}{model}"), &kind, input).await;
    }

    /// A form is filled in for a standalone document: of a data source a version is made, except by older tools; of a report
    /// configuration nothing yet.
    async fn fill_in(&self, document: &ScoreId, id: &VersionId, parent: Option<&VersionId>, at: &str, text: &str) {
        if SyncKind::of(document) == SyncKind::DataSource && !is_of_older_tool(id) {
            let parent = parent.map(VersionId::on_the_wire);
            let input = json!({
                "id": id.on_the_wire(), "dataSourceId": document.on_the_wire(), "yamlConfiguration": text, "isFeatured": true,
                "parentVersionId": parent, "createdAt": at,
            });
            self.mutate("createDataSourceVersion", "CreateDataSourceVersionInput", input).await;
        }
        self.forms.lock().expect("whole").insert(id.clone(), text.to_owned());
    }

    /// A form is saved: what stands in it is written, whatever is there.
    async fn save_form(&self, document: &ScoreId, form: &VersionId) {
        let Some(text) = self.forms.lock().expect("whole").get(form).cloned() else { return };
        let input = match SyncKind::of(document) {
            SyncKind::DataSource if is_of_older_tool(form) => json!({ "yamlConfiguration": text }),
            SyncKind::DataSource => json!({ "yamlConfiguration": text, "currentVersionId": form.on_the_wire() }),
            _ => json!({ "configuration": text }),
        };
        self.mutate_document("update", document, input).await;
    }
}

/// Older tools write the text of a data source that runs, and let the version be that it names.
fn is_of_older_tool(form: &VersionId) -> bool {
    form.on_the_wire().ends_with(['2', '5', '8'])
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
        if SyncKind::of(&score.id).is_standalone() {
            let mut input = json!({ "name": score.name, "accountId": "a" });
            if SyncKind::of(&score.id) == SyncKind::ReportConfiguration {
                input["configuration"] = "".into();
            }
            return self.mutate_document("create", &score.id, input).await;
        }
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
        if SyncKind::of(&score.id).is_standalone() {
            return self.mutate_document("update", &score.id, json!({ "name": score.name })).await;
        }
        let input = json!({
            "id": score.id, "name": score.name, "scorecardId": score.scorecard_id, "isDisabled": score.disabled,
        });
        self.mutate("updateScore", "UpdateScoreInput", input).await;
    }

    async fn remove_score(&self, score: &ScoreId) {
        if SyncKind::of(score).is_standalone() {
            return self.mutate_document("delete", score, json!({})).await;
        }
        self.mutate("deleteScore", "DeleteScoreInput", json!({"id": score})).await;
    }

    async fn save(&self, score: &ScoreId, parent: Option<&VersionId>, code: &str, guidelines: Option<&str>) -> VersionId {
        let number = self.saved.fetch_add(1, Ordering::SeqCst);
        let at = format!("2026-01-01T00:{:02}:{:02}.000Z", number / 60, number % 60);
        if SyncKind::of(score).is_standalone() {
            let id = VersionId::of_document(&format!("dashboard-{number}"), score);
            self.fill_in(score, &id, parent, &at, code).await;
            return id;
        }
        let id = VersionId::from(format!("dashboard-{number}"));
        let input = json!({
            "id": id, "scoreId": score, "configuration": code, "guidelines": guidelines, "parentVersionId": parent,
            "isFeatured": "false", "createdAt": at,
        });
        self.mutate("createScoreVersion", "CreateScoreVersionInput", input).await;
        id
    }

    async fn promote(&self, score: &ScoreId, champion: Option<&VersionId>) {
        if let Some(form) = champion.filter(|_| SyncKind::of(score).is_standalone()) {
            return self.save_form(score, form).await;
        }
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
