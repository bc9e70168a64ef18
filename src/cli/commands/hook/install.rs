//! Installs hooks that call this program, and removes them.

use crate::cli::commands::commit::repository;
use crate::cli::error::Problem;
use crate::cli::exit::Exit;
use crate::cli::ui::Ui;
use crate::git::{HookCommand, HookKind, Installed};
use crate::settings::{Settings, program};

/// Installs a hook, or brings it up to date.
///
/// # Errors
/// There is no workspace or repository, or git's hooks are not ours to change.
pub fn install(settings: &Settings, hook: HookKind, ui: &Ui) -> Result<(), Problem> {
    let folder = settings.workspace()?.root.display().to_string();
    let program = program().map_err(|error| Problem::new(Exit::Failed, "NO_PROGRAM", format!("where is scoresync? {error}")))?;
    let args = ["-C", &folder, "hook", "run", hook.name()].map(str::to_owned).to_vec();
    let command = HookCommand { program: program.display().to_string(), args };
    let what = match repository(settings)?.install_hook(hook, &command)? {
        Installed::New => "is installed",
        Installed::Chained => "is installed; the one that was there runs first",
        Installed::Updated => "is up to date now",
        Installed::Unchanged => "is installed already",
    };
    ui.note(format_args!("the {} hook {what}", hook.name()));
    Ok(())
}

/// Removes a hook, and gives an earlier one its place back.
///
/// # Errors
/// There is no repository, or the hook cannot be removed.
pub fn uninstall(settings: &Settings, hook: HookKind, ui: &Ui) -> Result<(), Problem> {
    let name = hook.name();
    if repository(settings)?.uninstall_hook(hook)? {
        ui.note(format_args!("the {name} hook is removed"));
    } else {
        ui.note(format_args!("there is no {name} hook"));
    }
    Ok(())
}
