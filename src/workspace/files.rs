//! The working files as the other rooms see them: [`Workspace`] is the only way to read or change them.

use super::error::FileError;
use super::reader::FileReader;
use super::resolve::ScorecardsRoot;
use super::scan::{self, Entries, Scan};
use super::stat::is_settled;
use super::temporary;
use super::tree_index::{self, IndexChanges};
use super::write::{self, WriteRequest};
use super::{change, documents, read};
use crate::model::{CachedFile, Digest, Expect, FileStat, LocalFile, RelPath, SyncKind, TreeIndex};
use std::collections::{BTreeSet, HashMap, HashSet};
use std::fs;
use std::path::{Path, PathBuf};

/// The folder of scorecards, and those of standalone documents beside it.
#[derive(Clone, Debug)]
pub struct Workspace {
    root: PathBuf,
    owner: String,
    standalone: Vec<SyncKind>,
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

impl Workspace {
    /// The workspace at `root`, which may be a symbolic link and need not exist yet.
    pub fn new(root: &Path) -> Self {
        Self { root: root.to_owned(), owner: "0".to_owned(), standalone: Vec::new() }
    }

    /// The same workspace, with the files of these kinds of documents beside the root.
    pub fn with_standalone(self, kinds: &[SyncKind]) -> Self {
        Self { standalone: kinds.to_vec(), ..self }
    }

    /// The same workspace; its temporary files bear the word `owner`, which tells them from those of others.
    pub fn owned_by(self, owner: &str) -> Self {
        Self { owner: owner.to_owned(), ..self }
    }

    /// The scorecards root as it was given.
    pub fn root(&self) -> &Path {
        &self.root
    }

    /// What is at the root. A folder that cannot be listed counts as populated; the scan will say what is wrong.
    pub fn root_state(&self) -> RootState {
        let visible = |entry: std::io::Result<fs::DirEntry>| {
            entry.map_or(true, |entry| !entry.file_name().to_string_lossy().starts_with('.'))
        };
        match fs::metadata(&self.root) {
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => RootState::Missing,
            Ok(metadata) if !metadata.is_dir() => RootState::NotADirectory,
            _ if fs::read_dir(&self.root).map_or(true, |mut entries| entries.any(visible)) => RootState::Populated,
            _ => RootState::Empty,
        }
    }

    /// What looks like documents: `*.yaml` in the folders of the root, `*.md` in their `guidelines`, and what lies in the
    /// folders of standalone documents. Sorted; nothing if there is no root.
    ///
    /// # Errors
    /// The root is no folder, or it or a folder in it cannot be listed.
    pub fn documents(&self) -> Result<Vec<RelPath>, FileError> {
        self.documents_elsewhere(&HashSet::new())
    }

    /// The same in folders whose names are not `known`.
    ///
    /// # Errors
    /// As [`Self::documents`].
    pub fn documents_elsewhere(&self, known: &HashSet<&str>) -> Result<Vec<RelPath>, FileError> {
        let mut documents = documents::documents(&self.root, known)?;
        let folders = self.standalone.iter().filter_map(|kind| kind.folder()).filter(|folder| !known.contains(folder)).collect();
        documents.extend(self.documents_in(&folders)?);
        documents.sort_unstable();
        Ok(documents)
    }

    /// Code files in the root itself, where no score has its place. Sorted.
    ///
    /// # Errors
    /// The root is no folder, or cannot be listed.
    pub fn documents_at_the_top(&self) -> Result<Vec<RelPath>, FileError> {
        documents::documents_at_the_top(&self.root)
    }

    /// Temporary files in the folders of scores, of any run that died or is at work, and those that were kept for a person.
    ///
    /// # Errors
    /// The root is no folder, or cannot be listed.
    pub fn left_over(&self) -> Result<Vec<RelPath>, FileError> {
        documents::left_over(&self.root)
    }

    /// As [`Self::documents`], in these folders only.
    ///
    /// # Errors
    /// Those of [`Self::documents`].
    pub fn documents_in(&self, folders: &BTreeSet<&str>) -> Result<Vec<RelPath>, FileError> {
        let is_synced = |folder: &&str| self.syncs(SyncKind::at(folder));
        documents::documents_in(&self.root, &folders.iter().copied().filter(is_synced).collect())
    }

    /// Files of this kind are among its documents.
    fn syncs(&self, kind: SyncKind) -> bool {
        kind == SyncKind::Score || self.standalone.contains(&kind)
    }

    /// Whether the folder `relative` is there, inside the root.
    pub fn has_folder(&self, relative: &str) -> bool {
        ScorecardsRoot::find(&self.root).ok().flatten().is_some_and(|root| matches!(root.folder(relative), Ok(Some(_))))
    }

    /// Looks at every wanted path, and tells what lies there; `cache` answers for files whose stat says that nothing changed.
    /// A file that cannot be synced is [`LocalDoc::Broken`](crate::model::LocalDoc::Broken); only a root that is no folder, or
    /// cannot be read, is an error.
    ///
    /// # Errors
    /// The root is no folder, or cannot be read.
    pub fn scan<'a>(
        &self,
        wanted: impl Iterator<Item = &'a RelPath>,
        cache: &HashMap<RelPath, CachedFile>,
    ) -> Result<Scan, FileError> {
        scan::scan(&self.root, &wanted.collect::<Vec<_>>(), cache, Entries::All)
    }

    /// [`Self::scan`] that does not ask what else is in the folders: nothing is told of unknown files and leftovers.
    ///
    /// # Errors
    /// As [`Self::scan`].
    pub fn scan_only(&self, wanted: &[&RelPath], cache: &HashMap<RelPath, CachedFile>) -> Result<Scan, FileError> {
        scan::scan(&self.root, wanted, cache, Entries::Wanted)
    }

    /// How files and folders differ from an index; none where that cannot tell, and everything has to be looked at.
    pub fn compare(&self, index: &TreeIndex<'_>) -> Option<IndexChanges> {
        tree_index::compare(&self.root, index)
    }

    /// A file's stat for an index: one that no file has where a change after it was read might not show.
    pub fn lasting_stat(file: &CachedFile) -> FileStat {
        if is_settled(&file.stat, file.read_at) { file.stat } else { FileStat::NEVER }
    }

    /// The stat of a folder for an index whose scan began at `began`; none if it is not there.
    pub fn folder_stat(&self, folder: &str, began: i64) -> Option<FileStat> {
        tree_index::folder_stat(&self.root, folder, began)
    }

    /// Reads files, many in one go.
    ///
    /// # Errors
    /// The root is no folder, or cannot be read.
    pub fn reader(&self) -> Result<FileReader<'_>, FileError> {
        FileReader::new(&self.root)
    }

    /// The bytes of one file: [`FileReader::bytes`].
    ///
    /// # Errors
    /// Those of [`FileReader::bytes`] and [`Self::reader`].
    pub fn read(&self, path: &RelPath) -> Result<Vec<u8>, FileError> {
        self.reader()?.bytes(path)
    }

    /// [`Self::read`]; none if nothing is there.
    ///
    /// # Errors
    /// Those of [`FileReader::bytes_now`] and [`Self::reader`].
    pub fn bytes_now(&self, path: &RelPath) -> Result<Option<Vec<u8>>, FileError> {
        self.reader()?.bytes_now(path)
    }

    /// Nothing is at `path`; false where that cannot be told.
    pub fn is_absent(&self, path: &RelPath) -> bool {
        matches!(self.bytes_now(path), Ok(None))
    }

    /// One file with its text: [`FileReader::document`].
    ///
    /// # Errors
    /// Those of [`FileReader::document`] and [`Self::reader`].
    pub fn read_text(&self, path: &RelPath) -> Result<LocalFile, FileError> {
        self.reader()?.document(path)
    }

    /// Replaces or creates one file: [`Self::write_all`] of one.
    ///
    /// # Errors
    /// Those of [`Self::write_all`] for one request.
    pub fn write(&self, path: &RelPath, bytes: &[u8], expect: Expect) -> Result<Option<CachedFile>, FileError> {
        let request = WriteRequest { path, bytes, expect };
        self.write_all(&[request]).pop().expect("one result per request")
    }

    /// Replaces or creates files, each atomically and durably, each only if its expectation still holds; results in the
    /// order of the requests. The value is what the stat cache may remember, none if the bytes are not UTF-8.
    ///
    /// # Errors
    /// Each request for itself: [`FileError::Changed`] where the expectation does not hold; no write permission, no
    /// space, too many bytes, or a place outside of the root. The file is as it was then, but where only its folder could not be
    /// flushed: then the new one is there.
    pub fn write_all(&self, requests: &[WriteRequest<'_>]) -> Vec<Result<Option<CachedFile>, FileError>> {
        write::write_all(&self.root, &self.owner, requests)
    }

    /// Removes a file, and its folder if nothing else is in it. A file that was not expected to be there stays.
    ///
    /// # Errors
    /// [`FileError::Changed`] where the file is not as expected; it cannot be removed.
    pub fn remove(&self, path: &RelPath, expect: Expect) -> Result<(), FileError> {
        change::remove(&self.root, &self.owner, path, expect)
    }

    /// Moves a file; [`FileError::Changed`] names `to` if something is there, `from` if that is not as expected.
    ///
    /// # Errors
    /// [`FileError::Changed`]; the file cannot be moved.
    pub fn rename(&self, from: &RelPath, to: &RelPath, expect: Expect) -> Result<(), FileError> {
        change::rename(&self.root, from, to, expect)
    }

    /// Gives two files that are as expected each other's places, in one step; false where the file system cannot.
    ///
    /// # Errors
    /// [`FileError::Changed`] where one of them is not as expected; they cannot be moved.
    pub fn exchange(&self, places: [&RelPath; 2], expected: [Digest; 2]) -> Result<bool, FileError> {
        change::exchange(&self.root, places, expected)
    }

    /// Removes the temporary files of our owner that a scan found. Only for the holder of the owner's lock: those of a
    /// running command look the same. What cannot be removed stays for the next time.
    pub fn remove_leftovers(&self, leftovers: &[RelPath]) {
        for path in leftovers.iter().filter(|path| temporary::is_of(&self.owner, path.file_name())) {
            let _ = fs::remove_file(path.under(&self.root));
        }
    }

    /// Removes the temporary files of our owner in these folders if their bytes are known, for the same holder. Others get
    /// a name that no later run removes: somebody saved while a run died. These are given back.
    pub fn remove_leftovers_in(&self, folders: &BTreeSet<&str>, is_known: impl Fn(&[u8]) -> bool) -> Vec<RelPath> {
        let Ok(Some(root)) = ScorecardsRoot::find(&self.root) else { return Vec::new() };
        let mut kept = Vec::new();
        for (folder, place) in folders.iter().filter_map(|folder| Some((folder, root.folder(folder).ok()??))) {
            for entry in fs::read_dir(place).into_iter().flatten().flatten() {
                let name = entry.file_name();
                let Some(name) = name.to_str().filter(|name| temporary::is_of(&self.owner, name)) else { continue };
                let (path, aside) = (entry.path(), temporary::aside(name));
                if read::read(&path).is_ok_and(|read| is_known(&read.bytes)) {
                    let _ = fs::remove_file(path);
                } else if fs::rename(&path, path.with_file_name(&aside)).is_ok() {
                    kept.extend(RelPath::parse(&format!("{folder}/{aside}")).ok());
                }
            }
        }
        kept
    }
}
