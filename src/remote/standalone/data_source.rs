//! `DataSource` and `DataSourceVersion`: YAML that says which calls make a data set. The text that runs stands in the source
//! itself; versions lie beside it, and the one that the source names need not have that text (`docs/wire.md`, data sources).

use super::store::{DocumentHead, DocumentStore, ListedDocument, StoredVersion, all_listed};
use crate::model::{AccountId, SyncKind, VersionId};
use crate::remote::call::{AliasedField, Call};
use crate::remote::client::Client;
use crate::remote::documents::PAGE;
use crate::remote::lists::{ListRequest, lists_per_document, read_lists};
use crate::remote::types::RemoteError;
use crate::remote::wire::decode;
use async_trait::async_trait;
use futures_util::future::join_all;
use serde::Deserialize;
use serde_json::{Value, json};
use std::sync::Arc;

/// Sources that are read of an account.
const MOST: usize = 50_000;
/// Texts asked for in one request.
const TEXTS_PER_REQUEST: usize = 20;
/// How the names of sources begin that the builder of data sets makes, one for each data set.
const MADE_BY_MACHINE: &str = "Associated Dataset Builder - ";
/// How it describes them.
const DESCRIBED_BY_MACHINE: &str = "Generated directly from vetted feedback item IDs.";

/// The data sources of a dashboard.
pub(super) struct DataSources(pub Arc<Client>);

#[async_trait]
impl DocumentStore for DataSources {
    fn kind(&self) -> SyncKind {
        SyncKind::DataSource
    }

    async fn list(&self, account: &AccountId) -> Result<Vec<ListedDocument>, RemoteError> {
        let decode = |row: Value| {
            let (id, name) = (row["id"].as_str()?.to_owned(), row["name"].as_str()?.to_owned());
            let is_described = row["description"].as_str() == Some(DESCRIBED_BY_MACHINE);
            let is_made_by_machine = is_described || name.starts_with(MADE_BY_MACHINE);
            Some((id.clone(), ListedDocument { id, name, is_made_by_machine }))
        };
        let request = ListRequest { name: "the list of data sources", most: MOST, decode: &decode };
        all_listed(&self.0, self.kind(), &request, |token| listed(account, token)).await
    }

    async fn heads(&self, ids: &[&str]) -> Vec<Result<Option<DocumentHead>, RemoteError>> {
        let replies = self.0.in_batches(ids, TEXTS_PER_REQUEST, texts).await;
        replies.into_iter().map(|reply| reply.and_then(head)).collect()
    }

    async fn replace(&self, head: &DocumentHead, text: &str, version: Option<&str>) -> Result<(), RemoteError> {
        self.0.write(replaced(head, text, version), format!("the update of data source {}", head.id)).await
    }

    async fn create(&self, account: &AccountId, id: &str, name: &str, text: Option<&str>) -> Result<(), RemoteError> {
        self.0.write(made(account, id, name, text), format!("the creation of data source {id}")).await
    }

    async fn versions(&self, ids: &[&str]) -> Vec<Result<Option<StoredVersion>, RemoteError>> {
        let replies = self.0.in_batches(ids, TEXTS_PER_REQUEST, versions).await;
        replies.into_iter().map(|reply| Ok(stored(reply?).map(|(_, version)| version))).collect()
    }

    async fn histories(&self, ids: &[&str], count: usize) -> Vec<Result<Vec<StoredVersion>, RemoteError>> {
        let request = &ListRequest { name: "the versions of a data source", most: count, decode: &stored };
        let parts = ids.chunks(lists_per_document(count)).map(|part| async move {
            let compose =
                |lists: &[(usize, Option<&str>)]| histories(lists.iter().map(|(at, token)| (part[*at], *token)), count.min(PAGE));
            read_lists(&self.0, part.len(), request, compose).await
        });
        join_all(parts).await.into_iter().flatten().map(|list| list.map(|list| list.rows)).collect()
    }

    async fn create_version(&self, version: &StoredVersion) -> Result<(), RemoteError> {
        self.0.write(made_version(version), format!("the creation of version {}", version.id)).await
    }
}

fn listed(account: &AccountId, token: Option<&str>) -> Call {
    let query = format!(
        "query DataSources($account: String!, $token: String) {{ listDataSourceByAccountIdAndName(accountId: $account, \
         limit: {PAGE}, nextToken: $token) {{ items {{ id name description }} nextToken }} }}"
    );
    Call::single("DataSources", "listDataSourceByAccountIdAndName", query, json!({ "account": account, "token": token }))
}

fn texts(ids: &[&str]) -> Call {
    let field = "getDataSource(id: $i) { id name key yamlConfiguration currentVersionId scorecardId scoreId updatedAt \
                 currentVersion { dataSourceId yamlConfiguration } }";
    let fields = ids.iter().map(|id| AliasedField { field, variables: vec![("i", "ID!", json!(id))] });
    Call::aliased("DataSourceTexts", "", fields)
}

fn versions(ids: &[&str]) -> Call {
    let field = "getDataSourceVersion(id: $i) { id dataSourceId parentVersionId note createdAt yamlConfiguration }";
    let fields = ids.iter().map(|id| AliasedField { field, variables: vec![("i", "ID!", json!(id))] });
    Call::aliased("DataSourceVersions", "", fields)
}

fn histories<'a>(lists: impl Iterator<Item = (&'a str, Option<&'a str>)>, count: usize) -> Call {
    let field = format!(
        "listDataSourceVersionByDataSourceIdAndCreatedAt(dataSourceId: $i, sortDirection: DESC, limit: {count}, nextToken: $t) \
         {{ items {{ id dataSourceId parentVersionId note createdAt }} nextToken }}"
    );
    let fields = lists.map(|(id, token)| AliasedField {
        field: &field,
        variables: vec![("i", "String!", json!(id)), ("t", "String", json!(token))],
    });
    Call::aliased("DataSourceHistories", "", fields)
}

/// The condition is what was planned on: the text, and the version that is named.
fn replaced(head: &DocumentHead, text: &str, version: Option<&str>) -> Call {
    let query = "mutation UpdateDataSource($input: UpdateDataSourceInput!, $condition: ModelDataSourceConditionInput) \
         { updateDataSource(input: $input, condition: $condition) { id } }";
    let is = |value: Option<&str>| value.map_or_else(|| json!({ "attributeExists": false }), |value| json!({ "eq": value }));
    let mut input = json!({ "id": head.id, "yamlConfiguration": text });
    if let Some(version) = version {
        input["currentVersionId"] = version.into();
    }
    let condition = json!({ "yamlConfiguration": is(head.text.as_deref()), "currentVersionId": is(head.current.as_deref()) });
    let variables = json!({ "input": input, "condition": condition });
    Call::single("UpdateDataSource", "updateDataSource", query.to_owned(), variables)
}

fn made(account: &AccountId, id: &str, name: &str, text: Option<&str>) -> Call {
    let query = "mutation CreateDataSource($input: CreateDataSourceInput!) { createDataSource(input: $input) { id } }";
    let mut input = json!({ "id": id, "accountId": account, "name": name });
    if let Some(text) = text {
        input["yamlConfiguration"] = text.into();
    }
    Call::single("CreateDataSource", "createDataSource", query.to_owned(), json!({ "input": input }))
}

fn made_version(version: &StoredVersion) -> Call {
    let query = "mutation CreateDataSourceVersion($input: CreateDataSourceVersionInput!) \
         { createDataSourceVersion(input: $input) { id dataSourceId } }";
    // Null is an error for some fields and a value for others: what is not there is left out.
    let mut input = json!({
        "id": version.id, "dataSourceId": version.document, "yamlConfiguration": version.text.as_deref().unwrap_or_default(),
        "isFeatured": false,
    });
    let optional = [("note", &version.note), ("parentVersionId", &version.parent)];
    for (field, value) in optional {
        if let Some(value) = value {
            input[field] = value.as_str().into();
        }
    }
    Call::single("CreateDataSourceVersion", "createDataSourceVersion", query.to_owned(), json!({ "input": input }))
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct DataSourceRow {
    id: String,
    name: String,
    key: Option<String>,
    yaml_configuration: Option<String>,
    current_version_id: Option<String>,
    scorecard_id: Option<String>,
    score_id: Option<String>,
    updated_at: Option<String>,
    current_version: Option<CurrentVersionRow>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct CurrentVersionRow {
    data_source_id: Option<String>,
    yaml_configuration: Option<String>,
}

fn head(row: Value) -> Result<Option<DocumentHead>, RemoteError> {
    if row.is_null() {
        return Ok(None);
    }
    let row: DataSourceRow = decode(row).map_err(|fault| RemoteError::Protocol(format!("a data source: {fault}")))?;
    let is_there = |id: Option<String>| id.filter(|id| !id.is_empty());
    let own = row.current_version.filter(|version| version.data_source_id.as_deref() == Some(&row.id));
    Ok(Some(DocumentHead {
        key: row.key.unwrap_or_default(),
        text: row.yaml_configuration,
        updated_at: row.updated_at.and_then(|at| at.parse().ok()).unwrap_or_default(),
        current: is_there(row.current_version_id),
        current_text: own.and_then(|version| version.yaml_configuration),
        scorecard: is_there(row.scorecard_id),
        score: is_there(row.score_id),
        id: row.id,
        name: row.name,
    }))
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct StoredVersionRow {
    id: String,
    data_source_id: String,
    parent_version_id: Option<String>,
    note: Option<String>,
    created_at: String,
    yaml_configuration: Option<String>,
}

/// A row with its id; none for one that cannot be read.
fn stored(row: Value) -> Option<(String, StoredVersion)> {
    let row: StoredVersionRow = decode(row).ok()?;
    let version = StoredVersion {
        id: row.id.clone(),
        document: row.data_source_id,
        parent: VersionId::parent(row.parent_version_id).map(|parent| parent.to_string()),
        created_at: row.created_at.parse().ok()?,
        note: row.note.filter(|note| !note.is_empty()),
        text: row.yaml_configuration,
    };
    Some((row.id, version))
}

#[cfg(test)]
pub(super) fn samples() -> Vec<Call> {
    let account = AccountId::from("a");
    let row = json!({ "id": "1", "name": "n", "yamlConfiguration": "a", "currentVersionId": "v" });
    let head = head(row).expect("a row").expect("a head");
    let version = StoredVersion {
        id: "v".to_owned(),
        document: "1".to_owned(),
        parent: Some("p".to_owned()),
        created_at: jiff::Timestamp::UNIX_EPOCH,
        note: Some("n".to_owned()),
        text: Some("t".to_owned()),
    };
    vec![
        listed(&account, None),
        listed(&account, Some("t")),
        texts(&["1", "2"]),
        versions(&["1", "2"]),
        histories([("1", None), ("2", Some("t"))].into_iter(), 10),
        replaced(&head, "b", Some("w")),
        replaced(&DocumentHead { text: None, current: None, ..head.clone() }, "b", None),
        made(&account, "1", "n", Some("t")),
        made(&account, "1", "n", None),
        made_version(&version),
    ]
}
