//! Where Synced says that the files of scores are, and where those are that are not synced and were renamed. No two scores are to
//! have theirs at one place.

use super::blobs::{content, snapshot};
use super::catalog;
use super::error::StateError;
use super::row::{id, path, paths};
use super::store::{State, Tx};
use super::synced::{at, forget};
use super::types::RunId;
use crate::model::{Content, Digest, DocKind, Layout, RelPath, ScoreId, ScorePaths, Snapshot};
use rusqlite::{Connection, OptionalExtension};
use std::collections::{BTreeMap, BTreeSet};

impl State {
    /// Where the files of a score were before each run that changed its base or them, oldest first; none where the state did
    /// not know the score.
    ///
    /// # Errors
    /// The database cannot be read: it is damaged, or busy for too long.
    pub fn earlier_places(&self, score: &ScoreId) -> Result<Vec<(RunId, Option<ScorePaths>)>, StateError> {
        self.read(|db| earlier(db, score))
    }

    /// The scores that had their code at `code` before a run, with the last such run; latest first.
    ///
    /// # Errors
    /// The database cannot be read: it is damaged, or busy for too long.
    pub fn once_at(&self, code: &RelPath) -> Result<Vec<(ScoreId, RunId)>, StateError> {
        self.read(|db| once_at(db, code))
    }

    /// What the base of a score said when it last had its code at `code` before a run, with texts.
    ///
    /// # Errors
    /// The database cannot be read: it is damaged, or busy for too long.
    pub fn docs_once_at(&self, score: &ScoreId, code: &RelPath) -> Result<Option<Snapshot>, StateError> {
        self.read(|db| docs_once_at(db, score, code))
    }

    /// The scores that have their code at `code`.
    ///
    /// # Errors
    /// The database cannot be read: it is damaged, or busy for too long.
    pub fn synced_at(&self, code: &RelPath) -> Result<Vec<ScoreId>, StateError> {
        self.read(|db| at(db, code))
    }

    /// Where scores have their files that are not synced and were renamed in Plexus since these came.
    ///
    /// # Errors
    /// The database cannot be read: it is damaged, or busy for too long.
    pub fn unsynced_places(&self) -> Result<BTreeMap<ScoreId, ScorePaths>, StateError> {
        self.read(unsynced)
    }

    /// The scores whose base says this in its code, or said it before, and whether it says so now.
    ///
    /// # Errors
    /// The database cannot be read: it is damaged, or busy for too long.
    pub fn ever_with_code(&self, code: &Digest) -> Result<Vec<(ScoreId, bool)>, StateError> {
        self.read(|db| {
            let mut select = db.prepare_cached(
                "SELECT score, max(now) FROM (SELECT score, 1 AS now FROM synced WHERE code = ?1 \
                 UNION ALL SELECT score, 0 FROM said_before WHERE code = ?1) GROUP BY score",
            )?;
            select.query_map([code.as_bytes()], |row| Ok((id(row, 0)?, row.get(1)?)))?.collect()
        })
    }

    /// Guidelines that lie at the place of the score are its own: under an earlier base it had some, or none lay there.
    ///
    /// # Errors
    /// The database cannot be read: it is damaged, or busy for too long.
    pub fn owns_guidelines(&self, score: &ScoreId) -> Result<bool, StateError> {
        self.read(|db| {
            let mut select = db.prepare_cached("SELECT EXISTS (SELECT 1 FROM owns_guidelines WHERE score = ?1)")?;
            select.query_row([score.as_str()], |row| row.get(0))
        })
    }

    /// Shows the guidelines of all bases that have some, and where they were at the last sync: one after the other, as they can be
    /// many; with their texts if these are asked for.
    ///
    /// # Errors
    /// The database cannot be read: it is damaged, or busy for too long.
    pub fn each_guidelines(&self, texts: bool, mut visit: impl FnMut(&ScoreId, &Content, &RelPath)) -> Result<(), StateError> {
        self.read(|db| each_guidelines(db, texts, &mut visit))
    }
}

impl Tx<'_> {
    /// The files of a score were found there, whatever was recorded. [`Self::own_places`] sees to others that were.
    ///
    /// # Errors
    /// The database cannot be written: the disk is full, it is damaged, or busy for too long.
    pub fn set_places(&self, score: &ScoreId, paths: &ScorePaths) -> Result<(), StateError> {
        self.run(|db| set(db, score, paths))
    }

    /// Just these scores have files at these places that are not synced, and belong elsewhere.
    ///
    /// # Errors
    /// The database cannot be written: the disk is full, it is damaged, or busy for too long.
    pub fn set_unsynced_places(&self, places: &BTreeMap<ScoreId, ScorePaths>) -> Result<(), StateError> {
        self.run(|db| set_unsynced(db, places))
    }

    /// Files of a score lie there, if it is not synced and no other one is recorded there.
    ///
    /// # Errors
    /// The database cannot be written: the disk is full, it is damaged, or busy for too long.
    pub fn leave_unsynced(&self, score: &ScoreId, paths: &ScorePaths) -> Result<(), StateError> {
        self.run(|db| leave_unsynced(db, score, paths))
    }

    /// Files came to the places of these scores, as their Synced entries say now: no other entry names these places any more.
    /// Another score that had its files there, which are gone, belongs where its name in the catalog last seen says; where that
    /// place is taken, or it has no name any more, it is forgotten.
    ///
    /// # Errors
    /// The database cannot be written: the disk is full, it is damaged, or busy for too long.
    pub fn own_places(&self, scores: &[&ScoreId]) -> Result<(), StateError> {
        self.run(|db| own_places(db, scores))
    }
}

/// See [`State::unsynced_places`].
pub(super) fn unsynced(db: &Connection) -> rusqlite::Result<BTreeMap<ScoreId, ScorePaths>> {
    let mut select = db.prepare_cached("SELECT score, code_path, guidelines_path FROM unsynced_place")?;
    select.query_map([], |row| Ok((id(row, 0)?, paths(row, 1)?)))?.collect()
}

/// Those of them that are not in the catalog last seen.
pub(super) fn unsynced_and_gone(db: &Connection) -> rusqlite::Result<BTreeSet<ScoreId>> {
    let mut select = db.prepare_cached("SELECT score FROM unsynced_place WHERE score NOT IN (SELECT id FROM score)")?;
    select.query_map([], |row| id(row, 0))?.collect()
}

fn set_unsynced(db: &Connection, places: &BTreeMap<ScoreId, ScorePaths>) -> rusqlite::Result<()> {
    let before = unsynced(db)?;
    for score in before.keys().filter(|score| !places.contains_key(*score)) {
        drop_unsynced(db, score)?;
    }
    // One may have been synced since it was looked at.
    let mut insert = db.prepare_cached(
        "INSERT OR REPLACE INTO unsynced_place SELECT ?1, ?2, ?3 WHERE NOT EXISTS (SELECT 1 FROM synced WHERE score = ?1)",
    )?;
    for (score, paths) in places.iter().filter(|(score, paths)| before.get(*score) != Some(paths)) {
        insert.execute((score.as_str(), paths.code.as_str(), paths.guidelines_text()))?;
    }
    Ok(())
}

fn leave_unsynced(db: &Connection, score: &ScoreId, paths: &ScorePaths) -> rusqlite::Result<()> {
    let mut insert = db.prepare_cached(
        "INSERT OR REPLACE INTO unsynced_place SELECT ?1, ?2, ?3 \
         WHERE NOT EXISTS (SELECT 1 FROM synced WHERE score = ?1 OR code_path = ?2) \
         AND NOT EXISTS (SELECT 1 FROM unsynced_place WHERE code_path = ?2 AND score <> ?1)",
    )?;
    insert.execute((score.as_str(), paths.code.as_str(), paths.guidelines_text())).map(|_| ())
}

fn drop_unsynced(db: &Connection, score: &ScoreId) -> rusqlite::Result<()> {
    db.prepare_cached("DELETE FROM unsynced_place WHERE score = ?1")?.execute([score.as_str()]).map(|_| ())
}

fn earlier(db: &Connection, score: &ScoreId) -> rusqlite::Result<Vec<(RunId, Option<ScorePaths>)>> {
    let mut select = db.prepare_cached(
        "SELECT code_path, guidelines_path, run, base IS NULL FROM synced_before \
         WHERE run IN (SELECT id FROM run) AND score = ?1 ORDER BY run",
    )?;
    let rows = select.query_map([score.as_str()], |row| {
        let is_unknown: bool = row.get(3)?;
        Ok((RunId(row.get(2)?), if is_unknown { None } else { Some(paths(row, 0)?) }))
    });
    rows?.collect()
}

fn once_at(db: &Connection, code: &RelPath) -> rusqlite::Result<Vec<(ScoreId, RunId)>> {
    let mut select = db.prepare_cached(
        "SELECT score, MAX(run) AS last FROM synced_before WHERE code_path = ?1 GROUP BY score ORDER BY last DESC",
    )?;
    select.query_map([code.as_str()], |row| Ok((id(row, 0)?, RunId(row.get(1)?))))?.collect()
}

fn docs_once_at(db: &Connection, score: &ScoreId, code: &RelPath) -> rusqlite::Result<Option<Snapshot>> {
    let mut select = db.prepare_cached(
        "SELECT code, code_text, guidelines, guidelines_text FROM synced_before \
         WHERE score = ?1 AND code_path = ?2 AND base IS NOT NULL ORDER BY run DESC LIMIT 1",
    )?;
    let docs = select.query_row((score.as_str(), code.as_str()), |row| snapshot(score, row, 0, Some(db))).optional()?;
    Ok(docs.flatten())
}

fn each_guidelines(db: &Connection, texts: bool, visit: &mut impl FnMut(&ScoreId, &Content, &RelPath)) -> rusqlite::Result<()> {
    let mut select = db.prepare_cached(
        "SELECT score, guidelines, guidelines_text, guidelines_path FROM synced WHERE guidelines IS NOT NULL AND guidelines_path <> ''",
    )?;
    let mut rows = select.query([])?;
    while let Some(row) = rows.next()? {
        if let Some(content) = content(DocKind::Guidelines, row, 1, texts.then_some(db))? {
            visit(&id(row, 0)?, &content, &path(row, 3)?);
        }
    }
    Ok(())
}

fn set(db: &Connection, score: &ScoreId, paths: &ScorePaths) -> rusqlite::Result<()> {
    let mut update = db.prepare_cached("UPDATE synced SET code_path = ?2, guidelines_path = ?3 WHERE score = ?1")?;
    update.execute((score.as_str(), paths.code.as_str(), paths.guidelines_text()))?;
    drop_unsynced(db, score)
}

/// No other score has its files where those of `owners` are. One that had, whose files were removed before another one came
/// to their place, belongs where its name says now. If yet another one still has its files there, it is forgotten: a pull
/// brings it back once that place is free. So is one that is gone from Plexus.
fn own_places(db: &Connection, owners: &[&ScoreId]) -> rusqlite::Result<()> {
    let mut unsynced = db.prepare_cached(
        "DELETE FROM unsynced_place WHERE code_path = (SELECT code_path FROM synced WHERE score = ?1) AND score <> ?1",
    )?;
    owners.iter().try_for_each(|owner| unsynced.execute([owner.as_str()]).map(|_| ()))?;
    let mut select = db.prepare_cached(
        "SELECT other.score, other.code_path FROM synced own JOIN synced other ON other.code_path = own.code_path \
         WHERE own.score = ?1 AND other.score <> own.score",
    )?;
    let mut shared: Vec<(ScoreId, RelPath)> = Vec::new();
    for owner in owners {
        let others = select.query_map([owner.as_str()], |row| Ok((id(row, 0)?, path(row, 1)?)))?;
        shared.extend(others.collect::<rusqlite::Result<Vec<_>>>()?);
    }
    shared.retain(|(score, _)| !owners.contains(&score));
    if shared.is_empty() {
        return Ok(());
    }
    let layout = Layout::of(&catalog::load(db)?);
    for (score, at) in &shared {
        // An owner may have come back to where it was before it was renamed, and the other one belongs by now.
        match layout.paths.get(score) {
            Some(paths) if paths.code != *at && !is_taken(db, score, paths)? => set(db, score, paths)?,
            _ => forget(db, score)?,
        }
    }
    Ok(())
}

/// Another score has its files there.
fn is_taken(db: &Connection, score: &ScoreId, paths: &ScorePaths) -> rusqlite::Result<bool> {
    let mut select = db.prepare_cached("SELECT EXISTS (SELECT 1 FROM synced WHERE code_path = ?1 AND score <> ?2)")?;
    select.query_row((paths.code.as_str(), score.as_str()), |row| row.get(0))
}
