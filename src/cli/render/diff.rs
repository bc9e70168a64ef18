//! Differences as unified diffs; with colour, changed words stand out within changed lines.

use crate::cli::printable::{REPLACEMENT, is_deceptive};
use crate::cli::text::plain;
use crate::cli::ui::{BOLD, CYAN, GREEN, RED, Styler};
use crate::engine::{DocDiff, Side};
use anstyle::Style;
use similar::udiff::UnifiedHunkHeader;
use similar::{ChangeTag, DiffOp, TextDiff};
use std::fmt::Write;
use std::path::Path;

/// Unchanged lines around a change.
const CONTEXT: usize = 3;

/// One document's difference, as `git apply` reads it, with a header that names both sides; `file` is the document as it is
/// shown.
pub fn unified(styler: Styler, file: &Path, diff: &DocDiff) -> String {
    let (old, new) = (text(&diff.old), text(&diff.new));
    let path = file.display().to_string();
    let path = path.trim_start_matches('/');
    let mut out = String::new();
    if diff.is_reformatted() {
        out += &format!("{}\n", styler.apply(BOLD, "only the formatting differs"));
    }
    for (mark, folder, side) in [("---", 'a', &diff.old), ("+++", 'b', &diff.new)] {
        let file = if side.text.is_some() { format!("{folder}/{path}") } else { "/dev/null".to_owned() };
        let header = format!("{mark} {}\t{}", plain(&file), plain(&side.label));
        out += &format!("{}\n", styler.apply(BOLD, header));
    }
    let lines = TextDiff::from_lines(old, new);
    for group in lines.grouped_ops(CONTEXT) {
        out += &format!("{}\n", styler.apply(CYAN, UnifiedHunkHeader::new(&group)));
        for op in &group {
            hunk(styler, &lines, op, &mut out);
        }
    }
    out
}

fn text(side: &Side) -> &str {
    side.text.as_deref().unwrap_or_default()
}

fn hunk(styler: Styler, lines: &TextDiff<'_, '_, str>, op: &DiffOp, out: &mut String) {
    if !styler.is_coloured() {
        for change in lines.iter_changes(op) {
            line(out, change.tag(), [change.value()].into_iter().map(|value| (Style::new(), value)), styler);
        }
        return;
    }
    for change in lines.iter_inline_changes(op) {
        let style = match change.tag() {
            ChangeTag::Equal => Style::new(),
            ChangeTag::Delete => RED,
            ChangeTag::Insert => GREEN,
        };
        let parts: Vec<_> = change.iter_strings_lossy().collect();
        let parts =
            parts.iter().map(|(emphasized, part)| (if *emphasized { style.bold().underline() } else { style }, part.as_ref()));
        line(out, change.tag(), parts, styler);
    }
}

/// One line of a hunk. What a terminal would obey is spelled out where there is one.
fn line<'a>(out: &mut String, tag: ChangeTag, parts: impl Iterator<Item = (Style, &'a str)>, styler: Styler) {
    let (sign, style) = match tag {
        ChangeTag::Equal => (' ', Style::new()),
        ChangeTag::Delete => ('-', RED),
        ChangeTag::Insert => ('+', GREEN),
    };
    *out += &styler.apply(style, sign);
    let mut ended = false;
    for (style, part) in parts {
        ended = part.ends_with('\n');
        let part = part.strip_suffix('\n').unwrap_or(part);
        if part.is_empty() {
            continue;
        }
        *out += &if styler.is_coloured() { styler.apply(style, visible(part)) } else { part.to_owned() };
    }
    *out += if ended { "\n" } else { "\n\\ No newline at end of file\n" };
}

/// Control characters as `^X`, and nothing else that deceives.
fn visible(text: &str) -> String {
    let mut shown = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '\t' => shown.push(c),
            '\0'..='\u{1f}' => write!(shown, "^{}", char::from(c as u8 + b'@')).expect("writing to a text cannot fail"),
            c if is_deceptive(c) => shown.push(REPLACEMENT),
            c => shown.push(c),
        }
    }
    shown
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{DocKind, RelPath};

    fn diff(old: Option<&str>, new: Option<&str>) -> DocDiff {
        let side = |label: &str, text: Option<&str>| Side { label: label.to_owned(), text: text.map(Into::into) };
        DocDiff {
            score: "s".into(),
            name: "Tone".into(),
            kind: DocKind::Code,
            path: RelPath::parse("Card/Tone.yaml").expect("a safe path"),
            old: side("champion 1a2b3c4d", old),
            new: side("local", new),
        }
    }

    #[test]
    fn a_change_has_context_and_both_sides_are_named() {
        let diff = diff(Some("a\nb\nc\nd\ne: old word\nf\n"), Some("a\nb\nc\nd\ne: new word\nf"));
        insta::assert_snapshot!(unified(Styler::PLAIN, Path::new("Card/Tone.yaml"), &diff), @r"
        --- a/Card/Tone.yaml	champion 1a2b3c4d
        +++ b/Card/Tone.yaml	local
        @@ -2,5 +2,5 @@
         b
         c
         d
        -e: old word
        -f
        +e: new word
        +f
        \ No newline at end of file
        ");
    }

    #[test]
    fn a_side_without_the_document_is_empty_and_says_so() {
        let text = unified(Styler::PLAIN, Path::new("Card/Tone.yaml"), &diff(None, Some("a\n")));
        assert_eq!(text, "--- /dev/null\tchampion 1a2b3c4d\n+++ b/Card/Tone.yaml\tlocal\n@@ -0,0 +1 @@\n+a\n");
    }

    #[test]
    fn a_document_that_is_only_written_in_another_way_says_so() {
        let text = unified(Styler::PLAIN, Path::new("Card/Tone.yaml"), &diff(Some("id: 7\n"), Some("id: '7'\n")));
        insta::assert_snapshot!(text, @r"
        only the formatting differs
        --- a/Card/Tone.yaml	champion 1a2b3c4d
        +++ b/Card/Tone.yaml	local
        @@ -1 +1 @@
        -id: 7
        +id: '7'
        ");
    }

    #[test]
    fn changed_words_stand_out_in_colour_only() {
        let diff = diff(Some("prompt: be polite\n"), Some("prompt: be kind\n"));
        let bright = unified(Styler::COLOURED, Path::new("Card/Tone.yaml"), &diff);
        assert!(bright.contains(&format!("{}", GREEN.bold().underline().render())), "{bright:?}");
        assert_eq!(anstream::adapter::strip_str(&bright).to_string(), unified(Styler::PLAIN, Path::new("Card/Tone.yaml"), &diff));
    }

    #[test]
    fn documents_cannot_command_the_terminal_but_stay_whole_in_a_file() {
        let diff = diff(Some("a\n"), Some("\u{1b}[2J\u{9b}x\n"));
        let bright = anstream::adapter::strip_str(&unified(Styler::COLOURED, Path::new("Card/Tone.yaml"), &diff)).to_string();
        assert!(bright.contains("+^[[2J\u{fffd}x"), "{bright}");
        assert!(unified(Styler::PLAIN, Path::new("Card/Tone.yaml"), &diff).contains("\u{1b}[2J"));
    }
}
