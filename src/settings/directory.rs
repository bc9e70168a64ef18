//! A directory that a person named.

use super::error::SettingsError;
use std::path::{Component, Path, PathBuf};

/// `dir` made absolute against `from`; it must exist. Links in it keep their names.
///
/// # Errors
/// It does not exist, or is no directory.
pub fn directory(from: &Path, dir: &Path) -> Result<PathBuf, SettingsError> {
    let path = from.join(dir);
    let failed = |why: String| SettingsError::NoDirectory { path: path.clone(), why };
    let real = path.canonicalize().map_err(|error| failed(error.to_string()))?;
    if !real.is_dir() {
        return Err(failed("not a directory".to_owned()));
    }
    let climbs = path.components().any(|part| part == Component::ParentDir);
    Ok(if climbs { real } else { path.components().collect() })
}
