//! What `status`, `pull`, `push`, `sync` and `resolve` share: carry out a verb, print its report, let git record it.

use super::commit;
use super::output::print_report;
use crate::cli::app::App;
use crate::cli::args::{Publish, Selection};
use crate::cli::error::Problem;
use crate::cli::exit::{self, Exit};
use crate::cli::open_session::Opened;
use crate::cli::render::commit::commit_fields;
use crate::cli::targets::targets;
use crate::cli::ui::Ui;
use crate::cli::{render, runtime};
use crate::engine::{CommitReport, Halt, Locked, PushOptions, Recovered, Report, Session, Targets, Verb, recover, unfinished};
use crate::git::GitError;
use crate::settings::Settings;
use std::future::Future;
use tokio_util::sync::CancellationToken;

/// Git records what is done, if the command line or the settings say so. To be asked before anything is done.
///
/// # Errors
/// There is no repository; or the command line asks for it, and git has something under way that a commit would become a part of.
/// Where only the settings ask for it, the commit is made by a later command then.
pub fn commits(settings: &Settings, asked: bool) -> Result<bool, Problem> {
    if !asked && !settings.commit.value {
        return Ok(false);
    }
    let under_way = commit::repository(settings, commit::NO_COMMIT)?.in_progress().filter(|_| asked);
    under_way.map_or(Ok(true), |operation| Err(GitError::InProgress(operation).into()))
}

/// The options of a push: the command line, else the settings.
pub fn push_options(settings: &Settings, publish: &Publish) -> PushOptions {
    let note = publish.note.clone().or_else(|| settings.note.as_ref().map(|note| note.value.clone()));
    PushOptions { note, promote: publish.promote, reformat: publish.reformat }
}

/// Carries out a verb that only looks, and prints its report.
///
/// # Errors
/// Why the whole run stopped; what befell single scores is in the report.
pub fn look(
    app: &App,
    ui: &mut Ui,
    mut opened: Opened,
    command: &'static str,
    selection: &Selection,
    exit_code: bool,
    verb: impl AsyncFnOnce(&mut Session, &Targets) -> Result<Report, Halt>,
) -> Result<Exit, Problem> {
    let targets = targets(&opened.settings, selection);
    let cancellation = opened.session.cancellation();
    let result = to_end(ui, &cancellation, verb(&mut opened.session, &targets));
    opened.progress.finish();
    let report = result?;
    let exit = print_report(app, ui, &opened.settings, command, &report, exit_code);
    if report.verb == Verb::Status && !app.global.json {
        let root = app.shown(&opened.settings.root.value);
        render::hints(&report, &selection.typed(), root).iter().for_each(|hint| ui.help(hint));
    }
    Ok(exit)
}

/// Carries out a verb under the workspace lock, prints its report, and lets git record what it did.
///
/// # Errors
/// Why the whole run stopped; what befell single scores is in the report.
pub fn change(
    app: &App,
    ui: &mut Ui,
    mut opened: Opened,
    command: &'static str,
    selection: &Selection,
    commit: bool,
    verb: impl AsyncFnOnce(&mut Locked<'_>, &Targets) -> Result<Report, Halt>,
) -> Result<Exit, Problem> {
    let report = carry_out(ui, &mut opened, selection, commit, verb)?;
    Ok(print_and_record(app, ui, &mut opened, command, &report, commit, |_| {}))
}

/// Finishes what earlier runs left, before anything is looked at that a person decides on, and tells of it.
///
/// # Errors
/// Another run holds the workspace; the state or the dashboard cannot be read.
pub fn recover_first(ui: &Ui, opened: &mut Opened) -> Result<Vec<Recovered>, Problem> {
    if unfinished(&opened.session)?.is_empty() {
        return Ok(Vec::new());
    }
    let cancellation = opened.session.cancellation();
    let recovered = {
        let mut locked = opened.lock()?;
        runtime::block_on(&cancellation, recover(&mut locked))??
    };
    recovered.iter().for_each(|recovered| ui.note(render::recovered(recovered)));
    Ok(recovered)
}

/// Carries out a verb under the workspace lock, to its end or to Ctrl-C; what it does is to be committed if `commit` says so.
///
/// # Errors
/// Why the whole run stopped.
pub fn carry_out(
    ui: &Ui,
    opened: &mut Opened,
    selection: &Selection,
    commit: bool,
    verb: impl AsyncFnOnce(&mut Locked<'_>, &Targets) -> Result<Report, Halt>,
) -> Result<Report, Problem> {
    if commit {
        opened.session.owe_commits();
    }
    let targets = targets(&opened.settings, selection);
    let cancellation = opened.session.cancellation();
    // The lock is not held while git commits: a hook that git runs may need it.
    let result = {
        let mut locked = opened.lock()?;
        to_end(ui, &cancellation, verb(&mut locked, &targets))
    };
    opened.progress.finish();
    result
}

/// Runs a verb to its end or to Ctrl-C.
pub(super) fn to_end(
    ui: &Ui,
    cancellation: &CancellationToken,
    work: impl Future<Output = Result<Report, Halt>>,
) -> Result<Report, Problem> {
    let on_slow_stop = || ui.note("finishing what is in progress; Ctrl-C again stops at once");
    Ok(runtime::block_on_telling(cancellation, on_slow_stop, work)??)
}

/// Prints a report and what is `next`, and lets git record the run, if that is `asked` for, and what earlier ones owe; how the
/// run ends. A program is told of the run and of the commit in one document.
pub fn print_and_record(
    app: &App,
    ui: &mut Ui,
    opened: &mut Opened,
    command: &str,
    report: &Report,
    asked: bool,
    next: impl FnOnce(&Ui),
) -> Exit {
    let Opened { session, settings, .. } = opened;
    if app.global.json {
        let recorded = record(ui, session, settings, report, asked);
        return print_json(app, ui, settings, command, report, recorded);
    }
    let exit = print_report(app, ui, settings, command, report, false);
    next(ui);
    record(ui, session, settings, report, asked).map_or_else(
        |problem| {
            ui.problem(&problem);
            unrecorded(&problem, exit)
        },
        |_| exit,
    )
}

fn record(
    ui: &Ui,
    session: &mut Session,
    settings: &Settings,
    report: &Report,
    asked: bool,
) -> Result<Option<CommitReport>, Problem> {
    if asked {
        return commit::commit(ui, session, settings, Some(report));
    }
    commit::commit_earlier(ui, session, settings);
    Ok(None)
}

/// The report with its commit; how the run ends.
fn print_json(
    app: &App,
    ui: &mut Ui,
    settings: &Settings,
    command: &str,
    report: &Report,
    recorded: Result<Option<CommitReport>, Problem>,
) -> Exit {
    let roots = app.roots(settings);
    let (committed, refused) = recorded.map_or_else(|problem| (None, Some(problem)), |committed| (committed, None));
    let exit = exit::of_report(report, false);
    let exit = refused.as_ref().map_or(exit, |problem| unrecorded(problem, exit));
    let problem = report.interrupted.then(Problem::interrupted).or(refused).map(|problem| app.chosen_folder.problem(problem));
    let commit = committed.map(|committed| commit_fields(&committed, roots.absolute));
    let body = render::json::report(report, roots).with_commit(commit);
    ui.data(&render::json::document(command, exit, body, problem.as_ref()));
    exit
}

/// The run did what it says, but git did not record it. What went wrong before matters more.
fn unrecorded(problem: &Problem, exit: Exit) -> Exit {
    if exit == Exit::Ok { problem.exit } else { exit }
}
