//! How Synced stands now to what a run made of its scores.

use super::base_history::{ALL, PENDING};
use super::error::StateError;
use super::row::id;
use super::store::State;
use super::types::{BaseStand, RunId};
use crate::model::ScoreId;
use rusqlite::Connection;
use std::collections::BTreeMap;

impl State {
    /// What Synced says now of the scores whose bases a run changed or is to change, against what the run made of them.
    ///
    /// # Errors
    /// The database cannot be read: it is damaged, or busy for too long.
    pub fn base_stands(&self, run: RunId) -> Result<BTreeMap<ScoreId, BaseStand>, StateError> {
        self.read(|db| stands(db, ALL, run))
    }

    /// The same of those scores whose bases are still to come.
    ///
    /// # Errors
    /// The database cannot be read: it is damaged, or busy for too long.
    pub fn pending_base_stands(&self, run: RunId) -> Result<BTreeMap<ScoreId, BaseStand>, StateError> {
        self.read(|db| stands(db, PENDING, run))
    }
}

/// Where a run that is over took the files is what the next run of their score found; nobody wrote it down otherwise.
fn stands(db: &Connection, tables: &str, run: RunId) -> rusqlite::Result<BTreeMap<ScoreId, BaseStand>> {
    // Without a base, a place is that of files that are not synced.
    let is_at = |table: &str| {
        let is_same = |column: &str| format!("now.{column} IS iif({table}.base IS NULL, NULL, {table}.{column})");
        ["code_path", "guidelines_path"].map(is_same).join(" AND ")
    };
    let [was_before, is_next, is_later] = ["before", "next", "later"].map(is_at);
    let is_there = format!("CASE WHEN next.run IS NOT NULL THEN {is_next} WHEN later.run IS NOT NULL THEN {is_later} ELSE 1 END");
    let mut select = db.prepare_cached(&format!(
        "WITH later AS (SELECT score, MIN(run) AS run, base, code_path, guidelines_path FROM synced_before WHERE run > ?1 GROUP BY score) \
         SELECT before.score, now.base IS before.base, now.base IS before.after, {was_before}, {is_there} FROM {tables} \
         LEFT JOIN later ON later.score = before.score LEFT JOIN synced AS now ON now.score = before.score WHERE before.run = ?1"
    ))?;
    let stands = select.query_map([run.0], |row| {
        let (has_base_before, has_base_after) = (row.get(1)?, row.get(2)?);
        let (was_there_before, is_there) = (row.get(3)?, row.get(4)?);
        let stand = if has_base_after && is_there {
            BaseStand::Reached
        } else if (has_base_before || has_base_after) && (was_there_before || is_there) {
            BaseStand::NotReached
        } else {
            BaseStand::GoneOn
        };
        Ok((id(row, 0)?, stand))
    })?;
    stands.collect()
}
