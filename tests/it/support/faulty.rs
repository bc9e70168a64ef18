//! A dashboard that fails on cue: before the effect, after the effect, or by the death of the program at that moment; one whose
//! lists are of earlier; one in which somebody else acts at that moment.

use async_trait::async_trait;
use futures_util::FutureExt;
use scoresync::model::{
    Account, AccountId, Catalog, NewScore, NewVersion, Score, ScoreId, ScorecardId, Section, VersionId, VersionMeta,
};
use scoresync::remote::{
    Created, DetailReads, Evaluations, Histories, LeftOut, Reads, Remote, RemoteError, RemoteEvent, Unreadable,
};
use serde_json::Value;
use std::collections::BTreeMap;
use std::pin::Pin;
use std::sync::{Arc, Mutex, MutexGuard};
use std::time::Duration;
use tokio::sync::{Notify, mpsc};

/// What happens to one request.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Fault {
    /// An error, and nothing happened.
    Before,
    /// An error, although it happened.
    After,
    /// The program dies before the request has an effect.
    DieBefore,
    /// The program dies after the effect, before the reply.
    DieAfter,
    /// Too many requests; nothing happened.
    Throttled,
    /// It happened, and the reply cannot be read.
    Garbled,
    /// A list is as it was when it was last asked for. Other requests are answered.
    Stale,
    /// Of several versions that are asked for each is an error of its own. Other requests are answered.
    Piecemeal,
    /// Of several versions that are asked for only the first is answered. Other requests are answered.
    OnlyFirst,
    /// Versions that are asked for cannot be read yet: each is missing. Other requests are answered.
    Unseen,
}

/// A promise of the dashboard that it breaks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Lie {
    /// A champion is set whatever stands there.
    BlindPromotions,
    /// A version is said to be created, and is not.
    VanishingVersions,
}

/// What somebody else does at that moment.
pub type Meddling = Pin<Box<dyn Future<Output = ()> + Send>>;

/// What requests meet, by their number from 0.
#[derive(Default)]
pub struct Weather {
    pub faults: BTreeMap<usize, Fault>,
    /// Comes before the request with this number.
    pub meddling: Option<(usize, Meddling)>,
}

/// Wraps a remote whose requests meet what was planned for them.
pub struct Faulty {
    dashboard: Mutex<(Arc<dyn Remote>, Option<Lie>)>,
    sky: Mutex<Sky>,
    latency: Duration,
    died: Notify,
}

#[derive(Default)]
struct Sky {
    weather: Weather,
    next: usize,
    met: Vec<Fault>,
    catalog: Option<(Catalog, Vec<Unreadable>)>,
    histories: BTreeMap<ScoreId, Vec<VersionMeta>>,
    newest: BTreeMap<ScoreId, Vec<VersionMeta>>,
    promoted: Vec<VersionId>,
    blind: Vec<String>,
}

impl Faulty {
    /// One whose request number `at` meets `fault`.
    pub fn new(inner: Arc<dyn Remote>, at: usize, fault: Fault) -> Arc<Self> {
        let faulty = Self::slow(inner, Duration::ZERO);
        faulty.plan(Weather { faults: [(at, fault)].into(), meddling: None });
        faulty
    }

    /// One that never fails and takes this long to answer each request.
    pub fn slow(inner: Arc<dyn Remote>, latency: Duration) -> Arc<Self> {
        Arc::new(Self { dashboard: Mutex::new((inner, None)), sky: Mutex::default(), latency, died: Notify::new() })
    }

    /// One that breaks a promise.
    pub fn lying(inner: Arc<dyn Remote>, lie: Option<Lie>) -> Arc<Self> {
        let line = Self::slow(inner.clone(), Duration::ZERO);
        line.lead_to(inner, lie);
        line
    }

    /// From now on it is a new line to another dashboard.
    pub fn lead_to(&self, inner: Arc<dyn Remote>, lie: Option<Lie>) {
        *self.dashboard.lock().expect("no panic while locked") = (inner, lie);
        *self.sky() = Sky::default();
        // A death that nobody was there to meet.
        let _ = self.died.notified().now_or_never();
    }

    fn inner(&self) -> Arc<dyn Remote> {
        self.dashboard.lock().expect("no panic while locked").0.clone()
    }

    fn lie(&self) -> Option<Lie> {
        self.dashboard.lock().expect("no panic while locked").1
    }

    /// From now on requests are counted from 0 again, and meet this.
    pub fn plan(&self, weather: Weather) {
        let mut sky = self.sky();
        (sky.weather, sky.next) = (weather, 0);
        sky.met.clear();
    }

    /// Runs `work` until it ends or the program "dies": then its future is dropped where it stands.
    pub async fn run<T>(&self, work: impl Future<Output = T>) -> Option<T> {
        tokio::select! {
            biased;
            () = self.died.notified() => None,
            result = work => Some(result),
        }
    }

    /// All that was planned has happened.
    pub fn was_met(&self) -> bool {
        self.sky().weather.faults.is_empty()
    }

    /// What happened of what was planned.
    pub fn met(&self) -> Vec<Fault> {
        self.sky().met.clone()
    }

    /// The versions that were made champion, told or not.
    pub fn promoted(&self) -> Vec<VersionId> {
        self.sky().promoted.clone()
    }

    /// Champions that were set although another one stood there than was expected: what nobody may do.
    pub fn blind_promotions(&self) -> Vec<String> {
        self.sky().blind.clone()
    }

    fn sky(&self) -> MutexGuard<'_, Sky> {
        self.sky.lock().expect("no panic while locked")
    }

    /// The fault of this request, which is taken for counted; whoever meddles has done so.
    async fn next(&self) -> Option<Fault> {
        let (fault, meddling) = {
            let mut sky = self.sky();
            let at = sky.next;
            sky.next += 1;
            let meddling = sky.weather.meddling.take_if(|(when, _)| *when == at);
            (sky.weather.faults.remove(&at), meddling)
        };
        if let Some((_, meddling)) = meddling {
            meddling.await;
        }
        // A list that was never asked for is not of earlier: that is seen where it is answered.
        self.sky().met.extend(fault.filter(|fault| *fault != Fault::Stale));
        fault
    }

    async fn meet<T>(&self, effect: impl Future<Output = Result<T, RemoteError>>) -> Result<T, RemoteError> {
        let fault = self.next().await;
        self.answer(fault, effect).await
    }

    async fn answer<T>(
        &self,
        fault: Option<Fault>,
        effect: impl Future<Output = Result<T, RemoteError>>,
    ) -> Result<T, RemoteError> {
        if !self.latency.is_zero() {
            tokio::time::sleep(self.latency).await;
        }
        match fault {
            Some(Fault::DieBefore) => self.die().await,
            Some(Fault::Before) => return Err(RemoteError::Unreachable("no connection".into())),
            Some(Fault::Throttled) => return Err(RemoteError::Throttled("too many requests".into())),
            _ => {}
        }
        let result = effect.await;
        match fault {
            Some(Fault::DieAfter) => self.die().await,
            Some(Fault::After) => Err(RemoteError::Unreachable("the reply was lost".into())),
            Some(Fault::Garbled) => Err(RemoteError::Protocol("a cut reply".into())),
            _ => result,
        }
    }

    async fn die<T>(&self) -> T {
        self.died.notify_one();
        std::future::pending().await
    }

    /// A list: that of earlier, if there is one and this request is to get it. What is answered is kept as that of earlier.
    async fn list<T: Clone>(
        &self,
        effect: impl Future<Output = Result<T, RemoteError>>,
        earlier: impl FnOnce(&Sky) -> Option<T>,
        keep: impl FnOnce(&mut Sky, T),
    ) -> Result<T, RemoteError> {
        let fault = self.next().await;
        if fault == Some(Fault::Stale) {
            let mut sky = self.sky();
            if let Some(earlier) = earlier(&sky) {
                sky.met.push(Fault::Stale);
                return Ok(earlier);
            }
        }
        let list = self.answer(fault, effect).await?;
        keep(&mut self.sky(), list.clone());
        Ok(list)
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
        self.meet(self.inner().account(key)).await
    }

    async fn catalog(&self, account: &AccountId) -> Result<(Catalog, Vec<Unreadable>), RemoteError> {
        self.list(self.inner().catalog(account), |sky| sky.catalog.clone(), |sky, list| sky.catalog = Some(list)).await
    }

    async fn versions(&self, ids: &[VersionId]) -> Result<Reads, RemoteError> {
        let fault = self.next().await;
        if fault == Some(Fault::Unseen) {
            let missing = |id: &VersionId| (id.clone(), Err(RemoteError::Missing(format!("version {id}"))));
            return Ok(ids.iter().map(missing).collect());
        }
        let answered = match fault {
            Some(Fault::Piecemeal) => 0,
            Some(Fault::OnlyFirst) => 1,
            _ => ids.len(),
        };
        let unread = |id: &VersionId| (id.clone(), Err(RemoteError::Throttled("too many requests".into())));
        let (answered, left) = ids.split_at(answered.min(ids.len()));
        let mut reads = self.answer(fault, self.inner().versions(answered)).await?;
        reads.extend(left.iter().map(unread));
        Ok(reads)
    }

    async fn history(&self, score: &ScoreId) -> Result<Vec<VersionMeta>, RemoteError> {
        let keep = |sky: &mut Sky, list| drop(sky.histories.insert(score.clone(), list));
        self.list(self.inner().history(score), |sky| sky.histories.get(score).cloned(), keep).await
    }

    async fn newest(&self, scores: &[ScoreId], count: usize) -> Result<Histories, RemoteError> {
        let earlier = |sky: &Sky| {
            let earlier = |score: &ScoreId| Some((score.clone(), Ok(sky.newest.get(score)?.clone())));
            scores.iter().map(earlier).collect::<Option<Vec<_>>>()
        };
        let effect = async { Ok(self.inner().newest(scores, count).await?.into_iter().collect::<Vec<_>>()) };
        let keep = |sky: &mut Sky, list: Vec<(ScoreId, Result<_, _>)>| {
            sky.newest.extend(list.into_iter().filter_map(|(score, read)| Some((score, read.ok()?))));
        };
        Ok(self.list(effect, earlier, keep).await?.into_iter().collect())
    }

    async fn evaluations(&self, versions: &[VersionId]) -> Result<Evaluations, RemoteError> {
        self.meet(self.inner().evaluations(versions)).await
    }

    async fn evaluation_details(&self, ids: &[String]) -> Result<DetailReads, RemoteError> {
        self.meet(self.inner().evaluation_details(ids)).await
    }

    async fn score(&self, id: &ScoreId) -> Result<Option<Score>, RemoteError> {
        self.meet(self.inner().score(id)).await
    }

    async fn sections(&self, scorecard: &ScorecardId) -> Result<Vec<Section>, RemoteError> {
        self.meet(self.inner().sections(scorecard)).await
    }

    async fn create_score(&self, score: &NewScore, first: &NewVersion) -> Result<Created, RemoteError> {
        self.meet(self.inner().create_score(score, first)).await
    }

    async fn create_version(&self, version: &NewVersion, note: &str, metadata: Value) -> Result<Created, RemoteError> {
        if self.lie() == Some(Lie::VanishingVersions) {
            return Ok(Created::New);
        }
        self.meet(self.inner().create_version(version, note, metadata)).await
    }

    async fn set_champion(&self, score: &ScoreId, expected: Option<&VersionId>, champion: &VersionId) -> Result<(), RemoteError> {
        let effect = async {
            let before = self.inner().score(score).await?.and_then(|score| score.champion);
            let expected_there = if self.lie() == Some(Lie::BlindPromotions) { before.as_ref() } else { expected };
            self.inner().set_champion(score, expected_there, champion).await?;
            self.sky().promoted.push(champion.clone());
            if before.as_ref() != expected && before.as_ref() != Some(champion) {
                self.sky().blind.push(format!("{champion} of {score} over {before:?} instead of {expected:?}"));
            }
            Ok(())
        };
        self.meet(effect).await
    }

    async fn update_version(&self, version: &VersionMeta, metadata: Value, featured: bool) -> Result<(), RemoteError> {
        self.meet(self.inner().update_version(version, metadata, featured)).await
    }

    async fn answered(&self) -> bool {
        tokio::time::sleep(Duration::from_secs(1)).await;
        true
    }

    fn left_out(&self) -> Vec<LeftOut> {
        self.inner().left_out()
    }

    fn listen(&self) -> Option<mpsc::Receiver<RemoteEvent>> {
        self.inner().listen()
    }
}
