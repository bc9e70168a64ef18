//! The scorecards root. Pulls write below it, so a file of a repository must not lead it anywhere else, and nothing may lead
//! it to where git or this program keep their own files.

use super::error::{NoRoot, SettingsError};
use super::layers::Layers;
use super::real_path::real_path;
use super::setting::Setting;
use crate::model::{SyncKind, beside};
use std::path::{Component, Path, PathBuf};

/// Folder of the scorecards, as the other Plexus tools have it.
const DEFAULT: &str = "scorecards";
/// Folders of git, by its short name on Windows too, and of this program.
const PRIVATE: [&str; 3] = [".git", "git~1", ".scoresync"];

/// `SCORECARD_CACHE_DIR` is relative to the working directory, as in the other tools; ours to the workspace. A link that the
/// root is, or lies behind, belongs to whoever made it and may lead out.
pub(super) fn root(layers: &Layers<'_>, working_directory: &Path, workspace: &Path) -> Result<Setting<PathBuf>, SettingsError> {
    let (given, from) = match layers.variable("SCORECARD_CACHE_DIR") {
        Some(given) => (given, working_directory),
        None => (layers.project_or(layers.project.root.clone(), DEFAULT.to_owned()), workspace),
    };
    let Setting { value: text, source } = given;
    let value = climb(from, Path::new(&text));
    let refused = |why| Err(SettingsError::BadRoot { root: text.clone(), why, source_of_value: source.clone() });
    if !source.is_users() && !is_inside(&value, workspace) {
        return refused(NoRoot::Outside);
    }
    if is_private(&value, workspace) || is_private(&real_path(&value), &real_path(workspace)) {
        return refused(NoRoot::Private);
    }
    Ok(Setting { value, source })
}

/// Standalone documents that are synced. Their folders lie beside the scorecards root, so that has to be a folder inside the
/// workspace, and not the workspace itself.
pub(super) fn documents(
    layers: &Layers<'_>,
    root: &Setting<PathBuf>,
    workspace: &Path,
) -> Result<Setting<Vec<SyncKind>>, SettingsError> {
    let documents = layers.project_or(layers.project.documents.clone(), Vec::new());
    if !documents.value.is_empty() && !is_inside(&beside(&root.value), workspace) {
        let (root, source_of_value) = (root.value.display().to_string(), root.source.clone());
        return Err(SettingsError::BadRoot { root, why: NoRoot::NothingBeside, source_of_value });
    }
    Ok(documents)
}

/// `folder` relative to `from`. As `from` has no links, each leading `..` is its parent and the file system need not be
/// asked.
fn climb(from: &Path, folder: &Path) -> PathBuf {
    let (mut from, mut folder) = (from, folder);
    while let Ok(rest) = folder.strip_prefix("..") {
        (from, folder) = (from.parent().unwrap_or(from), rest);
    }
    from.join(folder)
}

/// Whatever is a link on the way: a `..` behind one leads anywhere.
fn is_inside(path: &Path, workspace: &Path) -> bool {
    path.strip_prefix(workspace).is_ok_and(|below| !below.components().any(|part| part == Component::ParentDir))
}

/// It lies in a private folder, as seen from the workspace where it is below that.
fn is_private(path: &Path, workspace: &Path) -> bool {
    let seen = path.strip_prefix(workspace).unwrap_or(path);
    seen.components().any(|part| {
        let name = part.as_os_str().to_string_lossy().to_lowercase();
        // Windows drops dots and spaces at the end of a name.
        PRIVATE.contains(&name.trim_end_matches(['.', ' ']))
    })
}
