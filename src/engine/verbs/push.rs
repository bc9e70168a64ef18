//! `push`: edits into versions.

use crate::engine::error::Halt;
use crate::engine::execute::provenance::{Provenance, provenance};
use crate::engine::execute::recover::recover;
use crate::engine::execute::run_task::{RunScores, shown_as_task};
use crate::engine::execute::versions::execute_push;
use crate::engine::locked::Locked;
use crate::engine::observe::trees::observe;
use crate::engine::observe::types::{Observation, ObserveRequest};
use crate::engine::planned::{build_plan, build_report};
use crate::engine::report::{Action, GitGap, Outcome, Report, Verb};
use crate::engine::select::Targets;
use crate::engine::session::{PushOptions, Session};
use crate::model::{Changes, ScoreId, SyncKind};
use crate::plan::{Mode, Operation, Plan, ScorePlan, Step};
use crate::remote::RunEnd;
use std::collections::BTreeMap;

/// Gives the dashboard what the files have, as new versions.
///
/// # Errors
/// Offline; the run stopped before it touched anything, or the state cannot be written; what failed for one score is in the report.
pub async fn push(session: &mut Locked<'_>, targets: &Targets, options: &PushOptions) -> Result<Report, Halt> {
    session.require_remote()?;
    let recovered = recover(session).await?;
    Ok(Report { recovered, ..push_requested(session, ObserveRequest::contents(targets), options).await? })
}

/// What [`push`] would do. Writes nothing but the state's caches.
///
/// # Errors
/// As [`push`].
pub async fn push_preview(session: &mut Session, targets: &Targets, options: &PushOptions) -> Result<Report, Halt> {
    preview_requested(session, ObserveRequest::contents(targets), options).await
}

/// [`push`] without recovery.
pub(in crate::engine) async fn push_requested(
    session: &mut Locked<'_>,
    request: ObserveRequest<'_>,
    options: &PushOptions,
) -> Result<Report, Halt> {
    let observation = observe(session, request.for_push(options.reformat)).await?;
    push_observed(session, &observation, options, None).await
}

/// [`push_preview`] with what was read already.
pub(in crate::engine) async fn preview_requested(
    session: &mut Session,
    request: ObserveRequest<'_>,
    options: &PushOptions,
) -> Result<Report, Halt> {
    let observation = observe(session, request.for_push(options.reformat)).await?;
    let plan = build_plan(session, &observation, Mode::Push { reformat: options.reformat, promote: options.promote })?;
    let mut report = build_report(session, Verb::Push, &observation, &plan)?;
    report.dry_run = true;
    if options.promote {
        plan_promotions(&mut report);
    }
    Ok(report)
}

/// Drafts would become champion too: what is pushed, and what waits, also where a base is recorded of it first.
fn plan_promotions(report: &mut Report) {
    for score in &mut report.scores {
        let waits = score.standing.is_draft(score.found.as_deref());
        let version = match (&mut score.outcome, &score.base) {
            (Outcome::Planned(Action::Pushed { promoted, .. }), _) => {
                *promoted = true;
                continue;
            }
            (Outcome::Planned(Action::Recorded { version }), _) if waits => version.clone(),
            (Outcome::Untouched, Some(version)) if waits => version.clone(),
            _ => continue,
        };
        let promotion = Action::Pushed { version, changes: Changes::default(), existed: true, promoted: true };
        score.outcome = Outcome::Planned(promotion);
    }
}

/// Plans and carries out a push. Git is asked where the versions come from, unless `known` says it.
pub(in crate::engine) async fn push_observed(
    session: &mut Locked<'_>,
    observation: &Observation,
    options: &PushOptions,
    known: Option<Provenance>,
) -> Result<Report, Halt> {
    let plan = build_plan(session, observation, Mode::Push { reformat: options.reformat, promote: options.promote })?;
    let mut report = build_report(session, Verb::Push, observation, &plan)?;
    let (provenance, warning) = known.map_or_else(|| provenance(session, observation, &plan), |known| (known, None));
    // Whoever was told that git could not be asked need not hear it twice.
    report.warnings.extend(warning.filter(|_| !matches!(observation.git.gap, Some(GitGap::NotAsked(_)))));
    let scores = scores_of_push(&plan, options.promote);
    let execute = async |session: &mut Locked<'_>| execute_push(session, observation, &plan, &report, options, &provenance).await;
    let outcomes = shown_as_task(session, &scores, execute, |outcomes| end_of_push(&plan, &scores, outcomes)).await?;
    if options.promote {
        plan_promotions(&mut report);
    }
    report.settle(outcomes);
    Ok(report)
}

/// What a push has planned to do at the dashboard.
fn scores_of_push(plan: &Plan, promote: bool) -> RunScores {
    let creates = |operation: &Operation| matches!(operation, Operation::Create { .. });
    let has_draft = |id: &ScoreId, plan: &ScorePlan| {
        let drafts =
            matches!(&plan.step, Step::Do(Operation::Create { .. } | Operation::Reuse { .. })) && SyncKind::of(id).has_drafts();
        drafts || plan.standing.is_draft(plan.found.as_ref())
    };
    let pushed = plan.operations().filter(|(_, operation)| creates(operation)).map(|(id, _)| id.clone());
    let promoted = plan.scores.iter().filter(|(id, plan)| promote && has_draft(id, plan)).map(|(id, _)| id.clone());
    RunScores { pushed: pushed.collect(), promoted: promoted.collect() }
}

/// How a push ended that was to do this: refused is also what could not be planned.
fn end_of_push(plan: &Plan, scores: &RunScores, outcomes: &BTreeMap<ScoreId, Outcome>) -> RunEnd {
    let is_refused = |plan: &&ScorePlan| matches!(plan.step, Step::Refuse(_) | Step::Problem(_));
    let mut refused = plan.scores.values().filter(is_refused).count();
    let (all, mut done) = (scores.all(), 0);
    let of = all.len() + refused;
    for score in all {
        match outcomes.get(score) {
            Some(Outcome::Failed(_)) => refused += 1,
            Some(Outcome::Done(Action::Pushed { promoted: false, .. })) if scores.promoted.contains(score) => {}
            Some(_) => done += 1,
            None => {}
        }
    }
    RunEnd::of(done, refused, of)
}
