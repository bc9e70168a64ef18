//! What a commit left out, in words.

use crate::cli::roots::{shown, typed};
use crate::cli::text::plain;
use crate::engine::CommitReport;
use crate::model::RelPath;
use std::path::Path;

/// What is not in the commit, and why; `root` is the scorecards root as a person sees it.
pub fn left_out(committed: &CommitReport, root: &Path) -> Vec<String> {
    let ignored = committed.ignored.iter().map(|path| format!("{}: ignored by git, not committed", shown(root, path)));
    let staged = committed.staged.iter().map(|path| staged_apart(root, path));
    let changed = committed.changed.iter();
    let changed = changed.map(|path| format!("{}: changed since an interrupted run wrote it, not committed", shown(root, path)));
    let elsewhere = committed
        .elsewhere
        .iter()
        .map(|branch| format!("files of an earlier run are to be committed on branch {}: not done here", plain(branch)));
    ignored.chain(staged).chain(changed).chain(elsewhere).collect()
}

/// That the person's index has something else of a file.
pub(super) fn staged_apart(root: &Path, path: &RelPath) -> String {
    let as_it_is = typed(root, path);
    format!("{}: something else of it is staged, so it is not committed; as it is: git commit {as_it_is}", shown(root, path))
}
