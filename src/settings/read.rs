//! Reading a settings file that need not be there.

use super::error::SettingsError;
use std::io::ErrorKind;
use std::path::Path;

/// The text of a file, `None` if it is not there.
#[expect(clippy::disallowed_methods, reason = "settings files are not working files: nothing of theirs is synced")]
pub(super) fn read_optional(path: &Path) -> Result<Option<String>, SettingsError> {
    match std::fs::read_to_string(path) {
        Ok(text) => Ok(Some(text)),
        Err(error) if matches!(error.kind(), ErrorKind::NotFound | ErrorKind::NotADirectory) => Ok(None),
        Err(error) => Err(SettingsError::Unreadable { path: path.to_owned(), why: error.to_string() }),
    }
}
