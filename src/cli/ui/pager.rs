//! A pager for long output on a terminal.

use crate::cli::shell;
use crate::git;
use std::io::Write;
use std::process::{Child, Stdio};

/// What `less` is to do where nobody says: quit if all is seen, keep colours, leave the text on the screen. As git has it.
const LESS: &str = "FRX";

/// Which pager is meant: the first of these that is there.
#[derive(Clone, Debug, Default)]
pub(super) struct Pager {
    /// The one that was asked for of this program.
    pub ours: Option<String>,
    /// Where git does not know one.
    pub fallback: Option<String>,
    /// The person has told `less` what to do.
    pub less_is_told: bool,
}

impl Pager {
    /// Shows `text`. False if there is none that works: what it has shown, if anything, is not known then.
    pub fn show(&self, text: &str) -> bool {
        let line = self.ours.clone().or_else(git::pager).or_else(|| self.fallback.clone());
        let line = line.unwrap_or_else(|| "less".to_owned());
        let mut command = shell::command(&line);
        if !self.less_is_told {
            command.env("LESS", LESS);
        }
        command.stdin(Stdio::piped()).spawn().is_ok_and(|child| feed(child, text))
    }
}

/// A pager that is left before the end closes its input, which is no error.
fn feed(mut child: Child, text: &str) -> bool {
    if let Some(mut input) = child.stdin.take() {
        input.write_all(text.as_bytes()).ok();
    }
    child.wait().is_ok_and(|status| !shell::has_failed(status))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pager_that_fails_or_does_not_exist_has_shown_nothing() {
        let show = |line: &str, text: &str| Pager { ours: Some(line.to_owned()), ..Pager::default() }.show(text);
        assert!(!show("no-such-pager-anywhere 2>&-", "text"));
        assert!(!show("false", "text"));
        assert!(!show("cat > /dev/null; exit 1", "text"));
        assert!(show("cat > /dev/null; exit 2", "text"), "somebody left `less -K`");
        assert!(show("cat > /dev/null", "text"));
        assert!(show("true", &"long text\n".repeat(100_000)));
    }
}
