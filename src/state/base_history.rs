//! What Synced said before runs changed it, and what it is to say once they have, by run and score. Where it says nothing of a
//! score, places are those of files that are not synced.

use super::blobs::snapshot;
use super::row::{id, id_or_null, invalid};
use super::synced::{COLUMNS, insert, remember};
use super::types::{BaseChange, NextBase, RunId};
use crate::model::{RelPath, ScoreId, Snapshot, VersionId};
use rusqlite::{Connection, Result};

/// Copies the entry of a score, and stores the one that is to come; an empty copy says that there is none.
pub(super) fn plan(db: &Connection, run: RunId, score: &ScoreId, next: NextBase<'_>) -> Result<()> {
    match next {
        NextBase::Entry(Some(entry)) => {
            insert(db, "INSERT INTO synced_after (run, score", &[&run.0, &score.as_str()], score, entry)?;
        }
        NextBase::Entry(None) => insert_none_after(db, run, score)?,
        NextBase::Before { run: earlier, leaves_files } => {
            let mut copy = db.prepare_cached(&format!(
                "INSERT INTO synced_after (run, score, {COLUMNS}) \
                 SELECT ?1, score, {COLUMNS} FROM synced_before WHERE run = ?3 AND score = ?2"
            ))?;
            copy.execute((run.0, score.as_str(), earlier.0))?;
            if leaves_files {
                leave_files(db, run, score, earlier)?;
            }
        }
    }
    let after = "(SELECT base FROM synced_after WHERE run = ?1 AND score = ?2)";
    let mut copy = db.prepare_cached(&format!(
        "INSERT INTO synced_before (run, score, after, {COLUMNS}) \
         SELECT ?1, ?2, {after}, {COLUMNS} FROM synced WHERE score = ?2"
    ))?;
    if copy.execute((run.0, score.as_str()))? == 0 {
        let none = format!(
            "INSERT INTO synced_before (run, score, after, code_path, guidelines_path) \
             SELECT ?1, ?2, {after}, place.code_path, place.guidelines_path \
             FROM (SELECT 1) LEFT JOIN unsynced_place AS place ON place.score = ?2"
        );
        db.prepare_cached(&none)?.execute((run.0, score.as_str()))?;
    }
    Ok(())
}

/// Without an entry again, the files are still where they were with one. What comes back to a place where another score was before
/// the earlier run is that one's.
fn leave_files(db: &Connection, run: RunId, score: &ScoreId, earlier: RunId) -> Result<()> {
    let mut update = db.prepare_cached(
        "UPDATE synced_after SET (code_path, guidelines_path) = (now.code_path, now.guidelines_path) FROM synced AS now \
         WHERE synced_after.run = ?1 AND synced_after.score = ?2 AND now.score = ?2 \
         AND synced_after.base IS NULL AND synced_after.code_path IS NULL \
         AND NOT EXISTS (SELECT 1 FROM synced_before WHERE run = ?3 AND score <> ?2 AND code_path = now.code_path)",
    )?;
    update.execute((run.0, score.as_str(), earlier.0))?;
    Ok(())
}

fn insert_none_after(db: &Connection, run: RunId, score: &ScoreId) -> Result<()> {
    db.prepare_cached("INSERT INTO synced_after (run, score) VALUES (?1, ?2)")?.execute((run.0, score.as_str()))?;
    Ok(())
}

/// Makes Synced say what was to come.
pub(super) fn apply(db: &Connection, run: RunId, score: &ScoreId) -> Result<()> {
    copy_back(db, "synced_after", run, score)
}

/// Makes Synced say where the files were to be.
pub(super) fn apply_paths(db: &Connection, run: RunId, score: &ScoreId) -> Result<()> {
    let mut update = db.prepare_cached(
        "UPDATE synced SET (code_path, guidelines_path) = (next.code_path, next.guidelines_path) FROM synced_after AS next \
         WHERE synced.score = ?2 AND next.run = ?1 AND next.score = ?2 AND next.base IS NOT NULL",
    )?;
    update.execute((run.0, score.as_str()))?;
    Ok(())
}

/// Makes Synced say again what it said before.
pub(super) fn restore(db: &Connection, run: RunId, score: &ScoreId) -> Result<()> {
    copy_back(db, "synced_before", run, score)
}

fn copy_back(db: &Connection, table: &str, run: RunId, score: &ScoreId) -> Result<()> {
    let parameters = (run.0, score.as_str());
    remember(db, score)?;
    let mut remove = db.prepare_cached(&format!(
        "DELETE FROM synced WHERE score = ?2 AND EXISTS (SELECT 1 FROM {table} WHERE run = ?1 AND score = ?2)"
    ))?;
    remove.execute(parameters)?;
    let mut copy = db.prepare_cached(&format!(
        "INSERT INTO synced (score, {COLUMNS}) \
         SELECT score, {COLUMNS} FROM {table} WHERE run = ?1 AND score = ?2 AND base IS NOT NULL"
    ))?;
    copy.execute(parameters)?;
    let mut place = db.prepare_cached(&format!(
        "INSERT OR REPLACE INTO unsynced_place SELECT score, code_path, guidelines_path FROM {table} \
         WHERE run = ?1 AND score = ?2 AND base IS NULL AND code_path IS NOT NULL AND NOT EXISTS (\
           SELECT 1 FROM unsynced_place AS other WHERE other.code_path = {table}.code_path AND other.score <> ?2)"
    ))?;
    place.execute(parameters)?;
    Ok(())
}

/// Nothing is to come any more.
pub(super) fn settle(db: &Connection, run: RunId, score: &ScoreId) -> Result<()> {
    let mut remove = db.prepare_cached("DELETE FROM synced_after WHERE run = ?1 AND score = ?2")?;
    remove.execute((run.0, score.as_str()))?;
    Ok(())
}

/// The bases that a score had before runs, newest first, without texts.
pub(super) fn earlier(db: &Connection, score: &ScoreId) -> Result<Vec<(VersionId, Snapshot)>> {
    let mut select = db.prepare_cached(
        "SELECT base, code, code_text, guidelines, guidelines_text FROM synced_before \
         WHERE score = ?1 AND base IS NOT NULL ORDER BY run DESC",
    )?;
    let bases = select.query_map([score.as_str()], |row| Ok((id(row, 0)?, snapshot(score, row, 1, None)?)))?;
    bases.filter_map(|base| base.map(|(id, docs)| docs.map(|docs| (id, docs))).transpose()).collect()
}

/// What a run changed or is to change, and of that what is still to come. That is looked up first: of a long run most is done already.
pub(super) const ALL: &str = "synced_before AS before LEFT JOIN synced_after AS next USING (run, score)";
pub(super) const PENDING: &str = "synced_after AS next CROSS JOIN synced_before AS before USING (run, score)";

/// The bases that a run changed or is to change.
pub(super) fn all(db: &Connection, run: RunId) -> Result<Vec<BaseChange>> {
    select_changes(db, ALL, run)
}

/// Those of them that are still to come.
pub(super) fn pending(db: &Connection, run: RunId) -> Result<Vec<BaseChange>> {
    select_changes(db, PENDING, run)
}

fn select_changes(db: &Connection, tables: &str, run: RunId) -> Result<Vec<BaseChange>> {
    let mut select = db.prepare_cached(&format!(
        "SELECT before.score, before.base, before.after, before.code_path, before.guidelines_path, now.code_path, \
         now.guidelines_path, next.code_path, next.guidelines_path FROM {tables} \
         LEFT JOIN synced AS now ON now.score = before.score \
         WHERE before.run = ?1 ORDER BY before.score"
    ))?;
    let changes = select.query_map([run.0], |row| {
        let mut places = Vec::new();
        for column in 3..9 {
            let text = row.get_ref(column)?.as_str_or_null().map_err(|error| invalid(column, error))?;
            places.push(
                text.filter(|text| !text.is_empty()).map(RelPath::parse).transpose().map_err(|error| invalid(column, error))?,
            );
        }
        let way = |from: usize| Some((places[from].clone()?, places[from + 4].clone()?)).filter(|(from, to)| from != to);
        let ways = [0, 1].into_iter().filter_map(way).collect();
        let paths = places.into_iter().flatten().collect();
        Ok(BaseChange { score: id(row, 0)?, before: id_or_null(row, 1)?, after: id_or_null(row, 2)?, paths, ways })
    });
    changes?.collect()
}
