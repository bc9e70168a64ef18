//! From settings to a session: workspace, state and the dashboard.

use super::app::App;
use super::clock::now;
use super::dashboard::{Dashboard, dashboard, task_writer};
use super::error::Problem;
use super::trust;
use super::ui::{ProgressIndicator, Ui};
use crate::engine::{Config, Locked, RunTasks, Session};
use crate::git::{Program, Repository, Tracking};
use crate::model::RelPath;
use crate::remote::Remote;
use crate::settings::{STATE_FOLDER, Secret, Settings, host};
use crate::state::{DATABASE, State};
use crate::workspace::Workspace;
use serde_json::Map;
use std::sync::Arc;
use std::time::Duration;

/// How long a command waits for the workspace lock while a watcher holds it.
const LOCK_TIMEOUT: Duration = Duration::from_secs(20);

/// Stands for a secret that somebody typed.
const MASK: &str = "****";

/// What a command needs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Access {
    /// The dashboard too, unless `--offline` is given.
    Dashboard,
    /// Files and state only.
    Offline,
    /// The dashboard, for as long as it is watched; shows no progress.
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
    /// The command, as other runs are told of it while it holds the lock.
    command: &'static str,
}

impl Opened {
    /// Keeps other runs off the workspace, for as long as what is given back lives.
    ///
    /// # Errors
    /// Another run has the lock, and is no watcher that lets go of it soon.
    pub fn lock(&mut self) -> Result<Locked<'_>, Problem> {
        Ok(self.session.lock(self.command, LOCK_TIMEOUT)?)
    }
}

/// Opens everything that `command` needs; offline, the dashboard is left out.
///
/// # Errors
/// A setting is missing or wrong, the state cannot be opened, or the dashboard is not configured.
pub fn open(app: &App, ui: &Ui, command: &'static str, access: Access) -> Result<Opened, Problem> {
    let mut settings = app.settings(ui)?;
    settings.workspace()?;
    let progress = if access == Access::Watch { ProgressIndicator::hidden() } else { ui.progress() };
    let is_offline = app.global.offline || access == Access::Offline;
    if !is_offline {
        trust::ask(app, &mut settings, ui)?;
        app.sign(&mut settings);
    }
    let dashboard = if is_offline { None } else { Some(dashboard(&settings, &progress)?) };
    let session = match dashboard {
        Some(Dashboard { remote, records, account_key }) => {
            session(&settings, Some(remote), account_key)?.with_records(records).with_tasks(run_tasks(app, &settings))
        }
        None => offline_session(&settings)?,
    };
    let session = session.with_progress(Arc::new(progress.clone())).with_git(Program::default());
    Ok(Opened { session, settings, progress, command })
}

/// How long runs of this program are shown in the dashboard.
fn run_tasks(app: &App, settings: &Settings) -> RunTasks {
    let secrets = settings.secrets().map(Secret::expose).filter(|secret| !secret.is_empty());
    let connecting = settings.clone();
    RunTasks {
        when: settings.tasks.value,
        command: secrets.fold(app.command_line.clone(), |line, secret| line.replace(secret, MASK)),
        host: host(&app.env),
        connect: Arc::new(move || task_writer(&connecting)),
    }
}

/// A second session of a workspace, which reads without the dashboard while the first one works.
///
/// # Errors
/// A setting is missing or wrong, or the state cannot be opened.
pub fn offline_session(settings: &Settings) -> Result<Session, Problem> {
    session(settings, None, settings.account_key().unwrap_or_default().to_owned())
}

fn session(settings: &Settings, remote: Option<Arc<dyn Remote>>, account_key: String) -> Result<Session, Problem> {
    // Without the dashboard nobody asks where it is.
    let endpoint = if remote.is_some() { settings.origin()? } else { settings.origin().unwrap_or_default() };
    let config = Config {
        account_key,
        endpoint,
        scorecards: selected(settings),
        standalone: settings.documents.value.clone(),
        metadata: Map::new(),
        keep_runs: settings.keep_runs.value,
        now,
    };
    let state = State::open(&settings.workspace()?.root.join(STATE_FOLDER))?;
    check_owner(&state)?;
    Ok(Session::new(workspace(settings), state, remote, config))
}

/// The files of a workspace.
pub fn workspace(settings: &Settings) -> Workspace {
    Workspace::new(&settings.root.value).with_standalone(&settings.documents.value)
}

/// The scorecards that are synced, where not all are: with what stands for those of standalone documents.
fn selected(settings: &Settings) -> Vec<String> {
    let mut selected = settings.scorecards.value.clone();
    if !selected.is_empty() {
        selected.extend(settings.documents.value.iter().filter_map(|kind| kind.folder()).map(str::to_owned));
    }
    selected
}

/// What a state wants finished is done with the user's key and files. One that came with the repository may have been made up
/// by anybody. Git is asked in this rare case only, and where it cannot tell, it tracks nothing.
fn check_owner(state: &State) -> Result<(), Problem> {
    if state.intents()?.is_empty() && state.unfinished_runs()?.is_empty() {
        return Ok(());
    }
    let repository = Repository::discover(state.folder(), Program::default()).ok().flatten();
    let database = RelPath::parse(DATABASE).expect("a plain name");
    let tracking = repository.and_then(|repository| repository.tracking(&[database]).ok()).unwrap_or_default();
    if tracking == [Tracking::Tracked] { Err(Problem::tracked_state(state.folder())) } else { Ok(()) }
}
