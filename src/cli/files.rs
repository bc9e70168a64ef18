//! The only place where commands open files by themselves: settings of a new workspace, of an editor, of the demo, what the
//! user trusts, manual pages, and texts that another program edits. None of them is synced; documents of scores belong to `workspace` and `state`.
#![expect(clippy::disallowed_methods, reason = "nothing that is opened here is synced")]

use std::fs;
use std::io::{self, Write};
use std::path::Path;
use tempfile::NamedTempFile;

/// Makes a folder and those above it, unless they are there.
///
/// # Errors
/// The folder cannot be made, or something else has its name.
pub fn create_folder(path: &Path) -> io::Result<()> {
    fs::create_dir_all(path)
}

/// Whether a folder has nothing in it.
///
/// # Errors
/// The folder cannot be read.
#[cfg(feature = "embedded")]
pub fn is_empty_folder(path: &Path) -> io::Result<bool> {
    Ok(fs::read_dir(path)?.next().is_none())
}

/// Removes everything in a folder; the folder too, if `itself`.
///
/// # Errors
/// Something cannot be removed.
#[cfg(feature = "embedded")]
pub fn remove_all_in(folder: &Path, itself: bool) -> io::Result<()> {
    if itself {
        return fs::remove_dir_all(folder);
    }
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        if path.is_dir() && !path.is_symlink() { fs::remove_dir_all(path)? } else { fs::remove_file(path)? }
    }
    Ok(())
}

/// Creates a file with this text in one step; false, and no change, where something is there already.
///
/// # Errors
/// The file cannot be created or written.
pub fn create_new(path: &Path, text: &str) -> io::Result<bool> {
    match written_beside(path, text)?.persist_noclobber(path) {
        Ok(_) => Ok(true),
        Err(error) if error.error.kind() == io::ErrorKind::AlreadyExists => Ok(false),
        Err(error) => Err(error.error),
    }
}

/// Writes a file in one step, over whatever is there.
///
/// # Errors
/// The file cannot be written.
pub fn write(path: &Path, text: &str) -> io::Result<()> {
    written_beside(path, text)?.persist(path).map(drop).map_err(|error| error.error)
}

/// The text in a file of another name beside `path`, with the permissions that new files have.
fn written_beside(path: &Path, text: &str) -> io::Result<NamedTempFile> {
    let mut builder = tempfile::Builder::new();
    builder.prefix(".scoresync-");
    #[cfg(unix)]
    builder.permissions(std::os::unix::fs::PermissionsExt::from_mode(0o666));
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let mut file = builder.tempfile_in(folder)?;
    file.write_all(text.as_bytes())?;
    file.as_file().sync_all()?;
    Ok(file)
}

/// Writes a file that only its owner may read, in one step, and makes the folder that it lies in.
///
/// # Errors
/// The folder cannot be made, or the file cannot be written.
pub fn write_private(path: &Path, text: &str) -> io::Result<()> {
    let folder = path.parent().unwrap_or(path);
    fs::create_dir_all(folder)?;
    // Made for nobody else by the crate.
    let mut file = NamedTempFile::new_in(folder)?;
    file.write_all(text.as_bytes())?;
    file.persist(path).map(drop).map_err(|error| error.error)
}

/// Reads a file.
///
/// # Errors
/// The file cannot be read, or is not UTF-8.
pub fn read(path: &Path) -> io::Result<String> {
    fs::read_to_string(path)
}
