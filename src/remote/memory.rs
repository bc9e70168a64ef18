//! [`MemoryRemote`]: a dashboard in memory, for tests of everything above the trait.
//!
//! Keeps the trait's promises and nothing more: no paging, no faults. Its own methods are what people do in the dashboard
//! meanwhile. Its clock only counts: each version is a second younger than the one before.

use super::event::RemoteEvent;
use super::types::{Attribution, Created, Evaluations, Histories, Reads, Remote, RemoteError, Unreadable};
use super::writes::{attributed, check_size, is_same};
use crate::model::{
    Account, AccountId, Catalog, Content, DocKind, Evaluation, NewScore, NewVersion, Score, ScoreId, Scorecard, ScorecardId,
    Section, Snapshot, Version, VersionId, VersionMeta,
};
use async_trait::async_trait;
use jiff::{SignedDuration, Timestamp};
use serde_json::Value;
use std::cmp::Reverse;
use std::collections::BTreeMap;
use std::sync::{Mutex, MutexGuard, PoisonError};
use tokio::sync::broadcast::error::RecvError;
use tokio::sync::{broadcast, mpsc};

/// Hints that a slow listener may fall behind by; then it is told to look at everything.
const HINTS: usize = 256;

/// An in-memory [`Remote`].
#[derive(Debug)]
pub struct MemoryRemote {
    account: Account,
    attribution: Attribution,
    world: Mutex<World>,
    events: broadcast::Sender<RemoteEvent>,
}

#[derive(Debug, Default)]
struct World {
    scorecards: BTreeMap<ScorecardId, Scorecard>,
    sections: BTreeMap<ScorecardId, Vec<Section>>,
    scores: BTreeMap<ScoreId, Score>,
    versions: BTreeMap<VersionId, Version>,
    evaluations: BTreeMap<VersionId, Vec<Evaluation>>,
    ticks: i64,
}

impl MemoryRemote {
    /// An account with this key and nothing in it.
    pub fn new(account_key: &str, attribution: Attribution) -> Self {
        let account =
            Account { id: format!("account-{account_key}").into(), name: account_key.to_owned(), key: account_key.to_owned() };
        Self { account, attribution, world: Mutex::default(), events: broadcast::channel(HINTS).0 }
    }

    /// Says something to everybody who listens, as the line of a real dashboard might.
    pub fn tell(&self, event: RemoteEvent) {
        // Nobody listening is not an error.
        let _ = self.events.send(event);
    }

    /// Adds or replaces a scorecard.
    pub fn put_scorecard(&self, scorecard: Scorecard) {
        self.world().scorecards.insert(scorecard.id.clone(), scorecard);
        self.tell(RemoteEvent::Catalog);
    }

    /// Adds a section to a scorecard.
    pub fn put_section(&self, scorecard: &ScorecardId, section: Section) {
        self.world().sections.entry(scorecard.clone()).or_default().push(section);
    }

    /// Adds or replaces a score.
    pub fn put_score(&self, score: Score) {
        let id = score.id.clone();
        let known = self.world().scores.insert(id.clone(), score).is_some();
        self.tell(if known { RemoteEvent::Score(id) } else { RemoteEvent::Catalog });
    }

    /// Removes a score; its versions stay, as in the dashboard.
    pub fn remove_score(&self, score: &ScoreId) {
        self.world().scores.remove(score);
        self.tell(RemoteEvent::Catalog);
    }

    /// Saves a version as the dashboard does. Its id tells nothing about its content.
    pub fn save(&self, score: &ScoreId, parent: Option<&VersionId>, code: &str, guidelines: Option<&str>) -> VersionId {
        let mut world = self.world();
        let id = VersionId::from(format!("dashboard-{}", world.versions.len() + 1));
        let docs = Snapshot {
            code: Content::of(DocKind::Code, code),
            guidelines: guidelines.map(|text| Content::of(DocKind::Guidelines, text)),
        };
        world.insert(id.clone(), score.clone(), parent.cloned(), None, Value::Null, docs);
        self.tell(RemoteEvent::Score(score.clone()));
        id
    }

    /// Sets a champion without looking, as the dashboard does.
    pub fn promote(&self, score: &ScoreId, champion: Option<&VersionId>) {
        if let Some(score) = self.world().scores.get_mut(score) {
            score.champion = champion.cloned();
        }
        self.tell(RemoteEvent::Score(score.clone()));
    }

    /// Records a run of a version, newer than those before.
    pub fn evaluate(&self, version: &VersionId, status: &str, accuracy: f64) {
        let mut world = self.world();
        world.ticks += 1;
        let created_at = Timestamp::UNIX_EPOCH + SignedDuration::from_secs(world.ticks);
        let (id, status) = (format!("evaluation-{}", world.ticks), status.to_owned());
        let evaluation = Evaluation { id, status, accuracy, items: Some(100), created_at };
        world.evaluations.entry(version.clone()).or_default().push(evaluation);
    }

    /// All versions of all scores, by id.
    pub fn all_versions(&self) -> BTreeMap<VersionId, Version> {
        self.world().versions.clone()
    }

    fn world(&self) -> MutexGuard<'_, World> {
        self.world.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl World {
    /// The versions of a score, newest first.
    fn history(&self, score: &ScoreId) -> Vec<VersionMeta> {
        let own = self.versions.values().filter(|version| version.meta.score_id == *score);
        let mut versions: Vec<VersionMeta> = own.map(|version| version.meta.clone()).collect();
        versions.sort_by_key(|version| Reverse(version.created_at));
        versions
    }

    fn insert(
        &mut self,
        id: VersionId,
        score_id: ScoreId,
        parent: Option<VersionId>,
        note: Option<String>,
        metadata: Value,
        docs: Snapshot,
    ) {
        self.ticks += 1;
        let created_at = Timestamp::UNIX_EPOCH + SignedDuration::from_secs(self.ticks);
        let meta = VersionMeta { id: id.clone(), score_id, parent, created_at, note, metadata };
        self.versions.insert(id, Version { meta, docs });
    }
}

/// Passes on what is said until nobody says or hears anything any more.
async fn forward(mut said: broadcast::Receiver<RemoteEvent>, listener: mpsc::Sender<RemoteEvent>) {
    let mut event = RemoteEvent::Connected;
    while listener.send(event).await.is_ok() {
        event = tokio::select! {
            () = listener.closed() => return,
            next = said.recv() => match next {
                Ok(event) => event,
                Err(RecvError::Lagged(_)) => RemoteEvent::Catalog,
                Err(RecvError::Closed) => return,
            },
        };
    }
}

fn missing(what: &str, id: &str) -> RemoteError {
    RemoteError::Rejected { error_type: None, message: format!("{what} {id} does not exist") }
}

#[async_trait]
impl Remote for MemoryRemote {
    async fn account(&self, key: &str) -> Result<Option<Account>, RemoteError> {
        Ok(Some(self.account.clone()).filter(|account| account.key == key))
    }

    async fn catalog(&self, account: &AccountId) -> Result<(Catalog, Vec<Unreadable>), RemoteError> {
        let world = self.world();
        let here = |id: &ScorecardId| *account == self.account.id && world.scorecards.contains_key(id);
        let catalog = Catalog {
            scorecards: world.scorecards.values().filter(|card| here(&card.id)).cloned().collect(),
            scores: world.scores.values().filter(|score| here(&score.scorecard_id)).cloned().collect(),
        };
        Ok((catalog, Vec::new()))
    }

    async fn versions(&self, ids: &[VersionId]) -> Result<Reads, RemoteError> {
        let world = self.world();
        let read = |id: &VersionId| world.versions.get(id).cloned().ok_or_else(|| missing("version", id.as_str()));
        Ok(ids.iter().map(|id| (id.clone(), read(id))).collect())
    }

    async fn history(&self, score: &ScoreId) -> Result<Vec<VersionMeta>, RemoteError> {
        Ok(self.world().history(score))
    }

    async fn newest(&self, scores: &[ScoreId], count: usize) -> Result<Histories, RemoteError> {
        let world = self.world();
        let newest = |score: &ScoreId| world.history(score).into_iter().take(count.max(1)).collect();
        Ok(scores.iter().map(|score| (score.clone(), Ok(newest(score)))).collect())
    }

    async fn evaluations(&self, versions: &[VersionId]) -> Result<Evaluations, RemoteError> {
        let world = self.world();
        let of = |id: &VersionId| {
            let all = world.evaluations.get(id).map(Vec::as_slice).unwrap_or_default();
            all.iter().rev().take(10).cloned().collect()
        };
        Ok(versions.iter().map(|id| (id.clone(), Ok(of(id)))).collect())
    }

    async fn score(&self, id: &ScoreId) -> Result<Option<Score>, RemoteError> {
        Ok(self.world().scores.get(id).cloned())
    }

    async fn sections(&self, scorecard: &ScorecardId) -> Result<Vec<Section>, RemoteError> {
        let mut sections = self.world().sections.get(scorecard).cloned().unwrap_or_default();
        sections.sort_by(|a, b| (a.order, &a.id).cmp(&(b.order, &b.id)));
        Ok(sections)
    }

    async fn create_score(&self, score: &NewScore) -> Result<Created, RemoteError> {
        let mut world = self.world();
        match world.scores.get(&score.id) {
            Some(stored) if score.is_same(stored) => Ok(Created::Existed),
            Some(_) => Err(RemoteError::OtherScore(score.id.clone())),
            None => {
                world.scores.insert(score.id.clone(), score.score());
                Ok(Created::New)
            }
        }
    }

    async fn create_version(&self, version: &NewVersion, note: &str, metadata: Value) -> Result<Created, RemoteError> {
        let metadata = attributed(metadata, &self.attribution);
        check_size(version, note, &metadata)?;
        let docs = Snapshot {
            code: Content::of(DocKind::Code, version.code.as_str()),
            guidelines: version.guidelines.as_deref().map(|text| Content::of(DocKind::Guidelines, text)),
        };
        let mut world = self.world();
        if let Some(stored) = world.versions.get(&version.id) {
            return if is_same(stored, version) {
                Ok(Created::Existed)
            } else {
                Err(RemoteError::OtherContent(version.id.clone()))
            };
        }
        let (score, parent) = (version.score_id.clone(), version.parent.clone());
        world.insert(version.id.clone(), score, parent, Some(note.to_owned()), metadata, docs);
        self.tell(RemoteEvent::Score(version.score_id.clone()));
        Ok(Created::New)
    }

    async fn set_champion(&self, score: &ScoreId, expected: Option<&VersionId>, champion: &VersionId) -> Result<(), RemoteError> {
        let mut world = self.world();
        let score = world.scores.get_mut(score).ok_or_else(|| missing("score", score.as_str()))?;
        if score.champion.as_ref() != expected && score.champion.as_ref() != Some(champion) {
            return Err(RemoteError::Condition);
        }
        score.champion = Some(champion.clone());
        self.tell(RemoteEvent::Score(score.id.clone()));
        Ok(())
    }

    async fn update_version(&self, version: &VersionMeta, metadata: Value, featured: bool) -> Result<(), RemoteError> {
        let mut world = self.world();
        let stored = world.versions.get_mut(&version.id).ok_or_else(|| missing("version", version.id.as_str()))?;
        stored.meta.metadata = metadata;
        if featured {
            stored.meta.created_at = version.created_at;
        }
        Ok(())
    }

    fn listen(&self) -> Option<mpsc::Receiver<RemoteEvent>> {
        let (listener, events) = mpsc::channel(1);
        tokio::spawn(forward(self.events.subscribe(), listener));
        Some(events)
    }
}
