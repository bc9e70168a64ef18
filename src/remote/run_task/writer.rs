//! [`RunTaskWriter`]: writes a task, over a connection of its own, in few requests and without much patience.

use super::documents::{self, Mutation};
use super::rows::{StageChange, StageCreation, TaskChange, TaskCreation};
use super::types::{RunEnd, RunProgress, RunTask, RunWork};
use crate::model::TaskId;
use crate::remote::client::Client;
use crate::remote::retry::RetryPolicy;
use crate::remote::transport::Transport;
use crate::remote::types::RemoteError;
use jiff::Timestamp;
use serde_json::Value;
use std::sync::Arc;
use std::time::Duration;
use tokio::time::timeout;

/// The most times that one request is sent.
const TRIES: u32 = 3;
/// How long one write may take with all its tries.
const PATIENCE: Duration = Duration::from_secs(10);

/// Writes tasks. What it sends is not worth waiting for.
pub struct RunTaskWriter {
    client: Client,
}

impl RunTaskWriter {
    /// A writer over `transport`, which nothing else should use: its failures keep requests back for a while.
    pub fn new(transport: Arc<dyn Transport>, jitter: fastrand::Rng) -> Self {
        let policy = RetryPolicy { tries: TRIES, connect_tries: TRIES, total: PATIENCE, ..RetryPolicy::default() };
        Self { client: Client::new(transport, policy, jitter) }
    }

    /// Creates the task, or finds that it was created before.
    ///
    /// # Errors
    /// As [`RemoteError`] lists; it may have been created all the same if there was no answer.
    pub async fn create(&self, task: &RunTask) -> Result<(), RemoteError> {
        let call = documents::create_task(&TaskCreation::of(task));
        unless_ended(patiently(self.client.write(call, format!("the creation of task {}", task.id))).await?)
    }

    /// Creates its stages, as they are after this progress.
    ///
    /// # Errors
    /// As [`RemoteError`] lists.
    pub async fn create_stages(&self, task: &RunTask, progress: RunProgress, now: Timestamp) -> Result<(), RemoteError> {
        let stages = StageCreation::all(task, progress, now).into_iter().map(Mutation::CreateStage);
        let current = Mutation::UpdateTask(TaskChange::in_stage(&task.id, progress.stage, now));
        self.mutate("CreateTaskStages", stages.chain([current]).collect()).await
    }

    /// Tells how far it is, where `told` was told before.
    ///
    /// # Errors
    /// As [`RemoteError`] lists. That it has ended meanwhile is none.
    pub async fn update(
        &self,
        task: &TaskId,
        told: RunProgress,
        progress: RunProgress,
        now: Timestamp,
    ) -> Result<(), RemoteError> {
        let stages = StageChange::since(task, told, progress, now).into_iter().map(Mutation::UpdateStage);
        let current = Mutation::UpdateTask(TaskChange::in_stage(task, progress.stage, now));
        self.mutate("UpdateTask", stages.chain([current]).collect()).await
    }

    /// Tells how it ended; without `progress` nobody knows how far it was.
    ///
    /// # Errors
    /// As [`RemoteError`] lists. That it has ended already, or that there is no such task, is none.
    pub async fn end(
        &self,
        task: &TaskId,
        work: RunWork,
        progress: Option<RunProgress>,
        end: RunEnd,
        now: Timestamp,
    ) -> Result<(), RemoteError> {
        let stages = StageChange::ended(task, work, progress, end, now).into_iter().map(Mutation::UpdateStage);
        let ended = Mutation::UpdateTask(TaskChange::ended(task, end, now));
        self.mutate("UpdateTask", stages.chain([ended]).collect()).await
    }

    /// Sends mutations in one document; those that failed for a while only, once more.
    async fn mutate(&self, operation: &'static str, mutations: Vec<Mutation>) -> Result<(), RemoteError> {
        let compose = |jobs: &[usize]| {
            let asked: Vec<&Mutation> = jobs.iter().filter_map(|job| mutations.get(*job)).collect();
            documents::mutations(operation, &asked)
        };
        let results = patiently(self.client.each(mutations.len(), compose)).await?;
        results.into_iter().try_for_each(|result| match result {
            Ok(Value::Null) => Err(RemoteError::Protocol(format!("no answer to {operation}"))),
            result => unless_ended(result.map(drop)),
        })
    }
}

/// A condition that does not hold: an earlier try wrote it, or it has ended.
fn unless_ended(written: Result<(), RemoteError>) -> Result<(), RemoteError> {
    if written == Err(RemoteError::Condition) { Ok(()) } else { written }
}

async fn patiently<T>(work: impl Future<Output = T>) -> Result<T, RemoteError> {
    timeout(PATIENCE, work).await.map_err(|_| RemoteError::Unreachable(format!("no answer within {PATIENCE:?}")))
}
