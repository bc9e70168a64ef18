//! Files and folders that only their owner may read: the state holds copies of everything that was synced.

use std::fs::{self, OpenOptions};
use std::io;
use std::path::Path;

/// Names of the files of a state begin like this. Nothing else in the folder is touched.
#[cfg(unix)]
const NAMES: [&str; 5] = ["state.db", "run.", "watch.", "open.lock", ".gitignore"];

/// Makes the folder and those above it, unless they are there.
pub(super) fn create_folder(path: &Path) -> io::Result<()> {
    let mut builder = fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(path)
}

/// Options that make new files private.
pub(super) fn options() -> OpenOptions {
    #[cfg_attr(not(unix), expect(unused_mut, reason = "nothing to set"))]
    let mut options = OpenOptions::new();
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options
}

/// Makes a folder private that an earlier version left open to others. A folder behind a link is left as it is: it may be
/// anything. Nor is it an error where that is not allowed: nothing becomes more open by it.
#[cfg(unix)]
pub(super) fn close(folder: &Path) {
    use std::os::unix::fs::PermissionsExt;
    let is_open = |metadata: &fs::Metadata| metadata.permissions().mode() & 0o077 != 0;
    let close = |path: &Path, mode| fs::set_permissions(path, fs::Permissions::from_mode(mode)).ok();
    if !fs::symlink_metadata(folder).is_ok_and(|metadata| metadata.is_dir() && is_open(&metadata)) {
        return;
    }
    for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
        let is_ours = entry.file_name().to_str().is_some_and(|name| NAMES.iter().any(|ours| name.starts_with(ours)));
        if is_ours && entry.metadata().is_ok_and(|metadata| metadata.is_file() && is_open(&metadata)) {
            close(&entry.path(), 0o600);
        }
    }
    close(folder, 0o700);
}

/// There is nothing to do.
#[cfg(not(unix))]
pub(super) fn close(_: &Path) {}
