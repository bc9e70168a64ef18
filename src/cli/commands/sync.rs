//! `sync`: pull, then push, in one run.

use super::run_verb::{change, commits, confirm_promote, confirm_prune, look, push_options};
use crate::cli::app::App;
use crate::cli::args::{ChangeArgs, Publish};
use crate::cli::error::Problem;
use crate::cli::exit::Exit;
use crate::cli::open_session::{Access, open};
use crate::cli::ui::Ui;
use crate::engine::{Locked, PullOptions, Session, Targets, sync, sync_preview};
use clap::Args;

/// Pull, then push
#[derive(Debug, Args)]
pub struct SyncArgs {
    /// Which scores, and how far it goes.
    #[command(flatten)]
    pub change: ChangeArgs,
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
    let pull = PullOptions { prune: args.prune, move_legacy: false };
    if args.change.dry_run {
        let opened = open(app, ui, "sync", Access::Dashboard)?;
        let push = push_options(&opened.settings, &args.publish);
        let preview = async |session: &mut Session, targets: &Targets| sync_preview(session, targets, pull, &push).await;
        return look(app, ui, opened, "sync", &args.change.selection, false, preview);
    }
    confirm_prune(ui, args.prune)?;
    confirm_promote(ui, args.publish.promote)?;
    let opened = open(app, ui, "sync", Access::Dashboard)?;
    let (commit, push) = (commits(&opened.settings, args.change.commit), push_options(&opened.settings, &args.publish));
    let sync = async |session: &mut Locked<'_>, targets: &Targets| sync(session, targets, pull, &push).await;
    change(app, ui, opened, "sync", &args.change.selection, commit, sync)
}
