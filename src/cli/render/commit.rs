//! What a commit left out, in words.

use super::fields;
use crate::cli::roots::{shown, typed};
use crate::cli::text::{plain, quoted};
use crate::engine::CommitReport;
use crate::git::Uncommitted;
use crate::model::RelPath;
use serde_json::{Value, json};
use std::path::Path;

/// Files that are not in the commit, and why; `root` is the scorecards root as a person sees it.
pub fn left_out(left_out: &Uncommitted, root: &Path) -> Vec<String> {
    let Uncommitted { ignored, hidden, staged, bound, .. } = left_out;
    let say = |files: &[RelPath], why: &str| -> Vec<String> {
        files.iter().map(|path| format!("{}: {why}", shown(root, path))).collect()
    };
    let ignored = say(ignored, "ignored by git, not committed");
    let hidden = say(hidden, "git is told not to look at it (skip-worktree or assume-unchanged), not committed");
    let staged = say(staged, "something else of it is staged, so it is not committed");
    let bound = say(bound, "goes with a file that is not committed, so neither is it");
    [ignored, hidden, staged, bound].concat()
}

/// What of earlier runs is not committed, and why.
pub fn not_committed_yet(committed: &CommitReport, root: &Path) -> Vec<String> {
    let changed = committed.changed.iter();
    let changed = changed.map(|path| format!("{}: changed since an interrupted run wrote it, not committed", shown(root, path)));
    let elsewhere = |branch| format!("files of an earlier run are to be committed on branch {}: not done here", plain(branch));
    changed.chain(committed.elsewhere.iter().map(|branch| elsewhere(branch))).collect()
}

/// The command that commits what is left out because something else of it is staged; `elsewhere` if the person works in another
/// repository, or in none.
pub fn once_staged(left_out: &Uncommitted, root: &Path, elsewhere: bool) -> Option<String> {
    let git = if elsewhere { format!("git -C {}", quoted(&root.display().to_string())) } else { "git".to_owned() };
    let word = |path: &RelPath| if elsewhere { quoted(path.as_str()).into_owned() } else { typed(root, path) };
    let words = |files: &mut dyn Iterator<Item = &RelPath>| files.map(word).collect::<Vec<_>>().join(" ");
    let what = match left_out.waiting().count() {
        0 => return None,
        1 => "as it is now; what is staged of it is dropped",
        _ => "as they are now; what else is staged of them is dropped",
    };
    let unknown = words(&mut left_out.unknown.iter());
    let first = if unknown.is_empty() { String::new() } else { format!("{git} add {unknown} && ") };
    Some(format!("{first}{git} commit {}    # {what}", words(&mut left_out.waiting())))
}

/// A commit for programs; `root` is absolute.
pub fn commit_fields(committed: &CommitReport, root: &Path) -> Value {
    let mut fields = left_out_fields(&committed.left_out, root);
    fields["commit"] = json!(committed.made.as_ref().map(|(id, _)| id.as_str()));
    fields["subject"] = json!(committed.made.as_ref().map(|(_, subject)| subject));
    fields
}

/// What a commit left out, for programs.
pub fn left_out_fields(left_out: &Uncommitted, root: &Path) -> Value {
    let files = |paths: &[RelPath]| -> Vec<String> { paths.iter().map(|path| fields::path(path, root)).collect() };
    json!({
        "ignored": files(&left_out.ignored), "hidden": files(&left_out.hidden),
        "staged": files(&left_out.staged), "bound": files(&left_out.bound),
    })
}
