//! Carrying out a pull: champions and merges into files.
//!
//! Scores go in batches. Each is one part of a run of [`replace`], whose crash protocol it follows: bytes, bases and moves are
//! an intent before the first file is touched, and Synced says what really happened. An error is reported after that.

use crate::engine::error::{Failure, Halt};
use crate::engine::execute::commit::notes_of_changes;
use crate::engine::execute::replace::{FileChange, Replacement, bytes_now, prune_history, replace};
use crate::engine::file_report::{RestoreOutcome, RestoredFile};
use crate::engine::locked::Locked;
use crate::engine::observe::types::Observation;
use crate::engine::planned::action;
use crate::engine::report::{Action, Outcome, Report};
use crate::engine::session::Session;
use crate::model::{Digest, Expect, RelPath, ScoreId, Stage, SyncedScore};
use crate::plan::{Conflict, ConflictKind, FileWrite, Operation, Plan, ScorePlan, Step, fold};
use crate::state::{NextBase, RunId, RunKind, StateError, StoredConflict, Tx};
use crate::workspace::FileError;
use std::collections::BTreeMap;
use std::path::Path;

/// Scores whose files are written and recorded together.
const BATCH: usize = 256;

type Outcomes = BTreeMap<ScoreId, Outcome>;

/// A planned operation on its way.
struct WriteJob<'a> {
    score: &'a ScoreId,
    plan: &'a ScorePlan,
    operation: &'a Operation,
    /// What Synced becomes.
    after: Option<SyncedScore>,
    files: Vec<FileChange>,
}

impl WriteJob<'_> {
    /// What it is called once it happened.
    fn action(&self) -> Action {
        action(self.operation, !self.plan.moves.is_empty())
    }
}

/// Carries out what a pull planned and `report` tells; scores that were not reached have no outcome. The caller holds the
/// workspace lock, so that temporary files which lie around are nobody's.
pub(in crate::engine) async fn execute_pull(
    session: &mut Locked<'_>,
    observation: &Observation,
    plan: &Plan,
    report: &Report,
    kind: &RunKind,
) -> Result<Outcomes, Halt> {
    let mut outcomes = Outcomes::new();
    session.workspace.remove_leftovers(&observation.leftovers);
    park(session, plan)?;
    let mut operations: Vec<(&ScoreId, &Operation)> = plan.operations().collect();
    // A batch should touch few folders, because each of them has to be made durable.
    operations.sort_by(|a, b| observation.trees[a.0].paths.code.cmp(&observation.trees[b.0].paths.code));
    let mut run = None;
    for (done, batch) in operations.chunks(BATCH).enumerate() {
        if session.is_cancelled() {
            break;
        }
        session.progress.step(Stage::Working, done * BATCH, operations.len());
        // Files are written without waiting for anything: whoever wants to stop the run gets a turn here.
        tokio::task::yield_now().await;
        let mut jobs = Vec::with_capacity(batch.len());
        for (score, operation) in batch {
            match job(session, score, &plan.scores[*score], operation, observation.trees[*score].synced.as_ref()) {
                Ok(job) => jobs.push(job),
                Err(error) => drop(outcomes.insert((*score).clone(), Outcome::Failed(error.into()))),
            }
        }
        execute_batch(session, &jobs, report, kind, &mut run, &mut outcomes)?;
    }
    if run.is_some() {
        prune_history(session)?;
    }
    Ok(outcomes)
}

/// A file that is not what was planned on any more is an error.
fn job<'a>(
    session: &Session,
    score: &'a ScoreId,
    plan: &'a ScorePlan,
    operation: &'a Operation,
    synced: Option<&SyncedScore>,
) -> Result<WriteJob<'a>, FileError> {
    let mut files: Vec<FileChange> = Vec::new();
    for step in &plan.moves {
        let bytes = expected(session, &step.from, step.expect)?;
        files.push(FileChange { path: step.to.clone(), before: None, after: bytes.clone() });
        files.push(FileChange { path: step.from.clone(), before: bytes, after: None });
    }
    let arrived = |path: &RelPath| files.iter().find(|file| file.path == *path).map(|file| file.after.clone());
    let change = |path: &RelPath, expect, after| -> Result<FileChange, FileError> {
        let before = arrived(path).map_or_else(|| expected(session, path, expect), Ok)?;
        Ok(FileChange { path: path.clone(), before, after })
    };
    let changes: Vec<FileChange> = match operation {
        Operation::Write { files, .. } => {
            let write = |file: &FileWrite| change(&file.path, file.expect, Some(file.text.as_bytes().to_vec()));
            files.iter().map(write).collect::<Result<_, _>>()?
        }
        Operation::Remove(removals) => {
            removals.iter().map(|removal| change(&removal.path, removal.expect, None)).collect::<Result<_, _>>()?
        }
        Operation::Record(_) | Operation::Create { .. } | Operation::Reuse { .. } => Vec::new(),
    };
    files.extend(changes);
    Ok(WriteJob { score, plan, operation, after: fold(synced, operation), files })
}

/// The bytes that are expected to be there.
fn expected(session: &Session, path: &RelPath, expect: Expect) -> Result<Option<Vec<u8>>, FileError> {
    let now = bytes_now(session, path)?;
    let is_expected = match expect {
        Expect::Absent => now.is_none(),
        Expect::Bytes(digest) => now.as_ref().map(Digest::of) == Some(digest),
    };
    if is_expected { Ok(now) } else { Err(FileError::Changed(path.under(session.workspace.root()))) }
}

fn execute_batch(
    session: &mut Locked<'_>,
    jobs: &[WriteJob<'_>],
    report: &Report,
    kind: &RunKind,
    run: &mut Option<RunId>,
    outcomes: &mut Outcomes,
) -> Result<(), Halt> {
    // A resolution that leaves the files alone is a person's decision too; what a pull merely records is not.
    let (kept, records): (Vec<_>, Vec<_>) = jobs.iter().partition(|job| !job.files.is_empty() || *kind == RunKind::Resolve);
    let mut done = BTreeMap::new();
    if !kept.is_empty() {
        let (begun, files) = replace_files(session, &kept, report, kind, *run)?;
        *run = Some(begun);
        done = files.into_iter().map(|RestoredFile { path, outcome }| (path, outcome)).collect();
    }
    session.state.transaction(|tx| records.iter().try_for_each(|job| record(tx, job)))?;
    let root = session.workspace.root();
    let failure = |job: &WriteJob<'_>| job.files.iter().find_map(|file| failure(root, &file.path, done.get(&file.path)?));
    outcomes.extend(jobs.iter().map(|job| {
        let outcome = match failure(job) {
            Some(error) => Outcome::Failed(Failure::File(error)),
            None => Outcome::Done(job.action()),
        };
        (job.score.clone(), outcome)
    }));
    Ok(())
}

fn replace_files(
    session: &mut Locked<'_>,
    jobs: &[&WriteJob<'_>],
    report: &Report,
    kind: &RunKind,
    run: Option<RunId>,
) -> Result<(RunId, Vec<RestoredFile>), StateError> {
    let bases = jobs.iter().map(|job| (job.score, NextBase::Entry(job.after.as_ref()))).collect();
    let changes = jobs.iter().map(|job| (job.score, job.action(), &job.files[..]));
    let intents = notes_of_changes(session, report, changes)?;
    let files = jobs.iter().flat_map(|job| &job.files).collect();
    replace(session, run, &Replacement { kind, undoes: None, files, bases, intents })
}

fn failure(root: &Path, path: &RelPath, outcome: &RestoreOutcome) -> Option<FileError> {
    match outcome {
        RestoreOutcome::Failed(error) => Some(error.clone()),
        outcome if outcome.is_done() => None,
        _ => Some(FileError::Changed(path.under(root))),
    }
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

/// Folds an operation that touches no file into the state.
fn record(tx: &Tx<'_>, job: &WriteJob<'_>) -> Result<(), StateError> {
    match &job.after {
        Some(synced) => {
            tx.set_base(job.score, synced)?;
            tx.clear_conflict(job.score)
        }
        None => tx.forget(job.score),
    }
}
