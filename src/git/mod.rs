//! What git knows about the files: where HEAD is, what is staged, what commits hold, commits of exact paths, hooks. It never
//! pushes or fetches, and knows nothing of scores.
//!
//! The built-in libgit2 reads, because starting a program costs more than most answers. What it cannot read (reftable,
//! SHA-256, a sparse or split index) the `git` program is asked for, and [`GitError::NeedsProgram`] says why where there is
//! none. Commits are made by the program alone, because only it runs hooks and signs.
//!
//! Besides what git itself keeps in order, only hook files are written here.

mod commit;
mod committed;
mod error;
mod head;
mod history;
mod hook_script;
#[expect(clippy::disallowed_methods, reason = "hooks are files of the repository, and git's room alone writes them")]
mod hooks;
mod mergetool;
mod message;
mod objects;
mod open;
mod program;
mod reflog;
mod staged;
mod tracking;
mod trailers;

pub use commit::Committed;
pub use committed::RefUpdate;
pub use error::{GitError, HookRefusal};
pub use head::{CommitId, Head, Operation};
pub use history::{COMMITS, PastTexts};
pub use hook_script::HookCommand;
pub use hooks::{HookKind, HookState, Installed};
pub use mergetool::{MergeFiles, ToolEnd, mergetool};
pub use message::{Entry, Message, versions_in};
pub use open::HookContext;
pub use program::Program;
pub use reflog::Elsewhere;
pub use staged::{Staged, StagedChange};
pub use tracking::Tracking;

use crate::model::RelPath;
use std::path::{Path, PathBuf};

/// The repository that holds a scorecards root.
pub struct Repository {
    /// The scorecards root, with no symbolic link in it.
    root: PathBuf,
    /// The top of the working tree, with no symbolic link in it.
    workdir: PathBuf,
    /// The folder of this working tree's HEAD and index.
    git_dir: PathBuf,
    /// Another index than the usual one, as a hook is given.
    index_file: Option<PathBuf>,
    /// None where libgit2 cannot open it; and why.
    library: Result<git2::Repository, String>,
    program: Program,
}

impl Repository {
    /// The top of the working tree.
    pub fn workdir(&self) -> &Path {
        &self.workdir
    }

    /// A path under the root as it is called from the top of the working tree.
    pub fn name_of(&self, path: &RelPath) -> String {
        match self.prefix().filter(|prefix| !prefix.is_empty()) {
            Some(prefix) => format!("{prefix}/{path}"),
            None => path.to_string(),
        }
    }

    /// Asks the library, and where that cannot answer, the program. What is wrong with the library's answer is the reason
    /// why the program was needed.
    fn read<T>(
        &self,
        library: impl FnOnce(&git2::Repository) -> Result<T, git2::Error>,
        program: impl FnOnce() -> Result<T, GitError>,
    ) -> Result<T, GitError> {
        let why = match self.library.as_ref().map(library) {
            Ok(Ok(value)) => return Ok(value),
            Ok(Err(error)) => error.message().to_owned(),
            Err(why) => why.clone(),
        };
        program().map_err(|error| match error {
            GitError::NeedsProgram { .. } => GitError::NeedsProgram { why },
            error => error,
        })
    }

    /// Asks the program about this working tree.
    fn git(&self, args: &[&str]) -> Result<Vec<u8>, GitError> {
        self.program().read(&self.workdir, args)
    }

    /// The program, told of the index that is in use.
    fn program(&self) -> Program {
        match &self.index_file {
            Some(file) => self.program.clone().with("GIT_INDEX_FILE", file),
            None => self.program.clone(),
        }
    }

    /// The root as seen from the top of the working tree, with `/`; empty where it is the top, none where it is not UTF-8.
    fn prefix(&self) -> Option<String> {
        let prefix = self.root.strip_prefix(&self.workdir).ok()?.to_str()?;
        Some(if std::path::MAIN_SEPARATOR == '/' { prefix.to_owned() } else { prefix.replace(std::path::MAIN_SEPARATOR, "/") })
    }

    /// A path of the repository as seen from the root.
    fn below_root(&self, path: &[u8]) -> Option<RelPath> {
        let path = std::str::from_utf8(path).ok()?;
        let prefix = self.prefix()?;
        let below = if prefix.is_empty() { path } else { path.strip_prefix(&prefix)?.strip_prefix('/')? };
        RelPath::parse(below).ok()
    }
}
