//! What [`Policy`] makes of the answers to its steps.

use super::facts::{GitSeen, Obstacle, Seen, TaskEnd, TaskOutcome, Trouble, WaitReason};
use super::pending::PendingScore;
use super::policy::{FRESH, Policy};
use super::poll_interval::retry_delay;
use crate::model::{RelPath, ScoreId};
use std::collections::{BTreeMap, BTreeSet};
use std::time::{Duration, Instant};

impl Policy {
    /// The files of `asked` (all, if none are named) were looked at; scores that are not told of are in step.
    pub fn looked(&mut self, now: Instant, asked: Option<&BTreeSet<ScoreId>>, seen: BTreeMap<ScoreId, Seen>) {
        (self.look_failures, self.look_not_before) = (0, None);
        let is_calm = |id: &ScoreId| asked.is_none_or(|asked| asked.contains(id)) && !seen.contains_key(id);
        for (_, score) in self.pending.iter_mut().filter(|(id, _)| is_calm(id)) {
            (score.edited, score.files, score.fault, score.asked) = (false, None, None, false);
            score.end_conflict();
            score.look_anew();
        }
        for (id, found) in seen {
            let score = self.pending.entry(id).or_insert_with(|| PendingScore::new(found.path.clone(), now));
            score.path = found.path;
            score.files = Some(found.files);
            // Nobody told that it was touched: as good as now.
            if asked.is_none() && found.edited && !score.edited {
                score.touched.get_or_insert(now);
            }
            score.edited = found.edited;
            score.behind |= found.behind;
            if !found.behind {
                score.end_conflict();
            }
            score.fault = found.fault;
            score.look_anew();
            if found.held.is_some() {
                score.held = found.held;
            }
        }
        self.settle(now);
    }

    /// Everything was compared with the dashboard.
    pub fn compared(&mut self, now: Instant, took: Duration, seen: BTreeMap<ScoreId, Seen>) {
        self.full_compare = false;
        self.poll_interval.answered(now, took);
        self.reached();
        // What was edited before is treated as if it were saved now: many such scores wait for a word.
        let edited: Vec<ScoreId> = seen.iter().filter(|(_, seen)| seen.edited).map(|(id, _)| id.clone()).collect();
        for id in &edited {
            let score = self.pending.entry(id.clone()).or_insert_with(|| PendingScore::new(seen[id].path.clone(), now));
            (score.touched, score.edited_before) = (Some(now), true);
        }
        self.looked(now, None, seen);
    }

    /// The catalog was read.
    pub fn polled(&mut self, now: Instant, took: Duration) {
        self.poll_interval.answered(now, took);
        self.reached();
    }

    /// The dashboard has something else of these scores than was seen before.
    pub fn fell_behind(&mut self, now: Instant, moved: Vec<(ScoreId, RelPath)>) {
        for (id, path) in moved {
            self.poll_interval.lively(now);
            let score = self.pending.entry(id).or_insert_with(|| PendingScore::new(path.clone(), now));
            // Files that a look found lie where they were until somebody moves them.
            if score.files.is_none_or(|files| files == [None, None]) {
                score.path = path;
            }
            score.fall_behind();
        }
    }

    /// Git answered.
    pub fn saw_git(&mut self, now: Instant, seen: GitSeen) {
        for id in &seen.committed {
            if let Some(score) = self.pending.get_mut(id) {
                score.committed = true;
            }
        }
        (self.git_seen, self.git_unsure) = (Some(now), false);
        self.bulk_changes.saw_git(now, seen.busy, seen.moved);
        self.settle(now);
    }

    /// A task ended; `began` is when it was begun.
    pub fn ran(&mut self, now: Instant, began: Instant, pushed: bool, ends: impl IntoIterator<Item = TaskEnd>) {
        let mut reached = true;
        let mut look = BTreeSet::new();
        for TaskEnd { score: id, path, outcome } in ends {
            let Some(score) = self.pending.get_mut(&id) else { continue };
            score.path = path;
            if score.touched.is_some_and(|at| at >= began) {
                look.insert(id.clone());
            }
            score.asked &= outcome == TaskOutcome::Later;
            if !matches!(outcome, TaskOutcome::Failed(_) | TaskOutcome::Later) {
                score.end_failure();
            }
            match outcome {
                TaskOutcome::Done => score.done(pushed),
                TaskOutcome::LookAgain => {
                    score.behind = false;
                    look.insert(id);
                }
                TaskOutcome::Touched => {
                    score.not_before = Some(now + self.rules.quiet);
                    look.insert(id);
                }
                TaskOutcome::Stale => score.behind = true,
                TaskOutcome::Fault(fault) => score.fault = Some(fault),
                TaskOutcome::Held(wait) => {
                    if matches!(wait, WaitReason::Place(_)) {
                        score.done(pushed);
                    }
                    score.held = Some(wait);
                }
                TaskOutcome::Failed(failure) => score.fail(now, failure),
                TaskOutcome::Later => reached = false,
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

    /// A task could not be run; everything that it was about still is to be done.
    pub fn failed(&mut self, now: Instant, trouble: Trouble) {
        if trouble == Trouble::Locked {
            self.not_before = Some(now + FRESH);
            return;
        }
        self.failures += 1;
        self.not_before = Some(now + retry_delay(self.failures));
        self.silent = matches!(trouble, Trouble::Unreachable | Trouble::Refused);
    }

    /// The dashboard answers. If it was away until now, that is why things failed, and they are tried at once; if not, they
    /// failed for another reason, and wait as long as that takes.
    pub fn answered(&mut self, was_away: bool) {
        self.silent = false;
        if was_away {
            self.reached();
            self.poll_interval.at_once();
        }
    }

    /// The files could not be looked at. The dashboard is still asked: what it has may mend that.
    pub fn look_failed(&mut self, now: Instant) {
        self.look_at_all();
        self.look_failures += 1;
        self.look_not_before = Some(now + retry_delay(self.look_failures));
    }

    /// When it will be tried again; none if nothing is in the way, or the dashboard's next answer is waited for.
    pub fn retry_at(&self, obstacle: Obstacle) -> Option<Instant> {
        match obstacle {
            Obstacle::Task => self.not_before.filter(|_| !self.silent),
            Obstacle::Look => self.look_not_before,
        }
    }

    fn reached(&mut self) {
        (self.failures, self.not_before, self.silent) = (0, None, false);
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
        let to_look_at = match &self.look {
            Some(Some(to_look_at)) => to_look_at.clone(),
            Some(None) => return,
            None => BTreeSet::new(),
        };
        self.pending.retain(|id, score| to_look_at.contains(id) || !score.is_calm());
        if to_look_at.is_empty() {
            self.bulk_changes.judge(now, &self.pending);
        }
    }
}
