//! `status`: how every selected score stands.

use crate::engine::error::Halt;
use crate::engine::observe::trees::observe;
use crate::engine::observe::types::{Depth, ObserveRequest};
use crate::engine::planned::{build_plan, build_report};
use crate::engine::report::{Outcome, Report, Verb, Warning};
use crate::engine::select::Targets;
use crate::engine::session::Session;
use crate::engine::verbs::status_ahead_behind::add_ahead_behind;
use crate::engine::verbs::status_cache::{still_clean, take_clean_snapshot};
use crate::engine::verbs::unfinished::unfinished;
use crate::plan::{Mode, Standing};

/// How every selected score stands. Writes nothing but the state's caches. Unless `every` score is asked for, clean
/// ones may be counted instead of listed.
pub async fn status(session: &mut Session, targets: &Targets, every: bool) -> Result<Report, Halt> {
    if !every && let Some(report) = still_clean(session, targets)? {
        return Ok(report);
    }
    let observation = observe(session, ObserveRequest::of(targets, Depth::Standings)).await?;
    let plan = build_plan(session, &observation, Mode::Pull { prune: false })?;
    let mut report = build_report(session, Verb::Status, &observation, &plan)?;
    for score in &mut report.scores {
        if score.standing != Standing::Broken && !matches!(score.outcome, Outcome::Conflict(_)) {
            score.outcome = Outcome::Untouched;
        }
    }
    report.warnings.extend(unfinished(session)?.into_iter().map(Warning::Unfinished));
    add_ahead_behind(session, &mut report).await?;
    take_clean_snapshot(session, targets, &observation, &report)?;
    Ok(report)
}
