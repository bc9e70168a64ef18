//! The Synced tree.

use super::blobs::{columns, parameters, snapshot};
use super::row::{id, id_or_null, path};
use crate::model::{ScoreId, ScorePaths, SyncedScore, VersionId};
use rusqlite::{Connection, OptionalExtension, Result, Row, params};
use std::collections::BTreeMap;

const SELECT: &str = "SELECT score, base, code, code_text, guidelines, guidelines_text, champion, champion_code, \
                      champion_code_text, champion_guidelines, champion_guidelines_text, code_path, guidelines_path FROM synced";

/// All entries, without texts.
pub(super) fn all(db: &Connection) -> Result<BTreeMap<ScoreId, SyncedScore>> {
    let mut select = db.prepare_cached(&format!("{SELECT} ORDER BY score"))?;
    select.query_map([], |row| Ok((id(row, 0)?, entry(row, None)?)))?.collect()
}

/// One entry, with texts.
pub(super) fn one(db: &Connection, score: &ScoreId) -> Result<Option<SyncedScore>> {
    let mut select = db.prepare_cached(&format!("{SELECT} WHERE score = ?1"))?;
    select.query_row([score.as_str()], |row| entry(row, Some(db))).optional()
}

/// The base of one score.
pub(super) fn base(db: &Connection, score: &ScoreId) -> Result<Option<VersionId>> {
    let mut select = db.prepare_cached("SELECT base FROM synced WHERE score = ?1")?;
    select.query_row([score.as_str()], |row| id(row, 0)).optional()
}

fn entry(row: &Row<'_>, texts: Option<&Connection>) -> Result<SyncedScore> {
    let missing = || rusqlite::Error::InvalidColumnType(2, "code".to_owned(), rusqlite::types::Type::Null);
    Ok(SyncedScore {
        base: id(row, 1)?,
        docs: snapshot(row, 2, texts)?.ok_or_else(missing)?,
        champion: id_or_null(row, 6)?,
        champion_docs: snapshot(row, 7, texts)?,
        paths: ScorePaths { code: path(row, 11)?, guidelines: path(row, 12)? },
    })
}

/// Sets an entry.
pub(super) fn set(db: &Connection, score: &ScoreId, synced: &SyncedScore) -> Result<()> {
    let docs = columns(db, score.as_str(), Some(&synced.docs))?;
    let champion_docs = columns(db, score.as_str(), synced.champion_docs.as_ref())?;
    let [code, code_text, guidelines, guidelines_text] = parameters(&docs);
    let [their_code, their_code_text, their_guidelines, their_guidelines_text] = parameters(&champion_docs);
    let mut insert = db.prepare_cached(
        "INSERT OR REPLACE INTO synced (score, base, code, code_text, guidelines, guidelines_text, champion, champion_code, \
         champion_code_text, champion_guidelines, champion_guidelines_text, code_path, guidelines_path) \
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13)",
    )?;
    insert.execute(params![
        score.as_str(),
        synced.base.as_str(),
        code,
        code_text,
        guidelines,
        guidelines_text,
        synced.champion.as_ref().map(VersionId::as_str),
        their_code,
        their_code_text,
        their_guidelines,
        their_guidelines_text,
        synced.paths.code.as_str(),
        synced.paths.guidelines.as_str(),
    ])?;
    Ok(())
}

/// Removes everything about a score but its history and intents.
pub(super) fn forget(db: &Connection, score: &ScoreId) -> Result<()> {
    for table in ["synced", "conflict"] {
        db.prepare_cached(&format!("DELETE FROM {table} WHERE score = ?1"))?.execute([score.as_str()])?;
    }
    Ok(())
}
