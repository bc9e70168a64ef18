//! Reads a whole file, and what a document says.

use super::error::FileError;
use super::stat::{file_stat, now};
use crate::model::{CachedFile, Digest, DocKind, FileStat, LocalFile, MAX_FILE_BYTES, Style, digests};
use std::fs::File;
use std::io::{self, Read};
use std::path::Path;

/// How often a file is read again because it changed while it was read.
const TRIES: usize = 3;

/// A file's bytes as they were at one moment.
pub(super) struct FileBytes {
    pub(super) bytes: Vec<u8>,
    stat: FileStat,
    at: i64,
}

/// Reads a regular file whole. If its stat changes meanwhile the bytes may be of two moments, and it is read again.
pub(super) fn read(path: &Path) -> Result<FileBytes, FileError> {
    for _ in 0..TRIES {
        let at = now();
        let mut file = File::open(path).map_err(FileError::at(path))?;
        let stat = stat(&file).map_err(FileError::at(path))?;
        let bytes = contents(path, &mut file, stat.size)?;
        if self::stat(&file).map_err(FileError::at(path))? == stat {
            return Ok(FileBytes { bytes, stat, at });
        }
    }
    Err(FileError::Changed(path.to_owned()))
}

fn stat(file: &File) -> io::Result<FileStat> {
    file.metadata().map(|metadata| file_stat(&metadata))
}

fn contents(path: &Path, file: &mut File, size: u64) -> Result<Vec<u8>, FileError> {
    let too_large = |bytes| Err(FileError::too_large(path, bytes));
    if size > MAX_FILE_BYTES {
        return too_large(size);
    }
    let mut bytes = Vec::with_capacity(usize::try_from(size).unwrap_or(0));
    file.take(MAX_FILE_BYTES + 1).read_to_end(&mut bytes).map_err(FileError::at(path))?;
    if bytes.len() as u64 > MAX_FILE_BYTES { too_large(bytes.len() as u64) } else { Ok(bytes) }
}

/// The digest of a file's bytes now.
pub(super) fn digest(path: &Path) -> Result<Digest, FileError> {
    read(path).map(|reading| Digest::of(reading.bytes))
}

/// What the stat cache remembers of a file that was read.
pub(super) fn remembered(path: &Path, kind: DocKind, reading: &FileBytes) -> Result<CachedFile, FileError> {
    described(kind, &reading.bytes, reading.stat, reading.at).map_err(|valid| not_utf8(path, &reading.bytes[..valid]))
}

/// What the stat cache remembers of `bytes`; the error is how many of them are UTF-8.
pub(super) fn described(kind: DocKind, bytes: &[u8], stat: FileStat, read_at: i64) -> Result<CachedFile, usize> {
    let text = str::from_utf8(bytes).map_err(|error| error.valid_up_to())?;
    let [canonical, raw] = digests(kind, text);
    Ok(CachedFile { stat, read_at, raw, canonical, style: Style::of(text) })
}

/// A file's text.
pub(super) fn text(path: &Path, reading: FileBytes) -> Result<String, FileError> {
    String::from_utf8(reading.bytes).map_err(|error| {
        let valid = error.utf8_error().valid_up_to();
        not_utf8(path, &error.as_bytes()[..valid])
    })
}

/// A file as the scan reports it, with its text.
pub(super) fn document(path: &Path, kind: DocKind, reading: FileBytes) -> Result<LocalFile, FileError> {
    Ok(LocalFile::of(kind, text(path, reading)?))
}

/// The error for the place right after `valid`.
fn not_utf8(path: &Path, valid: &[u8]) -> FileError {
    let line = valid.iter().filter(|&&byte| byte == b'\n').count() + 1;
    let last = valid.rsplit(|&byte| byte == b'\n').next().unwrap_or_default();
    FileError::NotUtf8 { path: path.to_owned(), line, column: String::from_utf8_lossy(last).chars().count() + 1 }
}
