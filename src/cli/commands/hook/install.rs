//! Installs hooks that call this program, removes them, and says which there are.

use crate::cli::app::App;
use crate::cli::commands::commit::no_repository;
use crate::cli::error::{Problem, awaited, not_installed};
use crate::cli::exit::Exit;
use crate::cli::render;
use crate::cli::render::hook::{HookProgram, ShownHook};
use crate::cli::ui::Ui;
use crate::git::{GitError, HookCommand, HookKind, Installed, Program, Repository, Uninstalled};
use crate::settings::{Env, Settings, program, workspace_of};
use serde_json::{Value, json};
use std::path::Path;

/// Installs hooks, or brings them up to date; with `force` also where a hook manager is set up to write them.
///
/// # Errors
/// There is no workspace or repository, or git's hooks are not ours to change.
pub fn install(app: &App, hooks: &[HookKind], force: bool, ui: &mut Ui) -> Result<(), Problem> {
    let settings = app.settings(ui)?;
    let folder = settings.workspace()?.root.clone();
    let repository = repository(&settings)?;
    let program = program().map_err(|error| {
        Problem::new(Exit::Failed, "NO_PROGRAM", format!("the program does not find itself: {error}"))
            .help("start it by its full path")
    })?;
    let command = HookCommand { program: program.display().to_string(), workspace: repository.from_top(&folder) };
    // Of several hooks all are installed or none.
    for hook in hooks.iter().filter(|_| !force) {
        if let Some(manager) = repository.awaited_manager(*hook)? {
            return Err(awaited(&manager, *hook, &command.workspace));
        }
    }
    for hook in hooks {
        let installed = repository.install_hook(*hook, &command).map_err(|error| match error {
            GitError::Hook(refusal) => not_installed(&refusal, *hook, &command.workspace),
            error => error.into(),
        })?;
        tell(app, *hook, &installed, ui);
    }
    if app.global.json { print_json(app, &repository, ui) } else { Ok(()) }
}

fn tell(app: &App, hook: HookKind, installed: &Installed, ui: &Ui) {
    let name = hook.name();
    match installed {
        Installed::New => ui.note(format_args!("the {name} hook is installed")),
        Installed::Chained => ui.note(format_args!("the {name} hook is installed; the one that was there runs first")),
        Installed::BesideIdle => {
            ui.note(format_args!(
                "the {name} hook is installed; the one that was there is kept, and does not run: it is not executable"
            ));
        }
        Installed::Updated => ui.note(format_args!("the {name} hook is up to date now")),
        Installed::Unchanged => ui.note(format_args!("the {name} hook is installed already")),
        Installed::InScript { script, ends_before } => {
            let script = app.shown(script).display();
            ui.note(format_args!("the {name} hook is installed in {script}, which husky runs and git commits"));
            if !is_on_path(&app.env) {
                ui.warning("scoresync is not on the PATH, where that script looks for it");
            }
            if let Some(line) = ends_before {
                ui.warning(&format!("{script}:{line}: the script ends here, before the lines of scoresync: move them up"));
            }
        }
        Installed::ByHook(file) => ui.note(format_args!("your own {name} hook runs it already ({})", app.shown(file).display())),
        Installed::ByManager(manager, file) => {
            ui.note(format_args!("{} runs it already ({})", manager.name(), app.shown(file).display()));
        }
    }
}

fn is_on_path(env: &Env) -> bool {
    let name = format!("scoresync{}", std::env::consts::EXE_SUFFIX);
    env.get("PATH").is_some_and(|path| std::env::split_paths(path).any(|folder| folder.join(&name).is_file()))
}

/// Removes hooks, and gives earlier ones their places back; hooks that serve other workspaces stay for those. Where there is
/// no workspace, they serve none any more.
///
/// # Errors
/// There is no repository, or a hook cannot be removed.
pub fn uninstall(app: &App, hooks: &[HookKind], ui: &mut Ui) -> Result<(), Problem> {
    let settings = app.settings(ui)?;
    let repository = repository(&settings)?;
    let workspace = settings.workspace.as_ref().map(|found| repository.from_top(&found.root));
    for hook in hooks {
        let name = hook.name();
        match repository.uninstall_hook(*hook, workspace.as_deref())? {
            Uninstalled::Removed => ui.note(format_args!("the {name} hook is removed")),
            Uninstalled::Nothing => ui.note(format_args!("there is no {name} hook")),
            Uninstalled::Serves(others) => {
                ui.note(format_args!("the {name} hook is removed here; it still serves {}", others.join(", ")));
            }
        }
    }
    if app.global.json { print_json(app, &repository, ui) } else { Ok(()) }
}

/// Says which hooks there are.
///
/// # Errors
/// There is no repository, or a hook cannot be read.
pub fn status(app: &App, ui: &mut Ui) -> Result<(), Problem> {
    let settings = app.settings(ui)?;
    let repository = repository(&settings)?;
    if app.global.json {
        return print_json(app, &repository, ui);
    }
    for hook in &hooks_of(app, &repository)? {
        ui.data(&render::hook::line(ui.styler, hook));
        hook.help().iter().for_each(|help| ui.help(help));
    }
    Ok(())
}

/// How the hooks stand now, for programs.
fn print_json(app: &App, repository: &Repository, ui: &mut Ui) -> Result<(), Problem> {
    let hooks: Vec<Value> =
        hooks_of(app, repository)?.iter().map(|hook| render::hook::fields(hook, &app.chosen_folder)).collect();
    ui.data(&render::json::document("hook", Exit::Ok, json!({ "hooks": hooks }), None));
    Ok(())
}

/// The hooks of a repository as a person sees them.
///
/// # Errors
/// A hook cannot be read.
pub fn hooks_of(app: &App, repository: &Repository) -> Result<Vec<ShownHook>, GitError> {
    let is_gone = |folder: &String| {
        let place = repository.workdir().join(folder);
        let real = place.canonicalize().unwrap_or_else(|_| place.clone());
        workspace_of(&place, app.env.home()).is_none_or(|found| found.root != real)
    };
    let shown = |path: &Path| app.shown(path).display().to_string();
    let found = |program: &str| match Path::new(program).is_file() {
        true => HookProgram::There,
        false if is_on_path(&app.env) => HookProgram::OnPath,
        false => HookProgram::Gone,
    };
    HookKind::ALL.into_iter().map(|kind| Ok(ShownHook::new(&repository.hook(kind)?, shown, is_gone, found))).collect()
}

/// The repository that holds the scorecards or, before there are any, the workspace or the working directory.
fn repository(settings: &Settings) -> Result<Repository, Problem> {
    let workspace = settings.workspace.as_ref().map(|found| found.root.as_path());
    for place in [Some(settings.root.value.as_path()), workspace, Some(&settings.working_directory)].into_iter().flatten() {
        if let Some(repository) = Repository::discover(place, Program::default())? {
            return Ok(repository);
        }
    }
    let by_hand = "if it is to be in none, there are no hooks: scoresync watch, or scoresync check and scoresync push by hand";
    Err(no_repository(&settings.root.value, by_hand))
}
