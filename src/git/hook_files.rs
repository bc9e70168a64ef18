//! The files of hooks: written in one step, and kept under a second name where they were there first.

use super::error::{GitError, HookRefusal};
use super::hook_place::{HookPlace, is_there};
use crate::whole_file::{self, FileMode};
use std::fs;
use std::path::{Path, PathBuf};

/// Gives the earlier hook its second name; it keeps the first one. A link is made anew, because not every system can give a
/// link itself a second name; where there are no second names at all, it is copied.
pub(super) fn second_name(hook: &Path, place: &HookPlace) -> Result<(), GitError> {
    let previous = &place.previous;
    let failed = GitError::at(previous);
    if is_there(previous) {
        // An installation that died after its first step left the same bytes.
        let same = whole_file::read(hook).ok().zip(whole_file::read(previous).ok()).is_some_and(|(a, b)| a == b);
        return if same { Ok(()) } else { Err(HookRefusal::PreviousInTheWay(previous.to_owned()).into()) };
    }
    if let Some(folder) = previous.parent() {
        fs::create_dir_all(folder).map_err(GitError::at(folder))?;
    }
    #[cfg(unix)]
    if let Ok(target) = fs::read_link(hook) {
        return std::os::unix::fs::symlink(below(place).join(target), previous).map_err(failed);
    }
    fs::hard_link(hook, previous).or_else(|_| fs::copy(hook, previous).map(drop)).map_err(failed)
}

/// Gives an earlier hook its first name back, in one step.
pub(super) fn first_name(previous: &Path, place: &HookPlace) -> Result<(), GitError> {
    let failed = GitError::at(&place.hook);
    #[cfg(unix)]
    if let Ok(target) = fs::read_link(previous)
        && previous == place.previous
        && let Ok(target) = target.strip_prefix(below(place))
    {
        let link = place.folder.join(".scoresync-previous.new");
        // A removal that died after it had made the link.
        let _ = fs::remove_file(&link);
        std::os::unix::fs::symlink(target, &link).map_err(&failed)?;
        fs::rename(&link, &place.hook).map_err(&failed)?;
        return fs::remove_file(previous).map_err(failed);
    }
    fs::rename(previous, &place.hook).map_err(failed)
}

/// How much longer the way is from the folder of earlier hooks than from the hooks folder.
#[cfg(unix)]
fn below(place: &HookPlace) -> &'static Path {
    Path::new(if place.to_previous.starts_with("..") { "" } else { ".." })
}

/// Lets an earlier hook find what it finds beside itself: links to the other files of the hooks folder, where there are links.
pub(super) fn beside_previous(place: &HookPlace) -> Result<(), GitError> {
    if !is_there(&place.previous) {
        return Ok(());
    }
    #[cfg(unix)]
    for (name, target) in siblings(place) {
        let link = place.previous.with_file_name(name);
        if !is_there(&link) {
            std::os::unix::fs::symlink(target, &link).map_err(GitError::at(&link))?;
        }
    }
    Ok(())
}

/// Removes the links that [`beside_previous`] made, and the folder, once no earlier hook is in it.
pub(super) fn forget_previous(place: &HookPlace) {
    let Some(folder) = place.previous.parent() else { return };
    let entries: Vec<PathBuf> = fs::read_dir(folder).into_iter().flatten().flatten().map(|entry| entry.path()).collect();
    let is_ours = |path: &PathBuf| fs::read_link(path).is_ok_and(|target| target.starts_with(up_from(place)));
    if entries.iter().all(is_ours) {
        // What cannot be removed does no harm.
        entries.iter().for_each(|link| drop(fs::remove_file(link)));
        let _ = fs::remove_dir(folder);
    }
}

/// The files of the hooks folder that an earlier hook may look for, each with the way to it from that hook's folder. Hooks of
/// ours and git's examples are no such files.
#[cfg(unix)]
fn siblings(place: &HookPlace) -> Vec<(std::ffi::OsString, PathBuf)> {
    use super::hook_script::HookKind;
    let is_sibling = |name: &str| {
        let is_hook = HookKind::ALL.iter().any(|kind| kind.name() == name);
        !is_hook && !name.ends_with(".sample") && !name.contains("scoresync-")
    };
    let names = fs::read_dir(&place.folder).into_iter().flatten().flatten().map(|entry| entry.file_name());
    names.filter(|name| is_sibling(&name.to_string_lossy())).map(|name| (name.clone(), up_from(place).join(name))).collect()
}

/// The way to the hooks folder from that of earlier hooks.
fn up_from(place: &HookPlace) -> PathBuf {
    let is_beside = place.to_previous.starts_with("..");
    if is_beside { Path::new("..").join(place.folder.file_name().unwrap_or_default()) } else { PathBuf::from("..") }
}

/// Writes a script in one step. One that is there already keeps its permissions, and is written where a link leads to.
pub(super) fn write_script(path: &Path, text: &str, executable: bool) -> Result<(), GitError> {
    let real = if executable { path.to_owned() } else { fs::canonicalize(path).unwrap_or_else(|_| path.to_owned()) };
    let written = match executable {
        true => whole_file::replace(&real, text, FileMode::Program),
        false => whole_file::replace_text(&real, text, FileMode::Usual),
    };
    written.map_err(GitError::at(&real))
}
