//! What every command has at hand.

use super::args::GlobalArgs;
use super::chosen_folder::ChosenFolder;
use super::clock::now;
use super::error::Problem;
use super::render::{Clock, View};
use super::roots::{Roots, seen_from};
use super::ui::Ui;
use crate::git;
use crate::settings::{Actor, Env, Setting, SettingSource, Settings, Terminal};
use jiff::tz::TimeZone;
use std::path::{Path, PathBuf};

/// Options, environment and the folder to work in.
#[derive(Clone)]
pub struct App {
    /// What was typed, as others may read it.
    pub command_line: String,
    /// Options of every command.
    pub global: GlobalArgs,
    /// The environment.
    pub env: Env,
    /// Absolute, without symlinks.
    pub working_directory: PathBuf,
    /// Where the program was started; the working directory is another one with `-C`.
    pub started_in: PathBuf,
    /// What help lines name besides, if they are typed there.
    pub chosen_folder: ChosenFolder,
    /// The folder whose workspace is meant: the working directory, unless something names another one. Absolute.
    pub place: PathBuf,
}

impl App {
    /// For the workspace of the working directory.
    pub fn new(command_line: String, global: GlobalArgs, env: Env, started_in: PathBuf, working_directory: PathBuf) -> Self {
        let named = global.working_directory.as_deref().filter(|_| started_in != working_directory);
        let chosen_folder = named.map(ChosenFolder::new).unwrap_or_default();
        Self { command_line, global, env, started_in, chosen_folder, place: working_directory.clone(), working_directory }
    }

    /// The same for the workspace of another folder; paths are seen from the working directory as before.
    pub fn in_workspace(&self, place: &Path) -> Self {
        Self { place: place.to_owned(), ..self.clone() }
    }

    /// The settings of the workspace, as if one worked in its folder; what was skipped in reading them is warned of.
    ///
    /// # Errors
    /// A settings file cannot be read, or has a value that is not valid.
    pub fn settings(&self, ui: &Ui) -> Result<Settings, Problem> {
        let mut settings = Settings::load(&self.env, &self.place)?;
        if self.place != self.working_directory {
            let real = self.working_directory.canonicalize();
            settings.working_directory = real.unwrap_or_else(|_| self.working_directory.clone());
        }
        settings.secrets().for_each(|secret| ui.mask(secret));
        settings.warnings.iter().for_each(|warning| ui.warning(warning));
        Ok(settings)
    }

    /// Makes the person whom git knows the author of writes, where nobody else is named and no machine is at work.
    pub fn sign(&self, settings: &mut Settings) {
        let is_said = settings.actor.source != SettingSource::Default;
        if is_said || self.env.home().is_none() || Terminal::of(&self.env).ci {
            return;
        }
        if let Some(key) = git::user_name(&settings.root.value) {
            let value = Actor { kind: Actor::HUMAN.to_owned(), key, ..settings.actor.value.clone() };
            settings.actor = Setting { value, source: SettingSource::Git("user.name") };
        }
    }

    /// A path as seen from the working directory, where it is below that.
    pub fn shown<'a>(&self, path: &'a Path) -> &'a Path {
        seen_from(&self.working_directory, path)
    }

    /// Now, in the time zone of this machine.
    pub fn clock(&self) -> Clock {
        Clock::new(now(), TimeZone::system)
    }

    /// How text is to look.
    pub fn view<'a>(&self, ui: &Ui, settings: &'a Settings) -> View<'a> {
        let GlobalArgs { verbose, quiet, .. } = self.global;
        View { styler: ui.styler, verbose: verbose > 0, quiet, width: ui.width(), root: self.shown(&settings.root.value) }
    }

    /// Where the scorecards are.
    pub fn roots<'a>(&'a self, settings: &'a Settings) -> Roots<'a> {
        Roots { absolute: &settings.root.value, shown: self.shown(&settings.root.value), chosen_folder: &self.chosen_folder }
    }
}
