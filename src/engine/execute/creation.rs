//! Creating a score in Plexus from files here: the one thing besides versions and promotions that is changed there, and
//! only where a person asks for it.
//!
//! Crash protocol: (1) everything that is to be created is written to the state as an intent; (2) the score is created, then
//! its first version, each under an id made from what it is, so that both requests can be repeated; (3) one commit makes
//! the version the base and the intent one of a promotion, which `promote` finishes as any other: a score's first version
//! becomes champion when it is saved in the dashboard, too. The next run does again what an interrupted one had begun.

use crate::engine::error::{Failure, Halt};
use crate::engine::execute::champion_history::Transition;
use crate::engine::execute::promotion::{PROMOTE, finish_promotion};
use crate::engine::locked::Locked;
use crate::model::{NewScore, NewVersion, ScorePaths, SyncKind, SyncedScore};
use crate::remote::{Created, Remote, RemoteError};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use std::sync::Arc;
use tracing::debug;
use uuid::Uuid;

/// A score that can be created, with its first version.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Proposal {
    /// The score.
    pub score: NewScore,
    /// Its scorecard's name.
    pub scorecard: String,
    /// Its section's name.
    pub section: String,
    /// Its files; guidelines may be missing.
    pub paths: ScorePaths,
    /// Its first version.
    pub version: NewVersion,
    /// What its note says.
    pub note: String,
}

/// The kind of intent that this room writes.
pub(in crate::engine) const NEW: &str = "new";

/// What became of a proposal.
#[derive(Debug)]
pub enum Creation {
    /// The score and its version are there, and the version is champion.
    Done {
        /// An earlier try, or somebody else at the same time, had created the score.
        existed: bool,
    },
    /// Not everything was done. What may have happened is finished by the next run.
    Failed(Failure),
}

/// The payload of an intent: enough to do it all again.
#[derive(Serialize, Deserialize)]
struct Intended {
    score: NewScore,
    code: String,
    guidelines: Option<String>,
    code_path: String,
    guidelines_path: String,
    note: String,
}

/// Creates what was proposed.
pub async fn create_new(session: &mut Locked<'_>, proposal: &Proposal) -> Result<Creation, Halt> {
    let Some(remote) = session.remote.clone() else { return Err(Halt::Offline) };
    let intended = Intended {
        score: proposal.score.clone(),
        code: proposal.version.code.clone(),
        guidelines: proposal.version.guidelines.clone(),
        code_path: proposal.paths.code.to_string(),
        guidelines_path: proposal.paths.guidelines_text().to_owned(),
        note: proposal.note.clone(),
    };
    let payload = json!(intended);
    let intent = session.state.transaction(|tx| tx.add_intent(&proposal.score.id, NEW, &payload))?;
    debug!(intent, score = %proposal.score.id, version = %proposal.version.id, kind = NEW, "intent written");
    finish_new(session, &remote, intent, payload).await
}

/// Does, or does again, all that an intent says.
pub(in crate::engine) async fn finish_new(
    session: &mut Locked<'_>,
    remote: &Arc<dyn Remote>,
    intent: i64,
    payload: Value,
) -> Result<Creation, Halt> {
    let Some((intended, paths)) = decoded(payload) else {
        session.state.transaction(|tx| tx.remove_intent(intent))?;
        return Ok(Creation::Failed(Failure::LostProposal));
    };
    let version = NewVersion::new(intended.score.id.clone(), None, intended.code.clone(), intended.guidelines.clone());
    let metadata = Value::Object(session.config.metadata.clone());
    let existed = match create(remote.as_ref(), &intended, &version, metadata).await {
        Ok(created) => created == Created::Existed,
        Err(error) => {
            let is_kept = error.is_unanswered();
            debug!(intent, error = error.kind(), is_kept, "failed");
            if !is_kept {
                session.state.transaction(|tx| tx.remove_intent(intent))?;
            }
            return Ok(Creation::Failed(Failure::Remote(error)));
        }
    };
    let (intent, transition) = record_new(session, intent, version, paths)?;
    Ok(match finish_promotion(session, remote, intent, &transition).await? {
        Ok(()) => Creation::Done { existed },
        Err(failure) => Creation::Failed(failure),
    })
}

/// The version becomes the base, and what is left to do a promotion; in one commit.
fn record_new(session: &mut Locked<'_>, intent: i64, version: NewVersion, paths: ScorePaths) -> Result<(i64, Transition), Halt> {
    let (id, at) = (Uuid::new_v4().to_string(), (session.config.now)());
    let (score, next) = (version.score_id.clone(), version.id.clone());
    let transition = Transition { id, score: score.clone(), previous: None, next, at, back: false };
    let docs = version.docs();
    let champion = (!SyncKind::of(&score).has_drafts()).then(|| version.id.clone());
    let synced = SyncedScore { base: version.id, docs, champion, champion_docs: None, paths, local: None };
    let is_known = session.state.with_texts(&score)?.is_some();
    let intent = session.state.transaction(|tx| {
        if !is_known {
            tx.set_base(&score, &synced)?;
            tx.own_places(&[&score])?;
        }
        tx.remove_intent(intent)?;
        tx.add_intent(&score, PROMOTE, &json!(transition))
    })?;
    Ok((intent, transition))
}

async fn create(remote: &dyn Remote, intended: &Intended, version: &NewVersion, metadata: Value) -> Result<Created, RemoteError> {
    let created = remote.create_score(&intended.score, version).await?;
    remote.create_version(version, &intended.note, metadata).await?;
    Ok(created)
}

fn decoded(payload: Value) -> Option<(Intended, ScorePaths)> {
    let intended: Intended = serde_json::from_value(payload).ok()?;
    let paths = ScorePaths::parse(&intended.code_path, &intended.guidelines_path).ok()?;
    Some((intended, paths))
}
