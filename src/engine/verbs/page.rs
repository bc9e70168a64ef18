//! `open`: which page of the dashboard shows a score, a version of it, a scorecard, or a standalone document.

use crate::engine::error::Halt;
use crate::engine::observe::versions::versions_named;
use crate::engine::select::Targets;
use crate::engine::session::Session;
use crate::engine::verbs::locate::locate;
use crate::model::{ScoreId, ScorecardId, VersionId};
use std::collections::{BTreeMap, BTreeSet};

/// A page of the dashboard.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DashboardPage {
    /// The scorecard that it is about, or that its score belongs to.
    pub scorecard: ScorecardId,
    /// The score; none for the page of the scorecard.
    pub score: Option<ScoreId>,
    /// The version of the score that the page is about.
    pub version: Option<VersionId>,
}

/// The page of the one score that `targets` names, or of the scorecard if it names all its scores, from what was last seen; of
/// a version, by its id or the start of it, only if the dashboard has it.
///
/// # Errors
/// Neither one score nor one scorecard is named; nothing was synced yet; there is no such version, or it cannot be looked for
/// offline.
pub async fn page(session: &Session, targets: &Targets, version: Option<&str>) -> Result<DashboardPage, Halt> {
    let scores = locate(session, targets)?;
    let mut scorecards = scorecards_of(session)?;
    let [score] = &scores[..] else {
        let named: BTreeSet<_> = scores.iter().map(|score| score.id.clone()).collect();
        return match one_scorecard(&scorecards, &named).filter(|_| version.is_none()) {
            Some(scorecard) => Ok(DashboardPage { scorecard, score: None, version: None }),
            None => Err(Halt::NotOneScore(scores.into_iter().map(|score| (score.id, score.paths.code)).collect())),
        };
    };
    let scorecard = scorecards.remove(&score.id).ok_or_else(|| Halt::Gone(score.paths.code.clone()))?;
    let version = match version {
        Some(word) => Some(versions_named(session, &score.id, word).await?.0),
        None => None,
    };
    Ok(DashboardPage { scorecard, score: Some(score.id.clone()), version })
}

/// The scorecard whose scores are exactly these.
fn one_scorecard(scorecards: &BTreeMap<ScoreId, ScorecardId>, named: &BTreeSet<ScoreId>) -> Option<ScorecardId> {
    let scorecard = scorecards.get(named.first()?)?;
    let own = scorecards.iter().filter(|(_, of)| *of == scorecard).map(|(score, _)| score);
    own.eq(named).then(|| scorecard.clone())
}

/// The scorecard of each score, as last seen.
///
/// # Errors
/// The state cannot be read.
pub fn scorecards_of(session: &Session) -> Result<BTreeMap<ScoreId, ScorecardId>, Halt> {
    Ok(session.state.catalog()?.scores.into_iter().map(|score| (score.id, score.scorecard_id)).collect())
}
