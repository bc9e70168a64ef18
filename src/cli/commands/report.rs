//! `report`: reports that Plexus made.

use crate::cli::app::App;
use crate::cli::error::Problem;
use crate::cli::exit::Exit;
use crate::cli::open_session::{Access, open};
use crate::cli::ui::Ui;
use crate::cli::{render, runtime};
use crate::engine::reports;
use clap::Args;

/// List the reports that Plexus made, or show a summary of one
#[derive(Debug, Args)]
#[command(after_help = "\
This command makes no report: plexus report run does. What a large part says is kept in a file that an API key cannot read, and \
only its beginning is shown.

Examples:
  scoresync report                    the newest
  scoresync report 'Weekly feedback'  those of one configuration
  scoresync report 1a2b3c4d-…         one report, part by part")]
pub struct ReportArgs {
    /// A report by its id, or a report configuration by its name or id
    #[arg(value_name = "REPORT")]
    pub report: Option<String>,
}

/// Prints reports.
///
/// # Errors
/// The dashboard cannot be asked, or nothing is named so.
pub fn run(app: &App, args: &ReportArgs, ui: &mut Ui) -> Result<Exit, Problem> {
    let mut opened = open(app, ui, "report", Access::Dashboard)?;
    let cancellation = opened.session.cancellation();
    let found = runtime::block_on(&cancellation, reports(&mut opened.session, args.report.as_deref(), app.global.verbose > 0));
    opened.progress.finish();
    let found = found??;
    if app.global.json {
        ui.data(&render::json::document("report", Exit::Ok, render::plexus_report::json(&found), None));
        return Ok(Exit::Ok);
    }
    ui.page(&render::plexus_report::text(app.view(ui, &opened.settings), &app.clock(), &found));
    render::plexus_report::help(&found).iter().for_each(|help| ui.help(help));
    Ok(Exit::Ok)
}
