//! `ReportConfiguration`: Markdown with fenced blocks of YAML. It has one text, which runs, and no versions
//! (`docs/wire.md`, report configurations).

use super::store::{DocumentHead, DocumentStore, ListedDocument, StoredVersion, all_listed};
use crate::model::{AccountId, SyncKind};
use crate::remote::call::{AliasedField, Call};
use crate::remote::client::Client;
use crate::remote::documents::PAGE;
use crate::remote::lists::ListRequest;
use crate::remote::types::RemoteError;
use async_trait::async_trait;
use serde_json::{Value, json};
use std::sync::Arc;

/// Configurations that are read of an account.
const MOST: usize = 10_000;
/// Texts asked for in one request.
const TEXTS_PER_REQUEST: usize = 20;
/// What programs make for reports of their own.
const MADE_BY_MACHINE: &str = "Programmatic Reports";

/// The report configurations of a dashboard.
pub(super) struct ReportConfigurations(pub Arc<Client>);

#[async_trait]
impl DocumentStore for ReportConfigurations {
    fn kind(&self) -> SyncKind {
        SyncKind::ReportConfiguration
    }

    async fn list(&self, account: &AccountId) -> Result<Vec<ListedDocument>, RemoteError> {
        let decode = |row: Value| {
            let (id, name) = (row["id"].as_str()?.to_owned(), row["name"].as_str()?.to_owned());
            let is_made_by_machine = name == MADE_BY_MACHINE;
            Some((id.clone(), ListedDocument { id, name, is_made_by_machine }))
        };
        let request = ListRequest { name: "the list of report configurations", most: MOST, decode: &decode };
        all_listed(&self.0, self.kind(), &request, |token| listed(account, token)).await
    }

    async fn heads(&self, ids: &[&str]) -> Vec<Result<Option<DocumentHead>, RemoteError>> {
        let replies = self.0.in_batches(ids, TEXTS_PER_REQUEST, texts).await;
        replies.into_iter().map(|reply| reply.and_then(head)).collect()
    }

    async fn replace(&self, head: &DocumentHead, text: &str, _: Option<&str>) -> Result<(), RemoteError> {
        self.0
            .write(
                replaced(&head.id, head.text.as_deref().unwrap_or_default(), text),
                format!("the update of report configuration {}", head.id),
            )
            .await
    }

    async fn create(&self, account: &AccountId, id: &str, name: &str, text: Option<&str>) -> Result<(), RemoteError> {
        self.0
            .write(made(account, id, name, text.unwrap_or_default()), format!("the creation of report configuration {id}"))
            .await
    }

    async fn versions(&self, ids: &[&str]) -> Vec<Result<Option<StoredVersion>, RemoteError>> {
        ids.iter().map(|_| Ok(None)).collect()
    }

    async fn histories(&self, ids: &[&str], _: usize) -> Vec<Result<Vec<StoredVersion>, RemoteError>> {
        ids.iter().map(|_| Ok(Vec::new())).collect()
    }

    async fn create_version(&self, version: &StoredVersion) -> Result<(), RemoteError> {
        Err(RemoteError::Protocol(format!("report configuration {} has no versions", version.document)))
    }
}

fn listed(account: &AccountId, token: Option<&str>) -> Call {
    let query = format!(
        "query ReportConfigurationNames($account: String!, $token: String) {{ listReportConfigurationByAccountIdAndName(\
         accountId: $account, limit: {PAGE}, nextToken: $token) {{ items {{ id name }} nextToken }} }}"
    );
    let variables = json!({ "account": account, "token": token });
    Call::single("ReportConfigurationNames", "listReportConfigurationByAccountIdAndName", query, variables)
}

fn texts(ids: &[&str]) -> Call {
    let field = "getReportConfiguration(id: $i) { id name configuration updatedAt }";
    let fields = ids.iter().map(|id| AliasedField { field, variables: vec![("i", "ID!", json!(id))] });
    Call::aliased("ReportConfigurationTexts", "", fields)
}

fn replaced(id: &str, from: &str, to: &str) -> Call {
    let query = "mutation UpdateReportConfiguration($input: UpdateReportConfigurationInput!, \
         $condition: ModelReportConfigurationConditionInput) { updateReportConfiguration(input: $input, condition: $condition) { id } }";
    let variables = json!({ "input": { "id": id, "configuration": to }, "condition": { "configuration": { "eq": from } } });
    Call::single("UpdateReportConfiguration", "updateReportConfiguration", query.to_owned(), variables)
}

fn made(account: &AccountId, id: &str, name: &str, text: &str) -> Call {
    let query = "mutation CreateReportConfiguration($input: CreateReportConfigurationInput!) \
         { createReportConfiguration(input: $input) { id } }";
    let input = json!({ "id": id, "accountId": account, "name": name, "configuration": text });
    Call::single("CreateReportConfiguration", "createReportConfiguration", query.to_owned(), json!({ "input": input }))
}

fn head(row: Value) -> Result<Option<DocumentHead>, RemoteError> {
    if row.is_null() {
        return Ok(None);
    }
    let text = |field: &str| row[field].as_str().map(str::to_owned);
    let unclear = |field: &str| RemoteError::Protocol(format!("report configuration {}: it has no {field}", row["id"]));
    Ok(Some(DocumentHead {
        id: text("id").ok_or_else(|| unclear("id"))?,
        name: text("name").ok_or_else(|| unclear("name"))?,
        key: String::new(),
        text: Some(text("configuration").ok_or_else(|| unclear("configuration"))?),
        updated_at: text("updatedAt").and_then(|at| at.parse().ok()).unwrap_or_default(),
        current: None,
        current_text: None,
        scorecard: None,
        score: None,
    }))
}

#[cfg(test)]
pub(super) fn samples() -> Vec<Call> {
    let account = AccountId::from("a");
    vec![
        listed(&account, None),
        listed(&account, Some("t")),
        texts(&["1", "2"]),
        replaced("1", "a", "b"),
        made(&account, "1", "n", "t"),
    ]
}
