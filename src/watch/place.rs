//! [`Place`]: where a root really is, so that another folder in its place is noticed.

use std::io;
use std::path::{Path, PathBuf};

/// Where a root really is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Place {
    /// The path without links.
    pub(super) path: PathBuf,
    identity: Identity,
}

/// Device and inode: another folder of the same name has another pair, except one that was made right after the first was
/// removed; that is seen by the event of the removal.
type Identity = (u64, u64);

impl Place {
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
fn identity(metadata: &std::fs::Metadata) -> Identity {
    use std::os::unix::fs::MetadataExt;
    (metadata.dev(), metadata.ino())
}

#[cfg(not(unix))]
fn identity(_: &std::fs::Metadata) -> Identity {
    (0, 0)
}
