//! One commit of exact files, as they are in the working tree; the person's index and other changes stay as they were. A file
//! of which something else is staged is left out: what is staged may be nowhere else. So are the files that go with it: half of
//! two names that were exchanged would have one score's text in both places.
//!
//! `git commit --only` does this with the index locked throughout. It knows only files that the index knows, so that new
//! ones are first marked as intended (`git add --intent-to-add`, which stages no content); the marks are taken back when
//! nothing is committed. A crash in between leaves such a mark behind, which changes no commit that the person makes.
//!
//! RACE: a file that is edited after the caller wrote it and before git reads it is committed with that edit. Nothing is
//! lost by it, and the next status shows the edit as any other. What somebody stages of a file in the moment before git commits it is
//! replaced by what the file says; git keeps its text as an object, which `git fsck --lost-found` lists.

use super::commit_id::CommitId;
use super::error::GitError;
use super::program::Program;
use super::program::literal;
use super::repository::Repository;
use super::tracking::Tracking;
use crate::model::RelPath;
use std::collections::HashSet;
use std::io::Write;
use std::path::Path;
use std::thread::sleep;
use std::time::Duration;

/// Paths that fit on a command line, whatever the system.
const CHUNK: usize = 200;
/// How long a lock of the index is waited for: editors hold it for moments. In milliseconds.
const PATIENCE: [u64; 6] = [10, 30, 60, 100, 300, 500];

/// What became of files that were to be committed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CommitOutcome {
    /// The new commit; none if all that can be committed is as in HEAD.
    pub id: Option<CommitId>,
    /// What is not in it.
    pub left_out: Uncommitted,
}

/// Files that are not in a commit, though they were to be.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Uncommitted {
    /// `.gitignore` or its kin keep them out.
    pub ignored: Vec<RelPath>,
    /// Somebody told git not to look at them, by `git update-index --skip-worktree` or `--assume-unchanged`.
    pub hidden: Vec<RelPath>,
    /// Something is staged of them that is neither in HEAD nor in the working tree.
    pub staged: Vec<RelPath>,
    /// They go with one that is hidden, or staged otherwise.
    pub bound: Vec<RelPath>,
    /// Those of the last two that are there and that the index does not know: `git commit` takes them once they are added.
    pub unknown: Vec<RelPath>,
}

impl Uncommitted {
    /// All of them.
    pub fn files(&self) -> impl Iterator<Item = &RelPath> {
        self.ignored.iter().chain(&self.hidden).chain(self.waiting())
    }

    /// Those that git would take.
    pub fn waiting(&self) -> impl Iterator<Item = &RelPath> {
        self.staged.iter().chain(&self.bound)
    }
}

/// The files of a commit, as the repository names them.
#[derive(Default)]
struct CommitFiles {
    /// All of them.
    all: Vec<String>,
    /// Those that the index does not know yet.
    new: Vec<String>,
    left_out: Uncommitted,
}

impl Repository {
    /// Commits files as they are in the working tree, a missing one as removed, but for those that are ignored, and nothing
    /// else. Of each group all are left out if one of them is hidden or staged otherwise. `message` is given what is left out.
    /// Author and committer come from git's configuration.
    ///
    /// # Errors
    /// Something is under way that a commit would become a part of; the index stays locked; a path lies in no repository or
    /// in another one; there is no git program; it refuses, or a hook does. Nothing is committed then.
    pub fn commit(
        &self,
        groups: &[Vec<RelPath>],
        message: impl FnOnce(&Uncommitted) -> String,
    ) -> Result<CommitOutcome, GitError> {
        if let Some(operation) = self.in_progress() {
            return Err(GitError::InProgress(operation));
        }
        self.wait_for_index()?;
        self.sort_and_commit(groups, message).map_err(|error| match error {
            GitError::NeedsProgram { .. } => GitError::NeedsProgram { why: "nothing else makes commits".to_owned() },
            error => error,
        })
    }

    fn sort_and_commit(
        &self,
        groups: &[Vec<RelPath>],
        message: impl FnOnce(&Uncommitted) -> String,
    ) -> Result<CommitOutcome, GitError> {
        let CommitFiles { all, new, left_out } = self.files(groups)?;
        let message = message(&left_out);
        let id = if all.is_empty() { None } else { self.commit_files(&all, &new, &message)? };
        Ok(CommitOutcome { id, left_out })
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

    /// Sorts the files by what git makes of them. One that neither exists nor is tracked is left out.
    fn files(&self, groups: &[Vec<RelPath>]) -> Result<CommitFiles, GitError> {
        let mut named = Vec::new();
        for (group, paths) in groups.iter().enumerate() {
            for path in paths {
                named.push((self.in_repository(path)?, path, group));
            }
        }
        named.sort_unstable();
        named.dedup_by(|a, b| a.0 == b.0);
        let names: Vec<String> = named.iter().map(|(name, ..)| name.clone()).collect();
        let tracking = self.tracking_of(&names)?;
        let staged = self.staged_of(&names)?;
        let hidden = self.hidden()?;
        let is_kept_out = |name: &String| staged.apart.contains(name) || hidden.contains(name);
        let apart: HashSet<usize> = named.iter().filter(|(name, ..)| is_kept_out(name)).map(|(.., group)| *group).collect();
        let mut files = CommitFiles::default();
        for ((name, path, group), tracking) in named.into_iter().zip(tracking) {
            let exists = self.workdir.join(&name).exists();
            let is_tracked = tracking == Tracking::Tracked || staged.removed.contains(&name);
            let is_apart = staged.apart.contains(&name);
            if !exists && !is_tracked {
                continue;
            } else if tracking == Tracking::Ignored && !is_tracked && !is_apart {
                files.left_out.ignored.push(path.clone());
            } else if hidden.contains(&name) {
                files.left_out.hidden.push(path.clone());
            } else if apart.contains(&group) {
                let list = if is_apart { &mut files.left_out.staged } else { &mut files.left_out.bound };
                list.push(path.clone());
                files.left_out.unknown.extend((exists && tracking != Tracking::Tracked).then(|| path.clone()));
            } else {
                files.new.extend((!is_tracked).then(|| name.clone()));
                files.all.push(name);
            }
        }
        Ok(files)
    }

    /// The files that git is told not to look at.
    fn hidden(&self) -> Result<HashSet<String>, GitError> {
        let answer = self.program.read(&self.workdir, &["ls-files", "-v", "-z"])?;
        let is_hidden = |tag: u8| tag == b'S' || tag.is_ascii_lowercase();
        let named = |line: &[u8]| match line {
            [tag, b' ', name @ ..] if is_hidden(*tag) => std::str::from_utf8(name).ok().map(str::to_owned),
            _ => None,
        };
        Ok(answer.split(|byte| *byte == 0).filter_map(named).collect())
    }

    /// What is staged of some files.
    fn staged_of(&self, names: &[String]) -> Result<StagedFiles, GitError> {
        let fixed = ["diff", "--cached", "--raw", "--no-abbrev", "--no-renames", "--no-ext-diff", "-z"];
        let answer = self.program.read(&self.workdir, &fixed)?;
        let staged = StagedEntry::all(&answer);
        let moved: HashSet<&[u8]> = staged.iter().filter(|entry| entry.is_gone()).map(|entry| entry.before).collect();
        let names: HashSet<&str> = names.iter().map(String::as_str).collect();
        let (gone, other): (Vec<&StagedEntry<'_>>, Vec<&StagedEntry<'_>>) =
            staged.iter().filter(|entry| names.contains(entry.path)).partition(|entry| entry.is_gone());
        let gone = gone.iter().map(|entry| entry.path.to_owned());
        let (mut apart, removed): (HashSet<String>, HashSet<String>) = gone.partition(|path| self.workdir.join(path).exists());
        // What `git mv` staged is in HEAD, under the other name.
        let other: Vec<String> =
            other.iter().filter(|entry| !moved.contains(entry.now)).map(|entry| literal(entry.path)).collect();
        for chunk in other.chunks(CHUNK) {
            let fixed = ["diff", "--name-only", "--no-renames", "--no-ext-diff", "-z", "--"].map(str::to_owned);
            let answer = self.program.read(&self.workdir, &fixed.iter().chain(chunk).collect::<Vec<_>>())?;
            let changed = answer.split(|byte| *byte == 0).filter(|path| !path.is_empty());
            apart.extend(changed.map(|path| String::from_utf8_lossy(path).into_owned()));
        }
        Ok(StagedFiles { apart, removed })
    }

    fn commit_files(&self, all: &[String], new: &[String], message: &str) -> Result<Option<CommitId>, GitError> {
        let marks = Marks::set(&self.program, &self.workdir, new)?;
        if new.is_empty() && !self.differs_from_head(all)? {
            return Ok(None);
        }
        let mut list = tempfile::NamedTempFile::new().map_err(GitError::at(Path::new("a temporary file")))?;
        list.write_all(&separated(all.iter().map(|path| literal(path)))).map_err(GitError::at(list.path()))?;
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

/// What is staged of files that are to be committed.
struct StagedFiles {
    /// The index has neither what HEAD has nor what the working tree has, or nothing of a file that is there.
    apart: HashSet<String>,
    /// Neither the index nor the working tree has it any more.
    removed: HashSet<String>,
}

/// What the index changes against HEAD at a path, with the ids of both contents.
struct StagedEntry<'a> {
    before: &'a [u8],
    now: &'a [u8],
    path: &'a str,
}

impl<'a> StagedEntry<'a> {
    /// Reads `:MODE MODE ID ID STATE`, a zero byte, the path, a zero byte, and so on. A path that is no text is none of ours.
    fn all(raw: &'a [u8]) -> Vec<Self> {
        let parts: Vec<&[u8]> = raw.split(|byte| *byte == 0).collect();
        let entry = |pair: &[&'a [u8]]| {
            let [head, path] = pair else { return None };
            let mut ids = head.split(|byte| *byte == b' ').skip(2);
            Some(Self { before: ids.next()?, now: ids.next()?, path: std::str::from_utf8(path).ok()? })
        };
        parts.chunks(2).filter_map(entry).collect()
    }

    /// The index has nothing there.
    fn is_gone(&self) -> bool {
        self.now.iter().all(|digit| *digit == b'0')
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
            let names = separated(paths.iter().map(|path| literal(path)));
            // A file that is there is meant to be, also where a sparse checkout has nothing. Git before 2.34 asks for no such word.
            let added = program.feed(workdir, &args, &names);
            added.or_else(|error| program.feed(workdir, &[&args[..], &["--sparse"]].concat(), &names).map_err(|_| error))?;
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
