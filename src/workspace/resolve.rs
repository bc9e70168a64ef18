//! From a relative path to a place on disk that is inside the scorecards root, or in a folder of standalone documents beside it.
//!
//! The root itself may be a link; it is made canonical once. Below it folders are walked one by one: a link is followed
//! only if it ends inside the root, so that whatever place comes out is inside. A name that is not there exactly may be
//! there in another Unicode form (a checkout made on a Mac); that entry is then the file, for reading and for writing.
//! Names that differ by case are the same file only where the file system says so.
//!
//! RACE: a folder may become a link between this walk and the use of its result. That takes somebody with write access to
//! the root, who could as well write the files himself; names from the dashboard make no links.

use super::error::FileError;
use crate::model::{RelPath, SyncKind, beside};
use std::collections::BTreeSet;
use std::fs::{self, Metadata};
use std::io;
use std::path::{Path, PathBuf};
use unicode_normalization::UnicodeNormalization;

/// The scorecards root, found on disk.
pub(super) struct ScorecardsRoot {
    given: PathBuf,
    canonical: PathBuf,
    /// The folder that the root, as it was given, is in.
    beside: PathBuf,
}

/// What is at a file's place.
pub(super) enum FilePlace {
    /// Nothing; a file made here gets this path.
    Absent(PathBuf),
    /// A file.
    File(FoundFile),
}

/// A file on disk.
pub(super) struct FoundFile {
    /// The directory entry.
    pub(super) entry: PathBuf,
    /// The file; another path than the entry if that is a link.
    pub(super) file: PathBuf,
    /// Of the file.
    pub(super) metadata: Metadata,
}

impl FoundFile {
    /// The entry is a link.
    pub(super) fn is_link(&self) -> bool {
        self.entry != self.file
    }
}

impl ScorecardsRoot {
    /// The root at `given`; none if nothing is there, and no folder of standalone documents beside it either. Git keeps no empty
    /// folders: a checkout can have documents and no root.
    pub(super) fn find(given: &Path) -> Result<Option<Self>, FileError> {
        match fs::canonicalize(given) {
            Ok(canonical) if canonical.is_dir() => {
                let beside = above(given, &canonical)?;
                Ok(Some(Self { given: given.to_owned(), canonical, beside }))
            }
            Ok(_) => Err(FileError::NotAFolder(given.to_owned())),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(Self::missing(given)),
            Err(error) => Err(FileError::of(given, &error)),
        }
    }

    /// A root that is not there, with folders of standalone documents beside it.
    fn missing(given: &Path) -> Option<Self> {
        let beside = fs::canonicalize(beside(given)).ok()?;
        let canonical = beside.join(given.file_name()?);
        let has_documents = SyncKind::folders().any(|folder| beside.join(folder).is_dir());
        has_documents.then(|| Self { given: given.to_owned(), canonical, beside })
    }

    /// The root at `given`, made if nothing is there.
    pub(super) fn make(given: &Path) -> Result<Self, FileError> {
        fs::create_dir_all(given).map_err(|error| match error.kind() {
            io::ErrorKind::AlreadyExists => FileError::NotAFolder(given.to_owned()),
            _ => {
                let missing = given.ancestors().take_while(|folder| !folder.exists()).last();
                FileError::of_entries(&[missing.unwrap_or(given)], &error)
            }
        })?;
        Self::find(given)?.ok_or_else(|| FileError::NotFound(given.to_owned()))
    }

    /// `error` with its path as a person knows it: under the root as it was given.
    pub(super) fn shown(&self, error: FileError) -> FileError {
        let below = |path: &Path, root: &Path, given: &Path| match path.strip_prefix(root).ok()? {
            // To join nothing would leave a slash at the end.
            nothing if nothing.as_os_str().is_empty() => Some(given.to_owned()),
            below => Some(given.join(below)),
        };
        error.renamed(|path| {
            let in_root = below(path, &self.canonical, &self.given);
            in_root.or_else(|| below(path, &self.beside, &beside(&self.given))).unwrap_or_else(|| path.to_owned())
        })
    }

    /// Where `path` is, as a person knows it.
    pub(super) fn named(&self, path: &RelPath) -> PathBuf {
        path.under(&self.given)
    }

    /// The root itself.
    pub(super) fn place(&self) -> &Path {
        &self.canonical
    }

    /// `folder` is the root, or the one beside whose folders the root is.
    pub(super) fn is_top(&self, folder: &Path) -> bool {
        folder == self.canonical || folder == self.beside
    }

    /// The folder `relative` (empty: the root); none if it or one above it is missing.
    pub(super) fn folder(&self, relative: &str) -> Result<Option<PathBuf>, FileError> {
        let mut at = self.top(relative).to_owned();
        if !at.is_dir() {
            return Ok(None);
        }
        for name in relative.split('/').filter(|name| !name.is_empty()) {
            match self.subfolder(&at, name)? {
                Some(below) => at = below,
                None => return Ok(None),
            }
        }
        Ok(Some(at))
    }

    /// As [`Self::folder`], making what is missing; folders that got an entry are added to `changed`.
    pub(super) fn make_folder(&self, relative: &str, changed: &mut BTreeSet<PathBuf>) -> Result<PathBuf, FileError> {
        let mut at = self.top(relative).to_owned();
        for name in relative.split('/').filter(|name| !name.is_empty()) {
            at = match self.subfolder(&at, name)? {
                Some(below) => below,
                None => {
                    changed.insert(at.clone());
                    make(&at, name)?
                }
            };
        }
        Ok(at)
    }

    /// Where the way to `relative` begins.
    fn top(&self, relative: &str) -> &Path {
        if SyncKind::at(relative).is_standalone() { &self.beside } else { &self.canonical }
    }

    fn is_inside(&self, target: &Path) -> bool {
        let is_below = |kind: SyncKind| kind.folder().is_some_and(|folder| target.starts_with(self.beside.join(folder)));
        target.starts_with(&self.canonical) || SyncKind::STANDALONE.into_iter().any(is_below)
    }

    /// The folder `name` in one of this root, as [`Self::folder`] finds it.
    pub(super) fn subfolder(&self, parent: &Path, name: &str) -> Result<Option<PathBuf>, FileError> {
        let Some((below, metadata)) = entry(parent, name)? else { return Ok(None) };
        if metadata.is_dir() {
            return Ok(Some(below));
        }
        if !metadata.is_symlink() {
            return Err(FileError::NotAFolder(below));
        }
        let (target, metadata) = self.follow(&below)?;
        if metadata.is_dir() { Ok(Some(target)) } else { Err(FileError::NotAFolder(below)) }
    }

    /// What is at `name` in a folder of this root.
    pub(super) fn locate(&self, folder: &Path, name: &str) -> Result<FilePlace, FileError> {
        let Some((entry, metadata)) = entry(folder, name)? else { return Ok(FilePlace::Absent(folder.join(name))) };
        self.file(entry, metadata).map(FilePlace::File)
    }

    /// The file behind a directory entry.
    pub(super) fn file(&self, entry: PathBuf, metadata: Metadata) -> Result<FoundFile, FileError> {
        let (file, metadata) = if metadata.is_symlink() { self.follow(&entry)? } else { (entry.clone(), metadata) };
        if metadata.is_file() {
            return Ok(FoundFile { entry, file, metadata });
        }
        let what = if metadata.is_dir() { "a folder" } else { "a device, a pipe or a socket" };
        Err(FileError::NotAFile { path: entry, what })
    }

    /// Where a link ends, if that is inside the root, or in a folder of standalone documents.
    fn follow(&self, link: &Path) -> Result<(PathBuf, Metadata), FileError> {
        let target = fs::canonicalize(link).map_err(|error| match error.kind() {
            io::ErrorKind::NotFound => FileError::NotAFile { path: link.to_owned(), what: "a link to nothing" },
            _ => FileError::of(link, &error),
        })?;
        if !self.is_inside(&target) {
            return Err(FileError::Escapes(link.to_owned()));
        }
        let metadata = fs::symlink_metadata(&target).map_err(FileError::at(link))?;
        Ok((target, metadata))
    }
}

/// The folder that the root, as it was given, is in. That is where it really lies, unless its own name is that of a link.
fn above(given: &Path, canonical: &Path) -> Result<PathBuf, FileError> {
    let above = beside(given);
    let is_link = |name| fs::symlink_metadata(above.join(name)).map_or(true, |metadata| metadata.is_symlink());
    match (given.file_name(), canonical.parent()) {
        (Some(name), Some(parent)) if !is_link(name) => Ok(parent.to_owned()),
        _ => fs::canonicalize(&above).map_err(FileError::at(&above)),
    }
}

/// Makes a folder. That somebody else just made it is fine, unless it is something else: then using it fails.
fn make(parent: &Path, name: &str) -> Result<PathBuf, FileError> {
    let path = parent.join(name);
    match fs::create_dir(&path) {
        Err(error) if error.kind() != io::ErrorKind::AlreadyExists => Err(FileError::of_entries(&[&path], &error)),
        _ => Ok(path),
    }
}

/// The directory entry for `name`, in whatever Unicode form it is there, not followed if it is a link.
fn entry(folder: &Path, name: &str) -> Result<Option<(PathBuf, Metadata)>, FileError> {
    let exact = folder.join(name);
    match fs::symlink_metadata(&exact) {
        Ok(metadata) => Ok(Some((exact, metadata))),
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(FileError::of(&exact, &error)),
        Err(_) => match twin(folder, name)? {
            Some(path) => {
                let metadata = fs::symlink_metadata(&path).map_err(FileError::at(&path))?;
                Ok(Some((path, metadata)))
            }
            None => Ok(None),
        },
    }
}

/// An entry whose name is `name` in another Unicode form.
fn twin(folder: &Path, name: &str) -> Result<Option<PathBuf>, FileError> {
    if name.is_ascii() {
        return Ok(None);
    }
    for entry in fs::read_dir(folder).map_err(FileError::at(folder))? {
        let entry = entry.map_err(FileError::at(folder))?;
        if entry.file_name().to_str().is_some_and(|other| other.nfc().eq(name.nfc())) {
            return Ok(Some(entry.path()));
        }
    }
    Ok(None)
}
