//! Removes, moves and exchanges single files, never over another one, and takes away folders that become empty.

use super::error::FileError;
use super::flush::flush_folders;
use super::resolve::{FilePlace, FoundFile, ScorecardsRoot};
use super::temporary;
use super::write::{self, holds, keep_aside, require_writable, taken};
use crate::model::{Digest, Expect, RelPath};
use std::collections::BTreeSet;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use tempfile::TempPath;

/// [`super::Workspace::remove`].
pub(super) fn remove(root: &Path, owner: &str, path: &RelPath, expect: Expect) -> Result<(), FileError> {
    let Some(root) = ScorecardsRoot::find(root)? else { return absent(expect, path.under(root)) };
    remove_in(&root, owner, path, expect).map_err(|error| root.shown(error))
}

fn remove_in(root: &ScorecardsRoot, owner: &str, path: &RelPath, expect: Expect) -> Result<(), FileError> {
    let Some(found) = find(root, path)? else { return absent(expect, root.named(path)) };
    let Expect::Bytes(expected) = expect else { return Err(FileError::Changed(found.entry)) };
    require_writable(&found.file, &found.metadata)?;
    unlink(&found, owner, expected)?;
    tidy(root, [&found.entry])
}

/// Takes a file away under another name, looks at it, and removes it: an edit between check and removal comes back.
fn unlink(found: &FoundFile, owner: &str, expected: Digest) -> Result<(), FileError> {
    if !holds(&found.file, expected) {
        return Err(FileError::Changed(found.entry.clone()));
    }
    if found.is_link() {
        return fs::remove_file(&found.entry).map_err(FileError::at_entry(&found.entry));
    }
    let away = move_away(&found.entry, owner).map_err(FileError::at_entry(&found.entry))?;
    if holds(&away, expected) {
        return away.close().map_err(FileError::at_entry(&found.entry));
    }
    match away.persist_noclobber(&found.entry) {
        Ok(()) => Err(FileError::Changed(found.entry.clone())),
        Err(failed) => Err(keep_aside(failed.path, &found.entry)),
    }
}

fn move_away(path: &Path, owner: &str) -> io::Result<TempPath> {
    let folder = path.parent().unwrap_or(Path::new("."));
    let moved = temporary::make(owner, |builder| builder.make_in(folder, |temp| fs::rename(path, temp)))?;
    Ok(moved.into_temp_path())
}

/// [`super::Workspace::rename`].
pub(super) fn rename(root: &Path, from: &RelPath, to: &RelPath, expect: Expect) -> Result<(), FileError> {
    let Some(root) = ScorecardsRoot::find(root)? else { return Err(FileError::Changed(from.under(root))) };
    rename_in(&root, from, to, expect).map_err(|error| root.shown(error))
}

/// RACE: an edit between the check and the move travels with the file; nothing is lost, and the next scan sees it.
fn rename_in(root: &ScorecardsRoot, from: &RelPath, to: &RelPath, expect: Expect) -> Result<(), FileError> {
    let changed = || FileError::Changed(root.named(from));
    let found = find(root, from)?.ok_or_else(changed)?;
    let Expect::Bytes(expected) = expect else { return Err(changed()) };
    if !holds(&found.file, expected) {
        return Err(changed());
    }
    let mut folders = BTreeSet::new();
    let (folder, name) = split(to);
    let target = root.make_folder(folder, &mut folders)?.join(name);
    if found.is_link() && target.parent() != found.entry.parent() {
        return Err(FileError::NotAFile { path: found.entry, what: "a link, which may not survive a move" });
    }
    move_to(root, &found.entry, &target)?;
    flush_folders(&folders)?;
    tidy(root, [&found.entry, &target])
}

/// [`super::Workspace::exchange`].
pub(super) fn exchange(root: &Path, places: [&RelPath; 2], expected: [Digest; 2]) -> Result<bool, FileError> {
    let Some(root) = ScorecardsRoot::find(root)? else { return Err(FileError::Changed(places[0].under(root))) };
    exchange_in(&root, places, expected).map_err(|error| root.shown(error))
}

/// RACE: as in [`rename_in`].
fn exchange_in(root: &ScorecardsRoot, places: [&RelPath; 2], expected: [Digest; 2]) -> Result<bool, FileError> {
    let mut entries = Vec::new();
    for (path, expected) in places.into_iter().zip(expected) {
        let changed = || FileError::Changed(root.named(path));
        let found = find(root, path)?.filter(|found| holds(&found.file, expected)).ok_or_else(changed)?;
        if found.is_link() {
            return Err(FileError::NotAFile { path: found.entry, what: "a link, which may not survive a move" });
        }
        entries.push(found.entry);
    }
    match write::exchange(&entries[0], &entries[1]) {
        Ok(()) => flush_folders(&entries.iter().filter_map(|entry| entry.parent()).map(Path::to_owned).collect()).map(|()| true),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Err(FileError::Changed(entries.swap_remove(0))),
        Err(error) if is_unsupported(&error) => Ok(false),
        Err(error) => Err(FileError::of_entries(&[&entries[1], &entries[0]], &error)),
    }
}

/// The file system knows no such operation; it says so in several ways.
fn is_unsupported(error: &io::Error) -> bool {
    matches!(error.kind(), io::ErrorKind::Unsupported | io::ErrorKind::InvalidInput)
}

fn move_to(root: &ScorecardsRoot, from: &Path, to: &Path) -> Result<(), FileError> {
    if same_file(from, to) {
        return fs::rename(from, to).map_err(FileError::at_entry(to));
    }
    let name = to.file_name().and_then(|name| name.to_str()).unwrap_or_default();
    match root.locate(to.parent().unwrap_or(Path::new("")), name)? {
        FilePlace::Absent(_) => rename_noclobber(from, to).map_err(|error| taken(&[from, to], &error)),
        FilePlace::File(found) if found.entry == from => fs::rename(from, to).map_err(FileError::at_entry(to)),
        FilePlace::File(_) => Err(FileError::Changed(to.to_owned())),
    }
}

/// Two names of one directory entry, by case or Unicode form: the file system finds the file under both.
fn same_file(from: &Path, to: &Path) -> bool {
    let fold = |path: &Path| path.to_string_lossy().to_lowercase();
    from.parent() == to.parent() && fold(from) == fold(to) && fs::canonicalize(from).ok() == fs::canonicalize(to).ok()
}

#[cfg(any(target_os = "linux", target_vendor = "apple"))]
fn rename_noclobber(from: &Path, to: &Path) -> io::Result<()> {
    use rustix::fs::{CWD, RenameFlags, renameat_with};
    use rustix::io::Errno;
    match renameat_with(CWD, from, CWD, to, RenameFlags::NOREPLACE) {
        Err(Errno::INVAL | Errno::NOSYS | Errno::NOTSUP) => link_and_unlink(from, to),
        result => Ok(result?),
    }
}

#[cfg(not(any(target_os = "linux", target_vendor = "apple")))]
fn rename_noclobber(from: &Path, to: &Path) -> io::Result<()> {
    link_and_unlink(from, to)
}

/// A link never replaces anything. A crash in between leaves the file under both names.
fn link_and_unlink(from: &Path, to: &Path) -> io::Result<()> {
    fs::hard_link(from, to)?;
    fs::remove_file(from)
}

fn find(root: &ScorecardsRoot, path: &RelPath) -> Result<Option<FoundFile>, FileError> {
    let (folder, name) = split(path);
    let Some(folder) = root.folder(folder)? else { return Ok(None) };
    Ok(match root.locate(&folder, name)? {
        FilePlace::File(found) => Some(found),
        FilePlace::Absent(_) => None,
    })
}

fn split(path: &RelPath) -> (&str, &str) {
    (path.folder(), path.file_name())
}

fn absent(expect: Expect, path: PathBuf) -> Result<(), FileError> {
    if expect == Expect::Absent { Ok(()) } else { Err(FileError::Changed(path)) }
}

/// Flushes the folders of `paths`, and removes those that are empty now, up to the root.
fn tidy<const N: usize>(root: &ScorecardsRoot, paths: [&PathBuf; N]) -> Result<(), FileError> {
    let mut folders = BTreeSet::new();
    for path in paths {
        let mut at = path.parent();
        while let Some(folder) = at.filter(|folder| !root.is_top(folder) && fs::remove_dir(folder).is_ok()) {
            at = folder.parent();
        }
        folders.extend(at.map(Path::to_owned));
    }
    flush_folders(&folders)
}
