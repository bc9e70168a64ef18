//! From an observation to a plan and to the report of it: nothing is carried out here.

use crate::check;
use crate::engine::error::{Failure, Halt};
use crate::engine::observe::renamed::find_renamed;
use crate::engine::observe::types::Observation;
use crate::engine::report::{Action, GitGap, Outcome, Report, ScoreReport, Verb, Warning};
use crate::engine::session::Session;
use crate::model::{Changes, DocKind, Score, ScoreId, SyncKind, VersionMeta};
use crate::plan::{Guard, Mode, Operation, Plan, Standing, Step, guard, reconcile};
use crate::workspace::RootState;
use std::collections::HashMap;

/// Guards first, then the plan.
pub(in crate::engine) fn build_plan(session: &Session, observation: &Observation, mode: Mode) -> Result<Plan, Halt> {
    ask_guards(session, observation)?;
    Ok(reconcile(&observation.trees, mode, yaml_fault))
}

/// Whether the files look like those of the scores that were synced.
pub(in crate::engine) fn ask_guards(session: &Session, observation: &Observation) -> Result<(), Halt> {
    let root = session.workspace.root_state();
    let (present, empty) = (matches!(root, RootState::Empty | RootState::Populated), root == RootState::Empty);
    let clean = observation.rest.as_ref().map_or(0, |rest| rest.clean);
    let counts = |guard: &Guard| !observation.picked || !matches!(guard, Guard::MassDeletion { .. });
    if let Some(guard) = guard(&observation.trees, clean, present, empty).filter(counts) {
        let (root, standalone) = (session.workspace.root().to_owned(), session.config.standalone.clone());
        return Err(Halt::Guard { guard, root, standalone });
    }
    Ok(())
}

/// The plan that says how scores stand; it is not to be carried out.
pub(in crate::engine) fn standing_plan(observation: &Observation) -> Plan {
    reconcile(&observation.trees, Mode::Pull { prune: false }, yaml_fault)
}

/// The report of a plan that is not carried out yet.
pub(in crate::engine) fn build_report(
    session: &Session,
    verb: Verb,
    observation: &Observation,
    plan: &Plan,
) -> Result<Report, Halt> {
    let mut scores = observation.score_reports();
    for report in &mut scores {
        let plan = &plan.scores[&report.id];
        report.standing = plan.standing;
        report.author = observation.champions.get(&report.id).and_then(VersionMeta::author);
        report.notes.clone_from(&plan.notes);
        report.edits = plan.edits;
        report.base = plan.found.as_ref().map(|found| found.version.clone()).or(report.base.take());
        report.found = plan.found.clone().map(Box::new);
        report.git_gap = observation.git.gap.clone().filter(|_| plan.standing == Standing::UnknownBase).map(Box::new);
        report.outcome = planned(&plan.step, !plan.moves.is_empty());
        report.waits_for.clone_from(&plan.waits_for);
        if report.waits_for.is_some()
            && let Some(stays) = report.moved_from.take()
        {
            report.paths = *stays;
        }
    }
    scores.sort_by(|a, b| a.paths.code.cmp(&b.paths.code));
    let account = session.state.origin()?.map(|origin| origin.account_name).unwrap_or_default();
    let shared_names = observation.shared_names.iter().cloned().map(Warning::SharedName);
    let unlisted = observation.rest.as_ref().map_or((0, 0), |rest| (rest.clean, rest.empty));
    let mut report = Report {
        scores,
        mixed: !session.config.standalone.is_empty(),
        unlisted_clean: unlisted.0,
        unlisted_empty: unlisted.1,
        warnings: shared_names.chain(git_gap(observation, plan)).collect(),
        unreadable: observation.unreadable.clone(),
        left_out: session.remote.as_ref().map(|remote| remote.left_out()).unwrap_or_default(),
        unknown: observation.unknown.clone(),
        legacy: observation.legacy.clone(),
        ..Report::new(verb, account, session.remote.is_none())
    };
    find_renamed(session, observation, &mut report)?;
    Ok(report)
}

/// A shallow or partial clone matters only where the base of a score is not known.
fn git_gap(observation: &Observation, plan: &Plan) -> Option<Warning> {
    let gap = observation.git.gap.clone()?;
    let is_unknown = || plan.scores.values().any(|score| score.standing == Standing::UnknownBase);
    (matches!(gap, GitGap::NotAsked(_)) || is_unknown()).then_some(Warning::GitGap(gap))
}

impl Observation {
    /// The selected scores by id, as they were observed; nothing is decided yet.
    pub(in crate::engine) fn score_reports(&self) -> Vec<ScoreReport> {
        let selected = self.catalog.scores.iter().filter(|score| self.trees.contains_key(&score.id));
        let by_id: HashMap<&ScoreId, &Score> = selected.map(|score| (&score.id, score)).collect();
        let cards = self.catalog.card_names();
        let report = |(id, sides)| {
            let score = by_id.get(id).copied();
            ScoreReport::new(id, score, score.and_then(|score| cards.get(&score.scorecard_id)), sides)
        };
        self.trees.iter().map(report).collect()
    }
}

/// A step as it is reported before it is carried out.
fn planned(step: &Step, moved: bool) -> Outcome {
    match step {
        Step::Nothing => Outcome::Untouched,
        Step::Do(operation) => Outcome::Planned(action(operation, moved)),
        Step::Conflict(conflict) => Outcome::Conflict(Box::new(conflict.clone())),
        Step::Refuse(refusal) => Outcome::Refused(refusal.clone()),
        Step::Problem(problem) => Outcome::Failed(Failure::Problem(problem.clone())),
    }
}

fn yaml_fault(text: &str) -> Option<(usize, usize)> {
    check::syntax(DocKind::Code, text).map(|fault| (fault.line, fault.column))
}

/// What an operation is called once it happened.
pub(in crate::engine) fn action(operation: &Operation, moved: bool) -> Action {
    match operation {
        Operation::Record(_) if moved => Action::Moved,
        Operation::Record(base) => Action::Recorded { version: base.version.clone() },
        Operation::Write { files, base, merged } => {
            let written = Changes::of(&files.iter().map(|file| file.kind).collect::<Vec<_>>());
            Action::Pulled { version: base.version.clone(), written, merged: *merged }
        }
        Operation::Create { version, changes, .. } => {
            let promoted = !SyncKind::of(&version.score_id).has_drafts();
            Action::Pushed { version: version.id.clone(), changes: *changes, existed: false, promoted }
        }
        Operation::Reuse { base, changes } => {
            Action::Pushed { version: base.version.clone(), changes: *changes, existed: true, promoted: false }
        }
        Operation::Remove(_) => Action::Removed,
    }
}
