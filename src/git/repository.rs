//! The repository itself: where its parts are, and who answers a question, the library or the program.

use super::error::GitError;
use super::program::{Program, literal};
use crate::model::{RelPath, SyncKind};
use std::path::{Path, PathBuf};

/// The repository that holds a scorecards root.
pub struct Repository {
    /// The scorecards root, with no symbolic link in it.
    pub(super) root: PathBuf,
    /// The folder that the root, as it was given, is in, with no symbolic link in it.
    pub(super) beside: PathBuf,
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
        self.prefix(self.top(path.as_str())).map_or_else(|| path.to_string(), |prefix| format!("{prefix}{path}"))
    }

    /// Where a file or a folder is on disk.
    pub(super) fn place(&self, relative: &str) -> PathBuf {
        self.top(relative).join(relative)
    }

    /// The folder that a relative path begins in.
    fn top(&self, relative: &str) -> &Path {
        if SyncKind::at(relative).is_standalone() { &self.beside } else { &self.root }
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

    /// What stands before the paths below a folder as they are called from the top of the working tree, with `/` at its end;
    /// empty where it is the top, none where it is not UTF-8, or lies outside.
    fn prefix(&self, folder: &Path) -> Option<String> {
        let prefix = folder.strip_prefix(&self.workdir).ok()?.to_str()?;
        let prefix = prefix.replace(std::path::MAIN_SEPARATOR, "/");
        Some(if prefix.is_empty() { prefix } else { format!("{prefix}/") })
    }

    /// The folders of synced files as they are called from the top of the working tree; empty where that is one of them.
    pub(super) fn folders(&self) -> Vec<String> {
        let beside = self.prefix(&self.beside);
        let standalone = SyncKind::folders().filter_map(|folder| Some(format!("{}{folder}", beside.as_ref()?)));
        let root = self.prefix(&self.root).map(|prefix| prefix.trim_end_matches('/').to_owned());
        root.into_iter().chain(standalone).collect()
    }

    /// [`Self::folders`] as pathspecs.
    pub(super) fn folder_specs(&self) -> Vec<String> {
        let spec = |folder: &String| if folder.is_empty() { ".".to_owned() } else { literal(folder) };
        self.folders().iter().map(spec).collect()
    }

    /// A path of the repository as seen from the root.
    pub(super) fn below_root(&self, path: &[u8]) -> Option<RelPath> {
        let path = std::str::from_utf8(path).ok()?;
        let below = |folder: &Path| RelPath::parse(path.strip_prefix(&self.prefix(folder)?)?).ok();
        let is_standalone = |path: &RelPath| SyncKind::at(path.as_str()).is_standalone();
        below(&self.beside).filter(is_standalone).or_else(|| below(&self.root).filter(|path| !is_standalone(path)))
    }
}
