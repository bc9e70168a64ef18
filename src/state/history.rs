//! Runs, the bytes they replaced, and what they left to be finished.

use super::base_history;
use super::blobs::store;
use super::row::{digest_or_null, id, invalid, path, time};
use super::run_kind::RunKind;
use super::types::{Backup, Intent, Replaced, Run, RunId, UnfinishedRun};
use crate::model::{Digest, RelPath, ScoreId};
use jiff::Timestamp;
use rusqlite::{Connection, OptionalExtension, Result, Row};
use serde_json::Value;

/// Begins a run.
pub(super) fn begin(db: &Connection, kind: &RunKind, undoes: Option<RunId>, at: Timestamp) -> Result<RunId> {
    let (undoes, untold) = (undoes.map(|run| run.0), matches!(kind, RunKind::Undo | RunKind::Restore));
    let sql = "INSERT INTO run (started_at, command, undoes, untold) VALUES (?1, ?2, ?3, ?4)";
    db.prepare_cached(sql)?.execute((at.as_microsecond(), kind.as_str(), undoes, untold))?;
    Ok(RunId(db.last_insert_rowid()))
}

/// Stores what a run is about to replace, and with what; its number.
pub(super) fn plan_file(
    db: &Connection,
    run: RunId,
    path: &RelPath,
    before: Option<&[u8]>,
    after: Option<&[u8]>,
    at: Timestamp,
) -> Result<i64> {
    let [before, after] = [before, after].map(|bytes| bytes.map(|bytes| store(db, bytes)).transpose());
    let bytes = |digest: Option<Digest>| digest.map(|digest| *digest.as_bytes());
    let mut insert =
        db.prepare_cached("INSERT INTO replaced (run, path, before, after, at, pending) VALUES (?1, ?2, ?3, ?4, ?5, 1)")?;
    insert.insert((run.0, path.as_str(), bytes(before?), bytes(after?), at.as_microsecond()))
}

/// It is recorded what became of a file.
pub(super) fn settle_file(db: &Connection, number: i64) -> Result<()> {
    db.prepare_cached("UPDATE replaced SET pending = 0 WHERE id = ?1")?.execute([number])?;
    Ok(())
}

/// The newest run, and the one that it takes back, if nobody was told how it ended.
pub(super) fn untold(db: &Connection) -> Result<Option<(Run, Option<Run>)>> {
    let sql = "SELECT id, started_at, command, undoes FROM run WHERE id = (SELECT max(id) FROM run) AND untold = 1";
    let found = db.prepare_cached(sql)?.query_row([], |row| Ok((run(row)?, row.get::<_, Option<i64>>(3)?))).optional()?;
    let Some((run, undoes)) = found else { return Ok(None) };
    Ok(Some((run, undoes.map(|undone| one(db, RunId(undone))).transpose()?.flatten())))
}

/// A person was told how all runs ended.
pub(super) fn tell(db: &Connection) -> Result<()> {
    db.prepare_cached("UPDATE run SET untold = 0 WHERE untold = 1")?.execute([]).map(|_| ())
}

/// Whether a run is unfinished.
pub(super) fn is_unfinished(db: &Connection) -> Result<bool> {
    let sql = "SELECT EXISTS (SELECT 1 FROM replaced WHERE pending = 1) OR EXISTS (SELECT 1 FROM synced_after)";
    db.prepare_cached(sql)?.query_row([], |row| row.get(0))
}

/// Runs that are unfinished, oldest first.
pub(super) fn unfinished(db: &Connection) -> Result<Vec<UnfinishedRun>> {
    let mut select = db.prepare_cached(
        "SELECT id, started_at, command, undoes FROM run \
         WHERE id IN (SELECT run FROM replaced WHERE pending = 1 UNION SELECT run FROM synced_after) ORDER BY id",
    )?;
    let found = select.query_map([], |row| Ok((run(row)?, row.get::<_, Option<i64>>(3)?)))?.collect::<Result<Vec<_>>>()?;
    let one = |(run, undoes): (Run, Option<i64>)| {
        let undoes = undoes.map(|undone| self::one(db, RunId(undone))).transpose()?.flatten();
        let (files, bases) = (replaced_where(db, run.id, "AND pending = 1")?, base_history::pending(db, run.id)?);
        Ok(UnfinishedRun { run, undoes, files, bases })
    };
    found.into_iter().map(one).collect()
}

/// One run.
fn one(db: &Connection, id: RunId) -> Result<Option<Run>> {
    db.prepare_cached("SELECT id, started_at, command FROM run WHERE id = ?1")?.query_row([id.0], run).optional()
}

/// All runs, newest first.
pub(super) fn runs(db: &Connection) -> Result<Vec<Run>> {
    let mut select = db.prepare_cached("SELECT id, started_at, command FROM run ORDER BY id DESC")?;
    select.query_map([], run)?.collect()
}

fn run(row: &Row<'_>) -> Result<Run> {
    Ok(Run { id: RunId(row.get(0)?), started_at: time(row, 1)?, kind: run_kind(row, 2)? })
}

fn run_kind(row: &Row<'_>, column: usize) -> Result<RunKind> {
    row.get_ref(column)?.as_str().map(RunKind::parse).map_err(|error| invalid(column, error))
}

/// What a run replaced, in order.
pub(super) fn replaced(db: &Connection, run: RunId) -> Result<Vec<Replaced>> {
    replaced_where(db, run, "")
}

fn replaced_where(db: &Connection, run: RunId, and: &str) -> Result<Vec<Replaced>> {
    let sql = format!("SELECT id, path, before, after, at FROM replaced WHERE run = ?1 {and} ORDER BY id");
    let mut select = db.prepare_cached(&sql)?;
    let replaced = select.query_map([run.0], |row| {
        Ok(Replaced {
            id: row.get(0)?,
            run,
            path: path(row, 1)?,
            before: digest_or_null(row, 2)?,
            after: digest_or_null(row, 3)?,
            at: time(row, 4)?,
        })
    });
    replaced?.collect()
}

/// Everything that was replaced, newest first, with the sizes of the backups.
pub(super) fn backups(db: &Connection) -> Result<Vec<Backup>> {
    let mut select = db.prepare_cached(
        "SELECT replaced.id, run, path, before, after, at, started_at, command, length(bytes) FROM replaced \
         JOIN run ON run.id = replaced.run LEFT JOIN blob ON blob.digest = replaced.before ORDER BY replaced.id DESC",
    )?;
    let backups = select.query_map([], |row| {
        let run = RunId(row.get(1)?);
        let (path, before, after) = (path(row, 2)?, digest_or_null(row, 3)?, digest_or_null(row, 4)?);
        Ok(Backup {
            run: Run { id: run, started_at: time(row, 6)?, kind: run_kind(row, 7)? },
            replaced: Replaced { id: row.get(0)?, run, path, before, after, at: time(row, 5)? },
            bytes: row.get::<_, Option<i64>>(8)?.map(i64::cast_unsigned),
        })
    });
    backups?.collect()
}

/// Writes down what must be finished.
pub(super) fn add_intent(db: &Connection, score: &ScoreId, kind: &str, payload: &Value) -> Result<i64> {
    let mut insert = db.prepare_cached("INSERT INTO intent (score, kind, payload) VALUES (?1, ?2, ?3)")?;
    insert.insert((score.as_str(), kind, payload.to_string()))
}

/// It is finished.
pub(super) fn remove_intent(db: &Connection, id: i64) -> Result<()> {
    db.prepare_cached("DELETE FROM intent WHERE id = ?1")?.execute([id])?;
    Ok(())
}

/// What must be finished, oldest first.
pub(super) fn intents(db: &Connection) -> Result<Vec<Intent>> {
    let mut select = db.prepare_cached("SELECT id, score, kind, payload FROM intent ORDER BY id")?;
    let intents = select.query_map([], |row| {
        let payload: String = row.get(3)?;
        let payload = serde_json::from_str(&payload).map_err(|error| invalid(3, error))?;
        Ok(Intent { id: row.get(0)?, score: id(row, 1)?, kind: row.get(2)?, payload })
    });
    intents?.collect()
}
