//! Lines of scores under the headings of their scorecards, and the line that sums them up.

use crate::cli::text::{counted, plain};
use crate::cli::ui::{BOLD, Styler, columns, padded};
use anstyle::Style;
use std::fmt::Write;

/// The narrowest column of labels, in characters, so that small reports look alike.
const MIN_LABEL_WIDTH: usize = 10;
/// The widest column of names, in terminal columns: longer ones do not push the other lines' details away.
const MAX_NAME_WIDTH: usize = 40;

/// A short word for how a score stands, or for what became of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Label {
    pub text: &'static str,
    pub style: Style,
}

/// A line of the table.
#[derive(Debug)]
pub(super) struct TableRow<'a> {
    pub scorecard: &'a str,
    pub label: Label,
    pub name: &'a str,
    pub detail: String,
}

/// All lines; a heading comes before each scorecard's.
pub(super) fn table(styler: Styler, rows: &[TableRow<'_>]) -> String {
    let label_width = rows.iter().map(|row| row.label.text.len()).max().unwrap_or_default().max(MIN_LABEL_WIDTH);
    let name_width = rows.iter().map(|row| columns(&plain(row.name))).max().unwrap_or_default().min(MAX_NAME_WIDTH);
    let (mut text, mut heading) = (String::new(), None);
    for row in rows {
        if heading != Some(row.scorecard) {
            let gap = if heading.is_some() { "\n" } else { "" };
            writeln!(text, "{gap}{}", styler.apply(BOLD, plain(row.scorecard))).expect("writing to a text cannot fail");
            heading = Some(row.scorecard);
        }
        let label = styler.apply(row.label.style, format_args!("{:label_width$}", row.label.text));
        let line = format!("  {label}  {}  {}", padded(&plain(row.name), name_width), plain(&row.detail));
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
    let scores = counted(all, "score");
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
        let label = Label { text: "clean", style: Style::new() };
        let row = TableRow { scorecard: "A\u{1b}[2J", label, name: "B\u{7}", detail: String::new() };
        assert_eq!(table(Styler::PLAIN, &[row]), "A\u{fffd}[2J\n  clean       B\u{fffd}\n");
    }

    #[test]
    fn details_stand_in_one_column_beside_wide_names() {
        let label = Label { text: "edited", style: Style::new() };
        let rows = ["評価", "Tone check"].map(|name| TableRow { scorecard: "A", label, name, detail: "yaml".to_owned() });
        assert_eq!(table(Styler::PLAIN, &rows), "A\n  edited      評価        yaml\n  edited      Tone check  yaml\n");
    }
}
