//! One commit of exact files, as they are in the working tree; the person's index and other changes stay as they were.
//!
//! `git commit --only` does this with the index locked throughout. It knows only files that the index knows, so that new
//! ones are first marked as intended (`git add --intent-to-add`, which stages no content); the marks are taken back when
//! nothing is committed. A crash in between leaves such a mark behind, which changes no commit that the person makes.
//!
//! RACE: a file that is edited after the caller wrote it and before git reads it is committed with that edit. Nothing is
//! lost by it, and the next status shows the edit as any other.

use super::commit_id::CommitId;
use super::error::GitError;
use super::program::Program;
use super::program::literal;
use super::repository::Repository;
use super::tracking::Tracking;
use crate::model::RelPath;
use std::io::Write;
use std::path::Path;
use std::thread::sleep;
use std::time::Duration;

/// Paths that fit on a command line, whatever the system.
const CHUNK: usize = 200;
/// How long a lock of the index is waited for: editors hold it for moments. In milliseconds.
const PATIENCE: [u64; 6] = [10, 30, 60, 100, 300, 500];

/// What a commit was made of.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewCommit {
    /// The new commit.
    pub id: CommitId,
    /// Files that are not in it because `.gitignore` or its kin keep them out.
    pub ignored: Vec<RelPath>,
}

/// The files of a commit, as the repository names them.
struct CommitFiles {
    /// All of them.
    all: Vec<String>,
    /// Those that the index does not know yet.
    new: Vec<String>,
    ignored: Vec<RelPath>,
}

impl Repository {
    /// Commits `paths` as they are in the working tree, a missing one as removed; nothing else. None if they are as in HEAD.
    /// Author and committer come from git's configuration.
    ///
    /// # Errors
    /// Something is under way that a commit would become a part of; the index stays locked; a path lies in no repository or
    /// in another one; there is no git program; it refuses, or a hook does. Nothing is committed then.
    pub fn commit(&self, paths: &[RelPath], message: &str) -> Result<Option<NewCommit>, GitError> {
        if let Some(operation) = self.in_progress() {
            return Err(GitError::InProgress(operation));
        }
        self.wait_for_index()?;
        let files = self.files(paths)?;
        if files.all.is_empty() {
            return Ok(None);
        }
        let made = self.commit_files(&files, message).map_err(|error| match error {
            GitError::NeedsProgram { .. } => GitError::NeedsProgram { why: "nothing else makes commits".to_owned() },
            error => error,
        })?;
        Ok(made.map(|id| NewCommit { id, ignored: files.ignored }))
    }

    fn wait_for_index(&self) -> Result<(), GitError> {
        for wait in PATIENCE {
            if !self.index_locked() {
                return Ok(());
            }
            sleep(Duration::from_millis(wait));
        }
        if self.index_locked() { Err(GitError::IndexLocked(self.git_dir.join("index.lock"))) } else { Ok(()) }
    }

    /// Sorts the paths by what git makes of them. A file that neither exists nor is tracked is left out.
    fn files(&self, paths: &[RelPath]) -> Result<CommitFiles, GitError> {
        let mut named = paths.iter().map(|path| Ok((self.in_repository(path)?, path))).collect::<Result<Vec<_>, GitError>>()?;
        named.sort_unstable();
        named.dedup_by(|a, b| a.0 == b.0);
        let names: Vec<String> = named.iter().map(|(name, _)| name.clone()).collect();
        let tracking = self.tracking_of(&names)?;
        let mut files = CommitFiles { all: Vec::new(), new: Vec::new(), ignored: Vec::new() };
        for ((name, path), tracking) in named.into_iter().zip(tracking) {
            let exists = self.workdir.join(&name).exists();
            match tracking {
                Tracking::Tracked => files.all.push(name),
                Tracking::Ignored if exists => files.ignored.push(path.clone()),
                Tracking::Untracked if exists => {
                    files.new.push(name.clone());
                    files.all.push(name);
                }
                _ => {}
            }
        }
        Ok(files)
    }

    fn commit_files(&self, files: &CommitFiles, message: &str) -> Result<Option<CommitId>, GitError> {
        let marks = Marks::set(&self.program, &self.workdir, &files.new)?;
        if files.new.is_empty() && !self.differs_from_head(&files.all)? {
            return Ok(None);
        }
        let mut list = tempfile::NamedTempFile::new().map_err(GitError::at(Path::new("a temporary file")))?;
        list.write_all(&separated(files.all.iter().map(|path| literal(path)))).map_err(GitError::at(list.path()))?;
        let from_file = format!("--pathspec-from-file={}", list.path().display());
        let args = ["commit", "--quiet", "--only", "--cleanup=verbatim", "--file=-", "--pathspec-file-nul", &from_file];
        let made = self.program.feed(&self.workdir, &args, message.as_bytes());
        made.map_err(|error| if self.index_locked() { GitError::IndexLocked(self.git_dir.join("index.lock")) } else { error })?;
        marks.keep();
        Ok(self.head()?.commit().cloned())
    }

    fn differs_from_head(&self, paths: &[String]) -> Result<bool, GitError> {
        if self.head()?.commit().is_none() {
            return Ok(true);
        }
        for chunk in paths.chunks(CHUNK) {
            let fixed = ["diff", "--quiet", "--no-ext-diff", "--no-textconv", "HEAD", "--"];
            let args: Vec<String> = fixed.map(str::to_owned).into_iter().chain(chunk.iter().map(|path| literal(path))).collect();
            // With `--quiet` status 1 means that there is a difference.
            if self.program.find(&self.workdir, &args, b"")?.is_none() {
                return Ok(true);
            }
        }
        Ok(false)
    }
}

/// Files marked as intended to be added; the marks go when this is dropped, unless they are kept.
struct Marks<'a> {
    program: &'a Program,
    workdir: &'a Path,
    paths: &'a [String],
}

impl<'a> Marks<'a> {
    fn set(program: &'a Program, workdir: &'a Path, paths: &'a [String]) -> Result<Self, GitError> {
        let marks = Self { program, workdir, paths };
        if !paths.is_empty() {
            let args = ["add", "--intent-to-add", "--pathspec-from-file=-", "--pathspec-file-nul"];
            program.feed(workdir, &args, &separated(paths.iter().map(|path| literal(path))))?;
        }
        Ok(marks)
    }

    fn keep(mut self) {
        self.paths = &[];
    }
}

impl Drop for Marks<'_> {
    fn drop(&mut self) {
        if !self.paths.is_empty() {
            // A failure to clean up is not reported: the error that led here matters more.
            let args = ["update-index", "--force-remove", "-z", "--stdin"];
            let _ = self.program.feed(self.workdir, &args, &separated(self.paths.iter().cloned()));
        }
    }
}

fn separated(paths: impl Iterator<Item = String>) -> Vec<u8> {
    paths.flat_map(|path| path.into_bytes().into_iter().chain([0])).collect()
}
