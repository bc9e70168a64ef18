//! Why git could not be asked, or would not do it.

use super::hook_manager::HookManager;
use super::hook_script::HookKind;
use super::operation::GitOperation;
use std::io;
use std::path::{Path, PathBuf};

/// An error of a repository.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum GitError {
    /// Somebody else owns the repository, and git does not trust it: it wants the top of the working tree in
    /// `safe.directory`.
    #[error("{}: git does not trust this repository, which belongs to another user", .0.display())]
    Owner(PathBuf),
    /// Only the `git` program can do this, and it is not there.
    #[error("the git program is needed and was not found: {why}")]
    NeedsProgram {
        /// What the built-in git cannot do.
        why: String,
    },
    /// A merge, rebase or the like waits to be finished; nothing was committed.
    #[error("{0} is under way")]
    InProgress(GitOperation),
    /// Another process holds the index, or died while it did.
    #[error("{}: the index is locked", .0.display())]
    IndexLocked(PathBuf),
    /// A file that is to be committed lies in another repository, or in none.
    #[error("{}: outside of the repository", .0.display())]
    Outside(PathBuf),
    /// A hook cannot be installed safely.
    #[error(transparent)]
    Hook(#[from] HookRefusal),
    /// The `git` program refused or failed: a hook said no, no identity is configured, …
    #[error("git {command}: {message}")]
    Program {
        /// The subcommand.
        command: String,
        /// What it wrote to stderr, and to stdout where that is empty.
        message: String,
    },
    /// The built-in git failed.
    #[error("{0}")]
    Library(String),
    /// A file of the repository could not be read or written.
    #[error("{}: {message}", path.display())]
    Io {
        /// Where.
        path: PathBuf,
        /// The system's words.
        message: String,
    },
}

/// Why a hook is not installed or removed; nothing was changed.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum HookRefusal {
    /// `core.hooksPath` names a folder whose files belong to the repository: the hook would be committed.
    #[error("{}: this hooks folder is part of the repository", .0.display())]
    Committed(PathBuf),
    /// `core.hooksPath` is set for more than this repository.
    #[error("{}: this hooks folder is used by other repositories too", .0.display())]
    Shared(PathBuf),
    /// `core.hooksPath` names something that is no folder, as `/dev/null`, or nothing.
    #[error("git runs no hooks: core.hooksPath leads to {}, which is no folder for hooks", .0.display())]
    NotAFolder(PathBuf),
    /// A hook was moved aside earlier, and another one took its place since.
    #[error("{}: a hook that was moved aside earlier is still there", .0.display())]
    PreviousInTheWay(PathBuf),
    /// A hook manager writes the hooks of this repository: ours would go when it does so again.
    #[error("{} writes the {} hook of this repository itself", .manager.name(), .kind.name())]
    Managed {
        /// Which.
        manager: HookManager,
        /// The hook.
        kind: HookKind,
    },
    /// A hook manager calls us, because its settings say so, or somebody's own hook does.
    #[error("{}: this file runs scoresync", .0.display())]
    InSettings(PathBuf),
    /// What is to be removed is not ours.
    #[error("{}: not a hook of scoresync", .0.display())]
    Foreign(PathBuf),
}

impl GitError {
    /// For `map_err`: what a file-system error means for `path`.
    pub(super) fn at(path: &Path) -> impl Fn(io::Error) -> Self {
        move |error| Self::Io { path: path.to_owned(), message: error.to_string() }
    }
}

impl From<git2::Error> for GitError {
    fn from(error: git2::Error) -> Self {
        Self::Library(error.message().to_owned())
    }
}
