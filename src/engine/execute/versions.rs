//! Carrying out a push: edits into versions.
//!
//! Crash protocol: (1) what is about to be created is written to the state as intents; (2) the versions are created, a few
//! at once; (3) as each one is confirmed, it becomes the base and its intent goes. A crash, or a reply that never comes,
//! leaves the intent: the next run looks whether the version exists and records it, or forgets the intent and plans anew.
//! Either way one version comes of it, because its id is made from its content.

use crate::engine::error::{Failure, Halt};
use crate::engine::execute::arrivals::record_arrivals;
use crate::engine::execute::commit::{COMMIT, CommitNote, Owing, note_of_push};
use crate::engine::execute::promotion::{promote_all, promotion_of_base};
use crate::engine::execute::provenance::Provenance;
use crate::engine::execute::replace::prune_afterwards;
use crate::engine::execute::replaced_heads::keep_replaced;
use crate::engine::locked::Locked;
use crate::engine::observe::types::Observation;
use crate::engine::planned::action;
use crate::engine::report::{Action, Outcome, Report};
use crate::engine::session::{PushOptions, Session};
use crate::model::outline::Summary;
use crate::model::{Changes, NewVersion, ScoreId, ScoreSides, Snapshot, Stage, SyncKind, SyncedScore, VersionId};
use crate::plan::{Operation, Plan, fold};
use crate::remote::{Created, Remote, RemoteError};
use crate::state::StateError;
use futures_util::{StreamExt, stream};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::sync::Arc;
use tracing::{Instrument, Span, debug, debug_span};

/// Versions created at the same time.
const CREATES_AT_ONCE: usize = 4;

/// The kind of intent that this room writes.
pub(in crate::engine) const CREATE: &str = "create";

/// The payload of a create intent: enough to make the version the base when it turns out to exist.
#[derive(Serialize, Deserialize)]
pub(in crate::engine) struct CreateIntent {
    pub version: VersionId,
    pub parent: Option<VersionId>,
    pub code: String,
    pub guidelines: Option<String>,
    pub code_path: String,
    pub guidelines_path: String,
    /// What git is to record of it.
    #[serde(default)]
    pub commit: Option<CommitNote>,
}

/// A version on its way.
struct CreateJob<'a> {
    score: &'a ScoreId,
    operation: &'a Operation,
    version: NewVersion,
    synced: SyncedScore,
    intent: i64,
    note: String,
    metadata: Value,
    commit: Option<CommitNote>,
    /// What the log calls this creation.
    span: Span,
}

/// Carries out what a push planned and `report` tells; scores that were not reached have no outcome.
pub(in crate::engine) async fn execute_push(
    session: &mut Locked<'_>,
    observation: &Observation,
    plan: &Plan,
    report: &Report,
    options: &PushOptions,
    provenance: &Provenance,
) -> Result<BTreeMap<ScoreId, Outcome>, Halt> {
    let mut outcomes = BTreeMap::new();
    record_arrivals(session, observation)?;
    record_adopted(session, observation, plan, report, &mut outcomes)?;
    let Some(remote) = session.remote.clone() else { return Ok(outcomes) };
    let jobs = write_intents(session, observation, plan, report, options, provenance)?;
    let total = jobs.len();
    let cancellation = session.cancellation();
    let mut running = stream::iter(jobs)
        .take_while(|_| std::future::ready(!cancellation.is_cancelled()))
        .map(|job| create(Arc::clone(&remote), job))
        .buffer_unordered(CREATES_AT_ONCE);
    let mut done = 0;
    while let Some((job, result)) = running.next().await {
        let outcome = settle_create(session, &job, result)?;
        done += 1;
        session.progress.step(Stage::Pushing, done, total);
        outcomes.insert(job.score.clone(), outcome);
    }
    drop(running);
    if options.promote {
        promote_drafts(session, plan, &mut outcomes).await?;
    }
    if outcomes.values().any(|outcome| matches!(outcome, Outcome::Done(_))) {
        prune_afterwards(session);
    }
    Ok(outcomes)
}

/// Bases that were found by content, and versions that exist, need no request.
fn record_adopted(
    session: &mut Locked<'_>,
    observation: &Observation,
    plan: &Plan,
    report: &Report,
    outcomes: &mut BTreeMap<ScoreId, Outcome>,
) -> Result<(), Halt> {
    let records: Vec<(&ScoreId, &Operation)> =
        plan.operations().filter(|(_, operation)| matches!(operation, Operation::Record(_) | Operation::Reuse { .. })).collect();
    let owing = Owing::of(session, report)?;
    session.state.transaction(|tx| {
        records.iter().try_for_each(|(id, operation)| {
            let Some(synced) = fold(observation.trees[*id].synced.as_ref(), operation) else { return Ok(()) };
            tx.set_base(id, &synced)?;
            match note_of_push(owing.as_ref(), id, &action(operation, false)) {
                Some(note) => tx.add_intent(id, COMMIT, &json!(note)).map(drop),
                None => Ok(()),
            }
        })?;
        tx.own_places(&records.iter().map(|(id, _)| *id).collect::<Vec<_>>())
    })?;
    outcomes.extend(records.into_iter().map(|(id, operation)| (id.clone(), Outcome::Done(action(operation, false)))));
    Ok(())
}

fn write_intents<'a>(
    session: &mut Locked<'_>,
    observation: &Observation,
    plan: &'a Plan,
    report: &Report,
    options: &PushOptions,
    provenance: &Provenance,
) -> Result<Vec<CreateJob<'a>>, Halt> {
    let (mut jobs, mut notes) = (Vec::new(), notes(session, observation, plan, options)?);
    let owing = Owing::of(session, report)?;
    let Session { state, config, .. } = &mut **session;
    state.transaction(|tx| {
        for (score, operation) in plan.operations() {
            let Operation::Create { version, base, .. } = operation else { continue };
            let Some(synced) = fold(observation.trees[score].synced.as_ref(), operation) else { continue };
            let payload = CreateIntent {
                version: version.id.clone(),
                parent: version.parent.clone(),
                code: version.code.clone(),
                guidelines: version.guidelines.clone(),
                code_path: base.paths.code.to_string(),
                guidelines_path: base.paths.guidelines_text().to_owned(),
                commit: note_of_push(owing.as_ref(), score, &action(operation, false)),
            };
            let commit = payload.commit.clone();
            let intent = tx.add_intent(score, CREATE, &json!(payload))?;
            debug!(intent, %score, version = %version.id, kind = CREATE, "intent written");
            let note = notes.remove(score).unwrap_or_default();
            let (version, metadata) = (provenance.labelled(version), provenance.metadata(score, &config.metadata));
            let span = debug_span!("creation", intent, %score, version = %version.id);
            jobs.push(CreateJob { score, operation, version, synced, intent, note, metadata, commit, span });
        }
        Ok(())
    })?;
    Ok(jobs)
}

/// What the versions' notes say: what was asked for, else a summary of what each changes.
fn notes(
    session: &Session,
    observation: &Observation,
    plan: &Plan,
    options: &PushOptions,
) -> Result<BTreeMap<ScoreId, String>, Halt> {
    let mut notes = BTreeMap::new();
    for (score, operation) in plan.operations() {
        let Operation::Create { version, base, .. } = operation else { continue };
        let note = match &options.note {
            Some(note) => note.clone(),
            None => {
                let known = session.state.with_texts(score)?;
                let sides = &observation.trees[score];
                let parent = version.parent.as_ref();
                let parent = parent.and_then(|parent| {
                    known.as_ref().and_then(|known| known.docs_of(parent)).or_else(|| read_docs(sides, parent))
                });
                Summary::between(parent, &base.docs).to_string()
            }
        };
        notes.insert(score.clone(), note);
    }
    Ok(notes)
}

/// The documents of a version that was read for the plan: files without state, as in a fresh clone, come from one.
fn read_docs<'a>(sides: &'a ScoreSides, version: &VersionId) -> Option<&'a Snapshot> {
    let adopted = sides.synced.as_ref().and_then(|synced| synced.docs_of(version));
    let champion = || sides.champion().filter(|champion| champion.id == *version)?.docs.as_ref();
    let known = || sides.remote.known().iter().find(|known| known.id == *version)?.docs.as_ref();
    adopted.or_else(champion).or_else(known)
}

/// A version that was confirmed becomes the base; one that may exist keeps its intent.
fn settle_create(session: &mut Locked<'_>, job: &CreateJob<'_>, result: Result<Created, RemoteError>) -> Result<Outcome, Halt> {
    let _creation = job.span.enter();
    match result {
        Ok(created) => {
            record_created(session, job.score, &job.synced, job.commit.as_ref(), job.intent)?;
            debug!(existed = created == Created::Existed, "intent carried out");
            let mut action = action(job.operation, false);
            if let Action::Pushed { existed, .. } = &mut action {
                *existed = created == Created::Existed;
            }
            Ok(Outcome::Done(action))
        }
        Err(error) => {
            let is_kept = error.is_unanswered();
            debug!(error = error.kind(), is_kept, "failed");
            if !is_kept {
                session.state.transaction(|tx| tx.remove_intent(job.intent))?;
            }
            Ok(Outcome::Failed(Failure::Remote(error)))
        }
    }
}

/// A version that was created is the base. One of a kind without drafts runs, too, and what it replaced is kept; a draft
/// replaces nothing. Git is owed a commit, and the intent is carried out.
pub(in crate::engine) fn record_created(
    session: &mut Locked<'_>,
    score: &ScoreId,
    synced: &SyncedScore,
    commit: Option<&CommitNote>,
    intent: i64,
) -> Result<(), StateError> {
    let runs = !SyncKind::of(score).has_drafts();
    let before = if runs { session.state.with_texts(score)? } else { None };
    let (at, mut kept_in) = ((session.config.now)(), session.kept_in);
    session.state.transaction(|tx| {
        tx.set_base(score, synced)?;
        if runs {
            tx.set_champion(score, &synced.base)?;
        }
        if let Some(before) = &before {
            let texts = [Some(&before.docs.code), Some(&synced.docs.code)];
            keep_replaced(tx, &mut kept_in, score, &synced.paths.code, texts, at)?;
        }
        if let Some(note) = commit {
            tx.add_intent(score, COMMIT, &json!(note))?;
        }
        tx.remove_intent(intent)
    })?;
    session.kept_in = kept_in;
    Ok(())
}

/// Makes champion what was just pushed, and the drafts that were waiting.
async fn promote_drafts(session: &mut Locked<'_>, plan: &Plan, outcomes: &mut BTreeMap<ScoreId, Outcome>) -> Result<(), Halt> {
    let ahead = plan.scores.iter().filter(|(_, plan)| plan.standing.is_draft(plan.found.as_ref())).map(|(id, _)| id);
    let is_draft = |outcome: &Outcome| matches!(outcome, Outcome::Done(Action::Pushed { promoted: false, .. }));
    let pushed = outcomes.iter().filter(|(_, outcome)| is_draft(outcome)).map(|(id, _)| id);
    let scores: Vec<ScoreId> = ahead.chain(pushed).cloned().collect();
    let mut requests = Vec::new();
    for score in scores {
        match promotion_of_base(session, &score)? {
            Ok(request) => requests.push(request),
            Err(failure) => drop(outcomes.insert(score, Outcome::Failed(failure))),
        }
    }
    for (score, result) in promote_all(session, requests).await? {
        let outcome = match result {
            Ok(version) => promoted(outcomes.remove(&score), version),
            Err(failure) => Outcome::Failed(failure),
        };
        outcomes.insert(score, outcome);
    }
    Ok(())
}

async fn create(remote: Arc<dyn Remote>, job: CreateJob<'_>) -> (CreateJob<'_>, Result<Created, RemoteError>) {
    let created = remote.create_version(&job.version, &job.note, job.metadata.clone());
    let result = created.instrument(job.span.clone()).await;
    (job, result)
}

fn promoted(outcome: Option<Outcome>, version: VersionId) -> Outcome {
    let (changes, existed) = match outcome {
        Some(Outcome::Done(Action::Pushed { changes, existed, .. })) => (changes, existed),
        _ => (Changes::default(), true),
    };
    Outcome::Done(Action::Pushed { version, changes, existed, promoted: true })
}
