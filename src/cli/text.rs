//! Small pieces of text that every command needs: names from elsewhere, words for a shell, numbers with their noun.

use crate::cli::printable::{REPLACEMENT, is_deceptive};
use crate::model::VersionMeta;
use std::borrow::Cow;

/// What stands at the end of a report about a dry run.
pub const DRY_RUN: &str = " (dry run: nothing was done)";

/// A word as it is typed into a shell.
pub fn quoted(word: &str) -> Cow<'_, str> {
    let needs_no_quotes = |c: char| c.is_alphanumeric() || "_./-@:+=,%".contains(c);
    if !word.is_empty() && word.chars().all(needs_no_quotes) {
        Cow::Borrowed(word)
    } else {
        Cow::Owned(format!("'{}'", word.replace('\'', r"'\''")))
    }
}

/// Text from elsewhere on one line, with nothing in it that deceives a reader or a terminal.
pub fn plain(text: &str) -> Cow<'_, str> {
    if text.chars().any(is_deceptive) {
        Cow::Owned(text.chars().map(|c| if is_deceptive(c) { REPLACEMENT } else { c }).collect())
    } else {
        Cow::Borrowed(text)
    }
}

/// `1 score`, `2 scores`: a number with its noun, whose plural ends with an s.
pub fn counted(count: usize, noun: &str) -> String {
    format!("{count} {noun}{}", if count == 1 { "" } else { "s" })
}

/// The command that makes an evaluation of a version; it is one of Plexus' own program. A line end in a name would begin a line
/// that could look like one of ours.
pub fn how_to_evaluate(scorecard: &str, score: &str, version: &str) -> String {
    let (scorecard, score) = (plain(scorecard), plain(score));
    let (scorecard, score) = (quoted(&scorecard), quoted(&score));
    format!("plexus evaluate accuracy --scorecard {scorecard} --score {score} --version {version} --number-of-samples 200")
}

/// A version on one line: its id, by whom, `when` it was made if that is to be said, and why.
pub fn version_line(meta: &VersionMeta, when: Option<&str>) -> String {
    let note = meta.note.as_deref().filter(|note| !note.is_empty()).map(|note| format!(": {note}")).unwrap_or_default();
    let author = meta.author().map(|author| format!(" by {author}")).unwrap_or_default();
    let when = when.map(|when| format!(", {when}")).unwrap_or_default();
    format!("{}{author}{when}{note}", meta.id.short())
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
        assert_eq!(plain("Tone\u{202e}lmay.\u{200b}x"), "Tone\u{fffd}lmay.\u{fffd}x");
        assert_eq!(plain("Grüße 你好"), "Grüße 你好");
    }
}
