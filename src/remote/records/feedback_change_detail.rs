//! `FeedbackChangeDetail`: each change of feedback. The model was in Plexus for a week; what is left of it stands in
//! `FeedbackItem`. It is asked for in a document of its own.

use super::reader::{Records, if_known, text};
use crate::model::FeedbackChange;
use crate::remote::call::{AliasedField, Call};
use crate::remote::types::RemoteError;
use crate::remote::wire::{decode, page};
use serde::Deserialize;
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::iter::zip;

/// Feedback whose changes are asked for in one document.
const ITEMS: usize = 25;

impl Records {
    /// The changes of feedback by its id, the oldest first; none where the dashboard has no such model.
    pub async fn feedback_changes(&self, ids: &[&str]) -> Result<Option<BTreeMap<String, Vec<FeedbackChange>>>, RemoteError> {
        let mut all = BTreeMap::new();
        for ids in ids.chunks(ITEMS) {
            // One document after the other: the first one tells whether the model is there.
            let replies = self.client.in_batches(ids, ITEMS, changes).await;
            for (id, reply) in zip(ids, replies) {
                let Some(list) = if_known(reply)? else { return Ok(None) };
                let rows = page("the list of changes", list)?.items;
                all.insert((*id).to_owned(), rows.into_iter().filter_map(change).collect());
            }
        }
        Ok(Some(all))
    }
}

fn changes(ids: &[&str]) -> Call {
    let field = "listFeedbackChangeDetailByFeedbackItemIdAndChangedAt(feedbackItemId: $i, sortDirection: ASC, limit: 100) \
                 { items { changeType changedAt initialAnswerValue finalAnswerValue } nextToken }";
    Call::aliased(
        "FeedbackChanges",
        "",
        ids.iter().map(|id| AliasedField { field, variables: vec![("i", "String!", json!(id))] }),
    )
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct ChangeRow {
    change_type: Option<String>,
    changed_at: Option<String>,
    initial_answer_value: Option<String>,
    final_answer_value: Option<String>,
}

fn change(row: Value) -> Option<FeedbackChange> {
    let row: ChangeRow = decode(row).ok()?;
    Some(FeedbackChange {
        kind: text(row.change_type),
        at: row.changed_at?.parse().ok()?,
        from: text(row.initial_answer_value),
        to: text(row.final_answer_value),
    })
}

#[cfg(test)]
pub(super) fn samples() -> Vec<Call> {
    vec![changes(&["f", "g"])]
}
