//! The tree index: where the files of every score are, how they were when they were last looked at, and which scores were calm
//! then. Where a file still has its stat, its score need not be looked at again, or only at what is recorded of it.
//!
//! It is read from bytes without being taken apart: texts are borrowed from them. Knows nothing of where the bytes are kept.

use super::digest::Digest;
use super::file::FileStat;
use super::layout::{Named, SharedName};
use super::path::RelPath;
use super::score_paths::ScorePaths;
use std::cmp::Ordering;

/// The form of the bytes; other numbers are other forms.
const FORM: u64 = 0x7363_7379_0002;

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

    /// The index as bytes.
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut out = ByteWriter(Vec::with_capacity(160 * self.scores.len()));
        out.count(self.scores.len());
        for score in &self.scores {
            out.text(score.id);
            out.text(score.code);
            let calm = match score.calm {
                None => 0,
                Some(Calm::Clean) => 1,
                Some(Calm::Empty) => 2,
                Some(Calm::Edited) => 3,
            };
            out.0.push(calm | u8::from(score.listed) << 2 | u8::from(score.left) << 3);
            score.files.iter().for_each(|stat| out.stat(stat.as_ref()));
        }
        out.count(self.folders.len());
        for folder in &self.folders {
            out.text(folder.path);
            out.stat(folder.stat.as_ref());
            out.count(folder.unknown.len());
            folder.unknown.iter().for_each(|name| out.text(name));
        }
        out.count(self.cards.len());
        self.cards.iter().for_each(|folder| out.text(folder));
        out.count(self.shared_names.len());
        for shared in &self.shared_names {
            out.0.push(shared.what as u8);
            out.count(shared.names.len());
            shared.names.iter().flat_map(|(name, stem)| [name, stem]).for_each(|text| out.text(text));
        }
        out.count(self.standalone.len());
        self.standalone.iter().for_each(|folder| out.text(folder));
        out.0.push(u8::from(self.git.is_some()));
        self.git.iter().for_each(|git| out.0.extend(git.as_bytes()));
        let sum = checksum(&out.0);
        [&FORM.to_le_bytes()[..], &sum.to_le_bytes(), &out.0].concat()
    }

    /// The index that [`TreeIndex::to_bytes`] made; none for other bytes.
    pub fn from_bytes(bytes: &'a [u8]) -> Option<Self> {
        let (form, bytes) = bytes.split_first_chunk()?;
        let (sum, bytes) = bytes.split_first_chunk()?;
        if u64::from_le_bytes(*form) != FORM || u64::from_le_bytes(*sum) != checksum(bytes) {
            return None;
        }
        let mut reader = ByteReader(bytes);
        let scores = reader.list(ByteReader::score)?;
        let folders = reader.list(|reader| {
            Some(IndexedFolder { path: reader.text()?, stat: reader.stat()?, unknown: reader.list(ByteReader::text)? })
        })?;
        let cards = reader.list(ByteReader::text)?;
        let shared_names = reader.list(|reader| {
            let byte = reader.byte()?;
            let what = Named::ALL.into_iter().find(|what| *what as u8 == byte)?;
            let names = reader.list(|reader| Some((reader.text()?.to_owned(), reader.text()?.to_owned())))?;
            Some(SharedName { what, names })
        })?;
        let standalone = reader.list(ByteReader::text)?;
        let git = reader.digest()?;
        let is_sorted = scores.is_sorted_by(|a, b| in_order(a, b) != Ordering::Greater);
        (reader.0.is_empty() && is_sorted).then_some(Self { scores, folders, cards, shared_names, standalone, git })
    }

    /// Brings the scores into their order.
    pub fn sort(&mut self) {
        self.scores.sort_by(in_order);
    }
}

/// The score whose entry begins so many bytes after the start of an index.
pub(super) fn score_at(bytes: &[u8], at: usize) -> Option<IndexedScore<'_>> {
    ByteReader(bytes.get(at..)?).score()
}

fn in_order(a: &IndexedScore<'_>, b: &IndexedScore<'_>) -> Ordering {
    order(a.code, b.code).then_with(|| a.id.cmp(b.id))
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

/// Tells damaged bytes; words of eight bytes, multiplied and turned.
pub(super) fn checksum(bytes: &[u8]) -> u64 {
    let (words, rest) = bytes.as_chunks::<8>();
    let mut last = [0; 8];
    last[..rest.len()].copy_from_slice(rest);
    let words = words.iter().chain([&last]).map(|word| u64::from_le_bytes(*word));
    words.fold(bytes.len() as u64, |sum, word| (sum ^ word).wrapping_mul(0x9e37_79b9_7f4a_7c15).rotate_left(29))
}

struct ByteWriter(Vec<u8>);

impl ByteWriter {
    fn count(&mut self, count: usize) {
        self.0.extend(u32::try_from(count).unwrap_or(u32::MAX).to_le_bytes());
    }

    fn text(&mut self, text: &str) {
        self.count(text.len());
        self.0.extend(text.as_bytes());
    }

    fn stat(&mut self, stat: Option<&FileStat>) {
        self.0.push(u8::from(stat.is_some()));
        let Some(stat) = stat else { return };
        for part in [stat.size, stat.modified.cast_unsigned(), stat.changed.cast_unsigned(), stat.inode] {
            self.0.extend(part.to_le_bytes());
        }
    }
}

struct ByteReader<'a>(&'a [u8]);

impl<'a> ByteReader<'a> {
    fn byte(&mut self) -> Option<u8> {
        let (byte, rest) = self.0.split_first()?;
        self.0 = rest;
        Some(*byte)
    }

    fn count(&mut self) -> Option<usize> {
        let (count, rest) = self.0.split_first_chunk()?;
        self.0 = rest;
        usize::try_from(u32::from_le_bytes(*count)).ok()
    }

    fn text(&mut self) -> Option<&'a str> {
        let length = self.count()?;
        let (text, rest) = self.0.split_at_checked(length)?;
        self.0 = rest;
        std::str::from_utf8(text).ok()
    }

    fn number(&mut self) -> Option<u64> {
        let (number, rest) = self.0.split_first_chunk()?;
        self.0 = rest;
        Some(u64::from_le_bytes(*number))
    }

    fn stat(&mut self) -> Option<Option<FileStat>> {
        if self.byte()? == 0 {
            return Some(None);
        }
        let [size, modified, changed, inode] = [self.number()?, self.number()?, self.number()?, self.number()?];
        Some(Some(FileStat { size, modified: modified.cast_signed(), changed: changed.cast_signed(), inode }))
    }

    fn score(&mut self) -> Option<IndexedScore<'a>> {
        let (id, code, flags) = (self.text()?, self.text()?, self.byte()?);
        let calm = match flags & 3 {
            0 => None,
            1 => Some(Calm::Clean),
            2 => Some(Calm::Empty),
            _ => Some(Calm::Edited),
        };
        Some(IndexedScore { id, code, calm, listed: flags & 4 != 0, left: flags & 8 != 0, files: [self.stat()?, self.stat()?] })
    }

    fn digest(&mut self) -> Option<Option<Digest>> {
        if self.byte()? == 0 {
            return Some(None);
        }
        let (digest, rest) = self.0.split_first_chunk()?;
        self.0 = rest;
        Some(Some(Digest::from(*digest)))
    }

    /// As many as stand there; a count that nothing can be behind takes no memory.
    fn list<T>(&mut self, mut one: impl FnMut(&mut Self) -> Option<T>) -> Option<Vec<T>> {
        let count = self.count()?;
        let mut list = Vec::with_capacity(count.min(self.0.len()));
        for _ in 0..count {
            list.push(one(self)?);
        }
        Some(list)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn stat(size: u64) -> FileStat {
        FileStat { size, modified: -1, changed: i64::MAX, inode: u64::MAX }
    }

    fn index() -> TreeIndex<'static> {
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
    fn bytes_give_the_index_back_and_nothing_else_does() {
        let index = index();
        let bytes = index.to_bytes();
        assert_eq!(TreeIndex::from_bytes(&bytes), Some(index));
        assert_eq!(TreeIndex::from_bytes(&bytes[..bytes.len() - 1]), None);
        for at in 0..bytes.len() {
            let mut damaged = bytes.clone();
            damaged[at] ^= 0x10;
            assert_eq!(TreeIndex::from_bytes(&damaged), None, "{at}");
        }
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
