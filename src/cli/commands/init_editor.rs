//! `init --editor`: makes an editor complete and check YAML and the settings while somebody types, or says how. Never changes
//! a file of somebody else that is there.
//!
//! A `# yaml-language-server: $schema=…` line in every score would do the same for more editors, but it would be an edit of
//! every score, and a version with the next push. Whoever wants it in one writes it there.

use crate::check::{data_source_schema, schema};
use crate::cli::files;
use crate::cli::ui::Ui;
use crate::model::{SyncKind, beside};
use crate::settings::{PROJECT_FILE, STATE_FOLDER, Settings, project_schema};
use clap::ValueEnum;
use serde_json::{Value, json};
use std::io;
use std::path::Path;

/// Editors that can be set up.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Editor {
    /// Visual Studio Code, with its YAML extension.
    Vscode,
    /// IntelliJ IDEA, PyCharm and others of JetBrains.
    Jetbrains,
    /// Neovim, with its language server client.
    Neovim,
    /// Zed.
    Zed,
}

/// The schema of scores.
const SCORES: &str = "plexus-score.schema.json";
/// The schema of data sources.
const DATA_SOURCES: &str = "plexus-data-source.schema.json";
/// The schema of the settings.
const SETTINGS: &str = "scoresync.schema.json";
/// Where the schemas go for VS Code, from the workspace's folder: its settings are committed, and these with them.
const VSCODE: &str = ".vscode";

/// Writes the schemas, and for VS Code the files that lead to them; for other editors it says what to set.
///
/// # Errors
/// A file cannot be read or written.
pub fn write(editor: Editor, folder: &Path, settings: &Settings, ui: &Ui) -> io::Result<()> {
    let place = if editor == Editor::Vscode { VSCODE } else { STATE_FOLDER };
    files::create_folder(&folder.join(place))?;
    let kinds = &settings.documents.value;
    let of_sources = kinds.contains(&SyncKind::DataSource).then(|| (DATA_SOURCES, data_source_schema()));
    for (name, schema) in [(SCORES, schema()), (SETTINGS, project_schema())].into_iter().chain(of_sources) {
        files::write(&folder.join(place).join(name), &format!("{schema:#}\n"))?;
        ui.note(format_args!("made {}", folder.join(place).join(name).display()));
    }
    let mapping = mapping(place, folder, &settings.root.value, kinds);
    if editor == Editor::Vscode {
        return write_vscode(folder, &mapping, ui);
    }
    how(editor, &mapping).lines().for_each(|line| ui.note(line));
    Ok(())
}

fn write_vscode(folder: &Path, mapping: &Value, ui: &Ui) -> io::Result<()> {
    let settings = json!({ "yaml.schemas": mapping });
    let schemas = mapping.as_object().into_iter().flatten().map(|(schema, _)| schema.as_str()).collect();
    for (name, content, told) in [("settings.json", settings, schemas), ("tasks.json", tasks(), vec!["scoresync watch"])] {
        let path = folder.join(VSCODE).join(name);
        if files::create_new(&path, &format!("{content:#}\n"))? {
            ui.note(format_args!("made {}", path.display()));
            continue;
        }
        let there = files::read(&path)?;
        if !told.iter().all(|word| there.contains(word)) {
            ui.note(format_args!("there already: {}; add to it:", path.display()));
            format!("{content:#}").lines().for_each(|line| ui.note(format_args!("  {line}")));
        }
    }
    ui.note("the extension redhat.vscode-yaml reads the schemas; the tasks are in Terminal > Run Task");
    Ok(())
}

/// Each schema with the files that it is of, from the workspace's folder; those outside of that are named in full. The schema
/// of data sources only where these are among the `kinds` that are synced.
fn mapping(place: &str, folder: &Path, root: &Path, kinds: &[SyncKind]) -> Value {
    let files = |at: &Path, pattern: &str| {
        let files = at.strip_prefix(folder).unwrap_or(at).join(pattern).display().to_string();
        files.trim_start_matches("./").to_owned()
    };
    let mut mapping = json!({
        (format!("./{place}/{SCORES}")): files(root, "*/*.yaml"),
        (format!("./{place}/{SETTINGS}")): PROJECT_FILE,
    });
    if let Some(source) = SyncKind::DataSource.folder().filter(|_| kinds.contains(&SyncKind::DataSource)) {
        mapping[format!("./{place}/{DATA_SOURCES}")] = files(&beside(root).join(source), "*.yaml").into();
    }
    mapping
}

/// What starts `watch` with the folder, and a check on demand; both put what they find where it is.
fn tasks() -> Value {
    let matcher = json!({
        "owner": "scoresync",
        "fileLocation": ["autoDetect", "${workspaceFolder}"],
        "pattern": {
            "regexp": "^(.+?):(\\d+):(\\d+): (error|warning|info): (.*)$",
            "file": 1, "line": 2, "column": 3, "severity": 4, "message": 5,
        },
    });
    let mut watching = matcher.clone();
    watching["background"] =
        json!({"activeOnStart": true, "beginsPattern": "^[0-9:]+ checking", "endsPattern": "^[0-9:]+ (checked|watching)"});
    let plain = json!({"env": {"TERM": "dumb"}});
    json!({
        "version": "2.0.0",
        "tasks": [
            {
                "label": "scoresync watch", "type": "process", "command": "scoresync", "args": ["watch"], "options": plain,
                "isBackground": true, "runOptions": {"runOn": "folderOpen"}, "problemMatcher": watching,
            },
            {
                "label": "scoresync check", "type": "process", "command": "scoresync", "args": ["check"], "options": plain,
                "problemMatcher": matcher,
            },
        ],
    })
}

/// What to set in an editor whose settings are not ours to write.
fn how(editor: Editor, mapping: &Value) -> String {
    let entries: Vec<(&str, &str)> = mapping
        .as_object()
        .into_iter()
        .flatten()
        .filter_map(|(schema, files)| Some((schema.as_str(), files.as_str()?)))
        .collect();
    match editor {
        Editor::Vscode => String::new(),
        Editor::Jetbrains => {
            let lines = entries.iter().map(|(schema, files)| format!("\n  {schema}  for  {files}"));
            format!(
                "Settings > Languages & Frameworks > Schemas and DTDs > JSON Schema Mappings: add, with version 2020-12{}",
                lines.collect::<String>()
            )
        }
        Editor::Neovim => {
            let lines = entries.iter().map(|(schema, files)| format!("    ['{schema}'] = '{files}',\n"));
            format!(
                "in init.lua, with yaml-language-server on the PATH:\n  vim.lsp.config('yamlls', {{ settings = {{ yaml = {{ schemas = {{\n{}  }} }} }} }})\n  \
                 vim.lsp.enable('yamlls')",
                lines.collect::<String>()
            )
        }
        Editor::Zed => {
            let setting = json!({"lsp": {"yaml-language-server": {"settings": {"yaml": {"schemas": mapping}}}}});
            format!("in .zed/settings.json:\n{setting:#}")
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_pattern_is_that_of_the_root() {
        let of = |root: &str| mapping(VSCODE, Path::new("/w"), Path::new(root), &[])[format!("./.vscode/{SCORES}")].clone();
        assert_eq!(
            (of("/w/scorecards"), of("/w/./cards/"), of("/x")),
            ("scorecards/*/*.yaml".into(), "cards/*/*.yaml".into(), "/x/*/*.yaml".into())
        );
        let sources =
            |kinds| mapping(VSCODE, Path::new("/w"), Path::new("/w/a/cards"), kinds)[format!("./.vscode/{DATA_SOURCES}")].clone();
        assert_eq!((sources(&SyncKind::STANDALONE), sources(&[])), ("a/data-sources/*.yaml".into(), Value::Null));
    }
}
