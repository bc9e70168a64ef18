//! A workspace in a git repository, cut off from the configuration of whoever runs the tests.

use super::{World, commented};
use crate::support::try_git;
use serde_json::Value;

impl World {
    /// A pulled workspace in a repository with one commit.
    pub fn pulled_in_git() -> Self {
        let world = Self::pulled();
        world.init_git();
        world
    }

    /// The same with two more champions of `Tone`, each pulled and committed.
    pub fn three_commits() -> Self {
        let world = Self::pulled_in_git();
        for (version, parent) in [("tone-2", "tone-1"), ("tone-3", "tone-2")] {
            world.promoted(version, parent, &commented(version));
            assert!(world.run(&["pull", "-q", "--commit"]).starts_with("exit 0\n"));
        }
        world
    }

    /// Makes the folder a repository with one commit of everything in it.
    pub fn init_git(&self) {
        self.git(&["init", "-q", "-b", "main"]);
        self.git(&["config", "user.name", "Ann Example"]);
        self.git(&["config", "user.email", "ann@example.com"]);
        self.git(&["add", "."]);
        self.git(&["commit", "-qm", "first"]);
    }

    /// Whether git succeeded, its stdout and its stderr.
    pub fn try_git(&self, args: &[&str]) -> (bool, String, String) {
        let output = try_git(&self.folder(), self.folder().parent().expect("a home"), args);
        let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
        (output.status.success(), text(&output.stdout), text(&output.stderr))
    }

    /// The stdout of a git command that succeeds.
    pub fn git(&self, args: &[&str]) -> String {
        let (ok, stdout, stderr) = self.try_git(args);
        assert!(ok, "git {args:?}: {stderr}");
        stdout
    }

    /// Commits everything; what git and its hooks said.
    pub fn commit(&self, message: &str) -> String {
        self.git(&["add", "."]);
        let (ok, stdout, stderr) = self.try_git(&["commit", "-qm", message]);
        assert!(ok, "{stderr}");
        stdout + &stderr
    }

    /// The commit that HEAD is.
    pub fn head(&self) -> String {
        self.git(&["rev-parse", "HEAD"]).trim().to_owned()
    }
}

/// The commit that a version says it holds the text of.
pub fn commit_of(version: &Value) -> Value {
    let metadata: Value = serde_json::from_str(version["metadata"].as_str().expect("metadata")).expect("JSON");
    metadata["git"]["commit"].clone()
}
