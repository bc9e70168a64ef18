//! From settings to a session: workspace, state, lock and the dashboard.

use super::app::App;
use super::embedded::Embedded;
use super::error::Problem;
use super::exit::Exit;
use super::ui::{Bar, Ui};
use crate::engine::{Config, Session};
use crate::git::Program;
use crate::remote::{
    Auth, Credentials, GraphQlRemote, HttpError, HttpTransport, Remote, RetryPolicy, Transport, WriteAttribution,
};
use crate::settings::{AuthMode, Endpoint, STATE_FOLDER, Settings};
use crate::state::{State, StateError, WorkspaceLock};
use crate::workspace::Workspace;
use jiff::Timestamp;
use serde_json::Map;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

/// How long a watcher's errand is waited for, and how often is asked.
const PATIENCE: Duration = Duration::from_secs(20);
const MOMENT: Duration = Duration::from_millis(25);

/// What a command means to do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Access {
    /// Only look: other runs may go on.
    Look,
    /// Change files or state: other runs are kept off.
    Change,
    /// The same, without the dashboard.
    ChangeHere,
    /// Look again and again; how far that is, is nobody's business.
    Follow,
}

/// A session that is ready, and what it was made from.
pub struct Opened {
    /// The session.
    pub session: Session,
    /// Its settings.
    pub settings: Settings,
    /// Shows how far it is.
    pub bar: Bar,
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
pub fn open(app: &App, ui: &Ui, command: &str, access: Access) -> Result<Opened, Problem> {
    let settings = app.settings(ui)?;
    let folder = settings.workspace()?.root.join(STATE_FOLDER);
    let bar = if access == Access::Follow { Bar::hidden() } else { ui.bar() };
    let alone = app.global.offline || access == Access::ChangeHere;
    let dashboard = if alone { None } else { Some(dashboard(&settings, &bar)?) };
    let (remote, account_key) = match dashboard {
        Some(dashboard) => (Some(dashboard.remote), dashboard.account_key),
        None => (None, settings.account_key().unwrap_or_default().to_owned()),
    };
    let changes = matches!(access, Access::Change | Access::ChangeHere);
    let lock = changes.then(|| lock(&folder, command)).transpose()?;
    let session = session(app, &settings, remote, account_key)?;
    let session = session.with_progress(Arc::new(bar.clone())).with_git(Program::default());
    Ok(Opened { session, settings, bar, _lock: lock })
}

/// A session of this workspace that looks without the dashboard, beside one that was opened.
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

/// The workspace lock. A watcher holds it for moments only, which are waited for.
fn lock(folder: &Path, command: &str) -> Result<WorkspaceLock, Problem> {
    let mut patience = PATIENCE;
    loop {
        match State::lock(folder, command, now()) {
            Err(StateError::Locked(holder))
                if !patience.is_zero() && holder.as_ref().is_none_or(|one| one.command == "watch") =>
            {
                std::thread::sleep(MOMENT);
                patience = patience.saturating_sub(MOMENT);
            }
            locked => return Ok(locked?),
        }
    }
}

/// A dashboard and which account of it.
pub struct Dashboard {
    /// The dashboard.
    pub remote: Arc<dyn Remote>,
    /// The account's key.
    pub account_key: String,
}

/// The dashboard that the settings name. An embedded registry with one account needs no key to find it.
pub fn dashboard(settings: &Settings, bar: &Bar) -> Result<Dashboard, Problem> {
    let (transport, account_key): (Arc<dyn Transport>, String) = match settings.endpoint()? {
        Endpoint::Http(url) => {
            let transport = HttpTransport::new(url, auth(settings)?)?;
            (Arc::new(transport), settings.account_key()?.to_owned())
        }
        Endpoint::File(path) => {
            let embedded = Embedded::open(path)?;
            let key = settings.account_key().map(str::to_owned);
            let key = key.or_else(|missing| embedded.only_account().ok_or(missing))?;
            (Arc::new(embedded), key)
        }
    };
    Ok(Dashboard { remote: remote(transport, settings, bar), account_key })
}

fn remote(transport: Arc<dyn Transport>, settings: &Settings, bar: &Bar) -> Arc<dyn Remote> {
    let policy = RetryPolicy { concurrency: settings.concurrency.value, ..RetryPolicy::default() };
    let actor = settings.actor.value.clone();
    let attribution =
        WriteAttribution { actor_type: actor.kind, actor_key: actor.key, source: actor.source, user_id: actor.user_id };
    let remote = GraphQlRemote::new(transport, attribution, policy, fastrand::Rng::new());
    Arc::new(remote.with_progress(Arc::new(bar.clone())))
}

fn auth(settings: &Settings) -> Result<Auth, Problem> {
    if settings.auth.value == AuthMode::ApiKey {
        return Ok(Auth::ApiKey(settings.api_key()?.expose().to_owned()));
    }
    let Some(aws) = &settings.aws else {
        return Err(Problem::new(Exit::Usage, "NO_CREDENTIALS", "there are no AWS credentials for sign-in with iam")
            .help("set AWS_PROFILE to a profile of ~/.aws/credentials")
            .help("eval \"$(aws configure export-credentials --format env)\"    # for single sign-on and roles"));
    };
    let credentials = Credentials {
        access_key: aws.access_key_id.clone(),
        secret_key: aws.secret_access_key.expose().to_owned(),
        session_token: aws.session_token.as_ref().map(|token| token.expose().to_owned()),
    };
    Ok(Auth::Iam { credentials, region: settings.region.as_ref().map(|region| region.value.clone()) })
}

impl From<HttpError> for Problem {
    fn from(error: HttpError) -> Self {
        let problem = Self::new(Exit::Usage, "INVALID_SETTINGS", error.to_string());
        match error {
            HttpError::Region => problem.help("set PLEXUS_API_REGION"),
            HttpError::Key => problem.help("check PLEXUS_API_KEY"),
            _ => problem.help("check PLEXUS_API_URL").help("scoresync doctor    # to see where it comes from"),
        }
    }
}

/// The clock, read here and handed down.
#[expect(clippy::disallowed_methods, reason = "this is the edge where the clock is read")]
pub fn now() -> Timestamp {
    Timestamp::now()
}
