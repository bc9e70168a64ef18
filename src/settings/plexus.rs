//! The settings files that all Plexus tools share: `.plexus/config.yaml` of a project and of a person.

use super::error::SettingsError;
use super::position::FilePosition;
use super::read::read_optional;
use super::setting::SettingSource;
use crate::check;
use crate::model::DocKind;
use serde::Deserialize;
use std::path::{Path, PathBuf};

/// The folder, in a workspace and in the home folder.
pub const PLEXUS_FOLDER: &str = ".plexus";
/// File names in the order in which they count.
const FILES: [&str; 2] = ["config.yaml", "config.yml"];

/// The keys that this tool reads; those of other tools are ignored.
#[derive(Clone, Debug, Default, Deserialize)]
pub(super) struct Values {
    pub api_url: Option<String>,
    pub api_key: Option<String>,
    pub app_url: Option<String>,
    pub account_key: Option<String>,
    pub default_account_id: Option<String>,
    pub working_directory: Option<String>,
}

/// The file; its other mappings belong to other tools.
#[derive(Deserialize)]
struct PlexusFile {
    #[serde(default)]
    plexus: Option<Values>,
}

/// One file and what it says.
#[derive(Clone, Debug)]
pub(super) struct Layer {
    pub source: SettingSource,
    pub values: Values,
}

/// The files of `folder` that exist, the one that counts most first; `source` says whose they are.
pub(super) fn layers(folder: &Path, source: fn(PathBuf) -> SettingSource) -> Result<Vec<Layer>, SettingsError> {
    let mut layers = Vec::new();
    for name in FILES {
        let path = folder.join(PLEXUS_FOLDER).join(name);
        if let Some(text) = read_optional(&path)? {
            layers.push(Layer { values: parse(&path, &text)?, source: source(path) });
        }
    }
    Ok(layers)
}

fn parse(path: &Path, text: &str) -> Result<Values, SettingsError> {
    let invalid =
        |line, column, message| SettingsError::Invalid { place: FilePosition { file: path.to_owned(), line, column }, message };
    if let Some(fault) = check::syntax(DocKind::Code, text) {
        return Err(invalid(fault.line, fault.column, fault.message));
    }
    // The parser's message may quote a value, and the value may be an API key.
    let file: Option<PlexusFile> = serde_yaml::from_str(text).map_err(|error| {
        let (line, column) = error.location().map_or((1, 1), |at| (at.line(), at.column()));
        invalid(line, column, "a mapping `plexus:` with texts is expected here".to_owned())
    })?;
    Ok(file.and_then(|file| file.plexus).unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_plexus_mapping_counts_and_strangers_are_left_alone() {
        let values = parse(Path::new("c"), "plexus:\n  api_url: https://x\n  other: [1]\naws:\n  region: y\n").expect("good");
        assert_eq!((values.api_url.as_deref(), values.api_key), (Some("https://x"), None));
        assert!(parse(Path::new("c"), "").expect("empty").api_url.is_none());
    }

    #[test]
    fn a_wrong_type_is_named_without_its_value() {
        let error = parse(Path::new("c"), "plexus:\n  api_key: [da2-secret]\n").expect_err("a list is no key");
        assert!(!format!("{error:?} {error}").contains("secret"));
        assert!(error.to_string().contains("c:2:"), "{error}");
    }
}
