//! The bytes of a tree index. They are made piece by piece: whole they would take as much memory as all that they tell of. They are
//! read without being taken apart.

use super::digest::Digest;
use super::file::FileStat;
use super::layout::{Named, SharedName};
use super::tree_index::{Calm, IndexedFolder, IndexedScore, TreeIndex};
use std::cmp::Ordering;
use std::iter::Copied;
use std::slice::Iter;

/// The form of the bytes; other numbers are other forms.
const FORM: u64 = 0x7363_7379_0003;

/// A piece has about so many bytes.
const PIECE: usize = 1 << 16;

/// An index that is to be made into bytes.
pub struct IndexBytes<'s, S> {
    scores: S,
    rest: &'s TreeIndex<'s>,
    length: usize,
}

/// The form and the sum come first.
pub(super) const HEAD: usize = 16;

impl<'s> IndexBytes<'s, Copied<Iter<'s, IndexedScore<'s>>>> {
    /// Those of `index`.
    pub fn of(index: &'s TreeIndex<'s>) -> Self {
        Self::with_scores(index.scores.iter().copied(), index)
    }
}

impl<'s, S: Iterator<Item = IndexedScore<'s>> + Clone> IndexBytes<'s, S> {
    /// Those of an index that has these scores, in their order ([`IndexedScore::order`]), and the rest of `rest`.
    pub fn with_scores(scores: S, rest: &'s TreeIndex<'s>) -> Self {
        let mut bytes = Self { scores, rest, length: 0 };
        let mut length = Length(HEAD);
        bytes.put(&mut length);
        bytes.length = length.0;
        bytes
    }

    /// How many there are.
    pub fn length(&self) -> usize {
        self.length
    }

    /// Hands them out, each piece with its place.
    ///
    /// # Errors
    /// The first one of `out`.
    pub fn write<E>(&self, out: impl FnMut(usize, &[u8]) -> Result<(), E>) -> Result<(), E> {
        let sum = Checksum::of_length(self.length - HEAD);
        let mut pieces = Pieces { buffer: Vec::with_capacity(PIECE), at: HEAD, sum, out, written: Ok(()) };
        self.put(&mut pieces);
        pieces.end()
    }

    fn put(&self, out: &mut impl Bytes) {
        out.count(self.scores.clone().count());
        self.scores.clone().for_each(|score| put_score(out, &score));
        put_rest(out, self.rest);
    }
}

fn put_score(out: &mut impl Bytes, score: &IndexedScore<'_>) {
    out.text(score.id);
    out.text(score.code);
    let calm = match score.calm {
        None => 0,
        Some(Calm::Clean) => 1,
        Some(Calm::Empty) => 2,
        Some(Calm::Edited) => 3,
    };
    out.put(&[calm | u8::from(score.listed) << 2 | u8::from(score.left) << 3]);
    score.files.iter().for_each(|stat| out.stat(stat.as_ref()));
}

fn put_rest(out: &mut impl Bytes, rest: &TreeIndex<'_>) {
    out.count(rest.folders.len());
    for folder in &rest.folders {
        out.text(folder.path);
        out.stat(folder.stat.as_ref());
        out.count(folder.unknown.len());
        folder.unknown.iter().for_each(|name| out.text(name));
    }
    out.count(rest.cards.len());
    rest.cards.iter().for_each(|folder| out.text(folder));
    out.count(rest.shared_names.len());
    for shared in &rest.shared_names {
        out.put(&[shared.what as u8]);
        out.count(shared.names.len());
        shared.names.iter().flat_map(|(name, stem)| [name, stem]).for_each(|text| out.text(text));
    }
    out.count(rest.standalone.len());
    rest.standalone.iter().for_each(|folder| out.text(folder));
    out.put(&[u8::from(rest.git.is_some())]);
    rest.git.iter().for_each(|git| out.put(git.as_bytes()));
}

/// Where bytes go.
trait Bytes {
    fn put(&mut self, bytes: &[u8]);

    fn count(&mut self, count: usize) {
        self.put(&u32::try_from(count).unwrap_or(u32::MAX).to_le_bytes());
    }

    fn text(&mut self, text: &str) {
        self.count(text.len());
        self.put(text.as_bytes());
    }

    fn stat(&mut self, stat: Option<&FileStat>) {
        self.put(&[u8::from(stat.is_some())]);
        let Some(stat) = stat else { return };
        for part in [stat.size, stat.modified.cast_unsigned(), stat.changed.cast_unsigned(), stat.inode] {
            self.put(&part.to_le_bytes());
        }
    }
}

/// Bytes that are only counted.
struct Length(usize);

impl Bytes for Length {
    fn put(&mut self, bytes: &[u8]) {
        self.0 += bytes.len();
    }
}

/// Bytes that are handed out as soon as there are enough of them.
struct Pieces<F, E> {
    buffer: Vec<u8>,
    /// Where the buffer begins.
    at: usize,
    sum: Checksum,
    out: F,
    written: Result<(), E>,
}

impl<F: FnMut(usize, &[u8]) -> Result<(), E>, E> Bytes for Pieces<F, E> {
    fn put(&mut self, bytes: &[u8]) {
        self.buffer.extend_from_slice(bytes);
        if self.buffer.len() >= PIECE {
            let (words, _) = self.buffer.as_chunks::<8>();
            self.hand_out(8 * words.len());
        }
    }
}

impl<F: FnMut(usize, &[u8]) -> Result<(), E>, E> Pieces<F, E> {
    fn hand_out(&mut self, length: usize) {
        let piece = &self.buffer[..length];
        self.sum.add(piece);
        if self.written.is_ok() {
            self.written = (self.out)(self.at, piece);
        }
        self.at += length;
        self.buffer.drain(..length);
    }

    /// The rest, and then the head.
    fn end(mut self) -> Result<(), E> {
        self.hand_out(self.buffer.len());
        self.written?;
        let head = [FORM.to_le_bytes(), self.sum.0.to_le_bytes()].concat();
        (self.out)(0, &head)
    }
}

/// Tells damaged bytes; words of eight bytes, multiplied and turned.
pub(super) fn checksum(bytes: &[u8]) -> u64 {
    let mut sum = Checksum::of_length(bytes.len());
    sum.add(bytes);
    sum.0
}

struct Checksum(u64);

impl Checksum {
    fn of_length(length: usize) -> Self {
        Self(length as u64)
    }

    /// More bytes: whole words, and what is left over with the last ones.
    fn add(&mut self, bytes: &[u8]) {
        let (words, rest) = bytes.as_chunks::<8>();
        let mut last = [0; 8];
        last[..rest.len()].copy_from_slice(rest);
        let last = (!rest.is_empty()).then_some(&last);
        let words = words.iter().chain(last).map(|word| u64::from_le_bytes(*word));
        self.0 = words.fold(self.0, |sum, word| (sum ^ word).wrapping_mul(0x9e37_79b9_7f4a_7c15).rotate_left(29));
    }
}

impl<'a> TreeIndex<'a> {
    /// The index whose bytes these are ([`IndexBytes`]); none for other bytes.
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
        let is_sorted = scores.is_sorted_by(|a, b| a.order(b) != Ordering::Greater);
        (reader.0.is_empty() && is_sorted).then_some(Self { scores, folders, cards, shared_names, standalone, git })
    }
}

/// The score whose entry begins so many bytes after the start of an index.
pub(super) fn score_at(bytes: &[u8], at: usize) -> Option<IndexedScore<'_>> {
    ByteReader(bytes.get(at..)?).score()
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
pub(super) mod tests {
    use super::*;
    use crate::model::tree_index::tests::index;

    /// All bytes of an index.
    pub(in crate::model) fn whole(index: &TreeIndex<'_>) -> Vec<u8> {
        let (bytes, mut whole) = (IndexBytes::of(index), Vec::new());
        bytes.write(|at, piece| collected(&mut whole, at, piece)).expect("none fails");
        assert_eq!(whole.len(), bytes.length());
        whole
    }

    fn collected(whole: &mut Vec<u8>, at: usize, piece: &[u8]) -> Result<(), usize> {
        whole.resize(whole.len().max(at + piece.len()), 0);
        whole[at..at + piece.len()].copy_from_slice(piece);
        Ok(())
    }

    fn large() -> (Vec<String>, usize) {
        let codes: Vec<String> = (0..5_000).map(|number| format!("Card/{number:0width$}.yaml", width = number % 9 + 5)).collect();
        let bytes = codes.iter().map(|code| 2 * code.len() + 15).sum();
        (codes, bytes)
    }

    fn score(code: &str) -> IndexedScore<'_> {
        IndexedScore { id: code, code, calm: None, listed: true, left: false, files: [None, None] }
    }

    /// Where pieces end has nothing to do with where scores do.
    #[test]
    fn an_index_of_many_pieces_is_one_index() {
        let (codes, bytes) = large();
        assert!(bytes > 4 * PIECE);
        let mut index = TreeIndex { scores: codes.iter().map(|code| score(code)).collect(), ..TreeIndex::default() };
        index.sort();
        assert_eq!(TreeIndex::from_bytes(&whole(&index)), Some(index));
    }

    #[test]
    fn pieces_are_small_and_the_first_error_ends_them() {
        let (codes, _) = large();
        let rest = TreeIndex::default();
        let bytes = IndexBytes::with_scores(codes.iter().map(|code| score(code)), &rest);
        let mut pieces = Vec::new();
        let fails = |at: usize, piece: &[u8]| {
            pieces.push((at, piece.len()));
            if pieces.len() == 3 { Err("the disk is full") } else { Ok(()) }
        };
        assert_eq!(bytes.write(fails), Err("the disk is full"));
        assert_eq!(pieces.len(), 3);
        assert!(pieces.iter().all(|(_, size)| *size < 2 * PIECE), "{pieces:?}");
        assert!(pieces.is_sorted() && pieces[0].0 == HEAD, "{pieces:?}");
    }

    #[test]
    fn bytes_give_the_index_back_and_nothing_else_does() {
        let index = index();
        let bytes = whole(&index);
        assert_eq!(TreeIndex::from_bytes(&bytes), Some(index));
        assert_eq!(TreeIndex::from_bytes(&bytes[..bytes.len() - 1]), None);
        for at in 0..bytes.len() {
            let mut damaged = bytes.clone();
            damaged[at] ^= 0x10;
            assert_eq!(TreeIndex::from_bytes(&damaged), None, "{at}");
        }
    }
}
