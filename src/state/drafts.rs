//! Drafts of others, as the dashboard last told of them.

use super::row::{WORTH, are_more_than, id, id_or_null, invalid, time};
use super::types::ReadDrafts;
use crate::model::{ScoreId, VersionId, VersionMeta};
use rusqlite::{Connection, OptionalExtension, Result, Row};
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};

const SELECT: &str = "SELECT score, read_at, champion, versions FROM draft";

/// All of them.
pub(super) fn all(db: &Connection) -> Result<BTreeMap<ScoreId, ReadDrafts>> {
    db.prepare_cached(SELECT)?.query_map([], entry)?.collect()
}

/// Those of these scores: looked up one by one if they are a small part, else taken from all of them.
pub(super) fn some(db: &Connection, scores: &BTreeSet<&ScoreId>) -> Result<BTreeMap<ScoreId, ReadDrafts>> {
    if !are_more_than(db, "draft", scores.len().saturating_mul(WORTH))? {
        let mut drafts = all(db)?;
        drafts.retain(|score, _| scores.contains(score));
        return Ok(drafts);
    }
    let mut select = db.prepare_cached(&format!("{SELECT} WHERE score = ?1"))?;
    let one = |score: &&ScoreId| select.query_row([score.as_str()], entry).optional().transpose();
    scores.iter().filter_map(one).collect()
}

fn entry(row: &Row<'_>) -> Result<(ScoreId, ReadDrafts)> {
    let score: ScoreId = id(row, 0)?;
    let read_at = time(row, 1)?;
    let rows: Vec<Value> = serde_json::from_str(&row.get::<_, String>(3)?).map_err(|error| invalid(3, error))?;
    let versions = rows.iter().filter_map(|row| version(&score, row)).collect();
    let champion = id_or_null(row, 2)?;
    Ok((score, ReadDrafts { read_at, champion, versions }))
}

/// Sets those of one score; without versions nothing is kept of it.
pub(super) fn set(db: &Connection, score: &ScoreId, drafts: &ReadDrafts) -> Result<()> {
    if drafts.versions.is_empty() {
        db.prepare_cached("DELETE FROM draft WHERE score = ?1")?.execute([score.as_str()])?;
        return Ok(());
    }
    let versions = Value::from_iter(drafts.versions.iter().map(row)).to_string();
    let champion = drafts.champion.as_ref().map(VersionId::as_str);
    let mut insert =
        db.prepare_cached("INSERT OR REPLACE INTO draft (score, read_at, champion, versions) VALUES (?1, ?2, ?3, ?4)")?;
    insert.execute((score.as_str(), drafts.read_at.as_microsecond(), champion, versions))?;
    Ok(())
}

/// What is told of a version: of its metadata only who signed it.
fn row(meta: &VersionMeta) -> Value {
    json!({
        "id": meta.id, "parent": meta.parent, "created_at": meta.created_at, "note": meta.note,
        "attribution": meta.metadata["attribution"],
    })
}

fn version(score: &ScoreId, row: &Value) -> Option<VersionMeta> {
    Some(VersionMeta {
        id: row["id"].as_str()?.into(),
        score_id: score.clone(),
        parent: row["parent"].as_str().map(VersionId::from),
        created_at: row["created_at"].as_str()?.parse().ok()?,
        note: row["note"].as_str().map(str::to_owned),
        metadata: json!({"attribution": row["attribution"]}),
    })
}
