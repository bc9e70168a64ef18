//! `status`: how every selected score stands.

use crate::engine::error::Halt;
use crate::engine::observe::foreign::foreign;
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
/// ones may be counted instead of listed. Drafts of others are told as they were last heard of.
pub async fn status(session: &mut Session, targets: &Targets, every: bool) -> Result<Report, Halt> {
    status_and_drafts(session, targets, every, 0).await
}

/// The same, asking for drafts of others if no more than `most` scores are selected: a request for every fifty of them.
pub async fn status_and_drafts(session: &mut Session, targets: &Targets, every: bool, most: usize) -> Result<Report, Halt> {
    if !every && let Some(report) = still_clean(session, targets)? {
        return Ok(report);
    }
    let observation = observe(session, ObserveRequest::of(targets, Depth::Standings)).await?;
    ask_guards(session, &observation)?;
    let mut report = standings(session, &observation)?;
    if *targets == Targets::default() {
        let (folders, files) = foreign(session, &observation);
        report.foreign = folders;
        report.unknown.extend(files);
    }
    report.warnings.extend(unfinished(session)?.into_iter().map(Warning::Unfinished));
    let asks = report.scores.len() <= most;
    add_ahead_behind(session, &mut report, asks).await?;
    take_clean_snapshot(session, targets, &observation, &report)?;
    Ok(report)
}
