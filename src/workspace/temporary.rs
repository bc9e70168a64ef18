//! The names of our temporary files: `.scoresync-<owner>-<random>.tmp`; they look like no score.
//!
//! The owner is a word of the state whose lock a run holds while it has temporary files. Whoever holds that lock knows that
//! the files with its word are of runs that died.

use tempfile::Builder;

const PREFIX: &str = ".scoresync-";
const SUFFIX: &str = ".tmp";
const KEPT: &str = ".kept";

/// Makes temporary files and folders with the names of an owner, which has no dash in it.
pub(super) fn make<T>(owner: &str, make: impl FnOnce(&mut Builder<'_, '_>) -> T) -> T {
    let prefix = format!("{PREFIX}{owner}-");
    let mut builder = Builder::new();
    builder.prefix(&prefix).suffix(SUFFIX).rand_bytes(8);
    make(&mut builder)
}

/// The name that a temporary file gets when it is to stay.
pub(super) fn aside(name: &str) -> String {
    format!("{}{KEPT}", name.strip_suffix(SUFFIX).unwrap_or(name))
}

/// The name of a temporary file that was kept.
pub(super) fn is_kept(name: &str) -> bool {
    name.starts_with(PREFIX) && name.ends_with(KEPT)
}

/// A name of ours.
pub(super) fn is_temporary(name: &str) -> bool {
    name.starts_with(PREFIX) && name.ends_with(SUFFIX)
}

/// A name of this owner, or of the first release, which named no owner.
pub(super) fn is_of(owner: &str, name: &str) -> bool {
    let middle = name.strip_prefix(PREFIX).and_then(|rest| rest.strip_suffix(SUFFIX));
    middle.is_some_and(|middle| middle.split_once('-').is_none_or(|(found, _)| found == owner))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_other_owners_are_told_apart() {
        let name = make("ours", |builder| builder.tempfile().map(|file| file.path().to_owned())).expect("a file");
        let name = name.file_name().and_then(|name| name.to_str()).expect("text");
        assert!(is_temporary(name) && is_of("ours", name) && !is_of("other", name), "{name}");
        assert!(is_of("ours", ".scoresync-a1B2c3D4.tmp") && !is_of("ours", ".scoresync-x") && !is_of("ours", "S.yaml"));
    }
}
