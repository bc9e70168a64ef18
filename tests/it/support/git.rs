//! The git program, cut off from the configuration of whoever runs the tests.

use std::path::Path;
use std::process::{Command, Output};

/// Runs git in `folder` with a home of its own.
pub fn try_git(folder: &Path, home: &Path, args: &[&str]) -> Output {
    let mut command = Command::new("git");
    command.args(args).current_dir(folder).env_clear().env("PATH", "/usr/bin:/bin");
    command.env("HOME", home).env("GIT_CONFIG_NOSYSTEM", "1");
    command.output().expect("git runs")
}

/// Runs git, as Ann, and succeeds.
pub fn git(folder: &Path, home: &Path, args: &[&str]) {
    let ann = ["-c", "user.name=Ann Example", "-c", "user.email=ann@example.com"];
    let output = try_git(folder, home, &[&ann[..], args].concat());
    assert!(output.status.success(), "git {args:?}: {}", String::from_utf8_lossy(&output.stderr));
}

/// Gives a folder with all that is in it to another user; false, with a word, where only root could.
pub fn give_away(folder: &Path) -> bool {
    let given = Command::new("chown").args(["-R", "65534"]).arg(folder).output().expect("chown runs").status.success();
    if !given {
        skipped("only root can give a repository to another user");
    }
    given
}

/// Says that a test was not run here, and why.
#[expect(clippy::disallowed_macros, reason = "whoever runs the tests reads it")]
pub fn skipped(why: &str) {
    eprintln!("skipped: {why}");
}
