//! Carrying out a pull: champions and merges into files.
//!
//! Crash protocol, per batch of scores: (1) the bytes about to be replaced are kept in the state, durably, and with them what
//! Synced says of their scores, so that an undo takes back both; (2) the files are
//! written, each atomically and only if it still is what was planned on; (3) Synced is folded from the writes that really
//! happened. A crash after (1) leaves unused kept bytes. A crash after (2) leaves files that already say what the champion
//! says, so the next plan only records it. An error is reported after (3).

use super::observe::Observation;
use super::report::{Action, Failure, Halt, Outcome};
use super::session::Session;
use crate::model::{Changes, Digest, DocKind, Expect, ProgressStage, RelPath, ScoreId, SyncedScore};
use crate::plan::{Conflict, ConflictKind, FileMove, FileWrite, Operation, Plan, ScorePlan, Step, fold};
use crate::state::{Retention, RunId, StateError, StoredConflict, Tx};
use crate::workspace::{FileError, WriteRequest};
use std::collections::BTreeMap;

/// Scores whose files are written and recorded together.
const BATCH: usize = 256;
/// Replaced bytes that are kept at most, beside the limit on runs.
const KEEP_BYTES: u64 = 256 << 20;
/// The command that ends conflicts, as the history names it.
pub(super) const RESOLVE: &str = "resolve";

type Outcomes = BTreeMap<ScoreId, Outcome>;

/// A file that is about to be replaced: its bytes now, and the digest of those to come (none for a removal).
struct Replacement<'a> {
    path: &'a RelPath,
    before: Option<Vec<u8>>,
    after: Option<Digest>,
}

/// A planned operation on its way.
struct Job<'a> {
    score: &'a ScoreId,
    plan: &'a ScorePlan,
    operation: &'a Operation,
    synced: Option<&'a SyncedScore>,
}

impl Session {
    /// Carries out what a pull planned; scores that were not reached have no outcome. The caller holds the workspace lock,
    /// so that temporary files which lie around are nobody's.
    pub(super) async fn execute_pull(&mut self, observation: &Observation, plan: &Plan, command: &str) -> Result<Outcomes, Halt> {
        let mut outcomes = Outcomes::new();
        self.workspace.remove_leftovers(&observation.leftovers);
        self.park(plan)?;
        let mut jobs: Vec<Job<'_>> = plan
            .operations()
            .map(|(score, operation)| {
                let synced = observation.trees[score].synced.as_ref();
                Job { score, plan: &plan.scores[score], operation, synced }
            })
            .collect();
        // A batch should touch few folders, because each of them has to be made durable.
        jobs.sort_by(|a, b| observation.trees[a.score].paths.code.cmp(&observation.trees[b.score].paths.code));
        let mut run = None;
        for (done, batch) in jobs.chunks(BATCH).enumerate() {
            if self.stopped() {
                break;
            }
            self.progress.report(ProgressStage::Executing, done * BATCH, jobs.len());
            // Files are written without waiting for anything: whoever wants to stop the run gets a turn here.
            tokio::task::yield_now().await;
            self.execute_batch(batch, command, &mut run, &mut outcomes)?;
        }
        if run.is_some() {
            self.prune_history()?;
        }
        Ok(outcomes)
    }

    /// Keeps the history within what the settings allow.
    pub(super) fn prune_history(&mut self) -> Result<(), StateError> {
        let keep = Retention { runs: self.config.keep_runs, bytes: KEEP_BYTES };
        self.state.transaction(|tx| tx.prune_history(keep))
    }

    fn execute_batch(
        &mut self,
        batch: &[Job<'_>],
        command: &str,
        run: &mut Option<RunId>,
        outcomes: &mut Outcomes,
    ) -> Result<(), Halt> {
        let mut jobs: Vec<&Job<'_>> = Vec::with_capacity(batch.len());
        for job in batch {
            match self.move_files(&job.plan.moves) {
                Ok(()) => jobs.push(job),
                Err(error) => {
                    outcomes.insert(job.score.clone(), Outcome::Failed(error.into()));
                }
            }
        }
        self.keep_replaced(&jobs, command, run)?;
        let requests: Vec<WriteRequest<'_>> = jobs.iter().flat_map(|job| writes(job)).map(request).collect();
        let mut written = self.workspace.write_all(&requests).into_iter();
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
                failure = removals.iter().find_map(|removal| self.workspace.remove(&removal.path, removal.expect).err());
            }
            match failure {
                Some(error) => {
                    outcomes.insert(job.score.clone(), Outcome::Failed(Failure::File(error)));
                }
                None => happened.push(job),
            }
        }
        self.state.transaction(|tx| {
            tx.set_files(&fresh)?;
            happened.iter().try_for_each(|job| record(tx, job))
        })?;
        outcomes.extend(
            happened.iter().map(|job| (job.score.clone(), Outcome::Done(action(job.operation, !job.plan.moves.is_empty())))),
        );
        Ok(())
    }

    fn move_files(&self, moves: &[FileMove]) -> Result<(), FileError> {
        moves.iter().try_for_each(|step| self.workspace.rename(&step.from, &step.to, step.expect))
    }

    /// Bytes that cannot be read now are not what was planned on; the write's own check will refuse them.
    fn keep_replaced(&mut self, jobs: &[&Job<'_>], command: &str, run: &mut Option<RunId>) -> Result<(), StateError> {
        let kept: Vec<Replacement<'_>> = jobs.iter().flat_map(|job| self.replacements(job)).collect();
        // A resolution that leaves the files alone is a person's decision too; what a pull merely records is not.
        let is_file = |job: &Job<'_>| matches!(job.operation, Operation::Write { .. } | Operation::Remove(_));
        let rebased: Vec<&&Job<'_>> = jobs.iter().filter(|job| is_file(job) || command == RESOLVE).collect();
        if rebased.is_empty() {
            return Ok(());
        }
        let at = (self.config.now)();
        *run = Some(self.state.transaction(|tx| {
            let run = run.map_or_else(|| tx.begin_run(command, at), Ok)?;
            kept.iter().try_for_each(|file| tx.back_up(run, file.path, file.before.as_deref(), file.after, at))?;
            rebased.iter().try_for_each(|job| {
                let after = fold(job.synced, job.operation);
                tx.back_up_base(run, job.score, after.as_ref().map(|synced| &synced.base))
            })?;
            Ok(run)
        })?);
        Ok(())
    }

    fn replacements<'a>(&self, job: &Job<'a>) -> Vec<Replacement<'a>> {
        let replacement = |path, expect, after| Replacement { path, before: self.bytes_before(path, expect), after };
        match job.operation {
            Operation::Write { files, .. } => {
                files.iter().map(|file| replacement(&file.path, file.expect, Some(Digest::of(file.text.as_bytes())))).collect()
            }
            Operation::Remove(removals) => {
                removals.iter().map(|removal| replacement(&removal.path, removal.expect, None)).collect()
            }
            Operation::Record(_) | Operation::Create { .. } => Vec::new(),
        }
    }

    fn bytes_before(&self, path: &RelPath, expect: Expect) -> Option<Vec<u8>> {
        if expect == Expect::Absent { None } else { self.workspace.read(path).ok() }
    }

    /// Keeps the other side of every conflict, so that it can be resolved without the dashboard.
    fn park(&mut self, plan: &Plan) -> Result<(), StateError> {
        let conflicts: Vec<(&ScoreId, &Conflict)> = plan
            .scores
            .iter()
            .filter_map(|(id, plan)| if let Step::Conflict(conflict) = &plan.step { Some((id, conflict)) } else { None })
            .collect();
        if conflicts.is_empty() {
            return Ok(());
        }
        let at = (self.config.now)();
        self.state.transaction(|tx| {
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
}

fn kind_word(kind: ConflictKind) -> &'static str {
    match kind {
        ConflictKind::Lines => "lines",
        ConflictKind::Yaml { .. } => "yaml",
        ConflictKind::UnknownBase => "unknown-base",
    }
}

fn writes<'a>(job: &Job<'a>) -> &'a [FileWrite] {
    if let Operation::Write { files, .. } = job.operation { files } else { &[] }
}

fn request(write: &FileWrite) -> WriteRequest<'_> {
    WriteRequest { path: &write.path, bytes: write.text.as_bytes(), expect: write.expect }
}

/// Folds an operation that happened into the state.
fn record(tx: &Tx<'_>, job: &Job<'_>) -> Result<(), StateError> {
    match fold(job.synced, job.operation) {
        Some(synced) => {
            tx.set_base(job.score, &synced)?;
            tx.clear_conflict(job.score)
        }
        None => tx.forget(job.score),
    }
}

/// What an operation is called once it happened.
pub(super) fn action(operation: &Operation, moved: bool) -> Action {
    match operation {
        Operation::Record(_) if moved => Action::Moved,
        Operation::Record(base) => Action::Recorded { version: base.version.clone() },
        Operation::Write { files, base, merged } => {
            let wrote = |kind: DocKind| files.iter().any(|file| file.kind == kind);
            let written = Changes { code: wrote(DocKind::Code), guidelines: wrote(DocKind::Guidelines) };
            Action::Pulled { version: base.version.clone(), written, merged: *merged }
        }
        Operation::Create { version, changes, .. } => {
            Action::Pushed { version: version.id.clone(), changes: *changes, existed: false, promoted: false }
        }
        Operation::Remove(_) => Action::Removed,
    }
}
