//! `BatchJob`: calls that a model provider works on together. Plexus removed the model in 1.47; older dashboards have it, so
//! it is asked for in a document of its own.

use super::reader::{Records, if_known, text};
use crate::model::{RequestBatch, ScoreId};
use crate::remote::call::{AliasedField, Call};
use crate::remote::types::RemoteError;
use crate::remote::wire::{decode, page};
use serde::Deserialize;
use serde_json::{Value, json};

/// Scores whose batches are asked for.
const SCORES: usize = 25;

impl Records {
    /// Batches of scores, a hundred of each at most, in no order; none where the dashboard has no such model.
    pub async fn batches(&self, scores: &[&ScoreId]) -> Result<Option<Vec<RequestBatch>>, RemoteError> {
        let scores = &scores[..scores.len().min(SCORES)];
        let replies = self.client.in_batches(scores, SCORES, batches).await;
        let mut all = Vec::new();
        for reply in replies {
            let Some(list) = if_known(reply)? else { return Ok(None) };
            all.extend(page("the list of batches", list)?.items.into_iter().filter_map(batch));
        }
        Ok(Some(all))
    }
}

fn batches(scores: &[&ScoreId]) -> Call {
    let field =
        "listBatchJobByScoreId(scoreId: $i, limit: 100) { items { id status totalRequests completedRequests } nextToken }";
    let fields = scores.iter().map(|score| AliasedField { field, variables: vec![("i", "String!", json!(score))] });
    Call::aliased("BatchJobs", "", fields)
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct BatchRow {
    id: Option<String>,
    status: Option<String>,
    total_requests: Option<u64>,
    completed_requests: Option<u64>,
}

fn batch(row: Value) -> Option<RequestBatch> {
    let row: BatchRow = decode(row).ok()?;
    Some(RequestBatch {
        id: text(row.id)?,
        status: row.status.unwrap_or_default(),
        done: row.completed_requests,
        of: row.total_requests,
    })
}

#[cfg(test)]
pub(super) fn samples() -> Vec<Call> {
    let score = ScoreId::from("s");
    vec![batches(&[&score, &score])]
}
