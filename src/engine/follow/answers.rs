//! What [`Policy`] makes of the answers to its steps.

use super::item::Item;
use super::pace::again;
use super::policy::{FRESH, GitSeen, Policy, Seen, Trouble, Verdict};
use crate::model::{RelPath, ScoreId};
use std::collections::{BTreeMap, BTreeSet};
use std::time::{Duration, Instant};

impl Policy {
    /// The files of `asked` (all, if none are named) were looked at; scores that are not told of are in step.
    pub fn looked(&mut self, now: Instant, asked: Option<&BTreeSet<ScoreId>>, seen: BTreeMap<ScoreId, Seen>) {
        if self.look_not_before.take().is_some() {
            self.reached();
        }
        let is_calm = |id: &ScoreId| asked.is_none_or(|asked| asked.contains(id)) && !seen.contains_key(id);
        for (_, item) in self.items.iter_mut().filter(|(id, _)| is_calm(id)) {
            (item.edited, item.files, item.fault, item.asked) = (false, None, None, false);
            item.end_conflict();
        }
        for (id, found) in seen {
            let item = self.items.entry(id).or_insert_with(|| Item::new(found.path.clone(), now));
            item.path = found.path;
            item.files = Some(found.files);
            // Nobody told that it was touched: as good as now.
            if asked.is_none() && found.edited && !item.edited {
                item.touched.get_or_insert(now);
            }
            item.edited = found.edited;
            item.behind |= found.behind;
            if !found.behind {
                item.end_conflict();
            }
            item.fault = found.fault;
            if found.held.is_some() {
                item.held = found.held;
            }
        }
        self.settle(now);
    }

    /// Everything was compared with the dashboard.
    pub fn surveyed(&mut self, now: Instant, took: Duration, seen: BTreeMap<ScoreId, Seen>) {
        self.survey = false;
        self.pace.answered(now, took);
        self.reached();
        // What was edited before is treated as if it were saved now: many such scores wait for a word.
        let edited: Vec<ScoreId> = seen.iter().filter(|(_, seen)| seen.edited).map(|(id, _)| id.clone()).collect();
        for id in &edited {
            self.items.entry(id.clone()).or_insert_with(|| Item::new(seen[id].path.clone(), now)).touched = Some(now);
        }
        self.looked(now, None, seen);
    }

    /// The catalog was read: these scores are not as they were seen before.
    pub fn polled(&mut self, now: Instant, took: Duration, moved: impl IntoIterator<Item = (ScoreId, RelPath)>) {
        self.pace.answered(now, took);
        self.reached();
        for (id, path) in moved {
            self.pace.lively(now);
            self.items.entry(id).or_insert_with(|| Item::new(path, now)).fall_behind();
        }
    }

    /// Git answered.
    pub fn saw_git(&mut self, now: Instant, seen: GitSeen) {
        for id in &seen.committed {
            if let Some(item) = self.items.get_mut(id) {
                item.committed = true;
            }
        }
        (self.git_seen, self.git_unsure) = (Some(now), false);
        self.guard.saw_git(now, seen.busy, seen.moved);
        self.settle(now);
    }

    /// An errand ended; `began` is when it was begun.
    pub fn ran(&mut self, now: Instant, began: Instant, pushed: bool, verdicts: impl IntoIterator<Item = (ScoreId, Verdict)>) {
        let mut reached = true;
        let mut look = BTreeSet::new();
        for (id, verdict) in verdicts {
            let Some(item) = self.items.get_mut(&id) else { continue };
            if item.touched.is_some_and(|at| at >= began) {
                look.insert(id.clone());
            }
            item.asked &= verdict == Verdict::Later;
            match verdict {
                Verdict::Done if pushed => item.edited = false,
                Verdict::Done => item.behind = false,
                Verdict::LookAgain => {
                    item.behind = false;
                    look.insert(id);
                }
                Verdict::Touched => {
                    item.not_before = Some(now + self.rules.quiet);
                    look.insert(id);
                }
                Verdict::Stale => item.behind = true,
                Verdict::Fault(fault) => item.fault = Some(fault),
                Verdict::Held(wait) => item.held = Some(wait),
                Verdict::Later => reached = false,
            }
        }
        self.look_again(look);
        if reached {
            self.reached()
        } else {
            self.failed(now, Trouble::Unreachable)
        }
        self.settle(now);
    }

    /// An errand could not be run; everything that it was about still is to be done.
    pub fn failed(&mut self, now: Instant, trouble: Trouble) {
        if trouble == Trouble::Locked {
            self.not_before = Some(now + FRESH);
            return;
        }
        self.failures += 1;
        self.not_before = Some(now + again(self.failures));
    }

    /// Files could not be looked at.
    pub fn look_failed(&mut self, now: Instant) {
        self.look_at_all();
        self.failed(now, Trouble::Other);
        self.look_not_before = self.not_before;
    }

    /// When it will be tried again.
    pub fn retry_at(&self) -> Option<Instant> {
        self.not_before
    }

    fn reached(&mut self) {
        (self.failures, self.not_before) = (0, None);
    }

    fn look_again(&mut self, scores: BTreeSet<ScoreId>) {
        match &mut self.look {
            None if !scores.is_empty() => self.look = Some(Some(scores)),
            Some(Some(look)) => look.extend(scores),
            _ => {}
        }
    }

    /// Scores that are in step are forgotten; the guard sees what is left.
    fn settle(&mut self, now: Instant) {
        let pending = match &self.look {
            Some(Some(pending)) => pending.clone(),
            Some(None) => return,
            None => BTreeSet::new(),
        };
        self.items.retain(|id, item| pending.contains(id) || !item.is_calm());
        if pending.is_empty() {
            self.guard.judge(now, &self.items);
        }
    }
}
