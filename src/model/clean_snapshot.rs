//! A clean snapshot of a moment in which every score was clean: the stats of all their files and folders.
//!
//! As long as the folders and files still have these stats, and the state is the one that it was taken with, every score
//! is still clean. Comparing stats is all that an offline status then costs.

use super::file::FileStat;
use super::path::RelPath;

/// The stats of everything that belongs to clean scores.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct CleanSnapshot {
    /// How many scores were clean.
    pub clean: usize,
    /// How many had nothing to sync.
    pub empty: usize,
    /// Every folder that holds a file of a score.
    pub folders: Vec<FolderSnapshot>,
}

/// A folder; its own stat changes when an entry is made, removed or renamed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FolderSnapshot {
    /// Relative to the scorecards root.
    pub path: RelPath,
    /// Its own stat.
    pub stat: FileStat,
    /// Names and stats of the files that belong to scores.
    pub files: Vec<(String, FileStat)>,
}

impl CleanSnapshot {
    /// The clean snapshot as bytes: numbers of eight bytes, big-endian, and names behind their length.
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut bytes = Vec::new();
        [self.clean, self.empty, self.folders.len()].into_iter().for_each(|count| put(&mut bytes, count as u64));
        for folder in &self.folders {
            put_entry(&mut bytes, folder.path.as_str(), &folder.stat);
            put(&mut bytes, folder.files.len() as u64);
            folder.files.iter().for_each(|(name, stat)| put_entry(&mut bytes, name, stat));
        }
        bytes
    }

    /// The clean snapshot that [`CleanSnapshot::to_bytes`] made; none for other bytes.
    pub fn from_bytes(mut bytes: &[u8]) -> Option<Self> {
        let bytes = &mut bytes;
        let [clean, empty, count] = [take_count(bytes)?, take_count(bytes)?, take_count(bytes)?];
        let mut folders = Vec::new();
        for _ in 0..count {
            let (path, stat) = take_entry(bytes)?;
            let files = take_count(bytes)?;
            let files = (0..files).map(|_| take_entry(bytes)).collect::<Option<_>>()?;
            folders.push(FolderSnapshot { path: RelPath::parse(&path).ok()?, stat, files });
        }
        bytes.is_empty().then_some(Self { clean, empty, folders })
    }
}

fn put(bytes: &mut Vec<u8>, number: u64) {
    bytes.extend(number.to_be_bytes());
}

fn put_entry(bytes: &mut Vec<u8>, name: &str, stat: &FileStat) {
    put(bytes, name.len() as u64);
    bytes.extend(name.as_bytes());
    [stat.size, stat.modified.cast_unsigned(), stat.changed.cast_unsigned(), stat.inode]
        .into_iter()
        .for_each(|part| put(bytes, part));
}

fn take(bytes: &mut &[u8]) -> Option<u64> {
    let (number, rest) = bytes.split_first_chunk()?;
    *bytes = rest;
    Some(u64::from_be_bytes(*number))
}

fn take_count(bytes: &mut &[u8]) -> Option<usize> {
    usize::try_from(take(bytes)?).ok()
}

fn take_entry(bytes: &mut &[u8]) -> Option<(String, FileStat)> {
    let length = take_count(bytes)?;
    let (name, rest) = bytes.split_at_checked(length)?;
    *bytes = rest;
    let name = std::str::from_utf8(name).ok()?.to_owned();
    let [size, modified, changed, inode] = [take(bytes)?, take(bytes)?, take(bytes)?, take(bytes)?];
    Some((name, FileStat { size, modified: modified.cast_signed(), changed: changed.cast_signed(), inode }))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bytes_give_the_picture_back_and_nothing_else_does() {
        let stat = |size| FileStat { size, modified: -1, changed: i64::MAX, inode: u64::MAX };
        let path = RelPath::parse("Card/guidelines").expect("a safe path");
        let files = vec![("é.md".to_owned(), stat(3)), (String::new(), stat(0))];
        let clean_snapshot = CleanSnapshot { clean: 2, empty: 1, folders: vec![FolderSnapshot { path, stat: stat(9), files }] };
        let bytes = clean_snapshot.to_bytes();
        assert_eq!(CleanSnapshot::from_bytes(&bytes), Some(clean_snapshot));
        assert_eq!(CleanSnapshot::from_bytes(&bytes[..bytes.len() - 1]), None);
        assert_eq!(CleanSnapshot::from_bytes(&[bytes, vec![0]].concat()), None);
    }
}
