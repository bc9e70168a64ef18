//! `demo`: a workspace with a dashboard of its own, and a tour through the commands.
//!
//! It runs the commands that a person would type; only the edits of the person and of a teammate are simulated.

use super::diff::{self, DiffArgs};
use super::pull::{self, PullArgs, SideArgs};
use super::push::{self, PushArgs};
use super::status::{self, StatusArgs};
use crate::cli::app::App;
use crate::cli::args::{ChangeArgs, GlobalArgs, Publish, Selection};
use crate::cli::dashboard::{Dashboard, dashboard};
use crate::cli::error::Problem;
use crate::cli::exit::Exit;
use crate::cli::files;
use crate::cli::runtime;
use crate::cli::text::quoted;
use crate::cli::ui::{BOLD, CYAN, Ui, wrapped};
use crate::model::{Content, NewVersion, ScoreId};
use crate::registry::{Registry, seed};
use crate::remote::RemoteError;
use crate::settings::{Env, PROJECT_FILE, Settings, directory};
use clap::Args;
use serde_json::json;
use std::path::{Path, PathBuf};
use tokio_util::sync::CancellationToken;

/// Create a demo workspace with its own embedded dashboard
#[derive(Debug, Args)]
pub struct DemoArgs {
    /// A folder that does not exist yet, or is empty
    #[arg(value_name = "DIR", default_value = "scoresync-demo")]
    pub directory: PathBuf,
}

/// The score that is edited; `fixtures/scorecards/account.yaml` has it.
const SCORE: &str = "5c0e51c0-0003-4000-8000-000000000101";
const FILE: &str = "scorecards/Harbor Telecom – Retention Calls/Greeting and Name.yaml";
const SETTINGS: &str = "# Settings of scoresync for this folder. The dashboard is a file beside this one.\n\
                        api_url: file:dashboard.db\naccount_key: harbor-quality\n";

/// Is there as long as the demo has not come to its end, and nobody works in its folder.
const UNFINISHED: &str = ".scoresync-demo-unfinished";

/// Makes the folder and goes on the tour.
///
/// # Errors
/// The folder cannot be made, or has something in it, or one of the commands of the tour fails.
pub fn run(app: &App, args: &DemoArgs, ui: &mut Ui) -> Result<Exit, Problem> {
    if app.global.json {
        return Err(Problem::new(Exit::Usage, "NO_JSON", "the demo is a tour for people: it has no JSON").help("scoresync demo"));
    }
    let folder = app.working_directory.join(&args.directory);
    let was_there = folder.is_dir();
    require_empty(&folder)?;
    // Nothing of anybody else's can be in it.
    let left_behind = |_: &Problem| {
        let removed = files::remove_all_in(&folder, UNFINISHED);
        drop(if was_there { removed } else { removed.and_then(|()| files::remove_folder(&folder)) });
    };
    fill(&folder).and_then(|()| play(app, args, &folder, ui)).and_then(|()| hand_over(&folder)).inspect_err(left_behind)?;
    let named = app.global.working_directory.as_deref().unwrap_or(Path::new(""));
    say_where_to_go(ui, &named.join(&args.directory));
    Ok(Exit::Ok)
}

fn say_where_to_go(ui: &mut Ui, folder: &Path) {
    let shown = folder.display().to_string();
    let styler = ui.styler;
    ui.tell(&format!("\n{}\n", styler.apply(BOLD, "It is yours now. For example:")));
    for line in [
        format!("cd {}", quoted(&shown)),
        "scoresync status".to_owned(),
        "scoresync show 'Greeting and Name'".to_owned(),
        "scoresync feedback identity-check".to_owned(),
        "edit a file below scorecards, then: scoresync diff".to_owned(),
        "scoresync push --note 'Why'".to_owned(),
    ] {
        ui.tell(&format!("  {}\n", styler.apply(CYAN, line)));
    }
    ui.tell(&format!("\n{}\n", styler.apply(BOLD, "To connect a folder to your own dashboard:")));
    ui.tell(&format!("  {}\n", styler.apply(CYAN, "scoresync init --api-url URL --account KEY")));
}

/// Goes on the tour in a folder that is made.
fn play(app: &App, args: &DemoArgs, folder: &Path, ui: &mut Ui) -> Result<(), Problem> {
    // The settings of the person who runs the demo must not reach it.
    let global = GlobalArgs { color: app.global.color, quiet: app.global.quiet, ..GlobalArgs::default() };
    let folder = directory(folder, Path::new(""))?;
    ui.run_unattended();
    let interrupted = runtime::interruption()?;
    let app = App::new(app.command_line.clone(), global, Env::default(), folder.clone(), folder);
    let tour = Tour { app, shown: &args.directory, interrupted };
    tour.play(ui)
}

/// A tour through the commands, in the folder of the demo.
struct Tour<'a> {
    app: App,
    shown: &'a Path,
    interrupted: CancellationToken,
}

impl Tour<'_> {
    fn play(&self, ui: &mut Ui) -> Result<(), Problem> {
        let shown = self.shown.display();
        self.say(ui, &format!("A workspace in {shown}, with a small dashboard of its own. First, everything is pulled."));
        self.pull(ui)?;
        self.say(ui, "You make the prompt of one score stricter, in your editor.");
        self.edit(
            "You check how agents of a telephone company open their calls.",
            "You check strictly how agents open their calls.",
        )?;
        if !self.app.global.quiet {
            self.status(ui)?;
            self.diff(ui)?;
        }
        self.say(ui, "It becomes a new version, and the champion.");
        self.push(ui)?;
        self.say(ui, "A teammate changes the guidelines of the same score in the dashboard, while you go on with its code.");
        self.teammate(ui)?;
        self.edit("Answer \"Yes\" or \"No\" first", "Answer with one word, \"Yes\" or \"No\", first")?;
        self.say(ui, "Pulling merges both.");
        self.pull(ui)?;
        if self.app.global.quiet { Ok(()) } else { self.status(ui) }
    }

    fn say(&self, ui: &mut Ui, text: &str) {
        let lines = ui.width().map_or_else(|| vec![text.to_owned()], |width| wrapped(text, width, width));
        let text = ui.styler.apply(BOLD, lines.join("\n"));
        ui.tell(&format!("\n{text}\n"));
    }

    /// Shows a command line as it would be typed.
    fn prompt(&self, ui: &mut Ui, words: &str) {
        let line = ui.styler.apply(CYAN, format_args!("$ scoresync {words}"));
        ui.tell(&format!("\n{line}\n"));
    }

    fn status(&self, ui: &mut Ui) -> Result<(), Problem> {
        self.prompt(ui, "status");
        let args = StatusArgs { selection: Selection::default(), drafts: false, exit_code: false };
        status::run(&self.app, &args, ui).and_then(|exit| self.ended_well(exit))
    }

    fn pull(&self, ui: &mut Ui) -> Result<(), Problem> {
        self.prompt(ui, "pull");
        let side = SideArgs::default();
        let args = PullArgs { change: ChangeArgs::default(), move_legacy: false, prune: false, version: None, side };
        pull::run(&self.app, &args, ui).and_then(|exit| self.ended_well(exit))
    }

    fn push(&self, ui: &mut Ui) -> Result<(), Problem> {
        self.prompt(ui, "push --promote --note 'Stricter'");
        let publish = Publish { note: Some("Stricter".to_owned()), promote: true, ..Publish::default() };
        let args = PushArgs { change: ChangeArgs::default(), publish };
        push::run(&self.app, &args, ui).and_then(|exit| self.ended_well(exit))
    }

    fn diff(&self, ui: &mut Ui) -> Result<(), Problem> {
        self.prompt(ui, "diff");
        let args = DiffArgs {
            version: None,
            selection: Selection::default(),
            champion: false,
            base: false,
            from: None,
            to: None,
            summary: false,
            exit_code: false,
        };
        diff::run(&self.app, &args, ui).and_then(|exit| self.ended_well(exit))
    }

    /// The tour goes on only if a command ended well.
    fn ended_well(&self, exit: Exit) -> Result<(), Problem> {
        match exit {
            _ if self.interrupted.is_cancelled() => Err(Problem::interrupted()),
            Exit::Ok => Ok(()),
            exit => Err(Problem::new(exit, "DEMO_FAILED", "the demo stopped: this command failed")),
        }
    }

    /// What the person does in an editor.
    fn edit(&self, from: &str, to: &str) -> Result<(), Problem> {
        let path = self.app.working_directory.join(FILE);
        let edited = files::read(&path).and_then(|text| files::write(&path, &text.replacen(from, to, 1)));
        edited.map_err(|error| Problem::file(&error, &path))
    }

    /// What the teammate does in the dashboard: a new version with other guidelines becomes champion.
    fn teammate(&self, ui: &Ui) -> Result<(), Problem> {
        let settings = Settings::load(&self.app.env, &self.app.working_directory)?;
        let dashboard = dashboard(&settings, &ui.progress())?;
        runtime::block_on(&CancellationToken::new(), add_a_condition(&dashboard))??;
        Ok(())
    }
}

async fn add_a_condition(dashboard: &Dashboard) -> Result<(), RemoteError> {
    let (remote, score) = (&dashboard.remote, ScoreId::from(SCORE));
    let missing = || RemoteError::Protocol("the demo account lacks its score".to_owned());
    let champion = remote.score(&score).await?.and_then(|score| score.champion).ok_or_else(missing)?;
    let current = remote.versions(std::slice::from_ref(&champion)).await?.remove(&champion).ok_or_else(missing)??;
    let text = |content: &Content| content.text.as_deref().unwrap_or_default().to_owned();
    let guidelines = current.docs.guidelines.as_ref().map(text).unwrap_or_default() + "- The name is drowned by noise.\n";
    let version = NewVersion::new(score.clone(), Some(champion.clone()), text(&current.docs.code), Some(guidelines));
    remote.create_version(&version, "Noise counts too", json!({})).await?;
    remote.set_champion(&score, Some(&champion), &version.id).await
}

/// The tour is over, and the folder is the person's.
fn hand_over(folder: &Path) -> Result<(), Problem> {
    let mark = folder.join(UNFINISHED);
    files::remove(&mark).map_err(|error| Problem::file(&error, &mark))
}

/// Makes the folder, unless it is there; refuses one with anything in it. What a demo has left that died before its end is removed.
fn require_empty(folder: &Path) -> Result<(), Problem> {
    let failed = |error| Problem::file(&error, folder);
    let refused = |why: &str| {
        let problem = Problem::new(Exit::Usage, "NO_DIRECTORY", why).at(folder.display());
        Err(problem.help("scoresync demo DIR    # with a folder that is not there"))
    };
    if folder.exists() && !folder.is_dir() {
        return refused("a demo needs a folder, and this is a file");
    }
    files::create_folder(folder).map_err(failed)?;
    if folder.join(UNFINISHED).is_file() {
        files::remove_all_in(folder, UNFINISHED).map_err(failed)?;
    }
    if files::is_empty_folder(folder).map_err(failed)? { Ok(()) } else { refused("the folder is not empty") }
}

/// Writes the settings and the dashboard.
fn fill(folder: &Path) -> Result<(), Problem> {
    let write = |name: &str, text: &str| {
        let path = folder.join(name);
        files::write(&path, text).map_err(|error| Problem::file(&error, &path))
    };
    write(UNFINISHED, "This demo has not come to its end. The next one in this folder begins anew.\n")?;
    write(PROJECT_FILE, SETTINGS)?;
    // The dashboard is not part of the files: a checkout must not take it back in time.
    write(".gitignore", "/dashboard.db*\n")?;
    let path = folder.join("dashboard.db");
    let seeded = Registry::open(&path).and_then(|registry| seed::demo(&registry));
    seeded.map_err(|error| {
        let problem = Problem::new(Exit::Failed, "FILE_ERROR", error.to_string()).at(path.display());
        problem.help("scoresync demo DIR    # in another folder")
    })
}
