//! `status`, `pull`, `push`, `sync`: the pipeline, stopped early or run with another mode.

use super::{commit, print};
use crate::cli::app::App;
use crate::cli::args::{Publish, Pull, Push, Status, Sync, Which};
use crate::cli::error::Problem;
use crate::cli::exit::Exit;
use crate::cli::open_session::{Access, Opened, open};
use crate::cli::run;
use crate::cli::targets::targets;
use crate::cli::ui::Ui;
use crate::engine::{Halt, PullOptions, PushOptions, Report, Session, Targets};
use crate::settings::Settings;

/// How files and dashboard stand.
pub(super) fn status(app: &App, args: &Status, ui: &mut Ui) -> Result<Exit, Problem> {
    let opened = open(app, ui, "status", Access::Look)?;
    let ends = Ends { exit_code: args.exit_code, commit: false };
    let every = app.global.json || app.global.verbose > 0;
    let status = async |session: &mut Session, targets: &Targets| session.status(targets, every).await;
    finish(app, ui, opened, "status", &args.which, ends, status)
}

/// Champions into files.
pub(super) fn pull(app: &App, args: &Pull, ui: &mut Ui) -> Result<Exit, Problem> {
    let options = PullOptions { dry_run: args.dry_run, prune: args.prune, move_legacy: args.move_legacy };
    agree_to_prune(ui, args.prune && !args.dry_run)?;
    let opened = open(app, ui, "pull", access(args.dry_run))?;
    let ends = commit_if(&opened.settings, args.commit, args.dry_run);
    finish(app, ui, opened, "pull", &args.which, ends, async |session, targets| session.pull(targets, options).await)
}

/// Edits into versions.
pub(super) fn push(app: &App, args: &Push, ui: &mut Ui) -> Result<Exit, Problem> {
    agree_to_promote(ui, args.publish.promote && !args.dry_run)?;
    let opened = open(app, ui, "push", access(args.dry_run))?;
    let ends = commit_if(&opened.settings, args.commit, args.dry_run);
    let options = push_options(&opened.settings, &args.publish, args.dry_run);
    finish(app, ui, opened, "push", &args.which, ends, async |session, targets| session.push(targets, &options).await)
}

/// Pull, then push.
pub(super) fn sync(app: &App, args: &Sync, ui: &mut Ui) -> Result<Exit, Problem> {
    agree_to_prune(ui, args.prune && !args.dry_run)?;
    agree_to_promote(ui, args.publish.promote && !args.dry_run)?;
    let opened = open(app, ui, "sync", access(args.dry_run))?;
    let ends = commit_if(&opened.settings, args.commit, args.dry_run);
    let pull = PullOptions { dry_run: args.dry_run, prune: args.prune, move_legacy: false };
    let push = push_options(&opened.settings, &args.publish, args.dry_run);
    finish(app, ui, opened, "sync", &args.which, ends, async |session, targets| session.sync(targets, pull, &push).await)
}

/// What follows a verb.
#[derive(Default)]
struct Ends {
    /// Differences show in the exit status.
    exit_code: bool,
    /// Git records what was done.
    commit: bool,
}

fn commit_if(settings: &Settings, asked: bool, dry_run: bool) -> Ends {
    Ends { commit: !dry_run && (asked || settings.commit.value), exit_code: false }
}

fn access(dry_run: bool) -> Access {
    if dry_run { Access::Look } else { Access::Change }
}

fn push_options(settings: &Settings, publish: &Publish, dry_run: bool) -> PushOptions {
    let note = publish.note.clone().or_else(|| settings.note.as_ref().map(|note| note.value.clone()));
    PushOptions { dry_run, note, promote: publish.promote }
}

fn agree_to_promote(ui: &Ui, asked: bool) -> Result<(), Problem> {
    confirm_if(ui, asked, "Make every pushed version the champion at once?", "scoresync push    # makes drafts only")
}

fn agree_to_prune(ui: &Ui, asked: bool) -> Result<(), Problem> {
    confirm_if(
        ui,
        asked,
        "Remove the unedited files of scores that are gone from Plexus?",
        "scoresync pull -n --prune    # to see which",
    )
}

fn confirm_if(ui: &Ui, asked: bool, question: &str, help: &str) -> Result<(), Problem> {
    if !asked || ui.confirm(question) {
        return Ok(());
    }
    Err(Problem::new(Exit::Usage, "NOT_CONFIRMED", "not confirmed: nothing was done").help(help))
}

/// The run did what it says, but git did not record it. What went wrong before is the graver news.
fn unrecorded(ui: &Ui, problem: &Problem, exit: Exit) -> Exit {
    ui.problem(problem);
    if exit == Exit::Ok { problem.exit } else { exit }
}

/// Carries out a verb, prints its report, and lets git record what it did.
fn finish(
    app: &App,
    ui: &mut Ui,
    mut opened: Opened,
    command: &'static str,
    which: &Which,
    ends: Ends,
    verb: impl AsyncFnOnce(&mut Session, &Targets) -> Result<Report, Halt>,
) -> Result<Exit, Problem> {
    let report = carry_out(ui, &mut opened, which, verb)?;
    let exit = print(app, ui, &opened.settings, command, &report, ends.exit_code);
    Ok(record(ui, opened, &report, exit, ends.commit))
}

/// Lets git record a run, if that is asked for; how the run ends.
pub(super) fn record(ui: &Ui, opened: Opened, report: &Report, exit: Exit, asked: bool) -> Exit {
    if !asked {
        return exit;
    }
    // A hook that git runs may want the workspace for itself.
    let settings = opened.release();
    commit::commit(ui, &settings, report).map_or_else(|problem| unrecorded(ui, &problem, exit), |()| exit)
}

/// Carries out a verb, to the end or to Ctrl-C.
pub(super) fn carry_out(
    ui: &Ui,
    opened: &mut Opened,
    which: &Which,
    verb: impl AsyncFnOnce(&mut Session, &Targets) -> Result<Report, Halt>,
) -> Result<Report, Problem> {
    let targets = targets(&opened.settings, which);
    let stop = opened.session.stop_flag();
    let tell = || ui.note("stopping after what is under way; Ctrl-C again stops at once");
    let result = run::to_end_telling(&stop, tell, verb(&mut opened.session, &targets));
    opened.bar.finish();
    Ok(result??)
}
