//! Making a version champion: a compare-and-set on the champion last seen, then the history that the dashboard reads.
//!
//! Crash protocol: the transition is written to the state as an intent before the first request and goes after the last.
//! All three requests can be repeated: the compare-and-set is satisfied if the version is champion already, and a history
//! entry with the transition's id is not added twice. So the next run simply does them again. If another champion came
//! first, the intent goes and nothing else happens.

use crate::check;
use crate::engine::error::{Attempt, Failure, Halt};
use crate::engine::execute::champion_history::Transition;
use crate::engine::execute::replaced_heads::keep_replaced;
use crate::engine::locked::Locked;
use crate::engine::session::Session;
use crate::model::{ScoreId, Stage, SyncedScore, Version, VersionId, VersionMeta};
use crate::remote::{Reads, Remote, RemoteError};
use crate::state::StateError;
use futures_util::StreamExt;
use futures_util::stream::FuturesUnordered;
use serde_json::json;
use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;
use tokio::time::sleep;
use tracing::{Instrument, Span, debug, debug_span};
use uuid::Uuid;

/// The kind of intent that this room writes.
pub(in crate::engine) const PROMOTE: &str = "promote";

/// Promotions carried out at the same time; each is four requests, one after another.
const PROMOTIONS_AT_ONCE: usize = 8;
/// How long a version that reads do not show yet is waited for, before each further read.
const UNSEEN: [Duration; 3] = [Duration::from_millis(200), Duration::from_millis(500), Duration::from_secs(1)];

/// A champion that is to be replaced.
pub(in crate::engine) struct PromotionRequest {
    pub score: ScoreId,
    /// The champion that must still be there; none where the score has none yet.
    pub previous: Option<VersionId>,
    pub next: VersionId,
    /// An earlier promotion is taken back.
    pub back: bool,
}

/// What the dashboard made of a promotion.
enum Answer {
    /// It is champion, with this content.
    Champion(Box<Version>),
    /// Another one came first.
    Lost(Option<Box<VersionMeta>>),
    Failed(RemoteError),
}

/// The request that makes the base of a score, a draft of ours, its champion.
pub(in crate::engine) fn promotion_of_base(session: &Session, score: &ScoreId) -> Result<Attempt<PromotionRequest>, Halt> {
    let Some(SyncedScore { base, docs, champion, .. }) = session.state.with_texts(score)? else {
        return Ok(Err(Failure::NoBase));
    };
    if check::is_shadow_invalidated(docs.code.text.as_deref().unwrap_or_default()) {
        return Ok(Err(Failure::ShadowInvalidated(base)));
    }
    Ok(Ok(PromotionRequest { score: score.clone(), previous: champion, next: base, back: false }))
}

/// Carries out promotions of different scores, a few at once. Those that were not reached before the run was cancelled have
/// no result, and no intent. The outer error stops the run.
pub(in crate::engine) async fn promote_all(
    session: &mut Locked<'_>,
    requests: Vec<PromotionRequest>,
) -> Result<BTreeMap<ScoreId, Attempt<VersionId>>, Halt> {
    let Some(remote) = session.remote.clone() else { return Err(Halt::Offline) };
    let (mut results, total) = (BTreeMap::new(), requests.len());
    let mut requests = requests.into_iter().peekable();
    while requests.peek().is_some() && !session.is_cancelled() {
        session.progress.step(Stage::Promoting, results.len(), total);
        let begun = write_intents(session, requests.by_ref().take(PROMOTIONS_AT_ONCE))?;
        let mut running: FuturesUnordered<_> = begun.into_iter().map(|(intent, begun)| ask(&remote, intent, begun)).collect();
        while let Some((intent, transition, answer)) = running.next().await {
            let settled = settle(session, intent, &transition, answer)?;
            results.insert(transition.score, settled.map(|()| transition.next));
            session.progress.step(Stage::Promoting, results.len(), total);
        }
    }
    Ok(results)
}

fn write_intents(
    session: &mut Locked<'_>,
    requests: impl Iterator<Item = PromotionRequest>,
) -> Result<Vec<(i64, Transition)>, Halt> {
    let at = (session.config.now)();
    let begun = session.state.transaction(|tx| {
        requests
            .map(|PromotionRequest { score, previous, next, back }| {
                let transition = Transition { id: Uuid::new_v4().to_string(), score, previous, next, at, back };
                Ok((tx.add_intent(&transition.score, PROMOTE, &json!(transition))?, transition))
            })
            .collect::<Result<Vec<_>, StateError>>()
    })?;
    for (intent, Transition { score, next, .. }) in &begun {
        debug!(intent, %score, version = %next, kind = PROMOTE, "intent written");
    }
    Ok(begun)
}

/// Does, or does again, the requests of a promotion, and records it.
pub(in crate::engine) async fn finish_promotion(
    session: &mut Locked<'_>,
    remote: &Arc<dyn Remote>,
    intent: i64,
    transition: &Transition,
) -> Result<Attempt<()>, Halt> {
    let (intent, transition, answer) = ask(remote, intent, transition.clone()).await;
    settle(session, intent, &transition, answer)
}

/// The requests of a promotion; the state is not touched.
async fn ask(remote: &Arc<dyn Remote>, intent: i64, transition: Transition) -> (i64, Transition, Answer) {
    let span = span(intent, &transition);
    let asked = async {
        match promote(remote.as_ref(), &transition).await {
            Ok(candidate) => Answer::Champion(Box::new(candidate)),
            Err(RemoteError::Condition) => Answer::Lost(winner(remote.as_ref(), &transition.score).await.map(Box::new)),
            Err(error) => Answer::Failed(error),
        }
    };
    let answer = asked.instrument(span).await;
    (intent, transition, answer)
}

/// Records what became of a promotion. An intent stays where nobody knows.
fn settle(session: &mut Locked<'_>, intent: i64, transition: &Transition, answer: Answer) -> Result<Attempt<()>, Halt> {
    let _promotion = span(intent, transition).entered();
    match answer {
        Answer::Champion(candidate) => {
            let synced = session.state.with_texts(&transition.score)?;
            let (at, mut kept_in) = ((session.config.now)(), session.kept_in);
            session.state.transaction(|tx| {
                if let Some(mut synced) = synced.filter(|synced| is_ours(synced, transition)) {
                    let replaced = synced.champion_docs.as_ref().map(|docs| &docs.code);
                    let texts = [replaced, Some(&candidate.docs.code)];
                    keep_replaced(tx, &mut kept_in, &transition.score, &synced.paths.code, texts, at)?;
                    let is_base = synced.base == transition.next;
                    synced.champion = Some(transition.next.clone());
                    synced.champion_docs = if is_base { None } else { Some(candidate.docs) };
                    tx.update_base(&transition.score, &synced)?;
                }
                tx.set_champion(&transition.score, &transition.next)?;
                tx.remove_intent(intent)
            })?;
            session.kept_in = kept_in;
            debug!("intent carried out");
            Ok(Ok(()))
        }
        Answer::Lost(winner) => {
            session.state.transaction(|tx| tx.remove_intent(intent))?;
            let champion = winner.as_ref().map(|winner| winner.id.to_string());
            debug!(expected = ?transition.previous, champion, "lost the race");
            Ok(Err(Failure::NotPromoted { version: transition.next.clone(), winner }))
        }
        Answer::Failed(error) => {
            if matches!(error, RemoteError::Rejected { .. } | RemoteError::Missing(_)) {
                session.state.transaction(|tx| tx.remove_intent(intent))?;
            }
            debug!(error = error.kind(), "failed");
            Ok(Err(Failure::Remote(error)))
        }
    }
}

fn span(intent: i64, transition: &Transition) -> Span {
    debug_span!("promotion", intent, score = %transition.score, version = %transition.next)
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

/// The versions that enter and leave. Reads are eventually consistent: one that was made just now may be missing for a moment.
async fn both(remote: &dyn Remote, transition: &Transition) -> Result<Reads, RemoteError> {
    let ids: Vec<VersionId> = [Some(&transition.next), transition.previous.as_ref()].into_iter().flatten().cloned().collect();
    let mut waits = UNSEEN.into_iter();
    loop {
        let versions = remote.versions(&ids).await?;
        let is_missing = matches!(versions.get(&transition.next), Some(Err(RemoteError::Missing(_))));
        let Some(wait) = waits.next().filter(|_| is_missing) else { return Ok(versions) };
        sleep(wait).await;
    }
}

/// The three requests, after reading what they need; gives the new champion. A champion of which nobody knows for now what its
/// history says stays: once it is replaced, nothing would lead back to that history. One that cannot be read for good is replaced.
async fn promote(remote: &dyn Remote, transition: &Transition) -> Result<Version, RemoteError> {
    let mut versions = both(remote, transition).await?;
    let unread = || RemoteError::Protocol(format!("no answer for version {}", transition.next));
    let candidate = versions.remove(&transition.next).ok_or_else(unread)??;
    if candidate.meta.score_id != transition.score {
        let message = format!("version {} belongs to score {}", transition.next, candidate.meta.score_id);
        return Err(RemoteError::Rejected { error_type: None, message });
    }
    let previous = match transition.previous.as_ref().and_then(|previous| versions.remove(previous)) {
        Some(Err(error @ (RemoteError::Unreachable(_) | RemoteError::Throttled(_)))) => return Err(error),
        read => read.and_then(Result::ok),
    };
    remote.set_champion(&transition.score, transition.previous.as_ref(), &transition.next).await?;
    remote.update_version(&candidate.meta, transition.entered(&candidate.meta.metadata), true).await?;
    // The champion may have been another score's version: its history is that of its own score.
    if let Some(Version { meta, .. }) = previous.filter(|version| version.meta.score_id == transition.score) {
        remote.update_version(&meta, transition.exited(&meta.id, &meta.metadata), false).await?;
    }
    Ok(candidate)
}
