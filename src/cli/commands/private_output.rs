//! Output that may hold words of customers: said aloud, and kept out of git.

use crate::cli::app::App;
use crate::cli::error::Problem;
use crate::cli::exit::Exit;
use crate::cli::files;
use crate::cli::targets::normalized;
use crate::cli::ui::Ui;
use crate::git::{Program, Repository, Tracking};
use crate::model::RelPath;
use clap::Args;
use std::path::{Path, PathBuf};

/// A file that output goes to.
#[derive(Clone, Debug, Default, Args)]
pub struct OutputFile {
    /// Write the listed calls to this file, one JSON object per line; with no other limit, all of them
    #[arg(long, value_name = "FILE")]
    out: Option<PathBuf>,
    /// Write the file even where git would track it
    #[arg(long, requires = "out")]
    force: bool,
}

impl OutputFile {
    /// There is one.
    pub fn is_given(&self) -> bool {
        self.out.is_some()
    }

    /// Refuses a file that git has or would take.
    ///
    /// # Errors
    /// Git has it, or would take it, and that was not asked for.
    pub fn check(&self, app: &App) -> Result<(), Problem> {
        let Some(path) = self.path(app).filter(|_| !self.force) else { return Ok(()) };
        if !would_be_committed(&path) {
            return Ok(());
        }
        let why = "this file would hold words of customers, and git would take it";
        Err(Problem::new(Exit::Guard, "OUTPUT_IN_GIT", why)
            .at(path.display())
            .help("name a file outside of the repository, or one that .gitignore lists")
            .help("--force    # to write it anyway"))
    }

    /// Writes the file, for its owner alone.
    ///
    /// # Errors
    /// It cannot be written.
    pub fn write(&self, app: &App, text: &str) -> Result<(), Problem> {
        let Some(path) = self.path(app) else { return Ok(()) };
        files::write_private(&path, text).map_err(|error| {
            Problem::new(Exit::Failed, "OUTPUT_FAILED", format!("the file could not be written: {error}"))
                .at(path.display())
                .help("name another file with --out")
        })
    }

    fn path(&self, app: &App) -> Option<PathBuf> {
        self.out.as_ref().map(|path| normalized(&app.working_directory.join(path)))
    }
}

/// Says that words of customers may follow.
pub fn warn(ui: &Ui) {
    ui.note("what people wrote may be words of customers: keep it out of commits and tickets");
}

/// Git follows the file, or would. A file of a name that git cannot be asked about is taken for one.
fn would_be_committed(path: &Path) -> bool {
    let Some(folder) = path.parent() else { return false };
    let Ok(Some(repository)) = Repository::discover(folder, Program::default()) else { return false };
    let name = path.file_name().and_then(|name| name.to_str()).and_then(|name| RelPath::parse(name).ok());
    let tracking = name.and_then(|name| repository.tracking(&[name]).ok());
    tracking.is_none_or(|tracking| tracking != [Tracking::Ignored])
}
