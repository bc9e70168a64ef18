//! Evaluations of versions that were pushed from here: when to ask for them, and which of them have ended since. Time is an
//! argument; the question is asked by the loop.

use super::event::Evaluated;
use crate::engine::observe::evidence::evaluations;
use crate::engine::report::{Action, Outcome, Report};
use crate::model::{Backoff, Evaluation, ScoreId, Silence, VersionId};
use crate::remote::{Evaluations, Remote, RemoteError};
use jiff::Timestamp;
use std::collections::{BTreeMap, BTreeSet};
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::time::{Duration, Instant};

/// How long an evaluation is waited for.
const WAITED: Duration = Duration::from_secs(24 * 3600);
/// Between two questions while nothing is under way.
const CALM: Backoff = Backoff { first: Duration::from_secs(15), longest: Duration::from_secs(120), least: 1.0 };
/// And while something is.
const UNDER_WAY: Duration = Duration::from_secs(15);
/// Versions that are asked for at once; the newest are waited for.
const VERSIONS: usize = 50;

/// What was found, once it was asked for.
pub(super) type FoundEvaluations = Pin<Box<dyn Future<Output = Result<Evaluations, RemoteError>>>>;

/// Versions that were pushed from here, and what was told of them.
#[derive(Default)]
pub(super) struct PushedVersions {
    awaited: Vec<PushedVersion>,
    told: BTreeSet<String>,
    next: Option<Instant>,
    /// Questions since something was under way.
    calm: u32,
}

/// A version that was pushed from here.
struct PushedVersion {
    version: VersionId,
    score: ScoreId,
    name: String,
    champion: Option<VersionId>,
    since: Instant,
}

impl PushedVersions {
    /// A run pushed versions.
    pub fn ran(&mut self, now: Instant, report: &Report) {
        for score in &report.scores {
            // One that existed may have been evaluated before.
            let Outcome::Done(Action::Pushed { version, existed: false, .. }) = &score.outcome else { continue };
            self.awaited.retain(|known| known.version != *version);
            self.awaited.push(PushedVersion {
                version: version.clone(),
                score: score.id.clone(),
                name: format!("{}/{}", score.scorecard, score.name),
                champion: score.champion.clone().filter(|champion| champion != version),
                since: now,
            });
            self.calm = 0;
            self.next = Some(now + CALM.delay(1, 1.0));
        }
        let surplus = self.awaited.len().saturating_sub(VERSIONS);
        self.awaited.drain(..surplus);
    }

    /// When to ask next.
    pub fn due(&mut self, now: Instant) -> Option<Instant> {
        self.awaited.retain(|pushed| now.duration_since(pushed.since) < WAITED);
        self.next.filter(|_| !self.awaited.is_empty())
    }

    /// Asks for the evaluations of these versions, and of the champions beside them.
    pub fn ask(&mut self, remote: &Arc<dyn Remote>) -> FoundEvaluations {
        self.next = None;
        let pushed = self.awaited.iter().flat_map(|pushed| [Some(&pushed.version), pushed.champion.as_ref()]);
        let ids: BTreeSet<VersionId> = pushed.flatten().cloned().collect();
        let remote = Arc::clone(remote);
        Box::pin(async move { evaluations(&*remote, &ids.into_iter().collect::<Vec<_>>()).await })
    }

    /// What is new in the answer. What could not be read is asked for again.
    pub fn answered(&mut self, now: Instant, at: Timestamp, found: &Result<Evaluations, RemoteError>) -> Vec<Evaluated> {
        let none = BTreeMap::new();
        let found = found.as_ref().unwrap_or(&none);
        let of = |id: &VersionId| found.get(id).and_then(|all| all.as_deref().ok()).unwrap_or_default();
        let is_under_way = self.awaited.iter().any(|pushed| of(&pushed.version).iter().any(|one| one.is_running(at)));
        self.calm = if is_under_way { 0 } else { self.calm + 1 };
        self.next = Some(now + if is_under_way { UNDER_WAY } else { CALM.delay(self.calm + 1, 1.0) });
        let mut news = Vec::new();
        for pushed in &self.awaited {
            let ended = of(&pushed.version).iter().filter(|one| has_ended(one));
            for evaluation in ended.filter(|one| self.told.insert(one.id.clone())) {
                let champion = pushed.champion.as_ref().and_then(|id| of(id).iter().find(|one| one.speaks().is_ok()));
                news.push(Evaluated {
                    score: pushed.score.clone(),
                    name: pushed.name.clone(),
                    version: pushed.version.clone(),
                    evaluation: evaluation.clone(),
                    champion: champion.cloned(),
                });
            }
        }
        news
    }
}

/// It came to an end that says something to whoever waits for it.
fn has_ended(evaluation: &Evaluation) -> bool {
    matches!(evaluation.speaks(), Ok(()) | Err(Silence::Failed | Silence::Empty))
}
