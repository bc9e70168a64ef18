//! [`RootIdentity`]: where a root really is, so that another folder in its root is noticed.

use std::io;
use std::path::{Path, PathBuf};
use std::time::SystemTime;

/// Where a root really is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct RootIdentity {
    /// The path without links.
    pub(super) path: PathBuf,
    identity: FileIdentity,
}

/// Device, inode, and when it was made, where the system knows: the next folder that is made may get the inode of the last
/// that was removed.
type FileIdentity = (u64, u64, Option<SystemTime>);

impl RootIdentity {
    /// Where the folder `root` is; none if there is no folder. An error says nothing of either.
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
