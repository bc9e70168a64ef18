//! A text as its file would have it: with the line ends, the byte-order mark, and the lines of other tools that stand in the
//! file and are not sent. Texts that are compared in that form differ as the file would, so that a patch fits it.
//!
//! It does not say what a pull writes: that is the text that was sent, in the [`Style`] of the file.

use super::document::{BOM, DocKind, Style, lf, outgoing};
use super::line_changes::line_changes;
use similar::{Algorithm, DiffTag};
use std::borrow::Cow;

/// A line of a file, and whether it is sent.
struct FileLine<'a> {
    text: &'a str,
    is_sent: bool,
}

/// `text`, in the form that is sent, as `file` would have it. Lines of the file stay as they are, others end as a pull ends them.
pub fn in_file<'a>(kind: DocKind, text: &'a str, file: &str) -> Cow<'a, str> {
    let own = outgoing(kind, file);
    // Most files are as they are sent.
    if own == file {
        return Cow::Borrowed(text);
    }
    let style = Style { bom: false, ..Style::of(file) };
    let (mark, body) = file.strip_prefix(BOM).map_or(("", file), |body| file.split_at(file.len() - body.len()));
    let (own, new): (Vec<&str>, Vec<&str>) = (lines(&own), lines(text));
    let mut rest = file_lines(body, &own).into_iter().peekable();
    let mut put: Vec<Cow<'_, str>> = Vec::with_capacity(new.len());
    for operation in line_changes(Algorithm::Myers, &own, &new) {
        let (tag, old, added) = operation.as_tag_tuple();
        let (is_same, is_top) = (tag == DiffTag::Equal, old.end == 0);
        for _ in old {
            put.extend(std::iter::from_fn(|| rest.next_if(|line| !line.is_sent)).map(|line| line.text.into()));
            put.extend(rest.next().filter(|_| is_same).map(|line| line.text.into()));
        }
        // What is not sent at the top is a header, which nothing may come before.
        put.extend(std::iter::from_fn(|| rest.next_if(|line| is_top && !line.is_sent)).map(|line| line.text.into()));
        let added = if is_same { &[] } else { &new[added] };
        put.extend(added.iter().map(|line| style.dress(line)));
    }
    put.extend(rest.map(|line| line.text.into()));
    Cow::Owned(mark.to_owned() + &joined(&put, &style.dress("\n")))
}

/// The lines as one text; `end` ends those that have none, where another one follows.
fn joined(lines: &[Cow<'_, str>], end: &str) -> String {
    let mut text = String::new();
    for line in lines {
        text.push_str(if text.is_empty() || text.ends_with('\n') { "" } else { end });
        text.push_str(line);
    }
    text
}

fn lines(text: &str) -> Vec<&str> {
    text.split_inclusive('\n').collect()
}

/// The lines of a file; `sent` are those of them that are sent, in the form that is sent. They are looked for from the end: what
/// is not sent stands above what is.
fn file_lines<'a>(file: &'a str, sent: &[&str]) -> Vec<FileLine<'a>> {
    let mut left = sent.iter().rev().peekable();
    let mut found: Vec<FileLine<'a>> = lines(file)
        .into_iter()
        .rev()
        .map(|text| FileLine { text, is_sent: left.next_if(|line| lf(text.trim_start_matches(BOM)) == **line).is_some() })
        .collect();
    found.reverse();
    found
}

#[cfg(test)]
mod tests {
    use super::*;
    use DocKind::{Code, Guidelines};

    const HEADER: &str = "# Pulled from Plexus API\n# Score: A\n#\n";

    /// Every text that is sent comes to the file in another way than the next one.
    fn files() -> Vec<String> {
        let bodies = ["", "a: 1", "a: 1\n", "a: 1\nb: 2\n", "a: 1\nb: 2", "\n\na: 1\n\n", "a: 1\nb: |\n  x\r  y\n"];
        let stamped = bodies.iter().map(|body| format!("version: 7\n{body}")).chain(["a: 1\nversion: 7\nb: 2\nparent: x".into()]);
        let texts: Vec<String> = bodies.iter().map(|body| (*body).to_owned()).chain(stamped).collect();
        let headed = texts.iter().map(|text| format!("{HEADER}{text}"));
        let plain: Vec<String> = texts.iter().cloned().chain(headed).collect();
        let crlf = plain.iter().map(|text| text.replace('\n', "\r\n"));
        let mixed = plain.iter().map(|text| text.replacen('\n', "\r\n", 2));
        let all: Vec<String> = plain.iter().cloned().chain(crlf).chain(mixed).collect();
        let marked = all.iter().map(|text| format!("{BOM}{text}"));
        all.iter().cloned().chain(marked).collect()
    }

    #[test]
    fn what_a_file_sends_is_the_file() {
        for file in files() {
            assert_eq!(in_file(Code, &outgoing(Code, &file), &file), file);
        }
    }

    #[test]
    fn another_text_stays_what_it_says() {
        for (file, other) in files().iter().flat_map(|file| files().into_iter().map(move |other| (file, other))) {
            let text = outgoing(Code, &other);
            let dressed = in_file(Code, &text, file);
            let (now, said) = (outgoing(Code, &dressed), text.as_ref());
            assert_eq!(now.trim_end(), said.trim_end(), "{other:?} in {file:?}: {dressed:?}");
            assert!(!Style::of(file).crlf || dressed.matches('\n').count() == dressed.matches("\r\n").count(), "{dressed:?}");
        }
    }

    #[test]
    fn lines_that_the_file_has_not_end_as_a_pull_ends_them() {
        assert_eq!(in_file(Code, "a: 1\nb: 3\nc: 4", "a: 1\r\nb: 2\r\n"), "a: 1\r\nb: 3\r\nc: 4");
        assert_eq!(in_file(Code, "a: 1\nb: 3\nc: 4\n", "a: 1\r\nc: 4\n"), "a: 1\r\nb: 3\nc: 4\n");
        assert_eq!(
            in_file(Guidelines, "# A\nb\n", "\u{feff}# Guidelines for A\r\n<!-- v -->\r\n# B\r\n"),
            "\u{feff}# Guidelines for A\r\n<!-- v -->\r\n# A\r\nb\r\n"
        );
        assert_eq!(in_file(Code, "a: 2", "a: 1\nversion: 7\n"), "a: 2\nversion: 7\n");
    }
}
