//! [`GraphQlRemote`]: the dashboard over GraphQL, whatever transport carries it.

use super::client::{Client, Pages};
use super::event::RemoteEvent;
use super::records::Records;
use super::retry::RetryPolicy;
use super::transport::Transport;
use super::types::{Created, DetailReads, Evaluations, Histories, Reads, Remote, RemoteError, Unreadable, WriteAttribution};
use super::wire::{AccountRow, decode, page};
use super::{catalog, documents, versions, writes};
use crate::model::{
    Account, AccountId, Catalog, NewScore, NewVersion, Progress, Quiet, Score, ScoreId, ScorecardId, Section, VersionId,
    VersionMeta,
};
use async_trait::async_trait;
use jiff::Timestamp;
use serde_json::Value;
use std::sync::Arc;
use tokio::sync::mpsc;

/// A [`Remote`] that speaks GraphQL to AppSync or to anything that answers like it.
pub struct GraphQlRemote {
    client: Arc<Client>,
    attribution: WriteAttribution,
    progress: Arc<dyn Progress>,
}

impl GraphQlRemote {
    /// A remote over `transport` whose writes are attributed as `attribution` says. `jitter` spreads its retries; a seed
    /// makes them repeatable.
    ///
    /// ```no_run
    /// use scoresync::model::WebAddress;
    /// use scoresync::remote::{Auth, GraphQlRemote, HttpTransport, Remote, RetryPolicy, WriteAttribution};
    /// use std::sync::Arc;
    ///
    /// # async fn read() -> Result<(), Box<dyn std::error::Error>> {
    /// let address = WebAddress::new("https://plexus.example/graphql");
    /// let transport = HttpTransport::new(&address, Auth::ApiKey("da2-key".to_owned()))?;
    /// let (attribution, jitter) = (WriteAttribution::default(), fastrand::Rng::new());
    /// let remote = GraphQlRemote::new(Arc::new(transport), attribution, RetryPolicy::default(), jitter);
    /// if let Some(account) = remote.account("acme").await? {
    ///     let (catalog, unreadable) = remote.catalog(&account.id).await?;
    ///     println!("{} scores, {} that cannot be read", catalog.scores.len(), unreadable.len());
    /// }
    /// # Ok(())
    /// # }
    /// ```
    pub fn new(transport: Arc<dyn Transport>, attribution: WriteAttribution, policy: RetryPolicy, jitter: fastrand::Rng) -> Self {
        Self { client: Arc::new(Client::new(transport, policy, jitter)), attribution, progress: Arc::new(Quiet) }
    }

    /// What was recorded about scores there, over the same connection.
    pub fn records(&self) -> Records {
        Records::new(Arc::clone(&self.client))
    }

    pub(super) fn client(&self) -> &Arc<Client> {
        &self.client
    }

    /// The same remote, which reports to `progress` how many versions are read, after every batch.
    pub fn with_progress(self, progress: Arc<dyn Progress>) -> Self {
        Self { progress, ..self }
    }
}

#[async_trait]
impl Remote for GraphQlRemote {
    async fn account(&self, key: &str) -> Result<Option<Account>, RemoteError> {
        let (mut pages, mut token) = (Pages::default(), None);
        let mut found: Vec<Account> = Vec::new();
        loop {
            let page = page("the list of accounts", self.client.one(documents::account(key, token.as_deref())).await?)?;
            let rows = page.items.len();
            for row in page.items {
                let account = decode::<AccountRow>(row).and_then(AccountRow::account);
                let account = account.map_err(|fault| RemoteError::Protocol(format!("account {key:?}: {fault}")))?;
                if !found.contains(&account) {
                    found.push(account);
                }
            }
            token = pages.next(rows, page.next_token)?;
            if token.is_none() {
                break;
            }
        }
        match found.len() {
            0 | 1 => Ok(found.pop()),
            many => Err(RemoteError::Protocol(format!("{many} accounts have the key {key:?}"))),
        }
    }

    async fn catalog(&self, account: &AccountId) -> Result<(Catalog, Vec<Unreadable>), RemoteError> {
        catalog::read(&self.client, account).await
    }

    async fn versions(&self, ids: &[VersionId]) -> Result<Reads, RemoteError> {
        Ok(versions::read(&self.client, ids, &*self.progress).await)
    }

    async fn history(&self, score: &ScoreId) -> Result<Vec<VersionMeta>, RemoteError> {
        versions::history(&self.client, score).await
    }

    async fn newest(&self, scores: &[ScoreId], count: usize) -> Result<Histories, RemoteError> {
        Ok(versions::newest(&self.client, scores, count).await)
    }

    async fn evaluations(&self, versions: &[VersionId]) -> Result<Evaluations, RemoteError> {
        Ok(versions::evaluations(&self.client, versions).await)
    }

    async fn evaluation_details(&self, ids: &[String]) -> Result<DetailReads, RemoteError> {
        Ok(versions::evaluation_details(&self.client, ids).await)
    }

    async fn score(&self, id: &ScoreId) -> Result<Option<Score>, RemoteError> {
        writes::read_score(&self.client, id).await
    }

    async fn sections(&self, scorecard: &ScorecardId) -> Result<Vec<Section>, RemoteError> {
        catalog::sections(&self.client, scorecard).await
    }

    async fn create_score(&self, score: &NewScore, _first: &NewVersion) -> Result<Created, RemoteError> {
        writes::create_score(&self.client, score).await
    }

    async fn create_version(&self, version: &NewVersion, note: &str, metadata: Value) -> Result<Created, RemoteError> {
        writes::create_version(&self.client, &self.attribution, version, note, metadata).await
    }

    async fn set_champion(&self, score: &ScoreId, expected: Option<&VersionId>, champion: &VersionId) -> Result<(), RemoteError> {
        writes::set_champion(&self.client, score, expected, champion).await
    }

    async fn update_version(&self, version: &VersionMeta, metadata: Value, featured: bool) -> Result<(), RemoteError> {
        writes::update_version(&self.client, version, &metadata, featured).await
    }

    async fn answered(&self) -> bool {
        self.client.answered().await
    }

    async fn clock(&self) -> Option<Timestamp> {
        self.client.clock().await
    }

    fn listen(&self) -> Option<mpsc::Receiver<RemoteEvent>> {
        self.client.listen()
    }
}
