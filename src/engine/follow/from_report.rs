//! Reports in the words of [`super::Policy`]: how a score was found, what became of it, what kept a task from running.

use super::facts::{Seen, TaskEnd, TaskOutcome, Trouble, WaitReason};
use crate::engine::error::{Failure, Halt};
use crate::engine::report::{Action, Outcome, Report, ScoreReport};
use crate::engine::session::Session;
use crate::model::ScoreId;
use crate::plan::{Note, Refusal, ScoreProblem, Standing};
use crate::remote::RemoteError;
use crate::state::StateError;
use crate::workspace::FileError;
use std::collections::BTreeMap;

/// The scores of a status that are not in step.
pub(super) fn seen(here: &Session, status: &Report) -> BTreeMap<ScoreId, Seen> {
    status.scores.iter().filter_map(|score| Some((score.id.clone(), seen_one(here, score)?))).collect()
}

fn seen_one(here: &Session, score: &ScoreReport) -> Option<Seen> {
    let (edited, behind) = match score.standing {
        _ if is_unread(&score.outcome) => (true, true),
        Standing::Modified(changes) if !changes.code && is_carried(here, score) => (false, false),
        Standing::Clean | Standing::Reformatted | Standing::Ahead | Standing::Empty | Standing::DeletedLocally => (false, false),
        Standing::GoneRemotely { clean } => (!clean, false),
        Standing::Modified(_) | Standing::New => (true, false),
        Standing::Diverged { .. } | Standing::UnknownBase => (true, true),
        Standing::Behind(_) | Standing::Converged | Standing::NotPulled | Standing::Adopted { .. } => (false, true),
        Standing::Broken => (false, false),
    };
    let waits = waits_for_place(score).or_else(|| missing(score));
    // A pull carries renames out, whatever else is to be done.
    let behind = (behind || score.moved_from.is_some()) && waits.is_none();
    let held = match (&score.outcome, score.standing) {
        (outcome, _) if is_unread(outcome) => None,
        (Outcome::Failed(failure), _) => Some(WaitReason::Failed(failure.clone())),
        (_, Standing::GoneRemotely { clean: false }) => Some(WaitReason::GoneRemotely),
        _ => waits,
    };
    let is_calm = !edited && !behind && held.is_none();
    (!is_calm).then(|| Seen {
        path: score.files_at().code.clone(),
        files: score.files,
        edited,
        behind,
        fault: score.fault.as_deref().filter(|_| edited).cloned(),
        held,
    })
}

/// All that is left to do is to bring its files where they belong, and there lies another one.
fn waits_for_place(score: &ScoreReport) -> Option<WaitReason> {
    let is_all = matches!(score.standing, Standing::Clean | Standing::Reformatted | Standing::Ahead | Standing::NotPulled);
    score.waits_for.clone().filter(|_| is_all).map(WaitReason::Place)
}

/// Its code file is gone, or called otherwise here.
fn missing(score: &ScoreReport) -> Option<WaitReason> {
    let why = || score.renamed.clone().map_or(WaitReason::Deleted, WaitReason::Renamed);
    (score.standing == Standing::DeletedLocally).then(why)
}

/// There are files that were never synced. What the dashboard has instead is not known without asking it, which is no failure.
fn is_unread(outcome: &Outcome) -> bool {
    matches!(outcome, Outcome::Failed(Failure::Problem(ScoreProblem::UnreadChampion(_))))
}

/// The champion dropped its guidelines, and the file has those of a version before: nobody edited it. They go with the next
/// push that somebody makes; one for them alone would be a version that nobody asked for.
fn is_carried(here: &Session, score: &ScoreReport) -> bool {
    let is_it = || {
        let file = here.workspace.read_text(score.paths.guidelines.as_ref()?).ok()?;
        let earlier = here.state.earlier_bases(&score.id).ok()?;
        Some(earlier.iter().any(|(_, docs)| docs.guidelines.as_ref() == Some(&file.content)))
    };
    score.notes.contains(&Note::GuidelinesDropped) && is_it().unwrap_or(false)
}

/// What became of the scores of a run.
pub(super) fn task_ends(report: &Report) -> impl Iterator<Item = TaskEnd> {
    let end = |score: &ScoreReport| {
        let at = if has_moved(score) { &score.paths } else { score.files_at() };
        TaskEnd { score: score.id.clone(), path: at.code.clone(), outcome: task_outcome(score) }
    };
    report.scores.iter().map(end)
}

/// What became of one score.
pub(super) fn task_outcome(score: &ScoreReport) -> TaskOutcome {
    match &score.outcome {
        Outcome::Done(Action::Pulled { .. } | Action::Resolved { .. } | Action::Moved) => TaskOutcome::LookAgain,
        // A look tells where its file may have gone.
        Outcome::Untouched if score.standing == Standing::DeletedLocally => TaskOutcome::LookAgain,
        Outcome::Untouched => waits_for_place(score).map_or(TaskOutcome::Done, TaskOutcome::Held),
        Outcome::Done(_) => TaskOutcome::Done,
        Outcome::Planned(_) => TaskOutcome::Later,
        Outcome::Conflict(_) => TaskOutcome::Held(WaitReason::Conflict),
        Outcome::Refused(Refusal::Stale { .. } | Refusal::UnknownBase) => TaskOutcome::Stale,
        Outcome::Refused(Refusal::Fault(fault)) => TaskOutcome::Fault(fault.clone()),
        Outcome::Refused(Refusal::GoneRemotely) => TaskOutcome::Held(WaitReason::GoneRemotely),
        Outcome::Refused(Refusal::TooLarge { bytes, limit }) => {
            TaskOutcome::Held(WaitReason::TooLarge { bytes: *bytes, limit: *limit })
        }
        Outcome::Failed(failure) => of_failure(failure),
    }
}

fn of_failure(failure: &Failure) -> TaskOutcome {
    match failure {
        Failure::Remote(RemoteError::Unreachable(_) | RemoteError::Throttled(_) | RemoteError::Unauthorised(_)) => {
            TaskOutcome::Later
        }
        Failure::File(FileError::Changed(_)) => TaskOutcome::Touched,
        Failure::NotPromoted { .. } | Failure::ShadowInvalidated(_) => TaskOutcome::Done,
        failure => TaskOutcome::Failed(failure.clone()),
    }
}

/// A run moved the files of this score, so that others may go where they were.
pub(super) fn has_moved(score: &ScoreReport) -> bool {
    score.moved_from.is_some() && matches!(score.outcome, Outcome::Done(Action::Pulled { .. } | Action::Moved))
}

/// What kept a whole run from running.
pub(super) fn trouble(halt: &Halt) -> Trouble {
    match halt {
        Halt::State(StateError::Locked(_) | StateError::Busy(_)) => Trouble::Locked,
        Halt::Remote(RemoteError::Unreachable(_) | RemoteError::Throttled(_)) => Trouble::Unreachable,
        Halt::Remote(RemoteError::Unauthorised(_)) => Trouble::Refused,
        _ => Trouble::Other,
    }
}
