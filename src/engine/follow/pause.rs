//! [`BulkChangeDetector`]: is this an editing session? Pure.
//!
//! A checkout, a rebase or a script changes many files that nobody edited one by one. While git is at work nothing is
//! written or pushed. If files differ from their base after HEAD went elsewhere, or more than a person can save at once do,
//! that stays so until they are as before or a person says that it is meant.

use super::facts::{FileDigests, GitActivity, HeadMove};
use super::pending::{BURST, PendingScore};
use crate::model::{RelPath, ScoreId};
use std::collections::BTreeMap;
use std::time::{Duration, Instant};

/// More scores than this, edited within [`BURST`], were not edited by a person.
const MANY: usize = 20;
/// How much later than it happened a touch may be told.
const LATE: Duration = Duration::from_secs(3);
/// How long before it moves HEAD git may begin to write files.
const EARLY: Duration = Duration::from_secs(10);
/// An index that is locked for longer was left so by a git that died.
const MOMENT: Duration = Duration::from_secs(5);

/// Why pushing pauses.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PauseWhy {
    /// Something is under way in git.
    GitBusy(GitActivity),
    /// HEAD went elsewhere; where, in git's words.
    HeadMoved(String),
    /// So many scores were edited at once.
    Many(usize),
    /// So many scores were edited before the start.
    ManyBefore(usize),
}

/// Pushing pauses.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pause {
    /// Why.
    pub why: PauseWhy,
    /// What would be pushed: the code files of the scores.
    pub plan: Vec<RelPath>,
}

/// Scores that nobody edited one by one, and their files before that, if they were not those of the base.
type Suspects = BTreeMap<ScoreId, Option<FileDigests>>;

/// Decides whether the moment is good.
#[derive(Debug)]
pub(super) struct BulkChangeDetector {
    busy: Option<Pause>,
    /// Something was seen under way in git for the first time since HEAD was steady.
    busy_since: Option<Instant>,
    /// Since when nothing but the lock of the index was seen.
    locked_since: Option<Instant>,
    latched: Option<(Pause, Suspects)>,
    /// HEAD went elsewhere and the files were not judged yet.
    moved: Option<HeadMove>,
    /// HEAD was last seen where it was.
    steady: Instant,
}

impl BulkChangeDetector {
    pub fn new(now: Instant) -> Self {
        Self { busy: None, busy_since: None, locked_since: None, latched: None, moved: None, steady: now }
    }

    /// Nothing is to be written or pushed now.
    pub fn blocks(&self) -> bool {
        self.busy.is_some() || self.latched.is_some()
    }

    pub fn paused(&self) -> Option<&Pause> {
        self.busy.as_ref().or(self.latched.as_ref().map(|(pause, _)| pause))
    }

    /// The pause that a person has to be told of. Git locks its index for moments, at every commit.
    pub fn lasting(&self, now: Instant) -> Option<&Pause> {
        let is_momentary = self.locked_since.is_some_and(|since| now < since + MOMENT);
        self.busy.as_ref().filter(|_| !is_momentary).or(self.latched.as_ref().map(|(pause, _)| pause))
    }

    pub fn saw_git(&mut self, now: Instant, busy: Option<GitActivity>, moved: Option<HeadMove>) {
        self.locked_since = (busy == Some(GitActivity::IndexLocked)).then(|| self.locked_since.unwrap_or(now));
        self.busy = busy.map(|what| Pause { why: PauseWhy::GitBusy(what), plan: Vec::new() });
        if self.busy.is_some() {
            self.busy_since.get_or_insert(now);
        }
        self.moved = moved.or(self.moved.take());
        if self.busy.is_none() && self.moved.is_none() {
            (self.busy_since, self.steady) = (None, now);
        }
    }

    /// All files were looked at that were touched.
    pub fn judge(&mut self, now: Instant, pending: &BTreeMap<ScoreId, PendingScore>) {
        if self.busy.is_some() {
            return;
        }
        if let Some(moved) = self.moved.take() {
            let edited = suspects(pending, self.came_with(&moved));
            (self.busy_since, self.steady) = (None, now);
            self.latch(PauseWhy::HeadMoved(moved.how), edited, pending);
        }
        let last = pending.values().filter(|score| score.edited).filter_map(|score| score.touched).max();
        let burst =
            last.and_then(|last| last.checked_sub(BURST)).map(|since| suspects(pending, |at| at >= since)).unwrap_or_default();
        let (before, at_once): (Suspects, Suspects) = burst.into_iter().partition(|(id, _)| pending[id].edited_before);
        for (why, suspects) in [(PauseWhy::ManyBefore(before.len()), before), (PauseWhy::Many(at_once.len()), at_once)] {
            if suspects.len() > MANY {
                self.latch(why, suspects, pending);
            }
        }
        self.latched.take_if(|(_, suspects)| suspects.iter().all(|(id, before)| is_as_before(pending.get(id), *before)));
    }

    /// Whether files that were touched then may have been touched by what moved HEAD.
    fn came_with(&self, moved: &HeadMove) -> impl Fn(Instant) -> bool + use<> {
        let earlier = |at: Instant, by: Duration| at.checked_sub(by).unwrap_or(at);
        let began = moved.at.map(|at| earlier(at, EARLY)).map(|at| self.busy_since.map_or(at, |busy| busy.min(at)));
        let from = began.into_iter().fold(earlier(self.steady, LATE), Instant::max);
        let until = moved.at.map(|at| at + LATE);
        move |at| at >= from && until.is_none_or(|until| at <= until)
    }

    fn latch(&mut self, why: PauseWhy, suspects: Suspects, pending: &BTreeMap<ScoreId, PendingScore>) {
        if suspects.is_empty() {
            return;
        }
        let mut suspects = suspects;
        // Of what was suspected before it is known longer what it was.
        suspects.extend(self.latched.take().into_iter().flat_map(|(_, before)| before));
        let pushable =
            suspects.keys().filter_map(|id| pending.get(id)).filter(|score| score.fault.is_none() && score.held.is_none());
        let mut plan: Vec<RelPath> = pushable.map(|score| score.path.clone()).collect();
        plan.sort();
        self.latched = Some((Pause { why, plan }, suspects));
    }

    /// It is meant: these edits are as good as any.
    pub fn resume(&mut self, now: Instant, pending: &mut BTreeMap<ScoreId, PendingScore>) -> bool {
        let was = self.latched.take().is_some();
        if was {
            (self.moved, self.steady) = (None, now);
            pending.values_mut().for_each(|score| score.touched = None);
        }
        was
    }
}

/// Scores whose files were touched when something happened, and differ from their base.
fn suspects(pending: &BTreeMap<ScoreId, PendingScore>, then: impl Fn(Instant) -> bool) -> Suspects {
    let is_suspect = |score: &PendingScore| score.edited && score.touched.is_some_and(&then);
    pending.iter().filter(|(_, score)| is_suspect(score)).map(|(id, score)| (id.clone(), score.before)).collect()
}

/// A score in conflict, or one that is not to be pushed yet, is as it was without being in step.
fn is_as_before(score: Option<&PendingScore>, before: Option<FileDigests>) -> bool {
    score.is_none_or(|score| !score.edited || (before.is_some() && score.files == before))
}
