//! What can be typed about git hooks.

use clap::{Args, Subcommand, ValueEnum};

/// `hook`.
#[derive(Debug, Args)]
#[command(after_help = "\
Hooks are installed in the repository that holds the scorecards. One that is there already is kept: it runs first, and
uninstall gives it its place back.

  pre-commit    checks what is staged, not the files; asks no dashboard
  post-commit   pushes the texts of the commit, not the files, as versions that name it; never fails
  pre-push      pushes the texts that git is about to push, where HEAD is pushed; stops git where a score is refused")]
pub struct Hook {
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
    /// Remove a hook, and give an earlier one its place back
    Uninstall {
        /// Which hook (can be repeated)
        #[arg(long = "type", value_enum, value_name = "HOOK", default_value = "pre-commit")]
        hooks: Vec<HookName>,
    },
    /// Do what a hook does
    Run {
        /// Which hook
        #[arg(value_enum)]
        hook: HookName,
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
