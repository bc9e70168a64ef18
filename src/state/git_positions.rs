//! Where git was when the base of a score was recorded.

use super::error::StateError;
use super::row::time;
use super::store::{State, Tx};
use super::synced;
use super::types::GitPosition;
use crate::model::{ScoreId, SyncedScore};
use rusqlite::{Connection, OptionalExtension, Result};
use std::collections::BTreeMap;

impl State {
    /// Where git is now: bases that are recorded from here on bear it. None where that is not known.
    pub fn set_git_position(&mut self, position: Option<GitPosition>) {
        self.git_position = position;
    }

    /// Nothing is known of where git is until [`State::set_git_position`] says it again: what is recorded meanwhile was so before. Where
    /// it was said to be.
    pub fn take_git_position(&mut self) -> Option<GitPosition> {
        self.git_position.take()
    }

    /// Where git was when the bases of scores were recorded; those are left out of which that is not known.
    ///
    /// # Errors
    /// The database cannot be read: it is damaged, or busy for too long.
    pub fn git_positions<'s>(
        &self,
        scores: impl Iterator<Item = &'s ScoreId>,
    ) -> std::result::Result<BTreeMap<ScoreId, GitPosition>, StateError> {
        self.read(|db| some(db, scores))
    }
}

impl Tx<'_> {
    /// [`Tx::set_base`] where the base stays: git may have brought files since it was recorded.
    ///
    /// # Errors
    /// The database cannot be written: the disk is full, it is damaged, or busy for too long.
    pub fn update_base(&self, score: &ScoreId, synced: &SyncedScore) -> std::result::Result<(), StateError> {
        self.run(|db| synced::set(db, score, synced))
    }

    /// The base of this score is recorded, or confirmed, now.
    ///
    /// # Errors
    /// The database cannot be written: the disk is full, it is damaged, or busy for too long.
    pub fn position_base(&self, score: &ScoreId) -> std::result::Result<(), StateError> {
        self.run(|db| set(db, score, self.git_position))
    }
}

/// The positions of scores; those are left out of which none is known.
fn some<'s>(db: &Connection, scores: impl Iterator<Item = &'s ScoreId>) -> Result<BTreeMap<ScoreId, GitPosition>> {
    let known = |score: &ScoreId| Some(one(db, score).transpose()?.map(|position| (score.clone(), position)));
    scores.filter_map(known).collect()
}

fn one(db: &Connection, score: &ScoreId) -> Result<Option<GitPosition>> {
    let mut select = db.prepare_cached("SELECT head, moves, at FROM git_position WHERE score = ?1")?;
    let position = |row: &rusqlite::Row<'_>| {
        let moves = u64::try_from(row.get::<_, i64>(1)?).unwrap_or(u64::MAX);
        Ok(GitPosition { head: row.get(0)?, moves, at: time(row, 2)? })
    };
    select.query_row([score.as_str()], position).optional()
}

/// Where git was when this base was recorded.
fn set(db: &Connection, score: &ScoreId, position: Option<&GitPosition>) -> Result<()> {
    let Some(GitPosition { head, moves, at }) = position else {
        db.prepare_cached("DELETE FROM git_position WHERE score = ?1")?.execute([score.as_str()])?;
        return Ok(());
    };
    let moves = i64::try_from(*moves).unwrap_or(i64::MAX);
    let mut insert = db.prepare_cached("INSERT OR REPLACE INTO git_position (score, head, moves, at) VALUES (?1, ?2, ?3, ?4)")?;
    insert.execute((score.as_str(), head, moves, at.as_microsecond()))?;
    Ok(())
}
