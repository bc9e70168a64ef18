//! Where HEAD is, and what waits to be finished.

use super::commit_id::CommitId;
use super::error::GitError;
use super::operation::GitOperation;
use super::repository::Repository;
use git2::ErrorCode;
use std::fs;

/// Where HEAD is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Head {
    /// On a branch without a commit.
    Unborn {
        /// The branch that the first commit makes.
        branch: String,
    },
    /// On a branch.
    Branch {
        /// Its short name.
        name: String,
        /// Its commit.
        commit: CommitId,
    },
    /// On a commit that no branch follows.
    Detached {
        /// That commit.
        commit: CommitId,
    },
}

impl Head {
    /// The commit, if there is one.
    pub fn commit(&self) -> Option<&CommitId> {
        match self {
            Self::Unborn { .. } => None,
            Self::Branch { commit, .. } | Self::Detached { commit } => Some(commit),
        }
    }
}

/// The files that mark what is under way, in the folder of the working tree's HEAD. A rebase may leave several marks; the
/// first counts.
const MARKS: [(&str, GitOperation); 6] = [
    ("rebase-merge", GitOperation::Rebase),
    ("rebase-apply", GitOperation::Rebase),
    ("MERGE_HEAD", GitOperation::Merge),
    ("CHERRY_PICK_HEAD", GitOperation::CherryPick),
    ("REVERT_HEAD", GitOperation::Revert),
    ("BISECT_LOG", GitOperation::Bisect),
];

impl Repository {
    /// Where HEAD is now.
    ///
    /// # Errors
    /// Neither the library nor the program can answer.
    pub fn head(&self) -> Result<Head, GitError> {
        self.read(built_in_head, || self.program_head())
    }

    /// What waits to be finished, if anything.
    pub fn in_progress(&self) -> Option<GitOperation> {
        let marked = MARKS.iter().find(|(mark, _)| self.git_dir.join(mark).exists()).map(|(_, operation)| *operation);
        marked.or_else(|| self.sequence()).or_else(|| if self.library.is_err() { self.marked_by_ref() } else { None })
    }

    /// A cherry-pick or revert of several commits. Between two of them there is no other mark.
    #[expect(clippy::disallowed_methods, reason = "a mark in git's own folder, which no subcommand of git tells of")]
    fn sequence(&self) -> Option<GitOperation> {
        let todo = fs::read(self.git_dir.join("sequencer/todo")).ok()?;
        Some(if todo.starts_with(b"revert") { GitOperation::Revert } else { GitOperation::CherryPick })
    }

    /// Another process changes the index, or died while it did.
    pub fn index_locked(&self) -> bool {
        self.git_dir.join("index.lock").exists()
    }

    /// With reftable these marks are references, not files.
    fn marked_by_ref(&self) -> Option<GitOperation> {
        let refs = [("CHERRY_PICK_HEAD", GitOperation::CherryPick), ("REVERT_HEAD", GitOperation::Revert)];
        let is_there = |name| self.git(&["rev-parse", "--quiet", "--verify", name]).is_ok();
        refs.into_iter().find(|(name, _)| is_there(name)).map(|(_, operation)| operation)
    }

    fn program_head(&self) -> Result<Head, GitError> {
        let line = |args: &[&str]| self.git(args).map(|out| String::from_utf8_lossy(&out).trim().to_owned());
        let commit = line(&["rev-parse", "--quiet", "--verify", "HEAD^{commit}"]);
        if let Err(error @ GitError::NeedsProgram { .. }) = commit {
            return Err(error);
        }
        let branch = line(&["symbolic-ref", "--quiet", "--short", "HEAD"]);
        match (branch, commit) {
            (Ok(name), Ok(commit)) => Ok(Head::Branch { name, commit: CommitId::new(commit) }),
            (Ok(branch), Err(_)) => Ok(Head::Unborn { branch }),
            (Err(_), Ok(commit)) => Ok(Head::Detached { commit: CommitId::new(commit) }),
            (Err(error), Err(_)) => Err(error),
        }
    }
}

fn built_in_head(repository: &git2::Repository) -> Result<Head, git2::Error> {
    match repository.head() {
        Ok(head) => {
            let commit = CommitId::new(head.peel_to_commit()?.id().to_string());
            if repository.head_detached()? {
                return Ok(Head::Detached { commit });
            }
            Ok(Head::Branch { name: String::from_utf8_lossy(head.shorthand_bytes()).into_owned(), commit })
        }
        Err(error) if error.code() == ErrorCode::UnbornBranch => {
            let head = repository.find_reference("HEAD")?;
            let target = String::from_utf8_lossy(head.symbolic_target_bytes().unwrap_or_default()).into_owned();
            Ok(Head::Unborn { branch: target.strip_prefix("refs/heads/").unwrap_or(&target).to_owned() })
        }
        Err(error) => Err(error),
    }
}
