//! `sync`: pull, then push, in one run.

use super::run_verb::{FollowUp, access, confirm_promote, confirm_prune, push_options, run_verb};
use crate::cli::app::App;
use crate::cli::args::{Publish, Selection};
use crate::cli::error::Problem;
use crate::cli::exit::Exit;
use crate::cli::open_session::open;
use crate::cli::ui::Ui;
use crate::engine::{PullOptions, Session, Targets};
use clap::Args;

/// Pull, then push
#[derive(Debug, Args)]
pub struct SyncArgs {
    /// Which scores.
    #[command(flatten)]
    pub selection: Selection,
    /// Only say what would be done
    #[arg(short = 'n', long)]
    pub dry_run: bool,
    /// Commit the files that this run writes or pushes, and nothing else, to git
    #[arg(long)]
    pub commit: bool,
    /// Remove unedited files of scores that are gone from Plexus (their bytes are kept)
    #[arg(long)]
    pub prune: bool,
    /// What else.
    #[command(flatten)]
    pub publish: Publish,
}

/// Takes what the dashboard has, then gives it the edits.
///
/// # Errors
/// The answer is no, or the whole run stopped.
pub fn run(app: &App, args: &SyncArgs, ui: &mut Ui) -> Result<Exit, Problem> {
    confirm_prune(ui, args.prune && !args.dry_run)?;
    confirm_promote(ui, args.publish.promote && !args.dry_run)?;
    let opened = open(app, ui, "sync", access(args.dry_run))?;
    let follow_up = FollowUp::commit_if(&opened.settings, args.commit, args.dry_run);
    let pull = PullOptions { dry_run: args.dry_run, prune: args.prune, move_legacy: false };
    let push = push_options(&opened.settings, &args.publish, args.dry_run);
    let sync = async |session: &mut Session, targets: &Targets| session.sync(targets, pull, &push).await;
    run_verb(app, ui, opened, "sync", &args.selection, follow_up, sync)
}
