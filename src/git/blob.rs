//! [`Blob`]: what git has of a file. What is larger than files may be is not read: git may have anything at a score's path.

use crate::model::MAX_FILE_BYTES;
use git2::{ObjectType, Oid};

/// What git has of a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Blob {
    /// Its bytes.
    Bytes(Vec<u8>),
    /// It has so many bytes, more than any file that is read.
    TooLarge(u64),
}

impl Blob {
    /// Its bytes, if they are read.
    pub fn bytes(self) -> Option<Vec<u8>> {
        if let Self::Bytes(bytes) = self { Some(bytes) } else { None }
    }

    /// Reads an object of `size` bytes, if that is not too large.
    pub(super) fn of_size<E>(size: u64, read: impl FnOnce() -> Result<Vec<u8>, E>) -> Result<Self, E> {
        if size > MAX_FILE_BYTES { Ok(Self::TooLarge(size)) } else { read().map(Self::Bytes) }
    }
}

/// The blob that has this id; none where that is no blob.
pub(super) fn blob(repository: &git2::Repository, id: Oid) -> Result<Option<Blob>, git2::Error> {
    let (size, kind) = repository.odb()?.read_header(id)?;
    let read = || Ok(repository.find_blob(id)?.content().to_vec());
    (kind == ObjectType::Blob).then(|| Blob::of_size(size as u64, read)).transpose()
}
