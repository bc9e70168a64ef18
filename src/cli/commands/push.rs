//! `push`: edits into versions.

use super::consent::{Consent, consent, require_no_gate};
use super::run_verb::{change, commits, look, push_options};
use crate::cli::app::App;
use crate::cli::args::{ChangeArgs, Publish};
use crate::cli::error::Problem;
use crate::cli::exit::Exit;
use crate::cli::open_session::{Access, open};
use crate::cli::ui::Ui;
use crate::engine::{Locked, PushOptions, Session, Targets, push, push_preview};
use clap::Args;

/// Send your edits to the dashboard as new versions
#[derive(Debug, Args)]
pub struct PushArgs {
    /// Which scores, and how far it goes.
    #[command(flatten)]
    pub change: ChangeArgs,
    /// What else.
    #[command(flatten)]
    pub publish: Publish,
}

/// Gives edits to the dashboard.
///
/// # Errors
/// The answer is no, or the whole run stopped.
pub fn run(app: &App, args: &PushArgs, ui: &mut Ui) -> Result<Exit, Problem> {
    let mut opened = open(app, ui, "push", Access::Dashboard)?;
    let options = push_options(&opened.settings, &args.publish);
    let preview = async |session: &mut Session, targets: &Targets| push_preview(session, targets, &options).await;
    let selection = &args.change.selection;
    if args.publish.promote {
        require_no_gate(&opened.settings)?;
    }
    if args.change.dry_run {
        return look(app, ui, opened, "push", selection, false, preview);
    }
    opened.session.require_remote()?;
    let commit = commits(&opened.settings, args.change.commit)?;
    let wanted = Consent { removal: false, promotion: args.publish.promote };
    let agreed = consent(app, ui, &mut opened, selection, wanted, preview)?;
    let options = PushOptions { promote: agreed.promotion, ..options };
    let push = async |session: &mut Locked<'_>, targets: &Targets| push(session, targets, &options).await;
    change(app, ui, opened, "push", selection, commit, push)
}
