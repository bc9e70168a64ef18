//! `status`: what changed here and in the dashboard. Changes neither.

use super::run_verb::look;
use crate::cli::app::App;
use crate::cli::args::Selection;
use crate::cli::error::Problem;
use crate::cli::exit::Exit;
use crate::cli::open_session::{Access, open};
use crate::cli::ui::Ui;
use crate::engine::{Session, Targets, status};
use clap::Args;

/// Show what changed here and in the dashboard
#[derive(Debug, Args)]
pub struct StatusArgs {
    /// Which scores.
    #[command(flatten)]
    pub selection: Selection,
    /// Exit with 1 if anything is not clean
    #[arg(long)]
    pub exit_code: bool,
}

/// Compares, and prints what is not clean.
///
/// # Errors
/// The whole run stopped.
pub fn run(app: &App, args: &StatusArgs, ui: &mut Ui) -> Result<Exit, Problem> {
    let opened = open(app, ui, "status", Access::Dashboard)?;
    let every = app.global.json || app.global.verbose > 0;
    let status = async |session: &mut Session, targets: &Targets| status(session, targets, every).await;
    look(app, ui, opened, "status", &args.selection, args.exit_code, status)
}
