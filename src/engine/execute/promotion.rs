//! Making a version champion: a compare-and-set on the champion last seen, then the history that the dashboard reads.
//!
//! Crash protocol: the transition is written to the state as an intent before the first request and goes after the last.
//! All three requests can be repeated: the compare-and-set is satisfied if the version is champion already, and a history
//! entry with the transition's id is not added twice. So the next run simply does them again. If another champion came
//! first, the intent goes and nothing else happens.

use crate::check;
use crate::engine::error::{Attempt, Failure, Halt};
use crate::engine::execute::champion_history::Transition;
use crate::engine::locked::Locked;
use crate::model::{ScoreId, SyncedScore, Version, VersionId, VersionMeta};
use crate::remote::{Remote, RemoteError};
use serde_json::json;
use std::sync::Arc;
use tracing::{Instrument, debug, debug_span};
use uuid::Uuid;

/// The kind of intent that this room writes.
pub(in crate::engine) const PROMOTE: &str = "promote";

/// Makes the base of a score, a draft of ours, its champion. The outer error stops the run.
pub(in crate::engine) async fn promote_base(session: &mut Locked<'_>, score: &ScoreId) -> Result<Attempt<VersionId>, Halt> {
    let Some(remote) = session.remote.clone() else { return Err(Halt::Offline) };
    let Some(synced) = session.state.with_texts(score)? else {
        return Ok(Err(Failure::NoBase));
    };
    let code = synced.docs.code.text.as_deref().unwrap_or_default();
    if check::is_shadow_invalidated(code) {
        return Ok(Err(Failure::ShadowInvalidated(synced.base)));
    }
    let result = begin_promotion(session, &remote, score, synced.champion, &synced.base, false).await?;
    Ok(result.map(|()| synced.base))
}

/// Makes `next` the champion of a score if that still is `previous`. The outer error stops the run.
pub(in crate::engine) async fn begin_promotion(
    session: &mut Locked<'_>,
    remote: &Arc<dyn Remote>,
    score: &ScoreId,
    previous: Option<VersionId>,
    next: &VersionId,
    back: bool,
) -> Result<Attempt<()>, Halt> {
    let id = Uuid::new_v4().to_string();
    let transition = Transition { id, score: score.clone(), previous, next: next.clone(), at: (session.config.now)(), back };
    let intent = session.state.transaction(|tx| tx.add_intent(score, PROMOTE, &json!(transition)))?;
    debug!(intent, %score, version = %next, kind = PROMOTE, "intent written");
    finish_promotion(session, remote, intent, &transition).await
}

/// Does, or does again, the three requests of a promotion, and records it.
pub(in crate::engine) async fn finish_promotion(
    session: &mut Locked<'_>,
    remote: &Arc<dyn Remote>,
    intent: i64,
    transition: &Transition,
) -> Result<Attempt<()>, Halt> {
    let span = debug_span!("promotion", intent, score = %transition.score, version = %transition.next);
    match promote(remote.as_ref(), transition).instrument(span.clone()).await {
        Ok(candidate) => {
            let synced = session.state.with_texts(&transition.score)?;
            session.state.transaction(|tx| {
                if let Some(mut synced) = synced.filter(|synced| is_ours(synced, transition)) {
                    let is_base = synced.base == transition.next;
                    synced.champion = Some(transition.next.clone());
                    synced.champion_docs = if is_base { None } else { Some(candidate.docs) };
                    tx.set_base(&transition.score, &synced)?;
                }
                tx.remove_intent(intent)
            })?;
            span.in_scope(|| debug!("intent carried out"));
            Ok(Ok(()))
        }
        Err(RemoteError::Condition) => {
            session.state.transaction(|tx| tx.remove_intent(intent))?;
            let winner = winner(remote.as_ref(), &transition.score).instrument(span.clone()).await.map(Box::new);
            let champion = winner.as_ref().map(|winner| winner.id.to_string());
            span.in_scope(|| debug!(expected = ?transition.previous, champion, "lost the race"));
            Ok(Err(Failure::NotPromoted { version: transition.next.clone(), winner }))
        }
        Err(error) => {
            if matches!(error, RemoteError::Rejected { .. }) {
                session.state.transaction(|tx| tx.remove_intent(intent))?;
            }
            span.in_scope(|| debug!(error = error.kind(), "failed"));
            Ok(Err(Failure::Remote(error)))
        }
    }
}

/// The champion that came first, if it can be read; not knowing its author must not hide that the race is lost.
async fn winner(remote: &dyn Remote, score: &ScoreId) -> Option<VersionMeta> {
    let champion = remote.score(score).await.ok()??.champion?;
    let version = remote.versions(std::slice::from_ref(&champion)).await.ok()?.remove(&champion)?;
    version.ok().map(|version| version.meta)
}

/// The files hold the version that enters, or a draft again. Of any other version they know nothing: their champion has
/// moved, and the next pull takes it.
fn is_ours(synced: &SyncedScore, transition: &Transition) -> bool {
    synced.base == transition.next || (transition.back && transition.previous.as_ref() == Some(&synced.base))
}

/// The three requests, after reading what they need; gives the new champion.
async fn promote(remote: &dyn Remote, transition: &Transition) -> Result<Version, RemoteError> {
    let ids: Vec<VersionId> = [Some(&transition.next), transition.previous.as_ref()].into_iter().flatten().cloned().collect();
    let mut versions = remote.versions(&ids).await?;
    let candidate = versions.remove(&transition.next).unwrap_or(Err(RemoteError::Condition))?;
    if candidate.meta.score_id != transition.score {
        let message = format!("version {} belongs to score {}", transition.next, candidate.meta.score_id);
        return Err(RemoteError::Rejected { error_type: None, message });
    }
    remote.set_champion(&transition.score, transition.previous.as_ref(), &transition.next).await?;
    remote.update_version(&candidate.meta, transition.entered(&candidate.meta.metadata), true).await?;
    if let Some(previous) = &transition.previous
        && let Some(Ok(version)) = versions.remove(previous)
    {
        remote.update_version(&version.meta, transition.exited(previous, &version.meta.metadata), false).await?;
    }
    Ok(candidate)
}
