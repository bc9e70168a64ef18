//! `completions`: a script for a shell.

use crate::cli::args::{Cli, Completions};
use crate::cli::error::Problem;
use crate::cli::exit::Exit;
use crate::cli::ui::Ui;
use clap::CommandFactory;

/// Prints the script.
pub(super) fn run(args: &Completions, ui: &mut Ui) -> Result<Exit, Problem> {
    let mut script = Vec::new();
    clap_complete::generate(args.shell, &mut Cli::command(), "scoresync", &mut script);
    ui.data(&String::from_utf8_lossy(&script));
    Ok(Exit::Ok)
}
