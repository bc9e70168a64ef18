//! Showing a long run in the dashboard, as a task of its own. Nothing depends on it, and nobody waits for it.
//!
//! The run and what is told of it go on side by side: the run says how far it is, as it does to the terminal, and what is new
//! of that is written over a connection apart. The first write that fails is the last one. When the run is over, its end is
//! waited for, but not for long.
//!
//! Crash protocol: an intent with the id of the task is written before the task is created, and how the run ended is added to
//! it before that is told. It goes when the dashboard has the end, or cannot have such a task. Of what is left the next run that
//! changes anything tells the end that is known, or else that the run ended without saying so. The end of a task
//! is written only if it has none, so that nothing is told twice or in the place of something else.

use crate::engine::error::Halt;
use crate::engine::locked::Locked;
use crate::engine::observe::catalog::account;
use crate::engine::session::Session;
use crate::model::{Progress, ScoreId, ScorecardId, Stage, SyncKind, TaskId, TaskWhen};
use crate::remote::{RemoteError, RunEnd, RunProgress, RunStage, RunTask, RunTaskWriter, RunWork};
use crate::state::{Intent, StateError};
use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};
use serde_json::json;
use std::collections::BTreeSet;
use std::pin::{Pin, pin};
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::watch;
use tokio::time::{Instant, timeout, timeout_at};
use tracing::debug;
use uuid::Uuid;

/// The kind of intent that this room writes.
const TASK: &str = "task";
/// A run that pushes or promotes so many scores is long.
const LONG: usize = 25;
/// How often progress is told at most, within a stage.
const PROGRESS_EVERY: Duration = Duration::from_secs(2);
/// How long the end is waited for.
const LAST_WRITE: Duration = Duration::from_secs(2);
/// A task that could not be ended for so long gets a last try: by then nobody lists it.
const FORGOTTEN: SignedDuration = SignedDuration::from_hours(7 * 24);

/// What a run does at the dashboard, by score.
#[derive(Clone, Debug, Default)]
pub(in crate::engine) struct RunScores {
    /// Of these versions are created.
    pub pushed: BTreeSet<ScoreId>,
    /// Of these versions are made champion.
    pub promoted: BTreeSet<ScoreId>,
}

impl RunScores {
    /// Each once.
    pub fn all(&self) -> BTreeSet<&ScoreId> {
        self.pushed.union(&self.promoted).collect()
    }

    fn work(&self) -> RunWork {
        RunWork { scores: self.all().len(), pushes: self.pushed.len(), promotions: self.promoted.len() }
    }
}

/// The payload of the intent.
#[derive(Serialize, Deserialize)]
struct TaskIntent {
    task: TaskId,
    work: RunWork,
    began_at: Timestamp,
    /// None while the run goes on, and where it never came to its end.
    end: Option<RunEnd>,
}

/// What there is to tell at a moment.
#[derive(Clone, Copy, Debug, PartialEq)]
struct News {
    progress: RunProgress,
    end: Option<RunEnd>,
}

/// What the dashboard has of a task.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Told {
    /// Its end, or nothing at all.
    Everything,
    /// Nobody knows.
    Something,
}

/// Does `run`. If it is long and that is wanted, the dashboard shows it meanwhile; `end` says how it ended.
pub(in crate::engine) async fn shown_as_task<T>(
    session: &mut Locked<'_>,
    scores: &RunScores,
    run: impl AsyncFnOnce(&mut Locked<'_>) -> Result<T, Halt>,
    end: impl FnOnce(&T) -> RunEnd,
) -> Result<T, Halt> {
    let Some((task, writer)) = begin(session, scores) else { return run(session).await };
    let mut intent = TaskIntent { task: task.id.clone(), work: task.work, began_at: task.started_at, end: None };
    // Without it nobody would end the task.
    let Ok(written) = replace(session, None, &intent) else { return run(session).await };
    let (sender, receiver) = watch::channel(News { progress: start(task.work), end: None });
    let sender = Arc::new(sender);
    let mut telling = pin!(tell(writer, task, receiver, session.config.now));
    let shown = Arc::clone(&session.progress);
    session.progress = Arc::new(ToldProgress { shown: Arc::clone(&shown), news: Arc::clone(&sender) });
    let (result, told) = side_by_side(run(session), telling.as_mut()).await;
    session.progress = shown;
    let end = result.as_ref().map_or(RunEnd::BrokenOff, end);
    intent.end = Some(end);
    let written = replace(session, Some(written), &intent);
    sender.send_modify(|news| news.end = Some(end));
    let told = match told {
        Some(told) => told,
        None => timeout(LAST_WRITE, telling).await.unwrap_or(Told::Something),
    };
    debug!(task = %intent.task, ?end, ?told, "the run was shown in the dashboard");
    if let (Told::Everything, Ok(written)) = (told, written) {
        forget(session, &[written]);
    }
    result
}

/// Ends the tasks of runs that did not: they were killed, or had no answer.
///
/// # Errors
/// The state cannot be read, or is of another dashboard.
pub(in crate::engine) async fn end_left_tasks(session: &mut Locked<'_>) -> Result<(), Halt> {
    let written = |intent: Intent| Some((intent.id, serde_json::from_value::<TaskIntent>(intent.payload).ok()?));
    let left: Vec<_> = session.state.intents()?.into_iter().filter(|intent| intent.kind == TASK).filter_map(written).collect();
    if left.is_empty() {
        return Ok(());
    }
    let Some(remote) = session.remote.clone() else { return Ok(()) };
    account(session, remote.as_ref()).await?;
    let Some(writer) = session.tasks.as_ref().and_then(|tasks| (tasks.connect)()) else { return Ok(()) };
    let now = (session.config.now)();
    let mut done = Vec::new();
    let ending = async {
        for (id, TaskIntent { task, work, began_at, end }) in left {
            if now.duration_since(began_at) > FORGOTTEN {
                done.push(id);
            }
            match writer.end(&task, work, None, end.unwrap_or(RunEnd::Silent), now).await {
                Err(error) if error.is_unanswered() => {}
                _ => done.push(id),
            }
        }
    };
    let in_time = timeout(LAST_WRITE, ending).await.is_ok();
    debug!(ended = done.len(), in_time, "tasks that earlier runs left");
    forget(session, &done);
    Ok(())
}

/// The task of this run, if it is to have one, and who writes it.
fn begin(session: &Session, scores: &RunScores) -> Option<(RunTask, RunTaskWriter)> {
    let work = scores.work();
    let tasks = session.tasks.as_ref().filter(|tasks| tasks.when == TaskWhen::Long && work.scores >= LONG)?;
    let account = session.state.origin().ok()??.account_id;
    let task = RunTask {
        id: TaskId::from(Uuid::new_v4().to_string()),
        account,
        command: tasks.command.clone(),
        host: tasks.host.clone(),
        process: std::process::id(),
        scorecard: only_scorecard(session, &scores.all()),
        work,
        started_at: (session.config.now)(),
    };
    Some((task, (tasks.connect)()?))
}

/// The scorecard of all these scores, with its name, if they have one only.
fn only_scorecard(session: &Session, scores: &BTreeSet<&ScoreId>) -> Option<(ScorecardId, String)> {
    if scores.iter().any(|score| SyncKind::of(score).is_standalone()) {
        return None;
    }
    let catalog = session.state.catalog().ok()?;
    let own = catalog.scores.iter().filter(|score| scores.contains(&score.id));
    let cards: BTreeSet<&ScorecardId> = own.map(|score| &score.scorecard_id).collect();
    let [only] = *cards.into_iter().collect::<Vec<_>>() else { return None };
    catalog.scorecards.iter().find(|card| card.id == *only).map(|card| (card.id.clone(), card.name.clone()))
}

fn start(work: RunWork) -> RunProgress {
    let stage = if work.pushes > 0 { RunStage::Pushing } else { RunStage::Promoting };
    RunProgress { stage, pushed: 0, promoted: 0 }
}

/// Writes the intent in the place of what was known before; its number.
fn replace(session: &mut Session, before: Option<i64>, intent: &TaskIntent) -> Result<i64, StateError> {
    session.state.transaction(|tx| {
        before.map_or(Ok(()), |before| tx.remove_intent(before))?;
        // It is about no single score: the id of the task stands for one.
        tx.add_intent(&ScoreId::from(intent.task.as_str()), TASK, &json!(intent))
    })
}

/// Where that fails, a later run finds that there is nothing to end.
fn forget(session: &mut Session, intents: &[i64]) {
    let forgotten = session.state.transaction(|tx| intents.iter().try_for_each(|intent| tx.remove_intent(*intent)));
    if forgotten.is_err() {
        debug!("the intent of a task stays");
    }
}

/// The result of the run, and what was told by then if that is over.
async fn side_by_side<T>(run: impl Future<Output = T>, mut telling: Pin<&mut impl Future<Output = Told>>) -> (T, Option<Told>) {
    let (mut run, mut told) = (pin!(run), None);
    loop {
        tokio::select! {
            biased;
            result = &mut run => return (result, told),
            all = telling.as_mut(), if told.is_none() => told = Some(all),
        }
    }
}

/// Tells of the run until its end, or until something cannot be told.
async fn tell(writer: RunTaskWriter, task: RunTask, news: watch::Receiver<News>, now: fn() -> Timestamp) -> Told {
    if let Err(error) = writer.create(&task).await {
        debug!(task = %task.id, error = error.kind(), "the run is not shown in the dashboard");
        return if error.is_unanswered() { Told::Something } else { Told::Everything };
    }
    match tell_on(&writer, &task, news, now).await {
        Ok(()) => Told::Everything,
        Err(error) => {
            debug!(task = %task.id, error = error.kind(), "the run is no longer shown in the dashboard");
            Told::Something
        }
    }
}

/// The same of a task that was created.
async fn tell_on(
    writer: &RunTaskWriter,
    task: &RunTask,
    mut news: watch::Receiver<News>,
    now: fn() -> Timestamp,
) -> Result<(), RemoteError> {
    let mut told = *news.borrow();
    writer.create_stages(task, told.progress, now()).await?;
    loop {
        let next = newer(&mut news, told, Instant::now() + PROGRESS_EVERY).await;
        if let Some(end) = next.end {
            return writer.end(&task.id, task.work, Some(next.progress), end, now()).await;
        }
        writer.update(&task.id, told.progress, next.progress, now()).await?;
        told = next;
    }
}

/// What is to be told next: a new stage and the end at once, anything else not before `due`.
async fn newer(news: &mut watch::Receiver<News>, told: News, due: Instant) -> News {
    let cannot_wait = |news: &News| news.end.is_some() || news.progress.stage != told.progress.stage;
    if let Ok(Ok(urgent)) = timeout_at(due, news.wait_for(cannot_wait)).await {
        return *urgent;
    }
    match news.wait_for(|news| *news != told).await {
        Ok(newer) => *newer,
        // Whoever sends outlives whoever is told.
        Err(_) => told,
    }
}

/// Passes on how far the run is: to whoever is shown that anyway, and to whoever tells the dashboard.
struct ToldProgress {
    shown: Arc<dyn Progress>,
    news: Arc<watch::Sender<News>>,
}

impl Progress for ToldProgress {
    fn step(&self, stage: Stage, done: usize, of: usize) {
        self.shown.step(stage, done, of);
        self.news.send_modify(|News { progress, .. }| match stage {
            Stage::Pushing => progress.pushed = done,
            Stage::Promoting => (progress.stage, progress.promoted) = (RunStage::Promoting, done),
            Stage::Reading | Stage::Writing => {}
        });
    }
}
