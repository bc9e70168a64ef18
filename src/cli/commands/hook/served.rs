//! The workspaces that a hook serves, found at the moment when git runs it.
//!
//! A hook is shared by all working trees of its repository and moves with it, so that it names workspaces from the top of
//! the working tree. One that is not there (another branch, a folder that was renamed) stops nothing, but is told of.

use crate::cli::app::App;
use crate::cli::error::Problem;
use crate::cli::text::plain;
use crate::cli::ui::Ui;
use crate::git::{HookContext, HookKind, Program, Repository};
use crate::settings::{Settings, current_directory, workspace_of};
use std::path::{Path, PathBuf};

/// A workspace that a hook serves.
pub struct ServedWorkspace {
    /// What its commands have at hand.
    pub app: App,
    /// Its settings.
    pub settings: Settings,
    /// Its repository, with the index that git gave to the hook.
    pub repository: Repository,
}

/// The workspaces that are there and in the repository that git runs the hook for; no other one concerns us. Without names
/// it is the one of the working directory.
///
/// # Errors
/// The settings of one cannot be read, or its repository cannot be opened.
pub fn served(app: &App, hook: HookKind, names: &[PathBuf], ui: &Ui) -> Result<Vec<ServedWorkspace>, Problem> {
    let folder = current_directory(&app.env).unwrap_or_else(|_| app.working_directory.clone());
    let top = Repository::discover(&folder, Program::default()).ok().flatten();
    let top = top.map_or_else(|| folder.clone(), |repository| repository.workdir().to_owned());
    let path = |name| app.env.get(name).map(Into::into);
    let context = HookContext { folder, git_dir: path("GIT_DIR"), index_file: path("GIT_INDEX_FILE") };
    let places = match names {
        [] => {
            let found = workspace_of(&app.working_directory, app.env.home());
            vec![found.map_or_else(|| app.working_directory.clone(), |found| found.root)]
        }
        names => names.iter().map(|name| top.join(name)).collect(),
    };
    let mut served = Vec::new();
    for place in places {
        let app = app.in_workspace(&place);
        let Some(settings) = present(&app, &place, ui)? else {
            tell_gone(ui, hook, &app.shown(&place).display().to_string());
            continue;
        };
        let repository = Repository::in_hook(&settings.root.value, &context, Program::default())?;
        served.extend(repository.map(|repository| ServedWorkspace { app, settings, repository }));
    }
    Ok(served)
}

/// The settings of a workspace, if it is there: a working tree may lack the file that marks it, if git does not follow that.
fn present(app: &App, place: &Path, ui: &Ui) -> Result<Option<Settings>, Problem> {
    if !place.is_dir() {
        return Ok(None);
    }
    let settings = app.settings(ui)?;
    let real = place.canonicalize().unwrap_or_else(|_| place.to_owned());
    // One around it is another workspace.
    let is_there = match &settings.workspace {
        Some(found) => found.root == real,
        None => settings.root.value.is_dir(),
    };
    Ok(is_there.then_some(settings))
}

fn tell_gone(ui: &Ui, hook: HookKind, place: &str) {
    let name = hook.name();
    ui.warning(&format!("the {name} hook did nothing for {}: no workspace is there", plain(place)));
    ui.help(&format!("scoresync hook uninstall --type {name}    # if it is gone for good"));
    ui.help(&format!("scoresync -C FOLDER hook install --type {name}    # then, in the folder where it is now"));
}
