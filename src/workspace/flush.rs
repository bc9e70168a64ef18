//! Makes what was written durable: files before they take their places, folders after that.
//!
//! Few files are flushed each for itself, many at once. Of many in one batch the whole file system is flushed, once
//! (docs/adr/0012): where it is one of those that are known to promise the same then, and the system tells of errors.

use super::error::FileError;
use super::parallel;
use std::collections::BTreeSet;
use std::fs::{File, Metadata};
use std::io;
use std::path::{Path, PathBuf};
use tracing::debug;

/// Files that are flushed at once, each for itself.
const FLUSHES: usize = 16;
/// Folders that one thread flushes, one after the other.
const FOLDERS: usize = 4;
/// From so many files on the file system is flushed.
const MANY: usize = 128;

/// How the new files of a batch are flushed.
pub(super) enum FileFlush {
    /// Each by whoever wrote it.
    Each,
    /// All with their file system.
    Together(FileSystem),
}

impl FileFlush {
    /// For so many files, most of which are below `root`. To be asked for before the first is written: what failed before is not
    /// told.
    pub(super) fn of(root: &Path, files: usize) -> Self {
        let together = (files >= MANY).then(|| FileSystem::of(root)).flatten();
        together.map_or(Self::Each, Self::Together)
    }

    /// [`parallel::map`] with as many threads as pay off.
    pub(super) fn map<T: Sync, R: Send>(&self, items: &[T], f: impl Fn(&T) -> R + Sync) -> Vec<R> {
        match self {
            Self::Each => parallel::map(items, FLUSHES, 1, f),
            Self::Together(_) => parallel::in_parallel(items, f),
        }
    }

    /// A file was written: it is durable on return, or once all [have](Self::ended).
    pub(super) fn written(&self, file: &File, metadata: &Metadata) -> io::Result<()> {
        match self {
            Self::Together(system) if system.holds(metadata) => Ok(()),
            _ => file.sync_all(),
        }
    }

    /// Whether all files that were written are durable now; else each has to be flushed for itself: the system may not let us, or
    /// something failed, and it does not say of which file.
    pub(super) fn ended(&self) -> bool {
        match self {
            Self::Each => true,
            Self::Together(system) => system.flush().inspect_err(|error| debug!(%error, "not flushed together")).is_ok(),
        }
    }
}

/// Makes files durable, each for itself, that were written and closed.
pub(super) fn flush_files(paths: &[&Path]) -> Vec<io::Result<()>> {
    parallel::map(paths, FLUSHES, 1, |path| File::open(path)?.sync_all())
}

/// Makes renames durable. One flush of a folder mostly takes along what was done in the others, so that a second thread would
/// cost more than it saves.
pub(super) fn flush_folders(folders: &BTreeSet<PathBuf>) -> Result<(), FileError> {
    let folders: Vec<&PathBuf> = folders.iter().collect();
    parallel::map(&folders, FLUSHES, FOLDERS, |folder| flush_folder(folder)).into_iter().collect()
}

#[cfg(unix)]
fn flush_folder(folder: &Path) -> Result<(), FileError> {
    File::open(folder).and_then(|folder| folder.sync_all()).map_err(FileError::at(folder))
}

#[cfg(not(unix))]
fn flush_folder(_: &Path) -> Result<(), FileError> {
    Ok(())
}

/// A file system that can be flushed as a whole.
#[cfg_attr(not(target_os = "linux"), expect(dead_code, reason = "there is none elsewhere"))]
pub(super) struct FileSystem {
    top: File,
    device: u64,
}

#[cfg(target_os = "linux")]
impl FileSystem {
    /// Magic numbers of those whose `syncfs` leaves on the disk what `fsync` does (statfs(2)): ext4 and its elders, XFS, Btrfs. Of
    /// others, FUSE and those of networks among them, some do not.
    const KNOWN: [i128; 3] = [0xEF53, 0x5846_5342, 0x9123_683E];
    /// The first kernel whose `syncfs` tells of every error: of files since 5.8 (syncfs(2)), of the file system's own since 5.17.
    const TELLS_OF_ERRORS: (u32, u32) = (5, 17);

    /// That of the folder `path`, if it can be relied on.
    fn of(path: &Path) -> Option<Self> {
        use std::os::unix::fs::MetadataExt;
        let top = File::open(path).ok()?;
        let is_known = rustix::fs::fstatfs(&top).is_ok_and(|system| Self::KNOWN.contains(&i128::from(system.f_type)));
        let device = top.metadata().ok()?.dev();
        (is_known && Self::tells_of_errors()).then_some(Self { top, device })
    }

    fn tells_of_errors() -> bool {
        let system = rustix::system::uname();
        version(&system.release().to_string_lossy()).is_some_and(|version| version >= Self::TELLS_OF_ERRORS)
    }

    /// The file is in it.
    fn holds(&self, metadata: &Metadata) -> bool {
        std::os::unix::fs::MetadataExt::dev(metadata) == self.device
    }

    fn flush(&self) -> io::Result<()> {
        Ok(rustix::fs::syncfs(&self.top)?)
    }
}

#[cfg(not(target_os = "linux"))]
impl FileSystem {
    fn of(_: &Path) -> Option<Self> {
        None
    }

    fn holds(&self, _: &Metadata) -> bool {
        false
    }

    fn flush(&self) -> io::Result<()> {
        Ok(())
    }
}

/// The first two numbers of a kernel's release: `5.15.0-91-generic`.
#[cfg(target_os = "linux")]
fn version(release: &str) -> Option<(u32, u32)> {
    let mut numbers = release.split(|letter: char| !letter.is_ascii_digit());
    Some((numbers.next()?.parse().ok()?, numbers.next()?.parse().ok()?))
}

#[cfg(test)]
#[cfg(target_os = "linux")]
mod tests {
    use super::*;

    #[test]
    fn the_version_of_a_kernel_is_read() {
        assert_eq!(version("5.15.0-91-generic"), Some((5, 15)));
        assert_eq!(version("6.1"), Some((6, 1)));
        assert_eq!(version("unknown"), None);
    }

    #[test]
    fn few_files_are_flushed_each_for_itself() {
        let folder = tempfile::tempdir().expect("a folder");
        assert!(matches!(FileFlush::of(folder.path(), MANY - 1), FileFlush::Each));
        assert!(matches!(FileFlush::of(&folder.path().join("missing"), MANY), FileFlush::Each));
    }

    #[test]
    fn a_file_of_another_file_system_is_not_flushed_along() {
        let folder = tempfile::tempdir().expect("a folder");
        let (top, metadata) = (File::open(folder.path()).expect("it"), folder.path().metadata().expect("its stat"));
        let device = std::os::unix::fs::MetadataExt::dev(&metadata);
        let of = |device| FileSystem { top: top.try_clone().expect("it"), device };
        assert!(of(device).holds(&metadata) && !of(device + 1).holds(&metadata));
    }
}
