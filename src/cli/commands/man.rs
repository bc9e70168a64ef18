//! `man`: manual pages.

use crate::cli::app::App;
use crate::cli::args::{Cli, Man};
use crate::cli::error::Problem;
use crate::cli::exit::Exit;
use crate::cli::ui::Ui;
use clap::CommandFactory;
use std::io;
use std::path::Path;

/// Prints the main page, or writes all pages into a folder.
pub(super) fn run(app: &App, args: &Man, ui: &mut Ui) -> Result<Exit, Problem> {
    match &args.directory {
        Some(directory) => {
            let directory = app.working_directory.join(directory);
            write(&directory)
                .map_err(|error| Problem::new(Exit::Failed, "FILE_ERROR", error.to_string()).at(directory.display()))?;
        }
        None => ui.data(&String::from_utf8_lossy(&page(Cli::command()))),
    }
    Ok(Exit::Ok)
}

fn page(command: clap::Command) -> Vec<u8> {
    let mut page = Vec::new();
    clap_mangen::Man::new(command).render(&mut page).expect("writing to memory cannot fail");
    page
}

#[expect(clippy::disallowed_methods, reason = "manual pages are no working files")]
fn write(directory: &Path) -> io::Result<()> {
    std::fs::create_dir_all(directory)?;
    clap_mangen::generate_to(Cli::command(), directory)
}
