//! `undo`: takes back what the last command did to the files here. The dashboard is not changed.

use super::commit::commit_earlier;
use super::output::print_restored;
use crate::cli::app::App;
use crate::cli::error::Problem;
use crate::cli::exit::Exit;
use crate::cli::open_session::{Access, open};
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
    let asks = !args.dry_run && ui.must_ask()?;
    let mut opened = open(app, ui, "undo", Access::Offline)?;
    opened.progress.finish();
    let planned = if args.dry_run || asks { Some(undo_preview(&opened.session, args.run)?) } else { None };
    if let Some(planned) = planned.as_ref().filter(|planned| asks && planned.files.iter().any(|file| file.outcome.is_done())) {
        let view = View { styler: ui.stderr_styler, ..app.view(ui, &opened.settings) };
        ui.show(&render::restore::text(view, &app.clock(), planned, true));
        ui.confirm("Change these files?")?;
    }
    let restored = match planned {
        Some(planned) if args.dry_run => planned,
        _ => undo(&mut opened.lock()?, args.run)?,
    };
    let exit = print_restored(app, ui, &opened.settings, "undo", &restored, args.dry_run);
    if !args.dry_run {
        commit_earlier(ui, &mut opened.session, &opened.settings);
        told(&mut opened.session)?;
    }
    Ok(exit)
}
