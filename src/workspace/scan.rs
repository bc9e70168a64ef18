//! Looks at all wanted files: every folder is listed once, unless only the wanted files are asked for; every file gets one
//! `stat`, and only files that the stat cache cannot answer for are read. Folders and files are spread over the processors.

use super::error::FileError;
use super::parallel::{self, threads_for};
use super::read::{read, remembered};
use super::resolve::{FilePlace, ScorecardsRoot};
use super::stat::{Folder, file_stat, is_unchanged, now};
use super::temporary::is_temporary;
use crate::model::{BrokenFile, CachedFile, LocalDoc, RelPath, SyncKind, read_as};
use std::borrow::Cow;
use std::collections::{BTreeMap, HashMap};
use std::fs::{self, DirEntry};
use std::io::ErrorKind;
use std::path::{Path, PathBuf};
use unicode_normalization::UnicodeNormalization;

/// Files that a thread takes at a time.
const CHUNK: usize = 128;

/// What a scan found.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Scan {
    /// When it began, nanoseconds since 1970 by the clock of file systems.
    pub began: i64,
    /// What lies at the wanted paths, where something does. Texts are not loaded.
    pub docs: HashMap<RelPath, LocalDoc>,
    /// Files that were read because the cache could not answer for them: to be saved for the next scan.
    pub fresh: Vec<(RelPath, CachedFile)>,
    /// Documents that nobody wants, in the folders of wanted ones: `*.yaml` and `*.md` beside a score's code, `*.md` in
    /// `guidelines/`. Sorted. Hidden, temporary and foreign files are left out.
    pub unknown: Vec<RelPath>,
    /// Temporary files of ours that a crashed or a still running command left: see
    /// [`Workspace::remove_leftovers`](super::Workspace::remove_leftovers).
    pub leftovers: Vec<RelPath>,
}

/// What is asked for of a folder.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Entries {
    /// The wanted files, and what else is there.
    All,
    /// Nothing but the wanted files.
    Wanted,
}

/// What one folder holds of the wanted files, and what else.
#[derive(Default)]
struct Listing<'a> {
    at: PathBuf,
    found: Vec<WantedFile<'a>>,
    docs: Vec<(&'a RelPath, LocalDoc)>,
    unknown: Vec<RelPath>,
    leftovers: Vec<RelPath>,
}

impl<'a> Listing<'a> {
    /// The folder with the files that a thread takes at a time.
    fn batches(&self) -> impl Iterator<Item = (&Path, &[WantedFile<'a>])> {
        self.found.chunks(CHUNK).map(|files| (self.at.as_path(), files))
    }
}

/// A wanted file and the name of its directory entry, which may have another Unicode form.
type WantedFile<'a> = (&'a RelPath, Cow<'a, str>);

/// A document as it was seen, and what the cache should remember if it was read.
type SeenFile = (LocalDoc, Option<CachedFile>);

/// [`super::Workspace::scan`].
pub(super) fn scan(
    root: &Path,
    wanted: &[&RelPath],
    cache: &HashMap<RelPath, CachedFile>,
    entries: Entries,
) -> Result<Scan, FileError> {
    let mut scan = Scan { began: now(), ..Scan::default() };
    let Some(root) = ScorecardsRoot::find(root)? else { return Ok(scan) };
    let folders: Vec<(&str, Vec<&RelPath>)> = by_folder(wanted).into_iter().collect();
    let threads = threads_for(wanted.len());
    let mut listings = parallel::map(&folders, threads, 1, |(folder, wanted)| list(&root, folder, wanted, entries));
    for listing in &mut listings {
        scan.docs.extend(listing.docs.drain(..).map(|(path, doc)| (path.clone(), doc)));
        scan.unknown.append(&mut listing.unknown);
        scan.leftovers.append(&mut listing.leftovers);
    }
    let batches: Vec<(&Path, &[WantedFile<'_>])> = listings.iter().flat_map(Listing::batches).collect();
    let seen = parallel::map(&batches, threads, 1, |(at, files)| see_all(&root, at, files, cache));
    scan.docs.reserve(seen.iter().map(Vec::len).sum());
    for ((path, _), (doc, fresh)) in batches.iter().flat_map(|(_, files)| files.iter()).zip(seen.into_iter().flatten()) {
        if doc != LocalDoc::Absent {
            scan.docs.insert((*path).clone(), doc);
        }
        scan.fresh.extend(fresh.map(|file| ((*path).clone(), file)));
    }
    scan.unknown.sort_unstable();
    Ok(scan)
}

fn by_folder<'a>(wanted: &[&'a RelPath]) -> BTreeMap<&'a str, Vec<&'a RelPath>> {
    let mut folders: BTreeMap<&str, Vec<&RelPath>> = BTreeMap::new();
    for &path in wanted {
        folders.entry(path.folder()).or_default().push(path);
    }
    folders
}

/// Lists a folder. One that is missing holds nothing; one that cannot be used makes all its files broken, so that it is
/// not taken for a deletion of everything in it.
fn list<'a>(root: &ScorecardsRoot, folder: &str, wanted: &[&'a RelPath], asked: Entries) -> Listing<'a> {
    let broken = |error: FileError| {
        let doc = LocalDoc::Broken(root.shown(error).of_itself());
        Listing { docs: wanted.iter().map(|&path| (path, doc.clone())).collect(), ..Listing::default() }
    };
    let path = match root.folder(folder) {
        Ok(Some(path)) => path,
        Ok(None) => return Listing::default(),
        Err(error) => return broken(error),
    };
    let found = if asked == Entries::Wanted { only_wanted(&path, wanted) } else { None };
    if let Some(listing) = found {
        return listing;
    }
    let entries = fs::read_dir(&path).and_then(Iterator::collect::<Result<Vec<DirEntry>, _>>);
    match entries {
        Ok(entries) => {
            let listing = sort(root, folder, &path, wanted, entries);
            if asked == Entries::All { listing } else { Listing { unknown: Vec::new(), leftovers: Vec::new(), ..listing } }
        }
        Err(error) => broken(FileError::of(&path, &error)),
    }
}

/// The wanted files under their names; none where one of them may be there in another Unicode form, which only a listing tells.
fn only_wanted<'a>(at: &Path, wanted: &[&'a RelPath]) -> Option<Listing<'a>> {
    let mut listing = Listing { at: at.to_owned(), ..Listing::default() };
    for &path in wanted {
        let name = path.file_name();
        match fs::symlink_metadata(at.join(name)) {
            Err(error) if error.kind() == ErrorKind::NotFound && !name.is_ascii() => return None,
            Err(error) if error.kind() == ErrorKind::NotFound => {}
            _ => listing.found.push((path, Cow::Borrowed(name))),
        }
    }
    Some(listing)
}

/// Sorts the entries of a folder into wanted, unknown and left over.
fn sort<'a>(root: &ScorecardsRoot, folder: &str, at: &Path, wanted: &[&'a RelPath], entries: Vec<DirEntry>) -> Listing<'a> {
    let mut listing = Listing { at: at.to_owned(), found: Vec::with_capacity(wanted.len()), ..Listing::default() };
    let mut missing: HashMap<&str, &RelPath> = wanted.iter().map(|&path| (path.file_name(), path)).collect();
    let mut others = Vec::new();
    for entry in entries {
        let name = entry.file_name();
        let Some(name) = name.to_str() else { continue };
        if let Some(path) = missing.remove(name) {
            listing.found.push((path, Cow::Borrowed(path.file_name())));
        } else if is_temporary(name) {
            listing.leftovers.extend(child(folder, name));
        } else if is_document(folder, name) && entry.file_type().is_ok_and(|kind| !kind.is_dir()) {
            others.push(name.to_owned());
        }
    }
    absent(root, at, missing, &mut others, &mut listing);
    listing.unknown.extend(others.iter().filter_map(|name| child(folder, name)));
    listing
}

/// Wanted names that are not there exactly: the file system decides whether another entry is the same file.
fn absent<'a>(
    root: &ScorecardsRoot,
    at: &Path,
    missing: HashMap<&str, &'a RelPath>,
    others: &mut Vec<String>,
    listing: &mut Listing<'a>,
) {
    if missing.is_empty() {
        return;
    }
    let mut twins: HashMap<String, usize> = others.iter().enumerate().map(|(index, name)| (folded(name), index)).collect();
    let mut taken = Vec::new();
    for (name, path) in missing {
        let twin = if twins.is_empty() { None } else { twins.remove(&folded(name)) };
        match twin.map(|index| (index, root.locate(at, name))) {
            None | Some((_, Ok(FilePlace::Absent(_)))) => {}
            Some((index, Ok(FilePlace::File(found)))) => {
                taken.push(index);
                let name = found.entry.file_name().unwrap_or_default().to_string_lossy().into_owned();
                listing.found.push((path, Cow::Owned(name)));
            }
            Some((_, Err(error))) => listing.docs.push((path, LocalDoc::Broken(describe(root, path, error)))),
        }
    }
    taken.sort_unstable();
    taken.into_iter().rev().for_each(|index| {
        others.swap_remove(index);
    });
}

/// The form in which two names are the same file on some file system.
pub(super) fn folded(name: &str) -> String {
    name.nfc().collect::<String>().to_lowercase()
}

/// A name that looks like a document in this folder: not hidden, not an editor's temporary file.
pub(super) fn is_document(folder: &str, name: &str) -> bool {
    let kind = SyncKind::at(folder);
    let has_ending = match kind {
        SyncKind::Score => name.ends_with(".md") || (name.ends_with(".yaml") && !folder.ends_with("/guidelines")),
        _ => kind.folder() == Some(folder) && name.ends_with(kind.ending()),
    };
    has_ending && !name.starts_with(['.', '#', '~'])
}

fn child(folder: &str, name: &str) -> Option<RelPath> {
    let path = if folder.is_empty() { name.to_owned() } else { format!("{folder}/{name}") };
    RelPath::parse(&path).ok()
}

/// Files of one folder: by their stat from the cache, else read.
fn see_all(root: &ScorecardsRoot, at: &Path, files: &[WantedFile<'_>], cache: &HashMap<RelPath, CachedFile>) -> Vec<SeenFile> {
    let folder = Folder::open(at);
    let see = |(path, name): &WantedFile<'_>| {
        let cached = cache.get(*path);
        let unchanged = cached.filter(|cached| folder.stat(name).is_some_and(|stat| is_unchanged(cached, &stat)));
        unchanged.map_or_else(|| see(root, path, &at.join(&**name), cached), |cached| (LocalDoc::remembered(path, cached), None))
    };
    files.iter().map(see).collect()
}

/// One file, whatever it is.
fn see(root: &ScorecardsRoot, path: &RelPath, place: &Path, cached: Option<&CachedFile>) -> SeenFile {
    match examine(root, path, place, cached) {
        Ok(seen) => seen,
        Err(FileError::NotFound(_)) => (LocalDoc::Absent, None),
        Err(error) => (LocalDoc::Broken(describe(root, path, error)), None),
    }
}

fn examine(root: &ScorecardsRoot, path: &RelPath, place: &Path, cached: Option<&CachedFile>) -> Result<SeenFile, FileError> {
    let metadata = fs::symlink_metadata(place).map_err(FileError::at(place))?;
    let found = root.file(place.to_owned(), metadata)?;
    if let Some(cached) = cached.filter(|cached| is_unchanged(cached, &file_stat(&found.metadata))) {
        return Ok((LocalDoc::remembered(path, cached), None));
    }
    let fresh = remembered(place, read_as(path), &read(&found.file)?)?;
    Ok((LocalDoc::remembered(path, &fresh), Some(fresh)))
}

/// Why a file is broken, and where: the file, or the folder above it that is in the way.
fn describe(root: &ScorecardsRoot, path: &RelPath, error: FileError) -> BrokenFile {
    match error {
        FileError::NotAFolder(_) | FileError::Escapes(_) | FileError::Denied(_) => root.shown(error).of_itself(),
        error => error.about(path),
    }
}
