//! A workspace in a git repository, cut off from the configuration of whoever runs the tests.

use super::World;
use crate::support::try_git;

impl World {
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
