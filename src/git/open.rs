//! Finding the repository of a scorecards root.

use super::error::GitError;
use super::program::Program;
use super::repository::Repository;
use super::top::top_above;
use crate::model::beside;
use git2::{ErrorCode, RepositoryOpenFlags};
use std::ffi::OsStr;
use std::fs;
use std::path::{Path, PathBuf};

/// What git tells a hook by its environment and working directory. Whoever reads the environment fills it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct HookContext {
    /// The directory that the hook was started in: for `pre-commit` the top of the working tree.
    pub folder: PathBuf,
    /// `GIT_DIR`, as it is.
    pub git_dir: Option<PathBuf>,
    /// `GIT_INDEX_FILE`, as it is.
    pub index_file: Option<PathBuf>,
}

impl HookContext {
    fn index_file(&self) -> Option<PathBuf> {
        self.index_file.as_ref().map(|file| self.folder.join(file))
    }
}

/// Where a repository has its parts.
struct RepositoryPaths {
    workdir: PathBuf,
    git_dir: PathBuf,
}

impl Repository {
    /// The repository whose working tree holds `root` (or what `root` is a link to); none where there is none, or only a
    /// bare one. Looks at no environment: a surrounding git's `GIT_DIR` says nothing about the root.
    ///
    /// Where the owner is somebody else, the program says whether it is trusted: it knows every source of git's configuration,
    /// of which libgit2 reads only some files. A repository that it trusts is read by it.
    ///
    /// # Errors
    /// The repository belongs to somebody whom git does not trust, or only a git program could read it and there is
    /// none.
    pub fn discover(root: &Path, program: Program) -> Result<Option<Self>, GitError> {
        let (Ok(root), Ok(beside)) = (fs::canonicalize(root), fs::canonicalize(beside(root))) else { return Ok(None) };
        let no_ceiling: [&OsStr; 0] = [];
        let (library, paths) = match git2::Repository::open_ext(&root, RepositoryOpenFlags::empty(), no_ceiling) {
            Ok(repository) => {
                let Some(workdir) = repository.workdir() else { return Ok(None) };
                let paths = RepositoryPaths { workdir: canonical(workdir)?, git_dir: canonical(repository.path())? };
                (Ok(repository), paths)
            }
            Err(error) if error.code() == ErrorCode::NotFound => return Ok(None),
            Err(error) => {
                let (why, is_owner) = (error.message().to_owned(), error.code() == ErrorCode::Owner);
                let paths = ask_program(&program, &root).map_err(|error| match error {
                    GitError::NeedsProgram { .. } if is_owner => GitError::Owner(top_above(&root)),
                    GitError::NeedsProgram { .. } => GitError::NeedsProgram { why: why.clone() },
                    error => error,
                })?;
                (Err(why), paths)
            }
        };
        let RepositoryPaths { workdir, git_dir } = paths;
        let inside = root.starts_with(&workdir) && !root.starts_with(&git_dir);
        Ok(inside.then_some(Self { root, beside, workdir, git_dir, index_file: None, library, program }))
    }

    /// The repository of `root` with the index that a hook is to look at (`git commit -a` and `git commit -- paths` hand
    /// over a temporary one). None where the hook runs for another repository than the root's. The one that git names may
    /// lie apart from its working tree, where the root is in no repository otherwise.
    ///
    /// # Errors
    /// Those of [`Repository::discover`]; a folder that the hook names cannot be found.
    pub fn in_hook(root: &Path, context: &HookContext, program: Program) -> Result<Option<Self>, GitError> {
        let Some(mut repository) = Self::discover(root, program.clone())? else { return Self::apart(root, context, program) };
        let at_hook = match &context.git_dir {
            Some(git_dir) => canonical(&context.folder.join(git_dir))? == repository.git_dir,
            None => {
                let hooked = Self::discover(&context.folder, repository.program.clone())?;
                hooked.is_some_and(|hooked| hooked.git_dir == repository.git_dir)
            }
        };
        repository.index_file = context.index_file();
        Ok(at_hook.then_some(repository))
    }

    /// The repository that git names to a hook, whose working tree is where the hook was started (`git --git-dir --work-tree`).
    fn apart(root: &Path, context: &HookContext, program: Program) -> Result<Option<Self>, GitError> {
        let (Ok(beside), Some(git_dir)) = (fs::canonicalize(beside(root)), &context.git_dir) else { return Ok(None) };
        let Ok(root) = fs::canonicalize(root) else { return Ok(None) };
        let (workdir, git_dir) = (canonical(&context.folder)?, canonical(&context.folder.join(git_dir))?);
        if !root.starts_with(&workdir) || root.starts_with(&git_dir) {
            return Ok(None);
        }
        let library = git2::Repository::open(&git_dir).and_then(|repository| {
            repository.set_workdir(&workdir, false)?;
            Ok(repository)
        });
        let program = program.with("GIT_DIR", &git_dir).with("GIT_WORK_TREE", &workdir);
        let library = library.map_err(|error| error.message().to_owned());
        Ok(Some(Self { root, beside, workdir, git_dir, index_file: context.index_file(), library, program }))
    }
}

fn canonical(path: &Path) -> Result<PathBuf, GitError> {
    fs::canonicalize(path).map_err(GitError::at(path))
}

fn ask_program(program: &Program, root: &Path) -> Result<RepositoryPaths, GitError> {
    let args = ["rev-parse", "--path-format=absolute", "--show-toplevel", "--absolute-git-dir"];
    let answer = program.read(root, &args)?;
    let answer = String::from_utf8(answer).unwrap_or_default();
    match answer.lines().collect::<Vec<_>>()[..] {
        [workdir, git_dir] => {
            Ok(RepositoryPaths { workdir: canonical(Path::new(workdir))?, git_dir: canonical(Path::new(git_dir))? })
        }
        _ => Err(GitError::Program { command: "rev-parse".to_owned(), message: "paths that are not lines of UTF-8".to_owned() }),
    }
}
