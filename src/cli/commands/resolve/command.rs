//! What can be typed about conflicts, and which of the ways to end them does it.

use super::hunks::{self, Ending};
use super::prompter::TerminalPrompter;
use super::tool;
use crate::cli::app::App;
use crate::cli::args::Selection;
use crate::cli::commands::output::print_report;
use crate::cli::commands::run_verb::{carry_out, owe_commits, record, recover_first};
use crate::cli::error::Problem;
use crate::cli::exit::Exit;
use crate::cli::open_session::{Access, Opened, open};
use crate::cli::roots::typed;
use crate::cli::targets::targets;
use crate::cli::ui::Ui;
use crate::cli::{render, runtime};
use crate::engine::{
    self, Action, Choice, Locked, Outcome, Report, Resolution, ScoreConflict, ScoreReport, Targets, resolve, resolve_decided,
};
use crate::settings::{Settings, Terminal};
use clap::Args;
use std::path::Path;

/// End conflicts by choosing a side, or by merging by hand
#[derive(Debug, Args)]
#[group(skip)]
#[command(after_help = "\
On a terminal, without a choice, each place where both sides differ is shown and asked about; nothing is written before
the end. What is replaced is kept: see undo.

Examples:
  scoresync resolve                      place by place
  scoresync resolve --list               what conflicts, and with whom
  scoresync resolve Tone --theirs        the champion's text
  scoresync resolve --tool=meld          in a merge tool")]
pub struct ResolveArgs {
    /// Which scores.
    #[command(flatten)]
    pub selection: Selection,
    /// How.
    #[command(flatten)]
    pub choice: ResolveChoice,
    /// Commit the files that this run writes, and nothing else, to git
    #[arg(long, conflicts_with = "merge")]
    pub commit: bool,
}

/// How conflicts are ended.
#[derive(Debug, Args)]
#[group(required = false, multiple = false)]
pub struct ResolveChoice {
    /// Only list the conflicts: what, who, when, why (what happens off a terminal where nothing else is asked for)
    #[arg(long)]
    pub list: bool,
    /// Keep what the file says
    #[arg(long)]
    pub ours: bool,
    /// Take what the champion says
    #[arg(long)]
    pub theirs: bool,
    /// Write both into the file, between conflict markers, to be edited
    #[arg(long)]
    pub merge: bool,
    /// Start a merge tool as git is set up to: this one, or merge.tool of git's configuration
    #[arg(long, value_name = "NAME", num_args = 0..=1, require_equals = true)]
    pub tool: Option<Option<String>>,
}

/// Ends conflicts, or lists them.
///
/// # Errors
/// The whole run stopped, or an editor or a merge tool cannot be started.
pub fn run(app: &App, args: &ResolveArgs, ui: &mut Ui) -> Result<Exit, Problem> {
    let side = match &args.choice {
        ResolveChoice { ours: true, .. } => Some(Choice::Ours),
        ResolveChoice { theirs: true, .. } => Some(Choice::Theirs),
        ResolveChoice { merge: true, .. } => Some(Choice::Merge),
        _ => None,
    };
    if let Some(choice) = side {
        return take_side(app, args, choice, ui);
    }
    let (conflicts, settings) = conflicts(app, args, ui)?;
    let may_ask = ui.asks() && !args.choice.list;
    match &args.choice.tool {
        _ if conflicts.is_empty() && !app.global.json => Ok(no_conflict(ui)),
        Some(name) => {
            let decisions = tool::decide(ui, &settings, name.as_deref(), &conflicts)?;
            write(app, args, &decisions, ui)
        }
        None if may_ask => {
            let terminal = Terminal::of(&app.env);
            let mut prompter = TerminalPrompter { ui, editor: terminal.editor.as_deref() };
            match hunks::decide(&mut prompter, app.shown(&settings.root.value), &conflicts)? {
                Ending::Quit => {
                    ui.note("nothing was written");
                    Ok(Exit::Conflict)
                }
                Ending::Decided(decisions) => write(app, args, &decisions, ui),
            }
        }
        None => Ok(list(app, &settings, &conflicts, ui)),
    }
}

fn take_side(app: &App, args: &ResolveArgs, choice: Choice, ui: &mut Ui) -> Result<Exit, Problem> {
    let mut opened = open(app, ui, "resolve", Access::Dashboard)?;
    let commit = commits(args, &opened);
    owe_commits(&mut opened, commit);
    let resolve = async |session: &mut Locked<'_>, targets: &Targets| resolve(session, targets, choice).await;
    let report = carry_out(ui, &mut opened, &args.selection, resolve)?;
    Ok(finish(app, args, &mut opened, &report, ui))
}

/// The conflicts now. The lock is not held while a person thinks: what they decide is checked when it is written.
fn conflicts(app: &App, args: &ResolveArgs, ui: &Ui) -> Result<(Vec<ScoreConflict>, Settings), Problem> {
    let mut opened = open(app, ui, "resolve", Access::Dashboard)?;
    if !args.choice.list {
        recover_first(ui, &mut opened)?;
    }
    let targets = targets(&opened.settings, &args.selection);
    let cancellation = opened.session.cancellation();
    let found = runtime::block_on(&cancellation, engine::conflicts(&mut opened.session, &targets));
    opened.progress.finish();
    Ok((found??, opened.settings))
}

fn write(app: &App, args: &ResolveArgs, decisions: &[Resolution], ui: &mut Ui) -> Result<Exit, Problem> {
    let mut opened = open(app, ui, "resolve", Access::Dashboard)?;
    let commit = commits(args, &opened);
    owe_commits(&mut opened, commit);
    let resolve = async |session: &mut Locked<'_>, targets: &Targets| resolve_decided(session, targets, decisions).await;
    let report = carry_out(ui, &mut opened, &args.selection, resolve)?;
    Ok(finish(app, args, &mut opened, &report, ui))
}

fn list(app: &App, settings: &Settings, conflicts: &[ScoreConflict], ui: &mut Ui) -> Exit {
    let exit = if conflicts.is_empty() { Exit::Ok } else { Exit::Conflict };
    if app.global.json {
        let body = render::conflicts::json(conflicts, app.roots(settings));
        ui.data(&render::json::document("resolve", exit, body, None));
        return exit;
    }
    ui.data(&render::conflicts::text(app.view(ui, settings), &app.clock(), conflicts));
    if let [one] = conflicts {
        ui.help(&format!(
            "scoresync resolve {} --merge    # or --ours, --theirs, --tool",
            typed(app.shown(&settings.root.value), &one.score.paths.code)
        ));
    } else {
        ui.help("scoresync resolve PATH --merge    # or --ours, --theirs, --tool");
    }
    exit
}

fn no_conflict(ui: &Ui) -> Exit {
    ui.note("there is no conflict to resolve");
    Exit::Ok
}

/// Git is to record what is resolved, except for files with markers, which nobody has finished.
fn commits(args: &ResolveArgs, opened: &Opened) -> bool {
    !args.choice.merge && (args.commit || opened.settings.commit.value)
}

/// Prints the report, and lets git record it.
fn finish(app: &App, args: &ResolveArgs, opened: &mut Opened, report: &Report, ui: &mut Ui) -> Exit {
    let exit = print_report(app, ui, &opened.settings, "resolve", report, false);
    if !app.global.json {
        print_next_step(ui, app.shown(&opened.settings.root.value), report, args.choice.theirs);
    }
    let asked = commits(args, opened);
    record(ui, opened, report, exit, asked)
}

/// A conflict that is ended leaves edits to push, or markers to edit; nothing if the files are `clean` now.
fn print_next_step(ui: &Ui, root: &Path, report: &Report, clean: bool) {
    let is_marked = |score: &ScoreReport| matches!(score.outcome, Outcome::Done(Action::Marked { .. }));
    let done: Vec<&ScoreReport> = report.scores.iter().filter(|score| matches!(score.outcome, Outcome::Done(_))).collect();
    let marked: Vec<&&ScoreReport> = done.iter().filter(|score| is_marked(score)).collect();
    match (&done[..], &marked[..]) {
        ([], _) if report.scores.is_empty() => drop(no_conflict(ui)),
        ([], _) => {}
        _ if clean => {}
        (_, []) => ui.help("scoresync push"),
        (_, [one]) => {
            let path = typed(root, &one.paths.code);
            ui.help(&format!("scoresync push {path}    # once you have edited what lies between the markers"));
        }
        _ => ui.help("scoresync push    # once you have edited what lies between the markers"),
    }
}
