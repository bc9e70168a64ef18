//! The repository itself: where its parts are, and who answers a question, the library or the program.

use super::error::GitError;
use super::program::Program;
use crate::model::RelPath;
use std::path::{Path, PathBuf};

/// The repository that holds a scorecards root.
pub struct Repository {
    /// The scorecards root, with no symbolic link in it.
    pub(super) root: PathBuf,
    /// The top of the working tree, with no symbolic link in it.
    pub(super) workdir: PathBuf,
    /// The folder of this working tree's HEAD and index.
    pub(super) git_dir: PathBuf,
    /// Another index than the usual one, as a hook is given.
    pub(super) index_file: Option<PathBuf>,
    /// None where libgit2 cannot open it; and why.
    pub(super) library: Result<git2::Repository, String>,
    pub(super) program: Program,
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
    pub(super) fn read<T>(
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
    pub(super) fn git(&self, args: &[&str]) -> Result<Vec<u8>, GitError> {
        self.program().read(&self.workdir, args)
    }

    /// The program, told of the index that is in use.
    pub(super) fn program(&self) -> Program {
        match &self.index_file {
            Some(file) => self.program.clone().with("GIT_INDEX_FILE", file),
            None => self.program.clone(),
        }
    }

    /// The root as seen from the top of the working tree, with `/`; empty where it is the top, none where it is not UTF-8.
    pub(super) fn prefix(&self) -> Option<String> {
        let prefix = self.root.strip_prefix(&self.workdir).ok()?.to_str()?;
        Some(if std::path::MAIN_SEPARATOR == '/' { prefix.to_owned() } else { prefix.replace(std::path::MAIN_SEPARATOR, "/") })
    }

    /// A path of the repository as seen from the root.
    pub(super) fn below_root(&self, path: &[u8]) -> Option<RelPath> {
        let path = std::str::from_utf8(path).ok()?;
        let prefix = self.prefix()?;
        let below = if prefix.is_empty() { path } else { path.strip_prefix(&prefix)?.strip_prefix('/')? };
        RelPath::parse(below).ok()
    }
}
