//! What an account contains: scorecards and scores, without the contents of versions.

use super::ids::{AccountId, ScoreId, ScorecardId, SectionId, VersionId};
use serde::{Deserialize, Serialize};
use std::collections::HashMap;
use std::sync::Arc;
use uuid::Uuid;

/// Namespace of the score ids that we make.
const NAMESPACE: Uuid = Uuid::from_u128(0x2f64_1b7e_0a55_5e0c_9d3d_5c0e_ca4d_0001);

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

impl Scorecard {
    /// `word` is its id, key, external id or name.
    pub fn is_called(&self, word: &str) -> bool {
        [self.id.as_str(), &self.key, &self.external_id, &self.name].contains(&word)
    }
}

/// A score, without its documents. There may be many: copies share their texts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Score {
    /// Identity.
    pub id: ScoreId,
    /// The scorecard it belongs to.
    pub scorecard_id: ScorecardId,
    /// What people call it; the file's name comes from it.
    pub name: Arc<str>,
    /// Short name for command lines; empty if there is none.
    pub key: Arc<str>,
    /// The id in the system that owns the data; empty if there is none.
    pub external_id: Arc<str>,
    /// The version it runs today.
    pub champion: Option<VersionId>,
    /// Switched off in the dashboard; still synced.
    pub disabled: bool,
}

impl Score {
    /// `word` is its id, key, external id or name.
    pub fn is_called(&self, word: &str) -> bool {
        [self.id.as_str(), &self.key, &self.external_id, &self.name].contains(&word)
    }
}

/// A heading within a scorecard.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Section {
    /// Identity.
    pub id: SectionId,
    /// What people call it.
    pub name: String,
    /// Its place among the others.
    pub order: i64,
    /// The place behind its last score.
    pub next_order: i64,
}

/// A score to be created.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct NewScore {
    /// Made by [`NewScore::id_of`].
    pub id: ScoreId,
    /// Where.
    pub scorecard_id: ScorecardId,
    /// Under which heading.
    pub section_id: SectionId,
    /// What people call it.
    pub name: String,
    /// Short name, if it is to have one.
    pub key: Option<String>,
    /// The id in the system that owns the data; never empty.
    pub external_id: String,
    /// `binary`, `categorical`, `numeric` or `text`.
    pub kind: String,
    /// Its place in its section.
    pub order: i64,
    /// Where a standalone document goes, which has no scorecard; none for a score.
    #[serde(default)]
    pub account: Option<AccountId>,
}

impl NewScore {
    /// Names a score by what it is, so that every retry and every colleague who creates it at the same time name one score.
    pub fn id_of(scorecard: &ScorecardId, external_id: &str) -> ScoreId {
        let name = format!("{}:{scorecard}{external_id}", scorecard.as_str().len());
        ScoreId::from(Uuid::new_v5(&NAMESPACE, name.as_bytes()).to_string())
    }

    /// `stored` is this score: the same name and external id in the same scorecard.
    pub fn is_same(&self, stored: &Score) -> bool {
        let own = (&self.id, &self.scorecard_id, &*self.name, &*self.external_id);
        own == (&stored.id, &stored.scorecard_id, &*stored.name, &*stored.external_id)
    }

    /// The score as it is right after its creation.
    pub fn score(&self) -> Score {
        Score {
            id: self.id.clone(),
            scorecard_id: self.scorecard_id.clone(),
            name: self.name.as_str().into(),
            key: self.key.as_deref().unwrap_or_default().into(),
            external_id: self.external_id.as_str().into(),
            champion: None,
            disabled: false,
        }
    }
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

    /// A word is `Scorecard/Score`, as reports of single scores say it; either name may have slashes of its own.
    pub fn is_full_name(&self, word: &str, score: &Score) -> bool {
        let card = word.strip_suffix(&*score.name).and_then(|rest| rest.strip_suffix('/'));
        card.is_some_and(|card| self.scorecard_of(score).is_some_and(|own| own.name == card))
    }

    /// What the scorecards are called, by their ids: one text for all scores of each.
    pub fn card_names(&self) -> HashMap<&ScorecardId, Arc<str>> {
        self.scorecards.iter().map(|card| (&card.id, card.name.as_str().into())).collect()
    }

    /// The scorecard of each score, by their ids.
    pub fn scorecard_ids(&self) -> HashMap<&ScoreId, &ScorecardId> {
        self.scores.iter().map(|score| (&score.id, &score.scorecard_id)).collect()
    }
}

#[cfg(test)]
impl Score {
    /// A score for unit tests whose id is derived from its external id.
    pub(crate) fn sample(external_id: &str, scorecard: &str, name: &str) -> Self {
        Self {
            id: ScoreId::from(format!("score-{external_id}")),
            scorecard_id: ScorecardId::from(scorecard),
            name: name.into(),
            key: "".into(),
            external_id: external_id.into(),
            champion: None,
            disabled: false,
        }
    }
}
