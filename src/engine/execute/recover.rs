//! Finishing what an earlier run left unfinished, from its intents, before anything new is planned. Commits that are owed to git
//! are made after the run, when the workspace lock is free.

use crate::engine::error::{Failure, Halt};
use crate::engine::execute::champion_history::Transition;
use crate::engine::execute::creation::{Creation, NEW, finish_new};
use crate::engine::execute::promotion::{PROMOTE, finish_promotion};
use crate::engine::execute::replace::recover_files;
use crate::engine::execute::run_task::end_left_tasks;
use crate::engine::execute::versions::{CREATE, CreateIntent, record_created};
use crate::engine::locked::Locked;
use crate::engine::observe::catalog::account;
use crate::engine::observe::versions::read_versions;
use crate::engine::report::{Recovered, RecoveredOperation, RecoveryOutcome};
use crate::engine::session::Session;
use crate::model::{ScoreId, ScorePaths, Snapshot, SyncKind, SyncedScore, Version, VersionId};
use crate::remote::{Remote, RemoteError};
use crate::state::{Intent, StateError};
use std::sync::Arc;
use tracing::{Instrument, debug, debug_span};

/// Finishes what earlier runs left unfinished, and says what that was. Without the dashboard what concerns it is left for a
/// later run.
///
/// # Errors
/// The state or the dashboard cannot be read; the state cannot be written.
pub async fn recover(session: &mut Locked<'_>) -> Result<Vec<Recovered>, Halt> {
    let mut recovered: Vec<Recovered> = recover_files(session)?.into_iter().map(Recovered::Run).collect();
    // What is recorded now happened before git was where it is.
    let position = session.state.take_git_position();
    let finished = finish_intents(session).instrument(debug_span!("recovery")).await;
    session.state.set_git_position(position);
    for operation in finished? {
        let RecoveredOperation { score, version, outcome, .. } = &operation;
        debug!(%score, %version, ?outcome, "recovered");
        recovered.push(Recovered::Operation(operation));
    }
    end_left_tasks(session).await?;
    Ok(recovered)
}

async fn finish_intents(session: &mut Locked<'_>) -> Result<Vec<RecoveredOperation>, Halt> {
    let Some(remote) = session.remote.clone() else { return Ok(Vec::new()) };
    let is_of_a_score = |intent: &Intent| [CREATE, NEW, PROMOTE].contains(&intent.kind.as_str());
    let intents: Vec<Intent> = session.state.intents()?.into_iter().filter(is_of_a_score).collect();
    if intents.is_empty() {
        return Ok(Vec::new());
    }
    debug!(intents = intents.len(), "an earlier run was interrupted");
    account(session, remote.as_ref()).await?;
    let (creates, others): (Vec<Intent>, Vec<Intent>) = intents.into_iter().partition(|intent| intent.kind == CREATE);
    let (news, promotions): (Vec<Intent>, Vec<Intent>) = others.into_iter().partition(|intent| intent.kind == NEW);
    let mut recovered = recover_creates(session, creates).await?;
    for intent in news {
        recovered.extend(recover_new(session, &remote, intent).await?);
    }
    for intent in promotions {
        recovered.extend(recover_promotion(session, &remote, intent).await?);
    }
    Ok(recovered)
}

async fn recover_new(
    session: &mut Locked<'_>,
    remote: &Arc<dyn Remote>,
    intent: Intent,
) -> Result<Option<RecoveredOperation>, Halt> {
    let creation = finish_new(session, remote, intent.id, intent.payload).await?;
    let Some(synced) = session.state.with_texts(&intent.score)?.filter(|_| matches!(creation, Creation::Done { .. })) else {
        return Ok(None);
    };
    Ok(named(session, &intent.score, synced.base, RecoveryOutcome::Created)?)
}

async fn recover_promotion(
    session: &mut Locked<'_>,
    remote: &Arc<dyn Remote>,
    intent: Intent,
) -> Result<Option<RecoveredOperation>, Halt> {
    let Ok(transition) = serde_json::from_value::<Transition>(intent.payload) else {
        session.state.transaction(|tx| tx.remove_intent(intent.id))?;
        return Ok(None);
    };
    let outcome = match finish_promotion(session, remote, intent.id, &transition).await? {
        Ok(()) if transition.back => RecoveryOutcome::TakenBack,
        Ok(()) => RecoveryOutcome::Promoted,
        // A lost race or a rejection ended the intent; the scores' standings tell the rest.
        Err(Failure::NotPromoted { .. } | Failure::Remote(RemoteError::Rejected { .. } | RemoteError::Missing(_))) => {
            RecoveryOutcome::NotPromoted
        }
        Err(_) => return Ok(None),
    };
    Ok(named(session, &intent.score, transition.next, outcome)?)
}

/// Named by its code file; a score that the state has forgotten is not worth telling.
fn named(
    session: &Session,
    score: &ScoreId,
    version: VersionId,
    outcome: RecoveryOutcome,
) -> Result<Option<RecoveredOperation>, StateError> {
    let synced = session.state.with_texts(score)?;
    Ok(synced.map(|synced| RecoveredOperation { score: score.clone(), path: synced.paths.code, version, outcome }))
}

/// Versions that exist become the base; of the others nothing is left, and the next plan starts from the files.
async fn recover_creates(session: &mut Locked<'_>, intents: Vec<Intent>) -> Result<Vec<RecoveredOperation>, Halt> {
    let mut recovered = Vec::new();
    let decoded: Vec<(Intent, Option<CreateIntent>)> =
        intents.into_iter().map(|intent| (intent.clone(), serde_json::from_value(intent.payload).ok())).collect();
    let ids: Vec<_> = decoded.iter().filter_map(|(_, create)| create.as_ref().map(|create| create.version.clone())).collect();
    let mut reads = read_versions(session, &ids).await?;
    for (intent, create) in decoded {
        let read = create.as_ref().and_then(|create| reads.remove(&create.version));
        let commit = create.as_ref().and_then(|create| create.commit.clone());
        let base = match (read, create) {
            (Some(Ok(version)), Some(create)) => base_after(session, &intent, version, create)?,
            (Some(Err(error)), _) if error.is_unanswered() => continue,
            _ => None,
        };
        let Some(synced) = base else {
            session.state.transaction(|tx| tx.remove_intent(intent.id))?;
            continue;
        };
        record_created(session, &intent.score, &synced, commit.as_ref(), intent.id)?;
        let (path, version) = (synced.paths.code, synced.base);
        recovered.push(RecoveredOperation { score: intent.score, path, version, outcome: RecoveryOutcome::Pushed });
    }
    Ok(recovered)
}

/// The base that the interrupted push would have recorded, unless the state went on without it.
fn base_after(
    session: &Session,
    intent: &Intent,
    version: Version,
    create: CreateIntent,
) -> Result<Option<SyncedScore>, StateError> {
    let before = session.state.with_texts(&intent.score)?;
    if before.as_ref().map(|synced| &synced.base) != create.parent.as_ref() || version.meta.score_id != intent.score {
        return Ok(None);
    }
    let Ok(paths) = ScorePaths::parse(&create.code_path, &create.guidelines_path) else { return Ok(None) };
    let docs = Snapshot::of(SyncKind::of(&intent.score), create.code, create.guidelines.as_deref());
    let runs = !SyncKind::of(&intent.score).has_drafts();
    let (champion, champion_docs) = match before {
        _ if runs => (Some(version.meta.id.clone()), None),
        None => (None, None),
        Some(synced) if !synced.is_draft() => (synced.champion, Some(synced.docs)),
        Some(synced) => (synced.champion, synced.champion_docs),
    };
    Ok(Some(SyncedScore { base: version.meta.id, docs, champion, champion_docs, paths, local: None }))
}
