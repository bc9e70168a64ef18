//! What is sent of a task and its stages. A state of dispatch that makes the server run something has no value here.

use super::types::{RunEnd, RunProgress, RunStage, RunTask, RunWork};
use crate::model::{AccountId, ScorecardId, TaskId};
use jiff::Timestamp;
use serde::Serialize;
use serde_json::json;
use uuid::Uuid;

/// What the dashboard calls such tasks.
const KIND: &str = "Score Sync";
/// The most of a command that is told, in characters.
const MOST_COMMAND: usize = 1000;

/// Where the command of a task is carried out: by the program that writes it, and by nobody else.
#[derive(Clone, Copy, Debug, Serialize)]
enum DispatchStatus {
    #[serde(rename = "LOCAL")]
    Local,
}

/// The same in the metadata, where a dispatcher looks too.
#[derive(Clone, Copy, Debug, Serialize)]
#[serde(rename_all = "lowercase")]
enum DispatchMode {
    Local,
}

/// A task is not written before it runs.
#[derive(Clone, Copy, Debug, Serialize)]
#[serde(rename_all = "UPPERCASE")]
enum TaskStatus {
    Running,
    Completed,
    Failed,
}

/// A stage can wait for its turn.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "UPPERCASE")]
enum StageStatus {
    Pending,
    Running,
    Completed,
    Failed,
}

/// `CreateTaskInput`.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct TaskCreation<'a> {
    id: &'a TaskId,
    account_id: &'a AccountId,
    #[serde(rename = "type")]
    kind: &'static str,
    status: TaskStatus,
    target: String,
    command: String,
    dispatch_status: DispatchStatus,
    /// JSON in a text.
    metadata: String,
    worker_node_id: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    scorecard_id: Option<&'a ScorecardId>,
    started_at: String,
    // Without it a task is in no list.
    updated_at: String,
    created_at: String,
}

/// What else the dashboard shows of a task.
#[derive(Debug, Serialize)]
struct TaskMetadata<'a> {
    dispatch_mode: DispatchMode,
    #[serde(rename = "type")]
    kind: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    scorecard: Option<&'a str>,
    scores: usize,
    pushes: usize,
    promotions: usize,
}

/// `UpdateTaskInput`: nothing of who carries it out.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct TaskChange {
    id: TaskId,
    #[serde(skip_serializing_if = "Option::is_none")]
    status: Option<TaskStatus>,
    #[serde(skip_serializing_if = "Option::is_none")]
    current_stage_id: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    error_message: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    completed_at: Option<String>,
    updated_at: String,
}

/// `CreateTaskStageInput`.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct StageCreation {
    task_id: TaskId,
    name: &'static str,
    order: usize,
    #[serde(skip_serializing_if = "Option::is_none")]
    total_items: Option<usize>,
    #[serde(flatten)]
    change: StageChange,
}

/// `UpdateTaskStageInput`.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct StageChange {
    id: String,
    status: StageStatus,
    #[serde(skip_serializing_if = "Option::is_none")]
    processed_items: Option<usize>,
    #[serde(skip_serializing_if = "Option::is_none")]
    status_message: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    started_at: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    completed_at: Option<String>,
}

impl<'a> TaskCreation<'a> {
    pub fn of(task: &'a RunTask) -> Self {
        let RunTask { host, process, work, started_at, .. } = task;
        let scorecard = task.scorecard.as_ref();
        let metadata = TaskMetadata {
            dispatch_mode: DispatchMode::Local,
            kind: KIND,
            scorecard: scorecard.map(|(_, name)| name.as_str()),
            scores: work.scores,
            pushes: work.pushes,
            promotions: work.promotions,
        };
        let started_at = stamp(*started_at);
        Self {
            id: &task.id,
            account_id: &task.account,
            kind: KIND,
            status: TaskStatus::Running,
            target: format!("scoresync/{host}"),
            command: shortened(&task.command),
            dispatch_status: DispatchStatus::Local,
            metadata: json!(metadata).to_string(),
            worker_node_id: format!("scoresync@{host}-{process}"),
            scorecard_id: scorecard.map(|(id, _)| id),
            updated_at: started_at.clone(),
            created_at: started_at.clone(),
            started_at,
        }
    }
}

impl TaskChange {
    /// It is in this stage now.
    pub fn in_stage(task: &TaskId, stage: RunStage, now: Timestamp) -> Self {
        let current_stage_id = Some(stage_id(task, stage));
        let updated_at = stamp(now);
        Self { id: task.clone(), status: None, current_stage_id, error_message: None, completed_at: None, updated_at }
    }

    /// It ended.
    pub fn ended(task: &TaskId, end: RunEnd, now: Timestamp) -> Self {
        let (error_message, now) = (end.error(), stamp(now));
        let status = if error_message.is_some() { TaskStatus::Failed } else { TaskStatus::Completed };
        Self {
            id: task.clone(),
            status: Some(status),
            current_stage_id: None,
            error_message,
            completed_at: Some(now.clone()),
            updated_at: now,
        }
    }
}

impl StageCreation {
    /// All stages of a task, as they are after this progress.
    pub fn all(task: &RunTask, progress: RunProgress, now: Timestamp) -> Vec<Self> {
        let create = |(at, stage): (usize, RunStage)| Self {
            task_id: task.id.clone(),
            name: stage.name(),
            order: at + 1,
            total_items: total(task.work, stage),
            change: StageChange::of(&task.id, stage, progress, now),
        };
        RunStage::ALL.into_iter().enumerate().map(|(at, stage)| create((at, stage))).collect()
    }
}

impl StageChange {
    fn of(task: &TaskId, stage: RunStage, progress: RunProgress, now: Timestamp) -> Self {
        let status = status(stage, progress);
        let now = stamp(now);
        Self {
            id: stage_id(task, stage),
            status,
            processed_items: processed(stage, progress),
            status_message: None,
            started_at: (status != StageStatus::Pending).then(|| now.clone()),
            completed_at: (status == StageStatus::Completed).then_some(now),
        }
    }

    /// The stages that are not as they were told.
    pub fn since(task: &TaskId, told: RunProgress, progress: RunProgress, now: Timestamp) -> Vec<Self> {
        let seen = |stage, progress| (status(stage, progress), processed(stage, progress));
        let changed = RunStage::ALL.into_iter().filter(|stage| seen(*stage, told) != seen(*stage, progress));
        let change = |stage| {
            let change = Self::of(task, stage, progress, now);
            // It began when that was told.
            let began = status(stage, told) == StageStatus::Pending;
            Self { started_at: change.started_at.filter(|_| began), ..change }
        };
        changed.map(change).collect()
    }

    /// The stages at the end: those before the last one were completed, and those in which there is nothing to do. Where
    /// nobody knows how far the run was, that is what the stages say themselves.
    pub fn ended(task: &TaskId, work: RunWork, progress: Option<RunProgress>, end: RunEnd, now: Timestamp) -> Vec<Self> {
        let last = progress.map_or(RunStage::Pushing, |progress| progress.stage);
        let change = |stage: RunStage| {
            let error = end.error().filter(|_| stage >= last && total(work, stage) > Some(0));
            Self {
                id: stage_id(task, stage),
                status: if error.is_some() { StageStatus::Failed } else { StageStatus::Completed },
                processed_items: progress.and_then(|progress| processed(stage, progress)),
                status_message: error.map(|error| format!("Error: {error}")),
                started_at: None,
                completed_at: Some(stamp(now)),
            }
        };
        [RunStage::Pushing, RunStage::Promoting].map(change).into()
    }
}

/// A second try makes the same one.
fn stage_id(task: &TaskId, stage: RunStage) -> String {
    Uuid::new_v5(&Uuid::NAMESPACE_OID, format!("scoresync {task} {}", stage.name()).as_bytes()).to_string()
}

fn status(stage: RunStage, progress: RunProgress) -> StageStatus {
    match stage.cmp(&progress.stage) {
        std::cmp::Ordering::Less => StageStatus::Completed,
        std::cmp::Ordering::Equal => StageStatus::Running,
        std::cmp::Ordering::Greater => StageStatus::Pending,
    }
}

fn processed(stage: RunStage, progress: RunProgress) -> Option<usize> {
    match stage {
        RunStage::Planning => None,
        RunStage::Pushing => Some(progress.pushed),
        RunStage::Promoting => Some(progress.promoted),
    }
}

fn total(work: RunWork, stage: RunStage) -> Option<usize> {
    match stage {
        RunStage::Planning => None,
        RunStage::Pushing => Some(work.pushes),
        RunStage::Promoting => Some(work.promotions),
    }
}

/// To the millisecond, as the other clients of the API write times.
fn stamp(at: Timestamp) -> String {
    format!("{at:.3}")
}

fn shortened(command: &str) -> String {
    match command.char_indices().nth(MOST_COMMAND) {
        Some((end, _)) => format!("{}…", &command[..end]),
        None => command.to_owned(),
    }
}
