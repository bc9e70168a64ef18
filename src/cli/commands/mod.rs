//! One file per command: from its arguments to a session's verb, and from the result to the terminal.

mod blame;
mod check;
mod commit;
mod completions;
mod demo;
mod diff;
mod doctor;
mod hook;
mod hook_push;
mod init;
mod init_editor;
mod log;
mod man;
mod new;
mod path;
mod promote;
mod resolve;
mod restore;
mod serve;
mod show;
mod sync;
mod watch;

use super::app::App;
use super::args::Command;
use super::error::{Problem, explanation, plain, quoted};
use super::exit::{self, Exit};
use super::render;
use super::ui::Ui;
use crate::engine::{Report, ScoreReport, Verb};
use crate::settings::Settings;
use std::collections::BTreeSet;
use std::path::Path;

/// Most commands that get out of something that are named after a report.
const MOST_HELP: usize = 5;

/// Does what was typed.
pub fn run(app: &App, command: Command, ui: &mut Ui) -> Result<Exit, Problem> {
    match command {
        Command::Init(args) => init::run(app, &args, ui),
        Command::Status(args) => sync::status(app, &args, ui),
        Command::Diff(args) => diff::run(app, &args, ui),
        Command::Pull(args) => sync::pull(app, &args, ui),
        Command::Push(args) => sync::push(app, &args, ui),
        Command::Sync(args) => sync::sync(app, &args, ui),
        Command::Watch(args) => watch::run(app, &args, ui),
        Command::Resolve(args) => resolve::run(app, &args, ui),
        Command::Promote(args) => promote::run(app, &args, ui),
        Command::Restore(args) => restore::restore(app, &args, ui),
        Command::Undo(args) => restore::undo(app, &args, ui),
        Command::New(args) => new::run(app, &args, ui),
        Command::Log(args) => log::run(app, &args, ui),
        Command::Show(args) => show::run(app, &args, ui),
        Command::Blame(args) => blame::run(app, &args, ui),
        Command::Path(args) => path::run(app, &args, ui),
        Command::Hook(args) => hook::run(app, &args.action, ui),
        Command::Check(args) => check::check(app, &args, ui),
        Command::Schema => Ok(check::print_schema(ui)),
        Command::Serve(args) => serve::run(app, &args, ui),
        Command::Demo(args) => demo::run(app, &args, ui),
        Command::Doctor => doctor::run(app, ui),
        Command::Completions(args) => completions::run(&args, ui),
        Command::Man(args) => man::run(app, &args, ui),
    }
}

/// The name of a command, for JSON.
pub fn name(command: &Command) -> &'static str {
    match command {
        Command::Init(_) => "init",
        Command::Status(_) => "status",
        Command::Diff(_) => "diff",
        Command::Pull(_) => "pull",
        Command::Push(_) => "push",
        Command::Sync(_) => "sync",
        Command::Watch(_) => "watch",
        Command::Resolve(_) => "resolve",
        Command::Promote(_) => "promote",
        Command::Restore(_) => "restore",
        Command::Undo(_) => "undo",
        Command::New(_) => "new",
        Command::Log(_) => "log",
        Command::Show(_) => "show",
        Command::Blame(_) => "blame",
        Command::Path(_) => "path",
        Command::Hook(_) => "hook",
        Command::Check(_) => "check",
        Command::Schema => "schema",
        Command::Serve(_) => "serve",
        Command::Demo(_) => "demo",
        Command::Doctor => "doctor",
        Command::Completions(_) => "completions",
        Command::Man(_) => "man",
    }
}

/// What could not be read: the run was about less than it seems.
fn unreadable(ui: &Ui, sentences: &[String]) {
    let problem = |message: &str| ui.problem(&Problem::new(Exit::Failed, "UNREADABLE", plain(message)));
    sentences.iter().take(MOST_HELP).for_each(|sentence| problem(sentence));
    if sentences.len() > MOST_HELP {
        problem(&format!("the same for {} more; --json lists all", sentences.len() - MOST_HELP));
    }
}

/// The command that gives a file, or a folder, which a person seems to have renamed, its name back; it overwrites nothing.
fn way_back(root: &Path, score: &ScoreReport) -> Option<String> {
    let renamed = score.renamed.as_ref()?;
    let shown = |path: &str| quoted(&root.join(path).display().to_string()).into_owned();
    let back = |from: &str, to: &str| format!("mv -n {} {}", shown(from), shown(to));
    let why = "files are named after scores: to rename one, rename it in Plexus";
    let (to, from) = (&score.paths, &renamed.to);
    if renamed.whole_folder {
        return Some(format!("{}    # {why}", back(from.folder(), to.code.folder())));
    }
    let code = back(from.as_str(), to.code.as_str());
    let guidelines = renamed.guidelines.as_ref().map(|from| format!(" && {}", back(from.as_str(), to.guidelines.as_str())));
    Some(format!("{code}{}    # {why}", guidelines.unwrap_or_default()))
}

/// Prints a report as text or JSON; how the run ends.
fn print(app: &App, ui: &mut Ui, settings: &Settings, command: &str, report: &Report, exit_code: bool) -> Exit {
    let exit = exit::of_report(report, exit_code);
    if app.global.json {
        ui.data(&render::json::document(command, exit, render::json::report(report, &settings.root.value), None));
        return exit;
    }
    report.finished.iter().for_each(|finished| ui.note(render::finished(finished)));
    report.warnings.iter().for_each(|warning| ui.warning(warning));
    ui.data(&render::report(app.view(ui), &app.clock(), report));
    unreadable(ui, &report.unreadable);
    let mut help: Vec<String> = report.scores.iter().filter_map(|score| explanation(score)?.help).collect();
    help.dedup();
    help.iter().take(MOST_HELP).for_each(|help| ui.help(help));
    if help.len() > MOST_HELP {
        ui.help(&format!("the same for {} more", help.len() - MOST_HELP));
    }
    let root = app.shown(&settings.root.value);
    let ways_back: BTreeSet<String> = report.scores.iter().filter_map(|score| way_back(root, score)).collect();
    ways_back.iter().for_each(|help| ui.help(help));
    let is_forked = |score: &&ScoreReport| score.ahead_behind.as_ref().is_some_and(|ahead_behind| !ahead_behind.forks.is_empty());
    if let Some(score) = report.scores.iter().find(is_forked) {
        ui.help(&format!("scoresync log {}    # who made what from what", quoted(score.paths.code.as_str())));
    }
    if report.verb == Verb::Status && !report.legacy.is_empty() {
        ui.help("scoresync pull --move-legacy    # moves them");
    }
    if report.interrupted {
        ui.problem(&Problem::interrupted());
    }
    exit
}
