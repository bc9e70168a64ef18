//! The sources of a setting, the strongest first.

use super::dotenv;
use super::env::Env;
use super::error::SettingsError;
use super::plexus::{self, Values};
use super::project::Project;
use super::real_path::real_path;
use super::setting::{Setting, SettingSource};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

/// Everything that may say something about a setting.
pub(super) struct Layers<'a> {
    pub env: &'a Env,
    dotenv: Vec<(PathBuf, BTreeMap<String, String>)>,
    pub project: Project,
    plexus: Vec<plexus::Layer>,
    /// Sentences about lines that were skipped.
    pub warnings: Vec<String>,
}

impl<'a> Layers<'a> {
    /// Reads every file that exists: `.env` of the working directory and of the workspace, the workspace's settings,
    /// the project's and the person's Plexus settings.
    pub fn read(env: &'a Env, working: &Path, workspace: Option<&Path>, project: Project) -> Result<Self, SettingsError> {
        let mut layers = Self { env, dotenv: Vec::new(), project, plexus: Vec::new(), warnings: Vec::new() };
        for folder in [Some(working), workspace.filter(|workspace| *workspace != working)].into_iter().flatten() {
            layers.read_dotenv(folder.join(".env"))?;
        }
        let home = env.home();
        if let Some(folder) = workspace.filter(|folder| home.is_none_or(|home| real_path(home) != real_path(folder))) {
            layers.plexus.extend(plexus::layers(folder, SettingSource::File)?);
        }
        if let Some(home) = home {
            layers.plexus.extend(plexus::layers(home, SettingSource::HomeFile)?);
        }
        Ok(layers)
    }

    /// The text of a line that was skipped is not repeated.
    fn read_dotenv(&mut self, path: PathBuf) -> Result<(), SettingsError> {
        if let Some(found) = dotenv::read(&path)? {
            let warning = format!("{}: skipped a line that is not NAME=value", path.display());
            self.warnings.extend(std::iter::repeat_n(warning, found.skipped));
            self.dotenv.push((path, found.variables));
        }
        Ok(())
    }

    /// A variable: the environment, then `.env`.
    pub fn variable(&self, name: &'static str) -> Option<Setting<String>> {
        if let Some(value) = self.env.get(name) {
            return Some(Setting { value: value.to_owned(), source: SettingSource::Variable(name) });
        }
        self.dotenv.iter().find_map(|(path, variables)| {
            let value = variables.get(name).filter(|value| !value.trim().is_empty())?;
            Some(Setting { value: value.clone(), source: SettingSource::DotEnv(path.clone(), name) })
        })
    }

    /// A setting that is a variable, or a value of the project, or of a Plexus file.
    pub fn text(
        &self,
        name: &'static str,
        project: Option<&String>,
        plexus: impl Fn(&Values) -> Option<&String>,
    ) -> Option<Setting<String>> {
        self.variable(name).or_else(|| project.map(|value| self.of_project(value.clone()))).or_else(|| self.plexus(plexus))
    }

    /// A value of the Plexus files.
    pub fn plexus(&self, value: impl Fn(&Values) -> Option<&String>) -> Option<Setting<String>> {
        self.plexus_values(value).next()
    }

    /// All values of the Plexus files, those that do not count too.
    pub fn plexus_values(&self, value: impl Fn(&Values) -> Option<&String>) -> impl Iterator<Item = Setting<String>> {
        self.plexus.iter().filter_map(move |layer| {
            let value = value(&layer.values).filter(|value| !value.trim().is_empty())?;
            Some(Setting { value: value.clone(), source: layer.source.clone() })
        })
    }

    /// A value that `scoresync.yaml` gave, else the default.
    pub fn project_or<T>(&self, value: Option<T>, default: T) -> Setting<T> {
        value.map_or(Setting { value: default, source: SettingSource::Default }, |value| self.of_project(value))
    }

    /// A value that `scoresync.yaml` gave.
    pub fn of_project<T>(&self, value: T) -> Setting<T> {
        Setting { value, source: SettingSource::File(self.project.path.clone()) }
    }
}
