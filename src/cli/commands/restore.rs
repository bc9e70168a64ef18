//! `restore`: what commands replaced comes back, a deleted file, or any version of a score.

use super::commit::commit_earlier;
use super::output::print_restored;
use crate::cli::app::App;
use crate::cli::args::Selection;
use crate::cli::complete::{TargetCompleter, VersionCompleter};
use crate::cli::error::Problem;
use crate::cli::exit::Exit;
use crate::cli::open_session::{Access, Opened, open};
use crate::cli::targets::targets;
use crate::cli::ui::Ui;
use crate::cli::{render, runtime};
use crate::engine::{RestoreFrom, Targets, backups, base_runs, restore, restore_preview, told};
use clap::Args;
use clap_complete::engine::ArgValueCompleter;

/// Restore files that a command replaced or that were deleted, or any version of a score
#[derive(Debug, Args)]
#[command(after_help = "\
What is restored counts as an edit, and what it replaces is kept first. To undo a whole pull, use undo.

Examples:
  scoresync restore --list                   what was replaced, newest first
  scoresync restore QA/Tone.yaml             what was replaced last
  scoresync restore --entry 17               what was replaced under this number
  scoresync restore Tone --version 1a2b3c4d  a version into the files")]
pub struct RestoreArgs {
    /// Files, or scores for both of their files
    #[arg(value_name = "TARGET", add = ArgValueCompleter::new(TargetCompleter), required_unless_present_any = ["list", "entry"])]
    pub targets: Vec<String>,
    /// List what was replaced: number, run, time, size, file
    #[arg(long, conflicts_with_all = ["version", "entry", "dry_run"])]
    pub list: bool,
    /// Bring back this version (id or the start of it) of the one score that is named
    #[arg(long, value_name = "VERSION", add = ArgValueCompleter::new(VersionCompleter), conflicts_with = "entry")]
    pub version: Option<String>,
    /// Bring back what was replaced under this number of the list
    #[arg(long, value_name = "NUMBER", conflicts_with = "targets")]
    pub entry: Option<i64>,
    /// Only show what would be done
    #[arg(short = 'n', long)]
    pub dry_run: bool,
}

/// Brings texts back, or lists what can be restored.
///
/// # Errors
/// Nothing matches what is named, or there is no such entry or version.
pub fn run(app: &App, args: &RestoreArgs, ui: &mut Ui) -> Result<Exit, Problem> {
    let access = if args.version.is_some() { Access::Dashboard } else { Access::Offline };
    let mut opened = open(app, ui, "restore", access)?;
    let targets = targets(&opened.settings, &Selection::of(args.targets.clone()));
    if args.list {
        return list(app, ui, opened, &targets);
    }
    let from = match (&args.version, args.entry) {
        (Some(version), _) => RestoreFrom::Version(version.clone()),
        (None, Some(entry)) => RestoreFrom::Entry(entry),
        (None, None) => RestoreFrom::Last,
    };
    let cancellation = opened.session.cancellation();
    let result = if args.dry_run {
        runtime::block_on(&cancellation, restore_preview(&mut opened.session, &targets, &from))
    } else {
        runtime::block_on(&cancellation, restore(&mut opened.lock()?, &targets, &from))
    };
    opened.progress.finish();
    let exit = print_restored(app, ui, &opened.settings, "restore", &result??, args.dry_run);
    if !args.dry_run {
        commit_earlier(ui, &mut opened.session, &opened.settings);
        told(&mut opened.session)?;
    }
    Ok(exit)
}

fn list(app: &App, ui: &mut Ui, mut opened: Opened, targets: &Targets) -> Result<Exit, Problem> {
    opened.progress.finish();
    let (backups, bases) = (backups(&mut opened.session, targets)?, base_runs(&opened.session, targets)?);
    let root = &opened.settings.root.value;
    if app.global.json {
        ui.data(&render::json::document("restore", Exit::Ok, render::restore::backup_fields(&backups, &bases, root), None));
    } else if backups.is_empty() && bases.is_empty() {
        ui.note("nothing was replaced");
    } else {
        ui.page(&render::restore::backups(app.view(ui, &opened.settings), &app.clock(), &backups, &bases));
    }
    Ok(Exit::Ok)
}
