//! What a commit left out, in words.

use crate::cli::roots::{shown, typed};
use crate::cli::text::plain;
use crate::engine::CommitReport;
use std::path::Path;

/// Files that are not in the commit, and why; `root` is the scorecards root as a person sees it.
pub fn left_out(committed: &CommitReport, root: &Path) -> Vec<String> {
    let ignored = committed.ignored.iter().map(|path| format!("{}: ignored by git, not committed", shown(root, path)));
    let staged = committed.staged.iter();
    let staged = staged.map(|path| format!("{}: something else of it is staged, so it is not committed", shown(root, path)));
    ignored.chain(staged).collect()
}

/// What of earlier runs is not committed, and why.
pub fn not_committed_yet(committed: &CommitReport, root: &Path) -> Vec<String> {
    let changed = committed.changed.iter();
    let changed = changed.map(|path| format!("{}: changed since an interrupted run wrote it, not committed", shown(root, path)));
    let elsewhere = |branch| format!("files of an earlier run are to be committed on branch {}: not done here", plain(branch));
    changed.chain(committed.elsewhere.iter().map(|branch| elsewhere(branch))).collect()
}

/// The command that commits what is left out because something else of it is staged.
pub fn once_staged(committed: &CommitReport, root: &Path) -> Option<String> {
    let files: Vec<String> = committed.staged.iter().map(|path| typed(root, path)).collect();
    (!files.is_empty()).then(|| format!("git commit {}    # as it is now; what is staged of it is dropped", files.join(" ")))
}
