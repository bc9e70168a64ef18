//! What several commands print: a report with the commands that get out, and what could not be read.

use crate::cli::app::App;
use crate::cli::error::{Problem, next_command, rename_back, to_resolve, warning};
use crate::cli::exit::{self, Exit};
use crate::cli::render::{self, restore::Telling};
use crate::cli::roots::typed;
use crate::cli::text::plain;
use crate::cli::ui::Ui;
use crate::engine::{Report, RestoreOutcome, RestoreReport, RestoredFile, ScoreReport, Verb, Warning};
use crate::model::VersionId;
use crate::plan::Standing;
use crate::settings::Settings;
use std::collections::BTreeSet;
use std::path::Path;

/// The most commands that get out of something that are named after a report.
const MAX_HELP: usize = 5;

/// Prints a report as text or JSON; how the run ends.
pub fn print_report(app: &App, ui: &mut Ui, settings: &Settings, command: &str, report: &Report, exit_code: bool) -> Exit {
    let exit = exit::of_report(report, exit_code);
    let root = &settings.root.value;
    if app.global.json {
        let problem = report.interrupted.then(Problem::interrupted);
        ui.data(&render::json::document(command, exit, render::json::report(report, app.roots(settings)), problem.as_ref()));
        return exit;
    }
    report.recovered.iter().for_each(|recovered| ui.note(render::recovered(recovered)));
    let told = report.warnings.iter().filter(|noticed| is_told(app, report, noticed));
    told.for_each(|noticed| ui.warning(&warning(app.shown(root), noticed)));
    let text = render::report(app.view(ui, settings), &app.clock(), report);
    if report.verb == Verb::Status {
        ui.page(&text)
    } else {
        ui.data(&text)
    }
    print_unreadable(ui, &report.unreadable);
    print_ways_out(ui, app.shown(root), report);
    if report.interrupted {
        ui.problem(&Problem::interrupted());
    }
    exit
}

/// That names were told apart is said when files first get such a name, by `doctor`, and with `--verbose`.
fn is_told(app: &App, report: &Report, warning: &Warning) -> bool {
    let is_new = |score: &ScoreReport| score.standing == Standing::NotPulled || score.moved_from.is_some();
    !matches!(warning, Warning::SharedName(_)) || app.global.verbose > 0 || report.scores.iter().any(is_new)
}

/// The commands that get out of what a report tells.
fn print_ways_out(ui: &Ui, root: &Path, report: &Report) {
    // A status names one command for all conflicts.
    let is_told =
        |score: &ScoreReport, help: &String| report.verb == Verb::Status && *help == to_resolve(&typed(root, &score.paths.code));
    let help = |score: &ScoreReport| next_command(score, root).filter(|help| !is_told(score, help));
    let mut help: Vec<String> = report.scores.iter().filter_map(help).collect();
    help.dedup();
    help.iter().take(MAX_HELP).for_each(|help| ui.help(help));
    if help.len() > MAX_HELP {
        ui.help(&format!("the same for {} more", help.len() - MAX_HELP));
    }
    let renamed = |score: &ScoreReport| Some(rename_back(root, &score.paths.code, score.renamed.as_deref()?));
    let renames: BTreeSet<String> = report.scores.iter().filter_map(renamed).collect();
    renames.iter().for_each(|help| ui.help(help));
    let is_forked = |score: &&ScoreReport| score.ahead_behind.as_ref().is_some_and(|ahead_behind| !ahead_behind.forks.is_empty());
    if let Some(score) = report.scores.iter().find(is_forked) {
        ui.help(&format!("scoresync log {}    # who made what from what", typed(root, &score.paths.code)));
    }
    if report.verb == Verb::Status
        && let Some((score, draft)) = report.scores.iter().find_map(newest_draft)
    {
        let path = typed(root, &score.paths.code);
        ui.help(&format!("scoresync diff {path} --version {}    # pull --version takes it into your files", draft.short()));
    }
    if report.verb == Verb::Status && !report.legacy.is_empty() {
        ui.help("scoresync pull --move-legacy    # moves those that nothing is in the way of");
    }
}

fn newest_draft(score: &ScoreReport) -> Option<(&ScoreReport, &VersionId)> {
    Some((score, &score.drafts.as_ref()?.versions.first()?.id))
}

/// Prints what could not be read: the run was about less than it seems.
pub fn print_unreadable(ui: &Ui, sentences: &[String]) {
    let problem = |message: &str| {
        let problem = Problem::new(Exit::Failed, "UNREADABLE", plain(message));
        ui.problem(&problem.help("fix the file; if it is the dashboard, run this again later, or: scoresync doctor"));
    };
    sentences.iter().take(MAX_HELP).for_each(|sentence| problem(sentence));
    if sentences.len() > MAX_HELP {
        problem(&format!("the same for {} more; --json lists all", sentences.len() - MAX_HELP));
    }
}

/// Prints which files came back, as text or JSON; how the run ends.
pub fn print_restored(
    app: &App,
    ui: &mut Ui,
    settings: &Settings,
    command: &str,
    restored: &RestoreReport,
    dry_run: bool,
) -> Exit {
    let exit = if restored.files.iter().any(|file| !file.outcome.is_done()) { Exit::Failed } else { Exit::Ok };
    if app.global.json {
        ui.data(&render::json::document(command, exit, render::restore::fields(restored, dry_run, &settings.root.value), None));
        return exit;
    }
    let told = if dry_run { Telling::DryRun } else { Telling::Afterwards };
    restored.recovered.iter().for_each(|recovered| ui.note(render::recovered_run(recovered)));
    ui.data(&render::restore::text(app.view(ui, settings), &app.clock(), restored, told));
    if restored.files.iter().any(|file| matches!(file.outcome, RestoreOutcome::Edited)) {
        ui.help("scoresync restore --list    # to bring back single files");
    }
    // What an undo leaves to another score is that one's for good.
    if restored.undone.is_none() && restored.files.iter().any(|file| matches!(file.outcome, RestoreOutcome::Taken)) {
        ui.help("scoresync status    # what is in the way, and what moves it");
    }
    let root = app.shown(&settings.root.value);
    let mut help: Vec<String> = restored.files.iter().filter_map(|file| kept_elsewhere(root, file)).collect();
    help.dedup();
    help.iter().take(MAX_HELP).for_each(|help| ui.help(help));
    exit
}

/// Where a text can be had of which no copy is kept.
fn kept_elsewhere(root: &Path, file: &RestoredFile) -> Option<String> {
    let RestoreOutcome::NotKept(base) = &file.outcome else { return None };
    Some(match base {
        Some(base) => {
            format!("scoresync restore {} --version {}    # as it was before your edits", typed(root, &file.path), base.short())
        }
        None => "scoresync restore TARGET --version VERSION    # any version of a score".to_owned(),
    })
}
