//! [`PendingScore`]: one score that is not in step, and what it waits for.

use super::facts::{FileDigests, Rules, WaitReason};
use super::poll_interval::retry_delay;
use crate::engine::error::Failure;
use crate::model::{Fault, PushWhen, RelPath, ScorePaths};
use crate::plan::ScoreProblem;
use std::time::{Duration, Instant};

/// Touches that follow each other within this time are of one go: a checkout, a script, a person who saves everything.
pub(super) const BURST: Duration = Duration::from_secs(2);

/// One score that is not in step.
#[derive(Clone, Debug)]
pub(super) struct PendingScore {
    /// Its code file, where it was found.
    pub path: RelPath,
    /// What its files were when they were last looked at, if they were not those of its base.
    pub files: Option<FileDigests>,
    /// The same before they were last touched in one go, or before a pause.
    pub before: Option<FileDigests>,
    /// When its files were last touched.
    pub touched: Option<Instant>,
    /// It was edited before anybody followed it, and not touched since.
    pub edited_before: bool,
    /// The files differ from their base.
    pub edited: bool,
    /// The dashboard may have something else.
    pub behind: bool,
    /// What keeps it from being pushed.
    pub fault: Option<Fault>,
    /// What keeps it from being pulled or pushed until something changes.
    pub held: Option<WaitReason>,
    /// A person asked for the push.
    pub asked: bool,
    /// HEAD holds its files as they are.
    pub committed: bool,
    /// Not to be tried before.
    pub not_before: Option<Instant>,
    /// How often it failed in a row.
    pub failures: u32,
    /// Since when it is not in step.
    pub since: Instant,
}

impl PendingScore {
    pub fn new(path: RelPath, now: Instant) -> Self {
        Self {
            path,
            files: None,
            before: None,
            touched: None,
            edited_before: false,
            edited: false,
            behind: false,
            fault: None,
            held: None,
            asked: false,
            committed: false,
            not_before: None,
            failures: 0,
            since: now,
        }
    }

    /// Somebody edits it: what was true of it has to be found out again.
    pub fn touch(&mut self, now: Instant, in_pause: bool) {
        if !in_pause && self.touched.is_none_or(|at| at + BURST < now) {
            self.before = self.files;
        }
        (self.touched, self.edited_before) = (Some(now), false);
        (self.held, self.not_before, self.committed, self.failures) = (None, None, false, 0);
    }

    /// The dashboard has something else.
    pub fn fall_behind(&mut self) {
        (self.behind, self.not_before) = (true, None);
        // Where there is no code file nothing is pulled before it is back.
        self.held.take_if(|held| !matches!(held, WaitReason::Deleted | WaitReason::Renamed(_)));
    }

    /// A push, or a pull, has nothing more to do.
    pub fn done(&mut self, pushed: bool) {
        if pushed {
            self.edited = false;
        } else {
            self.behind = false;
        }
    }

    /// It failed: it is tried again after a while, or as soon as something changes.
    pub fn fail(&mut self, now: Instant, failure: Failure) {
        self.failures += 1;
        (self.held, self.not_before) = (Some(WaitReason::Failed(failure)), Some(now + retry_delay(self.failures)));
    }

    /// It did not fail this time.
    pub fn end_failure(&mut self) {
        if matches!(self.held, Some(WaitReason::Failed(_))) {
            self.held = None;
        }
        self.failures = 0;
    }

    /// Nothing but time keeps it from being tried.
    fn is_free(&self) -> bool {
        matches!(self.held, None | Some(WaitReason::Failed(_)))
    }

    /// Another command may have resolved it: it is tried again if it was in conflict.
    pub fn end_conflict(&mut self) {
        if self.held == Some(WaitReason::Conflict) {
            self.held = None;
        }
    }

    /// What the last look found that it waits for, the next one finds anew.
    pub fn look_anew(&mut self) {
        self.held.take_if(|held| held.is_found());
    }

    /// Its files, where they were found.
    pub fn paths(&self) -> Option<ScorePaths> {
        ScorePaths::of_code(&self.path)
    }

    /// A file of it cannot be read as a document.
    pub fn has_broken_file(&self) -> bool {
        matches!(&self.held, Some(WaitReason::Failed(Failure::Problem(ScoreProblem::File(_)))))
    }

    /// It is in step.
    pub fn is_calm(&self) -> bool {
        !self.edited && !self.behind && self.fault.is_none() && self.held.is_none()
    }

    /// When it may be acted on, as far as time matters.
    pub fn ready(&self, rules: &Rules) -> Option<Instant> {
        self.touched.map(|at| at + rules.quiet).max(self.not_before)
    }

    /// It is to be pulled, once it is ready.
    pub fn wants_pull(&self) -> bool {
        self.behind && self.is_free()
    }

    /// It is to be pushed, once it is ready.
    pub fn wants_push(&self, rules: &Rules) -> bool {
        let wished = match rules.push {
            PushWhen::OnIdle => true,
            PushWhen::OnCommit => self.asked || self.committed,
            PushWhen::Manual => self.asked,
            PushWhen::Never => false,
        };
        // What waits for its place is pushed from where it lies.
        let is_free = self.is_free() || matches!(self.held, Some(WaitReason::Place(_)));
        self.edited && !self.behind && self.fault.is_none() && is_free && wished
    }

    /// What it waits for.
    pub fn wait(&self, rules: &Rules, now: Instant) -> WaitReason {
        if let Some(fault) = &self.fault {
            return WaitReason::Fault(fault.clone());
        }
        if let Some(held) = &self.held {
            return held.clone();
        }
        match self.ready(rules).filter(|ready| *ready > now && !self.asked) {
            _ if !self.behind && !self.wants_push(rules) => match rules.push {
                PushWhen::OnCommit => WaitReason::Commit,
                PushWhen::Manual => WaitReason::Person,
                PushWhen::Never => WaitReason::Never,
                PushWhen::OnIdle => WaitReason::Turn,
            },
            Some(ready) => WaitReason::Quiet(ready),
            None => WaitReason::Turn,
        }
    }
}
