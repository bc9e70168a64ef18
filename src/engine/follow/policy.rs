//! [`Policy`]: what to do next, from what was seen. Pure: it does nothing itself, and time is an argument.
//!
//! It is told what happened (files touched, events, answers, keys) and asked for the [`NextStep`] that is due. A step is a
//! question or a task about just the scores that changed; its answer is told in turn. Everything that it believes is
//! checked again by the verbs that carry a step out, so that a wrong belief costs a request and nothing else.

use super::facts::{NextStep, Obstacle, Rules, WaitReason};
use super::pause::{BulkChangeDetector, Pause};
use super::pending::PendingScore;
use super::poll_interval::PollInterval;
use crate::model::{Fault, PushWhen, RelPath, ScoreId};
use crate::remote::RemoteEvent;
use std::collections::{BTreeMap, BTreeSet};
use std::time::{Duration, Instant};

/// What is told of one change arrives in pieces; they are gathered for this long.
const GATHER: Duration = Duration::from_millis(50);

/// How long what git said is believed when something is about to be written or pushed.
pub(super) const FRESH: Duration = Duration::from_millis(250);

/// Between two looks at git while something waits for it.
const GIT_EVERY: Duration = Duration::from_secs(1);

/// The state of everything that is followed.
#[derive(Debug)]
pub struct Policy {
    pub(super) rules: Rules,
    pub(super) pending: BTreeMap<ScoreId, PendingScore>,
    pub(super) look: Option<Option<BTreeSet<ScoreId>>>,
    pub(super) look_not_before: Option<Instant>,
    pub(super) look_failures: u32,
    pub(super) full_compare: bool,
    heard: Option<Instant>,
    pub(super) poll_interval: PollInterval,
    pub(super) failures: u32,
    pub(super) not_before: Option<Instant>,
    /// The dashboard did not answer, or refused the key: nothing is asked of it before it answers.
    pub(super) silent: bool,
    pub(super) bulk_changes: BulkChangeDetector,
    pub(super) git_seen: Option<Instant>,
    /// Files were touched since: git may have done it.
    pub(super) git_unsure: bool,
    root_gone: bool,
}

impl Policy {
    /// Nothing was seen yet.
    pub fn new(rules: Rules, now: Instant) -> Self {
        Self {
            rules,
            pending: BTreeMap::new(),
            look: None,
            look_not_before: None,
            look_failures: 0,
            full_compare: true,
            heard: None,
            poll_interval: PollInterval::new(now),
            failures: 0,
            not_before: None,
            silent: false,
            bulk_changes: BulkChangeDetector::new(now),
            git_seen: None,
            git_unsure: true,
            root_gone: false,
        }
    }

    /// Files of these scores were touched.
    pub fn touched(&mut self, now: Instant, scores: impl IntoIterator<Item = (ScoreId, RelPath)>) {
        let in_pause = self.bulk_changes.blocks();
        for (id, path) in scores {
            self.pending.entry(id.clone()).or_insert_with(|| PendingScore::new(path, now)).touch(now, in_pause);
            if let Some(Some(look)) = &mut self.look {
                look.insert(id);
            } else if self.look.is_none() {
                self.look = Some(Some(BTreeSet::from([id])));
            }
            self.poll_interval.lively(now);
            self.git_unsure = true;
            self.look_not_before = None;
        }
    }

    /// Anything may have changed in the files or in the state.
    pub fn look_at_all(&mut self) {
        self.look = Some(None);
    }

    /// Nothing was seen for a while: the machine slept, or the line was down.
    pub fn woke(&mut self) {
        self.look_at_all();
        self.poll_interval.at_once();
    }

    /// The root is there, or not.
    pub fn root(&mut self, is_there: bool) {
        self.root_gone = !is_there;
        if is_there {
            self.woke();
        }
    }

    /// The dashboard said something.
    pub fn remote_event(&mut self, now: Instant, event: &RemoteEvent, path: impl Fn(&ScoreId) -> Option<RelPath>) {
        match event {
            RemoteEvent::Score(id) => match path(id) {
                Some(path) => {
                    self.pending.entry(id.clone()).or_insert_with(|| PendingScore::new(path, now)).fall_behind();
                    self.heard.get_or_insert(now);
                    self.poll_interval.lively(now);
                }
                None => self.poll_interval.soon(),
            },
            RemoteEvent::Catalog => self.poll_interval.soon(),
            RemoteEvent::Connected => {
                self.poll_interval.told(true);
                // Failures still count: a socket alone does not say that requests are answered.
                if std::mem::take(&mut self.silent) {
                    self.not_before = None;
                }
                self.poll_interval.at_once();
            }
            RemoteEvent::Lost { .. } | RemoteEvent::Refused(_) => self.poll_interval.told(false),
        }
    }

    /// A person wants everything pushed that can be; how many scores that is. A conflict stays one until it is resolved.
    pub fn push_now(&mut self) -> usize {
        let wanted = self.rules.push != PushWhen::Never;
        (self.not_before, self.silent) = (None, false);
        let can_be = |score: &&mut PendingScore| {
            wanted && score.edited && score.fault.is_none() && score.held != Some(WaitReason::Conflict)
        };
        self.pending
            .values_mut()
            .filter(can_be)
            .map(|score| (score.asked, score.held, score.not_before) = (true, None, None))
            .count()
    }

    /// A person says that what git or somebody did is meant; true if that was waited for.
    pub fn resume(&mut self, now: Instant) -> bool {
        self.bulk_changes.resume(now, &mut self.pending)
    }

    /// This is in the way of everything.
    pub fn is_stuck(&self, obstacle: Obstacle) -> bool {
        match obstacle {
            Obstacle::Task => self.not_before.is_some(),
            Obstacle::Look => self.look_failures > 0,
        }
    }

    /// The dashboard's next answer is waited for.
    pub fn awaits_answer(&self) -> bool {
        self.silent
    }

    /// What waits for a person to say that it is meant.
    pub fn paused(&self) -> Option<&Pause> {
        self.bulk_changes.paused()
    }

    /// The same, as far as a person has to be told of it.
    pub fn lasting_pause(&self, now: Instant) -> Option<&Pause> {
        self.bulk_changes.lasting(now)
    }

    /// The next step. `busy`: a task to the dashboard is under way.
    pub fn next(&mut self, now: Instant, busy: bool) -> NextStep {
        if self.root_gone {
            return NextStep::Wait(None);
        }
        let due = |at: Option<Instant>| at.is_none_or(|at| at <= now);
        if !self.full_compare
            && due(self.look_not_before)
            && let Some(look) = self.look.take()
        {
            return NextStep::LocalStatus(look);
        }
        // Soon after files were touched, so that what moved HEAD then is told from what moves it later.
        if !self.full_compare
            && self.git_unsure
            && let Some(step) = self.ask_git(now)
        {
            return step;
        }
        if busy || self.silent {
            return NextStep::Wait(self.look_due(now));
        }
        if let Some(later) = self.not_before.filter(|at| *at > now) {
            return NextStep::Wait(self.look_due(now).into_iter().chain([later]).min());
        }
        if self.full_compare {
            return NextStep::FullCompare;
        }
        if let Some(step) = self.ask_git(now) {
            return step;
        }
        let is_blocked = self.bulk_changes.blocks();
        let gathered = due(self.heard.map(|at| at + GATHER));
        let pulls = self.ready(now, |score| score.wants_pull() && gathered);
        if !is_blocked && !pulls.is_empty() {
            self.heard = None;
            return NextStep::Pull(pulls);
        }
        let pushes = self.ready(now, |score| score.wants_push(&self.rules));
        if !is_blocked && !pushes.is_empty() {
            return NextStep::Push(pushes);
        }
        if due(self.poll_interval.due()) {
            return NextStep::Poll;
        }
        NextStep::Wait(self.deadline(now))
    }

    fn ready(&self, now: Instant, wants: impl Fn(&PendingScore) -> bool) -> BTreeSet<ScoreId> {
        let is_ready = |score: &PendingScore| score.asked || score.ready(&self.rules).is_none_or(|at| at <= now);
        self.pending.iter().filter(|(_, score)| wants(score) && is_ready(score)).map(|(id, _)| id.clone()).collect()
    }

    /// Git is asked when files were touched, before something is written or pushed, and while it is waited for.
    fn ask_git(&self, now: Instant) -> Option<NextStep> {
        if !self.rules.git || !self.is_git_due(now) {
            return None;
        }
        let on_commit = self.rules.push == PushWhen::OnCommit;
        let waits =
            self.pending.iter().filter(|(_, score)| on_commit && score.edited && !score.committed && score.fault.is_none());
        Some(NextStep::CheckGit(waits.map(|(id, _)| id.clone()).collect()))
    }

    fn is_git_due(&self, now: Instant) -> bool {
        let Some(seen) = self.git_seen.filter(|_| !self.git_unsure) else { return true };
        let acts = || !self.ready(now, |score| score.wants_pull() || score.wants_push(&self.rules)).is_empty();
        if self.waits_for_git() { seen + GIT_EVERY <= now } else { seen + FRESH <= now && acts() }
    }

    fn waits_for_git(&self) -> bool {
        let for_commit = || self.pending.values().any(|score| score.edited && !score.committed && score.fault.is_none());
        self.bulk_changes.blocks() || (self.rules.push == PushWhen::OnCommit && for_commit())
    }

    fn deadline(&self, now: Instant) -> Option<Instant> {
        let wants = |score: &&PendingScore| score.wants_pull() || score.wants_push(&self.rules);
        let pending = self.pending.values().filter(wants).filter_map(|score| score.ready(&self.rules));
        let git = (self.rules.git && self.waits_for_git()).then_some(self.git_seen).flatten().map(|at| at + GIT_EVERY);
        let gathered = self.heard.map(|at| at + GATHER);
        let all = pending.chain(gathered).chain(git).chain(self.look_due(now)).chain(self.poll_interval.due());
        all.filter(|at| *at > now).min()
    }

    /// When files are looked at again after that has failed.
    fn look_due(&self, now: Instant) -> Option<Instant> {
        self.look_not_before.filter(|at| *at > now && self.look.is_some())
    }

    /// Scores whose files may have another one's text, and those that wait for a place: what of others they are, and whether those
    /// can leave now, shows where they are looked at together.
    pub(super) fn related(&self) -> BTreeSet<ScoreId> {
        let of_another = |score: &PendingScore| score.fault.as_ref().is_some_and(Fault::is_of_another);
        let waits = |score: &PendingScore| matches!(score.held, Some(WaitReason::Place(_)));
        let related = self.pending.iter().filter(|(_, score)| of_another(score) || waits(score));
        related.map(|(id, _)| id.clone()).collect()
    }
}
