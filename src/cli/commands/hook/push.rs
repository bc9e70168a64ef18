//! What the post-commit and pre-push hooks run: texts of commits into versions.
//!
//! A commit is made before its hook runs and must not seem to have failed: post-commit says what could not be pushed, gives
//! up after 5 seconds, and ends with exit status 0. A git push can still be stopped: pre-push does so where a score is refused.

use super::served::{ServedWorkspace, served};
use crate::cli::app::App;
use crate::cli::args::Publish;
use crate::cli::commands::output::print_report;
use crate::cli::commands::run_verb::push_options;
use crate::cli::error::Problem;
use crate::cli::exit::Exit;
use crate::cli::open_session::{Access, Opened, open};
use crate::cli::runtime;
use crate::cli::text::quoted;
use crate::cli::ui::Ui;
use crate::engine::{CommitTexts, Halt, Outcome, Report, ScoreReport, push_commit};
use crate::git::{CommitId, HookKind, RefUpdate, Repository};
use crate::model::RelPath;
use crate::plan::{Refusal, Standing};
use std::io::{self, IsTerminal, Read};
use std::path::PathBuf;
use std::time::Duration;

/// How long post-commit may take: the person waits for it.
const COMMIT_TIMEOUT: Duration = Duration::from_secs(5);
/// The most bytes of stdin that are read: git writes a line for each reference that it pushes.
const MOST_INPUT: u64 = 16 << 20;
/// The most files that are named in a command; more would not be read.
const MAX_NAMED: usize = 3;

/// Pushes the texts of the commit that HEAD is.
pub fn post_commit(app: &App, workspaces: &[PathBuf], ui: &mut Ui) -> Exit {
    match served(app, HookKind::PostCommit, workspaces, ui) {
        Ok(served) => served.iter().for_each(|served| push_head(served, ui)),
        Err(problem) => later(ui, &problem, &[]),
    }
    Exit::Ok
}

fn push_head(served: &ServedWorkspace, ui: &mut Ui) {
    match committed(&served.repository, ui) {
        Ok(None) => {}
        Ok(Some(texts)) => match push(&served.app, ui, &texts, Some(COMMIT_TIMEOUT)) {
            Ok((opened, report)) => drop(print_report(&served.app, ui, &opened.settings, "hook", &report, false)),
            Err(problem) => {
                let names: Vec<String> = texts.paths().map(|path| served.repository.name_of(path)).collect();
                later(ui, &problem, &names);
            }
        },
        Err(problem) => later(ui, &problem, &[]),
    }
}

/// The texts of scores that HEAD changes; none where it changes none, or while git rewrites commits (a rebase, for example).
fn committed(repository: &Repository, ui: &Ui) -> Result<Option<CommitTexts>, Problem> {
    let head = repository.head()?;
    let Some(commit) = head.commit() else { return Ok(None) };
    let texts = texts(repository, commit, &repository.changed_by(commit)?)?;
    if let (Some(_), Some(operation)) = (&texts, repository.in_progress()) {
        ui.warning(&format!("{operation} is under way: the scores of its commits are not pushed"));
        ui.help("scoresync push    # once it is finished");
        return Ok(None);
    }
    Ok(texts)
}

/// Names files as they are called from the top of the working tree.
fn later(ui: &Ui, problem: &Problem, files: &[String]) {
    ui.warning(&format!("the commit is made, its scores are not pushed: {}", problem.message));
    let named = if files.len() > MAX_NAMED { &[] } else { files };
    let words: String = named.iter().map(|file| format!(" {}", quoted(file))).collect();
    if problem.exit == Exit::Unauthorised {
        problem.help.iter().for_each(|help| ui.help(help));
    }
    ui.help(&format!("scoresync push{words}    # later"));
}

/// Pushes the texts that git is about to push, if what it pushes is HEAD: the files here, and what they were last synced
/// with, belong to no other branch.
///
/// # Errors
/// Git cannot tell what is pushed, or the texts cannot be pushed.
pub fn pre_push(app: &App, workspaces: &[PathBuf], arguments: &[String], ui: &mut Ui) -> Result<Exit, Problem> {
    let no_input = |error: io::Error| {
        Problem::new(Exit::Usage, "NO_INPUT", format!("stdin does not say what is pushed: {error}"))
            .help("let git run this hook, with git push")
    };
    let lines = match told_by_git() {
        Ok(lines) if !lines.trim().is_empty() => lines,
        told => told_by_pre_commit(app).map_or(told, Ok).map_err(no_input)?,
    };
    let remote = arguments.first().map(String::as_str).or(app.env.get("PRE_COMMIT_REMOTE_NAME")).unwrap_or("origin");
    let mut end = Ok(Exit::Ok);
    for served in served(app, HookKind::PrePush, workspaces, ui)? {
        let pushed = push_outgoing(&served, &RefUpdate::parse(&lines), remote, ui);
        if !matches!(pushed, Ok(Exit::Ok)) {
            end = pushed;
        }
    }
    if !matches!(end, Ok(Exit::Ok)) {
        ui.help("git push --no-verify    # pushes to git anyway");
    }
    end
}

/// What git writes to stdin. Half of it says nothing: the reference that HEAD is could be in the other half.
fn told_by_git() -> io::Result<String> {
    if io::stdin().is_terminal() {
        return Err(io::Error::other("it is a terminal"));
    }
    let lines = io::read_to_string(io::stdin().take(MOST_INPUT + 1))?;
    let is_whole = lines.len() as u64 <= MOST_INPUT;
    is_whole.then_some(lines).ok_or_else(|| io::Error::other(format!("it has more than {} MiB", MOST_INPUT >> 20)))
}

/// The line of stdin as the pre-commit framework tells it: it reads stdin itself, and gives its hooks variables.
fn told_by_pre_commit(app: &App) -> Option<String> {
    let (commit, before) = (app.env.get("PRE_COMMIT_TO_REF")?, app.env.get("PRE_COMMIT_FROM_REF")?);
    let local = app.env.get("PRE_COMMIT_LOCAL_BRANCH").unwrap_or("HEAD");
    Some(format!("{local} {commit} {} {before}", app.env.get("PRE_COMMIT_REMOTE_BRANCH").unwrap_or(local)))
}

fn push_outgoing(served: &ServedWorkspace, updates: &[RefUpdate], remote: &str, ui: &mut Ui) -> Result<Exit, Problem> {
    let repository = &served.repository;
    let (head, updates) = (repository.head()?, repository.with_commits(updates)?);
    let (ours, others): (Vec<&RefUpdate>, Vec<&RefUpdate>) =
        updates.iter().partition(|update| Some(&update.commit) == head.commit());
    // What an earlier commit of the same branch is called besides brings nothing more.
    let carried = |update: &RefUpdate| ours.first().map_or(Ok(false), |head| repository.leads_to(&update.commit, &head.commit));
    for update in others {
        if carried(update)? {
            continue;
        }
        if texts(repository, &update.commit, &repository.brought_by(update, remote)?)?.is_some() {
            ui.warning(&format!("{} is not checked out: its scores are not pushed to the dashboard", update.local));
        }
    }
    let Some(update) = ours.first() else { return Ok(Exit::Ok) };
    let Some(texts) = texts(repository, &update.commit, &repository.brought_by(update, remote)?)? else { return Ok(Exit::Ok) };
    let (opened, report) = push(&served.app, ui, &texts, None)?;
    let exit = print_report(&served.app, ui, &opened.settings, "hook", &report, false);
    Ok(if !report.interrupted && report.scores.iter().all(may_pass) { Exit::Ok } else { exit })
}

/// A text that is an older version of its score, and no edit, need not be pushed.
fn may_pass(score: &ScoreReport) -> bool {
    let is_older = matches!(score.standing, Standing::Behind(_) | Standing::Adopted { .. });
    match &score.outcome {
        Outcome::Refused(Refusal::Stale { .. }) => is_older,
        Outcome::Refused(_) | Outcome::Failed(_) | Outcome::Conflict(_) => false,
        Outcome::Untouched | Outcome::Planned(_) | Outcome::Done(_) => true,
    }
}

fn texts(repository: &Repository, commit: &CommitId, paths: &[RelPath]) -> Result<Option<CommitTexts>, Problem> {
    Ok(Some(CommitTexts::read(repository, commit, paths)?).filter(|texts| !texts.is_empty()))
}

/// Pushes the texts. A timeout in the middle is as harmless as a crash: the next run finds out what became of the request
/// under way.
fn push(app: &App, ui: &Ui, texts: &CommitTexts, timeout: Option<Duration>) -> Result<(Opened, Report), Problem> {
    let mut opened = open(app, ui, "hook", Access::Dashboard)?;
    let options = push_options(&opened.settings, &Publish::default());
    let cancellation = opened.session.cancellation();
    let report: Result<Report, Halt> = {
        let mut locked = opened.lock()?;
        let work = async {
            let pushing = push_commit(&mut locked, texts, &options);
            match timeout {
                Some(timeout) => tokio::time::timeout(timeout, pushing).await.map_err(|_| too_slow(timeout)),
                None => Ok(pushing.await),
            }
        };
        runtime::block_on(&cancellation, work)??
    };
    opened.progress.finish();
    Ok((opened, report?))
}

fn too_slow(timeout: Duration) -> Problem {
    Problem::new(Exit::Unreachable, "UNREACHABLE", format!("no answer within {} seconds", timeout.as_secs()))
        .help("scoresync push    # once the dashboard answers")
}
