//! Replacing files: the one protocol of every command that does it, and of finishing a run that died.
//!
//! Crash protocol: (1) [`begin`] commits an intent: of each file the bytes that are there and those that are to come, and of
//! each score what Synced says and what it is to say. (2) The files are moved, written and removed, each atomically and only
//! if it still has the bytes of before. (3) One commit makes Synced say what is to come, where all files of a score are
//! as they were to be, and ends the intent. [`finish`] does (2) and (3) from the intent alone, and can be repeated: a file that has the
//! bytes to come is done, one that has those of before is written, any other was changed by a person and stays. So the next
//! run that changes anything does what a dead one had begun, whatever its moment was.
//!
//! Scores that take each other's places are changed together or not at all ([`interlocked`](super::interlocked)).
//!
//! A file that the system does not let us change keeps its intent, and the next run tries it again; a pull gives it up, because
//! it plans anew. A score that was synced since, and a file that was changed since, are given up.
//!
//! An undo takes Synced back *before* the files: a crash after (1) leaves files that equal the champion beside an older base,
//! which a plan of any program merely records. The other order would leave earlier texts beside a newer base, and a push
//! would give them to the dashboard as edits, over what others promoted since. Where no file of a score could be taken back,
//! its base of now is set again.
//!
//! An undo or a restore means something else the second time, so that its intent ends for a person only when they were told how
//! it ended ([`told`]): one that is asked for again before that is the same one.
//!
//! Temporary files of a run that died lie beside the files of its intent. They are removed once their bytes are found in the
//! state; others, of somebody who saved at that very moment, are kept aside and named.

use crate::engine::error::Halt;
use crate::engine::execute::course::{Course, Courses, courses};
use crate::engine::execute::interlocked::{Interlocked, interlocked};
use crate::engine::execute::moving::{Moved, move_files};
use crate::engine::file_report::{RecoveredRun, RestoreOutcome, RestoredFile};
use crate::engine::locked::Locked;
use crate::engine::session::Session;
use crate::model::{CachedFile, Digest, Expect, Layout, RelPath, ScoreId, ScorePaths, code_of};
use crate::state::{BaseChange, BaseStand, NextBase, Replaced, Retention, RunId, RunKind, StateError, Tx, UnfinishedRun};
use crate::workspace::{FileError, WriteRequest};
use serde_json::Value;
use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::Arc;
use tracing::debug;

/// Replaced bytes that are kept at most, beside the limit on runs.
const KEEP_BYTES: u64 = 256 << 20;

/// A file with the bytes that are there and those that are to come; none is no file. Whoever has bytes already shares them.
pub(in crate::engine) struct FileChange {
    pub path: RelPath,
    pub before: Option<Arc<[u8]>>,
    pub after: Option<Arc<[u8]>>,
}

impl FileChange {
    /// What carrying it out would come to.
    pub fn previewed(&self) -> RestoredFile {
        let outcome = outcome(self.before == self.after, self.after.as_ref().map(|bytes| bytes.len()));
        RestoredFile { path: self.path.clone(), outcome }
    }
}

/// What a run is about to do.
pub(in crate::engine) struct Replacement<'a> {
    pub kind: &'a RunKind,
    /// The run that an undo takes back.
    pub undoes: Option<RunId>,
    pub files: Vec<&'a FileChange>,
    pub bases: Vec<(&'a ScoreId, NextBase<'a>)>,
    /// What else is to be finished, and is written down with it: of which score, which kind, and what.
    pub intents: Vec<(&'a ScoreId, &'static str, Value)>,
}

/// What became of the files of a run, and what the stat cache may remember of them.
#[derive(Default)]
struct Effects {
    outcomes: BTreeMap<RelPath, RestoreOutcome>,
    fresh: Vec<(RelPath, CachedFile)>,
    /// The scores whose files were to come to a place.
    comers: BTreeMap<RelPath, Vec<ScoreId>>,
    /// Of each score that was to move: none of its files is where it was, and another one's may be there.
    has_left: BTreeMap<ScoreId, bool>,
}

impl Effects {
    /// What became of the files of a score. Where another one's file came to the place of one of them, that is the other's.
    fn of<'a>(&'a self, base: &'a BaseChange) -> impl Iterator<Item = &'a RestoreOutcome> {
        let comers = |path: &RelPath| self.comers.get(path).into_iter().flatten();
        let is_own = move |path: &&RelPath| comers(path).all(|score| *score == base.score);
        base.paths.iter().filter(is_own).filter_map(|path| self.outcomes.get(path))
    }
}

/// What came of a replacement.
pub(in crate::engine) struct ReplacedFiles {
    pub run: RunId,
    /// What became of each file, by path.
    pub files: Vec<RestoredFile>,
    /// What the stat cache remembers of those that were written.
    pub written: Vec<(RelPath, CachedFile)>,
}

/// Replaces files as a run of its own, or as a further part of `run`.
pub(in crate::engine) fn replace(
    session: &mut Locked<'_>,
    run: Option<RunId>,
    replacement: &Replacement<'_>,
) -> Result<ReplacedFiles, StateError> {
    let run = begin(session, run, replacement)?;
    let begun = session.state.unfinished_runs()?.into_iter().find(|begun| begun.run.id == run);
    let (at_hand, is_over) = (at_hand(replacement), !comes_in_parts(replacement.kind));
    let effects = begun.map_or(Ok(Effects::default()), |begun| finish(session, &begun, &at_hand, is_over))?;
    Ok(ReplacedFiles { run, files: restored(effects.outcomes), written: effects.fresh })
}

fn restored(outcomes: BTreeMap<RelPath, RestoreOutcome>) -> Vec<RestoredFile> {
    outcomes.into_iter().map(|(path, outcome)| RestoredFile { path, outcome }).collect()
}

/// Bytes that files are to have once all is done, which need not be read from the state.
type AtHand<'a> = HashMap<&'a RelPath, &'a [u8]>;

fn at_hand<'a>(replacement: &Replacement<'a>) -> AtHand<'a> {
    // What is last of a path is what is to be there. Where that is nothing, nobody asks for bytes.
    replacement.files.iter().filter_map(|file| Some((&file.path, file.after.as_deref()?))).collect()
}

/// Commits the intent.
fn begin(session: &mut Locked<'_>, run: Option<RunId>, replacement: &Replacement<'_>) -> Result<RunId, StateError> {
    let Replacement { kind, undoes, files, bases, intents } = replacement;
    let at = (session.config.now)();
    session.state.transaction(|tx| {
        let run = run.map_or_else(|| tx.begin_run(kind, *undoes, at), Ok)?;
        for FileChange { path, before, after } in files {
            tx.plan_file(run, path, before.as_deref(), after.as_deref(), at)?;
        }
        for (score, next) in bases {
            tx.plan_base(run, score, *next)?;
            if **kind == RunKind::Undo {
                tx.apply_base(run, score)?;
            }
        }
        for (score, kind, payload) in intents {
            tx.add_intent(score, kind, payload)?;
        }
        Ok(run)
    })
}

/// Finishes what runs before this one left unfinished, oldest first. Needs no dashboard.
///
/// # Errors
/// The state cannot be read or written.
pub fn recover_files(session: &mut Locked<'_>) -> Result<Vec<RecoveredRun>, StateError> {
    // What is recorded now happened before git was where it is.
    let position = session.state.take_git_position();
    let recovered = finish_all(session);
    session.state.set_git_position(position);
    recovered
}

fn finish_all(session: &mut Locked<'_>) -> Result<Vec<RecoveredRun>, StateError> {
    let mut recovered = Vec::new();
    for unfinished in session.state.unfinished_runs()? {
        let kept_aside = remove_leftovers(session, &unfinished)?;
        let files = restored(finish(session, &unfinished, &AtHand::new(), false)?.outcomes);
        let UnfinishedRun { run, undoes, bases, .. } = unfinished;
        debug!(run = run.id.0, kind = run.kind.as_str(), files = files.len(), "recovered");
        let bases = bases.into_iter().map(|base| (base.score, base.after)).collect();
        recovered.push(RecoveredRun { run, undoes, files, bases, kept_aside });
    }
    if !recovered.is_empty() {
        prune_history(session)?;
    }
    Ok(recovered)
}

/// [`recover_files`], for an undo or a restore that may be asked for again: a run that died after its end was recorded, and
/// before anybody was told of it, counts as one that was just finished.
pub(in crate::engine) fn recover_untold(session: &mut Locked<'_>) -> Result<Vec<RecoveredRun>, StateError> {
    let mut recovered = recover_files(session)?;
    if let Some((run, undoes)) = session.state.untold_run()?
        && recovered.iter().all(|one| one.run.id != run.id)
    {
        let mut changes: BTreeMap<RelPath, Course> = BTreeMap::new();
        for file in session.state.replaced(run.id)? {
            let course = changes.entry(file.path).or_default();
            course.stages.push(file.before);
            course.after = file.after;
        }
        let as_it_is = |(path, course): (RelPath, Course)| {
            let outcome = match session.workspace.bytes_now(&path) {
                Ok(now) if now.as_ref().map(Digest::of) == course.after => {
                    outcome(course.stages[0] == course.after, now.map(|bytes| bytes.len()))
                }
                Ok(_) => RestoreOutcome::Edited,
                Err(error) => RestoreOutcome::Failed(error),
            };
            RestoredFile { path, outcome }
        };
        let files = changes.into_iter().map(as_it_is).collect();
        let bases = session.state.base_changes(run.id)?.into_iter().map(|base| (base.score, base.after)).collect();
        recovered.push(RecoveredRun { run, undoes, files, bases, kept_aside: Vec::new() });
    }
    Ok(recovered)
}

/// A person was told how an undo or a restore ended: whoever asks for one from now on means another one.
///
/// # Errors
/// The state cannot be read or written.
pub fn told(session: &mut Session) -> Result<(), Halt> {
    if session.state.untold_run()?.is_some() {
        session.state.transaction(|tx| tx.tell_runs())?;
    }
    Ok(())
}

/// Keeps the history within what the settings allow.
pub(in crate::engine) fn prune_history(session: &mut Locked<'_>) -> Result<(), StateError> {
    let keep = Retention { runs: session.config.keep_runs, bytes: KEEP_BYTES };
    // That run may be among those that go.
    session.kept_in = None;
    session.state.transaction(|tx| tx.prune_history(keep))
}

/// [`prune_history`] after what the dashboard was given: where it fails, what was done is told all the same, and the next run does it.
pub(in crate::engine) fn prune_afterwards(session: &mut Locked<'_>) {
    if let Err(error) = prune_history(session) {
        debug!(%error, "the history is pruned by the next run");
    }
}

/// Removes the temporary files beside the files of a dead run. What was being written when it died is the start of bytes that
/// are to come.
fn remove_leftovers(session: &Session, unfinished: &UnfinishedRun) -> Result<Vec<RelPath>, StateError> {
    let folders: BTreeSet<&str> = unfinished.files.iter().map(|file| file.path.folder()).collect();
    let mut known = Vec::new();
    for digest in unfinished.files.iter().flat_map(|file| [file.before, file.after]).flatten() {
        known.extend(session.state.backup_bytes(&digest)?);
    }
    let is_known = |bytes: &[u8]| known.iter().any(|known| known.starts_with(bytes));
    Ok(session.workspace.remove_leftovers_in(&folders, is_known))
}

/// Whoever begins such a run may go on with it, and says when it is over.
fn comes_in_parts(kind: &RunKind) -> bool {
    matches!(kind, RunKind::Pull | RunKind::Resolve)
}

/// Carries out what is left of an intent, and records it. A run that `is_over` and came to nothing is dropped,
/// but not one that died: a file that is edited now may have been replaced before.
fn finish(
    session: &mut Locked<'_>,
    unfinished: &UnfinishedRun,
    at_hand: &AtHand<'_>,
    is_over: bool,
) -> Result<Effects, StateError> {
    let gone_on = take_bases_back(session, unfinished)?;
    let effects = carry_out(session, unfinished, at_hand, &gone_on)?;
    record(session, unfinished, &gone_on, &effects, is_over).map(|()| effects)
}

/// The scores that were synced since; for an undo the bases of the others go back.
fn take_bases_back<'a>(session: &mut Locked<'_>, unfinished: &'a UnfinishedRun) -> Result<BTreeSet<&'a ScoreId>, StateError> {
    let (mut gone_on, mut ahead) = (BTreeSet::new(), Vec::new());
    let stands = session.state.pending_base_stands(unfinished.run.id)?;
    for BaseChange { score, .. } in &unfinished.bases {
        match stands[score] {
            BaseStand::Reached => {}
            BaseStand::NotReached => ahead.push(score),
            BaseStand::GoneOn => drop(gone_on.insert(score)),
        }
    }
    if is_undo(unfinished) && !ahead.is_empty() {
        session.state.transaction(|tx| ahead.iter().try_for_each(|score| tx.apply_base(unfinished.run.id, score)))?;
    }
    Ok(gone_on)
}

fn is_undo(unfinished: &UnfinishedRun) -> bool {
    unfinished.run.kind == RunKind::Undo
}

/// Changes the files; those of scores that were synced since stay.
fn carry_out(
    session: &Session,
    unfinished: &UnfinishedRun,
    at_hand: &AtHand<'_>,
    gone_on: &BTreeSet<&ScoreId>,
) -> Result<Effects, StateError> {
    let stays = unfinished.bases.iter().filter(|base| gone_on.contains(&base.score));
    let stays: BTreeSet<&RelPath> = stays.flat_map(|base| &base.paths).collect();
    let mut effects = Effects::default();
    let (stay, courses): (BTreeMap<_, _>, BTreeMap<_, _>) =
        courses(unfinished).into_iter().partition(|(path, _)| stays.contains(path));
    effects.outcomes.extend(stay.into_keys().map(|path| (path.clone(), RestoreOutcome::SyncedSince)));
    let moved = move_all(session, unfinished, &courses, &mut effects);
    let interlocked = interlocked(&unfinished.bases).into_iter().filter(|group| group.is_open(session, &courses));
    let interlocked: Vec<_> = interlocked.collect();
    change_files(session, &courses, at_hand, &mut effects)?;
    for group in interlocked {
        turn_back(session, &group, &courses, &moved, &mut effects)?;
    }
    Ok(effects)
}

/// Takes back what was changed of scores that take each other's places, if not all of it could be.
fn turn_back<'a>(
    session: &Session,
    group: &Interlocked<'a>,
    courses: &Courses<'a>,
    moved: &BTreeSet<RelPath>,
    effects: &mut Effects,
) -> Result<(), StateError> {
    let Some(obstacle) = group.obstacle(session, &effects.outcomes, moved) else { return Ok(()) };
    let way_back = group.way_back(courses, &effects.outcomes, moved);
    let mut back = Effects::default();
    change_files(session, &way_back, &AtHand::new(), &mut back)?;
    debug!(files = way_back.len(), "turned back");
    effects.fresh.extend(back.fresh);
    effects.outcomes.extend(back.outcomes.into_iter().map(|(path, outcome)| {
        let outcome = if outcome.is_done() { RestoreOutcome::Failed(obstacle.clone()) } else { outcome };
        (path, outcome)
    }));
    Ok(())
}

/// Ends the intent, as far as it is carried out or given up.
fn record(
    session: &mut Locked<'_>,
    unfinished: &UnfinishedRun,
    gone_on: &BTreeSet<&ScoreId>,
    effects: &Effects,
    is_over: bool,
) -> Result<(), StateError> {
    let run = unfinished.run.id;
    let kept = kept_intents(unfinished, &effects.outcomes);
    let is_settled = |file: &&Replaced| effects.outcomes.contains_key(&file.path) && !kept.contains(&file.path);
    let left = left_without_base(session, unfinished, effects, is_over)?;
    let is_in_vain = is_over && kept.is_empty() && is_in_vain(unfinished, effects);
    session.state.transaction(|tx| {
        tx.set_files(&effects.fresh)?;
        unfinished.files.iter().filter(is_settled).try_for_each(|file| tx.settle_file(file.id))?;
        for base in &unfinished.bases {
            if !gone_on.contains(&base.score) {
                record_base(tx, unfinished, base, effects)?;
            }
            if !base.paths.iter().any(|path| kept.contains(path)) {
                tx.settle_base(run, &base.score)?;
            }
        }
        left.iter().try_for_each(|(score, paths)| tx.leave_unsynced(score, paths))?;
        tx.own_places(&unfinished.bases.iter().map(|base| &base.score).collect::<Vec<_>>())?;
        if is_in_vain { tx.drop_run(run) } else { Ok(()) }
    })
}

/// The run has left everything as it was: it is nothing that could be undone next.
fn is_in_vain(unfinished: &UnfinishedRun, effects: &Effects) -> bool {
    // A base without files to wait for went back by itself.
    let has_files = |base: &BaseChange| effects.of(base).next().is_some();
    effects.outcomes.values().all(RestoreOutcome::is_untouched) && unfinished.bases.iter().all(has_files)
}

/// Files that a run which died had written, or somebody typed meanwhile, and that no base tells of: they are those of the scores
/// that belong there as names were last seen, which the names of later may not say.
fn left_without_base(
    session: &Session,
    unfinished: &UnfinishedRun,
    effects: &Effects,
    is_over: bool,
) -> Result<Vec<(ScoreId, ScorePaths)>, StateError> {
    let is_dead_restore = unfinished.run.kind == RunKind::Restore && !is_over;
    let is_left = |outcome: &RestoreOutcome| is_dead_restore || matches!(outcome, RestoreOutcome::Edited);
    let left = effects.outcomes.iter().filter(|(_, outcome)| is_left(outcome));
    let left: BTreeSet<RelPath> = left.filter_map(|(path, _)| code_of(path)).collect();
    if left.is_empty() || is_undo(unfinished) {
        return Ok(Vec::new());
    }
    let is_there = |path: &RelPath| matches!(session.workspace.bytes_now(path), Ok(Some(_)));
    let places = Layout::of(&session.state.catalog()?).paths.into_iter();
    Ok(places.filter(|(_, paths)| left.contains(&paths.code) && paths.files().any(is_there)).collect())
}

/// What Synced says of a score follows its files: all of them, except that an undo took it back already, and sets it again where
/// no file went back. Of files that moved and were edited meanwhile it says where they are.
fn record_base(tx: &Tx<'_>, unfinished: &UnfinishedRun, base: &BaseChange, effects: &Effects) -> Result<(), StateError> {
    let run = unfinished.run.id;
    if is_undo(unfinished) {
        let is_in_vain = effects.of(base).next().is_some() && !effects.of(base).any(RestoreOutcome::is_done);
        if !is_in_vain {
            return Ok(());
        }
        tx.restore_synced(run, &base.score)?;
    } else if effects.of(base).all(RestoreOutcome::is_done) {
        tx.apply_base(run, &base.score)?;
        return tx.clear_conflict(&base.score);
    }
    if effects.has_left.get(&base.score) == Some(&true) { tx.apply_paths(run, &base.score) } else { Ok(()) }
}

/// Files whose intent stays: another try may succeed. A score of which a person changed one file is given up whole, and
/// what a pull could not do is planned anew.
fn kept_intents<'a>(unfinished: &'a UnfinishedRun, outcomes: &'a BTreeMap<RelPath, RestoreOutcome>) -> BTreeSet<&'a RelPath> {
    if unfinished.run.kind == RunKind::Pull {
        return BTreeSet::new();
    }
    let may_succeed = |outcome: &RestoreOutcome| match outcome {
        RestoreOutcome::Failed(error) => !matches!(error, FileError::Changed(_)),
        _ => false,
    };
    let is_left = |path: &RelPath| outcomes.get(path).is_some_and(|outcome| !outcome.is_done() && !may_succeed(outcome));
    let is_given_up = |base: &&BaseChange| unfinished.run.kind != RunKind::Undo && base.paths.iter().any(is_left);
    let given_up: BTreeSet<&RelPath> = unfinished.bases.iter().filter(is_given_up).flat_map(|base| &base.paths).collect();
    let kept = outcomes.iter().filter(|(path, outcome)| may_succeed(outcome) && !given_up.contains(path));
    kept.map(|(path, _)| path).collect()
}

/// Takes what is to move to its place; the places that files left, and those that they came to.
fn move_all(session: &Session, unfinished: &UnfinishedRun, courses: &Courses<'_>, effects: &mut Effects) -> BTreeSet<RelPath> {
    let mut moved = BTreeSet::new();
    for Moved { score, from, to, result, is_gone } in move_files(session, unfinished, courses) {
        match result {
            // Something else belongs there.
            Ok(()) if courses[from].after.is_some() => {}
            Ok(()) => drop(effects.outcomes.insert(from.clone(), RestoreOutcome::Removed)),
            Err(ref error) => {
                let failed = [from, to].map(|path| (path.clone(), RestoreOutcome::Failed(error.clone())));
                effects.outcomes.extend(failed);
            }
        }
        if result.is_ok() {
            moved.extend([from.clone(), to.clone()]);
        }
        *effects.has_left.entry(score.clone()).or_insert(true) &= result.is_ok() || is_gone;
        effects.comers.entry(to.clone()).or_default().push(score.clone());
    }
    moved
}

/// Writes and removes what is not as it is to be.
fn change_files(session: &Session, courses: &Courses<'_>, at_hand: &AtHand<'_>, effects: &mut Effects) -> Result<(), StateError> {
    let (mut writes, mut removals) = (Vec::new(), Vec::new());
    let reader = session.workspace.reader();
    for (&path, course) in courses {
        if effects.outcomes.contains_key(path) {
            continue;
        }
        let kept = |digest: Digest| match at_hand.get(path) {
            Some(bytes) => Ok(Some(Cow::Borrowed(*bytes))),
            None => session.state.backup_bytes(&digest).map(|bytes| bytes.map(Cow::Owned)),
        };
        let bytes = course.after.map(kept).transpose()?.flatten();
        let now = reader.as_ref().map_err(Clone::clone).and_then(|reader| reader.bytes_now(path));
        let outcome = match now.map(|now| now.map(Digest::of)) {
            Err(error) => RestoreOutcome::Failed(error),
            Ok(now) if now == course.after => outcome(course.stages[0] == course.after, bytes.as_ref().map(|bytes| bytes.len())),
            Ok(now) if !course.stages.contains(&now) => RestoreOutcome::Edited,
            Ok(now) => {
                let expect = now.map_or(Expect::Absent, Expect::Bytes);
                match (bytes, course.after) {
                    (Some(bytes), _) => {
                        writes.push((path, bytes, expect));
                        continue;
                    }
                    (None, None) => {
                        removals.push((path, expect));
                        continue;
                    }
                    (None, Some(_)) => RestoreOutcome::NotKept(None),
                }
            }
        };
        effects.outcomes.insert(path.clone(), outcome);
    }
    let requests: Vec<_> = writes.iter().map(|(path, bytes, expect)| WriteRequest { path, bytes, expect: *expect }).collect();
    let written = session.workspace.write_all(&requests);
    debug!(files = requests.len(), "written");
    for ((path, bytes, _), written) in writes.iter().zip(written) {
        let outcome = match written {
            Ok(cached) => {
                effects.fresh.extend(cached.map(|cached| ((*path).clone(), cached)));
                RestoreOutcome::Written(bytes.len())
            }
            Err(error) => RestoreOutcome::Failed(error),
        };
        effects.outcomes.insert((*path).clone(), outcome);
    }
    for (path, expect) in removals {
        let removed = session.workspace.remove(path, expect);
        effects.outcomes.insert(path.clone(), removed.map_or_else(RestoreOutcome::Failed, |()| RestoreOutcome::Removed));
    }
    Ok(())
}

fn outcome(is_same: bool, written: Option<usize>) -> RestoreOutcome {
    match written {
        _ if is_same => RestoreOutcome::Unchanged,
        Some(bytes) => RestoreOutcome::Written(bytes),
        None => RestoreOutcome::Removed,
    }
}
