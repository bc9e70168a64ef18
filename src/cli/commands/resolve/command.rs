//! What can be typed about conflicts, and which of the ways to resolve them does it.

use super::hunks::{self, Decided};
use super::prompter::TerminalPrompter;
use super::tool;
use crate::check::markers;
use crate::cli::app::App;
use crate::cli::args::Selection;
use crate::cli::commands::run_verb::{carry_out, commits, look, print_and_record, recover_first};
use crate::cli::error::{Problem, once_merged, where_marked};
use crate::cli::exit::Exit;
use crate::cli::open_session::{Access, Opened, open};
use crate::cli::roots::typed;
use crate::cli::targets::targets;
use crate::cli::text::counted;
use crate::cli::ui::Ui;
use crate::cli::{render, runtime};
use crate::engine::{
    self, Action, Choice, DocumentConflict, Halt, Locked, Outcome, Report, Resolution, ScoreConflict, ScoreReport, Session,
    Targets, resolve, resolve_decided, resolve_preview, text_of,
};
use crate::settings::{Settings, Terminal};
use clap::Args;
use std::path::Path;

/// Resolve conflicts by choosing a side, or by merging by hand
#[derive(Clone, Debug, Args)]
#[group(skip)]
#[command(after_help = "\
On a terminal, without a choice, each place where both sides differ is shown and asked about; < goes back to the place \
before, and ? shows all keys. Nothing is written before the last answer, or q: that writes what was decided for whole \
scores, and leaves the rest in conflict. Ctrl-C writes nothing. What is replaced is kept: see undo.

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
    /// Only say what would be done; without --ours, --theirs or --merge only list the conflicts
    #[arg(short = 'n', long, conflicts_with = "tool")]
    pub dry_run: bool,
    /// Commit the files that this run writes, and nothing else, to git
    #[arg(long, conflicts_with = "merge")]
    pub commit: bool,
}

/// How conflicts are resolved.
#[derive(Clone, Debug, Default, Args)]
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

/// Resolves conflicts, or lists them.
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
    let may_ask = ui.asks() && !lists_only(args);
    match &args.choice.tool {
        _ if conflicts.is_empty() && !app.global.json => Ok(no_conflict(ui)),
        Some(name) => {
            let decisions = tool::decide(ui, &settings, name.as_deref(), &conflicts)?;
            write(app, args, &decisions, ui)
        }
        None if may_ask => {
            let terminal = Terminal::of(&app.env);
            let mut prompter = TerminalPrompter { ui, editor: terminal.editor.as_deref() };
            let decided = hunks::decide(&mut prompter, app.shown(&settings.root.value), &conflicts)?;
            write_decided(app, args, &decided, ui)
        }
        None => Ok(list(app, &settings, &conflicts, ui)),
    }
}

/// Nothing is asked, and nothing is written.
fn lists_only(args: &ResolveArgs) -> bool {
    args.choice.list || args.dry_run
}

fn take_side(app: &App, args: &ResolveArgs, choice: Choice, ui: &mut Ui) -> Result<Exit, Problem> {
    let opened = open(app, ui, "resolve", Access::Dashboard)?;
    if args.dry_run {
        let preview = async |session: &mut Session, targets: &Targets| resolve_preview(session, targets, choice).await;
        return look(app, ui, opened, "resolve", &args.selection, false, preview);
    }
    let resolve = async |session: &mut Locked<'_>, targets: &Targets| resolve(session, targets, choice).await;
    resolve_with(app, args, opened, ui, resolve)
}

/// Writes what was decided for whole scores. A person who stopped before that has nothing to write.
fn write_decided(app: &App, args: &ResolveArgs, decided: &Decided, ui: &mut Ui) -> Result<Exit, Problem> {
    if decided.stopped && decided.texts.is_empty() {
        ui.note("nothing was written");
        return Ok(Exit::Conflict);
    }
    if decided.stopped {
        ui.note(format_args!("stopped: writing what is decided for {} of {}", decided.scores, counted(decided.of, "score")));
    }
    write(app, args, &decided.texts, ui)
}

/// The conflicts now. The lock is not held while a person thinks: what they decide is checked when it is written.
fn conflicts(app: &App, args: &ResolveArgs, ui: &Ui) -> Result<(Vec<ScoreConflict>, Settings), Problem> {
    let mut opened = open(app, ui, "resolve", Access::Dashboard)?;
    if !lists_only(args) {
        // Before a person decides anything.
        commits(&opened.settings, args.commit)?;
        recover_first(ui, &mut opened)?;
    }
    let targets = targets(&opened.settings, &args.selection);
    let cancellation = opened.session.cancellation();
    let found = runtime::block_on(&cancellation, engine::conflicts(&mut opened.session, &targets));
    opened.progress.finish();
    Ok((found??, opened.settings))
}

fn write(app: &App, args: &ResolveArgs, decisions: &[Resolution], ui: &mut Ui) -> Result<Exit, Problem> {
    let opened = open(app, ui, "resolve", Access::Dashboard)?;
    let resolve = async |session: &mut Locked<'_>, targets: &Targets| resolve_decided(session, targets, decisions).await;
    resolve_with(app, args, opened, ui, resolve)
}

fn list(app: &App, settings: &Settings, conflicts: &[ScoreConflict], ui: &mut Ui) -> Exit {
    let exit = if conflicts.is_empty() { Exit::Ok } else { Exit::Conflict };
    if app.global.json {
        let body = render::conflicts::json(conflicts, app.roots(settings));
        ui.data(&render::json::document("resolve", exit, body, None));
        return exit;
    }
    ui.data(&render::conflicts::text(app.view(ui, settings), &app.clock(), conflicts));
    ui.help(&ways_out(app.shown(&settings.root.value), conflicts));
    exit
}

/// How listed conflicts are resolved. Markers are not put around markers, and a file that holds some cannot be pushed.
fn ways_out(root: &Path, conflicts: &[ScoreConflict]) -> String {
    let is_marked = |document: &DocumentConflict| markers(document.kind, text_of(&document.ours)).is_some();
    let any_marked = conflicts.iter().flat_map(|one| &one.documents).any(is_marked);
    let resolve = match conflicts {
        [one] => format!("scoresync resolve {}", typed(root, &one.score.paths.code)),
        _ => "scoresync resolve PATH".to_owned(),
    };
    if any_marked { where_marked(&resolve) } else { format!("{resolve} --merge    # or --ours, --theirs, --tool") }
}

fn no_conflict(ui: &Ui) -> Exit {
    ui.note("there is no conflict to resolve");
    Exit::Ok
}

/// Carries it out, prints the report and what is next, and lets git record it, except for files with markers, which nobody has finished.
fn resolve_with(
    app: &App,
    args: &ResolveArgs,
    mut opened: Opened,
    ui: &mut Ui,
    resolve: impl AsyncFnOnce(&mut Locked<'_>, &Targets) -> Result<Report, Halt>,
) -> Result<Exit, Problem> {
    let commit = !args.choice.merge && commits(&opened.settings, args.commit)?;
    let report = carry_out(ui, &mut opened, &args.selection, commit, resolve)?;
    let root = opened.settings.root.value.clone();
    let next = |ui: &Ui| print_next_step(ui, app.shown(&root), &report, args.choice.theirs);
    Ok(print_and_record(app, ui, &mut opened, "resolve", &report, commit, next))
}

/// A conflict that is resolved leaves edits to push, or markers to edit; nothing if the files are `clean` now.
fn print_next_step(ui: &Ui, root: &Path, report: &Report, clean: bool) {
    let is_marked = |score: &ScoreReport| matches!(score.outcome, Outcome::Done(Action::Marked { .. }));
    let done: Vec<&ScoreReport> = report.scores.iter().filter(|score| matches!(score.outcome, Outcome::Done(_))).collect();
    let marked: Vec<&&ScoreReport> = done.iter().filter(|score| is_marked(score)).collect();
    match (&done[..], &marked[..]) {
        ([], _) if report.scores.is_empty() => drop(no_conflict(ui)),
        ([], _) => {}
        _ if clean => {}
        (_, []) => ui.help("scoresync push"),
        (_, [one]) => ui.help(&once_merged(&typed(root, &one.paths.code))),
        _ => ui.help("scoresync push    # once you have edited what lies between the markers"),
    }
}
