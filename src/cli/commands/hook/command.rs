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

/// Check what is about to be committed, or push what was, whenever git makes a commit
#[derive(Debug, Args)]
#[command(after_help = "\
Hooks are installed in the repository that holds the scorecards, for all its working trees. One that is there already is
kept: it runs first, and uninstall gives it its place back. Where husky runs hooks, its script gets lines of ours; for
lefthook, pre-commit and others install says what to add to their settings.

  pre-commit    checks what is staged, not the files; asks no dashboard
  post-commit   pushes the texts of the commit, not the files, as versions that name it; never fails
  pre-push      pushes the texts that git is about to push, where HEAD is pushed; stops git where a score is refused")]
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
    },
    /// Remove a hook, and give an earlier one its place back; it stays for other workspaces of the repository
    Uninstall {
        /// Which hook (can be repeated)
        #[arg(long = "type", value_enum, value_name = "HOOK", default_value = "pre-commit")]
        hooks: Vec<HookName>,
    },
    /// Show which hooks there are, whose they are and whom they serve
    Status,
    /// Do what a hook does
    Run {
        /// Which hook
        #[arg(value_enum)]
        hook: HookName,
        /// A workspace that it serves, from the top of the working tree (can be repeated); that of the working directory if none is named
        #[arg(long = "workspace", value_name = "FOLDER")]
        workspaces: Vec<PathBuf>,
        /// What git gives to it
        #[arg(value_name = "ARGUMENT")]
        arguments: Vec<String>,
    },
}

/// Hooks that there are.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum HookName {
    /// Check the staged files; exit with 1 if one could not be pushed.
    PreCommit,
    /// Push the texts of the commit that HEAD is.
    PostCommit,
    /// Push the texts of the commits that git names on stdin.
    PrePush,
}

/// Does what was asked about hooks.
///
/// # Errors
/// There is no workspace or repository, or a hook cannot be installed, removed or run.
pub fn run(app: &App, args: &HookArgs, ui: &mut Ui) -> Result<Exit, Problem> {
    match &args.action {
        HookAction::Install { hooks } => install::install(app, &kinds(hooks), ui)?,
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
