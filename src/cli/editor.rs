//! Texts that another program edits: a temporary folder for them, and the editor of the person.

use super::error::Problem;
use super::exit::Exit;
use super::files;
use super::shell;
use crate::model::RelPath;
use std::io;
use std::path::{Path, PathBuf};
use tempfile::TempDir;

/// What is started where no editor is named.
const DEFAULT_EDITOR: &str = if cfg!(windows) { "notepad" } else { "vi" };

/// A folder that goes away with this value.
pub struct Scratch(TempDir);

impl Scratch {
    /// A new folder.
    ///
    /// # Errors
    /// None can be made.
    pub fn new() -> Result<Self, Problem> {
        tempfile::tempdir().map(Self).map_err(failed)
    }

    /// A file with this text, named after a document, with `suffix` before the ending: editors look at that.
    ///
    /// # Errors
    /// The file cannot be written.
    pub fn write(&self, document: &RelPath, suffix: &str, text: &str) -> Result<PathBuf, Problem> {
        let name = document.as_str().rsplit('/').next().unwrap_or_default();
        let (stem, ending) = name.rsplit_once('.').unwrap_or((name, "txt"));
        let path = self.0.path().join(format!("{stem}{suffix}.{ending}"));
        files::write(&path, text).map_err(failed)?;
        Ok(path)
    }

    /// What such a file says now, with LF line ends.
    ///
    /// # Errors
    /// The file is gone or not UTF-8.
    pub fn read(path: &Path) -> io::Result<String> {
        files::read(path).map(|text| text.replace("\r\n", "\n"))
    }
}

/// The text as a person leaves it in their editor; none if the editor fails.
///
/// # Errors
/// A temporary file cannot be read or written, or the editor cannot be started.
pub fn edited(editor: Option<&str>, document: &RelPath, text: &str) -> Result<Option<String>, Problem> {
    let scratch = Scratch::new()?;
    let path = scratch.write(document, "", text)?;
    let status = shell::with_file(editor.unwrap_or(DEFAULT_EDITOR), &path).status().map_err(failed)?;
    if status.success() { Scratch::read(&path).map(Some).map_err(failed) } else { Ok(None) }
}

fn failed(error: io::Error) -> Problem {
    Problem::new(Exit::Failed, "FILE_ERROR", format!("the editor, or a temporary file for it, failed: {error}"))
        .help("set EDITOR to a program that can be started")
}
