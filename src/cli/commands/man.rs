//! `man`: manual pages.

use crate::cli::app::App;
use crate::cli::error::Problem;
use crate::cli::exit::Exit;
use crate::cli::files;
use crate::cli::ui::Ui;
use clap::Args;
use std::path::PathBuf;

/// Print the manual page, or write one page per command into a folder
#[derive(Debug, Args)]
pub struct ManArgs {
    /// Write one page per command into this folder
    #[arg(value_name = "DIR")]
    pub directory: Option<PathBuf>,
}

/// Prints the main page of `command`, which is the whole program, or writes all pages into a folder.
///
/// # Errors
/// The pages cannot be written.
pub fn run(app: &App, command: clap::Command, args: &ManArgs, ui: &mut Ui) -> Result<Exit, Problem> {
    match &args.directory {
        Some(directory) => {
            let directory = app.working_directory.join(directory);
            files::create_folder(&directory)
                .and_then(|()| clap_mangen::generate_to(command, &directory))
                .map_err(|error| Problem::file(&error, &directory))?;
        }
        None => ui.data(&String::from_utf8_lossy(&page(command))),
    }
    Ok(Exit::Ok)
}

fn page(command: clap::Command) -> Vec<u8> {
    let mut page = Vec::new();
    clap_mangen::Man::new(command).render(&mut page).expect("writing to memory cannot fail");
    page
}
