//! [`Poller`]: compares the stat of every document, where the system sends no events. No file is read.

use super::event::Why;
use super::event_queue::PendingEvents;
use super::names::{Name, is_foreign, name};
use crate::model::RelPath;
use std::collections::BTreeMap;
use std::fs::{self, Metadata};
use std::path::{Path, PathBuf};
use std::time::SystemTime;

/// The documents of a root at the last look.
pub(super) struct Poller {
    root: PathBuf,
    seen: BTreeMap<RelPath, PolledStat>,
    strange: BTreeMap<String, PolledStat>,
}

/// What changes when a file does. Two changes within the resolution of its times are one event, and the scan after it sees
/// both.
#[derive(Clone, Copy, PartialEq, Eq)]
struct PolledStat {
    modified: Option<SystemTime>,
    bytes: u64,
    /// Inode and time of its last change, where there are such things.
    inode: (u64, i64, i64),
}

impl Poller {
    /// Begins with what is under `root`, a path without links, now.
    pub(super) fn start(root: &Path) -> Self {
        let mut poller = Self { root: root.to_owned(), seen: BTreeMap::new(), strange: BTreeMap::new() };
        (poller.seen, poller.strange) = poller.list();
        poller
    }

    /// Adds what differs from the last look.
    pub(super) fn look(&mut self, pending: &mut PendingEvents) {
        let (seen, strange) = self.list();
        differing(&self.seen, &seen).for_each(|path| pending.touch(path.clone()));
        if let Some(path) = differing(&self.strange, &strange).next() {
            pending.miss(Why::Other(format!("{path:?} cannot be watched")));
        }
        (self.seen, self.strange) = (seen, strange);
    }

    fn list(&self) -> (BTreeMap<RelPath, PolledStat>, BTreeMap<String, PolledStat>) {
        let (mut seen, mut strange) = (BTreeMap::new(), BTreeMap::new());
        let mut open = vec![self.root.clone()];
        while let Some(folder) = open.pop() {
            // A folder that cannot be listed counts as empty: its files make events, and the scan reports what is wrong.
            for entry in fs::read_dir(&folder).into_iter().flatten().flatten().filter(|entry| !is_foreign(&entry.file_name())) {
                let path = entry.path();
                let Ok(metadata) = path.symlink_metadata() else { continue };
                match name(&self.root, &path) {
                    _ if metadata.is_dir() => open.push(path),
                    Name::Document(path) => drop(seen.insert(path, PolledStat::of(&metadata))),
                    Name::Strange(path) => drop(strange.insert(path, PolledStat::of(&metadata))),
                    Name::Root | Name::Other(_) | Name::Foreign => {}
                }
            }
        }
        (seen, strange)
    }
}

/// The keys that only one of two maps has, or both with another stat.
fn differing<'a, K: Ord>(old: &'a BTreeMap<K, PolledStat>, new: &'a BTreeMap<K, PolledStat>) -> impl Iterator<Item = &'a K> {
    let came = new.iter().filter(|(key, stat)| old.get(key) != Some(stat)).map(|(key, _)| key);
    came.chain(old.keys().filter(|key| !new.contains_key(key)))
}

impl PolledStat {
    fn of(metadata: &Metadata) -> Self {
        Self { modified: metadata.modified().ok(), bytes: metadata.len(), inode: inode(metadata) }
    }
}

#[cfg(unix)]
fn inode(metadata: &Metadata) -> (u64, i64, i64) {
    use std::os::unix::fs::MetadataExt;
    (metadata.ino(), metadata.ctime(), metadata.ctime_nsec())
}

#[cfg(not(unix))]
fn inode(_: &Metadata) -> (u64, i64, i64) {
    (0, 0, 0)
}
