//! Whether a file is still the one that was read, by its stat alone.
//!
//! The rule is git's: the stat must be the same in every part, and the change must be older than the reading by more than
//! the clock's tick, since a second change in the same tick would leave no trace. Only files that we wrote need no such rest
//! ([`read_when_placed`]). The change time cannot be set back, so that a rewrite of the same size with the old modification time is
//! seen. Where a system has no change time (Windows) the modification time has to do, and such a rewrite stays unseen.

use crate::model::{CachedFile, FileStat};
use std::fs::Metadata;
use std::path::Path;
use std::time::{SystemTime, UNIX_EPOCH};

const SECOND: i64 = 1_000_000_000;
/// The coarsest tick of file times that have fractions: 10 ms on Linux with HZ=100, doubled.
const TICK: i64 = SECOND / 50;
/// The tick of file times without fractions: FAT counts in two seconds.
const COARSE_TICK: i64 = 2 * SECOND;

/// The parts of a stat that are remembered.
#[cfg(unix)]
pub(super) fn file_stat(metadata: &Metadata) -> FileStat {
    use std::os::unix::fs::MetadataExt;
    let nanoseconds = |seconds: i64, rest: i64| seconds.saturating_mul(SECOND).saturating_add(rest);
    FileStat {
        size: metadata.size(),
        modified: nanoseconds(metadata.mtime(), metadata.mtime_nsec()),
        changed: nanoseconds(metadata.ctime(), metadata.ctime_nsec()),
        inode: metadata.ino(),
    }
}

/// The parts of a stat that are remembered.
#[cfg(not(unix))]
pub(super) fn file_stat(metadata: &Metadata) -> FileStat {
    let modified = metadata.modified().map_or(0, since_1970);
    FileStat { size: metadata.len(), modified, changed: modified, inode: 0 }
}

/// A folder whose files are stat'ed. Where the system has `statat` it is open, so that nothing walks to it again and again;
/// elsewhere every file is found by its path.
pub(super) struct Folder {
    #[cfg(unix)]
    descriptor: Option<std::os::fd::OwnedFd>,
    #[cfg(not(unix))]
    path: std::path::PathBuf,
}

#[cfg(unix)]
impl Folder {
    /// The folder at `path`. One that cannot be opened has no stats.
    pub(super) fn open(path: &Path) -> Self {
        use rustix::fs::{Mode, OFlags, open};
        let flags = OFlags::DIRECTORY | OFlags::RDONLY | OFlags::CLOEXEC;
        Self { descriptor: open(path, flags, Mode::empty()).ok() }
    }

    /// The stat of a regular file; none for anything else, links too.
    pub(super) fn stat(&self, name: &str) -> Option<FileStat> {
        use rustix::fs::{AtFlags, FileType, statat};
        let stat = statat(self.descriptor.as_ref()?, name, AtFlags::SYMLINK_NOFOLLOW).ok()?;
        FileType::from_raw_mode(stat.st_mode).is_file().then(|| remembered(&stat))
    }

    /// The stat of the folder itself.
    pub(super) fn own_stat(&self) -> Option<FileStat> {
        rustix::fs::fstat(self.descriptor.as_ref()?).ok().map(|stat| remembered(&stat))
    }
}

#[cfg(unix)]
fn remembered(stat: &rustix::fs::Stat) -> FileStat {
    let nanoseconds = |seconds, rest| number(seconds).saturating_mul(SECOND).saturating_add(rest);
    FileStat {
        size: number(stat.st_size).cast_unsigned(),
        modified: nanoseconds(stat.st_mtime, number(stat.st_mtime_nsec)),
        changed: nanoseconds(stat.st_ctime, number(stat.st_ctime_nsec)),
        inode: stat.st_ino,
    }
}

/// The parts of a stat have other types on every system.
#[cfg(unix)]
fn number(part: impl TryInto<i64>) -> i64 {
    part.try_into().unwrap_or(i64::MAX)
}

#[cfg(not(unix))]
impl Folder {
    /// The folder at `path`.
    pub(super) fn open(path: &Path) -> Self {
        Self { path: path.to_owned() }
    }

    /// The stat of a regular file; none for anything else, links too.
    pub(super) fn stat(&self, name: &str) -> Option<FileStat> {
        let metadata = std::fs::symlink_metadata(self.path.join(name)).ok()?;
        metadata.is_file().then(|| file_stat(&metadata))
    }

    /// The stat of the folder itself.
    pub(super) fn own_stat(&self) -> Option<FileStat> {
        std::fs::metadata(&self.path).ok().map(|metadata| file_stat(&metadata))
    }
}

/// Nanoseconds since 1970, by the clock that file systems use.
pub(super) fn now() -> i64 {
    since_1970(SystemTime::now())
}

fn since_1970(time: SystemTime) -> i64 {
    time.duration_since(UNIX_EPOCH).map_or(0, |since| i64::try_from(since.as_nanos()).unwrap_or(i64::MAX))
}

/// The file is still as `cached` says.
pub(super) fn is_unchanged(cached: &CachedFile, stat: &FileStat) -> bool {
    cached.stat == *stat && is_settled(stat, cached.read_at)
}

/// What has this stat was changed so long before `at` that a change after it shows in another stat.
pub(super) fn is_settled(stat: &FileStat, at: i64) -> bool {
    stat.changed < at.saturating_sub(tick(stat.changed))
}

/// When a file with this stat counts as read that was written whole, out of everyone's sight, and put into its place at
/// `placed`. Times of files do not go back: where its bytes are older than its coming there, whatever is written into it gets
/// another modification time, and there is no tick to wait for. Who would set that time back has to do so within the tick.
pub(super) fn read_when_placed(stat: &FileStat, placed: i64) -> i64 {
    let step = if stat.modified % SECOND == 0 { COARSE_TICK } else { 0 };
    let is_older = stat.modified < stat.changed.saturating_sub(step);
    if is_older { stat.changed.saturating_add(tick(stat.changed) + 1) } else { placed }
}

/// How long further changes may leave a time of files as it is.
fn tick(time: i64) -> i64 {
    if time % SECOND == 0 { COARSE_TICK } else { TICK }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{Digest, Style};

    const CHANGED: i64 = 100 * SECOND + 1;

    fn cached(stat: FileStat, read_at: i64) -> CachedFile {
        CachedFile { stat, read_at, raw: Digest::EMPTY, canonical: Digest::EMPTY, style: Style::default() }
    }

    #[test]
    fn both_ways_to_stat_agree() {
        let home = tempfile::tempdir().expect("a folder");
        let path = home.path().join("f");
        std::fs::write(&path, "1").expect("a file");
        let metadata = std::fs::symlink_metadata(&path).expect("its stat");
        assert_eq!(Folder::open(home.path()).stat("f"), Some(file_stat(&metadata)));
        assert_eq!(Folder::open(home.path()).stat("."), None);
        assert_eq!(Folder::open(&path).stat("f"), None);
    }

    #[test]
    fn any_difference_counts() {
        let stat = FileStat { size: 1, modified: 2, changed: CHANGED, inode: 4 };
        let cached = cached(stat, CHANGED + SECOND);
        assert!(is_unchanged(&cached, &stat));
        for other in [
            FileStat { size: 2, ..stat },
            FileStat { modified: 3, ..stat },
            FileStat { changed: CHANGED + 1, ..stat },
            FileStat { inode: 5, ..stat },
        ] {
            assert!(!is_unchanged(&cached, &other), "{other:?}");
        }
    }

    #[test]
    fn a_reading_within_the_tick_is_not_trusted() {
        let fine = FileStat { size: 1, modified: 2, changed: CHANGED, inode: 4 };
        assert!(!is_unchanged(&cached(fine, CHANGED), &fine));
        assert!(!is_unchanged(&cached(fine, CHANGED + TICK), &fine));
        assert!(is_unchanged(&cached(fine, CHANGED + TICK + 1), &fine));
        let coarse = FileStat { changed: 100 * SECOND, ..fine };
        assert!(!is_unchanged(&cached(coarse, 101 * SECOND), &coarse));
        assert!(is_unchanged(&cached(coarse, 103 * SECOND), &coarse));
        assert!(!is_unchanged(&cached(fine, CHANGED - SECOND), &fine), "a clock that was set back");
    }

    #[test]
    fn bytes_that_are_older_than_their_place_need_no_rest() {
        let placed = FileStat { size: 1, modified: CHANGED, changed: CHANGED + 1, inode: 4 };
        assert!(is_unchanged(&cached(placed, read_when_placed(&placed, CHANGED + 1)), &placed));
        let at_once = FileStat { changed: CHANGED, ..placed };
        assert_eq!(read_when_placed(&at_once, CHANGED), CHANGED);
        assert!(!is_unchanged(&cached(at_once, read_when_placed(&at_once, CHANGED)), &at_once));
        let coarse = |modified| FileStat { modified, changed: 100 * SECOND, ..placed };
        let is_settled = |stat| is_unchanged(&cached(stat, read_when_placed(&stat, 100 * SECOND)), &stat);
        assert_eq!([97, 98, 99].map(|second| is_settled(coarse(second * SECOND))), [true, false, false], "steps of two seconds");
    }
}
