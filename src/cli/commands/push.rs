//! `push`: edits into versions.

use super::run_verb::{FollowUp, access, confirm_promote, push_options, run_verb};
use crate::cli::app::App;
use crate::cli::args::{Publish, Selection};
use crate::cli::error::Problem;
use crate::cli::exit::Exit;
use crate::cli::open_session::open;
use crate::cli::ui::Ui;
use crate::engine::{Session, Targets};
use clap::Args;

/// Give edits to the dashboard as new versions
#[derive(Debug, Args)]
pub struct PushArgs {
    /// Which scores.
    #[command(flatten)]
    pub selection: Selection,
    /// Only say what would be done
    #[arg(short = 'n', long)]
    pub dry_run: bool,
    /// Commit the files that this run writes or pushes, and nothing else, to git
    #[arg(long)]
    pub commit: bool,
    /// What else.
    #[command(flatten)]
    pub publish: Publish,
}

/// Gives edits to the dashboard.
///
/// # Errors
/// The answer is no, or the whole run stopped.
pub fn run(app: &App, args: &PushArgs, ui: &mut Ui) -> Result<Exit, Problem> {
    confirm_promote(ui, args.publish.promote && !args.dry_run)?;
    let opened = open(app, ui, "push", access(args.dry_run))?;
    let follow_up = FollowUp::commit_if(&opened.settings, args.commit, args.dry_run);
    let options = push_options(&opened.settings, &args.publish, args.dry_run);
    let push = async |session: &mut Session, targets: &Targets| session.push(targets, &options).await;
    run_verb(app, ui, opened, "push", &args.selection, follow_up, push)
}
