//! Errors of git in words.

use super::hook::refused;
use super::problem::Problem;
use crate::cli::exit::Exit;
use crate::cli::text::quoted;
use crate::engine::GitGap;
use crate::git::GitError;

impl From<GitError> for Problem {
    fn from(error: GitError) -> Self {
        let message = error.to_string();
        match error {
            GitError::Owner(path) => {
                let trust = format!("git config --global --add safe.directory {}", quoted(&path.display().to_string()));
                Self::new(Exit::Guard, "GIT_OWNER", message).help(format!("{trust}    # if you trust it"))
            }
            GitError::NeedsProgram { .. } => Self::new(Exit::Usage, "GIT_MISSING", message).help("install git"),
            GitError::InProgress(_) => Self::new(
                Exit::Guard,
                "GIT_IN_PROGRESS",
                format!("{message}, which a commit would become a part of: nothing was done"),
            )
            .help("git status    # says how to finish it; or run this without --commit"),
            GitError::IndexLocked(path) => Self::new(Exit::Failed, "GIT_LOCKED", "another git process is using the index")
                .at(path.display())
                .help("run it again; if no git is running, remove the file"),
            GitError::Outside(_) => {
                Self::new(Exit::Failed, "GIT_OUTSIDE", message).help("run it without --commit, and commit in that repository")
            }
            GitError::Hook(refusal) => refused(&refusal),
            GitError::Program { .. } | GitError::Library(_) | GitError::Io { .. } => {
                Self::new(Exit::Failed, "GIT_FAILED", message).help("git status    # to see what is wrong with the repository")
            }
        }
    }
}

/// Why git cannot tell which version files are, and the command that mends it.
pub(super) struct GapWords {
    /// What is wrong, without a full stop.
    pub message: String,
    /// The command.
    pub help: Option<String>,
}

/// A gap in what git tells, in words.
pub(super) fn git_gap(gap: &GitGap) -> GapWords {
    match gap {
        GitGap::NotAsked(error) => {
            let problem = Problem::from(error.clone());
            GapWords { message: problem.message, help: problem.help.into_iter().next() }
        }
        GitGap::Shallow => GapWords {
            message: "this clone is shallow, and the commits that would tell are not in it".to_owned(),
            help: Some("git fetch --unshallow    # then run it again".to_owned()),
        },
        GitGap::Partial => GapWords {
            message: "this clone is partial, and what the commits say that would tell is not in it".to_owned(),
            help: Some("git fetch --refetch --no-filter    # then run it again".to_owned()),
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_repository_of_somebody_else_names_the_command_that_trusts_it() {
        let problem = Problem::from(GitError::Owner("/srv/it's shared".into()));
        assert_eq!((problem.exit, problem.code), (Exit::Guard, "GIT_OWNER"));
        let trust = r"git config --global --add safe.directory '/srv/it'\''s shared'    # if you trust it";
        assert_eq!(problem.help, [trust]);
    }
}
