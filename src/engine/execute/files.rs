//! Carrying out a pull: champions and merges into files.
//!
//! Crash protocol, per batch of scores: (1) the bytes about to be replaced are kept in the state, durably, and with them what
//! Synced says of their scores, so that an undo takes back both; (2) the files are
//! written, each atomically and only if it still is what was planned on; (3) Synced is folded from the writes that really
//! happened. A crash after (1) leaves unused kept bytes. A crash after (2) leaves files that already say what the champion
//! says, so the next plan only records it. An error is reported after (3).

use crate::engine::error::{Failure, Halt};
use crate::engine::locked::Locked;
use crate::engine::observe::types::Observation;
use crate::engine::planned::action;
use crate::engine::report::Outcome;
use crate::engine::session::Session;
use crate::model::{Digest, Expect, RelPath, ScoreId, Stage, SyncedScore};
use crate::plan::{Conflict, ConflictKind, FileMove, FileWrite, Operation, Plan, ScorePlan, Step, fold};
use crate::state::{Retention, RunId, RunKind, StateError, StoredConflict, Tx};
use crate::workspace::{FileError, WriteRequest};
use std::collections::BTreeMap;
use tracing::debug;

/// Scores whose files are written and recorded together.
const BATCH: usize = 256;

/// Replaced bytes that are kept at most, beside the limit on runs.
const KEEP_BYTES: u64 = 256 << 20;

type Outcomes = BTreeMap<ScoreId, Outcome>;

/// A file that is about to be replaced: its bytes now, and the digest of those to come (none for a removal).
struct Replacement<'a> {
    path: &'a RelPath,
    before: Option<Vec<u8>>,
    after: Option<Digest>,
}

/// A planned operation on its way.
struct WriteJob<'a> {
    score: &'a ScoreId,
    plan: &'a ScorePlan,
    operation: &'a Operation,
    synced: Option<&'a SyncedScore>,
}

/// Carries out what a pull planned; scores that were not reached have no outcome. The caller holds the workspace lock,
/// so that temporary files which lie around are nobody's.
pub(in crate::engine) async fn execute_pull(
    session: &mut Locked<'_>,
    observation: &Observation,
    plan: &Plan,
    kind: &RunKind,
) -> Result<Outcomes, Halt> {
    let mut outcomes = Outcomes::new();
    session.workspace.remove_leftovers(&observation.leftovers);
    park(session, plan)?;
    let mut jobs: Vec<WriteJob<'_>> = plan
        .operations()
        .map(|(score, operation)| {
            let synced = observation.trees[score].synced.as_ref();
            WriteJob { score, plan: &plan.scores[score], operation, synced }
        })
        .collect();
    // A batch should touch few folders, because each of them has to be made durable.
    jobs.sort_by(|a, b| observation.trees[a.score].paths.code.cmp(&observation.trees[b.score].paths.code));
    let mut run = None;
    for (done, batch) in jobs.chunks(BATCH).enumerate() {
        if session.is_cancelled() {
            break;
        }
        session.progress.step(Stage::Working, done * BATCH, jobs.len());
        // Files are written without waiting for anything: whoever wants to stop the run gets a turn here.
        tokio::task::yield_now().await;
        execute_batch(session, batch, kind, &mut run, &mut outcomes)?;
    }
    if run.is_some() {
        prune_history(session)?;
    }
    Ok(outcomes)
}

/// Keeps the history within what the settings allow.
pub(in crate::engine) fn prune_history(session: &mut Locked<'_>) -> Result<(), StateError> {
    let keep = Retention { runs: session.config.keep_runs, bytes: KEEP_BYTES };
    session.state.transaction(|tx| tx.prune_history(keep))
}

fn execute_batch(
    session: &mut Locked<'_>,
    batch: &[WriteJob<'_>],
    kind: &RunKind,
    run: &mut Option<RunId>,
    outcomes: &mut Outcomes,
) -> Result<(), Halt> {
    let mut jobs: Vec<&WriteJob<'_>> = Vec::with_capacity(batch.len());
    for job in batch {
        match move_files(session, &job.plan.moves) {
            Ok(()) => jobs.push(job),
            Err(error) => {
                outcomes.insert(job.score.clone(), Outcome::Failed(error.into()));
            }
        }
    }
    keep_replaced(session, &jobs, kind, run)?;
    let requests: Vec<WriteRequest<'_>> = jobs.iter().flat_map(|job| writes(job)).map(request).collect();
    let mut written = session.workspace.write_all(&requests).into_iter();
    debug!(files = requests.len(), "written");
    let mut fresh = Vec::new();
    let mut happened = Vec::new();
    for job in jobs {
        let mut failure = None;
        for write in writes(job) {
            match written.next().expect("one result per request") {
                Ok(cached) => fresh.extend(cached.map(|cached| (write.path.clone(), cached))),
                Err(error) => failure = Some(error),
            }
        }
        if let Operation::Remove(removals) = job.operation {
            failure = removals.iter().find_map(|removal| session.workspace.remove(&removal.path, removal.expect).err());
        }
        match failure {
            Some(error) => {
                outcomes.insert(job.score.clone(), Outcome::Failed(Failure::File(error)));
            }
            None => happened.push(job),
        }
    }
    session.state.transaction(|tx| {
        tx.set_files(&fresh)?;
        happened.iter().try_for_each(|job| record(tx, job))
    })?;
    outcomes
        .extend(happened.iter().map(|job| (job.score.clone(), Outcome::Done(action(job.operation, !job.plan.moves.is_empty())))));
    Ok(())
}

fn move_files(session: &Session, moves: &[FileMove]) -> Result<(), FileError> {
    moves.iter().try_for_each(|step| session.workspace.rename(&step.from, &step.to, step.expect))
}

/// Bytes that cannot be read now are not what was planned on; the write's own check will refuse them.
fn keep_replaced(
    session: &mut Locked<'_>,
    jobs: &[&WriteJob<'_>],
    kind: &RunKind,
    run: &mut Option<RunId>,
) -> Result<(), StateError> {
    let kept: Vec<Replacement<'_>> = jobs.iter().flat_map(|job| replacements(session, job)).collect();
    // A resolution that leaves the files alone is a person's decision too; what a pull merely records is not.
    let is_file = |job: &WriteJob<'_>| matches!(job.operation, Operation::Write { .. } | Operation::Remove(_));
    let rebased: Vec<&&WriteJob<'_>> = jobs.iter().filter(|job| is_file(job) || *kind == RunKind::Resolve).collect();
    if rebased.is_empty() {
        return Ok(());
    }
    let at = (session.config.now)();
    *run = Some(session.state.transaction(|tx| {
        let run = run.map_or_else(|| tx.begin_run(kind, at), Ok)?;
        kept.iter().try_for_each(|file| tx.back_up(run, file.path, file.before.as_deref(), file.after, at))?;
        rebased.iter().try_for_each(|job| {
            let after = fold(job.synced, job.operation);
            tx.back_up_base(run, job.score, after.as_ref().map(|synced| &synced.base))
        })?;
        Ok(run)
    })?);
    Ok(())
}

fn replacements<'a>(session: &Session, job: &WriteJob<'a>) -> Vec<Replacement<'a>> {
    let replacement = |path, expect, after| Replacement { path, before: bytes_before(session, path, expect), after };
    match job.operation {
        Operation::Write { files, .. } => {
            files.iter().map(|file| replacement(&file.path, file.expect, Some(Digest::of(file.text.as_bytes())))).collect()
        }
        Operation::Remove(removals) => removals.iter().map(|removal| replacement(&removal.path, removal.expect, None)).collect(),
        Operation::Record(_) | Operation::Create { .. } | Operation::Reuse { .. } => Vec::new(),
    }
}

fn bytes_before(session: &Session, path: &RelPath, expect: Expect) -> Option<Vec<u8>> {
    if expect == Expect::Absent { None } else { session.workspace.read(path).ok() }
}

/// Keeps the other side of every conflict, so that it can be resolved without the dashboard.
fn park(session: &mut Locked<'_>, plan: &Plan) -> Result<(), StateError> {
    let conflicts: Vec<(&ScoreId, &Conflict)> = plan
        .scores
        .iter()
        .filter_map(|(id, plan)| if let Step::Conflict(conflict) = &plan.step { Some((id, conflict)) } else { None })
        .collect();
    if conflicts.is_empty() {
        return Ok(());
    }
    let at = (session.config.now)();
    session.state.transaction(|tx| {
        conflicts.iter().try_for_each(|(id, conflict)| {
            let stored = StoredConflict {
                kind: kind_word(conflict.kind).to_owned(),
                docs: conflict.docs.clone(),
                base: conflict.base.clone(),
                theirs: conflict.theirs.clone(),
                at,
            };
            tx.set_conflict(id, &stored)
        })
    })
}

fn kind_word(kind: ConflictKind) -> &'static str {
    match kind {
        ConflictKind::Lines => "lines",
        ConflictKind::Parts => "parts",
        ConflictKind::Yaml { .. } => "yaml",
        ConflictKind::UnknownBase => "unknown-base",
    }
}

fn writes<'a>(job: &WriteJob<'a>) -> &'a [FileWrite] {
    if let Operation::Write { files, .. } = job.operation { files } else { &[] }
}

fn request(write: &FileWrite) -> WriteRequest<'_> {
    WriteRequest { path: &write.path, bytes: write.text.as_bytes(), expect: write.expect }
}

/// Folds an operation that happened into the state.
fn record(tx: &Tx<'_>, job: &WriteJob<'_>) -> Result<(), StateError> {
    match fold(job.synced, job.operation) {
        Some(synced) => {
            tx.set_base(job.score, &synced)?;
            tx.clear_conflict(job.score)
        }
        None => tx.forget(job.score),
    }
}
