//! The pager that git uses.

use super::program::Program;
use std::path::Path;

/// Its command line: `GIT_PAGER`, else the setting `core.pager`, else `PAGER`, else git's own. None without git.
pub fn pager() -> Option<String> {
    let said = Program::default().read(Path::new("."), &["var", "GIT_PAGER"]).ok()?;
    Some(String::from_utf8(said).ok()?.trim().to_owned()).filter(|line| !line.is_empty())
}
