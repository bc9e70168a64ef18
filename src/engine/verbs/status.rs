//! `status`: how every selected score stands.

use crate::engine::error::Halt;
use crate::engine::observe::trees::observe;
use crate::engine::observe::types::{Depth, ObserveRequest};
use crate::engine::planned::ask_guards;
use crate::engine::report::{Report, Warning};
use crate::engine::select::Targets;
use crate::engine::session::Session;
use crate::engine::verbs::standings::standings;
use crate::engine::verbs::status_ahead_behind::add_ahead_behind;
use crate::engine::verbs::status_cache::{still_clean, take_clean_snapshot};
use crate::engine::verbs::unfinished::unfinished;

/// How every selected score stands. Writes nothing but the state's caches. Unless `every` score is asked for, clean
/// ones may be counted instead of listed.
pub async fn status(session: &mut Session, targets: &Targets, every: bool) -> Result<Report, Halt> {
    if !every && let Some(report) = still_clean(session, targets)? {
        return Ok(report);
    }
    let observation = observe(session, ObserveRequest::of(targets, Depth::Standings)).await?;
    ask_guards(session, &observation)?;
    let mut report = standings(session, &observation)?;
    report.warnings.extend(unfinished(session)?.into_iter().map(Warning::Unfinished));
    add_ahead_behind(session, &mut report).await?;
    take_clean_snapshot(session, targets, &observation, &report)?;
    Ok(report)
}
