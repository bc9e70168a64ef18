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

use super::report::Halt;
use super::rewrite::{Rebase, RestoreOutcome, RestoreReport, RestoredFile, Rewrite};
use super::session::Session;
use crate::model::{Digest, RelPath};
use crate::state::{BaseChange, Run, RunId, RunKind};
use std::collections::{BTreeMap, BTreeSet};

/// A file as a run found it and as it left it.
type Change = (Option<Digest>, Option<Digest>);

impl Session {
    /// Undoes the last run that replaced files, or the one with this number.
    pub fn undo(&mut self, run: Option<i64>, dry_run: bool) -> Result<RestoreReport, Halt> {
        let undone = self.run_to_undo(run)?;
        let mut changes: BTreeMap<RelPath, Change> = BTreeMap::new();
        for replaced in self.state.replaced(undone.id)? {
            changes.entry(replaced.path).or_insert((replaced.before, None)).1 = replaced.after;
        }
        let (movable, moved_on) = self.split_bases(undone.id)?;
        let stuck: BTreeSet<&RelPath> = moved_on.iter().flat_map(|rebased| &rebased.paths).collect();
        let (mut files, mut rewrites) = (Vec::new(), Vec::new());
        for (path, change) in &changes {
            match self.way_back(path, *change)? {
                Ok(_) if stuck.contains(path) => files.push(returned(path, RestoreOutcome::SyncedSince)),
                Ok(rewrite) => rewrites.push(rewrite),
                Err(outcome) => files.push(returned(path, outcome)),
            }
        }
        let bases = bases(movable, undone.id, &changes, &rewrites);
        let outcomes =
            if dry_run { rewrites.iter().map(planned).collect() } else { self.rewrite(&RunKind::Undo, &rewrites, &bases)? };
        files.extend(rewrites.iter().zip(outcomes).map(|(rewrite, outcome)| returned(&rewrite.path, outcome)));
        files.sort_by(|a, b| a.path.cmp(&b.path));
        let bases = bases.into_iter().map(|base| (base.score, base.to)).collect();
        Ok(RestoreReport { undone: Some(undone), files, bases })
    }

    fn run_to_undo(&self, run: Option<i64>) -> Result<Run, Halt> {
        let mut runs = self.state.runs()?.into_iter();
        runs.find(|known| run.is_none_or(|asked| known.id == RunId(asked))).ok_or(Halt::NothingToUndo { run })
    }

    /// Scores whose base still is the run's (or never became it), and scores that went on since.
    fn split_bases(&self, run: RunId) -> Result<(Vec<BaseChange>, Vec<BaseChange>), Halt> {
        let synced = self.state.load()?.synced;
        let as_left = |rebased: &BaseChange| {
            let now = synced.get(&rebased.score).map(|synced| &synced.base);
            now == rebased.after.as_ref() || now == rebased.before.as_ref()
        };
        Ok(self.state.base_changes(run)?.into_iter().partition(as_left))
    }

    /// How a file gets back to what it was before; else why it stays.
    fn way_back(&self, path: &RelPath, (before, after): Change) -> Result<Result<Rewrite, RestoreOutcome>, Halt> {
        let now = match self.bytes_now(path) {
            Ok(now) => now,
            Err(error) => return Ok(Err(RestoreOutcome::Failed(error))),
        };
        let digest = now.as_ref().map(Digest::of);
        if digest == before {
            return Ok(Err(RestoreOutcome::Unchanged));
        }
        if digest != after {
            return Ok(Err(RestoreOutcome::Edited));
        }
        let wanted = match before {
            Some(digest) => match self.state.backup_bytes(&digest)? {
                Some(bytes) => Some(bytes),
                None => return Ok(Err(RestoreOutcome::NotKept)),
            },
            None => None,
        };
        Ok(Ok(Rewrite { path: path.clone(), now, wanted }))
    }
}

fn returned(path: &RelPath, outcome: RestoreOutcome) -> RestoredFile {
    RestoredFile { path: path.clone(), outcome }
}

/// What a dry run says of a rewrite.
pub(super) fn planned(rewrite: &Rewrite) -> RestoreOutcome {
    if rewrite.now == rewrite.wanted {
        return RestoreOutcome::Unchanged;
    }
    rewrite.wanted.as_ref().map_or(RestoreOutcome::Removed, |bytes| RestoreOutcome::Written(bytes.len()))
}

/// Bases go back with a file of their score, or alone where the run left the score's files alone.
fn bases(movable: Vec<BaseChange>, run: RunId, changes: &BTreeMap<RelPath, Change>, rewrites: &[Rewrite]) -> Vec<Rebase> {
    let goes_back: BTreeSet<&RelPath> = rewrites.iter().map(|rewrite| &rewrite.path).collect();
    let goes = |rebased: &BaseChange| {
        let had_files = rebased.paths.iter().any(|path| changes.contains_key(path));
        !had_files || rebased.paths.iter().any(|path| goes_back.contains(path))
    };
    let rebase = |rebased: BaseChange| Rebase { score: rebased.score, run, to: rebased.before, paths: rebased.paths };
    movable.into_iter().filter(goes).map(rebase).collect()
}
