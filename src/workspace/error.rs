//! Why a file could not be read or changed.

use super::permission::may_write;
use crate::model::{BrokenFile, MAX_FILE_BYTES, RelPath};
use std::fmt;
use std::io;
use std::path::{Path, PathBuf};

/// An error about one file or folder; names it as a person would find it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum FileError {
    /// What is there is not what was expected: somebody changed, made or removed it. Nothing was touched.
    Changed(PathBuf),
    /// No write permission; the file was not touched.
    ReadOnly(PathBuf),
    /// No write permission for a folder, so that nothing can be made, replaced or removed in it; the file was not touched.
    ReadOnlyFolder(PathBuf),
    /// The disk or the quota is full, or files may not grow that large.
    NoSpace(PathBuf),
    /// Something else than a file where a file should be: a folder, a link to nothing, a device.
    NotAFile {
        /// Where.
        path: PathBuf,
        /// What is there instead: `a folder`, `a link to nothing`, …
        what: &'static str,
    },
    /// Something else than a folder where a folder should be.
    NotAFolder(PathBuf),
    /// A symbolic link on the way leads out of the scorecards root.
    Escapes(PathBuf),
    /// More bytes than a score's document can have.
    TooLarge {
        /// Where.
        path: PathBuf,
        /// Its size.
        bytes: u64,
        /// The most that is read or written.
        limit: u64,
    },
    /// The system does not let us read or write here.
    Denied(PathBuf),
    /// Nothing is there.
    NotFound(PathBuf),
    /// Not UTF-8 from this place on.
    NotUtf8 {
        /// Where.
        path: PathBuf,
        /// 1-based.
        line: usize,
        /// 1-based, in characters.
        column: usize,
    },
    /// Anything else that the system says.
    Io {
        /// Where.
        path: PathBuf,
        /// The system's words.
        message: String,
    },
}

impl FileError {
    /// The file or folder.
    pub fn path(&self) -> &Path {
        match self {
            Self::Changed(path) | Self::ReadOnly(path) | Self::NoSpace(path) | Self::NotAFolder(path) => path,
            Self::Escapes(path) | Self::Denied(path) | Self::NotFound(path) | Self::ReadOnlyFolder(path) => path,
            Self::NotAFile { path, .. } | Self::TooLarge { path, .. } | Self::NotUtf8 { path, .. } | Self::Io { path, .. } => {
                path
            }
        }
    }

    /// A file of so many bytes, which are too many.
    pub fn too_large(path: impl Into<PathBuf>, bytes: u64) -> Self {
        Self::TooLarge { path: path.into(), bytes, limit: MAX_FILE_BYTES }
    }

    /// What is wrong, without the path.
    pub fn reason(&self) -> String {
        match self {
            Self::Changed(_) => "changed meanwhile, not touched".to_owned(),
            Self::ReadOnly(_) => "read-only, not touched".to_owned(),
            Self::ReadOnlyFolder(_) => "read-only folder, nothing in it was touched".to_owned(),
            Self::NoSpace(_) => "no space left".to_owned(),
            Self::NotAFile { what, .. } => format!("{what}, not a file"),
            Self::NotAFolder(_) => "not a folder".to_owned(),
            Self::Escapes(_) => "leads out of the scorecards folder".to_owned(),
            Self::TooLarge { bytes, limit, .. } => format!("{bytes} bytes, the limit is {limit}"),
            Self::Denied(_) => "permission denied".to_owned(),
            Self::NotFound(_) => "not found".to_owned(),
            Self::NotUtf8 { line, column, .. } => format!("not UTF-8 at line {line}, column {column}"),
            Self::Io { message, .. } => message.clone(),
        }
    }

    /// What the error says of the file `path` below the root.
    pub fn about(&self, path: &RelPath) -> BrokenFile {
        let path = PathBuf::from(path.as_str());
        match self {
            Self::NotUtf8 { line, column, .. } => {
                BrokenFile { path, place: Some((*line, *column)), reason: "not UTF-8".to_owned() }
            }
            other => BrokenFile { path, place: None, reason: other.reason() },
        }
    }

    /// What the error says of what it names itself.
    pub(super) fn of_itself(&self) -> BrokenFile {
        BrokenFile { path: self.path().to_owned(), place: None, reason: self.reason() }
    }

    /// What `error` means for `path`.
    pub(super) fn of(path: &Path, error: &io::Error) -> Self {
        let path = path.to_owned();
        match error.kind() {
            io::ErrorKind::NotFound => Self::NotFound(path),
            io::ErrorKind::PermissionDenied => Self::Denied(path),
            io::ErrorKind::ReadOnlyFilesystem => Self::ReadOnly(path),
            io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded | io::ErrorKind::FileTooLarge => Self::NoSpace(path),
            io::ErrorKind::NotADirectory => Self::NotAFolder(path),
            io::ErrorKind::IsADirectory => Self::NotAFile { path, what: "a folder" },
            _ => Self::Io { path, message: error.to_string() },
        }
    }

    /// For `map_err`: what an error means for `path`.
    pub(super) fn at(path: &Path) -> impl Fn(io::Error) -> Self {
        move |error| Self::of(path, &error)
    }

    /// What it means that the entries of folders at `paths` could not be made, moved or removed: the folder's permissions count
    /// then, not those of the file.
    pub(super) fn of_entries(paths: &[&Path], error: &io::Error) -> Self {
        let mut folders = paths.iter().filter_map(|path| path.parent());
        let denied = error.kind() == io::ErrorKind::PermissionDenied;
        match folders.find(|folder| denied && !may_write(folder)) {
            Some(folder) => Self::ReadOnlyFolder(folder.to_owned()),
            None => Self::of(paths.last().copied().unwrap_or(Path::new("")), error),
        }
    }

    /// For `map_err`: [`Self::of_entries`] of one.
    pub(super) fn at_entry(path: &Path) -> impl Fn(io::Error) -> Self {
        move |error| Self::of_entries(&[path], &error)
    }

    /// The same error, its path changed.
    pub(super) fn renamed(mut self, rename: impl FnOnce(&Path) -> PathBuf) -> Self {
        let path = match &mut self {
            Self::Changed(path) | Self::ReadOnly(path) | Self::NoSpace(path) | Self::NotAFolder(path) => path,
            Self::Escapes(path) | Self::Denied(path) | Self::NotFound(path) | Self::ReadOnlyFolder(path) => path,
            Self::NotAFile { path, .. } | Self::TooLarge { path, .. } | Self::NotUtf8 { path, .. } | Self::Io { path, .. } => {
                path
            }
        };
        *path = rename(path);
        self
    }
}

impl fmt::Display for FileError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.path().display(), self.reason())
    }
}

impl std::error::Error for FileError {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn system_errors_become_typed_and_name_the_file() {
        let at = Path::new("A/B.yaml");
        let of = |kind| FileError::of(at, &io::Error::from(kind));
        assert_eq!(of(io::ErrorKind::StorageFull), FileError::NoSpace(at.into()));
        assert_eq!(of(io::ErrorKind::QuotaExceeded), FileError::NoSpace(at.into()));
        assert_eq!(of(io::ErrorKind::ReadOnlyFilesystem), FileError::ReadOnly(at.into()));
        assert_eq!(of(io::ErrorKind::PermissionDenied).to_string(), "A/B.yaml: permission denied");
        let moved = of(io::ErrorKind::NotFound).renamed(|path| Path::new("root").join(path));
        assert_eq!(moved, FileError::NotFound("root/A/B.yaml".into()));
    }
}
