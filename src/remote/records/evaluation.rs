//! `Evaluation` by score or account: what is under way now. Those of a version are read by `Remote`.

use super::reader::{Records, not_before, text};
use crate::model::{AccountId, Evaluation, ScoreId, VersionId};
use crate::remote::call::{AliasedField, Call};
use crate::remote::lists::{ListRequest, read_list, read_lists};
use crate::remote::types::RemoteError;
use crate::remote::wire::{EvaluationRow, decode};
use futures_util::future::join_all;
use jiff::Timestamp;
use serde_json::{Value, json};
use std::cmp::Reverse;
use std::collections::BTreeSet;

/// Scores whose evaluations travel in one document.
const SCORES: usize = 25;
/// For more scores than this all evaluations of the account are read.
const FEW: usize = 100;
/// Evaluations of a list that are read.
const MAX_EVALUATIONS: usize = 1_000;

const FIELDS: &str = "{ items { id type status accuracy processedItems totalItems errorMessage cost scoreId scoreVersionId \
                      createdAt updatedAt } nextToken }";

/// An evaluation with what it is of.
#[derive(Clone, Debug, PartialEq)]
pub struct RunningEvaluation {
    /// The score.
    pub score: ScoreId,
    /// The version; a run over a file of somebody has none.
    pub version: Option<VersionId>,
    /// How far it is.
    pub evaluation: Evaluation,
}

impl Records {
    /// Evaluations of scores that changed since then and are under way at `now`, the newest first.
    pub async fn running_evaluations(
        &self,
        account: &AccountId,
        scores: &BTreeSet<&ScoreId>,
        since: Timestamp,
        now: Timestamp,
    ) -> Result<Vec<RunningEvaluation>, RemoteError> {
        let request = &ListRequest { name: "the list of evaluations", most: MAX_EVALUATIONS, decode: &running };
        let all: Vec<&ScoreId> = scores.iter().copied().collect();
        let lists = if all.len() > FEW {
            vec![read_list(&self.client, request, |token| of_account(account, since, token)).await]
        } else {
            let parts = all.chunks(SCORES).map(|part| async move {
                let compose = |lists: &[(usize, Option<&str>)]| {
                    of_scores(&lists.iter().map(|(at, token)| (part[*at], *token)).collect::<Vec<_>>(), since)
                };
                read_lists(&self.client, part.len(), request, compose).await
            });
            join_all(parts).await.into_iter().flatten().collect()
        };
        let mut found = Vec::new();
        for list in lists {
            found.extend(list?.rows);
        }
        found.retain(|one| scores.contains(&one.score) && one.evaluation.is_running(now));
        found.sort_by_key(|one| Reverse(one.evaluation.updated_at));
        Ok(found)
    }
}

fn of_scores(lists: &[(&ScoreId, Option<&str>)], since: Timestamp) -> Call {
    let field = format!(
        "listEvaluationByScoreIdAndUpdatedAt(scoreId: $i, updatedAt: $u, sortDirection: DESC, limit: 100, nextToken: $t) {FIELDS}"
    );
    let fields = lists.iter().map(|(score, token)| AliasedField {
        field: &field,
        variables: vec![
            ("i", "String!", json!(score)),
            ("u", "ModelStringKeyConditionInput", not_before(since)),
            ("t", "String", json!(token)),
        ],
    });
    Call::aliased("InFlight", "", fields)
}

fn of_account(account: &AccountId, since: Timestamp, token: Option<&str>) -> Call {
    let field = format!(
        "listEvaluationByAccountIdAndUpdatedAt(accountId: $i, updatedAt: $u, sortDirection: DESC, limit: 500, nextToken: $t) {FIELDS}"
    );
    let variables = vec![
        ("i", "String!", json!(account)),
        ("u", "ModelStringKeyConditionInput", not_before(since)),
        ("t", "String", json!(token)),
    ];
    Call::aliased("InFlight", "", std::iter::once(AliasedField { field: &field, variables }))
}

fn running(row: Value) -> Option<(String, RunningEvaluation)> {
    let of = |key: &str| text(row[key].as_str().map(str::to_owned));
    let (score, version) = (of("scoreId").map(ScoreId::from)?, of("scoreVersionId").map(VersionId::from));
    let evaluation = decode::<EvaluationRow>(row).and_then(EvaluationRow::of_any_version).ok()?;
    Some((evaluation.id.clone(), RunningEvaluation { score, version, evaluation }))
}

#[cfg(test)]
pub(super) fn samples() -> Vec<Call> {
    let (score, then) = (ScoreId::from("s"), Timestamp::UNIX_EPOCH);
    vec![of_scores(&[(&score, None), (&score, Some("t"))], then), of_account(&"a".into(), then, None)]
}
