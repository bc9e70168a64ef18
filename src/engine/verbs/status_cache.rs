//! The short way to an offline status: where a clean snapshot of an all-clean workspace still holds, nothing has to be looked at
//! one by one.
//!
//! The clean snapshot is worth something only together with the state that it was taken of, and only while every file and folder
//! still has its stat. Whatever differs, the long way decides.

use crate::engine::error::Halt;
use crate::engine::observe::foreign::is_alone;
use crate::engine::observe::types::Observation;
use crate::engine::report::{Outcome, Report, ScoreReport, Verb};
use crate::engine::select::Targets;
use crate::engine::session::Session;
use crate::model::{CleanSnapshot, RelPath};
use crate::plan::Standing;

/// An offline status of everything, if the clean snapshot tells it. Scores are counted, not listed.
pub(in crate::engine) fn still_clean(session: &Session, targets: &Targets) -> Result<Option<Report>, Halt> {
    if !can_be_snapshot(session, targets) {
        return Ok(None);
    }
    let Some(clean_snapshot) = session
        .state
        .clean_snapshot()?
        .filter(|clean_snapshot| session.workspace.matches(clean_snapshot) && is_alone(session, clean_snapshot))
    else {
        return Ok(None);
    };
    let account = session.state.origin()?.map(|origin| origin.account_name).unwrap_or_default();
    let mut report = Report::new(Verb::Status, account, true);
    (report.unlisted_clean, report.unlisted_empty) = (clean_snapshot.clean, clean_snapshot.empty);
    Ok(Some(report))
}

/// Takes a clean snapshot where all is clean, so that the next status is short.
pub(in crate::engine) fn take_clean_snapshot(
    session: &Session,
    targets: &Targets,
    observation: &Observation,
    report: &Report,
) -> Result<(), Halt> {
    let says_nothing =
        report.warnings.is_empty() && report.unknown.is_empty() && report.foreign.is_empty() && report.legacy.is_empty();
    let calm = says_nothing && report.scores.iter().all(is_calm);
    if !calm || observation.recorded || !can_be_snapshot(session, targets) {
        return Ok(());
    }
    let files: Vec<&RelPath> = observation
        .trees
        .values()
        .flat_map(|sides| [(&sides.local.code, &sides.paths.code), (&sides.local.guidelines, &sides.paths.guidelines)])
        .filter_map(|(doc, path)| doc.file().map(|_| path))
        .collect();
    let Some(folders) = session.workspace.clean_snapshot(&files, &observation.files, observation.began) else { return Ok(()) };
    let clean = report.scores.iter().filter(|score| score.standing == Standing::Clean).count();
    let clean_snapshot = CleanSnapshot { clean, empty: report.scores.len() - clean, folders };
    Ok(session.state.set_clean_snapshot(observation.generation, &clean_snapshot)?)
}

fn can_be_snapshot(session: &Session, targets: &Targets) -> bool {
    session.remote.is_none() && *targets == Targets::default() && session.config.scorecards.is_empty()
}

fn is_calm(score: &ScoreReport) -> bool {
    let is_told = score.drafts.as_ref().is_some_and(|drafts| !drafts.versions.is_empty());
    let clean = matches!(score.standing, Standing::Clean | Standing::Empty) && score.notes.is_empty() && !is_told;
    let stays = score.moved_from.is_none() && score.waits_for.is_none();
    clean && stays && matches!(score.outcome, Outcome::Untouched)
}
