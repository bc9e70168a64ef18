//! What can be typed about git hooks, and who does it.

use super::served::served;
use super::{install, pre_commit, push};
use crate::cli::app::App;
use crate::cli::error::Problem;
use crate::cli::exit::Exit;
use crate::cli::ui::Ui;
use crate::git::HookKind;
use clap::{Args, Subcommand, ValueEnum};
use std::path::PathBuf;

/// Install git hooks that check what you commit, or push what you committed
#[derive(Debug, Args)]
#[command(after_help = "\
Hooks are installed in the repository that holds the scorecards, for all its working trees. A hook that is already \
there is kept: it runs first, and uninstall restores it. Where husky runs the hooks, install adds lines to its script; for \
lefthook, pre-commit and others, also if only their settings are there, it says what to add to these.

  pre-commit    checks what is staged, not the files; works offline
  post-commit   pushes what was committed, not the files, as versions that name the commit; never fails
  pre-push      pushes what git is about to push, if that is HEAD; stops git if a score is refused")]
pub struct HookArgs {
    /// What about the hook.
    #[command(subcommand)]
    pub action: HookAction,
}

/// What is done about the hook.
#[derive(Clone, Debug, Subcommand)]
pub enum HookAction {
    /// Install a hook, or bring it up to date
    Install {
        /// Which hook (can be repeated)
        #[arg(long = "type", value_enum, value_name = "HOOK", default_value = "pre-commit")]
        hooks: Vec<HookName>,
        /// Install it although the repository has settings of lefthook, pre-commit or another hook manager
        #[arg(long)]
        force: bool,
    },
    /// Remove a hook, and restore an earlier one; it stays for other workspaces of the repository
    Uninstall {
        /// Which hook (can be repeated)
        #[arg(long = "type", value_enum, value_name = "HOOK", default_value = "pre-commit")]
        hooks: Vec<HookName>,
    },
    /// Show which hooks are installed, and for which workspaces
    Status,
    /// Run a hook, as git does
    Run {
        /// Which hook
        #[arg(value_enum)]
        hook: HookName,
        /// A workspace that it serves, from the top of the working tree (can be repeated); that of the working directory if none is named
        #[arg(long = "workspace", value_name = "FOLDER")]
        workspaces: Vec<PathBuf>,
        /// The arguments that git passes to the hook
        #[arg(value_name = "ARGUMENT")]
        arguments: Vec<String>,
    },
}

/// Hooks that there are.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum HookName {
    /// Check the staged files; exit with 1 if one could not be pushed.
    PreCommit,
    /// Push what the HEAD commit contains.
    PostCommit,
    /// Push what the commits contain that git names on stdin.
    PrePush,
}

/// Does what was asked about hooks.
///
/// # Errors
/// There is no workspace or repository, or a hook cannot be installed, removed or run.
pub fn run(app: &App, args: &HookArgs, ui: &mut Ui) -> Result<Exit, Problem> {
    match &args.action {
        HookAction::Install { hooks, force } => install::install(app, &kinds(hooks), *force, ui)?,
        HookAction::Uninstall { hooks } => install::uninstall(app, &kinds(hooks), ui)?,
        HookAction::Status => install::status(app, ui)?,
        HookAction::Run { hook: HookName::PreCommit, workspaces, .. } => {
            let served = served(app, HookKind::PreCommit, workspaces, ui)?;
            return pre_commit::pre_commit(app, &served, ui);
        }
        HookAction::Run { hook: HookName::PostCommit, workspaces, .. } => return Ok(push::post_commit(app, workspaces, ui)),
        HookAction::Run { hook: HookName::PrePush, workspaces, arguments } => {
            return push::pre_push(app, workspaces, arguments, ui);
        }
    }
    Ok(Exit::Ok)
}

fn kinds(hooks: &[HookName]) -> Vec<HookKind> {
    hooks.iter().map(|hook| kind(*hook)).collect()
}

fn kind(hook: HookName) -> HookKind {
    match hook {
        HookName::PreCommit => HookKind::PreCommit,
        HookName::PostCommit => HookKind::PostCommit,
        HookName::PrePush => HookKind::PrePush,
    }
}
