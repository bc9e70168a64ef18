//! All settings of a run, each from the strongest source that has it.

use super::actor::{self, Actor};
use super::aws::{self, AwsCredentials};
use super::destination::Destination;
use super::discover::{self, FoundWorkspace};
use super::endpoint::{self, AuthMode, Endpoint};
use super::env::Env;
use super::error::SettingsError;
use super::layers::Layers;
use super::project::{PROJECT_FILE, Project};
use super::read::read_optional;
use super::real_path::real_path;
use super::root::{documents, root};
use super::secret::Secret;
use super::setting::Setting;
use super::trust_list;
use crate::check::RuleSet;
use crate::model::{PushWhen, SyncKind, TaskWhen};
use crate::plan::Gate;
use std::path::{Path, PathBuf};
use std::time::Duration;

/// Requests at once.
const DEFAULT_CONCURRENCY: usize = 8;
/// Runs that the history remembers.
const DEFAULT_KEEP_RUNS: usize = 50;
/// How long files are left alone before a watcher pushes them.
const DEFAULT_QUIET: Duration = Duration::from_secs(5);

/// All settings of a run. A missing one is an error only when it is asked for.
#[derive(Clone, Debug)]
pub struct Settings {
    /// Absolute; `-C`, or where the process was started.
    pub working_directory: PathBuf,
    /// The workspace, if there is one.
    pub workspace: Option<FoundWorkspace>,
    /// Scorecards root, absolute.
    pub root: Setting<PathBuf>,
    /// The dashboard's API. A run connects to what [`Settings::trusted_endpoint`] gives.
    pub endpoint: Option<Setting<Endpoint>>,
    /// Where the user allows secrets to go, whoever names the address.
    pub trusted: Vec<Setting<Destination>>,
    /// Where the user's own files lead, though a workspace may name another endpoint.
    pub(super) own_destinations: Vec<Destination>,
    /// How requests are signed.
    pub auth: Setting<AuthMode>,
    /// For `api_key`.
    pub api_key: Option<Setting<Secret>>,
    /// For `iam`.
    pub aws: Option<AwsCredentials>,
    /// For `iam`: that of the endpoint's host, where its name tells.
    pub region: Option<Setting<String>>,
    /// Which account.
    pub account_key: Option<Setting<String>>,
    /// The dashboard itself, for links.
    pub app_url: Option<Setting<String>>,
    /// Who writes are attributed to.
    pub actor: Setting<Actor>,
    /// Scorecards to sync, by name, key or id; empty means all.
    pub scorecards: Setting<Vec<String>>,
    /// Standalone documents to sync beside the scores.
    pub documents: Setting<Vec<SyncKind>>,
    /// Requests at once.
    pub concurrency: Setting<usize>,
    /// Runs that the history remembers.
    pub keep_runs: Setting<usize>,
    /// Note of pushed versions where none is given.
    pub note: Option<Setting<String>>,
    /// Commit what a run writes or pushes.
    pub commit: Setting<bool>,
    /// When a watcher pushes edits.
    pub watch_push: Setting<PushWhen>,
    /// A watcher makes what it pushes champion.
    pub watch_promote: Setting<bool>,
    /// How long files are left alone before a watcher pushes them.
    pub watch_quiet: Setting<Duration>,
    /// Which runs are shown in the dashboard as tasks.
    pub tasks: Setting<TaskWhen>,
    /// What must have been measured of a version before it is promoted.
    pub gate: Setting<Gate>,
    /// Which rules of `check` are on, and how much each matters.
    pub rules: Setting<RuleSet>,
    /// Settings of Plexus files that this tool has no use for: name and where from.
    pub unused: Vec<Setting<&'static str>>,
    /// Sentences about what was skipped.
    pub warnings: Vec<String>,
}

impl Settings {
    /// Reads everything for a working directory.
    ///
    /// # Errors
    /// A file that cannot be read or says what it may not; a variable that has no meaning.
    pub fn load(env: &Env, working_directory: &Path) -> Result<Self, SettingsError> {
        let (workspace, working_directory) = workspace(working_directory, env.home());
        let working_directory = working_directory.as_path();
        let top = workspace.as_ref().map(|found| found.root.as_path());
        let layers = Layers::read(env, working_directory, top, project(top)?)?;
        let base = top.unwrap_or(working_directory);
        let project = &layers.project;
        let root = root(&layers, working_directory, base)?;
        let endpoint = endpoint::endpoint(&layers, base)?;
        Ok(Self {
            documents: documents(&layers, &root, base)?,
            root,
            region: endpoint::region(&layers, endpoint.as_ref()),
            endpoint,
            trusted: trust_list::trusted(env, working_directory)?,
            own_destinations: endpoint::own_destinations(&layers, base),
            auth: endpoint::auth(&layers)?,
            api_key: layers
                .text("PLEXUS_API_KEY", None, |values| values.api_key.as_ref())
                .or_else(|| layers.variable("NEXT_PUBLIC_PLEXUS_API_KEY"))
                .map(|key| key.map(Secret::from)),
            aws: aws::credentials(&layers)?,
            account_key: layers.text("PLEXUS_ACCOUNT_KEY", project.account_key.as_ref(), |values| values.account_key.as_ref()),
            app_url: layers.text("PLEXUS_APP_URL", project.app_url.as_ref(), |values| values.app_url.as_ref()),
            actor: actor::actor(&layers)?,
            scorecards: layers.project_or(project.scorecards.clone(), Vec::new()),
            concurrency: layers.project_or(project.concurrency, DEFAULT_CONCURRENCY),
            keep_runs: layers.project_or(project.keep_runs, DEFAULT_KEEP_RUNS),
            note: project.note.clone().map(|note| layers.of_project(note)),
            commit: layers.project_or(project.commit, false),
            watch_push: layers.project_or(project.watch.push, PushWhen::default()),
            watch_promote: layers.project_or(project.watch.promote, false),
            watch_quiet: layers.project_or(project.watch.quiet, DEFAULT_QUIET),
            tasks: layers.project_or(project.tasks, TaskWhen::default()),
            gate: layers.project_or(project.gate, Gate::default()),
            rules: layers.project_or(project.rules.clone(), RuleSet::default()),
            unused: unused(&layers),
            warnings: layers.warnings,
            working_directory: working_directory.to_owned(),
            workspace,
        })
    }

    /// The workspace.
    ///
    /// # Errors
    /// There is none.
    pub fn workspace(&self) -> Result<&FoundWorkspace, SettingsError> {
        self.workspace.as_ref().ok_or_else(|| SettingsError::NoWorkspace { from: self.working_directory.clone() })
    }

    /// The endpoint.
    ///
    /// # Errors
    /// None is set.
    pub fn endpoint(&self) -> Result<&Endpoint, SettingsError> {
        self.endpoint_setting().map(|endpoint| &endpoint.value)
    }

    /// The endpoint, and where it is named.
    pub(super) fn endpoint_setting(&self) -> Result<&Setting<Endpoint>, SettingsError> {
        let missing = SettingsError::Missing { what: "the address of the Plexus API", name: "PLEXUS_API_URL" };
        self.endpoint.as_ref().ok_or(missing)
    }

    /// The endpoint's name in the state: a file inside the workspace is named from there, so that the folder can be moved.
    ///
    /// # Errors
    /// None is set.
    pub fn origin(&self) -> Result<String, SettingsError> {
        let endpoint = self.endpoint()?;
        let inside = match (endpoint, &self.workspace) {
            (Endpoint::File(path), Some(found)) => path.strip_prefix(&found.root).ok(),
            _ => None,
        };
        Ok(inside.map_or_else(|| endpoint.to_string(), |path| format!("file:{}", path.display())))
    }

    /// The account key.
    ///
    /// # Errors
    /// None is set.
    pub fn account_key(&self) -> Result<&str, SettingsError> {
        let missing = SettingsError::Missing { what: "the key of your account", name: "PLEXUS_ACCOUNT_KEY" };
        self.account_key.as_ref().map(|key| key.value.as_str()).ok_or(missing)
    }

    /// The API key.
    ///
    /// # Errors
    /// None is set.
    pub fn api_key(&self) -> Result<&Secret, SettingsError> {
        let missing = SettingsError::Missing { what: "the key of the Plexus API", name: "PLEXUS_API_KEY" };
        self.api_key.as_ref().map(|key| &key.value).ok_or(missing)
    }
}

/// The workspace that holds a path, if one does. The path need not exist.
pub fn workspace_of(path: &Path, home: Option<&Path>) -> Option<FoundWorkspace> {
    workspace(path, home).0
}

/// The workspace of a directory, and the directory, both without links. A directory behind a link belongs to the workspace
/// that it really lies in or, if there is none, to the one that holds the link.
fn workspace(named: &Path, home: Option<&Path>) -> (Option<FoundWorkspace>, PathBuf) {
    let directory = real_path(named);
    let found = discover::discover(&directory, home).or_else(|| discover::discover(named, home));
    (found.map(|found| FoundWorkspace { root: real_path(&found.root), ..found }), directory)
}

fn project(workspace: Option<&Path>) -> Result<Project, SettingsError> {
    let path = workspace.unwrap_or(Path::new("")).join(PROJECT_FILE);
    let text = if workspace.is_some() { read_optional(&path)? } else { None };
    text.map_or(Ok(Project::default()), |text| Project::parse(&path, &text))
}

fn unused(layers: &Layers<'_>) -> Vec<Setting<&'static str>> {
    let account = layers.plexus(|values| values.default_account_id.as_ref()).map(|found| found.map(|_| "default_account_id"));
    let working = layers.plexus(|values| values.working_directory.as_ref()).map(|found| found.map(|_| "working_directory"));
    account.into_iter().chain(working).collect()
}
