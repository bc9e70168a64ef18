//! `completions`: the script by which a shell asks what it may offer.

use crate::cli::complete::{script, shells};
use crate::cli::exit::Exit;
use crate::cli::ui::Ui;
use clap::Args;
use clap::builder::PossibleValuesParser;

/// Print a completion script: commands, options, scores, scorecards, versions and rules
#[derive(Debug, Args)]
#[command(after_help = "\
Scores and versions are those that this workspace knows; the dashboard is not asked.

Examples:
  scoresync completions bash > ~/.local/share/bash-completion/completions/scoresync
  scoresync completions zsh > ~/.zfunc/_scoresync        # with ~/.zfunc in fpath
  scoresync completions fish > ~/.config/fish/completions/scoresync.fish")]
pub struct CompletionsArgs {
    /// For which shell
    #[arg(value_parser = PossibleValuesParser::new(shells()))]
    pub shell: String,
}

/// Prints the script.
pub fn run(args: &CompletionsArgs, ui: &mut Ui) -> Exit {
    ui.data(&script(&args.shell).unwrap_or_default());
    Exit::Ok
}
