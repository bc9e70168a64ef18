//! The working files: scan with a stat cache, safe paths, atomic writes. Synchronous; with state the only room that touches
//! files. It decides nothing, and it knows neither scores nor the dashboard: it is told which paths are wanted.

mod error;

pub use error::FileError;

use crate::model::{CachedFile, Expect, LocalDoc, LocalFile, RelPath};
use std::collections::HashMap;
use std::path::{Path, PathBuf};

/// The most bytes of a file that are read or written: ten times what the dashboard stores.
pub const MAX_BYTES: u64 = 4 << 20;

/// The folder of scorecards.
#[derive(Clone, Debug)]
pub struct Workspace {
    root: PathBuf,
}

/// What is at the scorecards root.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RootState {
    /// Nothing.
    Missing,
    /// A folder without entries, hidden ones aside.
    Empty,
    /// A folder with entries.
    Populated,
    /// Something else than a folder.
    NotADirectory,
}

/// What a scan found.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Scan {
    /// One entry per wanted path. Texts are not loaded.
    pub docs: HashMap<RelPath, LocalDoc>,
    /// Files that were read because the cache could not answer for them: to be saved for the next scan.
    pub fresh: Vec<(RelPath, CachedFile)>,
    /// Documents that nobody wants, in the folders of wanted ones: `*.yaml` and `*.md` beside a score's code, `*.md` in
    /// `guidelines/`. Sorted. Hidden, temporary and foreign files are left out.
    pub unknown: Vec<RelPath>,
    /// Temporary files of ours that a crashed or a still running command left: see [`Workspace::remove_leftovers`].
    pub leftovers: Vec<RelPath>,
}

/// One file to replace or create.
#[derive(Clone, Copy, Debug)]
pub struct WriteRequest<'a> {
    /// Where.
    pub path: &'a RelPath,
    /// Its exact new bytes.
    pub bytes: &'a [u8],
    /// What must be there now.
    pub expect: Expect,
}

impl Workspace {
    /// The workspace at `root`, which may be a symbolic link and need not exist yet.
    pub fn new(root: &Path) -> Self {
        Self { root: root.to_owned() }
    }

    /// The scorecards root as it was given.
    pub fn root(&self) -> &Path {
        &self.root
    }

    /// What is at the root.
    pub fn root_state(&self) -> RootState {
        todo!()
    }

    /// Looks at every wanted path; `cache` answers for files whose stat says that nothing changed. A file that cannot be
    /// synced is [`LocalDoc::Broken`]; only a root that is no folder, or cannot be read, is an error.
    pub fn scan<'a>(
        &self,
        wanted: impl Iterator<Item = &'a RelPath>,
        cache: &HashMap<RelPath, CachedFile>,
    ) -> Result<Scan, FileError> {
        let _ = (wanted.count(), cache, LocalDoc::Absent);
        todo!()
    }

    /// The bytes of a file of at most [`MAX_BYTES`].
    pub fn read(&self, path: &RelPath) -> Result<Vec<u8>, FileError> {
        let _ = path;
        todo!()
    }

    /// A file as the scan reports it, with its text.
    pub fn read_text(&self, path: &RelPath) -> Result<LocalFile, FileError> {
        let _ = path;
        todo!()
    }

    /// Replaces or creates one file: [`Self::write_all`] of one.
    pub fn write(&self, path: &RelPath, bytes: &[u8], expect: Expect) -> Result<Option<CachedFile>, FileError> {
        let request = WriteRequest { path, bytes, expect };
        self.write_all(&[request]).pop().expect("one result per request")
    }

    /// Replaces or creates files, each atomically and durably, each only if its expectation still holds; results in the
    /// order of the requests. The value is what the stat cache may remember, none if the bytes are not UTF-8.
    pub fn write_all(&self, requests: &[WriteRequest<'_>]) -> Vec<Result<Option<CachedFile>, FileError>> {
        let _ = requests;
        todo!()
    }

    /// Removes a file, and its folder if nothing else is in it.
    pub fn remove(&self, path: &RelPath, expect: Expect) -> Result<(), FileError> {
        let _ = (path, expect);
        todo!()
    }

    /// Moves a file; [`FileError::Changed`] names `to` if something is there.
    pub fn rename(&self, from: &RelPath, to: &RelPath, expect: Expect) -> Result<(), FileError> {
        let _ = (from, to, expect);
        todo!()
    }

    /// Removes temporary files that a scan found. Only for the holder of the workspace lock: another running command's
    /// files look the same.
    pub fn remove_leftovers(&self, leftovers: &[RelPath]) {
        let _ = leftovers;
        todo!()
    }
}
