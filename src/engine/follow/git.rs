//! What git says, for [`super::Policy`]. It only looks; what it cannot find out is no reason to wait.

use super::clock::instant;
use super::facts::{GitActivity, GitSeen, HeadMove};
use crate::git::{CommitId, Elsewhere, Repository};
use crate::model::{ScoreId, ScorePaths};
use jiff::Timestamp;
use std::time::Duration;

/// A repository whose HEAD is followed.
pub(super) struct GitWatch {
    repository: Repository,
    at: Option<CommitId>,
    now: fn() -> Timestamp,
}

impl GitWatch {
    /// Where HEAD is now is where it was.
    pub fn new(repository: Repository, now: fn() -> Timestamp) -> Self {
        let at = head(&repository);
        Self { repository, at, now }
    }

    /// The repository itself.
    pub fn repository(&self) -> &Repository {
        &self.repository
    }

    /// What there is to know; of `waiting`, those that HEAD holds are committed.
    pub fn ask<'a>(&mut self, waiting: impl Iterator<Item = (&'a ScoreId, &'a ScorePaths)>) -> GitSeen {
        let operation = self.repository.in_progress().map(GitActivity::Operation);
        let busy = operation.or_else(|| self.repository.index_locked().then_some(GitActivity::IndexLocked));
        if busy.is_some() {
            return GitSeen { busy, ..GitSeen::default() };
        }
        let moved =
            self.repository.went_elsewhere(self.at.as_ref()).ok().flatten().map(|elsewhere| moved(elsewhere, (self.now)()));
        self.at = head(&self.repository);
        let holds = |paths: &ScorePaths| self.repository.holds(&paths.files().cloned().collect::<Vec<_>>()).unwrap_or(false);
        let committed = waiting.filter(|(_, paths)| holds(paths)).map(|(id, _)| id.clone()).collect();
        GitSeen { busy: None, moved, committed }
    }
}

/// By our clock: git's marks bear the wall's.
fn moved(elsewhere: Elsewhere, now: Timestamp) -> HeadMove {
    let at = elsewhere.at.and_then(|at| Timestamp::try_from(at).ok());
    let ago = at.map(|at| Duration::try_from(now.duration_since(at)).unwrap_or_default());
    HeadMove { how: elsewhere.how, at: ago.and_then(|ago| instant().checked_sub(ago)) }
}

fn head(repository: &Repository) -> Option<CommitId> {
    repository.head().ok()?.commit().cloned()
}
