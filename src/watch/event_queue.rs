//! [`EventQueue`]: what was told of the files, gathered until somebody takes it. The one telling never waits.

use super::event::Why;
use crate::model::RelPath;
use std::collections::BTreeSet;
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
use std::time::Instant;

/// Paths that are gathered before they become "look at everything".
const MOST: usize = 1_024;

/// What was told since it was last taken.
#[derive(Debug, Default)]
pub(super) struct PendingEvents {
    /// Documents and folders that came, went or changed.
    pub(super) touched: BTreeSet<RelPath>,
    /// Paths that came or went and may be folders.
    pub(super) changed: BTreeSet<RelPath>,
    /// Something was missed.
    pub(super) missed: Option<Why>,
    /// The root itself went or moved, perhaps only for a moment.
    pub(super) root_lost: bool,
    /// Nobody wants to know any more.
    pub(super) stop: bool,
}

impl PendingEvents {
    /// Something at `path` came, went or changed.
    pub(super) fn touch(&mut self, path: RelPath) {
        if self.has_room() {
            self.touched.insert(path);
        }
    }

    /// What came or went at `path` may be a folder.
    pub(super) fn change(&mut self, path: RelPath) {
        if self.has_room() {
            self.changed.insert(path);
        }
    }

    /// Something was missed.
    pub(super) fn miss(&mut self, why: Why) {
        self.missed.get_or_insert(why);
    }

    fn has_room(&mut self) -> bool {
        let has_room = self.touched.len() + self.changed.len() < MOST;
        if !has_room {
            self.miss(Why::Overflow);
        }
        has_room
    }

    fn is_empty(&self) -> bool {
        self.touched.is_empty() && self.changed.is_empty() && self.missed.is_none() && !self.root_lost && !self.stop
    }
}

/// Where pending wait.
#[derive(Default)]
pub(super) struct EventQueue {
    pending: Mutex<PendingEvents>,
    told: Condvar,
}

impl EventQueue {
    /// Adds to the pending and wakes whoever waits for them.
    pub(super) fn tell(&self, add: impl FnOnce(&mut PendingEvents)) {
        let mut pending = self.lock();
        add(&mut pending);
        if !pending.is_empty() {
            self.told.notify_one();
        }
    }

    /// Takes the pending as soon as there are any; none at `until`.
    pub(super) fn wait(&self, until: Instant) -> PendingEvents {
        let mut pending = self.lock();
        loop {
            let left = until.saturating_duration_since(Instant::now());
            if !pending.is_empty() || left.is_zero() {
                return std::mem::take(&mut pending);
            }
            pending = self.told.wait_timeout(pending, left).unwrap_or_else(PoisonError::into_inner).0;
        }
    }

    fn lock(&self) -> MutexGuard<'_, PendingEvents> {
        self.pending.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn path(n: usize) -> RelPath {
        RelPath::parse(&format!("Card/{n}.yaml")).expect("a safe path")
    }

    #[test]
    fn a_path_waits_once_however_often_it_is_told() {
        let event_queue = EventQueue::default();
        (0..3).for_each(|_| event_queue.tell(|pending| pending.touch(path(1))));
        let pending = event_queue.wait(Instant::now());
        assert_eq!((pending.touched, pending.missed), (BTreeSet::from([path(1)]), None));
        assert!(event_queue.wait(Instant::now()).is_empty());
    }

    #[test]
    fn more_than_it_holds_becomes_look_at_everything() {
        let event_queue = EventQueue::default();
        (0..MOST).for_each(|n| event_queue.tell(|pending| pending.touch(path(n))));
        event_queue.tell(|pending| pending.miss(Why::Overflow));
        assert_eq!(event_queue.wait(Instant::now()).touched.len(), MOST);
        (0..=MOST).for_each(|n| event_queue.tell(|pending| pending.touch(path(n))));
        let pending = event_queue.wait(Instant::now());
        assert_eq!((pending.touched.len(), pending.missed), (MOST, Some(Why::Overflow)));
    }
}
