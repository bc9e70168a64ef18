//! Errors in words for people: what, where, and the exact command that gets out. Text, JSON and exit code all come from
//! one [`Problem`].

mod git;
mod halt;
mod new;
mod score;
mod settings;

pub use score::{explanation, to_resolve};

use super::exit::Exit;
use std::borrow::Cow;

/// Why a run ended badly.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    /// For programs; stable.
    pub code: &'static str,
    /// What is wrong, one sentence.
    pub message: String,
    /// Where: files, addresses, candidates.
    pub at: Vec<String>,
    /// What to do: commands, or sentences with one.
    pub help: Vec<String>,
    /// How the run ends.
    pub exit: Exit,
}

impl Problem {
    /// A problem without a place or a way out.
    pub fn new(exit: Exit, code: &'static str, message: impl Into<String>) -> Self {
        Self { code, message: message.into(), at: Vec::new(), help: Vec::new(), exit }
    }

    /// The same problem with a place.
    pub fn at(mut self, place: impl ToString) -> Self {
        self.at.push(place.to_string());
        self
    }

    /// The same problem with a way out.
    pub fn help(mut self, help: impl Into<String>) -> Self {
        self.help.push(help.into());
        self
    }

    /// Ctrl-C, where nothing else can be told.
    pub fn interrupted() -> Self {
        Self::new(Exit::Interrupted, "INTERRUPTED", "interrupted")
            .help("run it again: nothing is lost, and what was under way is finished then")
    }
}

/// A word as it is typed into a shell.
pub fn quoted(word: &str) -> Cow<'_, str> {
    let plain = |c: char| c.is_alphanumeric() || "_./-@:+=,%".contains(c);
    if !word.is_empty() && word.chars().all(plain) {
        Cow::Borrowed(word)
    } else {
        Cow::Owned(format!("'{}'", word.replace('\'', r"'\''")))
    }
}

/// Text from elsewhere on one line, with nothing in it that a terminal would obey.
pub fn plain(text: &str) -> Cow<'_, str> {
    if text.chars().any(char::is_control) {
        Cow::Owned(text.chars().map(|c| if c.is_control() { '\u{fffd}' } else { c }).collect())
    } else {
        Cow::Borrowed(text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_word_survives_the_shell() {
        assert_eq!(quoted("QA/Tone.yaml"), "QA/Tone.yaml");
        assert_eq!(quoted("QA/It's me.yaml"), r"'QA/It'\''s me.yaml'");
        assert_eq!(quoted(""), "''");
        assert_eq!(quoted("$(rm)"), "'$(rm)'");
    }

    #[test]
    fn nothing_from_elsewhere_reaches_the_terminal_as_an_order() {
        assert_eq!(plain("Tone\u{1b}[2J\nx"), "Tone\u{fffd}[2J\u{fffd}x");
        assert_eq!(plain("Grüße 你好"), "Grüße 你好");
    }
}
