//! Ending a conflict the way a person chose.
//!
//! Documents that merge are merged whatever the choice; the choice is about those that do not. Afterwards the champion is
//! the base, so that the next push continues from it.

use crate::check;
use crate::engine::error::{Failure, Halt};
use crate::engine::execute::files::PullRun;
use crate::engine::execute::recover::recover;
use crate::engine::execute::replace::prune_history;
use crate::engine::locked::Locked;
use crate::engine::observe::trees::observe;
use crate::engine::observe::types::{Observation, ObserveRequest};
use crate::engine::planned::{action, build_plan, build_report};
use crate::engine::report::{Action, Outcome, Report, ScoreReport, Verb};
use crate::engine::select::Targets;
use crate::engine::session::Session;
use crate::engine::verbs::conflicts::Resolution;
use crate::model::{Changes, Content, DocKind, Expect, LocalDoc, RelPath, ScoreId, ScoreSides, Snapshot, outgoing};
use crate::plan::{Conflict, FileWrite, Labels, Mode, NewBase, Operation, Plan, Step, conflict_markers, merge_document};
use crate::state::RunKind;
use crate::workspace::FileError;
use std::collections::BTreeMap;
use std::sync::Arc;

/// Which side wins where documents conflict.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Choice {
    /// The files.
    Ours,
    /// The champion.
    Theirs,
    /// Both, between conflict markers, to be edited.
    Merge,
}

/// How one score's conflict is ended.
pub(in crate::engine) enum Way<'a> {
    /// One side, or both between markers.
    Side(Choice),
    /// Decided by a person.
    Texts(Vec<&'a Resolution>),
    /// One side, where the other one is not the champion but a version that is to be taken.
    Version(Choice),
}

impl Way<'_> {
    fn side(&self) -> Option<Choice> {
        if let Self::Side(choice) | Self::Version(choice) = self { Some(*choice) } else { None }
    }
}

/// Ends the conflicts of the selected scores; scores without one are left alone.
pub async fn resolve(session: &mut Locked<'_>, targets: &Targets, choice: Choice) -> Result<Report, Halt> {
    end_conflicts(session, targets, |_| Some(Way::Side(choice))).await
}

/// Ends conflicts with texts that a person decided on. A score keeps its conflict unless each of its documents in conflict
/// has a decision, and fails if its file or champion is another one than the person saw: what was decided is kept then.
pub async fn resolve_decided(session: &mut Locked<'_>, targets: &Targets, decisions: &[Resolution]) -> Result<Report, Halt> {
    let of_score = |id: &ScoreId| decisions.iter().filter(|decision| decision.score == *id).collect::<Vec<_>>();
    let way = |id: &ScoreId| Some(of_score(id)).filter(|found| !found.is_empty()).map(Way::Texts);
    let mut report = end_conflicts(session, targets, way).await?;
    let is_late =
        |outcome: &Outcome| matches!(outcome, Outcome::Failed(Failure::LateResolution(_) | Failure::File(FileError::Changed(_))));
    let late: Vec<&mut ScoreReport> = report.scores.iter_mut().filter(|score| is_late(&score.outcome)).collect();
    if !late.is_empty() {
        keep_decided(session, late, of_score)?;
    }
    Ok(report)
}

/// Keeps what a person decided of these scores as if it had been replaced, so that it can be restored. There is nothing to undo.
fn keep_decided<'a>(
    session: &mut Locked<'_>,
    late: Vec<&mut ScoreReport>,
    decided: impl Fn(&ScoreId) -> Vec<&'a Resolution>,
) -> Result<(), Halt> {
    let at = (session.config.now)();
    session.state.transaction(|tx| {
        let run = tx.begin_run(&RunKind::Resolve, None, at)?;
        for score in late {
            let mut kept = Vec::new();
            for Resolution { kind, text, .. } in decided(&score.id) {
                let text = Some(text.as_bytes());
                let number = tx.plan_file(run, score.files_at().get(*kind), text, text, at)?;
                tx.settle_file(number)?;
                kept.push(number);
            }
            score.outcome = Outcome::Failed(Failure::LateResolution(kept));
        }
        Ok(())
    })?;
    Ok(prune_history(session)?)
}

/// What [`resolve`] would do. Writes nothing but the state's caches.
pub async fn resolve_preview(session: &mut Session, targets: &Targets, choice: Choice) -> Result<Report, Halt> {
    let observation = observe(session, ObserveRequest::contents(targets)).await?;
    let ends = plan_ends(session, &observation, |_| Some(Way::Side(choice)))?;
    let operation = |id: &ScoreId| match &ends.plan.scores[id].step {
        Step::Do(operation) => Some(Outcome::Planned(action(operation, false))),
        _ => None,
    };
    let planned = ends.ended.keys().filter_map(|id| Some((id.clone(), operation(id)?))).collect();
    Ok(Report { dry_run: true, ..ends.report_with(planned) })
}

async fn end_conflicts<'a>(
    session: &mut Locked<'_>,
    targets: &Targets,
    way: impl Fn(&ScoreId) -> Option<Way<'a>>,
) -> Result<Report, Halt> {
    let recovered = recover(session).await?;
    let observation = observe(session, ObserveRequest::contents(targets)).await?;
    let ends = plan_ends(session, &observation, way)?;
    let mut run = PullRun::new(RunKind::Resolve);
    let outcomes = run.execute(session, &observation, &ends.plan, &ends.report).await?;
    run.end(session)?;
    Ok(Report { recovered, ..ends.report_with(outcomes) })
}

/// How conflicts are to be ended.
pub(in crate::engine) struct PlannedEnds {
    /// The scores in conflict.
    pub plan: Plan,
    /// What is planned for them.
    pub report: Report,
    /// Those that have an end: the documents that were in conflict, and whether markers stand in the files then.
    ended: BTreeMap<ScoreId, (Changes, bool)>,
    /// Those that cannot be ended in this way.
    failed: BTreeMap<ScoreId, Outcome>,
}

/// Plans the ends of all conflicts that have a way.
pub(in crate::engine) fn plan_ends<'a>(
    session: &Session,
    observation: &Observation,
    way: impl Fn(&ScoreId) -> Option<Way<'a>>,
) -> Result<PlannedEnds, Halt> {
    let mut plan = build_plan(session, observation, Mode::Pull { prune: false })?;
    let mut report = build_report(session, Verb::Resolve, observation, &plan)?;
    plan.scores.retain(|_, plan| matches!(plan.step, Step::Conflict(_)));
    let (mut ended, mut failed) = (BTreeMap::new(), BTreeMap::new());
    let late = || Outcome::Failed(Failure::LateResolution(Vec::new()));
    // Another command has ended a conflict that a person decided meanwhile.
    let is_over = |id: &&ScoreId| !plan.scores.contains_key(*id) && matches!(way(id), Some(Way::Texts(_)));
    failed.extend(observation.trees.keys().filter(is_over).map(|id| (id.clone(), late())));
    report.scores.retain(|score| plan.scores.contains_key(&score.id) || failed.contains_key(&score.id));
    for (id, score) in &mut plan.scores {
        let (Step::Conflict(conflict), Some(way)) = (&score.step, way(id)) else { continue };
        let sides = &observation.trees[id];
        let marked_before = marked_file(sides, conflict);
        match &way {
            // Markers around markers could not be told apart.
            Way::Side(Choice::Merge) | Way::Version(Choice::Merge) if marked_before.is_some() => {
                let path = marked_before.expect("it was looked at").clone();
                failed.insert(id.clone(), Outcome::Failed(Failure::MarkedBefore(path)));
                continue;
            }
            Way::Texts(texts) if !texts.iter().all(|text| text.is_current(sides.local.get(text.kind), conflict)) => {
                failed.insert(id.clone(), late());
                continue;
            }
            Way::Texts(texts) if !conflict.docs.iter().all(|kind| texts.iter().any(|text| text.kind == *kind)) => continue,
            Way::Side(_) | Way::Version(_) | Way::Texts(_) => {}
        }
        let marked = match way.side() {
            Some(Choice::Merge) => true,
            Some(Choice::Ours) => marked_before.is_some(),
            Some(Choice::Theirs) | None => false,
        };
        ended.insert(id.clone(), (Changes::of(&conflict.docs), marked));
        score.step = Step::Do(resolution(sides, conflict, &way));
    }
    Ok(PlannedEnds { plan, report, ended, failed })
}

impl PlannedEnds {
    /// The report of what became, or would become, of the conflicts.
    pub fn report_with(mut self, mut outcomes: BTreeMap<ScoreId, Outcome>) -> Report {
        for (id, outcome) in &mut outcomes {
            if let Outcome::Done(action) | Outcome::Planned(action) = outcome
                && let Some((documents, marked)) = self.ended.get(id)
            {
                *action = as_resolved(action, *documents, *marked);
            }
        }
        outcomes.extend(self.failed);
        self.report.settle(outcomes);
        self.report
    }
}

/// A file in conflict that holds markers already.
fn marked_file<'a>(sides: &'a ScoreSides, conflict: &Conflict) -> Option<&'a RelPath> {
    let has_markers = |kind: &&DocKind| {
        let text = sides.local.get(**kind).file().and_then(|file| file.content.text.as_deref());
        text.is_some_and(|text| check::markers(**kind, text).is_some())
    };
    conflict.docs.iter().find(has_markers).map(|kind| sides.files_at().get(*kind))
}

/// What was done, told by the documents that were in conflict; those with markers are no merge yet.
fn as_resolved(action: &Action, documents: Changes, marked: bool) -> Action {
    let (version, written) = match action {
        Action::Pulled { version, written, .. } => (version.clone(), *written),
        Action::Recorded { version } => (version.clone(), Changes::default()),
        other => return other.clone(),
    };
    if marked { Action::Marked { version, documents, written } } else { Action::Resolved { version, documents, written } }
}

fn resolution(sides: &ScoreSides, conflict: &Conflict, way: &Way<'_>) -> Operation {
    let (version, theirs) = &conflict.theirs;
    // After a rename in Plexus the files are still where they were; the next pull moves them.
    let paths = sides.files_at();
    let base = NewBase {
        version: version.clone(),
        docs: theirs.clone(),
        champion: Some(version.clone()),
        champion_docs: None,
        paths: paths.clone(),
        local: None,
    };
    let written = |(kind, path)| write(kind, sides.local.get(kind), path, conflict, way);
    let files: Vec<FileWrite> = paths.documents().filter_map(written).collect();
    let text = |kind| files.iter().find(|file| file.kind == kind).map(|file| Content::of(kind, Arc::clone(&file.text)));
    let base = base.leaving(sides, text);
    let merged = way.side() != Some(Choice::Theirs);
    if files.is_empty() { Operation::Record(base) } else { Operation::Write { files, base, merged } }
}

/// What one document becomes; none if its file stays. A file that is not there is made only for a text: an empty one would
/// turn "no opinion" into "there are none".
fn write(kind: DocKind, doc: &LocalDoc, path: &RelPath, conflict: &Conflict, way: &Way<'_>) -> Option<FileWrite> {
    let theirs = text(kind, &conflict.theirs.1);
    let base = conflict.base.as_ref().and_then(|(_, docs)| text(kind, docs));
    let file = doc.file();
    let ours = file.and_then(|file| file.content.text.as_deref()).map(|text| outgoing(kind, text).into_owned());
    let texts = ConflictTexts { kind, base: base.as_deref(), ours: ours.as_deref(), theirs: theirs.as_deref() };
    let resolved = if conflict.docs.contains(&kind) { texts.decided(conflict, way) } else { texts.merged(conflict, way) }?;
    let content = Content::of(kind, resolved.as_str());
    if file.map_or(content.is_empty(), |file| file.content == content) {
        return None;
    }
    let text = file.map_or(resolved.clone(), |file| file.style.dress(&resolved).into_owned());
    let expect = file.map_or(Expect::Absent, |file| Expect::Bytes(file.raw));
    Some(FileWrite { kind, path: path.clone(), text: Arc::from(text), expect })
}

/// One document as the sides have it, as it travels; none where a side has no opinion.
struct ConflictTexts<'a> {
    kind: DocKind,
    base: Option<&'a str>,
    ours: Option<&'a str>,
    theirs: Option<&'a str>,
}

impl ConflictTexts<'_> {
    /// What a document in conflict becomes; none if its file stays.
    fn decided(&self, conflict: &Conflict, way: &Way<'_>) -> Option<String> {
        let choice = match way {
            Way::Texts(texts) => return texts.iter().find(|text| text.kind == self.kind).map(|text| text.text.clone()),
            Way::Side(choice) | Way::Version(choice) => choice,
        };
        match (choice, self.ours, self.theirs) {
            (Choice::Ours, ..) => None,
            (Choice::Merge, Some(ours), Some(theirs)) => {
                let base_label = conflict.base.as_ref().map_or_else(String::new, |(id, _)| format!("base {}", id.short()));
                let what = if matches!(way, Way::Version(_)) { "version" } else { "champion" };
                let theirs_label = format!("{what} {}", conflict.theirs.0.short());
                let labels = Labels { ours: "local", base: &base_label, theirs: &theirs_label };
                Some(conflict_markers(self.kind, self.base, ours, theirs, labels))
            }
            (Choice::Merge, Some(_), None) => None,
            (Choice::Theirs | Choice::Merge, _, theirs) => theirs.map(str::to_owned),
        }
    }

    /// What a document that is not in conflict becomes, as in a pull; none if its file stays. Where there is no guidelines
    /// file, the champion's text comes if the champion changed it since the base, or if more than the files was chosen.
    fn merged(&self, conflict: &Conflict, way: &Way<'_>) -> Option<String> {
        let theirs = self.theirs?;
        let Some(ours) = self.ours else {
            let changed = conflict.base.as_ref().map(|(_, docs)| docs.changes_to(&conflict.theirs.1).has(self.kind));
            let is_wanted = match way.side() {
                Some(Choice::Theirs) => true,
                Some(Choice::Ours) => changed == Some(true) || self.kind != DocKind::Guidelines,
                Some(Choice::Merge) | None => changed != Some(false),
            };
            return is_wanted.then(|| theirs.to_owned());
        };
        merge_document(self.kind, self.base?, ours, theirs)
    }
}

fn text(kind: DocKind, docs: &Snapshot) -> Option<String> {
    docs.get(kind).and_then(|content| content.text.as_deref()).map(|text| outgoing(kind, text).into_owned())
}
