//! [`HeldIndex`]: a tree index for whoever asks it for a few scores again and again. The bytes are taken apart once; then a score is
//! found by its place or its id, whatever the size of the tree.

use super::ids::ScoreId;
use super::index_bytes::{HEAD, checksum, score_at};
use super::layout::SharedName;
use super::tree_index::{IndexedScore, TreeIndex, order};
use std::cmp::Ordering;
use std::ops::Range;
use std::sync::OnceLock;

/// The bytes of an index, and where in them each score stands.
#[derive(Debug)]
pub struct HeldIndex {
    bytes: Vec<u8>,
    /// Where the entries of the scores begin, in the order of the index.
    starts: Vec<usize>,
    /// As [`IndexedScore::left`], by number.
    left: Vec<usize>,
    cards: Vec<String>,
    shared_names: Vec<SharedName>,
    standalone: Vec<String>,
    /// Sums of ids with numbers, sorted; made when a score is first asked for by its id.
    by_id: OnceLock<Vec<(u64, usize)>>,
}

impl HeldIndex {
    /// How many bytes of an index tell it from any other one; with its length.
    pub const HEAD: usize = HEAD;

    /// The index that these bytes are; none for other bytes.
    pub fn new(bytes: Vec<u8>) -> Option<Self> {
        let index = TreeIndex::from_bytes(&bytes)?;
        let start = |score: &IndexedScore<'_>| score.id.as_ptr().addr() - bytes.as_ptr().addr() - size_of::<u32>();
        let owned = |texts: &[&str]| texts.iter().map(|text| (*text).to_owned()).collect();
        Some(Self {
            starts: index.scores.iter().map(start).collect(),
            left: index.scores.iter().enumerate().filter(|(_, score)| score.left).map(|(number, _)| number).collect(),
            cards: owned(&index.cards),
            standalone: owned(&index.standalone),
            shared_names: index.shared_names,
            by_id: OnceLock::new(),
            bytes,
        })
    }

    /// It has these first bytes and this length, and so is the same.
    pub fn is(&self, head: &[u8; Self::HEAD], length: usize) -> bool {
        self.bytes.len() == length && self.bytes.starts_with(head)
    }

    /// All of it.
    pub fn tree(&self) -> TreeIndex<'_> {
        TreeIndex::from_bytes(&self.bytes).expect("these bytes were read as an index before")
    }

    /// As [`TreeIndex::cards`].
    pub fn cards(&self) -> &[String] {
        &self.cards
    }

    /// As [`TreeIndex::shared_names`].
    pub fn shared_names(&self) -> &[SharedName] {
        &self.shared_names
    }

    /// As [`TreeIndex::standalone`].
    pub fn standalone(&self) -> &[String] {
        &self.standalone
    }

    /// A score by its number.
    pub fn score(&self, number: usize) -> IndexedScore<'_> {
        score_at(&self.bytes, self.starts[number]).expect("this entry was read before")
    }

    /// Scores that had their files where none of their own belong now, by number.
    pub fn left(&self) -> &[usize] {
        &self.left
    }

    /// The score with an id, by number.
    pub fn of_id(&self, id: &ScoreId) -> Option<usize> {
        let sum = checksum(id.as_str().as_bytes());
        let sums = self.by_id.get_or_init(|| self.sums());
        let same = sums[sums.partition_point(|(other, _)| *other < sum)..].iter().take_while(|(other, _)| *other == sum);
        same.map(|(_, number)| *number).find(|number| self.score(*number).id == id.as_str())
    }

    fn sums(&self) -> Vec<(u64, usize)> {
        let sum = |number| (checksum(self.score(number).id.as_bytes()), number);
        let mut sums: Vec<_> = (0..self.starts.len()).map(sum).collect();
        sums.sort_unstable();
        sums
    }

    /// As [`TreeIndex::at_code`].
    pub fn at_code(&self, code: &str) -> Range<usize> {
        let start = self.first(|score| order(score.code, code) != Ordering::Less);
        let end = (start..self.starts.len()).find(|number| self.score(*number).code != code);
        start..end.unwrap_or(self.starts.len())
    }

    /// As [`TreeIndex::in_folder`].
    pub fn in_folder(&self, folder: &str) -> Range<usize> {
        let below = |score: &IndexedScore<'_>| score.folder().cmp(folder);
        self.first(|score| below(score) != Ordering::Less)..self.first(|score| below(score) == Ordering::Greater)
    }

    /// The first score of which this is true, as it is of all behind it.
    fn first(&self, is_behind: impl Fn(&IndexedScore<'_>) -> bool) -> usize {
        self.starts.partition_point(|start| score_at(&self.bytes, *start).is_some_and(|score| !is_behind(&score)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::index_bytes::tests::whole;
    use crate::model::{Calm, FileStat, IndexedFolder};

    /// Scores in three folders, some at one place, some left.
    fn bytes() -> Vec<u8> {
        let codes: Vec<String> = (0..40).map(|n| format!("Card {}/é {}.yaml", n % 3, n / 6)).collect();
        let ids: Vec<String> = (0..40).map(|n| format!("score-{n}")).collect();
        let score = |n: usize| IndexedScore {
            id: &ids[n],
            code: &codes[n],
            calm: [None, Some(Calm::Clean)][n % 2],
            listed: !n.is_multiple_of(5),
            left: n.is_multiple_of(7),
            files: [Some(FileStat::NEVER), None],
        };
        let folders = vec![IndexedFolder { path: "Card 1", stat: None, unknown: vec!["x.yaml"] }];
        let scores = (0..40).map(score).collect();
        let mut index = TreeIndex { scores, folders, cards: vec!["Card 1"], standalone: vec!["sets"], ..TreeIndex::default() };
        index.sort();
        whole(&index)
    }

    #[test]
    fn it_says_of_a_score_what_the_whole_index_says() {
        let (bytes, held) = (bytes(), HeldIndex::new(bytes()).expect("an index"));
        let tree = TreeIndex::from_bytes(&bytes).expect("an index");
        assert_eq!(held.tree(), tree);
        for (number, score) in tree.scores.iter().enumerate() {
            assert_eq!(held.score(number), *score);
            assert_eq!(held.of_id(&ScoreId::from(score.id)), Some(number));
            assert_eq!(held.left().contains(&number), score.left);
            assert_eq!(held.at_code(score.code), tree.at_code(score.code));
            assert_eq!(held.in_folder(score.folder()), tree.in_folder(score.folder()));
        }
        for nothing in ["", "Card 1", "Card 1/é", "Card 9/z.yaml", "A/a.yaml"] {
            assert_eq!(held.of_id(&ScoreId::from(nothing)), None);
            assert_eq!(held.at_code(nothing), tree.at_code(nothing));
            assert_eq!(held.in_folder(nothing), tree.in_folder(nothing));
        }
        assert_eq!((held.cards(), held.standalone()), (&["Card 1".to_owned()][..], &["sets".to_owned()][..]));
    }

    #[test]
    fn it_is_known_by_its_head_and_its_length() {
        let bytes = bytes();
        let held = HeldIndex::new(bytes.clone()).expect("an index");
        let head = *bytes.first_chunk().expect("a head");
        assert!(held.is(&head, bytes.len()));
        assert!(!held.is(&head, bytes.len() + 1));
        assert!(!held.is(&[0; HeldIndex::HEAD], bytes.len()));
        assert!(HeldIndex::new(bytes[1..].to_vec()).is_none());
    }
}
