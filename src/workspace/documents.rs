//! Which files look like documents of scores, where no catalog says so.

use super::error::FileError;
use super::resolve::ScorecardsRoot;
use super::scan::is_document;
use crate::model::RelPath;
use std::fs;
use std::path::Path;

/// The ending of folders that belong to other tools.
const SUFFIX_OF_OTHERS: &str = ".knowledge-base";

/// [`super::Workspace::documents`].
pub(super) fn documents(root: &Path) -> Result<Vec<RelPath>, FileError> {
    let Some(root) = ScorecardsRoot::find(root)? else { return Ok(Vec::new()) };
    let mut found = Vec::new();
    for folder in names(&root, "")?.into_iter().filter(|name| !name.starts_with('.') && !name.ends_with(SUFFIX_OF_OTHERS)) {
        let guidelines = format!("{folder}/guidelines");
        for folder in [&folder, &guidelines] {
            let documents = names(&root, folder)?.into_iter().filter(|name| is_document(folder, name) && is_score(folder, name));
            found.extend(documents.filter_map(|name| RelPath::parse(&format!("{folder}/{name}")).ok()));
        }
    }
    found.sort_unstable();
    Ok(found)
}

/// Markdown beside the code is the old place of guidelines, or somebody's notes: it is not synced.
fn is_score(folder: &str, name: &str) -> bool {
    folder.ends_with("/guidelines") || name.ends_with(".yaml")
}

/// The names in a folder; none where there is no folder, or where a link leads out of the root.
fn names(root: &ScorecardsRoot, folder: &str) -> Result<Vec<String>, FileError> {
    let Ok(Some(at)) = root.folder(folder) else { return Ok(Vec::new()) };
    let entries = fs::read_dir(&at).and_then(Iterator::collect::<Result<Vec<_>, _>>);
    let entries = entries.map_err(|error| root.shown(FileError::of(&at, &error)))?;
    Ok(entries.into_iter().filter_map(|entry| entry.file_name().into_string().ok()).collect())
}
