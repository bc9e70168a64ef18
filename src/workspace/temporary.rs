//! The names of our temporary files; they look like no score.

use tempfile::Builder;

const PREFIX: &str = ".scoresync-";
const SUFFIX: &str = ".tmp";

/// Makes temporary files and folders with names of ours.
pub(super) fn builder() -> Builder<'static, 'static> {
    let mut builder = Builder::new();
    builder.prefix(PREFIX).suffix(SUFFIX).rand_bytes(8);
    builder
}

/// A name of ours.
pub(super) fn is_temporary(name: &str) -> bool {
    name.starts_with(PREFIX) && name.ends_with(SUFFIX)
}
