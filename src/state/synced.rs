//! The Synced tree.

use super::blobs::{columns, parameters, snapshot};
use super::row::{id, id_or_null, paths};
use crate::model::{Digest, RelPath, ScoreId, SyncedScore, VersionId};
use rusqlite::{Connection, OptionalExtension, Result, Row, ToSql, params_from_iter};
use std::collections::BTreeMap;

/// The columns that an entry of Synced and its copies share, after the score.
pub(super) const COLUMNS: &str = "base, code, code_text, guidelines, guidelines_text, champion, champion_code, \
                                  champion_code_text, champion_guidelines, champion_guidelines_text, code_path, guidelines_path, \
                                  local_code, local_code_text, local_guidelines, local_guidelines_text";

/// All entries, without texts.
pub(super) fn all(db: &Connection) -> Result<BTreeMap<ScoreId, SyncedScore>> {
    let mut select = db.prepare_cached(&format!("SELECT score, {COLUMNS} FROM synced ORDER BY score"))?;
    select.query_map([], |row| entry(row, None))?.collect()
}

/// One entry, without texts.
pub(super) fn without_texts(db: &Connection, score: &ScoreId) -> Result<Option<SyncedScore>> {
    let mut select = db.prepare_cached(&format!("SELECT score, {COLUMNS} FROM synced WHERE score = ?1"))?;
    Ok(select.query_row([score.as_str()], |row| entry(row, None)).optional()?.map(|(_, entry)| entry))
}

/// The scores whose code is at a path.
pub(super) fn at(db: &Connection, code: &RelPath) -> Result<Vec<ScoreId>> {
    let mut select = db.prepare_cached("SELECT score FROM synced WHERE code_path = ?1")?;
    select.query_map([code.as_str()], |row| id(row, 0))?.collect()
}

/// One entry, with texts.
pub(super) fn one(db: &Connection, score: &ScoreId) -> Result<Option<SyncedScore>> {
    let mut select = db.prepare_cached(&format!("SELECT score, {COLUMNS} FROM synced WHERE score = ?1"))?;
    Ok(select.query_row([score.as_str()], |row| entry(row, Some(db))).optional()?.map(|(_, entry)| entry))
}

/// The base of one score.
pub(super) fn base(db: &Connection, score: &ScoreId) -> Result<Option<VersionId>> {
    let mut select = db.prepare_cached("SELECT base FROM synced WHERE score = ?1")?;
    select.query_row([score.as_str()], |row| id(row, 0)).optional()
}

fn entry(row: &Row<'_>, texts: Option<&Connection>) -> Result<(ScoreId, SyncedScore)> {
    let score: ScoreId = id(row, 0)?;
    let missing = || rusqlite::Error::InvalidColumnType(2, "code".to_owned(), rusqlite::types::Type::Null);
    let entry = SyncedScore {
        base: id(row, 1)?,
        docs: snapshot(&score, row, 2, texts)?.ok_or_else(missing)?,
        champion: id_or_null(row, 6)?,
        champion_docs: snapshot(&score, row, 7, texts)?,
        paths: paths(row, 11)?,
        local: snapshot(&score, row, 13, texts)?.map(Box::new),
    };
    Ok((score, entry))
}

/// Sets an entry.
pub(super) fn set(db: &Connection, score: &ScoreId, synced: &SyncedScore) -> Result<()> {
    remember(db, score)?;
    insert(db, "INSERT OR REPLACE INTO synced (score", &[&score.as_str()], score, synced)
}

/// Keeps in mind what the code of an entry says that is about to go, and that guidelines are the score's own: it had some, or none
/// lay there beside it.
pub(super) fn remember(db: &Connection, score: &ScoreId) -> Result<()> {
    let copy = "INSERT OR IGNORE INTO said_before (code, score) SELECT code, score FROM synced WHERE score = ?1";
    db.prepare_cached(copy)?.execute([score.as_str()])?;
    let own = "INSERT OR IGNORE INTO owns_guidelines SELECT score FROM synced \
               WHERE score = ?1 AND (local_guidelines IS NULL OR guidelines <> ?2)";
    db.prepare_cached(own)?.execute((score.as_str(), Digest::EMPTY.as_bytes()))?;
    Ok(())
}

/// Inserts an entry, or a copy of one; `into` is the statement up to the columns of `key`.
pub(super) fn insert(db: &Connection, into: &str, key: &[&dyn ToSql], score: &ScoreId, entry: &SyncedScore) -> Result<()> {
    let docs = columns(db, score.as_str(), Some(&entry.docs))?;
    let champion_docs = columns(db, score.as_str(), entry.champion_docs.as_ref())?;
    let local = columns(db, score.as_str(), entry.local.as_deref())?;
    let champion = entry.champion.as_ref().map(VersionId::as_str);
    let (base, code_path) = (entry.base.as_str(), entry.paths.code.as_str());
    let guidelines_path = entry.paths.guidelines_text();
    let mut values = key.to_vec();
    values.push(&base);
    values.extend(parameters(&docs));
    values.push(&champion);
    values.extend(parameters(&champion_docs));
    values.extend([&code_path as &dyn ToSql, &guidelines_path]);
    values.extend(parameters(&local));
    let places = vec!["?"; values.len()].join(", ");
    let mut insert = db.prepare_cached(&format!("{into}, {COLUMNS}) VALUES ({places})"))?;
    insert.execute(params_from_iter(values))?;
    Ok(())
}

/// Removes everything about a score but its history and intents.
pub(super) fn forget(db: &Connection, score: &ScoreId) -> Result<()> {
    remember(db, score)?;
    for table in ["synced", "conflict", "git_position"] {
        db.prepare_cached(&format!("DELETE FROM {table} WHERE score = ?1"))?.execute([score.as_str()])?;
    }
    Ok(())
}
