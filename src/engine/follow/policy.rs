//! [`Policy`]: what to do next, from what was seen. Pure: it does nothing itself, and time is an argument.
//!
//! It is told what happened (files touched, hints, answers, keys) and asked for the [`Step`] that is due. A step is a
//! question or an errand about just the scores that changed; its answer is told in turn. Everything that it believes is
//! checked again by the verbs that carry a step out, so that a wrong belief costs a request and nothing else.

use super::item::{Item, Wait};
use super::pace::{Pace, again};
use super::pause::{Guard, Pause};
use crate::model::{PushWhen, RelPath, ScoreId};
use crate::remote::Hint;
use std::collections::{BTreeMap, BTreeSet};
use std::time::{Duration, Instant};

/// What is told of one change arrives in pieces; they are gathered for this long.
const GATHER: Duration = Duration::from_millis(50);
/// How long what git said is believed when something is about to be written or pushed.
const FRESH: Duration = Duration::from_millis(250);
/// Between two looks at git while something waits for it.
const GIT_EVERY: Duration = Duration::from_secs(1);

/// What a person chose.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rules {
    /// When edits become versions.
    pub push: PushWhen,
    /// How long files must be left alone.
    pub quiet: Duration,
    /// Git is asked whether it is a good moment.
    pub git: bool,
}

/// What is to be done next.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Step {
    /// Look at the files of these scores, of all if none are named; the dashboard is not asked.
    Look(Option<BTreeSet<ScoreId>>),
    /// See where git is, and which of these scores HEAD holds as they are.
    AskGit(BTreeSet<ScoreId>),
    /// Compare everything with the dashboard.
    Survey,
    /// Read the dashboard's catalog.
    Poll,
    /// Take what the dashboard has for these.
    Pull(BTreeSet<ScoreId>),
    /// Give the dashboard what the files of these have.
    Push(BTreeSet<ScoreId>),
    /// Nothing until then, or until something happens.
    Wait(Option<Instant>),
}

/// How one score was found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Seen {
    /// Its code file.
    pub path: RelPath,
    /// The files differ from their base.
    pub edited: bool,
    /// The dashboard has something else; not known from the files alone.
    pub behind: bool,
    /// What keeps it from being pushed.
    pub fault: Option<String>,
    /// What keeps it from being pulled or pushed until something changes.
    pub held: Option<Wait>,
}

/// What git said.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct GitSeen {
    /// Something is under way that changes files: a rebase, a merge, a lock on the index. In words.
    pub busy: Option<String>,
    /// HEAD went elsewhere, other than by commits made here, since it was asked last: where to, in words.
    pub moved: Option<String>,
    /// Of the scores that were asked for, those that HEAD holds as they are.
    pub committed: BTreeSet<ScoreId>,
}

/// What became of one score.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// In step, as far as this errand goes.
    Done,
    /// Its files hold something new and have to be looked at.
    LookAgain,
    /// Somebody edited its files meanwhile: once they are quiet again.
    Touched,
    /// The dashboard moved: pull first.
    Stale,
    /// It cannot be pushed as it is.
    Fault(String),
    /// Waits for a person, or for a change.
    Held(Wait),
    /// The dashboard was not reached.
    Later,
}

/// Why an errand could not be run at all.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Trouble {
    /// Another command is at work; its end is near.
    Locked,
    /// The dashboard was not reached, or asked us to wait.
    Unreachable,
    /// Something is wrong that time or a person may mend.
    Other,
}

/// The state of everything that is followed.
#[derive(Debug)]
pub struct Policy {
    pub(super) rules: Rules,
    pub(super) items: BTreeMap<ScoreId, Item>,
    look: Option<Option<BTreeSet<ScoreId>>>,
    survey: bool,
    heard: Option<Instant>,
    pace: Pace,
    failures: u32,
    not_before: Option<Instant>,
    pub(super) guard: Guard,
    git_seen: Option<Instant>,
    /// Files were touched since: git may have done it.
    git_unsure: bool,
    root_gone: bool,
}

impl Policy {
    /// Nothing was seen yet.
    pub fn new(rules: Rules, now: Instant) -> Self {
        Self {
            rules,
            items: BTreeMap::new(),
            look: None,
            survey: true,
            heard: None,
            pace: Pace::new(now),
            failures: 0,
            not_before: None,
            guard: Guard::new(now),
            git_seen: None,
            git_unsure: true,
            root_gone: false,
        }
    }

    /// Files of these scores were touched.
    pub fn touched(&mut self, now: Instant, scores: impl IntoIterator<Item = (ScoreId, RelPath)>) {
        for (id, path) in scores {
            self.items.entry(id.clone()).or_insert_with(|| Item::new(path, now)).touch(now);
            if let Some(Some(look)) = &mut self.look {
                look.insert(id);
            } else if self.look.is_none() {
                self.look = Some(Some(BTreeSet::from([id])));
            }
            self.pace.lively(now);
            self.git_unsure = true;
        }
    }

    /// Anything may have changed in the files or in the state.
    pub fn look_at_all(&mut self) {
        self.look = Some(None);
    }

    /// Nothing was seen for a while: the machine slept, or the line was down.
    pub fn woke(&mut self) {
        self.look_at_all();
        self.pace.at_once();
    }

    /// The root is there, or not.
    pub fn root(&mut self, is_there: bool) {
        self.root_gone = !is_there;
        if is_there {
            self.woke();
        }
    }

    /// The dashboard said something.
    pub fn hint(&mut self, now: Instant, hint: &Hint, path: impl Fn(&ScoreId) -> Option<RelPath>) {
        match hint {
            Hint::Score(id) => match path(id) {
                Some(path) => {
                    self.items.entry(id.clone()).or_insert_with(|| Item::new(path, now)).fall_behind();
                    self.heard.get_or_insert(now);
                    self.pace.lively(now);
                }
                None => self.pace.at_once(),
            },
            Hint::Catalog => self.pace.at_once(),
            Hint::Connected => {
                self.pace.told(true);
                self.pace.at_once();
            }
            Hint::Lost { .. } | Hint::Refused(_) => self.pace.told(false),
        }
    }

    /// A person wants everything pushed that can be; how many scores that is.
    pub fn push_now(&mut self) -> usize {
        let wanted = self.rules.push != PushWhen::Never;
        let edited = self.items.values_mut().filter(|item| item.edited && item.fault.is_none() && wanted);
        edited.map(|item| (item.asked, item.held, item.not_before) = (true, None, None)).count()
    }

    /// A person says that what git or somebody did is meant; true if that was waited for.
    pub fn resume(&mut self, now: Instant) -> bool {
        self.guard.resume(now, &mut self.items)
    }

    /// What waits for a person to say that it is meant.
    pub fn paused(&self) -> Option<&Pause> {
        self.guard.paused()
    }

    /// The next step. `busy`: an errand to the dashboard is under way.
    pub fn next(&mut self, now: Instant, busy: bool) -> Step {
        if self.root_gone {
            return Step::Wait(None);
        }
        if !self.survey
            && let Some(look) = self.look.take()
        {
            return Step::Look(look);
        }
        if busy {
            return Step::Wait(None);
        }
        if let Some(later) = self.not_before.filter(|at| *at > now) {
            return Step::Wait(Some(later));
        }
        if self.survey {
            return Step::Survey;
        }
        if let Some(step) = self.ask_git(now) {
            return step;
        }
        let due = |at: Option<Instant>| at.is_none_or(|at| at <= now);
        let is_blocked = self.guard.blocks();
        let gathered = due(self.heard.map(|at| at + GATHER));
        let pulls = self.ready(now, |item| item.wants_pull() && gathered);
        if !is_blocked && !pulls.is_empty() {
            self.heard = None;
            return Step::Pull(pulls);
        }
        let pushes = self.ready(now, |item| item.wants_push(&self.rules));
        if !is_blocked && !pushes.is_empty() {
            return Step::Push(pushes);
        }
        if due(self.pace.due()) {
            return Step::Poll;
        }
        Step::Wait(self.deadline(now))
    }

    fn ready(&self, now: Instant, wants: impl Fn(&Item) -> bool) -> BTreeSet<ScoreId> {
        let is_ready = |item: &Item| item.asked || item.ready(&self.rules).is_none_or(|at| at <= now);
        self.items.iter().filter(|(_, item)| wants(item) && is_ready(item)).map(|(id, _)| id.clone()).collect()
    }

    /// Git is asked when files were touched, before something is written or pushed, and while it is waited for.
    fn ask_git(&self, now: Instant) -> Option<Step> {
        if !self.rules.git || !self.is_git_due(now) {
            return None;
        }
        let on_commit = self.rules.push == PushWhen::OnCommit;
        let waits = self.items.iter().filter(|(_, item)| on_commit && item.edited && !item.committed && item.fault.is_none());
        Some(Step::AskGit(waits.map(|(id, _)| id.clone()).collect()))
    }

    fn is_git_due(&self, now: Instant) -> bool {
        let Some(seen) = self.git_seen.filter(|_| !self.git_unsure) else { return true };
        let acts = || !self.ready(now, |item| item.wants_pull() || item.wants_push(&self.rules)).is_empty();
        if self.waits_for_git() { seen + GIT_EVERY <= now } else { seen + FRESH <= now && acts() }
    }

    fn waits_for_git(&self) -> bool {
        let for_commit = || self.items.values().any(|item| item.edited && !item.committed && item.fault.is_none());
        self.guard.blocks() || (self.rules.push == PushWhen::OnCommit && for_commit())
    }

    fn deadline(&self, now: Instant) -> Option<Instant> {
        let wants = |item: &&Item| item.wants_pull() || item.wants_push(&self.rules);
        let items = self.items.values().filter(wants).filter_map(|item| item.ready(&self.rules));
        let git = (self.rules.git && self.waits_for_git()).then_some(self.git_seen).flatten().map(|at| at + GIT_EVERY);
        let gathered = self.heard.map(|at| at + GATHER);
        let all = items.chain(gathered).chain(git).chain(self.pace.due());
        all.filter(|at| *at > now).min()
    }
}

/// Answers to steps.
impl Policy {
    /// The files of `asked` (all, if none are named) were looked at; scores that are not told of are in step.
    pub fn looked(&mut self, now: Instant, asked: Option<&BTreeSet<ScoreId>>, seen: BTreeMap<ScoreId, Seen>) {
        let is_calm = |id: &ScoreId| asked.is_none_or(|asked| asked.contains(id)) && !seen.contains_key(id);
        for (_, item) in self.items.iter_mut().filter(|(id, _)| is_calm(id)) {
            (item.edited, item.fault, item.asked) = (false, None, false);
            item.end_conflict();
        }
        for (id, found) in seen {
            let item = self.items.entry(id).or_insert_with(|| Item::new(found.path.clone(), now));
            item.path = found.path;
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
