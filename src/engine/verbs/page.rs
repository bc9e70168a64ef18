//! `open`: which page of the dashboard shows a score, or a version of it.

use crate::engine::error::Halt;
use crate::engine::observe::versions::versions_named;
use crate::engine::select::Targets;
use crate::engine::session::Session;
use crate::engine::verbs::locate::locate;
use crate::model::{ScoreId, ScorecardId, VersionId};
use std::collections::BTreeMap;

/// A page about a score.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ScorePage {
    /// Its scorecard.
    pub scorecard: ScorecardId,
    /// The score.
    pub score: ScoreId,
    /// The version that the page is about.
    pub version: Option<VersionId>,
}

/// The page of the one score that `targets` names, from what was last seen; of a version, by its id or the start of it, only if
/// the dashboard has it.
///
/// # Errors
/// Not one score is named; nothing was synced yet; there is no such version, or it cannot be looked for offline.
pub async fn page(session: &Session, targets: &Targets, version: Option<&str>) -> Result<ScorePage, Halt> {
    let scores = locate(session, targets)?;
    let [score] = &scores[..] else {
        return Err(Halt::NotOneScore(scores.into_iter().map(|score| score.paths.code).collect()));
    };
    let scorecard = scorecards_of(session)?.remove(&score.id).ok_or(Halt::NeverSynced)?;
    let version = match version {
        Some(word) => Some(versions_named(session, &score.id, word).await?.0),
        None => None,
    };
    Ok(ScorePage { scorecard, score: score.id.clone(), version })
}

/// The scorecard of each score, as last seen.
///
/// # Errors
/// The state cannot be read.
pub fn scorecards_of(session: &Session) -> Result<BTreeMap<ScoreId, ScorecardId>, Halt> {
    Ok(session.state.catalog()?.scores.into_iter().map(|score| (score.id, score.scorecard_id)).collect())
}
