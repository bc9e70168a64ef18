//! [`Guard`]: is this an editing session? Pure.
//!
//! A checkout, a rebase or a script changes many files that nobody edited one by one. While git is at work nothing is
//! written or pushed. If files differ from their base after HEAD went elsewhere, or more than a person can save at once do,
//! that stays so until they are as before or a person says that it is meant.

use super::item::Item;
use crate::model::{RelPath, ScoreId};
use std::collections::{BTreeMap, BTreeSet};
use std::time::{Duration, Instant};

/// More scores than this, edited within [`BURST`], were not edited by a person.
const MANY: usize = 20;
/// See [`MANY`].
const BURST: Duration = Duration::from_secs(2);
/// How much later than it happened a touch may be told.
const LATE: Duration = Duration::from_secs(2);

/// Why pushing pauses.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PauseWhy {
    /// Something is under way in git, in words.
    GitBusy(String),
    /// HEAD went elsewhere; where, in words.
    HeadMoved(String),
    /// So many scores were edited at once.
    Many(usize),
}

/// Pushing pauses.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pause {
    /// Why.
    pub why: PauseWhy,
    /// What would be pushed: the code files of the scores.
    pub plan: Vec<RelPath>,
}

/// Decides whether the moment is good.
#[derive(Debug)]
pub(super) struct Guard {
    busy: Option<Pause>,
    latched: Option<(Pause, BTreeSet<ScoreId>)>,
    /// HEAD went elsewhere and the files were not judged yet.
    moved: Option<String>,
    /// HEAD was last seen where it was.
    steady: Instant,
}

impl Guard {
    pub fn new(now: Instant) -> Self {
        Self { busy: None, latched: None, moved: None, steady: now }
    }

    /// Nothing is to be written or pushed now.
    pub fn blocks(&self) -> bool {
        self.busy.is_some() || self.latched.is_some()
    }

    pub fn paused(&self) -> Option<&Pause> {
        self.busy.as_ref().or(self.latched.as_ref().map(|(pause, _)| pause))
    }

    pub fn saw_git(&mut self, now: Instant, busy: Option<String>, moved: Option<String>) {
        self.busy = busy.map(|what| Pause { why: PauseWhy::GitBusy(what), plan: Vec::new() });
        match moved {
            Some(to) => self.moved = Some(to),
            None if self.busy.is_none() && self.moved.is_none() => self.steady = now,
            None => {}
        }
    }

    /// All files were looked at that were touched.
    pub fn judge(&mut self, now: Instant, items: &BTreeMap<ScoreId, Item>) {
        if self.busy.is_some() {
            return;
        }
        let since = self.steady.checked_sub(LATE).unwrap_or(self.steady);
        if let Some(to) = self.moved.take() {
            let edited = edited_since(items, since);
            self.steady = now;
            self.latch(PauseWhy::HeadMoved(to), edited, items);
        }
        let last = items.values().filter(|item| item.edited).filter_map(|item| item.touched).max();
        let burst = last.and_then(|last| last.checked_sub(BURST)).map(|since| edited_since(items, since)).unwrap_or_default();
        if burst.len() > MANY {
            self.latch(PauseWhy::Many(burst.len()), burst, items);
        }
        let is_over =
            |(_, suspects): &(Pause, BTreeSet<ScoreId>)| suspects.iter().all(|id| items.get(id).is_none_or(|item| !item.edited));
        if self.latched.as_ref().is_some_and(is_over) {
            self.latched = None;
        }
    }

    fn latch(&mut self, why: PauseWhy, suspects: BTreeSet<ScoreId>, items: &BTreeMap<ScoreId, Item>) {
        if suspects.is_empty() {
            return;
        }
        let mut suspects = suspects;
        suspects.extend(self.latched.take().into_iter().flat_map(|(_, before)| before));
        let plan = suspects.iter().filter_map(|id| items.get(id)).map(|item| item.path.clone()).collect();
        self.latched = Some((Pause { why, plan }, suspects));
    }

    /// It is meant: these edits are as good as any.
    pub fn resume(&mut self, now: Instant, items: &mut BTreeMap<ScoreId, Item>) -> bool {
        let was = self.latched.take().is_some();
        if was {
            (self.moved, self.steady) = (None, now);
            items.values_mut().for_each(|item| item.touched = None);
        }
        was
    }
}

fn edited_since(items: &BTreeMap<ScoreId, Item>, since: Instant) -> BTreeSet<ScoreId> {
    let is_suspect = |item: &Item| item.edited && item.touched.is_some_and(|at| at >= since);
    items.iter().filter(|(_, item)| is_suspect(item)).map(|(id, _)| id.clone()).collect()
}
