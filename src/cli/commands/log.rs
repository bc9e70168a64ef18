//! `log`: what happened to one score, or lately to many.

use super::output::print_unreadable;
use crate::cli::app::App;
use crate::cli::args::Selection;
use crate::cli::error::Problem;
use crate::cli::exit::Exit;
use crate::cli::links::Links;
use crate::cli::open_session::{Access, open};
use crate::cli::targets::targets;
use crate::cli::ui::Ui;
use crate::cli::{render, runtime};
use crate::engine::{Log, log};
use clap::Args;

/// Show the version history of a score, or the latest versions of many
#[derive(Debug, Args)]
#[command(after_help = "\
◆ champion   ○ version   @ edits here that are not pushed

Examples:
  scoresync log Tone              the versions of one score, and how they follow
  scoresync log QA                the latest versions in a scorecard
  scoresync log -n 100            the latest 100 versions of all scores")]
pub struct LogArgs {
    /// Which scores.
    #[command(flatten)]
    pub selection: Selection,
    /// Show at most this many versions, the newest; 0 shows all
    #[arg(short = 'n', long, value_name = "NUMBER", default_value_t = 30)]
    pub limit: usize,
}

/// Prints the log.
///
/// # Errors
/// The dashboard cannot be asked, or nothing matches what is named.
pub fn run(app: &App, args: &LogArgs, ui: &mut Ui) -> Result<Exit, Problem> {
    let mut opened = open(app, ui, "log", Access::Dashboard)?;
    let targets = targets(&opened.settings, &args.selection);
    let limit = if args.limit == 0 { usize::MAX } else { args.limit };
    let cancellation = opened.session.cancellation();
    let result = runtime::block_on(&cancellation, log(&mut opened.session, &targets, limit));
    opened.progress.finish();
    let log = result??;
    let unreadable = match &log {
        Log::Scores(log) => log.unreadable.as_slice(),
        Log::Score(_) => &[],
    };
    let exit = if unreadable.is_empty() { Exit::Ok } else { Exit::Failed };
    if app.global.json {
        let links = Links::of(&opened.settings, &opened.session)?;
        ui.data(&render::json::document("log", exit, render::log::fields(&log, &opened.settings.root.value, &links), None));
        return Ok(exit);
    }
    ui.page(&render::log::text(app.view(ui, &opened.settings), &app.clock(), &log, opened.settings.gate.value.least_items()));
    print_unreadable(ui, unreadable);
    if matches!(&log, Log::Score(log) if log.offline) {
        ui.note("offline: only the versions that this workspace knows; who made them, when and from what is not kept here");
    }
    Ok(exit)
}
