//! What [`Policy`](super::Policy) is told, and what it says to do. Values only.

use crate::engine::error::Failure;
use crate::engine::report::RenamedHere;
use crate::git::GitOperation;
use crate::model::{Digest, Fault, PushWhen, RelPath, ScoreId};
use std::collections::BTreeSet;
use std::time::{Duration, Instant};

/// What a person chose.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rules {
    /// When edits become versions.
    pub push: PushWhen,
    /// How long files must be left alone.
    pub quiet: Duration,
    /// Git is asked whether it is a good moment.
    pub git: bool,
}

/// What is to be done next.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum NextStep {
    /// Compare the files of these scores, of all if none are named; the dashboard is not asked.
    LocalStatus(Option<BTreeSet<ScoreId>>),
    /// See where git is, and which of these scores HEAD holds as they are.
    CheckGit(BTreeSet<ScoreId>),
    /// Compare everything with the dashboard.
    FullCompare,
    /// Read the dashboard's catalog.
    Poll,
    /// Take what the dashboard has for these.
    Pull(BTreeSet<ScoreId>),
    /// Give the dashboard what the files of these have.
    Push(BTreeSet<ScoreId>),
    /// Nothing until then, or until something happens.
    Wait(Option<Instant>),
}

/// How one score was found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Seen {
    /// Its code file.
    pub path: RelPath,
    /// What its files are.
    pub files: FileDigests,
    /// The files differ from their base.
    pub edited: bool,
    /// The dashboard has something else; not known from the files alone.
    pub behind: bool,
    /// What keeps it from being pushed.
    pub fault: Option<Fault>,
    /// What keeps it from being pulled or pushed until something changes.
    pub held: Option<WaitReason>,
}

/// What git said.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct GitSeen {
    /// Something is under way that changes files.
    pub busy: Option<GitActivity>,
    /// HEAD went elsewhere, other than by commits made here, since it was asked last.
    pub moved: Option<HeadMove>,
    /// Of the scores that were asked for, those that HEAD holds as they are.
    pub committed: BTreeSet<ScoreId>,
}

/// What keeps git busy.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum GitActivity {
    /// A rebase, a merge and the like.
    Operation(GitOperation),
    /// Something writes the index.
    IndexLocked,
}

/// HEAD went elsewhere.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HeadMove {
    /// Where to, in git's words.
    pub how: String,
    /// When it last moved, if that is known.
    pub at: Option<Instant>,
}

/// What became of one score.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum TaskOutcome {
    /// In step, as far as this task goes.
    Done,
    /// Its files hold something new and have to be looked at.
    LookAgain,
    /// Somebody edited its files meanwhile: once they are quiet again.
    Touched,
    /// The dashboard moved: pull first.
    Stale,
    /// It cannot be pushed as it is.
    Fault(Fault),
    /// Waits for a person, or for a change.
    Held(WaitReason),
    /// It failed by itself.
    Failed(Failure),
    /// The dashboard was not reached.
    Later,
}

/// The end of a task for one score.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TaskEnd {
    /// The score.
    pub score: ScoreId,
    /// Its code file, which the task may have found under another name.
    pub path: RelPath,
    /// What became of the score.
    pub outcome: TaskOutcome,
}

/// Why a task could not be run at all.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Trouble {
    /// Another command is at work; its end is near.
    Locked,
    /// The dashboard was not reached, or asked us to wait: its next answer is waited for.
    Unreachable,
    /// The dashboard refuses the key; an answer is waited for as well.
    Refused,
    /// Something is wrong that time or a person may mend.
    Other,
}

/// What is in the way of everything: each is told by itself, and is over by itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Obstacle {
    /// No task can be run: the dashboard is away, say.
    Task,
    /// The files cannot be looked at.
    Look,
}

/// Digests of code and guidelines, where there are such files.
pub type FileDigests = [Option<Digest>; 2];

impl WaitReason {
    /// A look at the files finds it, and no run tells of it: only a person ends it.
    pub fn is_found(&self) -> bool {
        matches!(self, Self::Place(_) | Self::GoneRemotely | Self::Deleted | Self::Renamed(_))
    }
}

/// Why a score is not in step yet.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum WaitReason {
    /// It is the next to be done.
    Turn,
    /// Its files were touched just now; until when.
    Quiet(Instant),
    /// It is pushed when git's HEAD holds it.
    Commit,
    /// It is pushed when a person says so.
    Person,
    /// It is not pushed from here.
    Never,
    /// It cannot be pushed as it is.
    Fault(Fault),
    /// Both sides changed; a person must resolve it.
    Conflict,
    /// Another file lies here, where its own belong.
    Place(RelPath),
    /// It failed, and is tried again after a while, or when its files or the dashboard change.
    Failed(Failure),
    /// Its score is gone from Plexus.
    GoneRemotely,
    /// Its code file was deleted here, which is not synced.
    Deleted,
    /// Its code file seems to be called so here; what it says is not synced.
    Renamed(Box<RenamedHere>),
    /// Code and guidelines have more bytes than Plexus takes.
    TooLarge {
        /// Bytes of both together.
        bytes: usize,
        /// The most that fits.
        limit: usize,
    },
}
