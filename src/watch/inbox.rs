//! [`Inbox`]: what was told of the files, gathered until somebody takes it. The one telling never waits.

use super::signal::Why;
use crate::model::RelPath;
use std::collections::BTreeSet;
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
use std::time::Instant;

/// Paths that are gathered before they become "look at everything".
const MOST: usize = 1_024;

/// What was told since it was last taken.
#[derive(Debug, Default)]
pub(super) struct News {
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

impl News {
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

/// Where news wait.
#[derive(Default)]
pub(super) struct Inbox {
    news: Mutex<News>,
    told: Condvar,
}

impl Inbox {
    /// Adds to the news and wakes whoever waits for them.
    pub(super) fn tell(&self, add: impl FnOnce(&mut News)) {
        let mut news = self.lock();
        add(&mut news);
        if !news.is_empty() {
            self.told.notify_one();
        }
    }

    /// Takes the news as soon as there are any; none at `until`.
    pub(super) fn wait(&self, until: Instant) -> News {
        let mut news = self.lock();
        loop {
            let left = until.saturating_duration_since(Instant::now());
            if !news.is_empty() || left.is_zero() {
                return std::mem::take(&mut news);
            }
            news = self.told.wait_timeout(news, left).unwrap_or_else(PoisonError::into_inner).0;
        }
    }

    fn lock(&self) -> MutexGuard<'_, News> {
        self.news.lock().unwrap_or_else(PoisonError::into_inner)
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
        let inbox = Inbox::default();
        (0..3).for_each(|_| inbox.tell(|news| news.touch(path(1))));
        let news = inbox.wait(Instant::now());
        assert_eq!((news.touched, news.missed), (BTreeSet::from([path(1)]), None));
        assert!(inbox.wait(Instant::now()).is_empty());
    }

    #[test]
    fn more_than_it_holds_becomes_look_at_everything() {
        let inbox = Inbox::default();
        (0..MOST).for_each(|n| inbox.tell(|news| news.touch(path(n))));
        inbox.tell(|news| news.miss(Why::Overflow));
        assert_eq!(inbox.wait(Instant::now()).touched.len(), MOST);
        (0..=MOST).for_each(|n| inbox.tell(|news| news.touch(path(n))));
        let news = inbox.wait(Instant::now());
        assert_eq!((news.touched.len(), news.missed), (MOST, Some(Why::Overflow)));
    }
}
