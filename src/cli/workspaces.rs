//! Which workspace typed paths are about: the one that holds them, wherever they are typed.
//!
//! The pre-commit framework and editors name files from the top of a repository, in which there may be several workspaces.
//! Words that are no such paths are about the workspace of the working directory.

use super::app::App;
use super::error::Problem;
use super::exit::Exit;
use super::targets::{is_document, is_known_path, normalized};
use super::text::quoted;
use crate::settings::{Settings, workspace_of};
use std::path::{Path, PathBuf};

/// The words that are about one workspace.
pub struct WorkspaceWords {
    /// What commands about that workspace have at hand.
    pub app: App,
    /// Those words; a path that is not seen from the working directory is absolute.
    pub words: Vec<String>,
}

/// The words by workspace, in the order of their first words; one group where there are no words. Where there is no
/// workspace here, words that are no paths are about the first one that a path names.
pub fn by_workspace(app: &App, words: &[String]) -> Vec<WorkspaceWords> {
    let current = if words.is_empty() { None } else { Settings::load(&app.env, &app.place).ok() };
    let found: Vec<Option<(PathBuf, String)>> = words.iter().map(|word| held(app, current.as_ref(), word)).collect();
    let is_nowhere = current.as_ref().is_some_and(|settings| settings.workspace.is_none());
    let first = found.iter().flatten().next().filter(|_| is_nowhere).map(|(place, _)| place.clone());
    let usual = first.unwrap_or_else(|| app.place.clone());
    let mut groups: Vec<WorkspaceWords> = Vec::new();
    for (word, found) in words.iter().zip(found) {
        let (place, word) = found.unwrap_or_else(|| (usual.clone(), word.clone()));
        match groups.iter_mut().find(|group| group.app.place == place) {
            Some(group) => group.words.push(word),
            None => groups.push(WorkspaceWords { app: app.in_workspace(&place), words: vec![word] }),
        }
    }
    if groups.is_empty() {
        groups.push(WorkspaceWords { app: app.clone(), words: Vec::new() });
    }
    groups
}

/// The same for a command that works on one workspace at a time: what it has at hand. Its words become those of the group.
///
/// # Errors
/// The words are about several workspaces.
pub fn only_workspace(app: &App, command: &str, words: Vec<&mut String>) -> Result<App, Problem> {
    let typed: Vec<String> = words.iter().map(|word| (**word).clone()).collect();
    let mut groups = by_workspace(app, &typed);
    if groups.len() > 1 {
        return Err(several(app, command, &groups));
    }
    let WorkspaceWords { app, words: found } = groups.remove(0);
    words.into_iter().zip(found).for_each(|(word, found)| *word = found);
    Ok(app)
}

/// The workspace folder that holds what a word names, and the word as an absolute path; none for words that are about the
/// workspace of the working directory as they are.
fn held(app: &App, current: Option<&Settings>, word: &str) -> Option<(PathBuf, String)> {
    if word.is_empty() || current.is_some_and(|settings| is_known_path(settings, word)) {
        return None;
    }
    let workspace = current.and_then(|settings| settings.workspace.as_ref()).map(|found| found.root.as_path());
    let seen_from = |folder: &Path| {
        let path = normalized(&folder.join(word));
        (path.exists() || is_document(word)).then_some(path)
    };
    let here = seen_from(&app.working_directory);
    let from_start = || seen_from(&app.started_in).filter(|path| path.exists());
    let path = here.clone().filter(|path| path.exists()).or_else(from_start).or(here)?;
    let found = workspace_of(&path, app.env.home())?.root;
    let is_here = Some(found.as_path()) == workspace;
    if is_here && normalized(&app.working_directory.join(word)) == path {
        return None;
    }
    let place = if is_here { app.place.clone() } else { found };
    Some((place, path.to_str()?.to_owned()))
}

fn several(app: &App, command: &str, groups: &[WorkspaceWords]) -> Problem {
    let message = format!("these paths are of {} workspaces, and {command} works on one at a time", groups.len());
    groups.iter().fold(Problem::new(Exit::Usage, "SEVERAL_WORKSPACES", message), |problem, group| {
        let place = &group.app.place;
        let folder = if app.started_in == app.working_directory { app.shown(place) } else { place };
        let folder = if folder.as_os_str().is_empty() { Path::new(".") } else { folder };
        let below = |word: &String| {
            let path = Path::new(word);
            quoted(&path.strip_prefix(place).unwrap_or(path).display().to_string()).into_owned()
        };
        let words: Vec<String> = group.words.iter().map(below).collect();
        let run = format!("scoresync -C {} {command} {}", quoted(&folder.display().to_string()), words.join(" "));
        problem.at(place.display()).help(run)
    })
}
