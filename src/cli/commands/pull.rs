//! `pull`: champions into files, merging with edits.

use super::consent::consent;
use super::run_verb::{change, commits, look};
use crate::cli::app::App;
use crate::cli::args::ChangeArgs;
use crate::cli::error::Problem;
use crate::cli::exit::Exit;
use crate::cli::open_session::{Access, open};
use crate::cli::ui::Ui;
use crate::engine::{Locked, PullOptions, Session, Targets, pull, pull_preview};
use clap::Args;

/// Update your files from the dashboard, merging with your edits
#[derive(Debug, Args)]
pub struct PullArgs {
    /// Which scores, and how far it goes.
    #[command(flatten)]
    pub change: ChangeArgs,
    /// Delete unedited files of scores that no longer exist in Plexus (a backup is kept)
    #[arg(long)]
    pub prune: bool,
    /// Move guidelines that older tools wrote beside the code (<Score>.md) into guidelines/, unless a file is there already
    #[arg(long)]
    pub move_legacy: bool,
}

/// Takes what the dashboard has into the files.
///
/// # Errors
/// The answer is no, or the whole run stopped.
pub fn run(app: &App, args: &PullArgs, ui: &mut Ui) -> Result<Exit, Problem> {
    let options = PullOptions { prune: args.prune, move_legacy: args.move_legacy };
    if args.prune && !args.change.dry_run {
        ui.must_ask()?;
    }
    let mut opened = open(app, ui, "pull", Access::Dashboard)?;
    let preview = async |session: &mut Session, targets: &Targets| pull_preview(session, targets, options).await;
    let selection = &args.change.selection;
    if args.change.dry_run {
        return look(app, ui, opened, "pull", selection, false, preview);
    }
    if args.prune {
        consent(app, ui, &mut opened, selection, preview)?;
    }
    let commit = commits(&opened.settings, args.change.commit);
    let pull = async |session: &mut Locked<'_>, targets: &Targets| pull(session, targets, options).await;
    change(app, ui, opened, "pull", selection, commit, pull)
}
