//! Carrying out a pull: champions and merges into files.
//!
//! Scores go in batches. Each is one part of a run of [`replace`], whose crash protocol it follows: bytes, bases and moves are
//! an intent before the first file is touched, and Synced says what really happened. An error is reported after that.

use crate::engine::error::{Failure, Halt};
use crate::engine::execute::arrivals::record_arrivals;
use crate::engine::execute::commit::notes_of_changes;
use crate::engine::execute::replace::{FileChange, ReplacedFiles, Replacement, prune_history, replace};
use crate::engine::file_report::RestoredFile;
use crate::engine::locked::Locked;
use crate::engine::observe::types::Observation;
use crate::engine::planned::action;
use crate::engine::report::{Action, Outcome, Report};
use crate::engine::session::Session;
use crate::model::{CachedFile, Digest, RelPath, ScoreId, Stage, SyncedScore};
use crate::plan::{Conflict, ConflictKind, FileMove, FileWrite, Operation, Plan, ScorePlan, Step, fold};
use crate::state::{NextBase, RunId, RunKind, StateError, StoredConflict, Tx};
use crate::workspace::{FileError, FileReader};
use std::collections::{BTreeMap, HashMap, HashSet};
use std::sync::Arc;

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
    /// What is done to files beside the moves.
    changes: Vec<FileChange>,
}

impl WriteJob<'_> {
    /// What it is called once it happened.
    fn action(&self) -> Action {
        action(self.operation, !self.plan.moves.is_empty())
    }

    /// Every file that it is about.
    fn paths(&self) -> impl Iterator<Item = &RelPath> {
        let moved = self.plan.moves.iter().flat_map(|step| [&step.from, &step.to]);
        moved.chain(self.changes.iter().map(|change| &change.path))
    }
}

/// A run that carries out what was planned, in one or several parts.
pub(in crate::engine) struct PullRun {
    kind: RunKind,
    /// Once it was about to replace a file.
    run: Option<RunId>,
    /// It has changed something that can be undone.
    has_changed: bool,
    /// Scores that are done, and scores of later parts.
    done: usize,
    later: usize,
    /// The files that were written since somebody asked, as they were then.
    written: Vec<(RelPath, CachedFile)>,
}

impl PullRun {
    /// One that nothing was done of.
    pub fn new(kind: RunKind) -> Self {
        Self::going_on(kind, None)
    }

    /// One that may have begun with something else.
    pub fn going_on(kind: RunKind, run: Option<RunId>) -> Self {
        Self { kind, run, has_changed: run.is_some(), done: 0, later: 0, written: Vec::new() }
    }

    /// So many scores come with parts after the next one.
    pub fn more_to_come(&mut self, scores: usize) {
        self.later = scores;
    }

    /// The files that were written since this was asked before, as the stat cache remembers them.
    pub fn take_written(&mut self) -> Vec<(RelPath, CachedFile)> {
        std::mem::take(&mut self.written)
    }

    /// Carries out what was planned and `report` tells; scores that were not reached have no outcome. The caller holds the
    /// workspace lock, so that temporary files which lie around are nobody's.
    pub async fn execute(
        &mut self,
        session: &mut Locked<'_>,
        observation: &Observation,
        plan: &Plan,
        report: &Report,
    ) -> Result<Outcomes, Halt> {
        let mut outcomes = Outcomes::new();
        session.workspace.remove_leftovers(&observation.leftovers);
        record_arrivals(session, observation)?;
        park(session, plan)?;
        let mut operations: Vec<(&ScoreId, &Operation)> = plan.operations().collect();
        // A batch should touch few folders, because each of them has to be made durable.
        operations.sort_by(|a, b| observation.trees[a.0].paths.code.cmp(&observation.trees[b.0].paths.code));
        let of = self.done + operations.len() + self.later;
        let [first, then] = in_order(operations, plan, observation).map(|part| batches(part, plan, observation));
        for batch in first.into_iter().chain(then).filter(|batch| !batch.is_empty()) {
            if session.is_cancelled() {
                break;
            }
            session.progress.step(Stage::Writing, self.done, of);
            self.done += batch.len();
            // Files are written without waiting for anything: whoever wants to stop the run gets a turn here.
            tokio::task::yield_now().await;
            let (moves, jobs) = prepare(session, &batch, plan, observation, &mut outcomes);
            self.execute_batch(session, &jobs, &moves, report, &mut outcomes)?;
        }
        Ok(outcomes)
    }

    /// Nothing more is to be carried out: the history loses a run that came to nothing, or what is beyond its limits.
    pub fn end(self, session: &mut Locked<'_>) -> Result<(), StateError> {
        match self.run {
            Some(run) if !self.has_changed => session.state.transaction(|tx| tx.drop_run(run)),
            Some(_) => prune_history(session),
            None => Ok(()),
        }
    }

    fn execute_batch(
        &mut self,
        session: &mut Locked<'_>,
        jobs: &[WriteJob<'_>],
        moves: &Moves,
        report: &Report,
        outcomes: &mut Outcomes,
    ) -> Result<(), Halt> {
        // A resolution that leaves the files alone is a person's decision too; what a pull merely records is not.
        let is_kept = |job: &&WriteJob<'_>| job.paths().next().is_some() || self.kind == RunKind::Resolve;
        let (kept, records): (Vec<_>, Vec<_>) = jobs.iter().partition(is_kept);
        let mut done = BTreeMap::new();
        if !kept.is_empty() {
            let ReplacedFiles { run, files, written } = self.replace_files(session, &kept, moves, report)?;
            self.run = Some(run);
            self.written.extend(written);
            let is_record = |job: &&WriteJob<'_>| job.paths().next().is_none();
            self.has_changed |= kept.iter().any(is_record) || files.iter().any(|file| !file.outcome.is_untouched());
            done = files.into_iter().map(|RestoredFile { path, outcome }| (path, outcome)).collect();
        }
        session.state.transaction(|tx| {
            records.iter().try_for_each(|job| record(tx, job))?;
            tx.own_places(&records.iter().map(|job| job.score).collect::<Vec<_>>())
        })?;
        let root = session.workspace.root();
        let failure = |job: &WriteJob<'_>| {
            job.paths().filter(|path| !moves.is_anothers(job, path)).find_map(|path| done.get(path)?.obstacle(root, path))
        };
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
        &self,
        session: &mut Locked<'_>,
        jobs: &[&WriteJob<'_>],
        moves: &Moves,
        report: &Report,
    ) -> Result<ReplacedFiles, StateError> {
        let bases = jobs.iter().map(|job| (job.score, NextBase::Entry(job.after.as_ref()))).collect();
        let moved = moves.to_changes();
        let files: Vec<&FileChange> = moved.iter().chain(jobs.iter().flat_map(|job| &job.changes)).collect();
        let last: HashMap<&RelPath, Option<&Arc<[u8]>>> = files.iter().map(|file| (&file.path, file.after.as_ref())).collect();
        let changes = jobs.iter().map(|job| {
            let files = job.paths().map(|path| (path, last[path].map(Digest::of)));
            (job.score, job.action(), files.collect())
        });
        let intents = notes_of_changes(session, report, changes)?;
        replace(session, self.run, &Replacement { kind: &self.kind, undoes: None, files, bases, intents })
    }
}

/// What a batch is to do. A score with a file that is not what was planned on any more fails, and so do those that wait for
/// its place.
fn prepare<'a>(
    session: &Session,
    batch: &[(&'a ScoreId, &'a Operation)],
    plan: &'a Plan,
    observation: &Observation,
    outcomes: &mut Outcomes,
) -> (Moves, Vec<WriteJob<'a>>) {
    let reader = match session.workspace.reader() {
        Ok(reader) => reader,
        Err(error) => {
            outcomes.extend(batch.iter().map(|(score, _)| ((*score).clone(), Outcome::Failed(error.clone().into()))));
            return (Moves::default(), Vec::new());
        }
    };
    loop {
        let moves = Moves::read(&reader, batch.iter().map(|(score, _)| (*score, &plan.scores[*score])), outcomes);
        let mut jobs = Vec::with_capacity(batch.len());
        let mut stays = false;
        for (score, operation) in batch {
            let plan = &plan.scores[*score];
            if outcomes.contains_key(*score) {
                continue;
            }
            match changes(&reader, &moves, operation) {
                Ok(changes) => {
                    let after = fold(observation.trees[*score].synced.as_ref(), operation);
                    jobs.push(WriteJob { score, plan, operation, after, changes });
                }
                Err(error) => {
                    stays |= !plan.moves.is_empty();
                    outcomes.insert((*score).clone(), Outcome::Failed(error.into()));
                }
            }
        }
        if !stays {
            return (moves, jobs);
        }
    }
}

/// What goes to a place that a removal frees comes after all that does not: the files are gone then, and whenever the run dies,
/// what is left to do is a plan of its own.
fn in_order<'a>(
    operations: Vec<(&'a ScoreId, &'a Operation)>,
    plan: &'a Plan,
    observation: &Observation,
) -> [Vec<(&'a ScoreId, &'a Operation)>; 2] {
    let removals = operations.iter().filter(|(_, operation)| matches!(operation, Operation::Remove(_)));
    let mut freed: HashSet<&RelPath> = removals.flat_map(|(score, _)| plan.scores[*score].leaves()).collect();
    let (mut first, mut then) = (operations, Vec::new());
    loop {
        let waits = |score: &ScoreId| observation.trees[score].local.in_the_way.iter().any(|place| freed.contains(place));
        let (waiting, others): (Vec<_>, Vec<_>) = first.into_iter().partition(|(score, _)| waits(score));
        first = others;
        if waiting.is_empty() {
            return [first, then];
        }
        freed.extend(waiting.iter().flat_map(|(score, _)| plan.scores[*score].leaves()));
        then.extend(waiting);
    }
}

/// Operations in batches; scores that take each other's places are in one.
fn batches<'a>(
    operations: Vec<(&'a ScoreId, &'a Operation)>,
    plan: &'a Plan,
    observation: &'a Observation,
) -> Vec<Vec<(&'a ScoreId, &'a Operation)>> {
    let leaving = |(score, operation): &(&'a ScoreId, &'a Operation)| {
        plan.scores[*score].moves.iter().map(|step| (&step.from, (*score, *operation))).collect::<Vec<_>>()
    };
    let leaving: HashMap<&RelPath, (&ScoreId, &Operation)> = operations.iter().flat_map(leaving).collect();
    let mut batch_of: HashMap<&ScoreId, usize> = HashMap::with_capacity(operations.len());
    let mut batches: Vec<Vec<(&ScoreId, &Operation)>> = vec![Vec::new()];
    for first in operations {
        let mut linked = vec![first];
        let mut next = Some(first);
        let mut found = None;
        while let Some((score, _)) = next.take() {
            found = batch_of.get(score).copied();
            let in_the_way = || observation.trees[score].local.in_the_way.iter().find_map(|place| leaving.get(place));
            next = in_the_way().copied().filter(|next| found.is_none() && next.0 != first.0);
            linked.extend(next);
        }
        let last = batches.len() - 1;
        let index = found.unwrap_or(if batches[last].len() < BATCH { last } else { last + 1 });
        if index > last {
            batches.push(Vec::new());
        }
        for one in linked {
            if !batch_of.contains_key(one.0) {
                batch_of.insert(one.0, index);
                batches[index].push(one);
            }
        }
    }
    batches
}

/// The moves of a batch: what their places hold, and what they are to hold then.
#[derive(Default)]
struct Moves(BTreeMap<RelPath, [Option<Arc<[u8]>>; 2]>);

impl Moves {
    /// Reads what is to move. A file that is not what was planned on any more costs its score, and those that wait for its
    /// place: these are given outcomes.
    fn read<'a>(
        reader: &FileReader<'_>,
        plans: impl Iterator<Item = (&'a ScoreId, &'a ScorePlan)>,
        outcomes: &mut Outcomes,
    ) -> Self {
        let mut moving = Vec::new();
        let mut stays: HashSet<&RelPath> = HashSet::new();
        for (score, plan) in plans.filter(|(_, plan)| !plan.moves.is_empty()) {
            if outcomes.contains_key(score) {
                stays.extend(plan.moves.iter().map(|step| &step.from));
                continue;
            }
            let bytes = |step: &'a FileMove| Ok((step, reader.expected(&step.from, step.expect)?.map(Arc::from)));
            match plan.moves.iter().map(bytes).collect::<Result<Vec<_>, FileError>>() {
                Ok(steps) => moving.push((score, steps)),
                Err(error) => {
                    stays.extend(plan.moves.iter().map(|step| &step.from));
                    outcomes.insert(score.clone(), Outcome::Failed(error.into()));
                }
            }
        }
        while let Some(at) = moving.iter().position(|(_, steps)| steps.iter().any(|(step, _)| stays.contains(&step.to))) {
            let (score, steps) = moving.swap_remove(at);
            let taken = steps.iter().find(|(step, _)| stays.contains(&step.to)).expect("it was just found");
            outcomes.insert(score.clone(), Outcome::Failed(reader.changed(&taken.0.to).into()));
            stays.extend(steps.iter().map(|(step, _)| &step.from));
        }
        let mut places: BTreeMap<RelPath, [Option<Arc<[u8]>>; 2]> = BTreeMap::new();
        for (step, bytes) in moving.into_iter().flat_map(|(_, steps)| steps) {
            places.entry(step.to.clone()).or_default()[1].clone_from(&bytes);
            places.entry(step.from.clone()).or_default()[0] = bytes;
        }
        Self(places)
    }

    /// What a file is after the moves; none where they are not about it.
    fn arrived(&self, path: &RelPath) -> Option<&Option<Arc<[u8]>>> {
        self.0.get(path).map(|[_, after]| after)
    }

    /// The file of another score comes to the place that this one leaves.
    fn is_anothers(&self, job: &WriteJob<'_>, path: &RelPath) -> bool {
        let leaves = job.plan.moves.iter().any(|step| step.from == *path);
        leaves && matches!(self.arrived(path), Some(Some(_)))
    }

    fn to_changes(&self) -> Vec<FileChange> {
        let change = |(path, [before, after]): (&RelPath, &[Option<Arc<[u8]>>; 2])| FileChange {
            path: path.clone(),
            before: before.clone(),
            after: after.clone(),
        };
        self.0.iter().map(change).collect()
    }
}

/// What an operation does to files once they have moved. A file that is not what was planned on any more is an error.
fn changes(reader: &FileReader<'_>, moves: &Moves, operation: &Operation) -> Result<Vec<FileChange>, FileError> {
    let change = |path: &RelPath, expect, after| -> Result<FileChange, FileError> {
        let now = || Ok(reader.expected(path, expect)?.map(Arc::from));
        let before = moves.arrived(path).cloned().map_or_else(now, Ok)?;
        Ok(FileChange { path: path.clone(), before, after })
    };
    match operation {
        Operation::Write { files, .. } => {
            let write = |file: &FileWrite| change(&file.path, file.expect, Some(file.text.clone().into()));
            files.iter().map(write).collect()
        }
        Operation::Remove(removals) => removals.iter().map(|removal| change(&removal.path, removal.expect, None)).collect(),
        Operation::Record(_) | Operation::Create { .. } | Operation::Reuse { .. } => Ok(Vec::new()),
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
        ConflictKind::OlderText => "older-text",
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
