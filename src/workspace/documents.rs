//! Which files look like documents of scores, where no catalog says so.

use super::error::FileError;
use super::resolve::ScorecardsRoot;
use super::scan::is_document;
use super::temporary::{is_kept, is_temporary};
use crate::model::{RelPath, SyncKind};
use std::borrow::Cow;
use std::collections::{BTreeSet, HashSet};
use std::fs;
use std::path::Path;
use unicode_normalization::UnicodeNormalization;

/// The ending of folders that belong to other tools.
const SUFFIX_OF_OTHERS: &str = ".knowledge-base";

/// [`super::Workspace::documents_elsewhere`].
pub(super) fn documents(root: &Path, known: &HashSet<&str>) -> Result<Vec<RelPath>, FileError> {
    let Some(root) = ScorecardsRoot::find(root)? else { return Ok(Vec::new()) };
    let entries = names(&root, "")?;
    let known = KnownFolders::of(&root, known, &entries);
    let is_scorecard = |name: &&str| !known.has(name) && !SyncKind::at(name).is_standalone();
    in_folders(&root, entries.iter().map(String::as_str).filter(is_scorecard))
}

/// [`super::Workspace::documents_at_the_top`].
pub(super) fn documents_at_the_top(root: &Path) -> Result<Vec<RelPath>, FileError> {
    let Some(root) = ScorecardsRoot::find(root)? else { return Ok(Vec::new()) };
    let names = names(&root, "")?.into_iter().filter(|name| !name.starts_with('.') && name.ends_with(".yaml"));
    let mut found: Vec<RelPath> = names.filter_map(|name| RelPath::parse(&name).ok()).collect();
    found.retain(|path| matches!(root.folder(path.as_str()), Ok(None) | Err(_)));
    found.sort_unstable();
    Ok(found)
}

/// [`super::Workspace::left_over`].
pub(super) fn left_over(root: &Path) -> Result<Vec<RelPath>, FileError> {
    let Some(root) = ScorecardsRoot::find(root)? else { return Ok(Vec::new()) };
    let folders = names(&root, "")?.into_iter().flat_map(|folder| [format!("{folder}/guidelines/"), format!("{folder}/")]);
    let mut found = Vec::new();
    for folder in folders.chain([String::new()]) {
        // What is no folder holds nothing.
        let names = names(&root, &folder).unwrap_or_default().into_iter().filter(|name| is_temporary(name) || is_kept(name));
        found.extend(names.filter_map(|name| RelPath::parse(&format!("{folder}{name}")).ok()));
    }
    found.sort_unstable();
    Ok(found)
}

/// [`super::Workspace::documents_in`].
pub(super) fn documents_in(root: &Path, folders: &BTreeSet<&str>) -> Result<Vec<RelPath>, FileError> {
    let Some(root) = ScorecardsRoot::find(root)? else { return Ok(Vec::new()) };
    in_folders(&root, folders.iter().copied())
}

fn in_folders<'a>(root: &ScorecardsRoot, folders: impl Iterator<Item = &'a str>) -> Result<Vec<RelPath>, FileError> {
    let mut found = Vec::new();
    for folder in folders.filter(|name| !name.starts_with('.') && !name.ends_with(SUFFIX_OF_OTHERS)) {
        for folder in [folder, &format!("{folder}/guidelines")] {
            let is_synced = |name: &String| is_document(folder, name) && is_synced(folder, name);
            let documents = names(root, folder)?.into_iter().filter(is_synced);
            found.extend(documents.filter_map(|name| RelPath::parse(&format!("{folder}/{name}")).ok()));
        }
    }
    found.sort_unstable();
    Ok(found)
}

/// Folders by the names that they are known by.
struct KnownFolders<'a> {
    names: HashSet<Cow<'a, str>>,
    /// Those that the file system finds, although no entry is written so: it takes upper and lower case for the same.
    found: HashSet<String>,
}

impl<'a> KnownFolders<'a> {
    fn of(root: &ScorecardsRoot, known: &HashSet<&'a str>, entries: &[String]) -> Self {
        let names: HashSet<Cow<'a, str>> = known.iter().map(|name| composed(name)).collect();
        let written: HashSet<Cow<'_, str>> = entries.iter().map(|name| composed(name)).collect();
        let is_found = |name: &&Cow<'_, str>| !written.contains(*name) && matches!(root.folder(name), Ok(Some(_)));
        let found = names.iter().filter(is_found).map(|name| name.to_lowercase()).collect();
        Self { names, found }
    }

    fn has(&self, entry: &str) -> bool {
        let entry = composed(entry);
        self.names.contains(&entry) || self.found.contains(&entry.to_lowercase())
    }
}

/// The form that is the same for all Unicode forms of a name.
fn composed(name: &str) -> Cow<'_, str> {
    if name.is_ascii() { Cow::Borrowed(name) } else { Cow::Owned(name.nfc().collect()) }
}

/// Markdown beside the code is the old place of guidelines, or somebody's notes: it is not synced.
fn is_synced(folder: &str, name: &str) -> bool {
    folder.ends_with("/guidelines") || name.ends_with(SyncKind::at(folder).ending())
}

/// The names in a folder; none where there is no folder, or where a link leads out of the root.
fn names(root: &ScorecardsRoot, folder: &str) -> Result<Vec<String>, FileError> {
    let Ok(Some(at)) = root.folder(folder) else { return Ok(Vec::new()) };
    let entries = fs::read_dir(&at).and_then(Iterator::collect::<Result<Vec<_>, _>>);
    let entries = entries.map_err(|error| root.shown(FileError::of(&at, &error)))?;
    Ok(entries.into_iter().filter_map(|entry| entry.file_name().into_string().ok()).collect())
}
