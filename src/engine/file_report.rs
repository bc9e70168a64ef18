//! What became of files that a run was to change: the result of `undo` and `restore`, and of finishing a run that died.

use crate::model::{RelPath, ScoreId, VersionId};
use crate::state::Run;
use crate::workspace::FileError;
use std::path::Path;

/// What a command brought back.
#[derive(Debug)]
pub struct RestoreReport {
    /// What earlier runs had begun, and this one finished first.
    pub recovered: Vec<RecoveredRun>,
    /// The run that was undone; none for a restore.
    pub undone: Option<Run>,
    /// Every file that was looked at, in the order of their paths.
    pub files: Vec<RestoredFile>,
    /// Scores whose base went back with their files, with that base.
    pub bases: Vec<(ScoreId, Option<VersionId>)>,
}

impl RestoreReport {
    /// Files that stayed, and files that were changed; no run was undone.
    pub(in crate::engine) fn of_files(mut files: Vec<RestoredFile>, changed: Vec<RestoredFile>) -> Self {
        files.extend(changed);
        files.sort_by(|a, b| a.path.cmp(&b.path));
        Self { recovered: Vec::new(), undone: None, files, bases: Vec::new() }
    }
}

/// One file of a [`RestoreReport`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RestoredFile {
    /// The file.
    pub path: RelPath,
    /// What became of it.
    pub outcome: RestoreOutcome,
}

/// What became of a file that was to be changed.
#[derive(Clone, Debug, PartialEq, Eq)]
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
    /// Left alone: another score has its files there.
    Taken,
    /// Left alone: another file stays, without which it does not go back.
    StaysWithOthers,
    /// The bytes are not kept: nothing was replaced here, or it is too long ago. With the base, where the file differs from it.
    NotKept(Option<VersionId>),
    /// It could not be read or written.
    Failed(FileError),
}

impl RestoreOutcome {
    /// The file is as it was to be.
    pub fn is_done(&self) -> bool {
        matches!(self, Self::Written(_) | Self::Removed | Self::Unchanged)
    }

    /// Why the file at `path` below `root` is not as it was to be; none if it is.
    pub(in crate::engine) fn obstacle(&self, root: &Path, path: &RelPath) -> Option<FileError> {
        match self {
            Self::Failed(error) => Some(error.clone()),
            outcome if outcome.is_done() => None,
            _ => Some(FileError::Changed(path.under(root))),
        }
    }

    /// Nothing was done to the file. One that could not be written may be replaced all the same.
    pub(in crate::engine) fn is_untouched(&self) -> bool {
        match self {
            Self::Edited | Self::SyncedSince | Self::Taken | Self::StaysWithOthers | Self::NotKept(_) => true,
            Self::Failed(error) => matches!(error, FileError::Changed(_)),
            Self::Written(_) | Self::Removed | Self::Unchanged => false,
        }
    }
}

/// A run that had died, or could not change every file, and that a later run carried on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RecoveredRun {
    /// The run.
    pub run: Run,
    /// The run that it takes back, if it is an undo.
    pub undoes: Option<Run>,
    /// The files that were not recorded, in the order of their paths.
    pub files: Vec<RestoredFile>,
    /// Scores whose base it changed, with that base.
    pub bases: Vec<(ScoreId, Option<VersionId>)>,
    /// Where bytes lie that nothing else has: somebody saved a file at the moment in which the run died.
    pub kept_aside: Vec<RelPath>,
}

impl RecoveredRun {
    /// The files that are not as the run was to make them.
    pub fn left(&self) -> impl Iterator<Item = &RestoredFile> {
        self.files.iter().filter(|file| !file.outcome.is_done())
    }
}

/// A folder beside those of the scorecards that holds files of no score.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ForeignFolder {
    /// Where.
    pub folder: RelPath,
    /// How many files in it look like those of scores.
    pub files: usize,
    /// The scorecard's folder that it is named like.
    pub near: Option<String>,
}
