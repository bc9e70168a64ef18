//! What the system lets us write, as far as it tells before anything is tried.

use std::path::Path;

/// The file, or entries of the folder, may be written. What is not known counts as yes.
#[cfg(unix)]
pub(super) fn may_write(path: &Path) -> bool {
    use rustix::fs::{Access, access};
    use rustix::io::Errno;
    !matches!(access(path, Access::WRITE_OK), Err(Errno::ACCESS | Errno::ROFS | Errno::PERM))
}

/// The file, or entries of the folder, may be written. What is not known counts as yes: a folder that is marked read-only is
/// not, here.
#[cfg(not(unix))]
pub(super) fn may_write(path: &Path) -> bool {
    std::fs::metadata(path).map_or(true, |metadata| metadata.is_dir() || !metadata.permissions().readonly())
}
