//! From settings to a session: workspace, state, lock and the dashboard.

use super::app::App;
use super::clock::now;
use super::dashboard::dashboard;
use super::error::Problem;
use super::ui::{ProgressIndicator, Ui};
use crate::engine::{Config, Session};
use crate::git::Program;
use crate::remote::Remote;
use crate::settings::{STATE_FOLDER, Settings};
use crate::state::{State, StateError, WorkspaceLock};
use crate::workspace::Workspace;
use serde_json::Map;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

/// How long a command waits for the workspace lock while a watcher holds it.
const LOCK_TIMEOUT: Duration = Duration::from_secs(20);
/// The time between two tries to take the lock.
const LOCK_RETRY: Duration = Duration::from_millis(25);

/// What a command does to the workspace, and whether it needs the dashboard.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Access {
    /// Only reads: other runs may go on.
    Read,
    /// Changes files or state: other runs are kept off.
    Write,
    /// The same, without the dashboard.
    WriteOffline,
    /// Reads until it is stopped, and shows no progress; takes the lock itself whenever it changes something.
    Watch,
}

/// A session that is ready, and what it was made from.
pub struct Opened {
    /// The session.
    pub session: Session,
    /// Its settings.
    pub settings: Settings,
    /// How far the session's work is, on the terminal.
    pub progress: ProgressIndicator,
    /// Keeps other runs off for as long as this lives.
    _lock: Option<WorkspaceLock>,
}

impl Opened {
    /// Ends the session and lets other runs go on.
    pub fn release(self) -> Settings {
        self.settings
    }
}

/// Opens everything that `command` needs; offline, the dashboard is left out.
///
/// # Errors
/// A setting is missing or wrong, the state cannot be opened, or another run holds the workspace.
pub fn open(app: &App, ui: &Ui, command: &str, access: Access) -> Result<Opened, Problem> {
    let settings = app.settings(ui)?;
    let folder = settings.workspace()?.root.join(STATE_FOLDER);
    let progress = if access == Access::Watch { ProgressIndicator::hidden() } else { ui.progress() };
    let is_offline = app.global.offline || access == Access::WriteOffline;
    let dashboard = if is_offline { None } else { Some(dashboard(&settings, &progress)?) };
    let (remote, account_key) = match dashboard {
        Some(dashboard) => (Some(dashboard.remote), dashboard.account_key),
        None => (None, settings.account_key().unwrap_or_default().to_owned()),
    };
    let writes = matches!(access, Access::Write | Access::WriteOffline);
    let lock = writes.then(|| lock(&folder, command)).transpose()?;
    let session = session(app, &settings, remote, account_key)?;
    let session = session.with_progress(Arc::new(progress.clone())).with_git(Program::default());
    Ok(Opened { session, settings, progress, _lock: lock })
}

/// A second session of a workspace, which reads without the dashboard while the first one works.
///
/// # Errors
/// A setting is missing or wrong, or the state cannot be opened.
pub fn offline_session(app: &App, settings: &Settings) -> Result<Session, Problem> {
    session(app, settings, None, settings.account_key().unwrap_or_default().to_owned())
}

fn session(app: &App, settings: &Settings, remote: Option<Arc<dyn Remote>>, account_key: String) -> Result<Session, Problem> {
    let config = Config {
        account_key,
        endpoint: settings.origin()?,
        scorecards: settings.scorecards.value.clone(),
        metadata: Map::new(),
        keep_runs: settings.keep_runs.value,
        shown_root: app.shown(&settings.root.value).to_owned(),
        now,
    };
    let folder = settings.workspace()?.root.join(STATE_FOLDER);
    Ok(Session::new(Workspace::new(&settings.root.value), State::open(&folder)?, remote, config))
}

/// The workspace lock. A watcher holds it only while it writes, so that is waited for.
fn lock(folder: &Path, command: &str) -> Result<WorkspaceLock, Problem> {
    let mut left = LOCK_TIMEOUT;
    loop {
        match State::lock(folder, command, now()) {
            Err(StateError::Locked(holder)) if !left.is_zero() && holder.as_ref().is_none_or(|one| one.command == "watch") => {
                std::thread::sleep(LOCK_RETRY);
                left = left.saturating_sub(LOCK_RETRY);
            }
            locked => return Ok(locked?),
        }
    }
}
