//! The context of a run: a workspace, its state and a dashboard, with the options of the verbs. It carries nothing out.

use crate::engine::error::Halt;
use crate::git::Program;
use crate::model::{Progress, Quiet, SyncKind, TaskWhen};
use crate::remote::{Records, Remote, RunTaskWriter};
use crate::state::State;
use crate::workspace::Workspace;
use jiff::Timestamp;
use serde_json::{Map, Value};
use std::sync::Arc;
use tokio_util::sync::CancellationToken;

/// Plain values that decide how a session behaves.
pub struct Config {
    /// Which account, by its key.
    pub account_key: String,
    /// Where the dashboard is; the state remembers it.
    pub endpoint: String,
    /// Only these scorecards, by id, key, external id or name. Empty means all.
    pub scorecards: Vec<String>,
    /// Standalone documents that are synced beside scores.
    pub standalone: Vec<SyncKind>,
    /// Put into the metadata of every version that is pushed.
    pub metadata: Map<String, Value>,
    /// How many runs the history of replaced files goes back.
    pub keep_runs: usize,
    /// The clock.
    pub now: fn() -> Timestamp,
}

impl Config {
    /// Whether what is of this kind is synced.
    pub fn syncs(&self, kind: SyncKind) -> bool {
        kind.is_synced(&self.standalone)
    }
}

/// How a pull behaves.
#[derive(Clone, Copy, Debug, Default)]
pub struct PullOptions {
    /// Remove clean files of scores that are gone.
    pub prune: bool,
    /// Move guidelines from beside the code into their folder first.
    pub move_legacy: bool,
    /// Scores that cannot have moved may be counted instead of listed.
    pub only_moved: bool,
}

/// How a push behaves.
#[derive(Clone, Debug, Default)]
pub struct PushOptions {
    /// What the versions' notes say; a summary of the change otherwise.
    pub note: Option<String>,
    /// Make every pushed version, and every draft that waits, champion.
    pub promote: bool,
    /// Push code, too, that only writes its base in another way.
    pub reformat: bool,
}

/// How long runs are shown in the dashboard.
#[derive(Clone)]
pub struct RunTasks {
    /// Which runs are.
    pub when: TaskWhen,
    /// What was typed, without what is nobody's business.
    pub command: String,
    /// The name of this machine.
    pub host: String,
    /// Connects apart from all else; none if that is not possible. Called only where there is something to show.
    pub connect: Arc<dyn Fn() -> Option<RunTaskWriter> + Send + Sync>,
}

/// A workspace, its state and a dashboard.
pub struct Session {
    pub(in crate::engine) workspace: Workspace,
    pub(in crate::engine) state: State,
    pub(in crate::engine) remote: Option<Arc<dyn Remote>>,
    pub(in crate::engine) records: Option<Records>,
    pub(in crate::engine) tasks: Option<RunTasks>,
    pub(in crate::engine) config: Config,
    pub(in crate::engine) progress: Arc<dyn Progress>,
    pub(in crate::engine) git: Option<Program>,
    pub(in crate::engine) commits: bool,
    cancellation: CancellationToken,
}

impl Session {
    /// A session; without a remote it is offline and knows what was last seen.
    pub fn new(workspace: Workspace, state: State, remote: Option<Arc<dyn Remote>>, config: Config) -> Self {
        let workspace = workspace.owned_by(state.identity());
        let (progress, cancellation) = (Arc::new(Quiet), CancellationToken::new());
        Self { workspace, state, remote, records: None, tasks: None, config, progress, git: None, commits: false, cancellation }
    }

    /// For what gives the dashboard something.
    ///
    /// # Errors
    /// [`Halt::Offline`] without a remote.
    pub fn require_remote(&self) -> Result<(), Halt> {
        if self.remote.is_some() { Ok(()) } else { Err(Halt::Offline) }
    }

    /// The same session, telling `progress` how far it is.
    pub fn with_progress(mut self, progress: Arc<dyn Progress>) -> Self {
        self.progress = progress;
        self
    }

    /// The same session, cancelled together with others.
    pub fn with_cancellation(mut self, cancellation: CancellationToken) -> Self {
        self.cancellation = cancellation;
        self
    }

    /// The same session, which can also read what was recorded about scores.
    pub fn with_records(mut self, records: Records) -> Self {
        self.records = Some(records);
        self
    }

    /// The same session, which shows long runs in the dashboard.
    pub fn with_tasks(mut self, tasks: RunTasks) -> Self {
        self.tasks = Some(tasks);
        self
    }

    /// The same session, asking `git` where versions and texts come from. Otherwise it knows nothing of git.
    pub fn with_git(mut self, git: Program) -> Self {
        self.git = Some(git);
        self
    }

    /// From now on what runs write and push is to be committed to git: they owe it, until
    /// [`commit_owed`](crate::engine::commit_owed) has made the commit.
    pub fn owe_commits(&mut self) {
        self.commits = true;
    }

    /// Cancels the run after the operation under way; what happened is recorded.
    pub fn cancellation(&self) -> CancellationToken {
        self.cancellation.clone()
    }

    pub(in crate::engine) fn is_cancelled(&self) -> bool {
        self.cancellation.is_cancelled()
    }
}
