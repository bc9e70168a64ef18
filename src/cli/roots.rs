//! [`Roots`]: the scorecards root, for programs and for people; and its files as people see and type them.

use super::chosen_folder::ChosenFolder;
use super::text::{plain, quoted};
use crate::model::RelPath;
use std::path::Path;

/// The scorecards root.
#[derive(Clone, Copy, Debug)]
pub struct Roots<'a> {
    /// Absolute, as programs are told of it.
    pub absolute: &'a Path,
    /// As a person sees it from where they work.
    pub shown: &'a Path,
    /// What commands name besides, if they are typed where the program was started.
    pub chosen_folder: &'a ChosenFolder,
}

/// A path as seen from `here`, where it is below that.
pub fn seen_from<'a>(here: &Path, path: &'a Path) -> &'a Path {
    path.strip_prefix(here).unwrap_or(path)
}

/// A file as a person sees it from where they work, so that an editor or a problem matcher can open it; `root` is the
/// scorecards root as seen from there.
pub fn shown(root: &Path, path: &RelPath) -> String {
    plain(&path.under(root).display().to_string()).into_owned()
}

/// The same as a word of a command line.
pub fn typed(root: &Path, path: &RelPath) -> String {
    quoted(&shown(root, path)).into_owned()
}
