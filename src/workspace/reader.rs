//! Reads many files in one go: the root and each folder are found once, not once for each file.

use super::error::FileError;
use super::read;
use super::resolve::{FilePlace, ScorecardsRoot};
use crate::model::{Digest, Expect, LocalFile, RelPath, read_as};
use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

/// Reads the files of a workspace, on as many threads as wanted. For a moment only: a folder that comes, goes or is moved
/// meanwhile may not be noticed.
pub struct FileReader<'w> {
    given: &'w Path,
    root: Option<ScorecardsRoot>,
    folders: Mutex<HashMap<String, Option<PathBuf>>>,
}

impl<'w> FileReader<'w> {
    pub(super) fn new(root: &'w Path) -> Result<Self, FileError> {
        Ok(Self { given: root, root: ScorecardsRoot::find(root)?, folders: Mutex::default() })
    }

    /// The bytes of a file of at most [`MAX_FILE_BYTES`](crate::model::MAX_FILE_BYTES).
    ///
    /// # Errors
    /// There is no such file, it cannot be read, is too large, or lies outside of the root.
    pub fn bytes(&self, path: &RelPath) -> Result<Vec<u8>, FileError> {
        self.with_file(path, |file| read::read(file).map(|read| read.bytes))
    }

    /// [`Self::bytes`]; none if nothing is there.
    ///
    /// # Errors
    /// Those of [`Self::bytes`], but that there is no such file.
    pub fn bytes_now(&self, path: &RelPath) -> Result<Option<Vec<u8>>, FileError> {
        match self.bytes(path) {
            Ok(bytes) => Ok(Some(bytes)),
            Err(FileError::NotFound(_)) => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// [`Self::bytes_now`] of what is as expected.
    ///
    /// # Errors
    /// Those of [`Self::bytes_now`]; [`FileError::Changed`] where something else is there, or nothing.
    pub fn expected(&self, path: &RelPath, expect: Expect) -> Result<Option<Vec<u8>>, FileError> {
        let now = self.bytes_now(path)?;
        let is_expected = match expect {
            Expect::Absent => now.is_none(),
            Expect::Bytes(digest) => now.as_ref().map(Digest::of) == Some(digest),
        };
        if is_expected { Ok(now) } else { Err(self.changed(path)) }
    }

    /// That a file is not as it is expected to be.
    pub fn changed(&self, path: &RelPath) -> FileError {
        FileError::Changed(path.under(self.given))
    }

    /// The text of a file, as it is.
    ///
    /// # Errors
    /// Those of [`Self::bytes`]; the file is not UTF-8.
    pub fn text(&self, path: &RelPath) -> Result<String, FileError> {
        self.with_file(path, |file| read::text(file, read::read(file)?))
    }

    /// A file as the scan reports it, with its text.
    ///
    /// # Errors
    /// Those of [`Self::text`].
    pub fn document(&self, path: &RelPath) -> Result<LocalFile, FileError> {
        self.with_file(path, |file| read::document(file, read_as(path), read::read(file)?))
    }

    fn with_file<T>(&self, path: &RelPath, f: impl FnOnce(&Path) -> Result<T, FileError>) -> Result<T, FileError> {
        let missing = || FileError::NotFound(path.under(self.given));
        let root = self.root.as_ref().ok_or_else(missing)?;
        let place = self
            .folder(root, path.folder())
            .and_then(|folder| folder.map(|folder| root.locate(&folder, path.file_name())).transpose());
        match place.map_err(|error| root.shown(error))? {
            Some(FilePlace::File(found)) => f(&found.file).map_err(|error| root.shown(error)),
            Some(FilePlace::Absent(_)) | None => Err(missing()),
        }
    }

    fn folder(&self, root: &ScorecardsRoot, folder: &str) -> Result<Option<PathBuf>, FileError> {
        let folders = || self.folders.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(found) = folders().get(folder) {
            return Ok(found.clone());
        }
        let found = root.folder(folder)?;
        folders().insert(folder.to_owned(), found.clone());
        Ok(found)
    }
}
