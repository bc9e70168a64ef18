//! The repository that git runs a hook for.

use crate::cli::app::App;
use crate::cli::error::Problem;
use crate::git::{HookContext, Program, Repository};
use crate::settings::{Settings, current_directory};

/// The repository that a hook runs for, if it holds the scorecards; no other one concerns us.
///
/// # Errors
/// The repository cannot be opened.
pub fn hooked_repository(app: &App, settings: &Settings) -> Result<Option<Repository>, Problem> {
    let folder = current_directory(&app.env).unwrap_or_else(|_| app.working_directory.clone());
    let path = |name| app.env.get(name).map(Into::into);
    let context = HookContext { folder, git_dir: path("GIT_DIR"), index_file: path("GIT_INDEX_FILE") };
    Ok(Repository::in_hook(&settings.root.value, &context, Program::default())?)
}
