//! `push`: edits into versions.

use super::run_verb::{change, commits, confirm_promote, look, push_options};
use crate::cli::app::App;
use crate::cli::args::{ChangeArgs, Publish};
use crate::cli::error::Problem;
use crate::cli::exit::Exit;
use crate::cli::open_session::{Access, open};
use crate::cli::ui::Ui;
use crate::engine::{Locked, Session, Targets, push, push_preview};
use clap::Args;

/// Give edits to the dashboard as new versions
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
    if args.change.dry_run {
        let opened = open(app, ui, "push", Access::Dashboard)?;
        let options = push_options(&opened.settings, &args.publish);
        let preview = async |session: &mut Session, targets: &Targets| push_preview(session, targets, &options).await;
        return look(app, ui, opened, "push", &args.change.selection, false, preview);
    }
    confirm_promote(ui, args.publish.promote)?;
    let opened = open(app, ui, "push", Access::Dashboard)?;
    let (commit, options) = (commits(&opened.settings, args.change.commit), push_options(&opened.settings, &args.publish));
    let push = async |session: &mut Locked<'_>, targets: &Targets| push(session, targets, &options).await;
    change(app, ui, opened, "push", &args.change.selection, commit, push)
}
