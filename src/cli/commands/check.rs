//! `check`: are the files good? Asks nobody, and needs nothing but the files.

use crate::check::Severity;
use crate::cli::app::App;
use crate::cli::args::Selection;
use crate::cli::error::Problem;
use crate::cli::exit::Exit;
use crate::cli::open_session::{Access, open};
use crate::cli::render;
use crate::cli::render::findings::{self, ShownFile};
use crate::cli::targets::targets;
use crate::cli::text::counted;
use crate::cli::ui::Ui;
use crate::engine::{CheckedFile, Halt, check_files, fix_files};
use crate::model::Catalog;
use crate::settings::{STATE_FOLDER, Settings};
use crate::state::State;
use crate::workspace::Workspace;
use clap::{Args, ValueEnum};

/// Check the files of scores, offline
#[derive(Debug, Args)]
#[command(after_help = "\
Exits with 1 if there are errors. Rules are switched in scoresync.yaml:
  check:
    rules:
      missing-class: off
      ambiguous-text: error")]
pub struct CheckArgs {
    /// Files, folders, or names of scores or scorecards; everything if none is given
    #[arg(value_name = "PATH")]
    pub paths: Vec<String>,
    /// Do what is safe: quote texts that YAML readers disagree on, remove stamps of other tools
    #[arg(long)]
    pub fix: bool,
    /// How findings are printed
    #[arg(long, value_enum, default_value_t, value_name = "FORMAT")]
    pub format: CheckFormat,
}

/// How findings are printed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub enum CheckFormat {
    /// For people.
    #[default]
    Text,
    /// As `--json`.
    Json,
    /// SARIF 2.1.0, for code scanning.
    Sarif,
    /// Annotations of a GitHub workflow.
    Github,
}

/// Checks, fixes if asked to, and checks again.
///
/// # Errors
/// The settings, or a path that is named, cannot be read, or another run holds the workspace while files are to be fixed.
pub fn run(app: &App, args: &CheckArgs, ui: &mut Ui) -> Result<Exit, Problem> {
    let settings = app.settings(ui)?;
    let workspace = Workspace::new(&settings.root.value);
    let selection = Selection::of(args.paths.clone());
    let selectors = targets(&settings, &selection).selectors;
    let catalog = last_seen_catalog(&settings);
    let check = || -> Result<Vec<CheckedFile>, Halt> { check_files(&workspace, &selectors, &catalog, &settings.rules.value) };
    let mut files = check()?;
    if args.fix {
        let fixed = fix(app, ui, &files)?;
        ui.note(format_args!("{fixed} fixed"));
        files = check()?;
    }
    let shown: Vec<ShownFile<'_>> =
        files.iter().map(|file| ShownFile::new(file, &settings.root.value, &settings.working_directory)).collect();
    let format = if app.global.json { CheckFormat::Json } else { args.format };
    Ok(print(format, &shown, &files, ui))
}

/// Fixes under the workspace lock, which a watcher may hold for a moment; every byte is backed up.
fn fix(app: &App, ui: &Ui, files: &[CheckedFile]) -> Result<usize, Problem> {
    let mut opened = open(app, ui, "check", Access::Offline)?;
    opened.progress.finish();
    Ok(fix_files(&mut opened.lock()?, files)?)
}

/// The scores last seen, if any were; a check must not make a state.
pub fn last_seen_catalog(settings: &Settings) -> Catalog {
    let folder = settings.workspace().ok().map(|found| found.root.join(STATE_FOLDER)).filter(|folder| folder.is_dir());
    let loaded = folder.and_then(|folder| State::open(&folder).ok()?.load().ok());
    loaded.map(|loaded| loaded.catalog).unwrap_or_default()
}

fn print(format: CheckFormat, shown: &[ShownFile<'_>], files: &[CheckedFile], ui: &mut Ui) -> Exit {
    let count = |severity| files.iter().flat_map(CheckedFile::findings).filter(|one| one.severity == severity).count();
    let unreadable = files.iter().filter(|file| file.text.is_none()).count();
    let errors = count(Severity::Error) + unreadable;
    let exit = if errors > 0 { Exit::Differences } else { Exit::Ok };
    match format {
        CheckFormat::Json => ui.data(&render::json::document("check", exit, findings::json(shown), None)),
        CheckFormat::Sarif => ui.data(&findings::sarif(shown)),
        CheckFormat::Github => ui.data(&findings::github(shown)),
        CheckFormat::Text => ui.data(&findings::text(ui.styler, shown)),
    }
    if format == CheckFormat::Text {
        let found = [(errors, "error"), (count(Severity::Warning), "warning"), (count(Severity::Info), "note")];
        let found = found.map(|(number, noun)| counted(number, noun)).join(", ");
        ui.note(format_args!("{} checked: {found}", counted(files.len(), "file")));
        if files.iter().flat_map(CheckedFile::findings).any(|finding| finding.fix_text.is_some()) {
            ui.help("scoresync check --fix    does what is safe");
        }
    }
    exit
}
