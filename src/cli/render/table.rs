//! Lines of scores under the headings of their scorecards, and the line that sums them up.

use crate::cli::error::plain;
use crate::cli::ui::{BOLD, Styler, columns, padded};
use anstyle::Style;
use std::fmt::Write;

/// Narrowest column of words, so that small reports look alike.
const WORD_WIDTH: usize = 10;
/// Names longer than this do not push the other lines' details away.
const NAME_WIDTH: usize = 40;

/// A word for how a score stands, or for what became of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Word {
    pub text: &'static str,
    pub style: Style,
}

/// One line.
#[derive(Debug)]
pub(super) struct Row<'a> {
    pub scorecard: &'a str,
    pub word: Word,
    pub name: &'a str,
    pub detail: String,
}

/// All lines; a heading comes before each scorecard's.
pub(super) fn table(styler: Styler, rows: &[Row<'_>]) -> String {
    let words = rows.iter().map(|row| row.word.text.len()).max().unwrap_or_default().max(WORD_WIDTH);
    let names = rows.iter().map(|row| columns(&plain(row.name))).max().unwrap_or_default().min(NAME_WIDTH);
    let (mut text, mut heading) = (String::new(), None);
    for row in rows {
        if heading != Some(row.scorecard) {
            let gap = if heading.is_some() { "\n" } else { "" };
            writeln!(text, "{gap}{}", styler.apply(BOLD, plain(row.scorecard))).expect("writing to a text cannot fail");
            heading = Some(row.scorecard);
        }
        let word = styler.apply(row.word.style, format_args!("{:words$}", row.word.text));
        let line = format!("  {word}  {}  {}", padded(&plain(row.name), names), plain(&row.detail));
        text.push_str(line.trim_end());
        text.push('\n');
    }
    text
}

/// `12 scores: 9 clean, 2 edited, 1 behind`, in the order in which the words first came, the `last` one last.
pub(super) fn summary<'a>(words: impl Iterator<Item = &'a str>, last: &str) -> String {
    let mut counts: Vec<(&str, usize)> = Vec::new();
    for word in words {
        match counts.iter_mut().find(|(known, _)| *known == word) {
            Some((_, count)) => *count += 1,
            None => counts.push((word, 1)),
        }
    }
    counts.sort_by_key(|(word, _)| *word == last);
    let all: usize = counts.iter().map(|(_, count)| count).sum();
    let scores = format!("{all} {}", if all == 1 { "score" } else { "scores" });
    match counts[..] {
        [] => scores,
        [(only, _)] => format!("{scores}: {}{only}", if all > 2 { "all " } else { "" }),
        _ => {
            let parts: Vec<String> = counts.iter().map(|(word, count)| format!("{count} {word}")).collect();
            format!("{scores}: {}", parts.join(", "))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_summary_counts_words() {
        assert_eq!(summary(["clean", "edited", "clean"].into_iter(), "clean"), "3 scores: 1 edited, 2 clean");
        assert_eq!(summary(["clean"; 3].into_iter(), "clean"), "3 scores: all clean");
        assert_eq!(summary(["edited"].into_iter(), "clean"), "1 score: edited");
        assert_eq!(summary([].into_iter(), "clean"), "0 scores");
    }

    #[test]
    fn names_from_elsewhere_are_tamed() {
        let word = Word { text: "clean", style: Style::new() };
        let row = Row { scorecard: "A\u{1b}[2J", word, name: "B\u{7}", detail: String::new() };
        assert_eq!(table(Styler::PLAIN, &[row]), "A\u{fffd}[2J\n  clean       B\u{fffd}\n");
    }

    #[test]
    fn details_stand_in_one_column_beside_wide_names() {
        let word = Word { text: "edited", style: Style::new() };
        let rows = ["評価", "Tone check"].map(|name| Row { scorecard: "A", word, name, detail: "yaml".to_owned() });
        assert_eq!(table(Styler::PLAIN, &rows), "A\n  edited      評価        yaml\n  edited      Tone check  yaml\n");
    }
}
