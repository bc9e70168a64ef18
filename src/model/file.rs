//! What is known of a file on disk: its stat, what was found in it, and the precondition of replacing it.

use super::digest::Digest;
use super::document::Style;

/// The most bytes of a file that are read or written: ten times what the dashboard stores.
pub const MAX_FILE_BYTES: u64 = 4 << 20;

/// The precondition of touching a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Expect {
    /// Nothing is there.
    Absent,
    /// These raw bytes are there.
    Bytes(Digest),
}

/// What `stat` says; enough to notice every rewrite, because the change time cannot be set back.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FileStat {
    /// Bytes.
    pub size: u64,
    /// Modification time, nanoseconds since 1970.
    pub modified: i64,
    /// Change time, nanoseconds since 1970.
    pub changed: i64,
    /// Inode number.
    pub inode: u64,
}

impl FileStat {
    /// The stat of nothing that is.
    pub const NEVER: Self = Self { size: u64::MAX, modified: i64::MIN, changed: i64::MIN, inode: 0 };
}

/// What a scan remembers of a file, so that the next scan needs only its stat.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CachedFile {
    /// The stat when it was read.
    pub stat: FileStat,
    /// When it was read, nanoseconds since 1970; a file changed at or after this moment is read again. Of one that we wrote, the
    /// moment by which its stat tells every change.
    pub read_at: i64,
    /// Digest of its raw bytes.
    pub raw: Digest,
    /// Digest of its canonical form.
    pub canonical: Digest,
    /// How it writes its text.
    pub style: Style,
}
