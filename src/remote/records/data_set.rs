//! `DataSet`: labelled calls that a score can be evaluated over.

use super::reader::{Records, text};
use crate::model::{DataSet, ScoreId, VersionId};
use crate::remote::call::Call;
use crate::remote::types::RemoteError;
use crate::remote::wire::{decode, page};
use serde::Deserialize;
use serde_json::{Value, json};

/// Data sets that are told of a score.
const NEWEST: usize = 5;

impl Records {
    /// The newest data sets of a score, five at most.
    pub async fn data_sets(&self, score: &ScoreId) -> Result<Vec<DataSet>, RemoteError> {
        let reply = self.client.one(data_sets(score)).await?;
        Ok(page("the list of data sets", reply)?.items.into_iter().filter_map(data_set).collect())
    }
}

fn data_sets(score: &ScoreId) -> Call {
    let query = format!(
        "query DataSets($score: String!) {{ listDataSetByScoreIdAndCreatedAt(scoreId: $score, sortDirection: DESC, \
         limit: {NEWEST}) {{ items {{ id name file scoreVersionId dataSourceVersionId createdAt \
         dataSourceVersion {{ dataSource {{ name currentVersionId }} }} }} nextToken }} }}"
    );
    Call::single("DataSets", "listDataSetByScoreIdAndCreatedAt", query, json!({ "score": score }))
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct DataSetRow {
    id: Option<String>,
    name: Option<String>,
    file: Option<String>,
    score_version_id: Option<String>,
    data_source_version_id: Option<String>,
    created_at: Option<String>,
    #[serde(default)]
    data_source_version: Value,
}

fn data_set(row: Value) -> Option<DataSet> {
    let row: DataSetRow = decode(row).ok()?;
    let source = &row.data_source_version["dataSource"];
    let current = source["currentVersionId"].as_str();
    Some(DataSet {
        id: text(row.id)?,
        name: text(row.name),
        created_at: row.created_at?.parse().ok()?,
        is_built: text(row.file).is_some(),
        source: text(source["name"].as_str().map(str::to_owned)),
        is_stale: current.is_some() && current != row.data_source_version_id.as_deref(),
        version: text(row.score_version_id).map(VersionId::from),
    })
}

#[cfg(test)]
pub(super) fn samples() -> Vec<Call> {
    vec![data_sets(&"s".into())]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_data_set_is_stale_when_its_source_moved_on() {
        let of = |current: Value| {
            let source = json!({"dataSource": {"name": "Calls", "currentVersionId": current}});
            let row = json!({"id": "d", "file": null, "dataSourceVersionId": "v1", "createdAt": "2026-05-01T00:00:00Z", "dataSourceVersion": source});
            data_set(row).expect("a data set")
        };
        assert!(of(json!("v2")).is_stale && !of(json!("v1")).is_stale && !of(Value::Null).is_stale);
        assert!(!of(json!("v1")).is_built, "its file is not there yet");
    }
}
