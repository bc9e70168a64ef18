//! What Synced said before runs changed it, by run and score.

use super::blobs::snapshot;
use super::row::{id, id_or_null, invalid};
use super::types::{BaseChange, RunId};
use crate::model::{RelPath, ScoreId, Snapshot, VersionId};
use rusqlite::{Connection, Result};

/// The columns that an entry of Synced and its copy share, after the score.
const COLUMNS: &str = "base, code, code_text, guidelines, guidelines_text, champion, champion_code, champion_code_text, \
                       champion_guidelines, champion_guidelines_text, code_path, guidelines_path";

/// Copies the entry of a score; an empty copy says that there was none.
pub(super) fn back_up(db: &Connection, run: RunId, score: &ScoreId, after: Option<&VersionId>) -> Result<()> {
    let after = after.map(VersionId::as_str);
    let mut copy = db.prepare_cached(&format!(
        "INSERT OR IGNORE INTO synced_before (run, score, after, {COLUMNS}) \
         SELECT ?1, ?2, ?3, {COLUMNS} FROM synced WHERE score = ?2"
    ))?;
    if copy.execute((run.0, score.as_str(), after))? == 0 {
        let mut none = db.prepare_cached("INSERT OR IGNORE INTO synced_before (run, score, after) VALUES (?1, ?2, ?3)")?;
        none.execute((run.0, score.as_str(), after))?;
    }
    Ok(())
}

/// Copies the entry back.
pub(super) fn restore(db: &Connection, run: RunId, score: &ScoreId) -> Result<()> {
    let parameters = (run.0, score.as_str());
    let mut remove = db.prepare_cached(
        "DELETE FROM synced WHERE score = ?2 AND EXISTS (SELECT 1 FROM synced_before WHERE run = ?1 AND score = ?2)",
    )?;
    remove.execute(parameters)?;
    let mut copy = db.prepare_cached(&format!(
        "INSERT INTO synced (score, {COLUMNS}) \
         SELECT score, {COLUMNS} FROM synced_before WHERE run = ?1 AND score = ?2 AND base IS NOT NULL"
    ))?;
    copy.execute(parameters)?;
    Ok(())
}

/// The bases that a score had before runs, newest first, without texts.
pub(super) fn earlier(db: &Connection, score: &ScoreId) -> Result<Vec<(VersionId, Snapshot)>> {
    let mut select = db.prepare_cached(
        "SELECT base, code, code_text, guidelines, guidelines_text FROM synced_before \
         WHERE score = ?1 AND base IS NOT NULL ORDER BY run DESC",
    )?;
    let bases = select.query_map([score.as_str()], |row| Ok((id(row, 0)?, snapshot(row, 1, None)?)))?;
    bases.filter_map(|base| base.map(|(id, docs)| docs.map(|docs| (id, docs))).transpose()).collect()
}

/// The bases that a run changed.
pub(super) fn all(db: &Connection, run: RunId) -> Result<Vec<BaseChange>> {
    let mut select = db.prepare_cached(
        "SELECT before.score, before.base, before.after, before.code_path, before.guidelines_path, now.code_path, \
         now.guidelines_path FROM synced_before AS before LEFT JOIN synced AS now ON now.score = before.score \
         WHERE before.run = ?1 ORDER BY before.score",
    )?;
    let changes = select.query_map([run.0], |row| {
        let mut paths = Vec::new();
        for column in 3..7 {
            if let Some(text) = row.get_ref(column)?.as_str_or_null().map_err(|error| invalid(column, error))? {
                paths.push(RelPath::parse(text).map_err(|error| invalid(column, error))?);
            }
        }
        Ok(BaseChange { score: id(row, 0)?, before: id_or_null(row, 1)?, after: id_or_null(row, 2)?, paths })
    });
    changes?.collect()
}
