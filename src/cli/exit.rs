//! Exit codes, and which one a report means.

use crate::engine::{Failure, Outcome, Report, Verb};
use crate::plan::Standing;
use crate::remote::RemoteError;
use std::process::ExitCode;

/// How a run ends. The numbers are a promise to scripts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub enum Exit {
    /// All well.
    Ok = 0,
    /// There are differences, and `--exit-code` asked.
    Differences = 1,
    /// Usage or settings.
    Usage = 2,
    /// A conflict needs a person.
    Conflict = 3,
    /// Not authorised.
    Unauthorised = 4,
    /// Unreachable or throttled; safe to run again.
    Unreachable = 5,
    /// Some scores failed.
    Failed = 6,
    /// Refused by a guard; nothing was touched.
    Guard = 7,
    /// Ctrl-C.
    Interrupted = 130,
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        Self::from(exit as u8)
    }
}

/// The exit code of a report. What a person must decide comes before what failed, and what failed for good before what
/// may succeed on the next try. A conflict or a refusal fails a run that tried to change something; a status only mentions it.
pub fn of_report(report: &Report, exit_code_asked: bool) -> Exit {
    let mut found = [false; 4];
    for score in &report.scores {
        match &score.outcome {
            Outcome::Conflict(_) => found[0] |= report.verb != Verb::Status,
            Outcome::Failed(failure) => match of_failure(failure) {
                Exit::Unauthorised => found[1] = true,
                Exit::Unreachable => found[3] = true,
                _ => found[2] = true,
            },
            Outcome::Refused(_) => found[2] |= report.verb != Verb::Status,
            _ => {}
        }
    }
    found[2] |= !report.unreadable.is_empty();
    let exits = [Exit::Conflict, Exit::Unauthorised, Exit::Failed, Exit::Unreachable];
    let is_same = |standing| matches!(standing, Standing::Clean | Standing::Empty | Standing::Adopted { current: true });
    let differs = || report.scores.iter().any(|score| !is_same(score.standing));
    if report.interrupted {
        return Exit::Interrupted;
    }
    let gravest = found.into_iter().zip(exits).find_map(|(found, exit)| found.then_some(exit));
    gravest.unwrap_or_else(|| if exit_code_asked && differs() { Exit::Differences } else { Exit::Ok })
}

/// What one score's failure means.
pub fn of_failure(failure: &Failure) -> Exit {
    match failure {
        Failure::Remote(error) => of_remote(error),
        _ => Exit::Failed,
    }
}

/// What an error of the dashboard means.
pub fn of_remote(error: &RemoteError) -> Exit {
    match error {
        RemoteError::Unauthorised(_) => Exit::Unauthorised,
        RemoteError::Unreachable(_) | RemoteError::Throttled(_) => Exit::Unreachable,
        _ => Exit::Failed,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cli::testing::{conflict, report, score};
    use crate::engine::ScoreReport;
    use crate::plan::Refusal;

    fn failed(error: RemoteError) -> ScoreReport {
        score("A", Standing::Clean, Outcome::Failed(Failure::Remote(error)))
    }

    fn unreachable() -> ScoreReport {
        failed(RemoteError::Unreachable("no route".into()))
    }

    fn exit(verb: Verb, scores: Vec<ScoreReport>) -> Exit {
        of_report(&report(verb, scores), false)
    }

    #[test]
    fn the_gravest_outcome_decides() {
        let clean = || score("A", Standing::Clean, Outcome::Untouched);
        let conflict = || score("A", Standing::UnknownBase, Outcome::Conflict(conflict()));
        let refused = || score("A", Standing::UnknownBase, Outcome::Refused(Refusal::UnknownBase));
        let unauthorised = || failed(RemoteError::Unauthorised("no".into()));
        let cases = [
            (vec![], Exit::Ok),
            (vec![clean()], Exit::Ok),
            (vec![clean(), unreachable()], Exit::Unreachable),
            (vec![unreachable(), refused()], Exit::Failed),
            (vec![refused(), unauthorised()], Exit::Unauthorised),
            (vec![refused(), unauthorised(), conflict()], Exit::Conflict),
            (vec![failed(RemoteError::Condition)], Exit::Failed),
        ];
        for (scores, expected) in cases {
            assert_eq!(exit(Verb::Pull, scores), expected);
        }
        assert_eq!(exit(Verb::Status, vec![conflict(), refused()]), Exit::Ok);
    }

    #[test]
    fn differences_count_only_when_asked() {
        let ahead = || report(Verb::Status, vec![score("A", Standing::Ahead, Outcome::Untouched)]);
        assert_eq!((of_report(&ahead(), false), of_report(&ahead(), true)), (Exit::Ok, Exit::Differences));
        let empty = report(Verb::Status, vec![score("A", Standing::Empty, Outcome::Untouched)]);
        assert_eq!(of_report(&empty, true), Exit::Ok);
    }

    #[test]
    fn rows_that_could_not_be_read_are_a_failure() {
        let mut report = report(Verb::Status, vec![]);
        report.unreadable.push("a scorecard cannot be read".into());
        assert_eq!(of_report(&report, false), Exit::Failed);
    }

    #[test]
    fn an_interrupted_run_says_so_whatever_else_happened() {
        let mut report = report(Verb::Pull, vec![unreachable()]);
        report.interrupted = true;
        assert_eq!(of_report(&report, false), Exit::Interrupted);
    }
}
