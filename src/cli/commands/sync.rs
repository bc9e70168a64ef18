//! `sync`: pull, then push, in one run.

use super::consent::{Consent, consent, require_no_gate};
use super::run_verb::{change, commits, look, push_options};
use crate::cli::app::App;
use crate::cli::args::{ChangeArgs, Publish};
use crate::cli::error::Problem;
use crate::cli::exit::Exit;
use crate::cli::open_session::{Access, open};
use crate::cli::ui::Ui;
use crate::engine::{Locked, PullOptions, PushOptions, Session, Targets, sync, sync_preview};
use clap::Args;

/// Pull, then push
#[derive(Debug, Args)]
pub struct SyncArgs {
    /// Which scores, and how far it goes.
    #[command(flatten)]
    pub change: ChangeArgs,
    /// Delete unedited files of scores that no longer exist in Plexus (a backup is kept)
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
    let pull = PullOptions { prune: args.prune, ..PullOptions::default() };
    let mut opened = open(app, ui, "sync", Access::Dashboard)?;
    let push = push_options(&opened.settings, &args.publish);
    let preview = async |session: &mut Session, targets: &Targets| sync_preview(session, targets, pull, &push).await;
    let selection = &args.change.selection;
    if args.publish.promote {
        require_no_gate(&opened.settings)?;
    }
    if args.change.dry_run {
        return look(app, ui, opened, "sync", selection, false, preview);
    }
    opened.session.require_remote()?;
    let commit = commits(&opened.settings, args.change.commit)?;
    let wanted = Consent { removal: args.prune, promotion: args.publish.promote };
    let agreed = consent(app, ui, &mut opened, selection, wanted, preview)?;
    let pull = PullOptions { prune: agreed.removal, ..pull };
    let push = PushOptions { promote: agreed.promotion, ..push };
    let sync = async |session: &mut Locked<'_>, targets: &Targets| sync(session, targets, pull, &push).await;
    change(app, ui, opened, "sync", selection, commit, sync)
}
