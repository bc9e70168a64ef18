//! Texts that another program edits in passing: a folder that goes away with its value.

use super::error::Problem;
use super::exit::Exit;
use crate::model::RelPath;
use std::fs;
use std::io;
use std::path::PathBuf;
use std::process::Command;
use tempfile::TempDir;

/// What is started where no editor is named.
const EDITOR: &str = "vi";

/// A folder that goes away with this value.
pub struct Scratch(TempDir);

#[expect(clippy::disallowed_methods, reason = "texts that are edited in passing are no working files")]
impl Scratch {
    /// A new folder.
    pub fn new() -> Result<Self, Problem> {
        tempfile::tempdir().map(Self).map_err(failed)
    }

    /// A file with this text, named after a document: editors look at the ending.
    pub fn write(&self, document: &RelPath, what: &str, text: &str) -> Result<PathBuf, Problem> {
        let name = document.as_str().rsplit('/').next().unwrap_or_default();
        let (stem, ending) = name.rsplit_once('.').unwrap_or((name, "txt"));
        let path = self.0.path().join(format!("{stem}{what}.{ending}"));
        fs::write(&path, text).map_err(failed)?;
        Ok(path)
    }

    /// What such a file says now, with LF line ends.
    pub fn read(path: &std::path::Path) -> Result<String, Problem> {
        fs::read_to_string(path).map(|text| text.replace("\r\n", "\n")).map_err(failed)
    }
}

/// The text as a person leaves it in their editor; none if the editor fails.
pub fn edited(editor: Option<&str>, document: &RelPath, text: &str) -> Result<Option<String>, Problem> {
    let scratch = Scratch::new()?;
    let path = scratch.write(document, "", text)?;
    let line = format!("{} \"$@\"", editor.unwrap_or(EDITOR));
    let status = Command::new("sh").args(["-c", &line, "sh"]).arg(&path).status().map_err(failed)?;
    if status.success() { Scratch::read(&path).map(Some) } else { Ok(None) }
}

fn failed(error: io::Error) -> Problem {
    Problem::new(Exit::Failed, "FILE_ERROR", format!("a temporary file or program failed: {error}"))
}
