//! A pager for long output on a terminal.

use std::io::Write;
use std::process::{Child, Command, Stdio};

/// What a shell answers when there is no such command.
const NOT_FOUND: i32 = 127;

/// Shows `text` in the pager that was asked for, else in `less`. False if there is none that works: nothing was shown then.
pub(super) fn show(pager: Option<&str>, text: &str) -> bool {
    let mut command = match pager {
        Some(line) => {
            let mut shell = Command::new("sh");
            shell.args(["-c", line]);
            shell
        }
        None => {
            let mut less = Command::new("less");
            less.arg("-FRX");
            less
        }
    };
    command.stdin(Stdio::piped()).spawn().is_ok_and(|child| feed(child, text))
}

/// A pager that is left before the end closes its input, which is no error.
fn feed(mut child: Child, text: &str) -> bool {
    if let Some(mut input) = child.stdin.take() {
        input.write_all(text.as_bytes()).ok();
    }
    child.wait().is_ok_and(|status| status.code() != Some(NOT_FOUND))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pager_that_does_not_exist_shows_nothing() {
        assert!(!show(Some("no-such-pager-anywhere 2>&-"), "text"));
        assert!(show(Some("cat > /dev/null"), "text"));
        assert!(show(Some("true"), &"long text\n".repeat(100_000)));
    }
}
