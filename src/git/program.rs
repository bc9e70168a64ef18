//! The `git` program: how it is started, and what its failures mean. Knows no subcommand.

use super::error::GitError;
use super::top::top_above;
use std::ffi::{OsStr, OsString};
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

/// What a surrounding git (a hook, an alias) sets about *its* repository; a child that works on another one must not see it.
/// Nor what it sets about pathspecs: Magit has all of its own taken literally, and ours say of themselves what they are.
const INHERITED: [&str; 15] = [
    "GIT_ALTERNATE_OBJECT_DIRECTORIES",
    "GIT_COMMON_DIR",
    "GIT_DIR",
    "GIT_GLOB_PATHSPECS",
    "GIT_GRAFT_FILE",
    "GIT_ICASE_PATHSPECS",
    "GIT_INDEX_FILE",
    "GIT_INTERNAL_SUPER_PREFIX",
    "GIT_LITERAL_PATHSPECS",
    "GIT_NAMESPACE",
    "GIT_NOGLOB_PATHSPECS",
    "GIT_OBJECT_DIRECTORY",
    "GIT_PREFIX",
    "GIT_SHALLOW_FILE",
    "GIT_WORK_TREE",
];

/// How the `git` program is called. Hooks inherit what it is given, so that it is given nothing that would change what git
/// does in them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Program {
    command: PathBuf,
    variables: Vec<(OsString, OsString)>,
}

impl Default for Program {
    /// `git` as the search path has it, with our environment.
    fn default() -> Self {
        Self::new("git")
    }
}

impl Program {
    /// Another program than the `git` of the search path.
    pub fn new(command: impl Into<PathBuf>) -> Self {
        Self { command: command.into(), variables: Vec::new() }
    }

    /// Sets an environment variable for it.
    pub fn with(mut self, name: impl Into<OsString>, value: impl Into<OsString>) -> Self {
        self.variables.push((name.into(), value.into()));
        self
    }

    /// What a subcommand writes to stdout.
    pub(super) fn read<S: AsRef<OsStr>>(&self, folder: &Path, args: &[S]) -> Result<Vec<u8>, GitError> {
        self.feed(folder, args, b"")
    }

    /// What a subcommand writes to stdout when it reads `input`.
    pub(super) fn feed<S: AsRef<OsStr>>(&self, folder: &Path, args: &[S], input: &[u8]) -> Result<Vec<u8>, GitError> {
        let output = self.output(folder, args, input)?;
        if output.status.success() { Ok(output.stdout) } else { Err(failure(folder, args, &output)) }
    }

    /// The same for a subcommand that says with its exit status whether it found something (0) or nothing (1).
    pub(super) fn find<S: AsRef<OsStr>>(&self, folder: &Path, args: &[S], input: &[u8]) -> Result<Option<Vec<u8>>, GitError> {
        let output = self.output(folder, args, input)?;
        match output.status.code() {
            Some(0) => Ok(Some(output.stdout)),
            Some(1) => Ok(None),
            _ => Err(failure(folder, args, &output)),
        }
    }

    fn output<S: AsRef<OsStr>>(&self, folder: &Path, args: &[S], input: &[u8]) -> Result<Output, GitError> {
        self.run(folder, args, input).map_err(|error| self.not_started(folder, args, error))
    }

    /// Runs a subcommand that talks with the person, and says whether it succeeded.
    pub(super) fn attended<S: AsRef<OsStr>>(&self, folder: &Path, args: &[S]) -> Result<bool, GitError> {
        let status = self.command(folder, args).status();
        status.map(|status| status.success()).map_err(|error| self.not_started(folder, args, error))
    }

    fn not_started<S: AsRef<OsStr>>(&self, folder: &Path, args: &[S], error: io::Error) -> GitError {
        match error.kind() {
            io::ErrorKind::NotFound if folder.is_dir() => GitError::NeedsProgram { why: format!("git {}", subcommand(args)) },
            _ => GitError::at(&self.command)(error),
        }
    }

    fn command<S: AsRef<OsStr>>(&self, folder: &Path, args: &[S]) -> Command {
        let mut command = Command::new(&self.command);
        for name in INHERITED {
            command.env_remove(name);
        }
        command.envs(self.variables.iter().map(|(name, value)| (name, value))).args(args).current_dir(folder);
        command
    }

    /// Input is written by a thread of its own, so that neither side waits for the other's full pipe.
    fn run<S: AsRef<OsStr>>(&self, folder: &Path, args: &[S], input: &[u8]) -> io::Result<Output> {
        let mut command = self.command(folder, args);
        command.env("GIT_TERMINAL_PROMPT", "0");
        let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn()?;
        let stdin = child.stdin.take();
        std::thread::scope(|scope| {
            // A child that does not read to the end says why with its exit status.
            scope.spawn(move || stdin.map(|mut stdin| stdin.write_all(input)));
            child.wait_with_output()
        })
    }
}

/// A path as a pathspec that means only this path.
pub(super) fn literal(path: &str) -> String {
    format!(":(literal){path}")
}

fn subcommand<S: AsRef<OsStr>>(args: &[S]) -> String {
    args.first().map(|arg| arg.as_ref().to_string_lossy().into_owned()).unwrap_or_default()
}

fn failure<S: AsRef<OsStr>>(folder: &Path, args: &[S], output: &Output) -> GitError {
    let said = if output.stderr.trim_ascii().is_empty() { &output.stdout } else { &output.stderr };
    let said = String::from_utf8_lossy(said).trim().to_owned();
    if said.contains("safe.directory") {
        return GitError::Owner(top_above(folder));
    }
    // A hook that refuses may say nothing.
    let message = if said.is_empty() { format!("said nothing ({})", output.status) } else { said };
    GitError::Program { command: subcommand(args), message }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_missing_program_and_a_failure_are_told_apart() {
        let here = Path::new(".");
        let missing = Program::new("/nonexistent/git").read(here, &["status"]);
        assert_eq!(missing, Err(GitError::NeedsProgram { why: "git status".to_owned() }));
        let Err(GitError::Program { command, message }) = Program::default().read(here, &["no-such-thing"]) else {
            panic!("an unknown subcommand fails");
        };
        assert!(command == "no-such-thing" && message.contains("not a git command"), "{message}");
    }
}
