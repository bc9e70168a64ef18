//! [`StandaloneDocuments`]: a dashboard whose standalone documents are there as scores. What runs is the champion; a version
//! that does not run yet is a draft, where the kind has drafts.
//!
//! A head is only ever replaced if it is what was planned on. A reply can be lost after its request had its effect: then the
//! condition fails because of our own write, and reading the head back tells this from somebody else's.

use super::data_source::DataSources;
use super::report_configuration::ReportConfigurations;
use super::store::{DocumentHead, DocumentStore, ListedDocument, StoredVersion};
use crate::model::{
    Account, AccountId, Catalog, NewScore, NewVersion, Score, ScoreId, Scorecard, ScorecardId, Section, SyncKind, Version,
    VersionId, VersionMeta,
};
use crate::remote::event::RemoteEvent;
use crate::remote::graphql::GraphQlRemote;
use crate::remote::types::{
    Created, DetailReads, Evaluations, Histories, LeftOut, Reads, Remote, RemoteError, Unreadable, WhyLeftOut,
};
use async_trait::async_trait;
use futures_util::future::{join, join_all};
use jiff::Timestamp;
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex};
use std::time::Duration;
use tokio::sync::mpsc;
use tokio::time::{Instant, MissedTickBehavior, interval_at};

/// How often what was written is read back until reads show it.
const READ_BACKS: u32 = 4;
/// Between two looks at documents that nobody tells of.
const BETWEEN_LOOKS: Duration = Duration::from_secs(30);
/// Versions of a document that are read at most.
const MOST_VERSIONS: usize = 10_000;

/// A [`Remote`] with standalone documents beside its scores.
pub struct StandaloneDocuments {
    scores: GraphQlRemote,
    stores: Vec<Box<dyn DocumentStore>>,
    /// Data sources of other scorecards are left out; empty means none is.
    scorecards: Vec<String>,
    /// What the last catalog left out.
    left_out: Mutex<Vec<LeftOut>>,
}

/// The documents of one kind, as a catalog reads them.
#[derive(Default)]
struct RunningDocuments {
    /// What runs.
    heads: Vec<DocumentHead>,
    /// What cannot be shown.
    broken: Vec<Unreadable>,
    left_out: Vec<LeftOut>,
}

impl StandaloneDocuments {
    /// The documents of these kinds beside the scores of `scores`. Where only some `scorecards` are synced (by name, key or
    /// id), a document of another one is not.
    pub fn new(scores: GraphQlRemote, kinds: &[SyncKind], scorecards: Vec<String>) -> Self {
        let client = || Arc::clone(scores.client());
        let store = |kind: &SyncKind| -> Option<Box<dyn DocumentStore>> {
            match kind {
                SyncKind::Score => None,
                SyncKind::ReportConfiguration => Some(Box::new(ReportConfigurations(client()))),
                SyncKind::DataSource => Some(Box::new(DataSources(client()))),
            }
        };
        let stores = kinds.iter().filter_map(store).collect();
        Self { scores, stores, scorecards, left_out: Mutex::default() }
    }

    /// Who keeps a document; none for a score.
    fn store(&self, document: &ScoreId) -> Result<Option<&dyn DocumentStore>, RemoteError> {
        let kind = SyncKind::of(document);
        if kind.is_standalone() { self.store_of(kind).map(Some) } else { Ok(None) }
    }

    /// Who keeps documents of this kind.
    fn store_of(&self, kind: SyncKind) -> Result<&dyn DocumentStore, RemoteError> {
        self.stores.iter().find(|store| store.kind() == kind).map(AsRef::as_ref).ok_or_else(|| not_synced(kind))
    }

    /// What runs of one kind.
    async fn running_now(store: &dyn DocumentStore, account: &AccountId) -> RunningDocuments {
        let kind = store.kind();
        let unreadable = |score: Option<ScoreId>, message: String| Unreadable { score, message };
        let (by_machine, listed): (Vec<ListedDocument>, Vec<ListedDocument>) = match store.list(account).await {
            Ok(listed) => listed.into_iter().partition(|one| one.is_made_by_machine),
            Err(error) => {
                let broken = vec![unreadable(None, format!("the list of {kind}s cannot be read: {error}"))];
                return RunningDocuments { broken, ..RunningDocuments::default() };
            }
        };
        let by_machine = by_machine.into_iter().map(|one| LeftOut { kind, name: one.name, why: WhyLeftOut::MadeByMachine });
        let mut found = RunningDocuments { left_out: by_machine.collect(), ..RunningDocuments::default() };
        let ids: Vec<&str> = listed.iter().map(|one| one.id.as_str()).collect();
        for (one, head) in listed.iter().zip(store.heads(&ids).await) {
            match head {
                Ok(Some(head)) if head.runs().is_some() => found.heads.push(head),
                Ok(Some(head)) => found.left_out.push(LeftOut { kind, name: head.name, why: WhyLeftOut::NoText }),
                // It was removed since the list was read.
                Ok(None) => {}
                Err(error) => {
                    let message = format!("{kind} {:?} cannot be read: {error}", one.name);
                    found.broken.push(unreadable(Some(kind.score_id(&one.id)), message));
                }
            }
        }
        found
    }

    /// It is for a scorecard that is synced here, or for none.
    fn is_selected(&self, head: &DocumentHead, catalog: &Catalog) -> bool {
        let of_score = || catalog.scores.iter().find(|score| Some(score.id.as_str()) == head.score.as_deref());
        let own = head.scorecard.as_deref().or_else(|| of_score().map(|score| score.scorecard_id.as_str()));
        let Some(own) = own.filter(|_| !self.scorecards.is_empty()) else { return true };
        let is_named = |card: &Scorecard| self.scorecards.iter().any(|word| card.is_called(word));
        catalog.scorecards.iter().any(|card| card.id.as_str() == own && is_named(card))
    }

    /// A document as it is now.
    async fn head(&self, store: &dyn DocumentStore, document: &ScoreId) -> Result<Option<DocumentHead>, RemoteError> {
        store.heads(&[document.on_the_wire()]).await.pop().unwrap_or(Ok(None))
    }

    /// Contents of versions of one kind.
    async fn contents(&self, store: &dyn DocumentStore, ids: &[&VersionId]) -> Vec<Result<Version, RemoteError>> {
        let kind = store.kind();
        let on_the_wire: Vec<&str> = ids.iter().map(|id| id.on_the_wire()).collect();
        let stored = store.versions(&on_the_wire).await;
        let stored: Vec<Result<Option<Version>, RemoteError>> = ids
            .iter()
            .zip(stored)
            .map(|(id, version)| {
                let version = version?.filter(|version| id.document() == Some(kind.score_id(&version.document)));
                Ok(version.and_then(|version| version.version(kind)))
            })
            .collect();
        let missing: Vec<&VersionId> =
            ids.iter().zip(&stored).filter(|(_, version)| matches!(version, Ok(None))).map(|(id, _)| *id).collect();
        let mut heads = self.running(store, &missing).await;
        let found = ids.iter().zip(stored).map(|(id, version)| match version? {
            Some(version) => Ok(version),
            None => heads.remove(*id).unwrap_or_else(|| Err(RemoteError::Missing(format!("version {id}")))),
        });
        found.collect()
    }

    /// Those of the versions that run, which are stored nowhere else.
    async fn running(&self, store: &dyn DocumentStore, ids: &[&VersionId]) -> BTreeMap<VersionId, Result<Version, RemoteError>> {
        let documents: BTreeSet<ScoreId> = ids.iter().filter_map(|id| id.document()).collect();
        let on_the_wire: Vec<&str> = documents.iter().map(ScoreId::on_the_wire).collect();
        let heads: Vec<_> = documents.iter().cloned().zip(store.heads(&on_the_wire).await).collect();
        let of = |id: &VersionId| {
            let (_, head) = heads.iter().find(|(document, _)| id.document().as_ref() == Some(document))?;
            match head {
                Ok(head) => head.as_ref()?.version(store.kind()).filter(|version| version.meta.id == *id).map(Ok),
                Err(error) => Some(Err(error.clone())),
            }
        };
        ids.iter().filter_map(|id| Some(((*id).clone(), of(id)?))).collect()
    }

    async fn histories(&self, store: &dyn DocumentStore, documents: &[&ScoreId], count: usize) -> Histories {
        let kind = store.kind();
        let ids: Vec<&str> = documents.iter().map(|id| id.on_the_wire()).collect();
        let (stored, heads) = join(store.histories(&ids, count), store.heads(&ids)).await;
        let history = |stored: Vec<StoredVersion>, head: Option<DocumentHead>| {
            let mut metas: Vec<VersionMeta> = stored.iter().map(|version| version.meta(kind)).collect();
            let running = head.and_then(|head| head.version(kind)).map(|version| version.meta);
            metas.extend(running.filter(|running| metas.iter().all(|meta| meta.id != running.id)));
            metas.sort_by_key(|meta| std::cmp::Reverse(meta.created_at));
            metas.truncate(count);
            metas
        };
        let all = documents.iter().zip(stored.into_iter().zip(heads));
        all.map(|(id, (stored, head))| ((*id).clone(), stored.and_then(|stored| Ok(history(stored, head?))))).collect()
    }

    /// Puts `text` in the place of the head, if that is `expected`.
    async fn replace(
        &self,
        store: &dyn DocumentStore,
        document: &ScoreId,
        expected: Option<&VersionId>,
        version: &VersionId,
        text: &str,
    ) -> Result<Created, RemoteError> {
        let kind = store.kind();
        let mut failed = RemoteError::Condition;
        for tried in 0..READ_BACKS {
            self.before(tried).await;
            let gone = || RemoteError::Missing(document.to_string());
            let head = self.head(store, document).await?.ok_or_else(gone)?;
            let now = head.version_id(kind);
            if now.as_ref() == Some(version) {
                return Ok(Created::Existed);
            }
            if now.as_ref() != expected {
                return Err(RemoteError::Condition);
            }
            self.keep(store, &head).await?;
            match store.replace(&head, text, kind.has_drafts().then(|| version.on_the_wire())).await {
                Ok(()) => return Ok(Created::New),
                // The head is looked at again: it may have been our own try whose reply was lost.
                Err(error @ (RemoteError::Condition | RemoteError::Unreachable(_) | RemoteError::Protocol(_))) => failed = error,
                Err(error) => return Err(error),
            }
        }
        Err(failed)
    }

    /// Waits before what was written is read back once more.
    async fn before(&self, tried: u32) {
        if tried > 0 {
            self.scores.client().pause(tried).await;
        }
    }

    /// Whether the document that exists under this id is the one that was to be made.
    async fn made_before(&self, store: &dyn DocumentStore, score: &NewScore) -> Result<Created, RemoteError> {
        for tried in 0..READ_BACKS {
            self.before(tried).await;
            match self.head(store, &score.id).await? {
                Some(head) if head.name == score.name => return Ok(Created::Existed),
                Some(_) => return Err(RemoteError::OtherScore(score.id.clone())),
                None => {}
            }
        }
        Err(RemoteError::Unreachable(format!("{} was refused because it exists, but cannot be read yet", score.id)))
    }

    /// The same of a version.
    async fn stored_before(&self, store: &dyn DocumentStore, version: &NewVersion) -> Result<Created, RemoteError> {
        match self.stored(store, &version.id).await {
            Ok(found) if found.docs == version.docs() => Ok(Created::Existed),
            Ok(_) => Err(RemoteError::OtherContent(version.id.clone())),
            Err(RemoteError::Missing(id)) => {
                Err(RemoteError::Unreachable(format!("{id} was refused because it exists, but cannot be read yet")))
            }
            Err(error) => Err(error),
        }
    }

    /// A version that may have been made just now.
    async fn stored(&self, store: &dyn DocumentStore, id: &VersionId) -> Result<Version, RemoteError> {
        let mut missing = RemoteError::Missing(format!("version {id}"));
        for tried in 0..READ_BACKS {
            self.before(tried).await;
            match self.contents(store, &[id]).await.pop() {
                Some(Err(error @ RemoteError::Missing(_))) => missing = error,
                Some(found) => return found,
                None => {}
            }
        }
        Err(missing)
    }

    /// Before a text is replaced that is no stored version, it becomes one.
    async fn keep(&self, store: &dyn DocumentStore, head: &DocumentHead) -> Result<(), RemoteError> {
        let kind = store.kind();
        let (Some(id), Some(text)) = (head.version_id(kind), head.runs()) else { return Ok(()) };
        if !kind.has_drafts() || head.current.as_deref() == Some(id.on_the_wire()) {
            return Ok(());
        }
        let version = StoredVersion {
            id: id.on_the_wire().to_owned(),
            document: head.id.clone(),
            parent: None,
            created_at: head.updated_at,
            note: Some("Text that ran without a version (scoresync)".to_owned()),
            text: Some(text.to_owned()),
        };
        match store.create_version(&version).await {
            Err(RemoteError::Condition) => Ok(()),
            stored => stored,
        }
    }
}

/// Splits what is asked for into scores and, by kind, documents.
fn by_kind<T>(items: &[T], kind: impl Fn(&T) -> SyncKind) -> BTreeMap<SyncKind, Vec<&T>> {
    let mut parts: BTreeMap<SyncKind, Vec<&T>> = BTreeMap::new();
    for item in items {
        parts.entry(kind(item)).or_default().push(item);
    }
    parts
}

fn not_synced(kind: SyncKind) -> RemoteError {
    let folder = kind.folder().unwrap_or_default();
    let message = format!("this workspace does not sync {folder}: add them to `documents` in scoresync.yaml");
    RemoteError::Rejected { error_type: None, message }
}

/// The scorecard that documents of one kind stand under.
fn scorecard(kind: SyncKind) -> Option<Scorecard> {
    let (id, folder) = (kind.scorecard()?, kind.folder()?);
    Some(Scorecard { id, name: folder.to_owned(), key: folder.to_owned(), external_id: String::new() })
}

/// An id of the dashboard that would be taken for one of ours; only a hostile dashboard has such ids.
fn is_forged(score: &Score) -> bool {
    SyncKind::of(&score.id).is_standalone() || SyncKind::parse(score.scorecard_id.as_str()).is_some()
}

#[async_trait]
impl Remote for StandaloneDocuments {
    async fn account(&self, key: &str) -> Result<Option<Account>, RemoteError> {
        self.scores.account(key).await
    }

    async fn catalog(&self, account: &AccountId) -> Result<(Catalog, Vec<Unreadable>), RemoteError> {
        let documents = join_all(self.stores.iter().map(|store| Self::running_now(store.as_ref(), account)));
        let (scores, documents) = join(self.scores.catalog(account), documents).await;
        let (mut catalog, mut unreadable) = scores?;
        catalog.scorecards.retain(|card| SyncKind::parse(card.id.as_str()).is_none());
        catalog.scores.retain(|score| !is_forged(score));
        let mut left_out = Vec::new();
        for (store, found) in self.stores.iter().zip(documents) {
            let kind = store.kind();
            let (selected, others): (Vec<DocumentHead>, Vec<DocumentHead>) =
                found.heads.into_iter().partition(|head| self.is_selected(head, &catalog));
            catalog.scorecards.extend(scorecard(kind));
            catalog.scores.extend(selected.iter().map(|head| head.score(kind)));
            unreadable.extend(found.broken);
            left_out.extend(found.left_out);
            left_out.extend(others.into_iter().map(|one| LeftOut { kind, name: one.name, why: WhyLeftOut::OtherScorecard }));
        }
        left_out.sort_by(|a, b| (a.kind, &a.name).cmp(&(b.kind, &b.name)));
        *self.left_out.lock().expect("nothing panics while it is held") = left_out;
        catalog.scorecards.sort_by(|a, b| a.id.cmp(&b.id));
        catalog.scores.sort_by(|a, b| a.id.cmp(&b.id));
        Ok((catalog, unreadable))
    }

    async fn versions(&self, ids: &[VersionId]) -> Result<Reads, RemoteError> {
        let mut parts = by_kind(ids, SyncKind::of_version);
        let scores: Vec<VersionId> = parts.remove(&SyncKind::Score).unwrap_or_default().into_iter().cloned().collect();
        let mut reads = if scores.is_empty() { Reads::new() } else { self.scores.versions(&scores).await? };
        for (kind, ids) in parts {
            match self.store_of(kind) {
                Ok(store) => {
                    let contents = self.contents(store, &ids).await;
                    reads.extend(ids.into_iter().cloned().zip(contents));
                }
                Err(error) => reads.extend(ids.into_iter().map(|id| (id.clone(), Err(error.clone())))),
            }
        }
        Ok(reads)
    }

    async fn history(&self, score: &ScoreId) -> Result<Vec<VersionMeta>, RemoteError> {
        match self.store(score)? {
            None => self.scores.history(score).await,
            Some(store) => self.histories(store, &[score], MOST_VERSIONS).await.remove(score).unwrap_or(Ok(Vec::new())),
        }
    }

    async fn newest(&self, scores: &[ScoreId], count: usize) -> Result<Histories, RemoteError> {
        let mut parts = by_kind(scores, SyncKind::of);
        let own: Vec<ScoreId> = parts.remove(&SyncKind::Score).unwrap_or_default().into_iter().cloned().collect();
        let mut all = if own.is_empty() { Histories::new() } else { self.scores.newest(&own, count).await? };
        for (kind, documents) in parts {
            match self.store_of(kind) {
                Ok(store) => all.extend(self.histories(store, &documents, count).await),
                Err(error) => all.extend(documents.into_iter().map(|id| (id.clone(), Err(error.clone())))),
            }
        }
        Ok(all)
    }

    /// Nothing is evaluated but scores.
    async fn evaluations(&self, versions: &[VersionId]) -> Result<Evaluations, RemoteError> {
        let mut parts = by_kind(versions, SyncKind::of_version);
        let scores: Vec<VersionId> = parts.remove(&SyncKind::Score).unwrap_or_default().into_iter().cloned().collect();
        let mut all = if scores.is_empty() { Evaluations::new() } else { self.scores.evaluations(&scores).await? };
        all.extend(parts.into_values().flatten().map(|id| (id.clone(), Ok(Vec::new()))));
        Ok(all)
    }

    async fn evaluation_details(&self, ids: &[String]) -> Result<DetailReads, RemoteError> {
        self.scores.evaluation_details(ids).await
    }

    async fn score(&self, id: &ScoreId) -> Result<Option<Score>, RemoteError> {
        match self.store(id)? {
            None => self.scores.score(id).await,
            Some(store) => Ok(self.head(store, id).await?.map(|head| head.score(store.kind()))),
        }
    }

    async fn sections(&self, scorecard: &ScorecardId) -> Result<Vec<Section>, RemoteError> {
        self.scores.sections(scorecard).await
    }

    async fn create_score(&self, score: &NewScore, first: &NewVersion) -> Result<Created, RemoteError> {
        let Some(store) = self.store(&score.id)? else { return self.scores.create_score(score, first).await };
        let account = score.account.clone().ok_or_else(|| RemoteError::Protocol(format!("{} of no account", score.id)))?;
        // A kind without drafts runs what it is made with; another one runs nothing until its first version is promoted.
        let text = (!store.kind().has_drafts()).then_some(first.code.as_str());
        match store.create(&account, score.id.on_the_wire(), &score.name, text).await {
            Ok(()) => Ok(Created::New),
            Err(RemoteError::Condition) => self.made_before(store, score).await,
            Err(error) => Err(error),
        }
    }

    async fn create_version(&self, version: &NewVersion, note: &str, metadata: Value) -> Result<Created, RemoteError> {
        let Some(store) = self.store(&version.score_id)? else {
            return self.scores.create_version(version, note, metadata).await;
        };
        let kind = store.kind();
        if !kind.has_drafts() {
            return self.replace(store, &version.score_id, version.parent.as_ref(), &version.id, &version.code).await;
        }
        let stored = StoredVersion {
            id: version.id.on_the_wire().to_owned(),
            document: version.score_id.on_the_wire().to_owned(),
            parent: version.parent.as_ref().map(|parent| parent.on_the_wire().to_owned()),
            created_at: Timestamp::UNIX_EPOCH,
            note: Some(note.to_owned()),
            text: Some(version.code.clone()),
        };
        match store.create_version(&stored).await {
            Ok(()) => Ok(Created::New),
            Err(RemoteError::Condition) => self.stored_before(store, version).await,
            Err(error) => Err(error),
        }
    }

    async fn set_champion(&self, score: &ScoreId, expected: Option<&VersionId>, champion: &VersionId) -> Result<(), RemoteError> {
        let Some(store) = self.store(score)? else { return self.scores.set_champion(score, expected, champion).await };
        let version = self.stored(store, champion).await?;
        let text = version.docs.code.text.as_deref().unwrap_or_default();
        self.replace(store, score, expected, champion, text).await.map(drop)
    }

    /// Versions of documents have no metadata.
    async fn update_version(&self, version: &VersionMeta, metadata: Value, featured: bool) -> Result<(), RemoteError> {
        match self.store(&version.score_id)? {
            None => self.scores.update_version(version, metadata, featured).await,
            Some(_) => Ok(()),
        }
    }

    async fn answered(&self) -> bool {
        self.scores.answered().await
    }

    async fn clock(&self) -> Option<Timestamp> {
        self.scores.clock().await
    }

    fn left_out(&self) -> Vec<LeftOut> {
        self.left_out.lock().expect("nothing panics while it is held").clone()
    }

    /// The dashboard tells nothing of documents: whoever listens is sent to look at the catalog now and then.
    fn listen(&self) -> Option<mpsc::Receiver<RemoteEvent>> {
        let mut events = self.scores.listen()?;
        let (sender, receiver) = mpsc::channel(1);
        tokio::spawn(async move {
            let mut looks = interval_at(Instant::now() + BETWEEN_LOOKS, BETWEEN_LOOKS);
            looks.set_missed_tick_behavior(MissedTickBehavior::Delay);
            loop {
                let event = tokio::select! {
                    event = events.recv() => event,
                    _ = looks.tick() => Some(RemoteEvent::Catalog),
                    () = sender.closed() => None,
                };
                let Some(event) = event else { return };
                if sender.send(event).await.is_err() {
                    return;
                }
            }
        });
        Some(receiver)
    }
}
