//! How scores stand, for everything that tells of it: `status`, `show`, `log` and `eval` say the same of one score.

use crate::engine::error::Halt;
use crate::engine::observe::types::Observation;
use crate::engine::planned::{build_report, standing_plan};
use crate::engine::report::{Outcome, Report, Verb};
use crate::engine::session::Session;
use crate::plan::Standing;

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
