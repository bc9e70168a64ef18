//! What this user trusts: `SCORESYNC_TRUST`, and a file in the user's own configuration folder. No file of a workspace has a
//! say in this. Nothing is written here.

use super::destination::Destination;
use super::env::Env;
use super::error::SettingsError;
use super::read::read_optional;
use super::setting::{Setting, SettingSource};
use crate::model::WebAddress;
use std::path::{Path, PathBuf};

/// The variable, for programs that have no home folder.
const NAME: &str = "SCORESYNC_TRUST";

/// The file that remembers: one destination a line, `#` begins a comment. None without a home folder.
pub fn trust_file(env: &Env) -> Option<PathBuf> {
    let given = env.get("XDG_CONFIG_HOME").map(PathBuf::from).filter(|folder| folder.is_absolute());
    let folder = given.or_else(|| Some(env.home()?.join(".config")))?;
    Some(folder.join("scoresync").join("trusted"))
}

/// The destinations in that file.
///
/// # Errors
/// It cannot be read, or has a line that names none.
pub fn remembered(file: &Path) -> Result<Vec<Destination>, SettingsError> {
    let text = read_optional(file)?.unwrap_or_default();
    let lines = text.lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with('#'));
    let source = SettingSource::HomeFile(file.to_owned());
    lines.map(|line| destination("a trusted dashboard", line, Path::new("/"), &source)).collect()
}

/// Everything that this user trusts. A `file:` of the variable is relative to the working directory.
///
/// # Errors
/// The file cannot be read; an entry names no destination.
pub fn trusted(env: &Env, working_directory: &Path) -> Result<Vec<Setting<Destination>>, SettingsError> {
    let source = SettingSource::Variable(NAME);
    let words = env.get(NAME).unwrap_or_default().split(',').map(str::trim).filter(|word| !word.is_empty());
    let named: Result<Vec<_>, _> = words.map(|word| destination(NAME, word, working_directory, &source)).collect();
    let from = |source: SettingSource| move |value| Setting { value, source: source.clone() };
    let mut trusted: Vec<_> = named?.into_iter().map(from(source)).collect();
    if let Some(file) = trust_file(env) {
        trusted.extend(remembered(&file)?.into_iter().map(from(SettingSource::HomeFile(file))));
    }
    Ok(trusted)
}

fn destination(name: &'static str, word: &str, folder: &Path, source: &SettingSource) -> Result<Destination, SettingsError> {
    Destination::parse(word, folder).ok_or_else(|| SettingsError::BadValue {
        name,
        value: format!("{:?}", WebAddress::new(word).to_string()),
        expected: "HOST, HOST:PORT, http://HOST or file:PATH",
        source_of_value: source.clone(),
    })
}
