//! Reads versions: contents of many in batches, the history of one score page by page.

use super::client::{Client, Pages};
use super::documents;
use super::graphql::{OnProgress, Progress};
use super::types::{Evaluations, Reads, RemoteError};
use super::wire::{EvaluationRow, Page, VersionRow, decode, page};
use crate::model::{Evaluation, ScoreId, Version, VersionId, VersionMeta};
use futures_util::future::join_all;
use serde_json::Value;
use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::atomic::{AtomicUsize, Ordering};

/// Versions asked for in one request. More works, but at the API's typical sizes this already is most of a megabyte.
const BATCH: usize = 50;

/// Contents of all of `ids`, each asked for once.
pub(super) async fn read(client: &Client, ids: &[VersionId], progress: Option<&OnProgress>) -> Reads {
    let ids: Vec<&VersionId> = ids.iter().collect::<BTreeSet<_>>().into_iter().collect();
    let done = AtomicUsize::new(0);
    let batches = ids.chunks(BATCH).map(|batch| {
        let (done, total) = (&done, ids.len());
        async move {
            let compose =
                |jobs: &[usize]| documents::versions(&jobs.iter().filter_map(|job| batch.get(*job).copied()).collect::<Vec<_>>());
            let replies = client.each(batch.len(), compose).await;
            let done = done.fetch_add(batch.len(), Ordering::Relaxed) + batch.len();
            if let Some(tell) = progress {
                tell(Progress { done, total });
            }
            batch.iter().zip(replies).map(|(id, reply)| ((*id).clone(), reply.and_then(|row| version(id, row)))).collect()
        }
    });
    let batches: Vec<Reads> = join_all(batches).await;
    batches.into_iter().fold(BTreeMap::new(), |mut all, batch| {
        all.extend(batch);
        all
    })
}

fn version(asked: &VersionId, row: Value) -> Result<Version, RemoteError> {
    if row.is_null() {
        return Err(RemoteError::Rejected { error_type: None, message: format!("version {asked} does not exist") });
    }
    let version = decode::<VersionRow>(row)
        .and_then(VersionRow::version)
        .map_err(|fault| RemoteError::Protocol(format!("version {asked}: {fault}")))?;
    if version.meta.id == *asked {
        Ok(version)
    } else {
        Err(RemoteError::Protocol(format!("asked for version {asked}, got {}", version.meta.id)))
    }
}

/// The newest evaluations of each of `ids`.
pub(super) async fn evaluations(client: &Client, ids: &[VersionId]) -> Evaluations {
    let ids: Vec<&VersionId> = ids.iter().collect::<BTreeSet<_>>().into_iter().collect();
    let batches = ids.chunks(BATCH).map(|batch| async move {
        let compose =
            |jobs: &[usize]| documents::evaluations(&jobs.iter().filter_map(|job| batch.get(*job).copied()).collect::<Vec<_>>());
        let replies = client.each(batch.len(), compose).await;
        let list =
            |reply: Result<Value, RemoteError>| reply.and_then(|reply| Ok(results(page("the list of evaluations", reply)?)));
        batch.iter().zip(replies).map(|(id, reply)| ((*id).clone(), list(reply))).collect::<Vec<_>>()
    });
    join_all(batches).await.into_iter().flatten().collect()
}

fn results(page: Page) -> Vec<Evaluation> {
    let decoded = page.items.into_iter().filter_map(|row| decode::<EvaluationRow>(row).and_then(EvaluationRow::evaluation).ok());
    let mut results: Vec<Evaluation> = decoded.collect();
    results.sort_by_key(|evaluation| Reverse(evaluation.created_at));
    results
}

/// All versions of a score, newest first.
pub(super) async fn history(client: &Client, score: &ScoreId) -> Result<Vec<VersionMeta>, RemoteError> {
    let (mut pages, mut token) = (Pages::default(), None);
    let (mut versions, mut seen) = (Vec::new(), BTreeSet::new());
    loop {
        let reply = client.one(documents::history(score, token.as_deref())).await?;
        let page = page("the list of versions", reply)?;
        let rows = page.items.into_iter().filter_map(|row| decode::<VersionRow>(row).and_then(VersionRow::meta).ok());
        versions.extend(rows.filter(|version| seen.insert(version.id.clone())));
        token = pages.next(page.next_token)?;
        if token.is_none() {
            break;
        }
    }
    // The server orders by text, and clients do not all write times alike.
    versions.sort_by_key(|version: &VersionMeta| Reverse(version.created_at));
    Ok(versions)
}
