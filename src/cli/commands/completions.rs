//! `completions`: a script for a shell.

use crate::cli::exit::Exit;
use crate::cli::ui::Ui;
use clap::Args;

/// Print a completion script
#[derive(Debug, Args)]
#[command(after_help = "Example: scoresync completions bash > ~/.local/share/bash-completion/completions/scoresync")]
pub struct CompletionsArgs {
    /// For which shell
    #[arg(value_enum)]
    pub shell: clap_complete::Shell,
}

/// Prints the script for `command`, which is the whole program.
pub fn run(mut command: clap::Command, args: &CompletionsArgs, ui: &mut Ui) -> Exit {
    let mut script = Vec::new();
    clap_complete::generate(args.shell, &mut command, "scoresync", &mut script);
    ui.data(&String::from_utf8_lossy(&script));
    Exit::Ok
}
