//! `jobs`: what Plexus does with scores in the background.

use crate::cli::app::App;
use crate::cli::args::Selection;
use crate::cli::error::Problem;
use crate::cli::exit::Exit;
use crate::cli::open_session::{Access, open};
use crate::cli::targets::targets;
use crate::cli::ui::Ui;
use crate::cli::{render, runtime};
use crate::engine::jobs;
use clap::Args;

/// Show what Plexus is doing with scores: tasks, evaluations, waiting calls
#[derive(Debug, Args)]
#[command(after_help = "\
Tasks of the last 7 days that are not done, evaluations that are under way, and calls of the last hour that wait to be scored. \
What has not moved for 30 minutes is stalled. This command starts and stops nothing.

Examples:
  scoresync jobs          the whole account
  scoresync jobs Tone     one score
  scoresync jobs -v       with tasks that ended")]
pub struct JobsArgs {
    /// Which scores.
    #[command(flatten)]
    pub selection: Selection,
}

/// Prints what goes on.
///
/// # Errors
/// The dashboard cannot be asked, or nothing matches what is named.
pub fn run(app: &App, args: &JobsArgs, ui: &mut Ui) -> Result<Exit, Problem> {
    let mut opened = open(app, ui, "jobs", Access::Dashboard)?;
    let targets = targets(&opened.settings, &args.selection);
    let cancellation = opened.session.cancellation();
    let found = runtime::block_on(&cancellation, jobs(&mut opened.session, &targets));
    opened.progress.finish();
    let found = found??;
    let exit = if found.errors().next().is_some() { Exit::Failed } else { Exit::Ok };
    if app.global.json {
        ui.data(&render::json::document("jobs", exit, render::jobs::json(&found, &app.clock()), None));
    } else {
        ui.page(&render::jobs::text(app.view(ui, &opened.settings), &app.clock(), &found));
    }
    Ok(exit)
}
