//! `pull --version`: a version that is not champion into the files of its score.
//!
//! The files become what a pull would make of them if the version were champion: it replaces files that are as their base, and
//! is merged with edits and with a draft of ours. Afterwards the version is the base, and the champion is what it was: that is
//! how a draft stands that we pushed (ADR 0010). A version that files or champion come from is no update.

use crate::engine::error::Halt;
use crate::engine::execute::files::PullRun;
use crate::engine::execute::recover::recover;
use crate::engine::locked::Locked;
use crate::engine::observe::trees::observe;
use crate::engine::observe::types::{Observation, ObserveRequest};
use crate::engine::observe::versions::versions_named;
use crate::engine::planned::{action, build_plan, build_report};
use crate::engine::report::{Outcome, Report, Verb};
use crate::engine::select::Targets;
use crate::engine::session::{PullOptions, Session};
use crate::engine::verbs::diff::{NamedSnapshot, champion_side};
use crate::engine::verbs::pull::{pull_preview, pull_requested};
use crate::engine::verbs::resolve::{Choice, PlannedEnds, Way, plan_ends};
use crate::model::{RemoteScore, ScoreId, Snapshot, VersionId};
use crate::plan::{NewBase, Note, Operation, Plan, Step, fold, is_ancestor};
use crate::state::RunKind;
use std::collections::BTreeMap;

/// The version that is to be taken, by its id or the start of it, and which side wins where it conflicts with edits.
#[derive(Clone, Debug)]
pub struct VersionChoice {
    /// The word.
    pub version: String,
    /// None: a conflict is an error.
    pub choice: Option<Choice>,
}

/// Takes a version into the files of the one score that `targets` names.
///
/// # Errors
/// Offline; not one score is named; it is gone from Plexus ([`Halt::Gone`]); there is no such version, or the files or the champion come from it
/// ([`Halt::OlderVersion`]); it conflicts with edits ([`Halt::VersionConflict`]). Nothing was touched then.
pub async fn pull_version(session: &mut Locked<'_>, targets: &Targets, wanted: &VersionChoice) -> Result<Report, Halt> {
    let recovered = recover(session).await?;
    let report = match planned(session, targets, wanted).await? {
        None => pull_requested(session, ObserveRequest::contents(targets), PullOptions::default()).await?.0,
        Some(mut taken) => {
            let mut run = PullRun::new(RunKind::Pull);
            let outcomes = run.execute(session, &taken.observation, &taken.plan, &taken.report).await?;
            run.end(session)?;
            taken.settled(outcomes)
        }
    };
    Ok(Report { recovered, ..report })
}

/// What [`pull_version`] would do. Writes nothing but the state's caches.
///
/// # Errors
/// As [`pull_version`].
pub async fn pull_version_preview(session: &mut Session, targets: &Targets, wanted: &VersionChoice) -> Result<Report, Halt> {
    let Some(mut taken) = planned(session, targets, wanted).await? else {
        return pull_preview(session, targets, PullOptions::default()).await;
    };
    let planned = taken.plan.operations().map(|(id, operation)| (id.clone(), Outcome::Planned(action(operation, false))));
    let planned = planned.collect();
    Ok(Report { dry_run: true, ..taken.settled(planned) })
}

/// A version on its way into the files.
struct Taken {
    observation: Observation,
    plan: Plan,
    report: Report,
    /// Where a conflict was decided.
    ends: Option<PlannedEnds>,
}

impl Taken {
    fn settled(&mut self, outcomes: BTreeMap<ScoreId, Outcome>) -> Report {
        let mut report = std::mem::replace(&mut self.report, Report::new(Verb::Pull, String::new(), false));
        match self.ends.take() {
            Some(ends) => {
                let told = ends.report_with(outcomes);
                report.scores = told.scores;
                report.interrupted = told.interrupted;
            }
            None => report.settle(outcomes),
        }
        report
    }
}

/// What is to be done; none if the version is the champion, which a pull takes.
async fn planned(session: &mut Session, targets: &Targets, wanted: &VersionChoice) -> Result<Option<Taken>, Halt> {
    let before = observe(session, ObserveRequest::contents(targets)).await?;
    let (id, sides) = before.only_score()?;
    if sides.remote == RemoteScore::Gone {
        return Err(Halt::Gone(sides.paths.code.clone()));
    }
    let id = id.clone();
    let champion = champion_side(session, &id, sides)?.zip(sides.champion().map(|champion| champion.id.clone()));
    let base = sides.synced.as_ref().map(|synced| synced.base.clone());
    let (version, history) = versions_named(session, &id, &wanted.version).await?;
    let come_from_it = |later: &VersionId| *later != version && is_ancestor(&history, &version, later);
    if base.iter().chain(champion.iter().map(|(_, id)| id)).any(come_from_it) {
        return Err(Halt::OlderVersion { path: sides.paths.code.clone(), version });
    }
    if champion.as_ref().is_some_and(|(_, champion)| *champion == version) {
        return Ok(None);
    }
    let request = ObserveRequest::contents(targets).with_catalog(before.catalog_again()).taking(id.clone(), version.clone());
    let observation = observe(session, request).await?;
    let mut plan = build_plan(session, &observation, crate::plan::Mode::Pull { prune: false })?;
    let mut ends = None;
    if let Step::Conflict(conflict) = &plan.scores[&id].step {
        let Some(choice) = wanted.choice else {
            let path = observation.trees[&id].paths.code.clone();
            return Err(Halt::VersionConflict { path, version, docs: conflict.docs.clone() });
        };
        let planned = plan_ends(session, &observation, |_| Some(Way::Version(choice)))?;
        plan = planned.plan.clone();
        ends = Some(planned);
    }
    keep_champion(&observation, &mut plan, champion);
    let mut report = build_report(session, Verb::Pull, &observation, &plan)?;
    let champion = before_champion(&report, &observation);
    for score in report.scores.iter_mut().chain(ends.iter_mut().flat_map(|ends| &mut ends.report.scores)) {
        score.champion.clone_from(&champion);
        score.notes.retain(|note| *note != Note::Promoted);
    }
    Ok(Some(Taken { observation, plan, report, ends }))
}

/// The champion as the catalog names it.
fn before_champion(report: &Report, observation: &Observation) -> Option<VersionId> {
    let id = &report.scores.first()?.id;
    observation.catalog.scores.iter().find(|score| score.id == *id)?.champion.clone()
}

/// The version becomes the base, and the champion stays what it is. What the state says already is not done.
fn keep_champion(observation: &Observation, plan: &mut Plan, champion: Option<(NamedSnapshot, VersionId)>) {
    let champion: Option<(VersionId, Snapshot)> = champion.map(|((_, docs), id)| (id, docs));
    for (id, planned) in &mut plan.scores {
        let Step::Do(operation) = &mut planned.step else { continue };
        if let Operation::Write { base, .. } | Operation::Record(base) = operation {
            set_champion(base, champion.as_ref());
        }
        let synced = observation.trees[id].synced.as_ref();
        if matches!(operation, Operation::Record(_)) && planned.moves.is_empty() && fold(synced, operation).as_ref() == synced {
            planned.step = Step::Nothing;
        }
    }
}

fn set_champion(base: &mut NewBase, champion: Option<&(VersionId, Snapshot)>) {
    base.champion = champion.map(|(id, _)| id.clone());
    base.champion_docs = champion.filter(|(id, _)| *id != base.version).map(|(_, docs)| docs.clone());
}
