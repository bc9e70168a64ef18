//! The tree index: where the files of every score are, how they were when they were last looked at, and which scores were calm
//! then. Where a file still has its stat, its score need not be looked at again, or only at what is recorded of it.
//!
//! Its texts are borrowed from the bytes that it is read from. Knows nothing of these, and of where they are kept.

use super::digest::Digest;
use super::file::FileStat;
use super::layout::SharedName;
use super::path::RelPath;
use super::score_paths::ScorePaths;
use std::cmp::Ordering;

/// What an index keeps of a score of which nothing is to be found out as long as nothing moves.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Calm {
    /// Its files are as its base says.
    Clean,
    /// It has nothing to sync.
    Empty,
    /// Its files say something else than its base and than git, with nothing more to be told of them; this holds as long as
    /// git is as [`TreeIndex::git`] says.
    Edited,
}

/// A score with its files.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct IndexedScore<'a> {
    /// Its id.
    pub id: &'a str,
    /// Where its code belongs.
    pub code: &'a str,
    /// None: it has to be looked at each time.
    pub calm: Option<Calm>,
    /// It is in the catalog.
    pub listed: bool,
    /// It had its files where none of its own belong now: it was renamed in Plexus, or is gone.
    pub left: bool,
    /// The stats of code and guidelines; none where there is no such file.
    pub files: [Option<FileStat>; 2],
}

/// A folder that holds files of scores, or would.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct IndexedFolder<'a> {
    /// Relative to the scorecards root.
    pub path: &'a str,
    /// Its own stat, which changes when an entry is made, removed or renamed; none if it is not there.
    pub stat: Option<FileStat>,
    /// Documents in it that belong to no score.
    pub unknown: Vec<&'a str>,
}

/// Scores in the order of their paths, then ids; folders; and names that had to be told apart.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct TreeIndex<'a> {
    /// All scores that are known.
    pub scores: Vec<IndexedScore<'a>>,
    /// All folders of their files.
    pub folders: Vec<IndexedFolder<'a>>,
    /// The folders of all scorecards, as in [`super::Layout`].
    pub cards: Vec<&'a str>,
    /// As in [`super::Layout`].
    pub shared_names: Vec<SharedName>,
    /// The folders of standalone documents that were synced: with others, other scores are known.
    pub standalone: Vec<&'a str>,
    /// What tells whether git is as it was; none where that could not be told.
    pub git: Option<Digest>,
}

impl<'a> IndexedScore<'a> {
    /// The folder of its code.
    pub fn folder(&self) -> &'a str {
        split(self.code).0
    }

    /// The name of its main file without `ending`, which is that of all main files in its folder.
    pub fn stem(&self, ending: &str) -> &'a str {
        let name = split(self.code).1;
        name.strip_suffix(ending).unwrap_or(name)
    }

    /// Which one comes first in an index.
    pub fn order(&self, other: &IndexedScore<'_>) -> Ordering {
        order(self.code, other.code).then_with(|| self.id.cmp(other.id))
    }

    /// Both files; none where the bytes that it came from say nonsense.
    pub fn paths(&self) -> Option<ScorePaths> {
        ScorePaths::of_code(&RelPath::parse(self.code).ok()?)
    }
}

impl<'a> TreeIndex<'a> {
    /// How many scores are calm in this way.
    pub fn count(&self, calm: Calm) -> usize {
        self.scores.iter().filter(|score| score.calm == Some(calm)).count()
    }

    /// The scores whose code belongs at a path, by number.
    pub fn at_code(&self, code: &str) -> std::ops::Range<usize> {
        let start = self.scores.partition_point(|score| order(score.code, code) == Ordering::Less);
        let same = self.scores[start..].iter().take_while(|score| score.code == code).count();
        start..start + same
    }

    /// The scores whose code belongs into a folder, by number.
    pub fn in_folder(&self, folder: &str) -> std::ops::Range<usize> {
        let below = |score: &IndexedScore<'_>| score.folder().cmp(folder);
        let start = self.scores.partition_point(|score| below(score) == Ordering::Less);
        start..start + self.scores[start..].partition_point(|score| below(score) == Ordering::Equal)
    }

    /// Brings the scores into their order.
    pub fn sort(&mut self) {
        self.scores.sort_unstable_by(IndexedScore::order);
    }
}

/// Folder by folder: all files of a folder stand together.
pub(super) fn order(a: &str, b: &str) -> Ordering {
    split(a).cmp(&split(b))
}

/// Folder and name. Names are short: byte by byte is faster than the search of the standard library, and this is done for
/// every score of every index.
fn split(path: &str) -> (&str, &str) {
    let slash = path.bytes().rposition(|byte| byte == b'/');
    slash.map_or(("", path), |slash| (&path[..slash], &path[slash + 1..]))
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;
    use crate::model::Named;

    fn stat(size: u64) -> FileStat {
        FileStat { size, modified: -1, changed: i64::MAX, inode: u64::MAX }
    }

    /// One that has some of everything.
    pub(in crate::model) fn index() -> TreeIndex<'static> {
        let score = |id, code, calm| IndexedScore { id, code, calm, listed: true, left: false, files: [Some(stat(3)), None] };
        let mut index = TreeIndex {
            scores: vec![
                score("s3", "Card/b.yaml", Some(Calm::Empty)),
                score("s1", "Card X/a.yaml", Some(Calm::Edited)),
                score("s2", "Card/a.yaml", Some(Calm::Clean)),
                IndexedScore { listed: false, left: true, ..score("s0", "Card/a.yaml", None) },
            ],
            folders: vec![IndexedFolder { path: "Card", stat: Some(stat(9)), unknown: vec!["é.yaml", ""] }],
            cards: vec!["Card", "Card X", "Empty"],
            shared_names: vec![SharedName { what: Named::Scores, names: vec![("A/B".into(), "A-B ~1".into())] }],
            standalone: vec!["data-sources"],
            git: Some(Digest::of("git")),
        };
        index.sort();
        index
    }

    #[test]
    fn scores_are_found_by_their_places() {
        let index = index();
        let ids = |range: std::ops::Range<usize>| index.scores[range].iter().map(|score| score.id).collect::<Vec<_>>();
        assert_eq!(ids(index.at_code("Card/a.yaml")), ["s0", "s2"]);
        assert_eq!(ids(index.at_code("Card/c.yaml")), [""; 0]);
        assert_eq!(ids(index.in_folder("Card")), ["s0", "s2", "s3"]);
        assert_eq!(ids(index.in_folder("Card X")), ["s1"]);
        assert_eq!((index.count(Calm::Clean), index.count(Calm::Empty)), (1, 1));
        assert_eq!((index.scores[0].folder(), index.scores[0].stem(".yaml")), ("Card", "a"));
    }
}
