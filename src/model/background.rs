//! Work that Plexus does in the background: tasks with their stages, and calls that wait to be scored.

use super::ids::{ScoreId, ScorecardId};
use jiff::{SignedDuration, Timestamp};

/// What did not get on for so long is stalled.
const STALLED: SignedDuration = SignedDuration::from_mins(30);

/// A long command that is run somewhere.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BackgroundTask {
    /// Identity.
    pub id: String,
    /// What kind: `Accuracy Evaluation`, `Report`, …
    pub kind: String,
    /// `PENDING`, `RUNNING`, `COMPLETED`, `FAILED`, `CANCELLED`.
    pub status: String,
    /// The score that it is about; seldom said.
    pub score: Option<ScoreId>,
    /// The scorecard that it is about.
    pub scorecard: Option<ScorecardId>,
    /// Names of score and scorecard, as its maker wrote them: names, keys or ids.
    pub named: NamedTarget,
    /// When it began.
    pub started_at: Option<Timestamp>,
    /// When it last got on.
    pub updated_at: Timestamp,
    /// Its steps, in their order.
    pub stages: Vec<BackgroundStage>,
}

/// What a task says it is about.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct NamedTarget {
    /// The score.
    pub score: Option<String>,
    /// The scorecard.
    pub scorecard: Option<String>,
}

/// A step of a task.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BackgroundStage {
    /// Its name.
    pub name: String,
    /// As that of a task.
    pub status: String,
    /// Items that are done.
    pub done: Option<u64>,
    /// Items in all.
    pub of: Option<u64>,
}

impl BackgroundTask {
    /// It waits or runs, as it says itself.
    pub fn is_open(&self) -> bool {
        ["PENDING", "RUNNING"].iter().any(|open| self.status.eq_ignore_ascii_case(open))
    }

    /// It is open and has not got on for long.
    pub fn is_stalled(&self, now: Timestamp) -> bool {
        self.is_open() && now.duration_since(self.updated_at) > STALLED
    }

    /// The stage that it is in.
    pub fn stage(&self) -> Option<&BackgroundStage> {
        self.stages.iter().find(|stage| stage.status.eq_ignore_ascii_case("RUNNING"))
    }
}

/// Calls that wait to be scored.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct WaitingCalls {
    /// How many.
    pub count: u64,
    /// There are no more than these.
    pub complete: bool,
}

/// Calls of one score that a model provider works on together; dashboards of today have none.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RequestBatch {
    /// Identity.
    pub id: String,
    /// `OPEN`, `PROCESSING`, …
    pub status: String,
    /// Calls that are done.
    pub done: Option<u64>,
    /// Calls in all.
    pub of: Option<u64>,
}

impl RequestBatch {
    /// It is not at its end.
    pub fn is_open(&self) -> bool {
        ["OPEN", "PENDING", "PROCESSING"].iter().any(|open| self.status.eq_ignore_ascii_case(open))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_task_without_news_is_stalled() {
        let at: Timestamp = "2026-05-01T10:00:00Z".parse().expect("a time");
        let task = |status: &str| BackgroundTask {
            id: "t".into(),
            kind: "Report".into(),
            status: status.into(),
            score: None,
            scorecard: None,
            named: NamedTarget::default(),
            started_at: None,
            updated_at: at,
            stages: Vec::new(),
        };
        let (soon, late) = (at + SignedDuration::from_mins(30), at + SignedDuration::from_mins(31));
        assert!(task("RUNNING").is_stalled(late) && task("pending").is_stalled(late));
        assert!(!task("RUNNING").is_stalled(soon) && !task("COMPLETED").is_stalled(late));
    }
}
