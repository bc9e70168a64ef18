//! Lines of scores under the headings of their scorecards, and the line that sums them up.

use super::view::View;
use crate::cli::text::{counted, plain};
use crate::cli::ui::{BOLD, DIM, Styler, columns, middle_of, padded, visible_columns, wrapped};
use anstyle::Style;
use std::fmt::Write;

/// The narrowest column of labels, in characters, so that small reports look alike.
const MIN_LABEL_WIDTH: usize = 10;
/// The widest column of names, in terminal columns: longer ones do not push the other lines' details away.
const MAX_NAME_WIDTH: usize = 40;

/// The narrowest column of details beside the names; where there is less room, they go on below.
const MIN_DETAIL_WIDTH: usize = 24;
/// Where details go on below a name.
const INDENT: usize = 4;

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

/// All lines; a heading comes before each scorecard's. In `width` columns, names are shortened and details wrapped.
pub(super) fn table(styler: Styler, width: Option<usize>, rows: &[TableRow<'_>]) -> String {
    let label_width = rows.iter().map(|row| row.label.text.len()).max().unwrap_or_default().max(MIN_LABEL_WIDTH);
    let most = width.map_or(MAX_NAME_WIDTH, |width| (width * 2 / 5).clamp(3, MAX_NAME_WIDTH));
    let shown = |name: &str| if width.is_some() { middle_of(&plain(name), most) } else { plain(name).into_owned() };
    let names: Vec<String> = rows.iter().map(|row| shown(row.name)).collect();
    let name_width = names.iter().map(|name| columns(name)).max().unwrap_or_default().min(most);
    let before = label_width + name_width + 6;
    let (mut text, mut heading) = (String::new(), None);
    for (row, name) in rows.iter().zip(&names) {
        if heading != Some(row.scorecard) {
            let gap = if heading.is_some() { "\n" } else { "" };
            writeln!(text, "{gap}{}", styler.apply(BOLD, plain(row.scorecard))).expect("writing to a text cannot fail");
            heading = Some(row.scorecard);
        }
        let label = styler.apply(row.label.style, format_args!("{:label_width$}", row.label.text));
        let head = format!("  {label}  {}  ", padded(name, name_width));
        text += &beside(&head, before, &plain(&row.detail), width);
    }
    text
}

/// A head that takes `before` columns, which may be styled, and beside it the details, broken between words where a line has
/// `width` columns.
pub(super) fn beside(head: &str, before: usize, detail: &str, width: Option<usize>) -> String {
    let (indent, details) = details(detail, before, width);
    let mut text = format!("{head}{}", details[0]).trim_end().to_owned() + "\n";
    details[1..].iter().for_each(|line| text += &format!("{:indent$}{line}\n", ""));
    text
}

/// A heading, or what sums up, in lines that are broken between words.
pub(super) fn paragraph(view: View<'_>, style: Style, said: &str) -> String {
    let said = plain(said);
    let lines = view.width.map_or_else(|| vec![said.to_string()], |width| wrapped(&said, width, width));
    lines.iter().map(|line| format!("{}\n", view.styler.apply(style, line))).collect()
}

/// A label that takes `wide` columns or more, and what is said beside it.
pub(super) fn labelled(view: View<'_>, label: &str, wide: usize, said: &str) -> String {
    let label = padded(&plain(label), wide);
    beside(&format!("  {}  ", view.styler.apply(DIM, &label)), columns(&label) + 4, &plain(said), view.width)
}

/// The lines of a detail that begins after `before` columns, and how far those below the first are indented.
fn details(detail: &str, before: usize, width: Option<usize>) -> (usize, Vec<String>) {
    let Some(width) = width else { return (0, vec![detail.to_owned()]) };
    let beside = width.saturating_sub(before);
    let longest = detail.split_whitespace().map(visible_columns).max().unwrap_or_default();
    let indent = if beside < longest.max(MIN_DETAIL_WIDTH) { INDENT } else { before };
    (indent, wrapped(detail, beside, width.saturating_sub(indent)))
}

/// `12 scores: 9 clean, 2 edited, 1 behind`, in the order in which the words first came, the `last` one last.
pub(super) fn summary<'a>(what: &str, words: impl Iterator<Item = &'a str>, last: &str) -> String {
    let mut counts: Vec<(&str, usize)> = Vec::new();
    for word in words {
        match counts.iter_mut().find(|(known, _)| *known == word) {
            Some((_, count)) => *count += 1,
            None => counts.push((word, 1)),
        }
    }
    counts.sort_by_key(|(word, _)| *word == last);
    let all: usize = counts.iter().map(|(_, count)| count).sum();
    let scores = counted(all, what);
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
        assert_eq!(summary("score", ["clean", "edited", "clean"].into_iter(), "clean"), "3 scores: 1 edited, 2 clean");
        assert_eq!(summary("score", ["clean"; 3].into_iter(), "clean"), "3 scores: all clean");
        assert_eq!(summary("score", ["edited"].into_iter(), "clean"), "1 score: edited");
        assert_eq!(summary("score", [].into_iter(), "clean"), "0 scores");
    }

    #[test]
    fn names_from_elsewhere_are_tamed() {
        let label = Label { text: "clean", style: Style::new() };
        let row = TableRow { scorecard: "A\u{1b}[2J", label, name: "B\u{7}", detail: String::new() };
        assert_eq!(table(Styler::PLAIN, None, &[row]), "A\u{fffd}[2J\n  clean       B\u{fffd}\n");
    }

    #[test]
    fn details_stand_in_one_column_beside_wide_names() {
        let label = Label { text: "edited", style: Style::new() };
        let rows = ["評価", "Tone check"].map(|name| TableRow { scorecard: "A", label, name, detail: "yaml".to_owned() });
        assert_eq!(table(Styler::PLAIN, None, &rows), "A\n  edited      評価        yaml\n  edited      Tone check  yaml\n");
    }

    #[test]
    fn lines_fit_the_width_without_a_broken_word() {
        let label = Label { text: "conflict", style: Style::new() };
        let name = "Follow-up questions that an agent asks, part 2";
        let detail = "code: both sides changed the same lines; 2 versions behind (optimizer 14:02)".to_owned();
        let row = || TableRow { scorecard: "QA", label, name, detail: detail.clone() };
        insta::assert_snapshot!(table(Styler::PLAIN, Some(72), &[row()]), @r"
        QA
          conflict    Follow-up…agent asks, part 2  code: both sides changed the
                                                    same lines; 2 versions
                                                    behind (optimizer 14:02)
        ");
        insta::assert_snapshot!(table(Styler::PLAIN, Some(40), &[row()]), @r"
        QA
          conflict    Follow-up…part 2  code:
            both sides changed the same lines; 2
            versions behind (optimizer 14:02)
        ");
        for width in 30..120 {
            let text = table(Styler::PLAIN, Some(width), &[row()]);
            assert!(text.lines().all(|line| columns(line) <= width), "{width}:\n{text}");
        }
    }
}
