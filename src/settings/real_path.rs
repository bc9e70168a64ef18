//! Where a path really leads.

use std::path::{Path, PathBuf};

/// The path without links, as far as it is there.
pub(super) fn real_path(path: &Path) -> PathBuf {
    let from = |there: &Path| {
        let rest = path.strip_prefix(there).ok()?;
        Some(there.canonicalize().ok()?.components().chain(rest.components()).collect())
    };
    path.ancestors().find_map(from).unwrap_or_else(|| path.to_owned())
}
