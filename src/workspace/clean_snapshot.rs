//! Takes a clean snapshot of folders and files, and compares it with how they are now.

use super::parallel::{self, processors};
use super::resolve::ScorecardsRoot;
use super::stat::{Folder, is_settled};
use crate::model::{CachedFile, CleanSnapshot, FolderSnapshot, RelPath};
use std::collections::{BTreeMap, HashMap};
use std::path::Path;

/// Files of a folder that a thread takes at a time: few, so that no thread waits for a large folder.
const CHUNK: usize = 256;

/// A clean snapshot of `files` and their folders, as they were before `began` (nanoseconds since 1970); none if one of them
/// changed so recently that a further change might not show, or is not remembered in `cache`.
pub(super) fn take(
    root: &Path,
    files: &[&RelPath],
    cache: &HashMap<RelPath, CachedFile>,
    began: i64,
) -> Option<Vec<FolderSnapshot>> {
    let root = ScorecardsRoot::find(root).ok()??;
    let mut by_folder: BTreeMap<&str, Vec<&RelPath>> = BTreeMap::new();
    for path in files {
        by_folder.entry(path.as_str().rsplit_once('/')?.0).or_default().push(path);
    }
    let folder = |(path, files): (&str, Vec<&RelPath>)| {
        let stat = Folder::open(&root.folder(path).ok()??).own_stat().filter(|stat| is_settled(stat, began))?;
        let file = |path: &&RelPath| {
            let stat = cache.get(*path)?.stat;
            is_settled(&stat, began).then(|| (path.file_name().to_owned(), stat))
        };
        Some(FolderSnapshot { path: RelPath::parse(path).ok()?, stat, files: files.iter().map(file).collect::<Option<_>>()? })
    };
    by_folder.into_iter().map(folder).collect()
}

/// Every folder and file has the stat that it has in the clean snapshot.
pub(super) fn matches(root: &Path, clean_snapshot: &CleanSnapshot) -> bool {
    let Ok(Some(root)) = ScorecardsRoot::find(root) else { return false };
    let batches: Vec<(&FolderSnapshot, usize)> = clean_snapshot
        .folders
        .iter()
        .flat_map(|folder| (0..=folder.files.len() / CHUNK).map(move |part| (folder, part * CHUNK)))
        .collect();
    let same = parallel::map(&batches, processors(), 1, |(snapshot, from)| {
        let Ok(Some(path)) = root.folder(snapshot.path.as_str()) else { return false };
        let folder = Folder::open(&path);
        folder.own_stat() == Some(snapshot.stat)
            && snapshot.files[*from..].iter().take(CHUNK).all(|(name, stat)| folder.stat(name) == Some(*stat))
    });
    same.into_iter().all(|same| same)
}
