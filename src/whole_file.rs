//! Writes a small file whole: every reader, and every moment after a crash, sees the old text or the new one. Documents of scores have
//! more to them, and are written by `workspace`.
//!
//! The text is written and flushed beside its place, and then takes it in one step. Whoever writes locks the file beside; the
//! system lets go of the lock when a process ends, however it ends. So one that nobody holds is what a run that died has left, and the
//! next one that writes into that folder removes it.
#![expect(clippy::disallowed_methods, reason = "what is written here is no working file")]

use std::fs::{self, File};
use std::io::{self, Read, Write};
use std::path::Path;
use tempfile::{Builder, NamedTempFile};

const PREFIX: &str = ".scoresync-";
const SUFFIX: &str = ".new";
/// How often it is tried: another process may take a file for a dead one's between its creation and its lock.
const TRIES: usize = 3;

/// The largest file that is read, in bytes.
const MAX_BYTES: u64 = 1 << 20;

/// Who may do what with a new file, before the system's mask.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FileMode {
    /// What new files have.
    Usual,
    /// Everybody may run it.
    Program,
    /// Nobody but its owner.
    Private,
}

impl FileMode {
    #[cfg(unix)]
    fn bits(self) -> u32 {
        match self {
            Self::Usual => 0o666,
            Self::Program => 0o755,
            Self::Private => 0o600,
        }
    }
}

/// Reads a file. A link in a repository can lead to a device that never ends.
///
/// # Errors
/// The file cannot be read, or is larger than any that is written here.
pub fn read(path: &Path) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    File::open(path)?.take(MAX_BYTES + 1).read_to_end(&mut bytes)?;
    let too_large = || io::Error::new(io::ErrorKind::FileTooLarge, format!("it is larger than {} MiB", MAX_BYTES >> 20));
    if bytes.len() as u64 > MAX_BYTES { Err(too_large()) } else { Ok(bytes) }
}

/// Creates a file; false, and no change, where something is there already.
///
/// # Errors
/// The file cannot be created or written.
pub fn create(path: &Path, text: &str, mode: FileMode) -> io::Result<bool> {
    let put = |file: NamedTempFile| match file.persist_noclobber(path) {
        Err(error) if error.error.kind() == io::ErrorKind::AlreadyExists => Ok(false),
        put => put.map_err(|error| error.error).and_then(|_| flush_folder_of(path)).map(|()| true),
    };
    retried(|| put(beside(path, text, mode)?))
}

/// Writes a file over whatever is there.
///
/// # Errors
/// The file cannot be written.
pub fn replace(path: &Path, text: &str, mode: FileMode) -> io::Result<()> {
    retried(|| put(beside(path, text, mode)?, path))
}

fn folder_of(path: &Path) -> &Path {
    path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."))
}

/// Gives a file its place, for good.
fn put(file: NamedTempFile, path: &Path) -> io::Result<()> {
    file.persist(path).map_err(|error| error.error)?;
    flush_folder_of(path)
}

#[cfg(unix)]
fn flush_folder_of(path: &Path) -> io::Result<()> {
    File::open(folder_of(path))?.sync_all()
}

#[cfg(not(unix))]
fn flush_folder_of(_: &Path) -> io::Result<()> {
    Ok(())
}

/// [`replace`], which leaves the file the permissions that it has.
///
/// # Errors
/// As [`replace`].
pub fn replace_text(path: &Path, text: &str, mode: FileMode) -> io::Result<()> {
    retried(|| {
        let file = beside(path, text, mode)?;
        if let Ok(found) = fs::metadata(path) {
            file.as_file().set_permissions(found.permissions())?;
        }
        put(file, path)
    })
}

fn retried<T>(attempt: impl Fn() -> io::Result<T>) -> io::Result<T> {
    let mut tries = 1;
    loop {
        match attempt() {
            Err(error) if error.kind() == io::ErrorKind::NotFound && tries < TRIES => tries += 1,
            result => return result,
        }
    }
}

/// The text in a locked file of another name beside `path`.
fn beside(path: &Path, text: &str, mode: FileMode) -> io::Result<NamedTempFile> {
    let folder = folder_of(path);
    remove_abandoned(folder);
    let mut builder = Builder::new();
    builder.prefix(PREFIX).suffix(SUFFIX);
    #[cfg(unix)]
    builder.permissions(std::os::unix::fs::PermissionsExt::from_mode(mode.bits()));
    #[cfg(not(unix))]
    let _ = mode;
    let mut file = builder.tempfile_in(folder)?;
    // Where files cannot be locked, what a run that died has left stays.
    let _ = file.as_file().try_lock();
    file.write_all(text.as_bytes())?;
    file.as_file().sync_all()?;
    Ok(file)
}

/// Removes what runs that died have left in a folder.
pub fn remove_abandoned(folder: &Path) {
    for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
        let name = entry.file_name();
        let is_ours = name.to_str().is_some_and(|name| name.starts_with(PREFIX) && name.ends_with(SUFFIX));
        if is_ours && entry.file_type().is_ok_and(|kind| kind.is_file()) && is_abandoned(&entry.path()) {
            let _ = fs::remove_file(entry.path());
        }
    }
}

fn is_abandoned(path: &Path) -> bool {
    File::open(path).is_ok_and(|file| file.try_lock().is_ok())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(folder: &Path) -> Vec<String> {
        let entries = fs::read_dir(folder).expect("a folder");
        let mut names: Vec<String> =
            entries.map(|entry| entry.expect("an entry").file_name().into_string().expect("text")).collect();
        names.sort();
        names
    }

    #[test]
    fn what_a_dead_run_left_goes_and_what_is_being_written_stays() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("settings");
        fs::write(folder.path().join(".scoresync-dead.new"), "ha").expect("written");
        let other = beside(&path, "theirs", FileMode::Usual).expect("beside");
        assert!(create(&path, "ours", FileMode::Usual).expect("created"));
        assert_eq!(names(folder.path()).len(), 2, "theirs and ours");
        other.persist(&path).expect("it was left alone");
        assert!(!create(&path, "ours", FileMode::Usual).expect("there"));
        assert_eq!((fs::read_to_string(&path).expect("text"), names(folder.path())), ("theirs".into(), vec!["settings".into()]));
    }

    #[test]
    fn an_error_leaves_nothing() {
        let folder = tempfile::tempdir().expect("a folder");
        fs::create_dir(folder.path().join("taken")).expect("a folder");
        assert!(replace(&folder.path().join("taken"), "x", FileMode::Private).is_err());
        assert_eq!(names(folder.path()), ["taken"]);
        assert!(replace(&folder.path().join("none/x"), "x", FileMode::Usual).is_err());
    }

    #[test]
    fn a_file_is_read_up_to_its_greatest_size() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("settings");
        fs::write(&path, vec![b'x'; MAX_BYTES as usize]).expect("written");
        assert_eq!(read(&path).expect("it is small enough").len() as u64, MAX_BYTES);
        fs::write(&path, vec![b'x'; MAX_BYTES as usize + 1]).expect("written");
        assert_eq!(read(&path).expect_err("it is too large").to_string(), "it is larger than 1 MiB");
    }
}
