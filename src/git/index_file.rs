//! Looks up single paths in git's index, without building the index of all paths in memory: a repository has many files, and a
//! question is about few.
//!
//! Only the plain forms are read: format 2 or 3, SHA-1, one file. Whatever else an index is, the caller asks the library.

use git2::Oid;
use std::collections::HashMap;
use std::fs::File;
use std::io::{ErrorKind, Read, Seek, SeekFrom};
use std::path::Path;

/// What stands before the name of an entry: times, ids and size, the object's id, two bytes of flags.
const FIXED: usize = 62;
/// Where the time of the file, the mode and the object's id stand in it.
const SECONDS: std::ops::Range<usize> = 8..12;
const NANOSECONDS: std::ops::Range<usize> = 12..16;
const MODE: std::ops::Range<usize> = 24..28;
const ID: std::ops::Range<usize> = 40..60;
/// Flags: a longer entry; a stage of a conflict; the length of the name. In the longer entry: planned to be added.
const EXTENDED: u16 = 0x4000;
const STAGE: u16 = 0x3000;
const LENGTH: u16 = 0x0fff;
const PLANNED: u16 = 0x2000;
/// The checksum at the end.
const SUM: usize = 20;

/// An index, with the entries in the order of their paths.
#[derive(Default)]
pub(super) struct IndexFile<'b> {
    pub entries: Vec<IndexEntry<'b>>,
    /// Folders of which git has noted the tree that their entries make; the top is empty.
    pub trees: HashMap<Vec<u8>, Oid>,
}

/// Seconds and nanoseconds since 1970.
pub(super) type Written = (i64, u32);

/// An entry; several of one path where it is in conflict.
#[derive(Clone, Copy)]
pub(super) struct IndexEntry<'b> {
    pub path: &'b [u8],
    pub id: Oid,
    /// When the file was written that it is of, in seconds and nanoseconds.
    pub written: Written,
    pub mode: i32,
    pub is_conflict: bool,
    /// `git add --intent-to-add`: no content is staged.
    pub is_planned: bool,
}

impl<'b> IndexFile<'b> {
    /// An index from its bytes; none where it cannot be read in this way.
    pub fn parse(index: &'b [u8]) -> Option<Self> {
        let mut entries = Vec::new();
        let mut rest = each_entry(index, |entry| entries.push(entry))?;
        let mut trees = HashMap::new();
        while rest.len() > SUM {
            let (head, body) = rest.split_first_chunk::<8>()?;
            let (body, after) = body.split_at_checked(number(&head[4..])? as usize)?;
            if head.starts_with(b"TREE") {
                trees = noted_trees(body).unwrap_or_default();
            }
            rest = after;
        }
        Some(Self { entries, trees })
    }

    /// The entries below a folder, whose path ends with a slash; all where it is empty.
    pub fn below(&self, folder: &[u8]) -> &[IndexEntry<'b>] {
        let start = self.entries.partition_point(|entry| entry.path < folder);
        let count = self.entries[start..].partition_point(|entry| entry.path.starts_with(folder));
        &self.entries[start..start + count]
    }
}

/// The bytes of an index; none where there is no such file.
pub(super) fn read(file: &Path) -> Option<Vec<u8>> {
    std::fs::read(file).ok()
}

/// The checksum at the end of an index, which tells one index from another; empty where there is no such file, none where git
/// was told to leave it out (`index.skipHash`).
pub(super) fn checksum(file: &Path) -> Option<Vec<u8>> {
    let mut file = match File::open(file) {
        Err(error) if error.kind() == ErrorKind::NotFound => return Some(Vec::new()),
        file => file.ok()?,
    };
    let mut sum = [0; SUM];
    file.seek(SeekFrom::End(-(SUM as i64))).ok()?;
    file.read_exact(&mut sum).ok()?;
    (sum != [0; SUM]).then(|| sum.to_vec())
}

/// The objects that an index has for these paths of the repository, unless they are in conflict, with the times of their files; none
/// where it cannot be read in this way.
pub(super) fn staged<'p>(index: &[u8], paths: impl Iterator<Item = &'p str>) -> Option<HashMap<&'p str, (Oid, Written)>> {
    let wanted: HashMap<&[u8], &str> = paths.map(|path| (path.as_bytes(), path)).collect();
    let mut found = HashMap::new();
    each_entry(index, |entry| {
        if let Some(path) = wanted.get(entry.path).filter(|_| !entry.is_conflict) {
            found.insert(*path, (entry.id, entry.written));
        }
    })?;
    Some(found)
}

/// Reads entry by entry, and gives the extensions and the checksum; none where the index cannot be read in this way.
fn each_entry<'b>(index: &'b [u8], mut read: impl FnMut(IndexEntry<'b>)) -> Option<&'b [u8]> {
    let (head, mut rest) = index.split_at_checked(12)?;
    if !head.starts_with(b"DIRC") || !matches!(number(&head[4..8])?, 2 | 3) {
        return None;
    }
    for _ in 0..number(&head[8..12])? {
        let flags = flags(rest, FIXED - 2)?;
        let is_extended = flags & EXTENDED != 0;
        let start = if is_extended { FIXED + 2 } else { FIXED };
        let length = match usize::from(flags & LENGTH) {
            length if length == usize::from(LENGTH) => rest.get(start..)?.iter().position(|byte| *byte == 0)?,
            length => length,
        };
        read(IndexEntry {
            path: rest.get(start..start + length)?,
            id: Oid::from_bytes(&rest[ID]).ok()?,
            written: (i64::from(number(&rest[SECONDS])?), number(&rest[NANOSECONDS])?),
            mode: i32::try_from(number(&rest[MODE])?).ok()?,
            is_conflict: flags & STAGE != 0,
            is_planned: is_extended && self::flags(rest, FIXED)? & PLANNED != 0,
        });
        // One to eight zeroes follow, up to a multiple of eight.
        rest = rest.get((start + length) / 8 * 8 + 8..)?;
    }
    is_plain(rest).then_some(rest)
}

fn flags(entry: &[u8], at: usize) -> Option<u16> {
    entry.get(at..at + 2)?.try_into().ok().map(u16::from_be_bytes)
}

/// Reads `<name>\0<entries> <subfolders>\n<tree>` for each folder, each followed by its subfolders. A folder in which something
/// was staged since has -1 entries, and no tree.
fn noted_trees(mut body: &[u8]) -> Option<HashMap<Vec<u8>, Oid>> {
    let mut trees = HashMap::new();
    // The folders above, each with how many of its subfolders are still to come.
    let mut above: Vec<(Vec<u8>, usize)> = Vec::new();
    while !body.is_empty() {
        let (name, rest) = split_once(body, 0)?;
        let (counts, rest) = split_once(rest, b'\n')?;
        let (entries, folders) = std::str::from_utf8(counts).ok()?.split_once(' ')?;
        let path = match above.last_mut() {
            Some((folder, left)) => {
                *left = left.checked_sub(1)?;
                if folder.is_empty() { name.to_vec() } else { [folder, &b"/"[..], name].concat() }
            }
            None => name.to_vec(),
        };
        body = rest;
        if !entries.starts_with('-') {
            let (id, rest) = rest.split_at_checked(SUM)?;
            trees.insert(path.clone(), Oid::from_bytes(id).ok()?);
            body = rest;
        }
        above.push((path, folders.parse().ok()?));
        while above.pop_if(|(_, left)| *left == 0).is_some() {}
    }
    Some(trees)
}

fn split_once(bytes: &[u8], at: u8) -> Option<(&[u8], &[u8])> {
    let place = bytes.iter().position(|byte| *byte == at)?;
    Some((&bytes[..place], &bytes[place + 1..]))
}

/// No extension says that entries stand elsewhere, or for whole folders; those whose names begin with a capital may be ignored.
fn is_plain(mut rest: &[u8]) -> bool {
    while rest.len() > SUM {
        let is_optional = rest[0].is_ascii_uppercase();
        let next = rest.get(4..8).and_then(number).and_then(|length| rest.get(8 + length as usize..));
        match next.filter(|_| is_optional) {
            Some(next) => rest = next,
            None => return false,
        }
    }
    rest.len() == SUM
}

fn number(bytes: &[u8]) -> Option<u32> {
    bytes.try_into().ok().map(u32::from_be_bytes)
}

#[cfg(test)]
mod tests {
    use super::*;
    use git2::{Index, IndexEntry, IndexTime, ObjectFormat};

    fn entry(path: &str, id: &[u8; 20], stage: u16) -> IndexEntry {
        let time = IndexTime::new(1, 2);
        let flags = stage << 12;
        IndexEntry {
            ctime: time,
            mtime: time,
            dev: 1,
            ino: 2,
            mode: 0o100_644,
            uid: 3,
            gid: 4,
            file_size: 5,
            id: Oid::from_bytes(id).expect("an id"),
            flags,
            flags_extended: 0,
            path: path.as_bytes().to_vec(),
        }
    }

    /// An index as the library writes it.
    fn written(entries: &[IndexEntry], version: u32) -> Vec<u8> {
        let home = tempfile::tempdir().expect("a folder");
        let path = home.path().join("index");
        let mut index = Index::open_ext(&path, ObjectFormat::Sha1).expect("an index");
        entries.iter().for_each(|entry| index.add(entry).expect("added"));
        index.set_version(version).expect("known");
        index.write().expect("written");
        std::fs::read(path).expect("readable")
    }

    #[test]
    fn it_says_what_the_library_says() {
        let long = format!("long/{}", "x".repeat(5_000));
        let names: Vec<String> = (0..40).map(|n| format!("Card {}/{}.yaml", n % 3, "n".repeat(n))).chain([long]).collect();
        let entries: Vec<IndexEntry> =
            names.iter().enumerate().map(|(n, name)| entry(name, &[u8::try_from(n).expect("few"); 20], 0)).collect();
        let bytes = written(&entries, 2);
        let found = staged(&bytes, names.iter().map(String::as_str).chain(["Card 0/other.yaml"])).expect("a plain index");
        assert_eq!(found.len(), names.len());
        for entry in &entries {
            assert_eq!(found[std::str::from_utf8(&entry.path).expect("text")].0, entry.id);
        }
    }

    #[test]
    fn what_is_in_conflict_is_not_staged_and_other_forms_are_left_to_the_library() {
        let entries = [entry("a.yaml", &[1; 20], 1), entry("a.yaml", &[2; 20], 2), entry("b.yaml", &[3; 20], 0)];
        let bytes = written(&entries, 2);
        let found = staged(&bytes, ["a.yaml", "b.yaml"].into_iter()).expect("a plain index");
        assert_eq!(found.keys().copied().collect::<Vec<_>>(), ["b.yaml"]);
        assert_eq!(staged(&written(&entries, 4), ["b.yaml"].into_iter()), None);
        assert_eq!(staged(&bytes[..bytes.len() - 1], ["b.yaml"].into_iter()), None);
        assert_eq!(staged(b"", ["b.yaml"].into_iter()), None);
        let mut split = bytes[..bytes.len() - SUM].to_vec();
        split.extend(b"link\0\0\0\0");
        split.extend([0; SUM]);
        assert_eq!(staged(&split, ["b.yaml"].into_iter()), None);
    }
}
