//! Bringing files back to earlier bytes, for `undo` and `restore`.
//!
//! Crash protocol: (1) one commit keeps the bytes that are there now, and where an undo takes Synced back it keeps the entry
//! of now and sets the earlier one; (2) the files are written, each only if it still is what was looked at; (3) the stat
//! cache learns them, and a score none of whose files could be written gets its entry of before (1) again.
//!
//! Synced goes back *before* the files: a crash after (1) leaves files that equal the champion beside an older base, which
//! the next plan merely records. The other order would leave earlier texts beside a newer base, and a push would give them
//! to the dashboard as edits, over what others promoted since.

use crate::engine::error::Halt;
use crate::engine::execute::files::prune_history;
use crate::engine::locked::Locked;
use crate::engine::session::Session;
use crate::model::{Digest, Expect, RelPath, ScoreId, VersionId};
use crate::state::{Run, RunId, RunKind};
use crate::workspace::FileError;

/// What a command brought back.
#[derive(Debug)]
pub struct RestoreReport {
    /// The run that was undone; none for a restore.
    pub undone: Option<Run>,
    /// Every file that was looked at, in the order of their paths.
    pub files: Vec<RestoredFile>,
    /// Scores whose base went back with their files, with that base.
    pub bases: Vec<(ScoreId, Option<VersionId>)>,
}

impl RestoreReport {
    /// Files that stayed, and files that were rewritten with their outcomes; no run was undone.
    pub(in crate::engine) fn of_files(
        mut files: Vec<RestoredFile>,
        rewrites: Vec<Rewrite>,
        outcomes: Vec<RestoreOutcome>,
    ) -> Self {
        let rewritten = rewrites.into_iter().zip(outcomes);
        files.extend(rewritten.map(|(rewrite, outcome)| RestoredFile { path: rewrite.path, outcome }));
        files.sort_by(|a, b| a.path.cmp(&b.path));
        Self { undone: None, files, bases: Vec::new() }
    }
}

/// One file of a [`RestoreReport`].
#[derive(Debug)]
pub struct RestoredFile {
    /// The file.
    pub path: RelPath,
    /// What became of it.
    pub outcome: RestoreOutcome,
}

/// What became of a file that was to be brought back.
#[derive(Debug)]
pub enum RestoreOutcome {
    /// These many bytes were written; what was there is kept.
    Written(usize),
    /// It was not there before, so it was removed; what was there is kept.
    Removed,
    /// It already is as it was.
    Unchanged,
    /// Left alone: it is not what the command wrote any more.
    Edited,
    /// Left alone: its score was pushed, pulled or resolved since.
    SyncedSince,
    /// The bytes are not kept: nothing was replaced here, or it is too long ago.
    NotKept,
    /// It could not be read or written.
    Failed(FileError),
}

/// A file and what is to be in it; none is no file.
pub(in crate::engine) struct Rewrite {
    pub path: RelPath,
    pub now: Option<Vec<u8>>,
    pub wanted: Option<Vec<u8>>,
}

impl Rewrite {
    /// What carrying it out would come to.
    pub fn preview(&self) -> RestoreOutcome {
        if self.now == self.wanted {
            return RestoreOutcome::Unchanged;
        }
        self.wanted.as_ref().map_or(RestoreOutcome::Removed, |bytes| RestoreOutcome::Written(bytes.len()))
    }
}

/// Synced of a score is to say what it said before `run`.
pub(in crate::engine) struct Rebase {
    pub score: ScoreId,
    pub run: RunId,
    pub to: Option<VersionId>,
    /// The score's files.
    pub paths: Vec<RelPath>,
}

/// The bytes of a file; none if nothing is there.
pub(in crate::engine) fn bytes_now(session: &Session, path: &RelPath) -> Result<Option<Vec<u8>>, FileError> {
    match session.workspace.read(path) {
        Ok(bytes) => Ok(Some(bytes)),
        Err(FileError::NotFound(_)) => Ok(None),
        Err(error) => Err(error),
    }
}

/// Carries out `files` and `bases` as a run of its own; the outcomes of the files in their order.
pub(in crate::engine) fn rewrite(
    session: &mut Locked<'_>,
    kind: &RunKind,
    files: &[Rewrite],
    bases: &[Rebase],
) -> Result<Vec<RestoreOutcome>, Halt> {
    if files.is_empty() && bases.is_empty() {
        return Ok(Vec::new());
    }
    let at = (session.config.now)();
    let run = session.state.transaction(|tx| {
        let run = tx.begin_run(kind, at)?;
        for file in files {
            tx.back_up(run, &file.path, file.now.as_deref(), file.wanted.as_ref().map(Digest::of), at)?;
        }
        for base in bases {
            tx.back_up_base(run, &base.score, base.to.as_ref())?;
            tx.restore_synced(base.run, &base.score)?;
        }
        Ok(run)
    })?;
    let mut fresh = Vec::new();
    let outcomes: Vec<RestoreOutcome> = files.iter().map(|file| put(session, file, &mut fresh)).collect();
    let failed = |path: &RelPath| {
        files.iter().zip(&outcomes).any(|(file, outcome)| file.path == *path && matches!(outcome, RestoreOutcome::Failed(_)))
    };
    let is_file = |path: &RelPath| files.iter().any(|file| file.path == *path);
    let stays = |base: &&Rebase| {
        let mut own = base.paths.iter().filter(|path| is_file(path)).peekable();
        own.peek().is_some() && own.all(failed)
    };
    session.state.transaction(|tx| {
        tx.set_files(&fresh)?;
        bases.iter().filter(stays).try_for_each(|base| tx.restore_synced(run, &base.score))
    })?;
    prune_history(session)?;
    Ok(outcomes)
}

fn put(session: &Session, file: &Rewrite, fresh: &mut Vec<(RelPath, crate::model::CachedFile)>) -> RestoreOutcome {
    let expect = file.now.as_ref().map_or(Expect::Absent, |bytes| Expect::Bytes(Digest::of(bytes)));
    if file.now == file.wanted {
        return RestoreOutcome::Unchanged;
    }
    let Some(bytes) = &file.wanted else {
        return session.workspace.remove(&file.path, expect).map_or_else(RestoreOutcome::Failed, |()| RestoreOutcome::Removed);
    };
    match session.workspace.write(&file.path, bytes, expect) {
        Ok(cached) => {
            fresh.extend(cached.map(|cached| (file.path.clone(), cached)));
            RestoreOutcome::Written(bytes.len())
        }
        Err(error) => RestoreOutcome::Failed(error),
    }
}
