//! `pull`: champions into files.

use crate::engine::error::Halt;
use crate::engine::execute::files::PullRun;
use crate::engine::execute::recover::recover;
use crate::engine::locked::Locked;
use crate::engine::observe::trees::observe;
use crate::engine::observe::types::ObserveRequest;
use crate::engine::planned::{build_plan, build_report};
use crate::engine::report::{Report, Verb};
use crate::engine::select::Targets;
use crate::engine::session::{PullOptions, Session};
use crate::engine::verbs::move_legacy::{LegacyMoves, legacy_moves, move_legacy};
use crate::model::Catalog;
use crate::plan::Mode;
use crate::state::RunKind;

/// Takes what the dashboard has into the files.
///
/// # Errors
/// The run stopped before it touched anything, or the state cannot be written; what failed for one score is in the report.
pub async fn pull(session: &mut Locked<'_>, targets: &Targets, options: PullOptions) -> Result<Report, Halt> {
    let recovered = recover(session).await?;
    let (report, _) = pull_requested(session, ObserveRequest::contents(targets), options).await?;
    Ok(Report { recovered, ..report })
}

/// What [`pull`] would do. Writes nothing but the state's caches.
///
/// # Errors
/// As [`pull`].
pub async fn pull_preview(session: &mut Session, targets: &Targets, options: PullOptions) -> Result<Report, Halt> {
    Ok(preview_requested(session, ObserveRequest::contents(targets), options).await?.0)
}

/// [`pull`] without recovery; gives the catalog back that was read.
pub(in crate::engine) async fn pull_requested(
    session: &mut Locked<'_>,
    request: ObserveRequest<'_>,
    options: PullOptions,
) -> Result<(Report, Catalog), Halt> {
    let targets = request.targets;
    let mut observation = observe(session, request).await?;
    let mut moves = LegacyMoves::default();
    if options.move_legacy {
        moves = move_legacy(session, &observation);
        if !moves.moved.is_empty() {
            observation = observe(session, ObserveRequest::contents(targets)).await?;
        }
    }
    let plan = build_plan(session, &observation, Mode::Pull { prune: options.prune })?;
    let mut report = moves.told_in(build_report(session, Verb::Pull, &observation, &plan)?);
    let mut run = PullRun::new(RunKind::Pull);
    let outcomes = run.execute(session, &observation, &plan, &report).await?;
    run.end(session)?;
    report.settle(outcomes);
    Ok((report, observation.catalog))
}

/// [`pull_preview`]; gives the catalog back that was read.
pub(in crate::engine) async fn preview_requested(
    session: &mut Session,
    request: ObserveRequest<'_>,
    options: PullOptions,
) -> Result<(Report, Catalog), Halt> {
    let observation = observe(session, request).await?;
    let moves = if options.move_legacy { legacy_moves(&observation) } else { LegacyMoves::default() };
    let plan = build_plan(session, &observation, Mode::Pull { prune: options.prune })?;
    let report = moves.told_in(build_report(session, Verb::Pull, &observation, &plan)?);
    Ok((Report { dry_run: true, ..report }, observation.catalog))
}
