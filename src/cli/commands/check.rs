//! `check` and `schema`: are the files good? Asks nobody, and needs nothing but the files.

use crate::check::{Severity, schema};
use crate::cli::app::App;
use crate::cli::args::{Check, CheckFormat, Selection};
use crate::cli::error::Problem;
use crate::cli::exit::Exit;
use crate::cli::open_session::now;
use crate::cli::render;
use crate::cli::render::findings::{self, Shown};
use crate::cli::targets::targets;
use crate::cli::ui::Ui;
use crate::engine::{CheckedFile, Halt, check_files, fix_files};
use crate::model::Catalog;
use crate::settings::{STATE_FOLDER, Settings};
use crate::state::State;
use crate::workspace::Workspace;

/// Checks, mends if asked to, and checks again.
pub(super) fn check(app: &App, args: &Check, ui: &mut Ui) -> Result<Exit, Problem> {
    let settings = app.settings(ui)?;
    let workspace = Workspace::new(&settings.root.value);
    let selection = Selection { targets: args.paths.clone(), scorecard: Vec::new() };
    let selectors = targets(&settings, &selection).selectors;
    let catalog = catalog(&settings);
    let look = || -> Result<Vec<CheckedFile>, Halt> { check_files(&workspace, &selectors, &catalog, &settings.rules.value) };
    let mut files = look()?;
    if args.fix {
        let fixed = fix(&settings, &workspace, &files)?;
        ui.note(format_args!("{fixed} fixed"));
        files = look()?;
    }
    print(app, &settings, args, &files, ui)
}

/// Mends under the workspace lock, with every byte kept.
fn fix(settings: &Settings, workspace: &Workspace, files: &[CheckedFile]) -> Result<usize, Problem> {
    let folder = settings.workspace()?.root.join(STATE_FOLDER);
    let _lock = State::lock(&folder, "check", now())?;
    Ok(fix_files(workspace, &mut State::open(&folder)?, files, now())?)
}

/// The scores last seen, if anything was; a check must not make a state.
pub(super) fn catalog(settings: &Settings) -> Catalog {
    let folder = settings.workspace().ok().map(|found| found.root.join(STATE_FOLDER)).filter(|folder| folder.is_dir());
    let loaded = folder.and_then(|folder| State::open(&folder).ok()?.load().ok());
    loaded.map(|loaded| loaded.catalog).unwrap_or_default()
}

fn print(app: &App, settings: &Settings, args: &Check, files: &[CheckedFile], ui: &mut Ui) -> Result<Exit, Problem> {
    let shown: Vec<Shown<'_>> =
        files.iter().map(|file| Shown::new(file, &settings.root.value, &settings.working_directory)).collect();
    let count = |severity| files.iter().flat_map(|file| &file.findings).filter(|one| one.severity == severity).count();
    let unreadable = files.iter().filter(|file| file.text.is_err()).count();
    let errors = count(Severity::Error) + unreadable;
    let exit = if errors > 0 { Exit::Differences } else { Exit::Ok };
    let format = if app.global.json { CheckFormat::Json } else { args.format };
    match format {
        CheckFormat::Json => ui.data(&render::json::document("check", exit, findings::json(&shown), None)),
        CheckFormat::Sarif => ui.data(&findings::sarif(&shown)),
        CheckFormat::Github => ui.data(&findings::github(&shown)),
        CheckFormat::Text => ui.data(&findings::text(ui.styler, &shown)),
    }
    if format == CheckFormat::Text {
        let found = [(errors, "error"), (count(Severity::Warning), "warning"), (count(Severity::Info), "note")];
        let found = found.map(|(number, word)| counted(number, word)).join(", ");
        ui.note(format_args!("{} checked: {found}", counted(files.len(), "file")));
        if files.iter().flat_map(|file| &file.findings).any(|finding| finding.fix_text.is_some()) {
            ui.help("scoresync check --fix    does what is safe");
        }
    }
    Ok(exit)
}

fn counted(number: usize, word: &str) -> String {
    format!("{number} {word}{}", if number == 1 { "" } else { "s" })
}

/// Prints the JSON Schema.
pub(super) fn print_schema(ui: &mut Ui) -> Exit {
    ui.data(&format!("{:#}\n", schema()));
    Exit::Ok
}
