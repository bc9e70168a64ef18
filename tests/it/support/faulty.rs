//! A dashboard that fails on cue: before the effect, after the effect, or by the death of the program at that moment.

use async_trait::async_trait;
use scoresync::model::{
    Account, AccountId, Catalog, NewScore, NewVersion, Score, ScoreId, ScorecardId, Section, VersionId, VersionMeta,
};
use scoresync::remote::{Created, DetailReads, Evaluations, Histories, Reads, Remote, RemoteError, RemoteEvent, Unreadable};
use serde_json::Value;
use std::sync::{Arc, Mutex};
use std::time::Duration;
use tokio::sync::{Notify, mpsc};

/// What happens to one request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fault {
    /// An error, and nothing happened.
    Before,
    /// An error, although it happened.
    After,
    /// The program dies before the request has an effect.
    DieBefore,
    /// The program dies after the effect, before the reply.
    DieAfter,
}

/// Wraps a remote; request number `at` (from 0) meets `fault`.
pub struct Faulty {
    inner: Arc<dyn Remote>,
    plan: Mutex<Option<(usize, Fault)>>,
    latency: Duration,
    died: Notify,
}

impl Faulty {
    pub fn new(inner: Arc<dyn Remote>, at: usize, fault: Fault) -> Arc<Self> {
        Arc::new(Self { inner, plan: Mutex::new(Some((at, fault))), latency: Duration::ZERO, died: Notify::new() })
    }

    /// One that never fails and takes this long to answer each request.
    pub fn slow(inner: Arc<dyn Remote>, latency: Duration) -> Arc<Self> {
        Arc::new(Self { inner, plan: Mutex::new(None), latency, died: Notify::new() })
    }

    /// Runs `work` until it ends or the program "dies": then its future is dropped where it stands.
    pub async fn run<T>(&self, work: impl Future<Output = T>) -> Option<T> {
        tokio::select! {
            biased;
            () = self.died.notified() => None,
            result = work => Some(result),
        }
    }

    /// The fault has happened.
    pub fn was_met(&self) -> bool {
        self.plan.lock().expect("no panic while locked").is_none()
    }

    fn next(&self) -> Option<Fault> {
        let mut plan = self.plan.lock().expect("no panic while locked");
        match *plan {
            Some((0, fault)) => {
                *plan = None;
                Some(fault)
            }
            Some((n, fault)) => {
                *plan = Some((n - 1, fault));
                None
            }
            None => None,
        }
    }

    async fn meet<T>(&self, effect: impl Future<Output = Result<T, RemoteError>>) -> Result<T, RemoteError> {
        let fault = self.next();
        if !self.latency.is_zero() {
            tokio::time::sleep(self.latency).await;
        }
        if fault == Some(Fault::DieBefore) {
            self.died.notify_one();
            std::future::pending::<()>().await;
        }
        if fault == Some(Fault::Before) {
            return Err(RemoteError::Unreachable("no connection".into()));
        }
        let result = effect.await;
        match fault {
            Some(Fault::DieAfter) => {
                self.died.notify_one();
                std::future::pending().await
            }
            Some(Fault::After) => Err(RemoteError::Unreachable("the reply was lost".into())),
            _ => result,
        }
    }
}

/// Wraps a remote and does something else just before the first call of one method: the other person at that moment.
pub struct Meddler {
    inner: Arc<dyn Remote>,
    method: &'static str,
    act: Mutex<Option<Box<dyn FnOnce() + Send>>>,
}

impl Meddler {
    pub fn new(inner: Arc<dyn Remote>, method: &'static str, act: impl FnOnce() + Send + 'static) -> Arc<Self> {
        Arc::new(Self { inner, method, act: Mutex::new(Some(Box::new(act))) })
    }

    fn before(&self, method: &str) -> &dyn Remote {
        if method == self.method
            && let Some(act) = self.act.lock().expect("no panic while locked").take()
        {
            act();
        }
        self.inner.as_ref()
    }
}

#[async_trait]
impl Remote for Meddler {
    async fn account(&self, key: &str) -> Result<Option<Account>, RemoteError> {
        self.before("account").account(key).await
    }

    async fn catalog(&self, account: &AccountId) -> Result<(Catalog, Vec<Unreadable>), RemoteError> {
        self.before("catalog").catalog(account).await
    }

    async fn versions(&self, ids: &[VersionId]) -> Result<Reads, RemoteError> {
        self.before("versions").versions(ids).await
    }

    async fn history(&self, score: &ScoreId) -> Result<Vec<VersionMeta>, RemoteError> {
        self.before("history").history(score).await
    }

    async fn newest(&self, scores: &[ScoreId], count: usize) -> Result<Histories, RemoteError> {
        self.before("newest").newest(scores, count).await
    }

    async fn evaluations(&self, versions: &[VersionId]) -> Result<Evaluations, RemoteError> {
        self.before("evaluations").evaluations(versions).await
    }

    async fn evaluation_details(&self, ids: &[String]) -> Result<DetailReads, RemoteError> {
        self.before("evaluation_details").evaluation_details(ids).await
    }

    async fn score(&self, id: &ScoreId) -> Result<Option<Score>, RemoteError> {
        self.before("score").score(id).await
    }

    async fn sections(&self, scorecard: &ScorecardId) -> Result<Vec<Section>, RemoteError> {
        self.before("sections").sections(scorecard).await
    }

    async fn create_score(&self, score: &NewScore, first: &NewVersion) -> Result<Created, RemoteError> {
        self.before("create_score").create_score(score, first).await
    }

    async fn create_version(&self, version: &NewVersion, note: &str, metadata: Value) -> Result<Created, RemoteError> {
        self.before("create_version").create_version(version, note, metadata).await
    }

    async fn set_champion(&self, score: &ScoreId, expected: Option<&VersionId>, champion: &VersionId) -> Result<(), RemoteError> {
        self.before("set_champion").set_champion(score, expected, champion).await
    }

    async fn update_version(&self, version: &VersionMeta, metadata: Value, featured: bool) -> Result<(), RemoteError> {
        self.before("update_version").update_version(version, metadata, featured).await
    }

    fn listen(&self) -> Option<mpsc::Receiver<RemoteEvent>> {
        self.inner.listen()
    }
}

#[async_trait]
impl Remote for Faulty {
    async fn account(&self, key: &str) -> Result<Option<Account>, RemoteError> {
        self.meet(self.inner.account(key)).await
    }

    async fn catalog(&self, account: &AccountId) -> Result<(Catalog, Vec<Unreadable>), RemoteError> {
        self.meet(self.inner.catalog(account)).await
    }

    async fn versions(&self, ids: &[VersionId]) -> Result<Reads, RemoteError> {
        self.meet(self.inner.versions(ids)).await
    }

    async fn history(&self, score: &ScoreId) -> Result<Vec<VersionMeta>, RemoteError> {
        self.meet(self.inner.history(score)).await
    }

    async fn newest(&self, scores: &[ScoreId], count: usize) -> Result<Histories, RemoteError> {
        self.meet(self.inner.newest(scores, count)).await
    }

    async fn evaluations(&self, versions: &[VersionId]) -> Result<Evaluations, RemoteError> {
        self.meet(self.inner.evaluations(versions)).await
    }

    async fn evaluation_details(&self, ids: &[String]) -> Result<DetailReads, RemoteError> {
        self.meet(self.inner.evaluation_details(ids)).await
    }

    async fn score(&self, id: &ScoreId) -> Result<Option<Score>, RemoteError> {
        self.meet(self.inner.score(id)).await
    }

    async fn sections(&self, scorecard: &ScorecardId) -> Result<Vec<Section>, RemoteError> {
        self.meet(self.inner.sections(scorecard)).await
    }

    async fn create_score(&self, score: &NewScore, first: &NewVersion) -> Result<Created, RemoteError> {
        self.meet(self.inner.create_score(score, first)).await
    }

    async fn create_version(&self, version: &NewVersion, note: &str, metadata: Value) -> Result<Created, RemoteError> {
        self.meet(self.inner.create_version(version, note, metadata)).await
    }

    async fn set_champion(&self, score: &ScoreId, expected: Option<&VersionId>, champion: &VersionId) -> Result<(), RemoteError> {
        self.meet(self.inner.set_champion(score, expected, champion)).await
    }

    async fn update_version(&self, version: &VersionMeta, metadata: Value, featured: bool) -> Result<(), RemoteError> {
        self.meet(self.inner.update_version(version, metadata, featured)).await
    }

    fn listen(&self) -> Option<mpsc::Receiver<RemoteEvent>> {
        self.inner.listen()
    }
}
