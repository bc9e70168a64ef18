//! Which folder is the workspace.

use super::plexus::PLEXUS_FOLDER;
use super::project::PROJECT_FILE;
use super::real_path::real_path;
use std::path::{Path, PathBuf};

/// Private state of a workspace.
pub const STATE_FOLDER: &str = ".scoresync";

/// A workspace's top folder, and what made it one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FoundWorkspace {
    /// The folder.
    pub root: PathBuf,
    /// `scoresync.yaml`, `.scoresync` or `.plexus`.
    pub marker: &'static str,
}

/// The nearest of `from` and its ancestors that holds a marker. `.plexus` in the home folder is the person's own
/// settings folder, which everything they own lies under: it marks no workspace.
pub(super) fn discover(from: &Path, home: Option<&Path>) -> Option<FoundWorkspace> {
    let home = home.map(real_path);
    from.ancestors().find_map(|folder| {
        let at_home = home.as_deref() == Some(real_path(folder).as_path());
        let marker = if folder.join(PROJECT_FILE).is_file() {
            PROJECT_FILE
        } else if folder.join(STATE_FOLDER).is_dir() {
            STATE_FOLDER
        } else if folder.join(PLEXUS_FOLDER).is_dir() && !at_home {
            PLEXUS_FOLDER
        } else {
            return None;
        };
        Some(FoundWorkspace { root: folder.to_owned(), marker })
    })
}

#[cfg(test)]
#[expect(clippy::disallowed_methods, reason = "tests make folders to search")]
mod tests {
    use super::*;
    use std::fs;

    #[test]
    fn the_nearest_marker_wins_and_home_is_no_workspace() {
        let home = tempfile::tempdir().expect("a temporary folder");
        let at = |path: &str| home.path().join(path);
        for folder in [".plexus", "a/.plexus", "a/b/.scoresync", "a/b/c/d"] {
            fs::create_dir_all(at(folder)).expect("a folder");
        }
        let find = |from: &str| discover(&at(from), Some(home.path())).map(|found| (found.root, found.marker));
        assert_eq!(find("a/b/c/d"), Some((at("a/b"), STATE_FOLDER)));
        assert_eq!(find("a"), Some((at("a"), PLEXUS_FOLDER)));
        fs::write(at("a/scoresync.yaml"), "").expect("a file");
        assert_eq!(find("a"), Some((at("a"), PROJECT_FILE)));
        assert_eq!(discover(home.path(), Some(home.path())), None);
        fs::write(at("scoresync.yaml"), "").expect("a file");
        assert_eq!(discover(home.path(), Some(home.path())).map(|found| found.marker), Some(PROJECT_FILE));
    }
}
