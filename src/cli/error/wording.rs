//! Sentences that several errors share.

use crate::cli::text::{plain, quoted};
use crate::engine::RenamedHere;
use crate::model::{RelPath, ScorePaths};
use std::path::Path;

/// The way out of anything that may pass by itself; `path` as it is typed.
pub fn push_again(path: &str) -> String {
    format!("scoresync push {path}    # again later: nothing is done twice")
}

/// A score that the dashboard has no more.
pub(super) const GONE: &str = "this score is gone from Plexus";

/// The way out of that; `path` as it is typed.
pub(super) fn prune(path: &str) -> String {
    format!("scoresync pull --prune {path}    # deletes it here too, unless it has edits")
}

/// The way out of that for edits, which `prune` leaves alone.
pub fn made_anew(path: &str) -> String {
    format!("scoresync new {path}    # makes a score of it again; or remove its files")
}

/// Guidelines without a code file; `code` is where that would be.
pub(super) fn alone(code: &RelPath) -> String {
    format!("guidelines have the name of the code file that they go with: {}", plain(code.as_str()))
}

/// The command that gives a code file, or a folder, which a person seems to have renamed, its name back; it overwrites nothing.
pub fn rename_back(root: &Path, code: &RelPath, renamed: &RenamedHere) -> String {
    let shown = |path: &str| quoted(&root.join(path).display().to_string()).into_owned();
    let back = |from: &str, to: &str| format!("mv -n {} {}", shown(from), shown(to));
    let why = "files are named after scores: to rename one, rename it in Plexus";
    if renamed.whole_folder {
        return format!("{}    # {why}", back(renamed.to.folder(), code.folder()));
    }
    let of_code = back(renamed.to.as_str(), code.as_str());
    let guidelines = ScorePaths::of_code(code).and_then(|paths| paths.guidelines);
    let guidelines = renamed.guidelines.as_ref().zip(guidelines);
    let guidelines = guidelines.map(|(from, to)| format!(" && {}", back(from.as_str(), to.as_str())));
    format!("{of_code}{}    # {why}", guidelines.unwrap_or_default())
}

/// Code and guidelines together have more bytes than Plexus takes.
pub(super) fn too_large(bytes: usize, limit: usize) -> String {
    format!("code and guidelines have {bytes} bytes; Plexus takes {limit}")
}
