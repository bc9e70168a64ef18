//! `ScoringJob`: calls that wait to be scored.

use super::reader::{Records, not_before};
use crate::model::{AccountId, ScoreId, WaitingCalls};
use crate::remote::call::Call;
use crate::remote::documents::PAGE;
use crate::remote::lists::{ListRequest, read_list};
use crate::remote::types::RemoteError;
use jiff::Timestamp;
use serde_json::{Value, json};
use std::collections::BTreeMap;

/// The most jobs that are counted: five pages.
const MAX_JOBS: usize = 5 * PAGE;
/// A job that is not done.
const OPEN: [&str; 2] = ["PENDING", "IN_PROGRESS"];

impl Records {
    /// Calls of an account that came since then and wait, by the score that they wait for; a job without a score is not
    /// counted. Whether all were read.
    pub async fn waiting_calls(
        &self,
        account: &AccountId,
        since: Timestamp,
    ) -> Result<BTreeMap<ScoreId, WaitingCalls>, RemoteError> {
        let request = ListRequest { name: "the list of scoring jobs", most: MAX_JOBS, decode: &job };
        let compose = |token: Option<&str>| jobs(account, since, token);
        let list = read_list(&self.client, &request, compose).await?;
        let mut waiting: BTreeMap<ScoreId, WaitingCalls> = BTreeMap::new();
        for score in list.rows.into_iter().flatten() {
            let calls = waiting.entry(score).or_insert(WaitingCalls { count: 0, complete: list.complete });
            calls.count += 1;
        }
        Ok(waiting)
    }
}

fn jobs(account: &AccountId, since: Timestamp, token: Option<&str>) -> Call {
    let query = format!(
        "query ScoringJobs($account: String!, $since: ModelStringKeyConditionInput, $token: String) \
         {{ listScoringJobByAccountIdAndCreatedAt(accountId: $account, createdAt: $since, sortDirection: DESC, limit: {PAGE}, \
         nextToken: $token) {{ items {{ id status scoreId }} nextToken }} }}"
    );
    let variables = json!({ "account": account, "since": not_before(since), "token": token });
    Call::single("ScoringJobs", "listScoringJobByAccountIdAndCreatedAt", query, variables)
}

/// The score of a job that waits.
fn job(row: Value) -> Option<(String, Option<ScoreId>)> {
    let is_open = row["status"].as_str().is_some_and(|status| OPEN.contains(&status));
    let score = row["scoreId"].as_str().filter(|_| is_open).map(ScoreId::from);
    Some((row["id"].as_str()?.to_owned(), score))
}

#[cfg(test)]
pub(super) fn samples() -> Vec<Call> {
    vec![jobs(&"a".into(), Timestamp::UNIX_EPOCH, None), jobs(&"a".into(), Timestamp::UNIX_EPOCH, Some("t"))]
}
