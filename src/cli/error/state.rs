//! Errors of the state in words.

use super::problem::Problem;
use crate::cli::exit::Exit;
use crate::cli::text::{plain, quoted};
use crate::state::StateError;
use std::path::Path;

impl Problem {
    /// The state in `folder` came with the repository, and says that something is left to finish.
    pub fn tracked_state(folder: &Path) -> Self {
        let message = "git tracks the private state: it may be somebody else's, and it would finish something with your key";
        let folder = folder.display().to_string();
        Self::new(Exit::Guard, "STATE_TRACKED", message)
            .at(&folder)
            .help(format!("git rm -r --cached {}    # if you made it", quoted(&folder)))
            .help(format!("mv {} {}    # if you did not: to start over", quoted(&folder), quoted(&format!("{folder}.old"))))
    }
}

impl From<StateError> for Problem {
    fn from(error: StateError) -> Self {
        match &error {
            StateError::Locked(holder) => {
                let problem = Self::new(Exit::Guard, "LOCKED", "another scoresync is running in this workspace");
                let problem = match holder {
                    Some(one) => {
                        problem.at(format!("scoresync {}, process {}, since {:.0}", plain(&one.command), one.pid, one.since))
                    }
                    None => problem,
                };
                problem.help("wait until it has finished, then run this again")
            }
            StateError::Watched(holder) => {
                let problem = Self::new(Exit::Guard, "WATCHED", "this workspace is already being watched");
                let problem = match holder {
                    Some(one) => problem.at(format!("process {}, since {:.0}", one.pid, one.since)),
                    None => problem,
                };
                problem.help("quit the other watch first (q in its terminal)")
            }
            StateError::Busy(_) => {
                Self::new(Exit::Guard, "LOCKED", "another scoresync is using the state").help("run this again")
            }
            StateError::Corrupt { path, what } => {
                // The whole folder: SQLite would take what is left of a damaged database for a part of the new one.
                let folder = path.parent().unwrap_or(path).display().to_string();
                let (from, to) = (quoted(&folder).into_owned(), format!("{folder}.damaged"));
                Self::new(Exit::Guard, "STATE_CORRUPT", format!("the state is damaged: {what}"))
                    .at(path.display())
                    .help(format!("mv {from} {} && mkdir {from} && scoresync pull    # your files stay as they are", quoted(&to)))
            }
            StateError::Gone(folder) => {
                let message = "the state was removed while this was running: nothing more is written or pushed";
                Self::new(Exit::Failed, "STATE_GONE", message)
                    .at(folder.display())
                    .help("start it again: your files and the dashboard stay as they are")
            }
            StateError::Newer { .. } => {
                Self::new(Exit::Guard, "STATE_NEWER", error.to_string()).help("update scoresync; nothing was touched")
            }
            StateError::NoSpace(path) => {
                let folder = path.parent().unwrap_or(path).display().to_string();
                Self::new(Exit::Failed, "STATE_ERROR", "no space left on the disk: what was done until then is recorded")
                    .at(path.display())
                    .help(format!("free space on the disk that holds {}, then run this again", quoted(&folder)))
            }
            StateError::Denied(path) => Self::new(Exit::Failed, "STATE_ERROR", "permission denied")
                .at(path.display())
                .help("check who may write it, with ls -l; mostly it was made as another user"),
            StateError::NotAFolder(path) => {
                let shown = path.display().to_string();
                Self::new(Exit::Failed, "STATE_ERROR", "not a folder, as the state must be").at(&shown).help(format!(
                    "mv -n {} {}",
                    quoted(&shown),
                    quoted(&format!("{shown}.other"))
                ))
            }
            StateError::Io { path, message } => Self::new(Exit::Failed, "STATE_ERROR", message.clone())
                .at(path.display())
                .help("check the disk that holds it, then run this again"),
        }
    }
}
