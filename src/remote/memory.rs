//! [`MemoryRemote`]: a dashboard in memory, for tests of everything above the trait.
//!
//! It keeps the promises of the trait and adds nothing: no paging, no faults. Its own methods do what people do in the
//! dashboard. Its clock is a counter: each version is a second younger than the one before.

use super::event::RemoteEvent;
use super::types::{Created, DetailReads, Evaluations, Histories, Reads, Remote, RemoteError, Unreadable, WriteAttribution};
use super::writes::{attributed, check_size, is_same};
use crate::model::{
    Account, AccountId, Basis, Catalog, Evaluation, EvaluationDetails, NewScore, NewVersion, Score, ScoreId, Scorecard,
    ScorecardId, Section, Snapshot, SyncKind, Version, VersionId, VersionMeta,
};
use async_trait::async_trait;
use jiff::{SignedDuration, Timestamp};
use serde_json::Value;
use std::cmp::Reverse;
use std::collections::BTreeMap;
use std::sync::{Mutex, MutexGuard, PoisonError};
use tokio::sync::broadcast::error::RecvError;
use tokio::sync::{broadcast, mpsc};

/// Events that a slow listener may fall behind by; then it gets one [`RemoteEvent::Catalog`].
const CAPACITY: usize = 256;

/// An in-memory [`Remote`].
#[derive(Debug)]
pub struct MemoryRemote {
    account: Account,
    attribution: WriteAttribution,
    data: Mutex<AccountData>,
    events: broadcast::Sender<RemoteEvent>,
}

#[derive(Debug, Default)]
struct AccountData {
    scorecards: BTreeMap<ScorecardId, Scorecard>,
    sections: BTreeMap<ScorecardId, Vec<Section>>,
    scores: BTreeMap<ScoreId, Score>,
    versions: BTreeMap<VersionId, Version>,
    evaluations: BTreeMap<VersionId, Vec<Evaluation>>,
    ticks: i64,
}

impl MemoryRemote {
    /// An account with this key and nothing in it.
    pub fn new(account_key: &str, attribution: WriteAttribution) -> Self {
        let account =
            Account { id: format!("account-{account_key}").into(), name: account_key.to_owned(), key: account_key.to_owned() };
        Self { account, attribution, data: Mutex::default(), events: broadcast::channel(CAPACITY).0 }
    }

    /// Sends an event to all listeners, as the connection to a real dashboard might.
    pub fn tell(&self, event: RemoteEvent) {
        // Nobody listening is not an error.
        let _ = self.events.send(event);
    }

    /// Adds or replaces a scorecard.
    pub fn put_scorecard(&self, scorecard: Scorecard) {
        self.data().scorecards.insert(scorecard.id.clone(), scorecard);
        self.tell(RemoteEvent::Catalog);
    }

    /// Adds a section to a scorecard.
    pub fn put_section(&self, scorecard: &ScorecardId, section: Section) {
        self.data().sections.entry(scorecard.clone()).or_default().push(section);
    }

    /// Adds or replaces a score.
    pub fn put_score(&self, score: Score) {
        let id = score.id.clone();
        let known = self.data().scores.insert(id.clone(), score).is_some();
        self.tell(if known { RemoteEvent::Score(id) } else { RemoteEvent::Catalog });
    }

    /// Removes a score; its versions stay, as in the dashboard.
    pub fn remove_score(&self, score: &ScoreId) {
        self.data().scores.remove(score);
        self.tell(RemoteEvent::Catalog);
    }

    /// Saves a version as the dashboard does. Its id does not depend on its content.
    pub fn save(&self, score: &ScoreId, parent: Option<&VersionId>, code: &str, guidelines: Option<&str>) -> VersionId {
        let mut data = self.data();
        let kind = SyncKind::of(score);
        let number = format!("dashboard-{}", data.versions.len() + 1);
        let id = match kind {
            SyncKind::Score => VersionId::from(number),
            kind if kind.has_drafts() => VersionId::of_document(&number, score),
            _ => NewVersion::new(score.clone(), None, code.to_owned(), None).id,
        };
        let docs = Snapshot::of(kind, code, guidelines);
        data.insert(id.clone(), score.clone(), parent.cloned(), None, Value::Null, docs);
        self.tell(RemoteEvent::Score(score.clone()));
        id
    }

    /// Sets a champion unconditionally, as the dashboard does.
    pub fn promote(&self, score: &ScoreId, champion: Option<&VersionId>) {
        if let Some(score) = self.data().scores.get_mut(score) {
            score.champion = champion.cloned();
        }
        self.tell(RemoteEvent::Score(score.clone()));
    }

    /// Records a run of a version over the 100 items of one data set, newer than those before, as `change` makes it.
    pub fn evaluate(&self, version: &VersionId, status: &str, accuracy: f64, change: impl FnOnce(&mut Evaluation)) {
        let mut data = self.data();
        data.ticks += 1;
        let at = Timestamp::UNIX_EPOCH + SignedDuration::from_secs(data.ticks);
        let details = EvaluationDetails { basis: Basis::DataSet("set".to_owned()), ..EvaluationDetails::default() };
        let mut evaluation = Evaluation {
            id: format!("evaluation-{}", data.ticks),
            kind: "accuracy".to_owned(),
            status: status.to_owned(),
            accuracy,
            items: Some(100),
            total: Some(100),
            error: None,
            cost: None,
            created_at: at,
            updated_at: at,
            details: Some(details),
        };
        change(&mut evaluation);
        data.evaluations.entry(version.clone()).or_default().push(evaluation);
    }

    /// The newest run of a version comes to its end.
    pub fn complete(&self, version: &VersionId, accuracy: f64) {
        if let Some(newest) = self.data().evaluations.get_mut(version).and_then(|all| all.last_mut()) {
            (newest.status, newest.accuracy) = ("COMPLETED".to_owned(), accuracy);
        }
    }

    /// All versions of all scores, by id.
    pub fn all_versions(&self) -> BTreeMap<VersionId, Version> {
        self.data().versions.clone()
    }

    /// A document without drafts: the version takes the place of what runs, if that is its parent.
    fn run_at_once(&self, data: &mut AccountData, version: &NewVersion) -> Result<Created, RemoteError> {
        let document = data.scores.get(&version.score_id).ok_or_else(|| missing("document", version.score_id.as_str()))?;
        if document.champion.as_ref() == Some(&version.id) {
            return Ok(Created::Existed);
        }
        if document.champion != version.parent {
            return Err(RemoteError::Condition);
        }
        let (id, score) = (version.id.clone(), version.score_id.clone());
        data.insert(id.clone(), score.clone(), version.parent.clone(), None, Value::Null, version.docs());
        data.scores.get_mut(&score).expect("it was found").champion = Some(id);
        self.tell(RemoteEvent::Score(score));
        Ok(Created::New)
    }

    fn data(&self) -> MutexGuard<'_, AccountData> {
        self.data.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl AccountData {
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

/// Forwards events until either side is gone.
async fn forward(mut events: broadcast::Receiver<RemoteEvent>, listener: mpsc::Sender<RemoteEvent>) {
    let mut event = RemoteEvent::Connected;
    while listener.send(event).await.is_ok() {
        event = tokio::select! {
            () = listener.closed() => return,
            next = events.recv() => match next {
                Ok(event) => event,
                Err(RecvError::Lagged(_)) => RemoteEvent::Catalog,
                Err(RecvError::Closed) => return,
            },
        };
    }
}

fn missing(what: &str, id: &str) -> RemoteError {
    RemoteError::Missing(format!("{what} {id}"))
}

#[async_trait]
impl Remote for MemoryRemote {
    async fn account(&self, key: &str) -> Result<Option<Account>, RemoteError> {
        Ok(Some(self.account.clone()).filter(|account| account.key == key))
    }

    async fn catalog(&self, account: &AccountId) -> Result<(Catalog, Vec<Unreadable>), RemoteError> {
        let data = self.data();
        let here = |id: &ScorecardId| *account == self.account.id && data.scorecards.contains_key(id);
        let catalog = Catalog {
            scorecards: data.scorecards.values().filter(|card| here(&card.id)).cloned().collect(),
            scores: data.scores.values().filter(|score| here(&score.scorecard_id)).cloned().collect(),
        };
        Ok((catalog, Vec::new()))
    }

    async fn versions(&self, ids: &[VersionId]) -> Result<Reads, RemoteError> {
        let data = self.data();
        let read = |id: &VersionId| data.versions.get(id).cloned().ok_or_else(|| missing("version", id.as_str()));
        Ok(ids.iter().map(|id| (id.clone(), read(id))).collect())
    }

    async fn history(&self, score: &ScoreId) -> Result<Vec<VersionMeta>, RemoteError> {
        Ok(self.data().history(score))
    }

    async fn newest(&self, scores: &[ScoreId], count: usize) -> Result<Histories, RemoteError> {
        let data = self.data();
        let newest = |score: &ScoreId| data.history(score).into_iter().take(count.max(1)).collect();
        Ok(scores.iter().map(|score| (score.clone(), Ok(newest(score)))).collect())
    }

    async fn evaluations(&self, versions: &[VersionId]) -> Result<Evaluations, RemoteError> {
        let data = self.data();
        let of = |id: &VersionId| {
            let all = data.evaluations.get(id).map(Vec::as_slice).unwrap_or_default();
            all.iter().rev().take(10).map(|one| Evaluation { details: None, ..one.clone() }).collect()
        };
        Ok(versions.iter().map(|id| (id.clone(), Ok(of(id)))).collect())
    }

    async fn evaluation_details(&self, ids: &[String]) -> Result<DetailReads, RemoteError> {
        let data = self.data();
        let of = |id: &String| {
            let found = data.evaluations.values().flatten().find(|evaluation| evaluation.id == *id);
            found
                .and_then(|evaluation| evaluation.details.clone())
                .ok_or_else(|| RemoteError::Missing(format!("evaluation {id}")))
        };
        Ok(ids.iter().map(|id| (id.clone(), of(id))).collect())
    }

    async fn score(&self, id: &ScoreId) -> Result<Option<Score>, RemoteError> {
        Ok(self.data().scores.get(id).cloned())
    }

    async fn sections(&self, scorecard: &ScorecardId) -> Result<Vec<Section>, RemoteError> {
        let mut sections = self.data().sections.get(scorecard).cloned().unwrap_or_default();
        sections.sort_by(|a, b| (a.order, &a.id).cmp(&(b.order, &b.id)));
        Ok(sections)
    }

    async fn create_score(&self, score: &NewScore, first: &NewVersion) -> Result<Created, RemoteError> {
        let mut data = self.data();
        match data.scores.get(&score.id) {
            Some(stored) if score.is_same(stored) => Ok(Created::Existed),
            Some(_) => Err(RemoteError::OtherScore(score.id.clone())),
            None => {
                let runs = (!SyncKind::of(&score.id).has_drafts()).then(|| first.id.clone());
                if let Some(id) = &runs {
                    data.insert(id.clone(), score.id.clone(), None, None, Value::Null, first.docs());
                }
                data.scores.insert(score.id.clone(), Score { champion: runs, ..score.score() });
                let sections = data.sections.get_mut(&score.scorecard_id).into_iter().flatten();
                let own = sections.filter(|section| section.id == score.section_id);
                own.for_each(|section| section.next_order = section.next_order.max(score.order.saturating_add(1)));
                Ok(Created::New)
            }
        }
    }

    async fn create_version(&self, version: &NewVersion, note: &str, metadata: Value) -> Result<Created, RemoteError> {
        let metadata = attributed(metadata, &self.attribution);
        check_size(version, note, &metadata)?;
        let mut data = self.data();
        if !SyncKind::of(&version.score_id).has_drafts() {
            return self.run_at_once(&mut data, version);
        }
        if let Some(stored) = data.versions.get(&version.id) {
            return if is_same(stored, version) {
                Ok(Created::Existed)
            } else {
                Err(RemoteError::OtherContent(version.id.clone()))
            };
        }
        let (score, parent) = (version.score_id.clone(), version.parent.clone());
        data.insert(version.id.clone(), score, parent, Some(note.to_owned()), metadata, version.docs());
        self.tell(RemoteEvent::Score(version.score_id.clone()));
        Ok(Created::New)
    }

    async fn set_champion(&self, score: &ScoreId, expected: Option<&VersionId>, champion: &VersionId) -> Result<(), RemoteError> {
        let mut data = self.data();
        let score = data.scores.get_mut(score).ok_or_else(|| missing("score", score.as_str()))?;
        if score.champion.as_ref() != expected && score.champion.as_ref() != Some(champion) {
            return Err(RemoteError::Condition);
        }
        score.champion = Some(champion.clone());
        self.tell(RemoteEvent::Score(score.id.clone()));
        Ok(())
    }

    async fn update_version(&self, version: &VersionMeta, metadata: Value, featured: bool) -> Result<(), RemoteError> {
        let mut data = self.data();
        let stored = data.versions.get_mut(&version.id).ok_or_else(|| missing("version", version.id.as_str()))?;
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

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_slow_listener_is_told_to_look_at_everything() {
        let remote = MemoryRemote::new("k", WriteAttribution::default());
        let mut events = remote.listen().expect("it tells");
        assert_eq!(events.recv().await, Some(RemoteEvent::Connected));
        let told = 10 * CAPACITY;
        (0..told).for_each(|number| remote.tell(RemoteEvent::Score(number.to_string().into())));
        drop(remote);
        let mut heard = Vec::new();
        while let Some(event) = events.recv().await {
            heard.push(event);
        }
        assert!(heard.contains(&RemoteEvent::Catalog) && heard.len() <= CAPACITY + 2, "{} of {told}", heard.len());
    }
}
