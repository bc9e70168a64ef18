//! `resolve`: lists conflicts, or ends them with a side, with markers, in a merge tool, or place by place with a person.

mod hunks;
mod tool;

use super::print;
use super::sync::{carry_out, record};
use crate::cli::app::App;
use crate::cli::args::{Resolve, ResolveChoice};
use crate::cli::error::{Problem, quoted};
use crate::cli::exit::Exit;
use crate::cli::open_session::{Access, Opened, open};
use crate::cli::targets::targets;
use crate::cli::ui::Ui;
use crate::cli::{render, run as runtime};
use crate::engine::{Choice, Outcome, Report, Resolution, ScoreConflict, ScoreReport};
use crate::settings::{Settings, Terminal};
use hunks::{Ending, Person};

/// Ends conflicts, or lists them.
pub(super) fn run(app: &App, args: &Resolve, ui: &mut Ui) -> Result<Exit, Problem> {
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
    let asks = ui.asks() && !args.choice.list;
    match &args.choice.tool {
        _ if conflicts.is_empty() && !app.global.json => Ok(nothing(ui)),
        Some(name) => {
            let decisions = tool::decide(ui, &settings, name.as_deref(), &conflicts)?;
            write(app, args, &decisions, ui)
        }
        None if asks => {
            let terminal = Terminal::of(&app.env);
            let mut person = AtTerminal { ui, editor: terminal.editor.as_deref() };
            match hunks::decide(&mut person, app.shown(&settings.root.value), &conflicts)? {
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

fn take_side(app: &App, args: &Resolve, choice: Choice, ui: &mut Ui) -> Result<Exit, Problem> {
    let mut opened = open(app, ui, "resolve", Access::Change)?;
    let report = carry_out(ui, &mut opened, &args.selection, async |session, targets| session.resolve(targets, choice).await)?;
    Ok(told(app, args, opened, &report, ui))
}

/// The conflicts now. The lock is not held: a person may think for long, and what they decide is checked when it is written.
fn conflicts(app: &App, args: &Resolve, ui: &Ui) -> Result<(Vec<ScoreConflict>, Settings), Problem> {
    let mut opened = open(app, ui, "resolve", Access::Look)?;
    let targets = targets(&opened.settings, &args.selection);
    let stop = opened.session.stop_flag();
    let found = runtime::to_end(&stop, opened.session.conflicts(&targets));
    opened.bar.finish();
    Ok((found??, opened.settings))
}

fn write(app: &App, args: &Resolve, decisions: &[Resolution], ui: &mut Ui) -> Result<Exit, Problem> {
    let mut opened = open(app, ui, "resolve", Access::Change)?;
    let report =
        carry_out(ui, &mut opened, &args.selection, async |session, targets| session.resolve_decided(targets, decisions).await)?;
    Ok(told(app, args, opened, &report, ui))
}

fn list(app: &App, settings: &Settings, conflicts: &[ScoreConflict], ui: &mut Ui) -> Exit {
    let exit = if conflicts.is_empty() { Exit::Ok } else { Exit::Conflict };
    if app.global.json {
        let body = render::conflicts::json(conflicts, &settings.root.value);
        ui.data(&render::json::document("resolve", exit, body, None));
        return exit;
    }
    ui.data(&render::conflicts::text(ui.styler, conflicts));
    if let [one] = conflicts {
        ui.help(&format!("scoresync resolve {} --merge    # or --ours, --theirs, --tool", quoted(one.score.paths.code.as_str())));
    } else {
        ui.help("scoresync resolve PATH --merge    # or --ours, --theirs, --tool");
    }
    exit
}

fn nothing(ui: &Ui) -> Exit {
    ui.note("there is no conflict to resolve");
    Exit::Ok
}

/// Files with markers are nobody's text: git records the others.
fn told(app: &App, args: &Resolve, opened: Opened, report: &Report, ui: &mut Ui) -> Exit {
    let exit = print(app, ui, &opened.settings, "resolve", report, false);
    if !app.global.json {
        next(ui, report, args.choice.theirs);
    }
    let asked = !args.choice.merge && (args.commit || opened.settings.commit.value);
    record(ui, opened, report, exit, asked)
}

/// A conflict that is ended leaves edits to push, or markers to edit; nothing if it is `clean`.
fn next(ui: &Ui, report: &Report, clean: bool) {
    let is_marked = |score: &ScoreReport| matches!(score.outcome, Outcome::Done(crate::engine::Action::Marked { .. }));
    let done: Vec<&ScoreReport> = report.scores.iter().filter(|score| matches!(score.outcome, Outcome::Done(_))).collect();
    let marked: Vec<&&ScoreReport> = done.iter().filter(|score| is_marked(score)).collect();
    match (&done[..], &marked[..]) {
        ([], _) if report.scores.is_empty() => drop(nothing(ui)),
        ([], _) => {}
        _ if clean => {}
        (_, []) => ui.help("scoresync push"),
        (_, [one]) => {
            let path = quoted(one.paths.code.as_str());
            ui.help(&format!("scoresync push {path}    # once you have edited what lies between the markers"));
        }
        _ => ui.help("scoresync push    # once you have edited what lies between the markers"),
    }
}

/// A person at the terminal, with their editor.
struct AtTerminal<'a> {
    ui: &'a Ui,
    editor: Option<&'a str>,
}

impl Person for AtTerminal<'_> {
    fn question_styler(&self) -> crate::cli::ui::Styler {
        self.ui.beside()
    }

    fn show(&mut self, text: &str) {
        self.ui.show(text);
    }

    fn ask(&mut self, question: &str) -> Option<String> {
        self.ui.ask(question)
    }

    fn edit(&mut self, document: &crate::model::RelPath, text: &str) -> Result<Option<String>, Problem> {
        crate::cli::editor::edited(self.editor, document, text)
    }
}
