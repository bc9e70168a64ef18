//! A long run as the dashboard is told of it: what it is, how far it is, how it ended.

use crate::model::{AccountId, ScorecardId, TaskId};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

/// What is told of a run at its start.
#[derive(Clone, Debug)]
pub struct RunTask {
    /// Identity of the run, and of its task.
    pub id: TaskId,
    /// Whose dashboard it is.
    pub account: AccountId,
    /// What was typed, without what is nobody's business.
    pub command: String,
    /// The name of the machine.
    pub host: String,
    /// The number of the process on it.
    pub process: u32,
    /// The scorecard and its name, if the run is about one only.
    pub scorecard: Option<(ScorecardId, String)>,
    /// What is to be done.
    pub work: RunWork,
    /// When it began.
    pub started_at: Timestamp,
}

/// How much a run has to do.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct RunWork {
    /// Scores that are pushed or promoted.
    pub scores: usize,
    /// Versions that are created.
    pub pushes: usize,
    /// Versions that are made champion.
    pub promotions: usize,
}

/// The stages of a run, in their order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum RunStage {
    /// Both sides are compared. It is over when there is a task.
    Planning,
    /// Versions are created.
    Pushing,
    /// Versions are made champion.
    Promoting,
}

impl RunStage {
    /// All of them.
    pub(super) const ALL: [Self; 3] = [Self::Planning, Self::Pushing, Self::Promoting];

    /// What people read.
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Planning => "Planning",
            Self::Pushing => "Pushing",
            Self::Promoting => "Promoting",
        }
    }
}

/// How far a run is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RunProgress {
    /// The stage that it is in.
    pub stage: RunStage,
    /// Creations that have an outcome.
    pub pushed: usize,
    /// Promotions that have one.
    pub promoted: usize,
}

/// How a run ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RunEnd {
    /// With all done.
    Done,
    /// Some scores were not pushed or not promoted.
    Refused {
        /// How many.
        refused: usize,
        /// How many there were.
        of: usize,
    },
    /// Somebody stopped it.
    Stopped {
        /// Scores that have an outcome.
        after: usize,
        /// How many there were.
        of: usize,
    },
    /// It could not go on.
    BrokenOff,
    /// Nobody knows: it was killed, or the machine went down.
    Silent,
}

impl RunEnd {
    /// Of `of` scores so many were done and so many refused; the others were not reached.
    pub fn of(done: usize, refused: usize, of: usize) -> Self {
        match (done + refused, refused) {
            (reached, _) if reached < of => Self::Stopped { after: reached, of },
            (_, 0) => Self::Done,
            (_, refused) => Self::Refused { refused, of },
        }
    }

    /// What the dashboard shows as the error, if it is one.
    pub(super) fn error(self) -> Option<String> {
        match self {
            Self::Done => None,
            Self::Refused { refused, of } => Some(format!("{refused} of {of} scores refused")),
            Self::Stopped { after, of } => Some(format!("stopped after {after} of {of} scores")),
            Self::BrokenOff => Some("the run broke off".to_owned()),
            Self::Silent => Some("the run ended without saying so".to_owned()),
        }
    }
}
