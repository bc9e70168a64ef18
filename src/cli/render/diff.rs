//! Differences as unified diffs; with colour, changed words stand out within changed lines.

use crate::cli::printable::{REPLACEMENT, is_deceptive};
use crate::cli::text::plain;
use crate::cli::ui::{BOLD, CYAN, GREEN, RED, Styler};
use crate::engine::DocDiff;
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
    let texts = diff.in_file();
    let [old, new] = texts.each_ref().map(|text| text.split_inclusive('\n').collect::<Vec<_>>());
    let lines = TextDiff::from_slices(&old, &new);
    for group in lines.grouped_ops(CONTEXT) {
        out += &format!("{}\n", styler.apply(CYAN, UnifiedHunkHeader::new(&group)));
        for op in &group {
            hunk(styler, &lines, op, &mut out);
        }
    }
    out
}

fn hunk(styler: Styler, lines: &TextDiff<'_, '_, str>, op: &DiffOp, out: &mut String) {
    if !styler.is_coloured() {
        for change in lines.iter_changes(op) {
            *out += &format!("{}{}", change.tag(), change.value());
            end_line(out, change.value());
        }
        return;
    }
    for change in lines.iter_inline_changes(op) {
        let style = match change.tag() {
            ChangeTag::Equal => Style::new(),
            ChangeTag::Delete => RED,
            ChangeTag::Insert => GREEN,
        };
        *out += &styler.apply(style, change.tag());
        let mut last = String::new();
        for (is_emphasized, part) in change.iter_strings_lossy() {
            let shown = part.strip_suffix('\n').map_or(part.as_ref(), |part| part.strip_suffix('\r').unwrap_or(part));
            if !shown.is_empty() {
                *out += &styler.apply(if is_emphasized { style.bold().underline() } else { style }, visible(shown));
            }
            last = part.into_owned();
        }
        out.push_str(if last.ends_with('\n') { "\n" } else { "" });
        end_line(out, &last);
    }
}

/// What git says where the last line of a text has no end.
fn end_line(out: &mut String, line: &str) {
    *out += if line.ends_with('\n') { "" } else { "\n\\ No newline at end of file\n" };
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
    use crate::engine::Side;
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
            file: new.map(Into::into),
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
    fn lines_end_as_in_the_file_but_not_for_the_eye() {
        let mut diff = diff(Some("a: 1\nb: 2\n"), Some("a: 1\nb: x\ry\n"));
        diff.file = Some("a: 1\r\nb: x\ry\r\n".into());
        let file = Path::new("Card/Tone.yaml");
        let plain = unified(Styler::PLAIN, file, &diff);
        assert!(plain.ends_with("@@ -1,2 +1,2 @@\n a: 1\r\n-b: 2\r\n+b: x\ry\r\n"), "{plain:?}");
        let bright = anstream::adapter::strip_str(&unified(Styler::COLOURED, file, &diff)).to_string();
        assert!(bright.ends_with("@@ -1,2 +1,2 @@\n a: 1\n-b: 2\n+b: x^My\n"), "{bright:?}");
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
