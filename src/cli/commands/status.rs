//! `status`: what changed here and in the dashboard. Changes neither.

use super::run_verb::look;
use crate::cli::app::App;
use crate::cli::args::Selection;
use crate::cli::error::Problem;
use crate::cli::exit::Exit;
use crate::cli::open_session::{Access, open};
use crate::cli::ui::Ui;
use crate::engine::{Session, Targets, status_and_drafts};
use clap::Args;

/// Selected scores up to which drafts of others are asked for without `--drafts`: one request more.
const FEW: usize = 25;

/// Show what changed here and in the dashboard
#[derive(Debug, Args)]
pub struct StatusArgs {
    /// Which scores.
    #[command(flatten)]
    pub selection: Selection,
    /// Ask the dashboard for newer drafts of others; without it, those that an earlier pull, log or status found are shown
    #[arg(long)]
    pub drafts: bool,
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
    let most = match () {
        () if args.drafts => usize::MAX,
        () if !args.selection.typed().is_empty() => FEW,
        () => 0,
    };
    let status = async |session: &mut Session, targets: &Targets| status_and_drafts(session, targets, every, most).await;
    look(app, ui, opened, "status", &args.selection, args.exit_code, status)
}
