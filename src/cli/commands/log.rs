//! `log`: what happened to one score, or lately to many.

use crate::cli::app::App;
use crate::cli::args::Log;
use crate::cli::error::Problem;
use crate::cli::exit::Exit;
use crate::cli::open_session::{Access, open};
use crate::cli::targets::targets;
use crate::cli::ui::Ui;
use crate::cli::{render, run};
use crate::engine;

/// Prints the log.
pub(super) fn run(app: &App, args: &Log, ui: &mut Ui) -> Result<Exit, Problem> {
    let mut opened = open(app, ui, "log", Access::Look)?;
    let targets = targets(&opened.settings, &args.selection);
    let limit = if args.limit == 0 { usize::MAX } else { args.limit };
    let stop = opened.session.stop_flag();
    let result = run::to_end(&stop, opened.session.log(&targets, limit));
    opened.bar.finish();
    let log = result??;
    let unreadable = match &log {
        engine::Log::Scores(log) => log.unreadable.as_slice(),
        engine::Log::Score(_) => &[],
    };
    let exit = if unreadable.is_empty() { Exit::Ok } else { Exit::Failed };
    if app.global.json {
        ui.data(&render::json::document("log", exit, render::log::fields(&log, &opened.settings.root.value), None));
        return Ok(exit);
    }
    ui.page(&render::log::text(app.view(ui), &app.clock(), &log));
    super::unreadable(ui, unreadable);
    if matches!(&log, engine::Log::Score(log) if log.offline) {
        ui.note("offline: only the versions that this workspace knows; who made them, when and from what is not kept here");
    }
    Ok(exit)
}
