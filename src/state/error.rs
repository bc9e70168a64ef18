//! Why the state could not be used.

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
    /// Another run works on this workspace.
    #[error("another run works on this workspace")]
    Locked(Option<Holder>),
    /// Another process kept the database busy for too long.
    #[error("the state is busy")]
    Busy,
    /// The disk or the quota is full.
    #[error("{}: no space left", .0.display())]
    NoSpace(PathBuf),
    /// The system does not let us write here.
    #[error("{}: permission denied", .0.display())]
    Denied(PathBuf),
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
    pub since: jiff::Timestamp,
}

impl StateError {
    /// What a file-system error means for `path`.
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
}
