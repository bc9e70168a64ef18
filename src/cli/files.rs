//! The only place where commands open files by themselves: settings of a new workspace, of an editor, of the demo, what the
//! user trusts, manual pages, and texts that another program edits. None of them is synced; documents of scores belong to `workspace` and `state`.
#![expect(clippy::disallowed_methods, reason = "nothing that is opened here is synced")]

use crate::whole_file::{self, FileMode};
use std::fs;
use std::io;
use std::path::Path;

/// Makes a folder and those above it, unless they are there.
///
/// # Errors
/// The folder cannot be made, or something else has its name.
pub fn create_folder(path: &Path) -> io::Result<()> {
    fs::create_dir_all(path)
}

/// Whether a folder has nothing in it but what a run that died while it wrote here has left, which is removed.
///
/// # Errors
/// The folder cannot be read.
#[cfg(feature = "embedded")]
pub fn is_empty_folder(path: &Path) -> io::Result<bool> {
    whole_file::remove_abandoned(path);
    Ok(fs::read_dir(path)?.next().is_none())
}

/// Removes everything in a folder, and at last the file of this name.
///
/// # Errors
/// Something cannot be removed.
#[cfg(feature = "embedded")]
pub fn remove_all_in(folder: &Path, last: &str) -> io::Result<()> {
    let last = folder.join(last);
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        if path.is_dir() && !path.is_symlink() {
            fs::remove_dir_all(path)?;
        } else if path != last {
            fs::remove_file(path)?;
        }
    }
    fs::remove_file(last)
}

/// Removes a file.
///
/// # Errors
/// It cannot be removed, or is not there.
#[cfg(feature = "embedded")]
pub fn remove(path: &Path) -> io::Result<()> {
    fs::remove_file(path)
}

/// Removes a folder that has nothing in it.
///
/// # Errors
/// It cannot be removed.
#[cfg(feature = "embedded")]
pub fn remove_folder(folder: &Path) -> io::Result<()> {
    fs::remove_dir(folder)
}

/// Creates a file with this text in one step; false, and no change, where something is there already.
///
/// # Errors
/// The file cannot be created or written.
pub fn create_new(path: &Path, text: &str) -> io::Result<bool> {
    whole_file::create(path, text, FileMode::Usual)
}

/// Writes a file in one step, over whatever is there.
///
/// # Errors
/// The file cannot be written.
pub fn write(path: &Path, text: &str) -> io::Result<()> {
    whole_file::replace(path, text, FileMode::Usual)
}

/// Writes a file that only its owner may read, in one step, and makes the folder that it lies in.
///
/// # Errors
/// The folder cannot be made, or the file cannot be written.
pub fn write_private(path: &Path, text: &str) -> io::Result<()> {
    fs::create_dir_all(path.parent().unwrap_or(path))?;
    whole_file::replace(path, text, FileMode::Private)
}

/// Reads a file.
///
/// # Errors
/// The file cannot be read, or is not UTF-8.
pub fn read(path: &Path) -> io::Result<String> {
    fs::read_to_string(path)
}
