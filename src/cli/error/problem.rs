//! Why a run ended badly, as it is told to people and programs.

use crate::cli::exit::Exit;
use std::io;
use std::path::Path;

/// Why a run ended badly.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    /// For programs; stable.
    pub code: &'static str,
    /// What is wrong, one sentence.
    pub message: String,
    /// Where: files, addresses, candidates.
    pub at: Vec<String>,
    /// What to do: commands, or sentences with one.
    pub help: Vec<String>,
    /// How the run ends.
    pub exit: Exit,
}

impl Problem {
    /// A problem without a place or a way out.
    pub fn new(exit: Exit, code: &'static str, message: impl Into<String>) -> Self {
        Self { code, message: message.into(), at: Vec::new(), help: Vec::new(), exit }
    }

    /// The same problem with a place.
    pub fn at(mut self, place: impl ToString) -> Self {
        self.at.push(place.to_string());
        self
    }

    /// The same problem with a way out.
    pub fn help(mut self, help: impl Into<String>) -> Self {
        self.help.push(help.into());
        self
    }

    /// Ctrl-C, where nothing else can be told.
    pub fn interrupted() -> Self {
        Self::new(Exit::Interrupted, "INTERRUPTED", "interrupted")
            .help("run it again: nothing is lost, and it finishes what was begun")
    }

    /// What was typed, or the settings, need the embedded dashboard, and this build has none.
    #[cfg(not(feature = "embedded"))]
    pub fn not_embedded() -> Self {
        Self::new(Exit::Usage, "NOT_BUILT", "this build of scoresync has no embedded dashboard")
            .help("cargo install --path . --features embedded")
    }

    /// A question before something that others will see, or that is hard to take back, was not answered with yes.
    pub fn not_confirmed() -> Self {
        Self::new(Exit::Guard, "NOT_CONFIRMED", "not confirmed: nothing was done")
    }

    /// There is such a question, and nobody to answer it.
    pub fn unanswered() -> Self {
        Self::new(
            Exit::Guard,
            "NOT_CONFIRMED",
            "this needs your confirmation, and there is no terminal to ask on: nothing was done",
        )
        .help("add --yes to go on, or -n to see what it would do")
    }

    /// A file or folder could not be read or written.
    pub fn file(error: &io::Error, path: &Path) -> Self {
        let way_out = match error.kind() {
            io::ErrorKind::NotFound => "check the path",
            io::ErrorKind::PermissionDenied => "check who may read and write it, with ls -l",
            io::ErrorKind::StorageFull => "free space on the disk, then run this again",
            _ => "run this again once that is fixed",
        };
        Self::new(Exit::Failed, "FILE_ERROR", error.to_string()).at(path.display()).help(way_out)
    }
}
