//! `init --editor`: makes an editor complete and check score YAML while somebody types. Never changes a file that is there.
//!
//! A `# yaml-language-server: $schema=…` line in every score would do the same for more editors, but it would be an edit of
//! every score, and a version with the next push. Whoever wants it in one writes it there.

use crate::check::schema;
use crate::cli::files;
use crate::cli::ui::Ui;
use crate::settings::Settings;
use clap::ValueEnum;
use std::io;
use std::path::Path;

/// Editors that can be set up.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Editor {
    /// Visual Studio Code, with its YAML extension.
    Vscode,
}

/// Where the schema goes, from the workspace's folder.
const SCHEMA: &str = ".vscode/plexus-score.schema.json";
/// The editor's settings of this folder.
const VSCODE: &str = ".vscode/settings.json";

/// Writes the schema, and the setting that leads to it, or says what to add to settings that are there.
///
/// # Errors
/// A file cannot be read or written.
pub fn write(editor: Editor, folder: &Path, settings: &Settings, ui: &Ui) -> io::Result<()> {
    let Editor::Vscode = editor;
    files::create_folder(&folder.join(".vscode"))?;
    files::write(&folder.join(SCHEMA), &format!("{:#}\n", schema()))?;
    ui.note(format_args!("made {}", folder.join(SCHEMA).display()));
    let setting = setting(folder, &settings.root.value);
    let path = folder.join(VSCODE);
    if files::create_new(&path, &format!("{setting:#}\n"))? {
        ui.note(format_args!("made {}", path.display()));
    } else if !files::read(&path)?.contains(SCHEMA) {
        ui.note(format_args!("there already: {}; add to it:", path.display()));
        ui.note(format_args!("  \"yaml.schemas\": {}", setting["yaml.schemas"]));
    }
    ui.note("the extension redhat.vscode-yaml reads it");
    Ok(())
}

/// The schema for the code files below the root; one outside of the folder is named in full.
fn setting(folder: &Path, root: &Path) -> serde_json::Value {
    let root = root.strip_prefix(folder).unwrap_or(root).display().to_string();
    let pattern = format!("{}/*/*.yaml", root.trim_end_matches('/'));
    serde_json::json!({ "yaml.schemas": { (format!("./{SCHEMA}")): pattern.trim_start_matches("./") } })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_pattern_is_that_of_the_root() {
        let of = |root: &str| setting(Path::new("/w"), Path::new(root))["yaml.schemas"][format!("./{SCHEMA}")].clone();
        assert_eq!(
            (of("/w/scorecards"), of("/w/./cards/"), of("/x")),
            ("scorecards/*/*.yaml".into(), "cards/*/*.yaml".into(), "/x/*/*.yaml".into())
        );
    }
}
