//! Where each setting comes from; the only reader of environment and home.
//!
//! Sources, the strongest first: environment, `.env` of the working directory and of the workspace, `scoresync.yaml`,
//! `.plexus/config.yaml` (then `.yml`) of the workspace, the same of the home folder, defaults. Variables and
//! `.plexus` files are those of the other Plexus tools, so that nothing is configured twice. Nothing is written here,
//! and nothing is asked of the network.

mod actor;
mod aws;
mod discover;
mod endpoint;
mod env;
mod error;
mod layers;
mod log;
mod plexus;
mod project;
mod secret;
mod yaml;

pub use crate::check::suggest;
pub use actor::Actor;
pub use aws::AwsCredentials;
pub use discover::{Found, STATE_FOLDER};
pub use endpoint::{AuthMode, Endpoint};
pub use env::{Env, Terminal, current_directory, program};
pub use error::SettingsError;
pub use log::LogSetting;
pub use project::PROJECT_FILE;
pub use secret::Secret;
pub use yaml::Place;

use crate::check::RuleSet;
use crate::model::PushWhen;
use layers::Layers;
use project::Project;
use std::fmt;
use std::io::ErrorKind;
use std::path::{Component, Path, PathBuf};
use std::time::Duration;

/// Folder of the scorecards, as the other Plexus tools have it.
const DEFAULT_ROOT: &str = "scorecards";
/// Requests at once.
const DEFAULT_CONCURRENCY: usize = 8;
/// Runs that the history remembers.
const DEFAULT_KEEP_RUNS: usize = 50;

/// How long files are left alone before a watcher pushes them.
const DEFAULT_QUIET: Duration = Duration::from_secs(5);

/// A value and where it came from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Setting<T> {
    /// The value.
    pub value: T,
    /// Where it came from.
    pub source: Source,
}

impl<T> Setting<T> {
    /// Another value from the same place.
    pub fn map<U>(self, change: impl FnOnce(T) -> U) -> Setting<U> {
        Setting { value: change(self.value), source: self.source }
    }
}

/// Where a value came from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Source {
    /// Nobody said anything.
    Default,
    /// A settings file.
    File(PathBuf),
    /// A variable in a `.env` file.
    DotEnv(PathBuf, &'static str),
    /// A variable of the environment.
    Variable(&'static str),
}

impl fmt::Display for Source {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Default => f.write_str("default"),
            Self::File(path) => write!(f, "{}", path.display()),
            Self::DotEnv(path, name) => write!(f, "{name} in {}", path.display()),
            Self::Variable(name) => write!(f, "environment, {name}"),
        }
    }
}

/// All settings of a run. What is needed and missing is an error only for who asks for it.
#[derive(Clone, Debug)]
pub struct Settings {
    /// Absolute; `-C`, or where the process was started.
    pub working_directory: PathBuf,
    /// The workspace, if there is one.
    pub workspace: Option<Found>,
    /// Scorecards root, absolute.
    pub root: Setting<PathBuf>,
    /// The dashboard's API.
    pub endpoint: Option<Setting<Endpoint>>,
    /// How requests are signed.
    pub auth: Setting<AuthMode>,
    /// For `api_key`.
    pub api_key: Option<Setting<Secret>>,
    /// For `iam`.
    pub aws: Option<AwsCredentials>,
    /// For `iam`, where the endpoint's name does not tell.
    pub region: Option<Setting<String>>,
    /// Which account.
    pub account_key: Option<Setting<String>>,
    /// The dashboard itself, for links.
    pub app_url: Option<Setting<String>>,
    /// Who writes are attributed to.
    pub actor: Setting<Actor>,
    /// Scorecards to sync, by name, key or id; empty means all.
    pub scorecards: Setting<Vec<String>>,
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
        Ok(Self {
            root: root(&layers, working_directory, base),
            endpoint: endpoint::endpoint(&layers, base)?,
            auth: endpoint::auth(&layers)?,
            api_key: layers
                .text("PLEXUS_API_KEY", None, |values| values.api_key.as_ref())
                .or_else(|| layers.variable("NEXT_PUBLIC_PLEXUS_API_KEY"))
                .map(|key| key.map(Secret::from)),
            aws: aws::credentials(&layers)?,
            region: layers.variable("PLEXUS_API_REGION").or_else(|| layers.variable("AWS_REGION")),
            account_key: layers.text("PLEXUS_ACCOUNT_KEY", project.account_key.as_ref(), |values| values.account_key.as_ref()),
            app_url: layers.text("PLEXUS_APP_URL", None, |values| values.app_url.as_ref()),
            actor: actor::actor(&layers)?,
            scorecards: layers.project_or(project.scorecards.clone(), Vec::new()),
            concurrency: layers.project_or(project.concurrency, DEFAULT_CONCURRENCY),
            keep_runs: layers.project_or(project.keep_runs, DEFAULT_KEEP_RUNS),
            note: project.note.clone().map(|note| layers.of_project(note)),
            commit: layers.project_or(project.commit, false),
            watch_push: layers.project_or(project.watch.push, PushWhen::default()),
            watch_promote: layers.project_or(project.watch.promote, false),
            watch_quiet: layers.project_or(project.watch.quiet, DEFAULT_QUIET),
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
    pub fn workspace(&self) -> Result<&Found, SettingsError> {
        self.workspace.as_ref().ok_or_else(|| SettingsError::NoWorkspace { from: self.working_directory.clone() })
    }

    /// The endpoint.
    ///
    /// # Errors
    /// None is set.
    pub fn endpoint(&self) -> Result<&Endpoint, SettingsError> {
        let missing = SettingsError::Missing { what: "the address of the Plexus API", name: "PLEXUS_API_URL" };
        self.endpoint.as_ref().map(|endpoint| &endpoint.value).ok_or(missing)
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

/// The workspace of a directory, and the directory, both without links. A directory behind a link belongs to the workspace
/// that it really lies in or, if there is none, to the one that holds the link.
fn workspace(named: &Path, home: Option<&Path>) -> (Option<Found>, PathBuf) {
    let real = |path: &Path| path.canonicalize().unwrap_or_else(|_| path.to_owned());
    let directory = real(named);
    let found = discover::discover(&directory, home).or_else(|| discover::discover(named, home));
    (found.map(|found| Found { root: real(&found.root), ..found }), directory)
}

/// `dir` made absolute against `from`; it must exist. Links in it keep their names.
///
/// # Errors
/// It does not exist, or is no directory.
pub fn directory(from: &Path, dir: &Path) -> Result<PathBuf, SettingsError> {
    let path = from.join(dir);
    let failed = |why: String| SettingsError::NoDirectory { path: path.clone(), why };
    let real = path.canonicalize().map_err(|error| failed(error.to_string()))?;
    if !real.is_dir() {
        return Err(failed("not a directory".to_owned()));
    }
    let climbs = path.components().any(|part| part == Component::ParentDir);
    Ok(if climbs { real } else { path.components().collect() })
}

fn project(workspace: Option<&Path>) -> Result<Project, SettingsError> {
    let path = workspace.unwrap_or(Path::new("")).join(PROJECT_FILE);
    let text = if workspace.is_some() { read_optional(&path)? } else { None };
    text.map_or(Ok(Project::default()), |text| Project::parse(&path, &text))
}

/// `SCORECARD_CACHE_DIR` is relative to the working directory, as in the other tools; ours to the workspace.
fn root(layers: &Layers<'_>, working_directory: &Path, workspace: &Path) -> Setting<PathBuf> {
    if let Some(given) = layers.variable("SCORECARD_CACHE_DIR") {
        return given.map(|folder| climb(working_directory, Path::new(&folder)));
    }
    layers.project_or(layers.project.root.clone(), DEFAULT_ROOT.to_owned()).map(|folder| climb(workspace, Path::new(&folder)))
}

/// `folder` seen from `from`, which has no links, so that climbing out of it can be done on paper.
fn climb(from: &Path, folder: &Path) -> PathBuf {
    let (mut from, mut folder) = (from, folder);
    while let Ok(rest) = folder.strip_prefix("..") {
        (from, folder) = (from.parent().unwrap_or(from), rest);
    }
    from.join(folder)
}

fn unused(layers: &Layers<'_>) -> Vec<Setting<&'static str>> {
    let account = layers.plexus(|values| values.default_account_id.as_ref()).map(|found| found.map(|_| "default_account_id"));
    let working = layers.plexus(|values| values.working_directory.as_ref()).map(|found| found.map(|_| "working_directory"));
    account.into_iter().chain(working).collect()
}

/// The text of a file, `None` if it is not there.
#[expect(clippy::disallowed_methods, reason = "settings files are not working files: nothing of theirs is synced")]
fn read_optional(path: &Path) -> Result<Option<String>, SettingsError> {
    match std::fs::read_to_string(path) {
        Ok(text) => Ok(Some(text)),
        Err(error) if matches!(error.kind(), ErrorKind::NotFound | ErrorKind::NotADirectory) => Ok(None),
        Err(error) => Err(SettingsError::Unreadable { path: path.to_owned(), why: error.to_string() }),
    }
}

#[cfg(test)]
mod tests;
