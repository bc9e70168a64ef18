//! [`RootIdentity`]: which folder a root really is, so that another folder in its place is noticed.

use std::io;
use std::path::{Path, PathBuf};
use std::time::SystemTime;

/// Which folder a root really is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct RootIdentity {
    /// The path without links.
    pub(super) path: PathBuf,
    identity: FileIdentity,
}

/// Device, inode and, where the system knows it, the time of creation: a new folder may get the inode of one that was
/// removed.
type FileIdentity = (u64, u64, Option<SystemTime>);

impl RootIdentity {
    /// The folder at `root`; `None` if there is none. After an error neither is known.
    pub(super) fn of(root: &Path) -> io::Result<Option<Self>> {
        let found = root.canonicalize().and_then(|path| Ok((path.metadata()?, path)));
        match found {
            Ok((metadata, path)) => Ok(metadata.is_dir().then(|| Self { path, identity: identity(&metadata) })),
            Err(error) if matches!(error.kind(), io::ErrorKind::NotFound | io::ErrorKind::NotADirectory) => Ok(None),
            Err(error) => Err(error),
        }
    }
}

#[cfg(unix)]
fn identity(metadata: &std::fs::Metadata) -> FileIdentity {
    use std::os::unix::fs::MetadataExt;
    (metadata.dev(), metadata.ino(), metadata.created().ok())
}

#[cfg(not(unix))]
fn identity(metadata: &std::fs::Metadata) -> FileIdentity {
    (0, 0, metadata.created().ok())
}
