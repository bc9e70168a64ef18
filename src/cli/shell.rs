//! Command lines that a person set up (an editor, a pager), read as the shell of the system reads them: `sh`, and `cmd` on
//! Windows, where there need be no `sh`. Knows no particular program.

use std::path::Path;
use std::process::{Command, ExitStatus};

/// A command that runs `line`.
#[cfg(unix)]
pub fn command(line: &str) -> Command {
    let mut shell = Command::new("sh");
    shell.args(["-c", line]);
    shell
}

/// A command that runs `line` with a file's name behind it.
#[cfg(unix)]
pub fn with_file(line: &str, file: &Path) -> Command {
    let mut shell = command(&format!("{line} \"$@\""));
    shell.arg("sh").arg(file);
    shell
}

/// The command failed, or there is none. One that somebody ended (Ctrl-C, a closed window) did not: the shell gives what a signal
/// ended a status above 128, and `less -K` then ends with 2.
#[cfg(unix)]
pub fn has_failed(status: ExitStatus) -> bool {
    status.code().is_some_and(|code| code == 1 || (3..=128).contains(&code))
}

/// A command that runs `line`. `/S` takes the outer quotes off and leaves those inside; `!` is a character like others.
#[cfg(windows)]
pub fn command(line: &str) -> Command {
    use std::os::windows::process::CommandExt;
    let mut shell = Command::new("cmd");
    shell.raw_arg(format!("/D /V:OFF /S /C \"{line}\""));
    shell
}

/// A command that runs `line` with a file's name behind it. The name comes from a variable: a `%` in it is not read again.
#[cfg(windows)]
pub fn with_file(line: &str, file: &Path) -> Command {
    const FILE: &str = "SCORESYNC_FILE";
    let mut shell = command(&format!("{line} \"%{FILE}%\""));
    shell.env(FILE, file);
    shell
}

/// The command failed, or there is none.
#[cfg(windows)]
pub fn has_failed(status: ExitStatus) -> bool {
    !status.success()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[cfg(unix)]
    #[test]
    fn a_name_is_one_word_whatever_is_in_it() {
        let output = with_file("printf '<%s>' -n", Path::new("a b 'c' \"d\" $HOME %PATH%")).output().expect("it runs");
        assert_eq!(String::from_utf8_lossy(&output.stdout), "<-n><a b 'c' \"d\" $HOME %PATH%>");
        let status = command("no-such-program 2>&-").status().expect("the shell runs");
        assert!(has_failed(status));
        assert!(!has_failed(command("kill -TERM $$").status().expect("the shell runs")));
    }

    #[cfg(windows)]
    #[test]
    fn a_name_is_one_word_whatever_is_in_it() {
        let output = with_file("echo -n", Path::new("a b & %PATH% (c)")).output().expect("it runs");
        assert_eq!(String::from_utf8_lossy(&output.stdout).trim(), "-n \"a b & %PATH% (c)\"");
        let status = command("no-such-program 2>NUL").status().expect("the shell runs");
        assert!(has_failed(status));
    }
}
