//! Why a file could not be read or changed.

use std::io;
use std::path::{Path, PathBuf};

/// An error about one file or folder; names it as it is on disk.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum FileError {
    /// What is there is not what was expected: somebody changed, made or removed it. Nothing was touched.
    #[error("{}: changed meanwhile", .0.display())]
    Changed(PathBuf),
    /// No write permission; the file was not touched.
    #[error("{}: read-only, not touched", .0.display())]
    ReadOnly(PathBuf),
    /// The disk or the quota is full.
    #[error("{}: no space left", .0.display())]
    NoSpace(PathBuf),
    /// Something else than a file where a file should be: a folder, a link to nothing, a device.
    #[error("{}: {what}, not a file", path.display())]
    NotAFile {
        /// Where.
        path: PathBuf,
        /// What is there instead: `a folder`, `a link to nothing`, …
        what: &'static str,
    },
    /// Something else than a folder where a folder should be.
    #[error("{}: not a folder", .0.display())]
    NotAFolder(PathBuf),
    /// A symbolic link on the way leads out of the scorecards root.
    #[error("{}: leads out of the scorecards folder", .0.display())]
    Escapes(PathBuf),
    /// More bytes than a score's document can have.
    #[error("{}: {bytes} bytes, more than the {limit} that are read", path.display())]
    TooLarge {
        /// Where.
        path: PathBuf,
        /// Its size.
        bytes: u64,
        /// The most that is read.
        limit: u64,
    },
    /// The system does not let us read or write here.
    #[error("{}: permission denied", .0.display())]
    Denied(PathBuf),
    /// Nothing is there.
    #[error("{}: not found", .0.display())]
    NotFound(PathBuf),
    /// Not UTF-8 from this place on.
    #[error("{}:{line}:{column}: not UTF-8", path.display())]
    NotUtf8 {
        /// Where.
        path: PathBuf,
        /// 1-based.
        line: usize,
        /// 1-based, in characters.
        column: usize,
    },
    /// Anything else that the system says.
    #[error("{}: {message}", path.display())]
    Io {
        /// Where.
        path: PathBuf,
        /// The system's words.
        message: String,
    },
}

impl FileError {
    /// What `error` means for `path`.
    pub(super) fn of(path: &Path, error: &io::Error) -> Self {
        let path = path.to_owned();
        match error.kind() {
            io::ErrorKind::NotFound => Self::NotFound(path),
            io::ErrorKind::PermissionDenied => Self::Denied(path),
            io::ErrorKind::ReadOnlyFilesystem => Self::ReadOnly(path),
            io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => Self::NoSpace(path),
            io::ErrorKind::NotADirectory => Self::NotAFolder(path),
            io::ErrorKind::IsADirectory => Self::NotAFile { path, what: "a folder" },
            _ => Self::Io { path, message: error.to_string() },
        }
    }

    /// For `map_err`: what an error means for `path`.
    pub(super) fn at(path: &Path) -> impl Fn(io::Error) -> Self {
        move |error| Self::of(path, &error)
    }
}
