//! Conflicts that wait for a person.

use super::blobs::{columns, parameters, snapshot};
use super::row::{id, id_or_null, invalid, time};
use super::types::StoredConflict;
use crate::model::{DocKind, ScoreId, SyncKind, VersionId};
use rusqlite::{Connection, OptionalExtension, Result, Row, params};
use std::collections::{BTreeMap, BTreeSet};

const SELECT: &str = "SELECT score, kind, docs, theirs, theirs_code, theirs_code_text, theirs_guidelines, \
                      theirs_guidelines_text, base, base_code, base_code_text, base_guidelines, base_guidelines_text, at \
                      FROM conflict";
/// The bit of the main document in the column `docs`.
const MAIN: i64 = 1;
/// That of the guidelines.
const GUIDELINES: i64 = 2;

/// A row whose columns contradict each other.
#[derive(Debug, thiserror::Error)]
#[error("a conflict without its documents")]
struct Incomplete;

/// All conflicts, without texts.
pub(super) fn all(db: &Connection) -> Result<BTreeMap<ScoreId, StoredConflict>> {
    let mut select = db.prepare_cached(SELECT)?;
    select.query_map([], |row| conflict(row, None))?.collect()
}

/// The scores that have one.
pub(super) fn scores(db: &Connection) -> Result<BTreeSet<ScoreId>> {
    db.prepare_cached("SELECT score FROM conflict")?.query_map([], |row| id(row, 0))?.collect()
}

/// One conflict, with texts.
pub(super) fn one(db: &Connection, score: &ScoreId) -> Result<Option<StoredConflict>> {
    let mut select = db.prepare_cached(&format!("{SELECT} WHERE score = ?1"))?;
    Ok(select.query_row([score.as_str()], |row| conflict(row, Some(db))).optional()?.map(|(_, conflict)| conflict))
}

fn conflict(row: &Row<'_>, texts: Option<&Connection>) -> Result<(ScoreId, StoredConflict)> {
    let score: ScoreId = id(row, 0)?;
    let bits: i64 = row.get(2)?;
    let documents = [(SyncKind::of(&score).main_document(), MAIN), (DocKind::Guidelines, GUIDELINES)];
    let base: Option<VersionId> = id_or_null(row, 8)?;
    let conflict = StoredConflict {
        kind: row.get(1)?,
        docs: documents.into_iter().filter(|(_, bit)| bits & bit != 0).map(|(kind, _)| kind).collect(),
        theirs: (id(row, 3)?, snapshot(&score, row, 4, texts)?.ok_or_else(|| invalid(4, Incomplete))?),
        base: base.zip(snapshot(&score, row, 9, texts)?),
        at: time(row, 13)?,
    };
    Ok((score, conflict))
}

/// Sets a conflict.
pub(super) fn set(db: &Connection, score: &ScoreId, conflict: &StoredConflict) -> Result<()> {
    let theirs = columns(db, score.as_str(), Some(&conflict.theirs.1))?;
    let base = columns(db, score.as_str(), conflict.base.as_ref().map(|(_, docs)| docs))?;
    let [code, code_text, guidelines, guidelines_text] = parameters(&theirs);
    let [base_code, base_code_text, base_guidelines, base_guidelines_text] = parameters(&base);
    let bit = |kind: &DocKind| if *kind == DocKind::Guidelines { GUIDELINES } else { MAIN };
    let bits: i64 = conflict.docs.iter().map(bit).sum();
    let mut insert = db.prepare_cached(
        "INSERT OR REPLACE INTO conflict (score, kind, docs, theirs, theirs_code, theirs_code_text, theirs_guidelines, \
         theirs_guidelines_text, base, base_code, base_code_text, base_guidelines, base_guidelines_text, at) \
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14)",
    )?;
    insert.execute(params![
        score.as_str(),
        conflict.kind,
        bits,
        conflict.theirs.0.as_str(),
        code,
        code_text,
        guidelines,
        guidelines_text,
        conflict.base.as_ref().map(|(version, _)| version.as_str()),
        base_code,
        base_code_text,
        base_guidelines,
        base_guidelines_text,
        conflict.at.as_microsecond(),
    ])?;
    Ok(())
}

/// Removes a conflict.
pub(super) fn clear(db: &Connection, score: &ScoreId) -> Result<()> {
    db.prepare_cached("DELETE FROM conflict WHERE score = ?1")?.execute([score.as_str()])?;
    Ok(())
}
