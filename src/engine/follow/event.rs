//! What a watcher says: events as they happen, and a picture of how everything stands.

use super::facts::WaitReason;
use super::pause::Pause;
use crate::engine::diagnostic::Diagnostic;
use crate::engine::error::Halt;
use crate::engine::report::Report;
use crate::engine::verbs::commit_owed::CommitReport;
use crate::git::GitError;
use crate::model::{Evaluation, RelPath, ScoreId, VersionId, VersionMeta};
use crate::watch::Why;
use std::time::{Duration, Instant};

/// Something that happened.
#[derive(Debug)]
pub enum Event {
    /// Everything was compared for the first time.
    Started {
        /// The account's name.
        account: String,
        /// Scores that are followed.
        scores: usize,
    },
    /// Files that were saved were checked. Told when what there is to say about them changed.
    Checked {
        /// All of it, by file.
        found: Vec<Diagnostic>,
        /// What can be pushed waits until a pause is over.
        paused: bool,
    },
    /// Scores wait for something that no run tells of, and only a person ends. Each is told once, until it is over.
    Waits(Vec<Waiting>),
    /// Something was pulled or pushed, or could not be. Only the scores that there is something to say about.
    Did(Report),
    /// An evaluation of a version that was pushed from here has ended.
    Evaluated(Box<Evaluated>),
    /// Somebody else made a version from the champion, and did not promote it.
    Drafted(Box<Drafted>),
    /// Git recorded what was done, or was not asked to record some of it.
    Committed(CommitReport),
    /// Git did not record what was done.
    NotCommitted(GitError),
    /// Nothing is pushed until this is over.
    Paused(Pause),
    /// It is over.
    Resumed,
    /// The dashboard cannot be reached, or something else is in the way of everything. Told once, until it is over.
    Stuck {
        /// Why.
        why: Halt,
        /// Until the next try; none if that is made as soon as the dashboard answers.
        retry_in: Option<Duration>,
    },
    /// It can be reached again.
    Unstuck,
    /// The dashboard tells what happens there.
    Listening,
    /// It does not; it is asked now and then.
    Asking(String),
    /// The system does not tell what happens to files; they are looked at now and then.
    FilesPolled(Why),
    /// The scorecards folder is gone.
    RootGone,
    /// It is back.
    RootBack,
}

/// An evaluation of a version that was pushed from here, which has ended.
#[derive(Clone, Debug, PartialEq)]
pub struct Evaluated {
    /// The score.
    pub score: ScoreId,
    /// `Scorecard/Score`.
    pub name: String,
    /// The version.
    pub version: VersionId,
    /// What came of it.
    pub evaluation: Evaluation,
    /// What the champion of that time reached, where it was evaluated.
    pub champion: Option<Evaluation>,
}

/// A newer version by somebody else that is not champion.
#[derive(Clone, Debug, PartialEq)]
pub struct Drafted {
    /// The score.
    pub score: ScoreId,
    /// `Scorecard/Score`.
    pub name: String,
    /// The version.
    pub version: VersionMeta,
}

/// How everything stands.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct FollowStatus {
    /// Scores that are followed; 0 before they were counted.
    pub scores: usize,
    /// Those that are not in step, by path; last those that were deleted here.
    pub waiting: Vec<Waiting>,
    /// Nothing is pushed.
    pub paused: Option<Pause>,
    /// Something is in the way of everything.
    pub stuck: Option<Stuck>,
    /// The dashboard tells what happens there.
    pub listening: bool,
    /// What is being done.
    pub doing: Option<Doing>,
}

impl FollowStatus {
    /// Before anything is known: everything is compared first.
    pub fn at_start() -> Self {
        Self { doing: Some(Doing::Comparing), ..Self::default() }
    }
}

/// What is in the way of everything.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stuck {
    /// Why.
    pub why: Halt,
    /// When it is tried again; none as in [`Event::Stuck`].
    pub retry_at: Option<Instant>,
}

/// A score that is not in step.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Waiting {
    /// Its code file.
    pub path: RelPath,
    /// The files are edited.
    pub edited: bool,
    /// The dashboard has something else.
    pub behind: bool,
    /// What it waits for.
    pub wait: WaitReason,
    /// Since when.
    pub since: Instant,
}

/// What is being done.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Doing {
    /// Comparing everything.
    Comparing,
    /// Asking for news.
    Asking,
    /// Taking from the dashboard.
    Pulling(usize),
    /// Giving to the dashboard.
    Pushing(usize),
}
