//! `promote`: shows what would change for the people who run a score, asks, and makes the version champion.

use super::commit::commit_earlier;
use super::run_verb::recover_first;
use crate::cli::app::App;
use crate::cli::args::Selection;
use crate::cli::error::{Problem, way_out};
use crate::cli::exit::{Exit, of_failure};
use crate::cli::open_session::{Access, open};
use crate::cli::targets::targets;
use crate::cli::ui::Ui;
use crate::cli::{render, runtime};
use crate::engine::{Candidate, PromoteOptions, Promotion, candidates, promote};
use clap::Args;

/// Make a version the champion, after showing what that changes
#[derive(Debug, Args)]
#[command(after_help = "\
The champion must still be the one that was shown: of two who promote at once, one is told who was first.

Examples:
  scoresync promote                                your drafts
  scoresync promote Tone --version 1a2b3c4d        any version of a score
  scoresync promote --min-accuracy 90              only what was evaluated, and reached this
  scoresync promote Tone --undo                    the champion before this one again")]
pub struct PromoteArgs {
    /// Which scores.
    #[command(flatten)]
    pub selection: Selection,
    /// This version (id or the start of it) of the one score that is named, instead of its draft
    #[arg(long, value_name = "VERSION", conflicts_with = "undo")]
    pub version: Option<String>,
    /// Go back to the champion before this one
    #[arg(long, requires = "targets")]
    pub undo: bool,
    /// Also replace a champion that does not exist or belongs to another score
    #[arg(long)]
    pub force: bool,
    /// Refuse versions that were not evaluated
    #[arg(long)]
    pub require_evaluation: bool,
    /// Refuse versions whose last evaluation has a lower accuracy, in percent
    #[arg(long, value_name = "PERCENT")]
    pub min_accuracy: Option<f64>,
    /// Only say what would be done
    #[arg(short = 'n', long)]
    pub dry_run: bool,
}

/// Promotes the candidates that are fit.
///
/// # Errors
/// The dashboard cannot be asked, nothing matches what is named, or the answer is no.
pub fn run(app: &App, args: &PromoteArgs, ui: &mut Ui) -> Result<Exit, Problem> {
    let mut opened = open(app, ui, "promote", Access::Dashboard)?;
    let targets = targets(&opened.settings, &args.selection);
    let options = options(args);
    let cancellation = opened.session.cancellation();
    if !args.dry_run {
        recover_first(ui, &mut opened)?;
        commit_earlier(ui, &mut opened.session, &opened.settings);
    }
    let found = runtime::block_on(&cancellation, candidates(&mut opened.session, &targets, &options));
    opened.progress.finish();
    let mut candidates = found??;
    let fit = candidates.iter().filter(|candidate| matches!(candidate.promotion, Promotion::Fit)).count();
    if !app.global.json && !app.global.quiet {
        ui.data(&render::promote::proposals(ui.styler, app.shown(&opened.settings.root.value), &candidates));
    }
    if fit > 0 && !args.dry_run {
        ui.confirm(&question(fit))?;
        let mut locked = opened.lock()?;
        runtime::block_on(&cancellation, promote(&mut locked, &mut candidates))??;
    }
    let exit = exit(&candidates, args.dry_run);
    if app.global.json {
        let body = render::promote::fields(&candidates, args.dry_run, &opened.settings.root.value);
        ui.data(&render::json::document("promote", exit, body, None));
        return Ok(exit);
    }
    let root = app.shown(&opened.settings.root.value);
    ui.data(&render::promote::results(ui.styler, root, &candidates, args.dry_run));
    let mut help: Vec<String> = candidates.iter().filter_map(|candidate| way_out(root, candidate)).collect();
    help.dedup();
    help.iter().for_each(|help| ui.help(help));
    Ok(exit)
}

fn options(args: &PromoteArgs) -> PromoteOptions {
    PromoteOptions {
        version: args.version.clone(),
        back: args.undo,
        force: args.force,
        require_evaluation: args.require_evaluation,
        min_accuracy: args.min_accuracy,
    }
}

fn question(fit: usize) -> String {
    match fit {
        1 => "Make this version the champion?".to_owned(),
        many => format!("Make these {many} versions the champions?"),
    }
}

/// A candidate that is still fit after the run was not reached.
fn exit(candidates: &[Candidate], dry_run: bool) -> Exit {
    let exit_of = |candidate: &Candidate| match &candidate.promotion {
        Promotion::Done | Promotion::Already => Exit::Ok,
        Promotion::Fit if dry_run => Exit::Ok,
        Promotion::Fit => Exit::Interrupted,
        Promotion::Refused(_) | Promotion::Lost(_) => Exit::Failed,
        Promotion::Failed(failure) => of_failure(failure),
    };
    let all: Vec<Exit> = candidates.iter().map(exit_of).collect();
    let order = [Exit::Interrupted, Exit::Unauthorised, Exit::Failed, Exit::Unreachable];
    order.into_iter().find(|exit| all.contains(exit)).unwrap_or(Exit::Ok)
}
