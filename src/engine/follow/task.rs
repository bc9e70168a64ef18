//! One task to the dashboard: a verb of a session on just the scores that need it, under the workspace lock where it
//! changes anything. It decides nothing.

use super::event::Doing;
use super::facts::NextStep;
use crate::engine::error::Halt;
use crate::engine::execute::recover::recover;
use crate::engine::locked::Locked;
use crate::engine::observe::catalog_read::{CatalogRead, read_all, read_few};
use crate::engine::observe::types::{CatalogSource, ObserveRequest};
use crate::engine::report::Report;
use crate::engine::select::Targets;
use crate::engine::session::{PullOptions, PushOptions, Session};
use crate::engine::verbs::drafts::hear_of_drafts;
use crate::engine::verbs::pull::pull_requested;
use crate::engine::verbs::push::push_requested;
use crate::engine::verbs::status::status;
use crate::engine::verbs::unfinished::unfinished;
use crate::model::ScoreId;
use crate::state::{StateError, WorkspaceLock};
use std::collections::BTreeSet;
use std::time::{Duration, Instant};

/// Whom others wait for while a task changes something.
const WATCH: &str = "watch";

/// What a task is for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Task {
    FullCompare,
    Poll,
    Pull(BTreeSet<ScoreId>),
    Push(BTreeSet<ScoreId>),
}

/// What a task brought back.
pub(super) struct Ended {
    pub session: Session,
    pub task: Task,
    pub began: Instant,
    pub result: Result<Brought, Halt>,
    /// Other commands wait until this goes.
    pub lock: Option<HeldLock>,
}

/// The workspace lock, with the generation of the state when it was taken: until then others may have recorded something.
pub(super) struct HeldLock {
    pub generation: i64,
    _lock: WorkspaceLock,
}

/// What was found and done.
pub(super) struct Brought {
    pub report: Option<Report>,
    pub catalog: Option<CatalogRead>,
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

    /// Runs it to its end; a full compare is of the scores that are `followed`.
    pub async fn run(self, mut session: Session, began: Instant, followed: Targets, options: PushOptions) -> Ended {
        let (result, lock) = match &self {
            Self::FullCompare => (full_compare(&mut session, &followed).await, None),
            Self::Poll => (poll(&mut session).await, None),
            Self::Pull(scores) => locked(&mut session, async |session| pull(session, scores).await).await,
            Self::Push(scores) => locked(&mut session, async |session| push(session, scores, &options).await).await,
        };
        Ended { session, task: self, began, result, lock }
    }
}

/// Does `work` under the workspace lock, which is given back with the result.
async fn locked(
    session: &mut Session,
    work: impl AsyncFnOnce(&mut Locked<'_>) -> Result<Brought, Halt>,
) -> (Result<Brought, Halt>, Option<HeldLock>) {
    let mut locked = match session.lock(WATCH, Duration::ZERO) {
        Ok(locked) => locked,
        Err(halt) => return (Err(halt), None),
    };
    match locked.state.generation() {
        Ok(generation) => (work(&mut locked).await, Some(HeldLock { generation, _lock: locked.into_lock() })),
        Err(error) => (Err(error.into()), None),
    }
}

async fn full_compare(session: &mut Session, followed: &Targets) -> Result<Brought, Halt> {
    // Files that an interrupted run left half done would look like edits. Another command that is at work finishes its own.
    let recovered = match unfinished(session)?.is_empty() {
        true => Vec::new(),
        false => match session.lock(WATCH, Duration::ZERO) {
            Ok(mut locked) => recover(&mut locked).await?,
            Err(Halt::State(StateError::Locked(_))) => Vec::new(),
            Err(halt) => return Err(halt),
        },
    };
    let report = Report { recovered, ..status(session, followed, true).await? };
    Ok(Brought { report: Some(report), catalog: Some(CatalogRead::Whole(session.state.catalog()?)) })
}

async fn poll(session: &mut Session) -> Result<Brought, Halt> {
    Ok(Brought { report: None, catalog: Some(read_all(session).await?) })
}

async fn pull(session: &mut Locked<'_>, scores: &BTreeSet<ScoreId>) -> Result<Brought, Halt> {
    // It may move champions, so the catalog is read after it.
    let recovered = recover(session).await?;
    let catalog = needed_catalog(session, scores).await?;
    let targets = Targets::scores(scores);
    let request = ObserveRequest::contents(&targets).with_catalog(listing(&catalog));
    let (mut report, _) = pull_requested(session, request, PullOptions::default()).await?;
    // A hint that led here may have been of a version that is not champion.
    hear_of_drafts(session, &mut report).await?;
    Ok(Brought { report: Some(Report { recovered, ..report }), catalog: Some(catalog) })
}

async fn push(session: &mut Locked<'_>, scores: &BTreeSet<ScoreId>, options: &PushOptions) -> Result<Brought, Halt> {
    let recovered = recover(session).await?;
    let catalog = needed_catalog(session, scores).await?;
    let targets = Targets::scores(scores);
    let request = ObserveRequest::contents(&targets).with_catalog(listing(&catalog));
    let report = push_requested(session, request, options).await?;
    Ok(Brought { report: Some(Report { recovered, ..report }), catalog: Some(catalog) })
}

/// Just as much of the catalog as these scores need.
async fn needed_catalog(session: &mut Session, scores: &BTreeSet<ScoreId>) -> Result<CatalogRead, Halt> {
    match read_few(session, scores).await? {
        Some(scores) => Ok(CatalogRead::Few(scores)),
        None => read_all(session).await,
    }
}

fn listing(read: &CatalogRead) -> CatalogSource {
    match read {
        CatalogRead::Few(_) | CatalogRead::Whole(_) => CatalogSource::Recorded,
        CatalogRead::Partial(_) => CatalogSource::Now,
    }
}
