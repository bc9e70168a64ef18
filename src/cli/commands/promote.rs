//! `promote`: shows what would change for the people who run a score, asks, and makes the version champion.

use crate::cli::app::App;
use crate::cli::args::Promote;
use crate::cli::error::Problem;
use crate::cli::exit::{Exit, of_failure};
use crate::cli::open_session::{Access, open};
use crate::cli::targets::targets;
use crate::cli::ui::Ui;
use crate::cli::{render, run};
use crate::engine::{Candidate, PromoteOptions, Promotion};

/// Promotes the candidates that are fit.
pub(super) fn run(app: &App, args: &Promote, ui: &mut Ui) -> Result<Exit, Problem> {
    let access = if args.dry_run { Access::Look } else { Access::Change };
    let mut opened = open(app, ui, "promote", access)?;
    let targets = targets(&opened.settings, &args.selection);
    let options = options(args);
    let stop = opened.session.stop_flag();
    let found = run::to_end(&stop, opened.session.candidates(&targets, &options));
    opened.bar.finish();
    let mut candidates = found??;
    let fit = candidates.iter().filter(|candidate| matches!(candidate.promotion, Promotion::Fit)).count();
    if !app.global.json && !app.global.quiet {
        ui.data(&render::promote::proposals(ui.styler, app.shown(&opened.settings.root.value), &candidates));
    }
    if fit > 0 && !args.dry_run {
        if !ui.confirm(&question(fit)) {
            return Err(Problem::new(Exit::Usage, "NOT_CONFIRMED", "not confirmed: nothing was done"));
        }
        run::to_end(&stop, opened.session.promote(&mut candidates))??;
    }
    let exit = exit(&candidates, args.dry_run);
    if app.global.json {
        let body = render::promote::fields(&candidates, args.dry_run, &opened.settings.root.value);
        ui.data(&render::json::document("promote", exit, body, None));
        return Ok(exit);
    }
    ui.data(&render::promote::results(ui.styler, &candidates, args.dry_run));
    let mut help: Vec<String> = candidates.iter().filter_map(render::promote::help).collect();
    help.dedup();
    help.iter().for_each(|help| ui.help(help));
    Ok(exit)
}

fn options(args: &Promote) -> PromoteOptions {
    PromoteOptions {
        version: args.version.clone(),
        back: args.undo,
        require_evaluation: args.require_evaluation,
        min_accuracy: args.min_accuracy,
        dry_run: args.dry_run,
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
    let ahead_behind = |candidate: &Candidate| match &candidate.promotion {
        Promotion::Done | Promotion::Already => Exit::Ok,
        Promotion::Fit if dry_run => Exit::Ok,
        Promotion::Fit => Exit::Interrupted,
        Promotion::Refused(_) | Promotion::Lost(_) => Exit::Failed,
        Promotion::Failed(failure) => of_failure(failure),
    };
    let all: Vec<Exit> = candidates.iter().map(ahead_behind).collect();
    let order = [Exit::Interrupted, Exit::Unauthorised, Exit::Failed, Exit::Unreachable];
    order.into_iter().find(|exit| all.contains(exit)).unwrap_or(Exit::Ok)
}
