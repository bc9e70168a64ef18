//! What an account contains: scorecards and scores, without the contents of versions.

use super::ids::{AccountId, ScoreId, ScorecardId, VersionId};

/// An account.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Account {
    /// Identity.
    pub id: AccountId,
    /// What people call it.
    pub name: String,
    /// What settings name it by (`PLEXUS_ACCOUNT_KEY`).
    pub key: String,
}

/// A scorecard: a named set of scores, and the folder they live in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Scorecard {
    /// Identity.
    pub id: ScorecardId,
    /// What people call it; the folder's name comes from it.
    pub name: String,
    /// Short name for command lines.
    pub key: String,
    /// The id in the system that owns the data; empty if there is none.
    pub external_id: String,
}

/// A score, without its documents.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Score {
    /// Identity.
    pub id: ScoreId,
    /// The scorecard it belongs to.
    pub scorecard_id: ScorecardId,
    /// What people call it; the file's name comes from it.
    pub name: String,
    /// Short name for command lines; empty if there is none.
    pub key: String,
    /// The id in the system that owns the data; empty if there is none.
    pub external_id: String,
    /// The version it runs today.
    pub champion: Option<VersionId>,
    /// Switched off in the dashboard; still synced.
    pub disabled: bool,
}

/// The scorecards of an account that are synced, and all their scores.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Catalog {
    /// Scorecards, in no particular order.
    pub scorecards: Vec<Scorecard>,
    /// Scores of those scorecards, in no particular order.
    pub scores: Vec<Score>,
}

impl Catalog {
    /// The scorecard of a score.
    pub fn scorecard_of(&self, score: &Score) -> Option<&Scorecard> {
        self.scorecards.iter().find(|card| card.id == score.scorecard_id)
    }
}

#[cfg(test)]
impl Score {
    /// A score for unit tests whose id is derived from its external id.
    pub(crate) fn sample(external_id: &str, scorecard: &str, name: &str) -> Self {
        Self {
            id: ScoreId::from(format!("score-{external_id}")),
            scorecard_id: ScorecardId::from(scorecard),
            name: name.to_owned(),
            key: String::new(),
            external_id: external_id.to_owned(),
            champion: None,
            disabled: false,
        }
    }
}
