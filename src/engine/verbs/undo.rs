//! Taking back what a command did to the files here. The dashboard is not asked and not changed.
//!
//! A file goes back only where it still is what the command wrote. Its score's entry in Synced goes back with it: after the
//! undo of a pull the files are unedited texts of an older version, and the champion has moved, so that `status` says
//! "behind" and the next pull takes it again. With the newer base beside them, the same files would look like edits that
//! revert the champion, and a push would do so. Where only one file of a score can go back, the other one holds an edit of
//! what was pulled; against the older base that is a three-way merge, which loses nothing.
//!
//! A score that was pushed, pulled or resolved since stays as it is: its base is no longer the command's.
//!
//! An undo is a run like any other, so that undoing it does again what was undone. One that died, or could not take every file
//! back, is finished first; if that is what is asked for, nothing else is done.

use crate::engine::error::Halt;
use crate::engine::execute::interlocked::interlocked;
use crate::engine::execute::replace::{FileChange, Replacement, prune_history, recover_untold, replace};
use crate::engine::file_report::{RecoveredRun, RestoreOutcome, RestoreReport, RestoredFile};
use crate::engine::locked::Locked;
use crate::engine::session::Session;
use crate::model::{Digest, RelPath, ScoreId, code_of};
use crate::state::{BaseChange, BaseStand, NextBase, Run, RunId, RunKind};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// A file as a run found it and as it left it.
type Change = (Option<Digest>, Option<Digest>);

/// Undoes the last run that there is something to take back of, or the one with this number.
///
/// # Errors
/// There is no such run, or nothing to take back of any; the state or a file cannot be read, or the state not written.
pub fn undo(session: &mut Locked<'_>, run: Option<i64>) -> Result<RestoreReport, Halt> {
    let recovered = recover_untold(session)?;
    if let Some(at) = recovered.iter().rposition(|one| is_asked_for(one, run)) {
        let RecoveredRun { undoes, files, bases, .. } = recovered[at].clone();
        return Ok(RestoreReport { recovered, undone: undoes, files, bases });
    }
    let plan = planned_undo(session, run)?;
    // A base that comes back was recorded long ago, and git may have brought what lies on it.
    session.state.set_git_position(None);
    let files = carry_out(session, &plan)?;
    Ok(RestoreReport { recovered, ..plan.report(files) })
}

/// It is the undo that a person asks for again.
fn is_asked_for(recovered: &RecoveredRun, run: Option<i64>) -> bool {
    let is_undone = |asked| recovered.undoes.as_ref().is_some_and(|undone| undone.id == RunId(asked));
    recovered.run.kind == RunKind::Undo && run.is_none_or(is_undone)
}

fn carry_out(session: &mut Locked<'_>, plan: &UndoPlan) -> Result<Vec<RestoredFile>, Halt> {
    if plan.changes.is_empty() && plan.bases.is_empty() {
        return Ok(Vec::new());
    }
    let leaving = plan.leaving_files(session);
    let next = |base: &BaseChange| NextBase::Before { run: plan.run.id, leaves_files: leaving.contains(&base.score) };
    let bases = plan.bases.iter().map(|base| (&base.score, next(base))).collect();
    let steps: Vec<FileChange> = plan.changes.iter().flat_map(|change| plan.steps(change)).collect();
    let (undoes, files) = (Some(plan.run.id), steps.iter().collect());
    let undo = Replacement { kind: &RunKind::Undo, undoes, files, bases, intents: Vec::new() };
    let files = replace(session, None, &undo)?.files;
    prune_history(session)?;
    Ok(files)
}

/// What [`undo`] would do.
///
/// # Errors
/// As [`undo`].
pub fn undo_preview(session: &Session, run: Option<i64>) -> Result<RestoreReport, Halt> {
    let plan = planned_undo(session, run)?;
    let files = plan.changes.iter().map(FileChange::previewed).collect();
    Ok(plan.report(files))
}

/// A run that is to be undone.
struct UndoPlan {
    run: Run,
    /// Files that stay, and why.
    stay: Vec<RestoredFile>,
    changes: Vec<FileChange>,
    /// Places where the run removed a file before another one came there.
    emptied: BTreeSet<RelPath>,
    /// Bases that go back to what they were before the run.
    bases: Vec<BaseChange>,
}

impl UndoPlan {
    /// A place is emptied as it was emptied then: what came there goes back first.
    fn steps(&self, change: &FileChange) -> Vec<FileChange> {
        let FileChange { path, before, after } = change;
        let step = |before: &Option<Arc<[u8]>>, after: &Option<Arc<[u8]>>| FileChange {
            path: path.clone(),
            before: before.clone(),
            after: after.clone(),
        };
        if self.emptied.contains(path) { vec![step(before, &None), step(&None, after)] } else { vec![step(before, after)] }
    }

    /// The scores that have no base any more, and files that are not removed: the run left these alone or found them there, or
    /// somebody edited them since.
    fn leaving_files(&self, session: &Session) -> BTreeSet<ScoreId> {
        let removed = self.changes.iter().filter(|change| change.after.is_none()).map(|change| &change.path);
        let is_absent = |path: &&RelPath| session.workspace.is_absent(path);
        let absent = self.stay.iter().map(|file| &file.path).filter(is_absent);
        let gone: BTreeSet<&RelPath> = removed.chain(absent).collect();
        let made = self.changes.iter().map(|change| &change.path).chain(self.stay.iter().map(|file| &file.path));
        let made: BTreeSet<&RelPath> = made.collect();
        let leaves = |base: &&BaseChange| {
            let mut files = base.paths.iter().filter(|path| made.contains(path)).peekable();
            base.before.is_none() && (files.peek().is_none() || files.any(|path| !gone.contains(path)))
        };
        self.bases.iter().filter(leaves).map(|base| base.score.clone()).collect()
    }

    /// Files and bases are as they were before the run, or have nothing of it any more.
    fn is_empty(&self) -> bool {
        let is_back = |file: &RestoredFile| matches!(file.outcome, RestoreOutcome::Unchanged);
        self.changes.is_empty() && self.bases.is_empty() && self.stay.iter().all(is_back)
    }

    fn report(self, changed: Vec<RestoredFile>) -> RestoreReport {
        let bases = self.bases.into_iter().map(|base| (base.score, base.before)).collect();
        RestoreReport { undone: Some(self.run), bases, ..RestoreReport::of_files(self.stay, changed) }
    }
}

/// The plan for the run that is asked for; else for the newest one that has anything to tell. One that wrote nothing, or
/// only a base that was replaced since, would otherwise be in the way of those before it for ever.
fn planned_undo(session: &Session, asked: Option<i64>) -> Result<UndoPlan, Halt> {
    for run in session.state.runs()? {
        if asked.is_some_and(|asked| run.id != RunId(asked)) {
            continue;
        }
        let plan = plan_of(session, run)?;
        if asked.is_some() || !plan.is_empty() {
            return Ok(plan);
        }
    }
    Err(Halt::NothingToUndo { run: asked })
}

fn plan_of(session: &Session, run: Run) -> Result<UndoPlan, Halt> {
    let mut changed: BTreeMap<RelPath, Change> = BTreeMap::new();
    let mut emptied: BTreeSet<RelPath> = BTreeSet::new();
    for replaced in session.state.replaced(run.id)? {
        if replaced.before.is_none() && changed.contains_key(&replaced.path) {
            emptied.insert(replaced.path.clone());
        }
        changed.entry(replaced.path).or_insert((replaced.before, None)).1 = replaced.after;
    }
    // A run that goes on meanwhile records more of them: whatever is to change has a stand that is read after it.
    let base_changes = session.state.base_changes(run.id)?;
    let stands = session.state.base_stands(run.id)?;
    let taken = taken_places(session, &base_changes, &changed)?;
    let is_free = |change: &BaseChange| !change.paths.iter().any(|path| taken.contains(path));
    let (movable, moved_on): (Vec<BaseChange>, Vec<BaseChange>) =
        base_changes.into_iter().partition(|change| stands.get(&change.score) != Some(&BaseStand::GoneOn) && is_free(change));
    let ways = changed.iter().map(|(path, change)| Ok((path, way_back(session, path, *change)?)));
    let ways: BTreeMap<&RelPath, WayBack> = ways.collect::<Result<_, Halt>>()?;
    let (movable, stuck) = without_interlocked(movable, (&moved_on, &stands), &ways, taken);
    let (mut stay, mut changes) = (Vec::new(), Vec::new());
    for (path, way) in ways {
        match way {
            WayBack::Stays(RestoreOutcome::Edited) if stuck.get(path) == Some(&RestoreOutcome::Taken) => {
                stay.push(stayed(path, RestoreOutcome::Taken));
            }
            WayBack::Stays(outcome) => stay.push(stayed(path, outcome)),
            WayBack::Change(change) => match stuck.get(path) {
                Some(outcome) => stay.push(stayed(path, outcome.clone())),
                None => changes.push(change),
            },
        }
    }
    let bases = bases(movable, &stands, &changed, &changes, &stay);
    Ok(UndoPlan { run, stay, changes, emptied, bases })
}

/// Files that the run changed, or that are of scores it changed, and that are those of other scores by now. Where a score is
/// forgotten, only the run's files say where its own were.
fn taken_places(
    session: &Session,
    changes: &[BaseChange],
    changed: &BTreeMap<RelPath, Change>,
) -> Result<BTreeSet<RelPath>, Halt> {
    let scores: BTreeSet<&ScoreId> = changes.iter().map(|change| &change.score).collect();
    let is_any_forgotten = changes.iter().any(|change| change.paths.is_empty());
    let files = changed.keys().filter(|_| is_any_forgotten);
    let mut taken = BTreeSet::new();
    for path in changes.iter().flat_map(|change| &change.paths).chain(files) {
        let Some(code) = code_of(path) else { continue };
        if session.state.synced_at(&code)?.iter().any(|owner| !scores.contains(owner)) {
            taken.insert(path.clone());
        }
    }
    Ok(taken)
}

/// Scores that gave each other their places go back together or not at all: where a file of one of them stays, it may lie where
/// one of another belongs. So do the files of one that was renamed: an edit would be in a file without a score. Gives those that
/// can go back, and the places that stay with why, `taken` ones whatever goes back.
fn without_interlocked(
    mut movable: Vec<BaseChange>,
    (moved_on, stands): (&[BaseChange], &BTreeMap<ScoreId, BaseStand>),
    ways: &BTreeMap<&RelPath, WayBack>,
    taken: BTreeSet<RelPath>,
) -> (Vec<BaseChange>, BTreeMap<RelPath, RestoreOutcome>) {
    let mut stuck: BTreeMap<RelPath, RestoreOutcome> = BTreeMap::new();
    stuck.extend(taken.into_iter().map(|path| (path, RestoreOutcome::Taken)));
    for change in moved_on {
        let why = match stands.get(&change.score) {
            Some(BaseStand::GoneOn) => RestoreOutcome::SyncedSince,
            _ => RestoreOutcome::StaysWithOthers,
        };
        for path in &change.paths {
            stuck.entry(path.clone()).or_insert_with(|| why.clone());
        }
    }
    let stays = |way: &WayBack| !matches!(way, WayBack::Change(_) | WayBack::Stays(RestoreOutcome::Unchanged));
    let is_renamed = |change: &&BaseChange| change.paths.iter().filter_map(code_of).collect::<BTreeSet<_>>().len() > 1;
    let renamed: Vec<BTreeSet<&RelPath>> =
        movable.iter().filter(is_renamed).map(|change| change.paths.iter().collect()).collect();
    let groups = interlocked(movable.iter().chain(moved_on)).into_iter().map(|group| group.places);
    for places in groups.chain(renamed) {
        if places.iter().any(|place| stuck.contains_key(*place) || ways.get(place).is_some_and(stays)) {
            for place in places {
                stuck.entry(place.clone()).or_insert(RestoreOutcome::StaysWithOthers);
            }
        }
    }
    movable.retain(|change| !change.paths.iter().any(|path| stuck.contains_key(path)));
    (movable, stuck)
}

/// How a file gets back to what it was before.
enum WayBack {
    /// By changing it.
    Change(FileChange),
    /// It does not, and why.
    Stays(RestoreOutcome),
}

fn way_back(session: &Session, path: &RelPath, (before, after): Change) -> Result<WayBack, Halt> {
    let now = match session.workspace.bytes_now(path) {
        Ok(now) => now,
        Err(error) => return Ok(WayBack::Stays(RestoreOutcome::Failed(error))),
    };
    let digest = now.as_ref().map(Digest::of);
    // What the run left as it was is not its to take back.
    if digest == before || before == after {
        return Ok(WayBack::Stays(RestoreOutcome::Unchanged));
    }
    if digest != after {
        return Ok(WayBack::Stays(RestoreOutcome::Edited));
    }
    let wanted = match before {
        Some(digest) => match session.state.backup_bytes(&digest)? {
            Some(bytes) => Some(bytes),
            None => return Ok(WayBack::Stays(RestoreOutcome::NotKept(None))),
        },
        None => None,
    };
    Ok(WayBack::Change(FileChange { path: path.clone(), before: now.map(Arc::from), after: wanted.map(Arc::from) }))
}

fn stayed(path: &RelPath, outcome: RestoreOutcome) -> RestoredFile {
    RestoredFile { path: path.clone(), outcome }
}

/// Bases go back with a file of their score, or alone where the run left the score's files alone, or somebody brought all of them
/// back. Those that the run never came to are back already.
fn bases(
    movable: Vec<BaseChange>,
    stands: &BTreeMap<ScoreId, BaseStand>,
    changed: &BTreeMap<RelPath, Change>,
    changes: &[FileChange],
    stay: &[RestoredFile],
) -> Vec<BaseChange> {
    let goes_back: BTreeSet<&RelPath> = changes.iter().map(|change| &change.path).collect();
    let is_back = |file: &&RestoredFile| matches!(file.outcome, RestoreOutcome::Unchanged);
    let back: BTreeSet<&RelPath> = stay.iter().filter(is_back).map(|file| &file.path).collect();
    let goes = |rebased: &BaseChange| {
        let mut files = rebased.paths.iter().filter(|path| changed.contains_key(*path));
        let is_reached = stands.get(&rebased.score) != Some(&BaseStand::NotReached);
        let goes_alone = is_reached && files.all(|path| back.contains(path));
        goes_alone || rebased.paths.iter().any(|path| goes_back.contains(path))
    };
    movable.into_iter().filter(goes).collect()
}
