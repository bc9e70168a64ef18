//! `demo`: a workspace with a dashboard of its own, and a first round of everything, done before one's eyes.
//!
//! It runs the very commands that a person would type; only the two editors are played.

use crate::cli::app::App;
use crate::cli::args::{Command, Demo, Diff, Global, Publish, Pull, Push, Selection, Status};
use crate::cli::error::{Problem, quoted};
use crate::cli::exit::Exit;
use crate::cli::open_session::{self, Dashboard};
use crate::cli::run;
use crate::cli::ui::{BOLD, CYAN, Ui};
use crate::engine::Stop;
use crate::model::{NewVersion, ScoreId};
use crate::registry::{Registry, seed};
use crate::remote::RemoteError;
use crate::settings::{Env, Settings, directory};
use serde_json::json;
use std::path::Path;

/// The score that is edited; `fixtures/scorecards/account.yaml` has it.
const SCORE: &str = "5c0e51c0-0003-4000-8000-000000000101";
const FILE: &str = "scorecards/Harbor Telecom – Retention Calls/Greeting and Name.yaml";
const SETTINGS: &str = "# Settings of scoresync for this folder. The dashboard is a file beside this one.\n\
                        api_url: file:dashboard.db\naccount_key: harbor-quality\n";

/// Makes the folder and plays the round.
pub(super) fn run(app: &App, args: &Demo, ui: &mut Ui) -> Result<Exit, Problem> {
    if app.global.json {
        return Err(Problem::new(Exit::Usage, "NO_JSON", "the demo is a tour for people: it has no JSON").help("scoresync demo"));
    }
    let folder = app.working_directory.join(&args.directory);
    make(&folder).map_err(|why| {
        Problem::new(Exit::Usage, "NO_DIRECTORY", why)
            .at(folder.display())
            .help("scoresync demo DIR    # with a folder that is not there")
    })?;
    // The settings of the person who looks on must not reach the demo.
    let global = Global { color: app.global.color, yes: true, ..Global::default() };
    let folder = directory(&folder, Path::new(""))?;
    let stage = Stage { app: App { global, env: Env::default(), working_directory: folder }, shown: &args.directory };
    stage.play(ui)?;
    let shown = args.directory.display().to_string();
    let styler = ui.styler;
    ui.data(&format!("\n{}\n", styler.apply(BOLD, "It is yours now. For example:")));
    for line in [
        format!("cd {}", quoted(&shown)),
        "scoresync status".to_owned(),
        "scoresync show 'Greeting and Name'".to_owned(),
        "edit a file below scorecards, then: scoresync diff".to_owned(),
        "scoresync push --note 'Why'".to_owned(),
    ] {
        ui.data(&format!("  {}\n", styler.apply(CYAN, line)));
    }
    Ok(Exit::Ok)
}

/// Where it is played.
struct Stage<'a> {
    app: App,
    shown: &'a Path,
}

impl Stage<'_> {
    fn play(&self, ui: &mut Ui) -> Result<(), Problem> {
        let shown = self.shown.display();
        self.say(ui, &format!("A workspace in {shown}, with a small dashboard of its own. First, everything is pulled."));
        self.command(ui, "pull", Command::Pull(pull()))?;
        self.say(ui, "You make the prompt of one score stricter, in your editor.");
        self.edit(
            "You check how agents of a telephone company open their calls.",
            "You check strictly how agents open their calls.",
        )?;
        self.command(ui, "status", Command::Status(Status { selection: Selection::default(), exit_code: false }))?;
        self.command(ui, "diff", Command::Diff(diff()))?;
        self.say(ui, "It becomes a new version, and the champion.");
        self.command(ui, "push --promote --note 'Stricter'", Command::Push(push()))?;
        self.say(ui, "A teammate changes the guidelines of the same score in the dashboard, while you go on with its code.");
        self.teammate(ui)?;
        self.edit("Answer \"Yes\" or \"No\" first", "Answer with one word, \"Yes\" or \"No\", first")?;
        self.say(ui, "Pulling merges both.");
        self.command(ui, "pull", Command::Pull(pull()))?;
        self.command(ui, "status", Command::Status(Status { selection: Selection::default(), exit_code: false }))
    }

    fn say(&self, ui: &mut Ui, text: &str) {
        let text = ui.styler.apply(BOLD, text);
        ui.data(&format!("\n{text}\n"));
    }

    fn command(&self, ui: &mut Ui, words: &str, command: Command) -> Result<(), Problem> {
        let line = ui.styler.apply(CYAN, format_args!("$ scoresync {words}"));
        ui.data(&format!("\n{line}\n"));
        super::run(&self.app, command, ui).map(drop)
    }

    #[expect(clippy::disallowed_methods, reason = "this plays the person who edits")]
    fn edit(&self, from: &str, to: &str) -> Result<(), Problem> {
        let path = self.app.working_directory.join(FILE);
        let edited = std::fs::read_to_string(&path).and_then(|text| std::fs::write(&path, text.replacen(from, to, 1)));
        edited.map_err(|error| Problem::new(Exit::Failed, "FILE_ERROR", error.to_string()).at(path.display()))
    }

    /// A new version with other guidelines, made champion.
    fn teammate(&self, ui: &Ui) -> Result<(), Problem> {
        let settings = Settings::load(&self.app.env, &self.app.working_directory)?;
        let dashboard = open_session::dashboard(&settings, &ui.progress())?;
        run::to_end(&Stop::default(), add_a_condition(&dashboard))??;
        Ok(())
    }
}

async fn add_a_condition(dashboard: &Dashboard) -> Result<(), RemoteError> {
    let (remote, score) = (&dashboard.remote, ScoreId::from(SCORE));
    let missing = || RemoteError::Protocol("the demo account lacks its score".to_owned());
    let champion = remote.score(&score).await?.and_then(|score| score.champion).ok_or_else(missing)?;
    let current = remote.versions(std::slice::from_ref(&champion)).await?.remove(&champion).ok_or_else(missing)??;
    let text = |content: &crate::model::Content| content.text.as_deref().unwrap_or_default().to_owned();
    let guidelines = current.docs.guidelines.as_ref().map(text).unwrap_or_default() + "- The name is drowned by noise.\n";
    let version = NewVersion::new(score.clone(), Some(champion.clone()), text(&current.docs.code), Some(guidelines));
    remote.create_version(&version, "Noise counts too", json!({})).await?;
    remote.set_champion(&score, Some(&champion), &version.id).await
}

fn pull() -> Pull {
    Pull { selection: Selection::default(), dry_run: false, commit: false, move_legacy: false, prune: false }
}

fn push() -> Push {
    let publish = Publish { note: Some("Stricter".to_owned()), promote: true };
    Push { selection: Selection::default(), dry_run: false, commit: false, publish }
}

fn diff() -> Diff {
    let selection = Selection::default();
    Diff { selection, champion: false, base: false, from: None, to: None, summary: false, no_pager: true, exit_code: false }
}

/// The folder with its settings and its dashboard; refuses one with anything in it.
#[expect(clippy::disallowed_methods, reason = "the workspace is only being made; nothing of it is synced yet")]
fn make(folder: &Path) -> Result<(), String> {
    let words = |error: std::io::Error| error.to_string();
    std::fs::create_dir_all(folder).map_err(words)?;
    if std::fs::read_dir(folder).map_err(words)?.next().is_some() {
        return Err("the folder is not empty".to_owned());
    }
    std::fs::write(folder.join("scoresync.yaml"), SETTINGS).map_err(words)?;
    // The dashboard is not part of the files: a checkout must not take it back in time.
    std::fs::write(folder.join(".gitignore"), "/dashboard.db*\n").map_err(words)?;
    let registry = Registry::open(&folder.join("dashboard.db")).map_err(|error| error.to_string())?;
    seed::demo(&registry).map_err(|error| error.to_string())
}
