//! Reading a settings file that need not be there.

use super::error::SettingsError;
use std::fs::File;
use std::io::{self, ErrorKind, Read};
use std::path::Path;

/// The largest settings file, in bytes.
const MOST: u64 = 1 << 20;

/// The text of a file, `None` if it is not there. A folder of that name is no settings: `.env` is also what people call the folder of
/// a Python environment.
pub(super) fn read_optional(path: &Path) -> Result<Option<String>, SettingsError> {
    match read(path) {
        Ok(text) => Ok(Some(text)),
        Err(error) if matches!(error.kind(), ErrorKind::NotFound | ErrorKind::NotADirectory) => Ok(None),
        Err(_) if path.is_dir() => Ok(None),
        Err(error) => Err(SettingsError::Unreadable { path: path.to_owned(), why: error.to_string() }),
    }
}

/// A link in a repository can lead to a device that never ends.
#[expect(clippy::disallowed_methods, reason = "settings files are not working files: nothing of theirs is synced")]
fn read(path: &Path) -> io::Result<String> {
    let mut text = String::new();
    File::open(path)?.take(MOST + 1).read_to_string(&mut text)?;
    if text.len() as u64 > MOST { Err(io::Error::other("no settings file is this large")) } else { Ok(text) }
}
