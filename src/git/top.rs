//! The top of a working tree, where git itself cannot be asked for it.

use std::fs;
use std::path::{Path, PathBuf};

/// The top of the working tree that holds a folder: what `safe.directory` has to name. Git does not tell it of a repository
/// that it does not trust.
pub(super) fn top_above(folder: &Path) -> PathBuf {
    let folder = fs::canonicalize(folder).unwrap_or_else(|_| folder.to_owned());
    let is_top = |folder: &&Path| fs::symlink_metadata(folder.join(".git")).is_ok();
    folder.ancestors().find(is_top).unwrap_or(&folder).to_owned()
}
