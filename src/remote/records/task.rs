//! `Task` and `TaskStage`: long commands that are run somewhere.

use super::reader::{Records, not_before, text};
use crate::model::{AccountId, BackgroundStage, BackgroundTask, NamedTarget, ScoreId, ScorecardId};
use crate::remote::call::{AliasedField, Call};
use crate::remote::lists::{ListRequest, Rows, read_lists};
use crate::remote::types::RemoteError;
use crate::remote::wire::{decode, object};
use jiff::Timestamp;
use serde::Deserialize;
use serde_json::{Value, json};

/// Tasks in a page.
const TASKS: usize = 100;
/// The most tasks of a list that are read: three pages.
const MAX_TASKS: usize = 300;
/// Scorecards whose tasks travel in one document, beside those of the account.
pub(super) const SCORECARDS: usize = 20;

const TASK: &str = "fragment TaskPage on ModelTaskConnection { items { id type status scorecardId scoreId metadata startedAt \
                    updatedAt stages(limit: 20) { items { name order status processedItems totalItems } } } nextToken }";

impl Records {
    /// Tasks of an account, and of these scorecards, that changed since then, each once; the newest first. Whether these are
    /// all.
    pub async fn tasks(
        &self,
        account: &AccountId,
        scorecards: &[&ScorecardId],
        since: Timestamp,
    ) -> Result<(Vec<BackgroundTask>, bool), RemoteError> {
        let scorecards = &scorecards[..scorecards.len().min(SCORECARDS)];
        let request = ListRequest { name: "the list of tasks", most: MAX_TASKS, decode: &task };
        let compose = |lists: &[(usize, Option<&str>)]| tasks(account, scorecards, since, lists);
        let lists = read_lists(&self.client, 1 + scorecards.len(), &request, compose).await;
        let (mut all, mut complete) = (Vec::<BackgroundTask>::new(), true);
        for list in lists {
            let Rows { rows, complete: is_whole } = list?;
            complete &= is_whole;
            for task in rows {
                if all.iter().all(|known| known.id != task.id) {
                    all.push(task);
                }
            }
        }
        all.sort_by(|a, b| (b.updated_at, &a.id).cmp(&(a.updated_at, &b.id)));
        Ok((all, complete))
    }
}

/// List 0 is the account's, the others are those of scorecards.
fn tasks(account: &AccountId, scorecards: &[&ScorecardId], since: Timestamp, lists: &[(usize, Option<&str>)]) -> Call {
    let field =
        |query: &str| format!("{query}, updatedAt: $u, sortDirection: DESC, limit: {TASKS}, nextToken: $t) {{ ...TaskPage }}");
    let of_account = field("listTaskByAccountIdAndUpdatedAt(accountId: $i");
    let of_scorecard = field("listTaskByScorecardIdAndUpdatedAt(scorecardId: $i");
    let fields = lists.iter().map(|(at, token)| {
        let (field, key) = match at.checked_sub(1) {
            None => (&of_account, json!(account)),
            Some(card) => (&of_scorecard, json!(scorecards[card])),
        };
        let since = ("u", "ModelStringKeyConditionInput", not_before(since));
        let variables = vec![("i", "String!", key), since, ("t", "String", json!(token))];
        AliasedField { field, variables }
    });
    Call::aliased("Tasks", TASK, fields)
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct TaskRow {
    id: Option<String>,
    #[serde(rename = "type")]
    kind: Option<String>,
    status: Option<String>,
    scorecard_id: Option<String>,
    score_id: Option<String>,
    #[serde(default)]
    metadata: Value,
    started_at: Option<String>,
    updated_at: Option<String>,
    stages: Option<StagePage>,
}

#[derive(Deserialize)]
struct StagePage {
    items: Vec<Option<StageRow>>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct StageRow {
    name: Option<String>,
    order: Option<i64>,
    status: Option<String>,
    processed_items: Option<u64>,
    total_items: Option<u64>,
}

fn task(row: Value) -> Option<(String, BackgroundTask)> {
    let row: TaskRow = decode(row).ok()?;
    let id = text(row.id)?;
    let metadata = object(row.metadata);
    let named = |key: &str| text(metadata[key].as_str().map(str::to_owned));
    let mut stages: Vec<StageRow> = row.stages.map(|page| page.items).unwrap_or_default().into_iter().flatten().collect();
    stages.sort_by_key(|stage| stage.order);
    let task = BackgroundTask {
        id: id.clone(),
        kind: row.kind.unwrap_or_default(),
        status: row.status.unwrap_or_default(),
        score: text(row.score_id).map(ScoreId::from),
        scorecard: text(row.scorecard_id).map(ScorecardId::from),
        named: NamedTarget { score: named("score"), scorecard: named("scorecard") },
        started_at: row.started_at.and_then(|at| at.parse().ok()),
        updated_at: row.updated_at?.parse().ok()?,
        stages: stages.into_iter().filter_map(StageRow::stage).collect(),
    };
    Some((id, task))
}

impl StageRow {
    fn stage(self) -> Option<BackgroundStage> {
        let (name, status) = (self.name?, self.status.unwrap_or_default());
        Some(BackgroundStage { name, status, done: self.processed_items, of: self.total_items })
    }
}

#[cfg(test)]
pub(super) fn samples() -> Vec<Call> {
    let card = ScorecardId::from("c");
    let lists: &[(usize, Option<&str>)] = &[(0, None), (1, Some("t"))];
    vec![tasks(&"a".into(), &[&card], Timestamp::UNIX_EPOCH, lists), tasks(&"a".into(), &[], Timestamp::UNIX_EPOCH, &lists[..1])]
}
