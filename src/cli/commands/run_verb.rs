//! What `status`, `pull`, `push`, `sync` and `resolve` share: confirm, carry out a verb, print its report, let git record it.

use super::commit;
use super::output::print_report;
use crate::cli::app::App;
use crate::cli::args::{Publish, Selection};
use crate::cli::error::Problem;
use crate::cli::exit::Exit;
use crate::cli::open_session::{Access, Opened};
use crate::cli::runtime;
use crate::cli::targets::targets;
use crate::cli::ui::Ui;
use crate::engine::{Halt, PushOptions, Report, Session, Targets};
use crate::settings::Settings;

/// What follows a verb.
pub struct FollowUp {
    /// Differences show in the exit status.
    pub exit_code: bool,
    /// Git records what was done.
    pub commit: bool,
}

impl FollowUp {
    /// Git records what was done if the command line or the settings say so; a dry run does nothing.
    pub fn commit_if(settings: &Settings, asked: bool, dry_run: bool) -> Self {
        Self { commit: !dry_run && (asked || settings.commit.value), exit_code: false }
    }
}

/// The access of a command that writes unless it runs dry.
pub fn access(dry_run: bool) -> Access {
    if dry_run { Access::Read } else { Access::Write }
}

/// The options of a push: the command line, else the settings.
pub fn push_options(settings: &Settings, publish: &Publish, dry_run: bool) -> PushOptions {
    let note = publish.note.clone().or_else(|| settings.note.as_ref().map(|note| note.value.clone()));
    PushOptions { dry_run, note, promote: publish.promote }
}

/// Asks before versions become champions unseen, if that is `asked` for.
///
/// # Errors
/// The answer is no.
pub fn confirm_promote(ui: &Ui, asked: bool) -> Result<(), Problem> {
    confirm_if(ui, asked, "Make every pushed version the champion at once?", "scoresync push    # makes drafts only")
}

/// Asks before files are removed, if that is `asked` for.
///
/// # Errors
/// The answer is no.
pub fn confirm_prune(ui: &Ui, asked: bool) -> Result<(), Problem> {
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
    Err(Problem::not_confirmed().help(help))
}

/// Carries out a verb, prints its report, and lets git record what it did.
///
/// # Errors
/// Why the whole run stopped; what befell single scores is in the report.
pub fn run_verb(
    app: &App,
    ui: &mut Ui,
    mut opened: Opened,
    command: &'static str,
    selection: &Selection,
    follow_up: FollowUp,
    verb: impl AsyncFnOnce(&mut Session, &Targets) -> Result<Report, Halt>,
) -> Result<Exit, Problem> {
    let report = carry_out(ui, &mut opened, selection, verb)?;
    let exit = print_report(app, ui, &opened.settings, command, &report, follow_up.exit_code);
    Ok(record(ui, opened, &report, exit, follow_up.commit))
}

/// Carries out a verb, to its end or to Ctrl-C.
///
/// # Errors
/// Why the whole run stopped.
pub fn carry_out(
    ui: &Ui,
    opened: &mut Opened,
    selection: &Selection,
    verb: impl AsyncFnOnce(&mut Session, &Targets) -> Result<Report, Halt>,
) -> Result<Report, Problem> {
    let targets = targets(&opened.settings, selection);
    let stop = opened.session.stop_flag();
    let on_slow_stop = || ui.note("stopping after what is under way; Ctrl-C again stops at once");
    let result = runtime::block_on_telling(&stop, on_slow_stop, verb(&mut opened.session, &targets));
    opened.progress.finish();
    Ok(result??)
}

/// Lets git record a run, if that is `asked` for; how the run ends.
pub fn record(ui: &Ui, opened: Opened, report: &Report, exit: Exit, asked: bool) -> Exit {
    if !asked {
        return exit;
    }
    // A hook that git runs may need the workspace lock.
    let settings = opened.release();
    commit::commit(ui, &settings, report).map_or_else(|problem| unrecorded(ui, &problem, exit), |()| exit)
}

/// The run did what it says, but git did not record it. What went wrong before matters more.
fn unrecorded(ui: &Ui, problem: &Problem, exit: Exit) -> Exit {
    ui.problem(problem);
    if exit == Exit::Ok { problem.exit } else { exit }
}
