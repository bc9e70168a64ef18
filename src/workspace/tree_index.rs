//! Compares the tree index with how files and folders are now, and takes the stats of folders for the next one. Says which
//! scores have to be looked at; how their files are now, the scan says.

use super::parallel::{self, threads_for};
use super::resolve::ScorecardsRoot;
use super::scan::{folded, is_document};
use super::stat::{Folder, is_settled, now};
use crate::model::{FileStat, IndexedFolder, SyncKind, TreeIndex};
use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};
use std::fs;
use std::ops::Range;
use std::path::Path;

/// Scores whose files a thread looks at at a time: few, so that no thread waits for a large folder.
const CHUNK: usize = 128;

/// Where the guidelines of a folder's scores are.
const GUIDELINES: &str = "/guidelines";

/// How files and folders differ from an index.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct IndexChanges {
    /// When the comparison began, nanoseconds since 1970 by the clock of file systems.
    pub began: i64,
    /// Scores, by number, one of whose files changed, came or went.
    pub touched: BTreeSet<usize>,
    /// Folders in which entries were made, removed or renamed, with the documents in them that belong to no score.
    pub relisted: BTreeMap<String, Vec<String>>,
}

/// What differs; none where the index cannot tell, because an entry may be a score's file under another form of its name.
pub(super) fn compare(root: &Path, index: &TreeIndex<'_>) -> Option<IndexChanges> {
    let began = now();
    let root = ScorecardsRoot::find(root).ok()??;
    let folders: HashMap<&str, &IndexedFolder<'_>> = index.folders.iter().map(|folder| (folder.path, folder)).collect();
    let groups = groups(index);
    let batches: Vec<(&str, Range<usize>)> = groups
        .iter()
        .flat_map(|(folder, scores)| scores.clone().step_by(CHUNK).map(move |from| (*folder, from..scores.end.min(from + CHUNK))))
        .collect();
    let threads = threads_for(2 * index.scores.len());
    let touched = parallel::map(&batches, threads, 1, |(folder, scores)| touched(&root, index, folder, scores.clone()));
    let touched = touched.into_iter().flatten().collect();
    let mut changes = IndexChanges { began, touched, relisted: BTreeMap::new() };
    for (folder, scores) in groups {
        for (place, path) in places(folder).enumerate() {
            let known = folders.get(path.as_str())?;
            if own_stat(&root, &path) != known.stat {
                relist(&root, index, (path, place), scores.clone(), &mut changes)?;
            }
        }
    }
    Some(changes)
}

/// The scores of each folder; they stand together in the index.
fn groups<'a>(index: &TreeIndex<'a>) -> Vec<(&'a str, Range<usize>)> {
    let (mut groups, mut from) = (Vec::new(), 0);
    for group in index.scores.chunk_by(|a, b| a.folder() == b.folder()) {
        groups.push((group[0].folder(), from..from + group.len()));
        from += group.len();
    }
    groups
}

/// The folders of the files of the scores whose main files are in `folder`.
fn places(folder: &str) -> impl Iterator<Item = String> {
    let guidelines = (SyncKind::at(folder) == SyncKind::Score).then(|| format!("{folder}{GUIDELINES}"));
    std::iter::once(folder.to_owned()).chain(guidelines)
}

fn own_stat(root: &ScorecardsRoot, path: &str) -> Option<FileStat> {
    Folder::open(&root.folder(path).ok()??).own_stat()
}

/// Scores of one folder whose files are not as they were.
fn touched(root: &ScorecardsRoot, index: &TreeIndex<'_>, folder: &str, scores: Range<usize>) -> Vec<usize> {
    let open = |path: &str| root.folder(path).ok().flatten().map(|path| Folder::open(&path));
    let opened = [open(folder), open(&format!("{folder}{GUIDELINES}"))];
    let mut name = String::new();
    let mut is_touched = |number: &usize| {
        let score = &index.scores[*number];
        let mut is_other = |place: usize, ending: &str| {
            name.clear();
            name.push_str(score.stem());
            name.push_str(ending);
            // Whether a file came is seen by its folder.
            score.files[place].is_some_and(|stat| opened[place].as_ref().and_then(|folder| folder.stat(&name)) != Some(stat))
        };
        is_other(0, SyncKind::at(folder).ending()) || is_other(1, ".md")
    };
    scores.filter(|number| is_touched(number)).collect()
}

/// Looks at the names in a folder whose entries changed.
fn relist(
    root: &ScorecardsRoot,
    index: &TreeIndex<'_>,
    (path, place): (String, usize),
    scores: Range<usize>,
    changes: &mut IndexChanges,
) -> Option<()> {
    let ending = if place == 0 { SyncKind::at(&path).ending() } else { ".md" };
    let by_stem: HashMap<&str, usize> = scores.clone().map(|number| (index.scores[number].stem(), number)).collect();
    let mut others = Vec::new();
    if let Some(at) = root.folder(&path).ok()? {
        for entry in fs::read_dir(at).ok()? {
            let entry = entry.ok()?;
            let name = entry.file_name();
            let Some(name) = name.to_str().filter(|name| is_document(&path, name)) else { continue };
            match name.strip_suffix(ending).and_then(|stem| by_stem.get(stem)) {
                Some(number) if index.scores[*number].files[place].is_none() => {
                    changes.touched.insert(*number);
                }
                Some(_) => {}
                None if entry.file_type().is_ok_and(|kind| !kind.is_dir()) => others.push(name.to_owned()),
                None => {}
            }
        }
    }
    if !others.is_empty() {
        let forms: HashSet<String> = by_stem.keys().map(|stem| folded(&format!("{stem}{ending}"))).collect();
        if others.iter().any(|name| forms.contains(&folded(name))) {
            return None;
        }
    }
    others.sort_unstable();
    changes.relisted.insert(path, others);
    Some(())
}

/// The stat of a folder as a look that began at `began` (nanoseconds since 1970) found its entries; none if it is not there. One
/// that changed so recently that a further change might not show has a stat that no folder has.
pub(super) fn folder_stat(root: &Path, path: &str, began: i64) -> Option<FileStat> {
    let root = ScorecardsRoot::find(root).ok()??;
    let stat = own_stat(&root, path)?;
    Some(if is_settled(&stat, began) { stat } else { FileStat::NEVER })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::IndexedScore;

    #[test]
    fn what_comes_after_a_comparison_began_shows_in_the_next_one() {
        let root = tempfile::tempdir().expect("a folder");
        fs::create_dir_all(root.path().join("A/guidelines")).expect("folders");
        let score = IndexedScore { id: "1", code: "A/X.yaml", calm: None, listed: true, left: false, files: [None, None] };
        let folder = |path, stat| IndexedFolder { path, stat, unknown: Vec::new() };
        let index = |stat| {
            let folders = vec![folder("A", stat), folder("A/guidelines", folder_stat(root.path(), "A/guidelines", i64::MAX))];
            TreeIndex { scores: vec![score], folders, ..TreeIndex::default() }
        };
        let before = now();
        let first = compare(root.path(), &index(None)).expect("it can tell");
        assert!((before..=now()).contains(&first.began));
        fs::write(root.path().join("A/X.yaml"), "a: 1\n").expect("written");
        let at_next_look = folder_stat(root.path(), "A", first.began);
        let next = compare(root.path(), &index(at_next_look)).expect("it can tell");
        assert_eq!((first.touched.len(), next.touched.len()), (0, 1));
    }
}
