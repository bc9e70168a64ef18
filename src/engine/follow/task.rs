//! One task to the dashboard: a verb of a session on just the scores that need it, under the workspace lock where it
//! changes anything. It decides nothing.

use super::event::Doing;
use super::policy::NextStep;
use crate::engine::report::{Halt, Report};
use crate::engine::select::Targets;
use crate::engine::session::{PullOptions, PushOptions, Session};
use crate::engine::sight::Sight;
use crate::model::{Catalog, ScoreId};
use crate::state::{State, WorkspaceLock};
use jiff::Timestamp;
use std::collections::BTreeSet;
use std::path::PathBuf;
use std::time::Instant;

/// What an task is for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Task {
    FullCompare,
    Poll,
    Pull(BTreeSet<ScoreId>),
    Push(BTreeSet<ScoreId>),
}

/// What an task brought back.
pub(super) struct Ended {
    pub session: Session,
    pub task: Task,
    pub began: Instant,
    pub result: Result<Brought, Halt>,
    /// Other commands wait until this goes.
    pub lock: Option<WorkspaceLock>,
}

/// What was found and done.
pub(super) struct Brought {
    pub report: Option<Report>,
    pub catalog: Option<Sight>,
}

/// Where the lock is, and the clock.
#[derive(Clone)]
pub(super) struct Locks {
    pub folder: PathBuf,
    pub now: fn() -> Timestamp,
}

impl Task {
    /// The task of a step, if it is one.
    pub fn of(step: &NextStep) -> Option<Self> {
        match step {
            NextStep::FullCompare => Some(Self::FullCompare),
            NextStep::Poll => Some(Self::Poll),
            NextStep::Pull(scores) => Some(Self::Pull(scores.clone())),
            NextStep::Push(scores) => Some(Self::Push(scores.clone())),
            NextStep::LocalStatus(_) | NextStep::CheckGit(_) | NextStep::Wait(_) => None,
        }
    }

    pub fn doing(&self) -> Doing {
        match self {
            Self::FullCompare => Doing::Comparing,
            Self::Poll => Doing::Asking,
            Self::Pull(scores) => Doing::Pulling(scores.len()),
            Self::Push(scores) => Doing::Pushing(scores.len()),
        }
    }

    /// Runs it to its end.
    pub async fn run(self, mut session: Session, began: Instant, locks: Locks, options: PushOptions) -> Ended {
        let mut lock = None;
        let result = self.carry_out(&mut session, &mut lock, &locks, &options).await;
        Ended { session, task: self, began, result, lock }
    }

    async fn carry_out(
        &self,
        session: &mut Session,
        lock: &mut Option<WorkspaceLock>,
        locks: &Locks,
        options: &PushOptions,
    ) -> Result<Brought, Halt> {
        let mut finished = Vec::new();
        if matches!(self, Self::Pull(_) | Self::Push(_)) {
            *lock = Some(State::lock(&locks.folder, "watch", (locks.now)())?);
            // It may move champions: the catalog is read after it.
            finished = session.finish_interrupted(false).await?;
        }
        match self {
            Self::FullCompare => {
                let report = session.status(&Targets::default(), true).await?;
                Ok(Brought { report: Some(report), catalog: Some(Sight::Whole(session.state.catalog()?)) })
            }
            Self::Poll => Ok(Brought { report: None, catalog: Some(session.read_all().await?) }),
            Self::Pull(scores) => {
                let catalog = catalog(session, scores).await?;
                let report = session.pull_knowing(&Targets::scores(scores), PullOptions::default(), catalog.clone()).await?;
                Ok(Brought { report: Some(Report { finished, ..report }), catalog: catalog.map(Sight::Whole) })
            }
            Self::Push(scores) => {
                let catalog = catalog(session, scores).await?;
                let report = session.push_knowing(&Targets::scores(scores), options, catalog.clone()).await?;
                Ok(Brought { report: Some(Report { finished, ..report }), catalog: catalog.map(Sight::Whole) })
            }
        }
    }
}

/// Just as much of the catalog as these scores need.
async fn catalog(session: &mut Session, scores: &BTreeSet<ScoreId>) -> Result<Option<Catalog>, Halt> {
    match session.read_few(scores).await? {
        Some(catalog) => Ok(Some(catalog)),
        None => Ok(session.read_all().await?.whole()),
    }
}
