//! Why the state could not be used.

use jiff::Timestamp;
use rusqlite::ErrorCode;
use std::io;
use std::path::{Path, PathBuf};

/// An error of the state.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum StateError {
    /// The file is damaged or not ours. It is never removed: see [`State::set_aside`](super::State::set_aside).
    #[error("{}: damaged: {what}", path.display())]
    Corrupt {
        /// The database.
        path: PathBuf,
        /// What was found.
        what: String,
    },
    /// Made by a newer scoresync; nothing was touched.
    #[error("the state has format {found}, this program knows up to {known}")]
    Newer {
        /// Its format.
        found: i64,
        /// The newest that this program knows.
        known: i64,
    },
    /// Another run works on this workspace; who, if that could be read.
    #[error("another scoresync is running in this workspace")]
    Locked(Option<Holder>),
    /// Another process watches this workspace; who, if that could be read.
    #[error("this workspace is already being watched")]
    Watched(Option<Holder>),
    /// Another process kept the database busy for too long.
    #[error("{}: busy", .0.display())]
    Busy(PathBuf),
    /// The database was removed or replaced since this run opened it, so that nobody would find what is recorded.
    #[error("{}: removed", .0.display())]
    Gone(PathBuf),
    /// The disk or the quota is full.
    #[error("{}: no space left", .0.display())]
    NoSpace(PathBuf),
    /// The system does not let us write here.
    #[error("{}: permission denied", .0.display())]
    Denied(PathBuf),
    /// Something else has the name of the state's folder, or a link to nothing.
    #[error("{}: not a folder", .0.display())]
    NotAFolder(PathBuf),
    /// Anything else.
    #[error("{}: {message}", path.display())]
    Io {
        /// The database, or its folder.
        path: PathBuf,
        /// The system's words.
        message: String,
    },
}

/// Who holds the workspace lock.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Holder {
    /// Process id.
    pub pid: u32,
    /// Its command, for a person.
    pub command: String,
    /// When it took the lock.
    pub since: Timestamp,
}

impl StateError {
    /// For `map_err`: what a file-system error means for `path`.
    pub(super) fn at(path: &Path) -> impl Fn(io::Error) -> Self {
        move |error| {
            let path = path.to_owned();
            match error.kind() {
                io::ErrorKind::PermissionDenied | io::ErrorKind::ReadOnlyFilesystem => Self::Denied(path),
                io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => Self::NoSpace(path),
                _ => Self::Io { path, message: error.to_string() },
            }
        }
    }

    /// What SQLite's error means for the database at `path`. A row that cannot be decoded counts as damage.
    pub(super) fn sqlite(path: &Path, error: &rusqlite::Error) -> Self {
        let path = path.to_owned();
        match error.sqlite_error_code() {
            Some(ErrorCode::DatabaseCorrupt | ErrorCode::NotADatabase | ErrorCode::TypeMismatch) => {
                Self::Corrupt { path, what: error.to_string() }
            }
            Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked) => Self::Busy(path),
            Some(ErrorCode::DiskFull) => Self::NoSpace(path),
            Some(ErrorCode::ReadOnly | ErrorCode::PermissionDenied | ErrorCode::AuthorizationForStatementDenied) => {
                Self::Denied(path)
            }
            None => Self::Corrupt { path, what: error.to_string() },
            // What SQLite puts beside the database fails in other ways when the disk is full.
            Some(ErrorCode::SystemIoFailure) if is_full(&path) => Self::NoSpace(path),
            Some(_) => Self::Io { path, message: error.to_string() },
        }
    }
}

/// The disk of a file has room for next to nothing.
#[cfg(unix)]
fn is_full(path: &Path) -> bool {
    const ROOM: u64 = 64 << 10;
    rustix::fs::statvfs(path).is_ok_and(|disk| disk.f_bavail.saturating_mul(disk.f_frsize) < ROOM)
}

#[cfg(not(unix))]
fn is_full(_: &Path) -> bool {
    false
}

#[cfg(test)]
mod tests {
    use super::*;
    use rusqlite::ffi;

    /// What the system shows of itself is on a disk without any room.
    #[cfg(target_os = "linux")]
    #[test]
    fn on_a_full_disk_what_fails_for_no_clear_reason_fails_for_want_of_room() {
        let failed = rusqlite::Error::SqliteFailure(ffi::Error::new(ffi::SQLITE_IOERR), None);
        let folder = tempfile::tempdir().expect("a folder");
        for (at, is_full) in [(Path::new("/proc/self/stat"), true), (folder.path(), false)] {
            assert_eq!(matches!(StateError::sqlite(at, &failed), StateError::NoSpace(_)), is_full, "{}", at.display());
        }
    }

    #[test]
    fn errors_become_typed_and_name_the_file() {
        let at = Path::new("state.db");
        let sqlite = |code| StateError::sqlite(at, &rusqlite::Error::SqliteFailure(ffi::Error::new(code), None));
        assert_eq!(sqlite(ffi::SQLITE_FULL), StateError::NoSpace(at.into()));
        assert_eq!(sqlite(ffi::SQLITE_READONLY), StateError::Denied(at.into()));
        assert_eq!(sqlite(ffi::SQLITE_BUSY), StateError::Busy(at.into()));
        assert!(matches!(sqlite(ffi::SQLITE_CORRUPT), StateError::Corrupt { .. }));
        assert!(matches!(sqlite(ffi::SQLITE_IOERR), StateError::Io { .. }));
        let system = |kind| StateError::at(at)(io::Error::from(kind));
        assert_eq!(system(io::ErrorKind::ReadOnlyFilesystem), StateError::Denied(at.into()));
        assert_eq!(system(io::ErrorKind::StorageFull), StateError::NoSpace(at.into()));
        assert_eq!(system(io::ErrorKind::PermissionDenied).to_string(), "state.db: permission denied");
    }
}
