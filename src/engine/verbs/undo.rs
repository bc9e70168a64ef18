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
//! An undo is a run like any other, so that undoing it does again what was undone.

use crate::engine::error::Halt;
use crate::engine::execute::rewrite::{Rebase, RestoreOutcome, RestoreReport, RestoredFile, Rewrite, bytes_now, rewrite};
use crate::engine::locked::Locked;
use crate::engine::session::Session;
use crate::model::{Digest, RelPath};
use crate::state::{BaseChange, Run, RunId, RunKind};
use std::collections::{BTreeMap, BTreeSet};

/// A file as a run found it and as it left it.
type FileChange = (Option<Digest>, Option<Digest>);

/// Undoes the last run that replaced files, or the one with this number.
///
/// # Errors
/// There is no such run; the state or a file cannot be read, or the state not written.
pub fn undo(session: &mut Locked<'_>, run: Option<i64>) -> Result<RestoreReport, Halt> {
    let plan = planned_undo(session, run)?;
    let outcomes = rewrite(session, &RunKind::Undo, &plan.rewrites, &plan.bases)?;
    Ok(plan.report(outcomes))
}

/// What [`undo`] would do.
///
/// # Errors
/// As [`undo`].
pub fn undo_preview(session: &Session, run: Option<i64>) -> Result<RestoreReport, Halt> {
    let plan = planned_undo(session, run)?;
    let outcomes = plan.rewrites.iter().map(Rewrite::preview).collect();
    Ok(plan.report(outcomes))
}

/// A run that is to be undone.
struct UndoPlan {
    run: Run,
    /// Files that stay, and why.
    stay: Vec<RestoredFile>,
    rewrites: Vec<Rewrite>,
    bases: Vec<Rebase>,
}

impl UndoPlan {
    fn report(self, outcomes: Vec<RestoreOutcome>) -> RestoreReport {
        let bases = self.bases.into_iter().map(|base| (base.score, base.to)).collect();
        RestoreReport { undone: Some(self.run), bases, ..RestoreReport::of_files(self.stay, self.rewrites, outcomes) }
    }
}

fn planned_undo(session: &Session, run: Option<i64>) -> Result<UndoPlan, Halt> {
    let run = run_to_undo(session, run)?;
    let mut changes: BTreeMap<RelPath, FileChange> = BTreeMap::new();
    for replaced in session.state.replaced(run.id)? {
        changes.entry(replaced.path).or_insert((replaced.before, None)).1 = replaced.after;
    }
    let (movable, moved_on) = split_bases(session, run.id)?;
    let stuck: BTreeSet<&RelPath> = moved_on.iter().flat_map(|change| &change.paths).collect();
    let (mut stay, mut rewrites) = (Vec::new(), Vec::new());
    for (path, change) in &changes {
        match way_back(session, path, *change)? {
            WayBack::Rewrite(_) if stuck.contains(path) => stay.push(stayed(path, RestoreOutcome::SyncedSince)),
            WayBack::Rewrite(rewrite) => rewrites.push(rewrite),
            WayBack::Stays(outcome) => stay.push(stayed(path, outcome)),
        }
    }
    let bases = bases(movable, run.id, &changes, &rewrites);
    Ok(UndoPlan { run, stay, rewrites, bases })
}

fn run_to_undo(session: &Session, run: Option<i64>) -> Result<Run, Halt> {
    let mut runs = session.state.runs()?.into_iter();
    runs.find(|known| run.is_none_or(|asked| known.id == RunId(asked))).ok_or(Halt::NothingToUndo { run })
}

/// Scores whose base still is the run's (or never became it), and scores that went on since.
fn split_bases(session: &Session, run: RunId) -> Result<(Vec<BaseChange>, Vec<BaseChange>), Halt> {
    let synced = session.state.load()?.synced;
    let as_left = |rebased: &BaseChange| {
        let now = synced.get(&rebased.score).map(|synced| &synced.base);
        now == rebased.after.as_ref() || now == rebased.before.as_ref()
    };
    Ok(session.state.base_changes(run)?.into_iter().partition(as_left))
}

/// How a file gets back to what it was before.
enum WayBack {
    /// By writing it.
    Rewrite(Rewrite),
    /// It does not, and why.
    Stays(RestoreOutcome),
}

fn way_back(session: &Session, path: &RelPath, (before, after): FileChange) -> Result<WayBack, Halt> {
    let now = match bytes_now(session, path) {
        Ok(now) => now,
        Err(error) => return Ok(WayBack::Stays(RestoreOutcome::Failed(error))),
    };
    let digest = now.as_ref().map(Digest::of);
    if digest == before {
        return Ok(WayBack::Stays(RestoreOutcome::Unchanged));
    }
    if digest != after {
        return Ok(WayBack::Stays(RestoreOutcome::Edited));
    }
    let wanted = match before {
        Some(digest) => match session.state.backup_bytes(&digest)? {
            Some(bytes) => Some(bytes),
            None => return Ok(WayBack::Stays(RestoreOutcome::NotKept)),
        },
        None => None,
    };
    Ok(WayBack::Rewrite(Rewrite { path: path.clone(), now, wanted }))
}

fn stayed(path: &RelPath, outcome: RestoreOutcome) -> RestoredFile {
    RestoredFile { path: path.clone(), outcome }
}

/// Bases go back with a file of their score, or alone where the run left the score's files alone.
fn bases(movable: Vec<BaseChange>, run: RunId, changes: &BTreeMap<RelPath, FileChange>, rewrites: &[Rewrite]) -> Vec<Rebase> {
    let goes_back: BTreeSet<&RelPath> = rewrites.iter().map(|rewrite| &rewrite.path).collect();
    let goes = |rebased: &BaseChange| {
        let had_files = rebased.paths.iter().any(|path| changes.contains_key(path));
        !had_files || rebased.paths.iter().any(|path| goes_back.contains(path))
    };
    let rebase = |rebased: BaseChange| Rebase { score: rebased.score, run, to: rebased.before, paths: rebased.paths };
    movable.into_iter().filter(goes).map(rebase).collect()
}
