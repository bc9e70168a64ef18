//! Reads versions: contents of many in batches, the history of one score page by page, the newest of many scores at once.

use super::client::Client;
use super::documents::{self, PAGE};
use super::lists::{ListRequest, ROWS, lists_per_document, read_list, read_lists};
use super::types::{DetailReads, Evaluations, Histories, Reads, RemoteError};
use super::wire::{EvaluationDetailsRow, EvaluationRow, RowPage, VersionRow, decode, page};
use crate::model::{Evaluation, EvaluationDetails, Progress, ScoreId, Stage, Version, VersionId, VersionMeta};
use futures_util::future::join_all;
use serde_json::Value;
use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::atomic::{AtomicUsize, Ordering};

/// Versions asked for in one request. More works, but at the API's typical sizes this already is most of a megabyte.
const BATCH: usize = 50;
/// Evaluations in full in one request: each can be nearly as large as an item can be.
const DETAILS: usize = 8;
/// The longest that the texts of one version are taken for what Plexus stores, in bytes: it stores 400 KB at most.
const MAX_TEXTS: usize = 1 << 20;
/// The most bytes of texts that one read holds; what comes after them is left for the next.
const MAX_HELD: usize = 512 << 20;
/// What errors call a list of them.
const VERSIONS: &str = "the list of versions";

/// Contents of all of `ids`, each asked for once.
pub(super) async fn read(client: &Client, ids: &[VersionId], progress: &dyn Progress) -> Reads {
    let ids: Vec<&VersionId> = ids.iter().collect::<BTreeSet<_>>().into_iter().collect();
    let (done, held) = (AtomicUsize::new(0), AtomicUsize::new(0));
    let batches = ids.chunks(BATCH).map(|batch| {
        let (done, held, total) = (&done, &held, ids.len());
        async move {
            let compose =
                |jobs: &[usize]| documents::versions(&jobs.iter().filter_map(|job| batch.get(*job).copied()).collect::<Vec<_>>());
            let replies = client.each(batch.len(), compose).await;
            let take =
                |id: &VersionId, reply: Result<Value, RemoteError>| reply.and_then(|row| version(id, within(held, id, row)?));
            let done = done.fetch_add(batch.len(), Ordering::Relaxed) + batch.len();
            progress.step(Stage::Reading, done, total);
            batch.iter().zip(replies).map(|(id, reply)| ((*id).clone(), take(id, reply))).collect()
        }
    });
    let batches: Vec<Reads> = join_all(batches).await;
    batches.into_iter().fold(BTreeMap::new(), |mut all, batch| {
        all.extend(batch);
        all
    })
}

/// `row`, if its texts are no longer than they can be, and fit beside those of which `held` bytes are held already.
fn within(held: &AtomicUsize, asked: &VersionId, row: Value) -> Result<Value, RemoteError> {
    let texts = ["configuration", "guidelines", "note", "metadata"];
    let bytes: usize = texts.iter().filter_map(|field| row[*field].as_str()).map(str::len).sum();
    if bytes > MAX_TEXTS {
        let message = format!("version {asked} has {bytes} bytes of texts, which is more than Plexus can hold");
        return Err(RemoteError::Rejected { error_type: None, message });
    }
    if held.fetch_add(bytes, Ordering::Relaxed) + bytes > MAX_HELD {
        let message = format!("version {asked} is left for the next run: this one holds {MAX_HELD} bytes of texts already");
        return Err(RemoteError::Rejected { error_type: None, message });
    }
    Ok(row)
}

fn version(asked: &VersionId, row: Value) -> Result<Version, RemoteError> {
    if row.is_null() {
        return Err(RemoteError::Missing(format!("version {asked}")));
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
    let replies = client.in_batches(&ids, BATCH, documents::evaluations).await;
    let list = |id: &VersionId, reply: Result<Value, RemoteError>| {
        reply.and_then(|reply| Ok(results(id, page("the list of evaluations", reply)?)))
    };
    ids.into_iter().zip(replies).map(|(id, reply)| (id.clone(), list(id, reply))).collect()
}

/// The large fields of evaluations.
pub(super) async fn evaluation_details(client: &Client, ids: &[String]) -> DetailReads {
    let ids: Vec<&str> = ids.iter().map(String::as_str).collect::<BTreeSet<_>>().into_iter().collect();
    let replies = client.in_batches(&ids, DETAILS, documents::evaluation_details).await;
    ids.into_iter().zip(replies).map(|(id, reply)| (id.to_owned(), details(id, reply))).collect()
}

fn details(id: &str, reply: Result<Value, RemoteError>) -> Result<EvaluationDetails, RemoteError> {
    let row = reply?;
    if row.is_null() {
        return Err(RemoteError::Missing(format!("evaluation {id}")));
    }
    let row = decode::<EvaluationDetailsRow>(row);
    row.map(EvaluationDetailsRow::details).map_err(|fault| RemoteError::Protocol(format!("evaluation {id}: {fault}")))
}

fn results(version: &VersionId, page: RowPage) -> Vec<Evaluation> {
    let decoded =
        page.items.into_iter().filter_map(|row| decode::<EvaluationRow>(row).and_then(|row| row.evaluation(version)).ok());
    let mut results: Vec<Evaluation> = decoded.collect();
    results.sort_by_key(|evaluation| Reverse(evaluation.created_at));
    results
}

/// All versions of a score, newest first.
pub(super) async fn history(client: &Client, score: &ScoreId) -> Result<Vec<VersionMeta>, RemoteError> {
    let request = ListRequest { name: VERSIONS, most: usize::MAX, decode: &meta };
    let read = read_list(client, &request, |token| documents::history(score, token)).await?;
    Ok(newest_first(read.rows))
}

fn meta(row: Value) -> Option<(String, VersionMeta)> {
    let meta = decode::<VersionRow>(row).and_then(VersionRow::meta).ok()?;
    Some((meta.id.to_string(), meta))
}

/// The newest `count` versions of each of `scores`.
pub(super) async fn newest(client: &Client, scores: &[ScoreId], count: usize) -> Histories {
    let count = count.clamp(1, ROWS);
    let scores: Vec<&ScoreId> = scores.iter().collect::<BTreeSet<_>>().into_iter().collect();
    let request = &ListRequest { name: VERSIONS, most: count, decode: &meta };
    let parts = scores.chunks(lists_per_document(count)).map(|part| async move {
        let compose = |lists: &[(usize, Option<&str>)]| {
            let wanted: Vec<_> = lists.iter().map(|(at, token)| (part[*at], *token)).collect();
            documents::newest(&wanted, count.min(PAGE))
        };
        let lists = read_lists(client, part.len(), request, compose).await;
        part.iter()
            .zip(lists)
            .map(|(score, list)| ((*score).clone(), list.map(|list| newest_first(list.rows))))
            .collect::<Vec<_>>()
    });
    join_all(parts).await.into_iter().flatten().collect()
}

/// The server orders by text, and clients do not all write times alike.
fn newest_first(mut versions: Vec<VersionMeta>) -> Vec<VersionMeta> {
    versions.sort_by_key(|version| Reverse(version.created_at));
    versions
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn texts_have_limits_one_by_one_and_together() {
        let (held, id) = (AtomicUsize::new(MAX_HELD - 10), VersionId::from("v"));
        let take = |length: usize| within(&held, &id, json!({"configuration": "x".repeat(length), "note": null}));
        assert!(take(10).is_ok());
        let left = take(1).expect_err("it is one too many").to_string();
        assert!(left.starts_with("version v is left for the next run"), "{left}");
        let huge = take(MAX_TEXTS + 1).expect_err("no version is so large").to_string();
        assert!(huge.starts_with("version v has 1048577 bytes of texts"), "{huge}");
    }
}
