//! `promote`: shows what would change for the people who run a score, asks, and makes the version champion.

use super::commit::commit_earlier;
use super::run_verb::recover_first;
use crate::cli::app::App;
use crate::cli::args::Selection;
use crate::cli::complete::VersionCompleter;
use crate::cli::error::{PUSH_EDITS, Problem, way_out};
use crate::cli::exit::{Exit, of_failure};
use crate::cli::links::Links;
use crate::cli::open_session::{Access, open};
use crate::cli::targets::targets;
use crate::cli::ui::Ui;
use crate::cli::{render, runtime};
use crate::engine::{
    Candidate, Candidates, NotPromotable, PromoteOptions, Promotion, Recovered, RecoveryOutcome, candidates, promote,
};
use crate::plan::Gate;
use crate::settings::{Settings, length_of_time};
use clap::Args;
use clap_complete::engine::ArgValueCompleter;
use std::time::Duration;

/// Make a version the champion, after showing what that changes
#[derive(Debug, Args)]
#[command(after_help = "\
If somebody else promotes first, nothing is changed, and you see who it was.

Examples:
  scoresync promote                                your drafts
  scoresync promote Tone --version 1a2b3c4d        any version of a score
  scoresync promote --min-accuracy 90              only what reached this
  scoresync promote Tone --undo                    back to the previous champion")]
pub struct PromoteArgs {
    /// Which scores.
    #[command(flatten)]
    pub selection: Selection,
    /// This version (id or the start of it) of the one score that is named, instead of its draft
    #[arg(long, value_name = "VERSION", add = ArgValueCompleter::new(VersionCompleter), conflicts_with = "undo")]
    pub version: Option<String>,
    /// Go back to the previous champion
    #[arg(long, requires = "targets")]
    pub undo: bool,
    /// Also promote what is worse than the champion or fails the rules of scoresync.yaml, and replace a champion that does not
    /// exist or belongs to another score
    #[arg(long)]
    pub force: bool,
    /// Refuse versions that were not evaluated
    #[arg(long)]
    pub require_evaluation: bool,
    /// Ignore evaluations over fewer items than this [default: 20]
    #[arg(long, value_name = "NUMBER", value_parser = clap::value_parser!(u64).range(1..))]
    pub min_items: Option<u64>,
    /// Refuse versions whose last evaluation has a lower accuracy, in percent
    #[arg(long, value_name = "PERCENT", value_parser = |text: &str| number(text, 0, 100))]
    pub min_accuracy: Option<f64>,
    /// Refuse versions whose last evaluation has a lower agreement beyond chance (Gwet's AC1, at most 1)
    #[arg(long, value_name = "AC1", value_parser = |text: &str| number(text, -1, 1))]
    pub min_ac1: Option<f64>,
    /// Refuse versions that are worse than the champion by more than this, or that were not evaluated over the same items
    #[arg(long, value_name = "POINTS", num_args = 0..=1, default_missing_value = "0", require_equals = true,
        value_parser = |text: &str| number(text, 0, 100))]
    pub no_regression: Option<f64>,
    /// Wait for running evaluations, at most this long: 30s, 10m, 2h
    #[arg(long, value_name = "TIME", num_args = 0..=1, default_missing_value = "10m", require_equals = false, value_parser = duration)]
    pub wait: Option<Duration>,
    /// Only show what would be done
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
    let options = options(args, &opened.settings);
    let cancellation = opened.session.cancellation();
    let mut finished = Vec::new();
    if !args.dry_run {
        finished = recover_first(ui, &mut opened)?;
        commit_earlier(ui, &mut opened.session, &opened.settings);
    }
    let found = runtime::block_on(&cancellation, candidates(&mut opened.session, &targets, &options));
    opened.progress.finish();
    let Candidates { all: mut candidates, edits_wait } = found??;
    let asked = candidates.len();
    candidates.retain(|candidate| !is_what_was_finished(candidate, &finished, args.undo));
    let is_all_done = candidates.is_empty() && asked > 0;
    if candidates.iter().any(is_fit) {
        let view = app.view(ui, &opened.settings);
        let shown = |candidate: &Candidate| render::promote::proposal(view, &app.clock(), candidate) + "\n";
        let asks = if args.dry_run { Ok(false) } else { ui.must_ask() };
        if let Ok(true) = asks {
            choose(ui, &mut candidates, shown)?;
        } else {
            if !app.global.json && !app.global.quiet {
                let all: String = candidates.iter().filter(|one| is_fit(one)).map(shown).collect();
                ui.data(&all);
            }
            asks?;
        }
    }
    if !args.dry_run && candidates.iter().any(is_fit) {
        let mut locked = opened.lock()?;
        let promoted = runtime::block_on(&cancellation, promote(&mut locked, &mut candidates));
        opened.progress.finish();
        promoted??;
    }
    let exit = exit(&candidates, args.dry_run);
    let problem = (exit == Exit::Interrupted).then(Problem::interrupted);
    if app.global.json {
        let links = Links::of(&opened.settings, &opened.session)?;
        let body = render::promote::fields(&candidates, args.dry_run, app.roots(&opened.settings), &links);
        ui.data(&render::json::document("promote", exit, body, problem.as_ref()));
        return Ok(exit);
    }
    let root = app.shown(&opened.settings.root.value);
    if !is_all_done {
        ui.data(&render::promote::results(app.view(ui, &opened.settings), &candidates, args.dry_run));
    }
    let mut help: Vec<String> = candidates.iter().filter_map(|candidate| way_out(root, candidate)).collect();
    help.extend((edits_wait && candidates.is_empty()).then(|| PUSH_EDITS.to_owned()));
    help.dedup();
    help.iter().for_each(|help| ui.help(help));
    problem.iter().for_each(|problem| ui.problem(problem));
    Ok(exit)
}

fn is_fit(candidate: &Candidate) -> bool {
    matches!(candidate.promotion, Promotion::Fit)
}

/// Shows each fit candidate and asks whether it is to be promoted; those that are not become `Declined`.
fn choose(ui: &mut Ui, candidates: &mut [Candidate], shown: impl Fn(&Candidate) -> String) -> Result<(), Problem> {
    let many = candidates.iter().filter(|one| is_fit(one)).count() > 1;
    if many {
        ui.show(&render::promote::list(ui.stderr_styler, candidates));
    }
    let mut for_the_rest = None;
    for candidate in candidates.iter_mut().filter(|one| is_fit(one)) {
        let answer = match for_the_rest {
            Some(answer) => answer,
            None => {
                ui.page(&shown(candidate));
                if many { ask_of_many(ui)? } else { ask_of_one(ui)? }
            }
        };
        if matches!(answer, PromoteAnswer::All | PromoteAnswer::Quit) {
            for_the_rest = Some(answer);
        }
        if matches!(answer, PromoteAnswer::No | PromoteAnswer::Quit) {
            candidate.promotion = Promotion::Declined;
        }
    }
    if candidates.iter().any(is_fit) { Ok(()) } else { Err(Problem::not_confirmed()) }
}

/// What a person says to one of several candidates.
#[derive(Clone, Copy, PartialEq, Eq)]
enum PromoteAnswer {
    Yes,
    No,
    /// Yes to this one and the rest.
    All,
    /// No to this one and the rest.
    Quit,
}

fn ask_of_one(ui: &Ui) -> Result<PromoteAnswer, Problem> {
    Ok(if ui.agrees("Make this version the champion? [y/N] ")? { PromoteAnswer::Yes } else { PromoteAnswer::No })
}

fn ask_of_many(ui: &Ui) -> Result<PromoteAnswer, Problem> {
    loop {
        let answer = ui.ask("Make this version the champion? [y]es, [n]o, [a]ll the rest too, [q]uit ")?;
        match answer.as_deref() {
            Some("y" | "yes") => return Ok(PromoteAnswer::Yes),
            Some("n" | "no" | "") => return Ok(PromoteAnswer::No),
            Some("a" | "all") => return Ok(PromoteAnswer::All),
            Some("q" | "quit") | None => return Ok(PromoteAnswer::Quit),
            Some(_) => {}
        }
    }
}

fn options(args: &PromoteArgs, settings: &Settings) -> PromoteOptions {
    let asked = Gate {
        require_evaluation: args.require_evaluation,
        min_items: args.min_items,
        min_accuracy: args.min_accuracy,
        min_ac1: args.min_ac1,
        no_regression: args.no_regression,
        not_worse: false,
    };
    // Going back must be possible whatever was measured.
    let settled = Gate { not_worse: true, ..settings.gate.value };
    PromoteOptions {
        version: args.version.clone(),
        back: args.undo,
        force: args.force,
        gate: if args.force || args.undo { asked } else { asked.and(settled) },
        wait: args.wait,
    }
}

/// What the settings take as well.
fn number(text: &str, lowest: i8, highest: i8) -> Result<f64, String> {
    let number = text.parse().ok().filter(|number| (f64::from(lowest)..=f64::from(highest)).contains(number));
    number.ok_or_else(|| format!("a number from {lowest} to {highest} is expected"))
}

/// A length of time with its unit.
fn duration(text: &str) -> Result<Duration, String> {
    let units = [("s", 1_000), ("m", 60_000), ("h", 3_600_000)];
    length_of_time(text, &units).ok_or_else(|| "a time such as 30s, 10m or 2h is expected".to_owned())
}

/// An earlier run of this command had begun just that, and it is done: an undo would turn it round again, and no draft is left to
/// promote.
fn is_what_was_finished(candidate: &Candidate, finished: &[Recovered], undo: bool) -> bool {
    let outcome = finished.iter().find_map(|recovered| match recovered {
        Recovered::Operation(operation) if operation.score == candidate.score => Some(operation.outcome),
        _ => None,
    });
    match outcome {
        Some(RecoveryOutcome::TakenBack) => undo,
        Some(RecoveryOutcome::Promoted) => !undo && matches!(candidate.promotion, Promotion::Refused(NotPromotable::NoDraft)),
        _ => false,
    }
}

/// A candidate that is still fit after the run was not reached.
fn exit(candidates: &[Candidate], dry_run: bool) -> Exit {
    let exit_of = |candidate: &Candidate| match &candidate.promotion {
        Promotion::Done | Promotion::Already | Promotion::Declined => Exit::Ok,
        Promotion::Fit if dry_run => Exit::Ok,
        Promotion::Fit => Exit::Interrupted,
        Promotion::Refused(_) | Promotion::Lost(_) => Exit::Failed,
        Promotion::Failed(failure) => of_failure(failure),
    };
    let all: Vec<Exit> = candidates.iter().map(exit_of).collect();
    let order = [Exit::Interrupted, Exit::Unauthorised, Exit::Failed, Exit::Unreachable];
    order.into_iter().find(|exit| all.contains(exit)).unwrap_or(Exit::Ok)
}
