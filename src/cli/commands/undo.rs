//! `undo`: takes back what the last command did to the files here. The dashboard is not changed.

use super::commit::commit_earlier;
use super::output::print_restored;
use crate::cli::app::App;
use crate::cli::error::Problem;
use crate::cli::exit::Exit;
use crate::cli::open_session::{Access, Opened, open};
use crate::cli::render::restore::Telling;
use crate::cli::render::{self, View};
use crate::cli::ui::Ui;
use crate::engine::{told, undo, undo_preview};
use clap::Args;

/// Undo what the last command did to your files
#[derive(Debug, Args)]
#[command(after_help = "\
A file that was changed after the command stays as it is. Undo twice to redo. The dashboard is not changed: a pushed version \
stays there, see promote --undo.")]
pub struct UndoArgs {
    /// Undo this run instead of the last one; restore --list shows the numbers
    #[arg(long, value_name = "NUMBER")]
    pub run: Option<i64>,
    /// Only show what would be done
    #[arg(short = 'n', long)]
    pub dry_run: bool,
}

/// Takes back a run.
///
/// # Errors
/// There is no such run, the answer is not yes, or another run holds the workspace.
pub fn run(app: &App, args: &UndoArgs, ui: &mut Ui) -> Result<Exit, Problem> {
    let mut opened = open(app, ui, "undo", Access::Offline)?;
    opened.progress.finish();
    let restored = if args.dry_run {
        undo_preview(&opened.session, args.run)?
    } else {
        consent(app, args, ui, &opened)?;
        undo(&mut opened.lock()?, args.run)?
    };
    let exit = print_restored(app, ui, &opened.settings, "undo", &restored, args.dry_run);
    if !args.dry_run {
        commit_earlier(ui, &mut opened.session, &opened.settings);
        told(&mut opened.session)?;
    }
    Ok(exit)
}

/// Shows what would be done and asks, if files would change: where there is nothing to undo, that is what is said.
fn consent(app: &App, args: &UndoArgs, ui: &Ui, opened: &Opened) -> Result<(), Problem> {
    let asks = ui.must_ask();
    if matches!(asks, Ok(false)) {
        return Ok(());
    }
    let planned = undo_preview(&opened.session, args.run)?;
    let changes_files = planned.files.iter().any(|file| file.outcome.is_done());
    if !changes_files && (asks.is_ok() || planned.bases.is_empty()) {
        return Ok(());
    }
    asks?;
    let view = View { styler: ui.stderr_styler, ..app.view(ui, &opened.settings) };
    ui.show(&render::restore::text(view, &app.clock(), &planned, Telling::Ahead));
    ui.confirm("Change these files?")
}
