//! How scores stand, for everything that tells of it: `status`, `show`, `log` and `eval` say the same of one score.

use crate::engine::error::Halt;
use crate::engine::observe::types::Observation;
use crate::engine::planned::{build_report, standing_plan};
use crate::engine::report::{Outcome, Report, ScoreReport, Verb};
use crate::engine::session::Session;
use crate::plan::Standing;

/// The scores among what is selected: nothing is evaluated, answers or runs but scores.
///
/// # Errors
/// [`Halt::NoScore`] where only standalone documents are selected.
pub(in crate::engine) fn only_scores(mut reports: Vec<ScoreReport>) -> Result<Vec<ScoreReport>, Halt> {
    let kind = reports.first().map(|report| report.paths.kind());
    reports.retain(|report| !report.paths.kind().is_standalone());
    match kind {
        Some(kind) if reports.is_empty() => Err(Halt::NoScore(kind)),
        _ => Ok(reports),
    }
}

/// The report of a status. No guard is asked, because nothing is about to be done.
pub(in crate::engine) fn standings(session: &Session, observation: &Observation) -> Result<Report, Halt> {
    let mut report = build_report(session, Verb::Status, observation, &standing_plan(observation))?;
    for score in &mut report.scores {
        if score.standing != Standing::Broken && !matches!(score.outcome, Outcome::Conflict(_)) {
            score.outcome = Outcome::Untouched;
        }
    }
    Ok(report)
}
