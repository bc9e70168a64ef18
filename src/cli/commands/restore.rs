//! `restore` and `undo`: what commands replaced comes back.

use crate::cli::app::App;
use crate::cli::args::{Restore, Undo};
use crate::cli::error::Problem;
use crate::cli::exit::Exit;
use crate::cli::open_session::{Access, Opened, open};
use crate::cli::targets::targets;
use crate::cli::ui::Ui;
use crate::cli::{args::Selection, render, run};
use crate::engine::{RestoreFrom, RestoreOutcome, RestoreReport, Targets};

/// Brings texts back, or lists what can be brought back.
pub(super) fn restore(app: &App, args: &Restore, ui: &mut Ui) -> Result<Exit, Problem> {
    let access = match (&args.version, args.list || args.dry_run) {
        (_, true) => Access::Look,
        (Some(_), false) => Access::Change,
        (None, false) => Access::ChangeHere,
    };
    let mut opened = open(app, ui, "restore", access)?;
    let targets = targets(&opened.settings, &Selection { targets: args.targets.clone(), scorecard: Vec::new() });
    if args.list {
        return list(app, ui, opened, &targets);
    }
    let from = match (&args.version, args.entry) {
        (Some(version), _) => RestoreFrom::Version(version.clone()),
        (None, Some(entry)) => RestoreFrom::Entry(entry),
        (None, None) => RestoreFrom::Last,
    };
    let stop = opened.session.stop_flag();
    let result = run::to_end(&stop, opened.session.restore(&targets, &from, args.dry_run));
    opened.bar.finish();
    Ok(print(app, ui, &opened, "restore", &result??, args.dry_run))
}

fn list(app: &App, ui: &mut Ui, mut opened: Opened, targets: &Targets) -> Result<Exit, Problem> {
    opened.bar.finish();
    let kept = opened.session.backups(targets)?;
    if app.global.json {
        let body = render::restore::kept_fields(&kept, &opened.settings.root.value);
        ui.data(&render::json::document("restore", Exit::Ok, body, None));
    } else if kept.is_empty() {
        ui.note("nothing was replaced");
    } else {
        ui.page(&render::restore::kept(ui.styler, app.shown(&opened.settings.root.value), &kept));
    }
    Ok(Exit::Ok)
}

/// Takes back a run.
pub(super) fn undo(app: &App, args: &Undo, ui: &mut Ui) -> Result<Exit, Problem> {
    let access = if args.dry_run { Access::Look } else { Access::ChangeHere };
    let mut opened = open(app, ui, "undo", access)?;
    opened.bar.finish();
    let restoration = opened.session.undo(args.run, args.dry_run)?;
    Ok(print(app, ui, &opened, "undo", &restoration, args.dry_run))
}

fn print(app: &App, ui: &mut Ui, opened: &Opened, command: &str, done: &RestoreReport, dry_run: bool) -> Exit {
    let stayed = |outcome: &RestoreOutcome| {
        !matches!(outcome, RestoreOutcome::Written(_) | RestoreOutcome::Removed | RestoreOutcome::Unchanged)
    };
    let exit = if done.files.iter().any(|file| stayed(&file.outcome)) { Exit::Failed } else { Exit::Ok };
    if app.global.json {
        let body = render::restore::fields(done, dry_run, &opened.settings.root.value);
        ui.data(&render::json::document(command, exit, body, None));
        return exit;
    }
    ui.data(&render::restore::text(ui.styler, app.shown(&opened.settings.root.value), done, dry_run));
    if done.files.iter().any(|file| matches!(file.outcome, RestoreOutcome::Edited)) {
        ui.help("scoresync restore --list    to bring back single files");
    }
    if done.files.iter().any(|file| matches!(file.outcome, RestoreOutcome::NotKept)) {
        ui.help("scoresync restore TARGET --version VERSION    for any version of a score");
    }
    exit
}
