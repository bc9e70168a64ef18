//! [`EventQueue`]: events of files, gathered until somebody takes them. Adding one never waits.

use super::event::Why;
use crate::model::RelPath;
use std::collections::BTreeSet;
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
use std::time::Instant;

/// The most paths that are gathered; more of them become "look at everything".
const CAPACITY: usize = 1_024;

/// What happened since the queue was last emptied.
#[derive(Debug, Default)]
pub(super) struct PendingEvents {
    /// Documents and folders that were created, removed or changed.
    pub(super) touched: BTreeSet<RelPath>,
    /// Paths that were created or removed and may be folders.
    pub(super) changed: BTreeSet<RelPath>,
    /// Events were missed, and why.
    pub(super) missed: Option<Why>,
    /// The root itself was removed or moved, perhaps only for a moment.
    pub(super) root_lost: bool,
    /// Nobody listens any more.
    pub(super) stop: bool,
}

impl PendingEvents {
    /// Something at `path` was created, removed or changed.
    pub(super) fn touch(&mut self, path: RelPath) {
        if self.has_room() {
            self.touched.insert(path);
        }
    }

    /// What was created or removed at `path` may be a folder.
    pub(super) fn change(&mut self, path: RelPath) {
        if self.has_room() {
            self.changed.insert(path);
        }
    }

    /// Events were missed.
    pub(super) fn miss(&mut self, why: Why) {
        self.missed.get_or_insert(why);
    }

    fn has_room(&mut self) -> bool {
        let has_room = self.touched.len() + self.changed.len() < CAPACITY;
        if !has_room {
            self.miss(Why::Overflow);
        }
        has_room
    }

    fn is_empty(&self) -> bool {
        self.touched.is_empty() && self.changed.is_empty() && self.missed.is_none() && !self.root_lost && !self.stop
    }
}

/// Where events wait to be taken.
#[derive(Default)]
pub(super) struct EventQueue {
    pending: Mutex<PendingEvents>,
    changed: Condvar,
}

impl EventQueue {
    /// Adds events and wakes the thread that waits for them.
    pub(super) fn add(&self, add: impl FnOnce(&mut PendingEvents)) {
        let mut pending = self.lock();
        add(&mut pending);
        if !pending.is_empty() {
            self.changed.notify_one();
        }
    }

    /// Takes all events as soon as there are any, or nothing at `until`.
    pub(super) fn wait(&self, until: Instant) -> PendingEvents {
        let mut pending = self.lock();
        loop {
            let left = until.saturating_duration_since(Instant::now());
            if !pending.is_empty() || left.is_zero() {
                return std::mem::take(&mut pending);
            }
            pending = self.changed.wait_timeout(pending, left).unwrap_or_else(PoisonError::into_inner).0;
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
    fn a_path_waits_once_however_often_it_is_added() {
        let event_queue = EventQueue::default();
        (0..3).for_each(|_| event_queue.add(|pending| pending.touch(path(1))));
        let pending = event_queue.wait(Instant::now());
        assert_eq!((pending.touched, pending.missed), (BTreeSet::from([path(1)]), None));
        assert!(event_queue.wait(Instant::now()).is_empty());
    }

    #[test]
    fn more_than_it_holds_becomes_look_at_everything() {
        let event_queue = EventQueue::default();
        (0..CAPACITY).for_each(|n| event_queue.add(|pending| pending.touch(path(n))));
        event_queue.add(|pending| pending.miss(Why::Overflow));
        assert_eq!(event_queue.wait(Instant::now()).touched.len(), CAPACITY);
        (0..=CAPACITY).for_each(|n| event_queue.add(|pending| pending.touch(path(n))));
        let pending = event_queue.wait(Instant::now());
        assert_eq!((pending.touched.len(), pending.missed), (CAPACITY, Some(Why::Overflow)));
    }
}
