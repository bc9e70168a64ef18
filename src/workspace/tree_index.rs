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

/// Some of the scores of a folder, which one thread looks at.
struct FolderPart<'a> {
    folder: &'a str,
    scores: Range<usize>,
    /// All scores of the folder.
    group: Range<usize>,
}

/// How the files of a part of a folder are now.
struct Look {
    touched: Vec<usize>,
    /// The stats of the folders of code and guidelines, taken after those of all files in them: a file that is seen to be gone
    /// shows there, too. None where others look at more of their files.
    folders: Option<[Option<FileStat>; 2]>,
}

/// What differs; none where the index cannot tell, because an entry may be a score's file under another form of its name.
pub(super) fn compare(root: &Path, index: &TreeIndex<'_>) -> Option<IndexChanges> {
    let began = now();
    let root = ScorecardsRoot::find(root).ok()??;
    let known: HashMap<&str, &IndexedFolder<'_>> = index.folders.iter().map(|folder| (folder.path, folder)).collect();
    let parts: Vec<FolderPart<'_>> = groups(index).into_iter().flat_map(|(folder, group)| parts(folder, group)).collect();
    let threads = threads_for(2 * index.scores.len());
    let looks = parallel::map(&parts, threads, 1, |part| look(&root, index, part));
    let mut changes = IndexChanges { began, ..IndexChanges::default() };
    let mut others: BTreeSet<&str> = known.keys().copied().collect();
    for (part, look) in parts.into_iter().zip(looks) {
        changes.touched.extend(look.touched);
        if part.scores.start > part.group.start {
            continue;
        }
        let stats = look.folders.unwrap_or_else(|| own_stats(open(&root, part.folder)));
        for (place, path) in places(part.folder).enumerate() {
            others.remove(path.as_str());
            if stats[place] != known.get(path.as_str())?.stat {
                relist(&root, index, (path, place), part.group.clone(), &mut changes)?;
            }
        }
    }
    // Where scores have files, or had, and none belongs any more.
    for path in others.into_iter().filter(|path| own_stat(&root, path) != known[path].stat) {
        let place = usize::from(path.ends_with(GUIDELINES));
        relist(&root, index, (path.to_owned(), place), 0..0, &mut changes)?;
    }
    Some(changes)
}

fn parts(folder: &str, group: Range<usize>) -> impl Iterator<Item = FolderPart<'_>> {
    let starts = group.clone().step_by(CHUNK);
    starts.map(move |from| FolderPart { folder, scores: from..group.end.min(from + CHUNK), group: group.clone() })
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

/// Where the files of scores are: the folder of the main files, and that of the guidelines in it.
fn open(root: &ScorecardsRoot, folder: &str) -> [Option<Folder>; 2] {
    let code = root.folder(folder).ok().flatten();
    let guidelines = code.as_ref().and_then(|code| root.subfolder(code, &GUIDELINES[1..]).ok()?);
    [code, guidelines].map(|path| path.map(|path| Folder::open(&path)))
}

/// The folders are opened once, for their own stats and for those of the files.
fn look(root: &ScorecardsRoot, index: &TreeIndex<'_>, part: &FolderPart<'_>) -> Look {
    let opened = open(root, part.folder);
    let endings = [SyncKind::at(part.folder).ending(), ".md"];
    let mut name = String::new();
    let mut is_touched = |number: &usize| {
        let score = &index.scores[*number];
        let stem = score.stem(endings[0]);
        let mut is_other = |place: usize| {
            // Whether a file came is seen by its folder.
            let Some(stat) = score.files[place] else { return false };
            name.clear();
            name.push_str(stem);
            name.push_str(endings[place]);
            opened[place].as_ref().and_then(|folder| folder.stat(&name)) != Some(stat)
        };
        is_other(0) || is_other(1)
    };
    let touched = part.scores.clone().filter(|number| is_touched(number)).collect();
    Look { touched, folders: (part.scores == part.group).then(|| own_stats(opened)) }
}

fn own_stats(folders: [Option<Folder>; 2]) -> [Option<FileStat>; 2] {
    folders.map(|folder| folder?.own_stat())
}

/// Looks at the names in a folder whose entries changed.
fn relist(
    root: &ScorecardsRoot,
    index: &TreeIndex<'_>,
    (path, place): (String, usize),
    scores: Range<usize>,
    changes: &mut IndexChanges,
) -> Option<()> {
    let main_ending = SyncKind::at(&path).ending();
    let ending = if place == 0 { main_ending } else { ".md" };
    let by_stem: HashMap<&str, usize> = scores.map(|number| (index.scores[number].stem(main_ending), number)).collect();
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
