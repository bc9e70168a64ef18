//! [`Debounce`]: many events in, one batch out once they have been quiet. Pure: time is an argument.

use super::event::{WatchEvent, Why};
use crate::model::RelPath;
use std::collections::BTreeSet;
use std::time::{Duration, Instant};

/// What happened since the last batch.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Batch {
    /// Paths that were touched.
    pub paths: BTreeSet<RelPath>,
    /// Everything has to be scanned, and why.
    pub rescan: Option<Why>,
    /// When its last event came.
    pub last: Option<Instant>,
}

/// Gathers events until none has come for a while, or the first has waited long enough.
#[derive(Debug)]
pub struct Debounce {
    quiet: Duration,
    longest: Duration,
    batch: Batch,
    first: Option<Instant>,
}

impl Debounce {
    /// A batch is due `quiet` after the last event, at most `longest` after its first.
    pub fn new(quiet: Duration, longest: Duration) -> Self {
        Self { quiet, longest, batch: Batch::default(), first: None }
    }

    /// Adds an event.
    pub fn saw(&mut self, now: Instant, event: WatchEvent) {
        match event {
            WatchEvent::Touched(path) => {
                self.batch.paths.insert(path);
            }
            WatchEvent::Rescan(why) => self.batch.rescan = Some(why),
            WatchEvent::Polling(_) | WatchEvent::RootGone | WatchEvent::RootBack => return,
        }
        self.first.get_or_insert(now);
        self.batch.last = Some(now);
    }

    /// When the batch will be due; `None` if there is nothing.
    pub fn due(&self) -> Option<Instant> {
        Some((self.batch.last? + self.quiet).min(self.first? + self.longest))
    }

    /// The batch, if it is due.
    pub fn take(&mut self, now: Instant) -> Option<Batch> {
        if self.due()? > now {
            return None;
        }
        self.first = None;
        Some(std::mem::take(&mut self.batch))
    }
}
