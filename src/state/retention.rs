//! What the history loses: the oldest runs and texts of bases beyond its limits, and a run that came to nothing.

use super::blobs::collect;
use super::error::StateError;
use super::store::Tx;
use super::types::{Retention, RunId};
use crate::model::Digest;
use rusqlite::{Connection, Result};

/// Up to so many bytes are looked at with every run.
const FEW_BLOBS: i64 = 4_096;
/// Of more, with one run in so many.
const SELDOM: u8 = 32;
/// So many earlier texts of bases are known again, the newest ones.
const MOST_SAID_BEFORE: i64 = 100_000;

impl Tx<'_> {
    /// Drops runs beyond `keep`, then every text and byte that no entry, no conflict and no run of the history refers to.
    ///
    /// # Errors
    /// The database cannot be written: the disk is full, it is damaged, or busy for too long.
    pub fn prune_history(&self, keep: Retention) -> std::result::Result<(), StateError> {
        self.run(|db| prune(db, keep))
    }

    /// Drops a run that left all files and bases as they were: bytes that were kept for it are still where they were.
    ///
    /// # Errors
    /// The database cannot be written: the disk is full, it is damaged, or busy for too long.
    pub fn drop_run(&self, run: RunId) -> std::result::Result<(), StateError> {
        self.run(|db| drop_run(db, run))
    }
}

fn drop_run(db: &Connection, run: RunId) -> Result<()> {
    for (table, column) in [("synced_after", "run"), ("synced_before", "run"), ("replaced", "run"), ("run", "id")] {
        db.prepare_cached(&format!("DELETE FROM {table} WHERE {column} = ?1"))?.execute([run.0])?;
    }
    Ok(())
}

/// Drops finished runs beyond `keep`, oldest first, then bytes that nothing refers to.
fn prune(db: &Connection, keep: Retention) -> Result<()> {
    if let Some(last) = last_beyond(db, keep)? {
        let unfinished = "SELECT run FROM replaced WHERE pending = 1 UNION SELECT run FROM synced_after";
        for (table, run) in [("synced_before", "run"), ("run", "id"), ("replaced", "run")] {
            db.execute(&format!("DELETE FROM {table} WHERE {run} <= ?1 AND {run} NOT IN ({unfinished})"), [last])?;
        }
    }
    let oldest = "DELETE FROM said_before WHERE rowid <= (SELECT max(rowid) FROM said_before) - ?1";
    db.prepare_cached(oldest)?.execute([MOST_SAID_BEFORE])?;
    if is_due(db)? { collect(db) } else { Ok(()) }
}

/// To look for bytes that nothing refers to takes as long as there are many of any: of many, they are looked for now and then. Not
/// all that adds some is in the history: a push of scores is not.
fn is_due(db: &Connection) -> Result<bool> {
    let blobs: i64 = db.prepare_cached("SELECT ifnull(max(rowid), 0) FROM blob")?.query_row([], |row| row.get(0))?;
    let run: i64 = db.prepare_cached("SELECT ifnull(max(id), 0) FROM run")?.query_row([], |row| row.get(0))?;
    // Scattered, so that runs are met whatever each of them adds.
    let [scattered, ..] = *Digest::of((run + blobs).to_le_bytes()).as_bytes();
    Ok(blobs < FEW_BLOBS || scattered % SELDOM == 0)
}

/// The newest run that is beyond `keep`. The newest of all never is.
fn last_beyond(db: &Connection, keep: Retention) -> Result<Option<i64>> {
    let mut select = db.prepare_cached(
        "SELECT run.id, ifnull(sum(length(blob.bytes)), 0) FROM run \
         LEFT JOIN replaced ON replaced.run = run.id AND replaced.before IS NOT NULL LEFT JOIN blob ON blob.digest = replaced.before \
         GROUP BY run.id ORDER BY run.id DESC",
    )?;
    let mut rows = select.query([])?;
    let (mut seen, mut bytes) = (0, 0_u64);
    while let Some(row) = rows.next()? {
        bytes = bytes.saturating_add(row.get::<_, i64>(1)?.cast_unsigned());
        if seen > 0 && (seen >= keep.runs || bytes > keep.bytes) {
            return row.get(0).map(Some);
        }
        seen += 1;
    }
    Ok(None)
}
