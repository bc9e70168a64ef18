//! The documents that are synced: which part of a text is sent, and which part counts when texts are compared.
//!
//! A person's document is never re-serialised. What differs between a file and the wire are line ends, a byte-order
//! mark and lines that other tools stamp into files; [`outgoing`] takes those away, [`canonical`] also trims the ends.
//! Two texts with one canonical form are "no change".

use super::digest::Digest;
use super::yaml::events;
use granit_parser::{Event, ScalarStyle};
use std::borrow::Cow;
use std::fmt;
use std::ops::{Deref, Range};
use std::sync::Arc;

/// What other Plexus tools write into a guidelines file when there are none.
const PLACEHOLDER: &str = "*No guidelines specified for this score.*";
/// First line of the header that older Plexus tools put above pulled code.
const PULL_HEADER: &str = "# Pulled from Plexus API";
/// The further lines of that header; it ends with a bare `#`.
const PULL_HEADER_LINES: [&str; 6] =
    ["# Score:", "# Champion Version ID:", "# Version ID:", "# Created:", "# Updated:", "# Note:"];
/// A byte-order mark.
pub(super) const BOM: char = '\u{feff}';

/// What a document is: one of a score's two, or a standalone one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum DocKind {
    /// YAML text of a score; `configuration` on the wire.
    Code,
    /// Markdown text of a score.
    Guidelines,
    /// Markdown text with fenced blocks of YAML.
    ReportConfiguration,
    /// YAML text; `yamlConfiguration` on the wire.
    DataSource,
}

impl DocKind {
    /// It is YAML; the others are Markdown.
    pub fn is_yaml(self) -> bool {
        matches!(self, Self::Code | Self::DataSource)
    }
}

impl fmt::Display for DocKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Code => "code",
            Self::Guidelines => "guidelines",
            Self::ReportConfiguration => "report configuration",
            Self::DataSource => "data source",
        })
    }
}

/// A document's text as it is in its source, with the digest of its bytes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SourceText {
    text: Arc<str>,
    digest: Digest,
}

impl SourceText {
    /// One that was stored under the digest of its bytes.
    pub fn stored(digest: Digest, text: impl Into<Arc<str>>) -> Self {
        Self { text: text.into(), digest }
    }

    /// The text, shared.
    pub fn shared(&self) -> &Arc<str> {
        &self.text
    }

    /// The digest of its bytes.
    pub fn digest(&self) -> Digest {
        self.digest
    }
}

impl Deref for SourceText {
    type Target = str;

    fn deref(&self) -> &str {
        &self.text
    }
}

/// A document's content: always its canonical digest, and its text where somebody needs it.
#[derive(Clone, Debug)]
pub struct Content {
    /// What it is the content of.
    pub kind: DocKind,
    /// Digest of the canonical form.
    pub digest: Digest,
    /// The text as it is in its source; absent where it was not read because nothing changed.
    pub text: Option<SourceText>,
}

impl Content {
    /// Content with its text.
    pub fn of(kind: DocKind, text: impl Into<Arc<str>>) -> Self {
        let text = text.into();
        let [canonical, raw] = digests(kind, &text);
        Self { kind, digest: canonical, text: Some(SourceText { text, digest: raw }) }
    }

    /// Nothing but blanks, or the text by which other tools say that there are no guidelines.
    pub fn is_empty(&self) -> bool {
        self.digest == Digest::EMPTY
    }
}

/// Equality is that of the canonical forms.
impl PartialEq for Content {
    fn eq(&self, other: &Self) -> bool {
        self.digest == other.digest
    }
}

impl Eq for Content {}

/// How a file writes its text; a pull keeps it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Style {
    /// Every line ends with CRLF.
    pub crlf: bool,
    /// Starts with a byte-order mark.
    pub bom: bool,
}

impl Style {
    /// The style of `text`.
    pub fn of(text: &str) -> Self {
        let lines = text.matches('\n').count();
        Self { crlf: lines > 0 && text.matches("\r\n").count() == lines, bom: text.starts_with(BOM) }
    }

    /// `text` in this style. Text for a file with plain line ends is left exactly as it is.
    pub fn dress(self, text: &str) -> Cow<'_, str> {
        let body = if self.crlf { Cow::Owned(lf(text).replace('\n', "\r\n")) } else { Cow::Borrowed(text) };
        if self.bom && !body.starts_with(BOM) { Cow::Owned(format!("{BOM}{body}")) } else { body }
    }
}

/// The digests of a text's canonical form, and of its bytes as they are: in one pass where it begins with the former, as texts of
/// Plexus do.
pub fn digests(kind: DocKind, text: &str) -> [Digest; 2] {
    match canonical(kind, text) {
        Cow::Borrowed(form) if text.starts_with(form) => Digest::of_start(text.as_bytes(), form.len()),
        form => [form.as_bytes(), text.as_bytes()].map(Digest::of),
    }
}

/// The form in which texts are compared.
pub fn canonical(kind: DocKind, text: &str) -> Cow<'_, str> {
    let text = match outgoing(kind, text) {
        Cow::Borrowed(text) => Cow::Borrowed(trimmed(text)),
        Cow::Owned(text) => Cow::Owned(trimmed(&text).to_owned()),
    };
    if kind == DocKind::Guidelines && text == PLACEHOLDER { Cow::Borrowed("") } else { text }
}

/// The form in which a file's text is sent: LF, no byte-order mark; of scores, whose files other tools write too, no stamps
/// and no pull header. What is sent is in that form itself, so that what comes back is the same text.
pub fn outgoing(kind: DocKind, text: &str) -> Cow<'_, str> {
    let text = lf(text.trim_start_matches(BOM));
    let header = top(kind, &text);
    let body = &text[header..];
    match Some(body).filter(|_| kind == DocKind::Code).and_then(without_stamps) {
        Some(kept) => Cow::Owned(kept),
        None if header == 0 => text,
        None => Cow::Owned(body.to_owned()),
    }
}

/// None where there are no stamps, or where their lines hide others: those stay, so that what is sent is in its last form.
fn without_stamps(code: &str) -> Option<String> {
    let cuts = stamps(code);
    if cuts.is_empty() {
        return None;
    }
    let mut kept = String::with_capacity(code.len());
    let mut at = 0;
    for StampLine { line, .. } in cuts {
        kept.push_str(&code[at..line.start]);
        at = line.end;
    }
    kept.push_str(&code[at..]);
    kept.drain(..top(DocKind::Code, &kept));
    stamps(&kept).is_empty().then_some(kept)
}

/// The bytes of all pull headers and byte-order marks that a text begins with.
fn top(kind: DocKind, text: &str) -> usize {
    let mut at = 0;
    loop {
        let rest = text[at..].trim_start_matches(BOM);
        let header = match kind {
            DocKind::Code => pull_header(rest),
            DocKind::Guidelines => guidelines_header(rest),
            DocKind::ReportConfiguration | DocKind::DataSource => 0,
        };
        let next = text.len() - rest.len() + header;
        if next == at {
            return at;
        }
        at = next;
    }
}

/// The version that another tool stamped into a code file with a top-level `version:` line; a hint, it may be stale.
pub fn version_stamp(code: &str) -> Option<String> {
    stamps(&lf(code)).into_iter().find(|stamp| stamp.key == "version").map(|stamp| stamp.value)
}

/// A carriage return before a line end is part of it, and so are several.
pub(super) fn lf(text: &str) -> Cow<'_, str> {
    if !text.contains("\r\n") {
        return Cow::Borrowed(text);
    }
    let ended = |line: &str| line.strip_suffix('\n').map(|body| format!("{}\n", body.trim_end_matches('\r')));
    Cow::Owned(text.split_inclusive('\n').map(|line| ended(line).unwrap_or_else(|| line.to_owned())).collect())
}

/// Blank lines at the start (not the first line's indent, which means something) and blanks at the end.
fn trimmed(text: &str) -> &str {
    let text = text.trim_end();
    let indent = text.len() - text.trim_start().len();
    &text[text[..indent].rfind('\n').map_or(0, |at| at + 1)..]
}

/// Length of the pull header at the very top, 0 if there is none.
fn pull_header(text: &str) -> usize {
    let mut lines = text.split_inclusive('\n');
    let Some(first) = lines.next().filter(|line| line.starts_with(PULL_HEADER)) else { return 0 };
    let mut length = first.len();
    for line in lines {
        let ends = line.trim_end() == "#";
        if !ends && !PULL_HEADER_LINES.iter().any(|prefix| line.starts_with(prefix)) {
            break;
        }
        length += line.len();
        if ends {
            break;
        }
    }
    length
}

/// Length of the header that older tools put above guidelines: a title followed by comments. A title alone is a person's.
fn guidelines_header(text: &str) -> usize {
    let mut lines = text.split_inclusive('\n');
    let Some(first) = lines.next().filter(|line| line.starts_with("# Guidelines for")) else { return 0 };
    let (mut length, mut comments) = (first.len(), 0);
    for line in lines {
        let is_comment = line.starts_with("<!--") && line.trim_end().ends_with("-->");
        if !is_comment && !line.trim().is_empty() {
            break;
        }
        comments += usize::from(is_comment);
        length += line.len();
    }
    if comments > 0 { length } else { 0 }
}

/// A top-level `version:` or `parent:` line.
struct StampLine {
    key: &'static str,
    value: String,
    line: Range<usize>,
}

/// Stamps are found by parsing, so that a look-alike inside a prompt stays; a text that does not parse has none.
fn stamps(text: &str) -> Vec<StampLine> {
    let candidate = |line: &str| line.starts_with("version:") || line.starts_with("parent:");
    if !text.split('\n').any(candidate) {
        return Vec::new();
    }
    let mut found = Vec::new();
    let (mut depth, mut is_key, mut key) = (0_usize, true, None);
    for event in events(text) {
        let Ok((event, span)) = event else { return Vec::new() };
        match event {
            Event::MappingStart(..) | Event::SequenceStart(..) => {
                if depth == 1 {
                    (is_key, key) = (!is_key, None);
                }
                depth += 1;
            }
            Event::MappingEnd | Event::SequenceEnd => depth -= 1,
            Event::DocumentEnd => break,
            Event::Scalar(value, style, anchor, _) if depth == 1 => {
                if is_key {
                    key = stamp_key(&value, style).filter(|_| span.start.col() == 0).zip(span.byte_range());
                } else if let Some((key, at)) = key.take().filter(|_| anchor == 0) {
                    let line = span.byte_range().and_then(|bytes| line_of_entry(text, at, bytes));
                    found.extend(line.map(|line| StampLine { key, value: value.into_owned(), line }));
                }
                is_key = !is_key;
            }
            Event::Alias(_) if depth == 1 => (is_key, key) = (!is_key, None),
            _ => {}
        }
    }
    found
}

fn stamp_key(value: &str, style: ScalarStyle) -> Option<&'static str> {
    ["version", "parent"].into_iter().find(|key| style == ScalarStyle::Plain && *key == value)
}

/// The whole line of a `key` that begins it and its one-line `value`, if nothing else stands on it but a comment: between braces
/// another entry can, and behind a bare carriage return a whole document, which is a line end to YAML and to no editor.
pub fn line_of_entry(text: &str, key: Range<usize>, value: Range<usize>) -> Option<Range<usize>> {
    let is_first =
        key.start == 0 || text.as_bytes()[key.start - 1] == b'\n' || text[..key.start] == *BOM.encode_utf8(&mut [0; 4]);
    let end = text[key.start..].find('\n').map_or(text.len(), |at| key.start + at + 1);
    // A value that is not written may be placed before the colon.
    let rest = text.get(value.end.max(key.end)..end)?.trim_end_matches(['\r', '\n']).trim_start();
    let rest = if value.is_empty() { rest.trim_start_matches(':').trim_start() } else { rest };
    let is_alone = (rest.is_empty() || rest.starts_with('#')) && !rest.contains('\r');
    (is_first && is_alone).then_some(key.start..end)
}

#[cfg(test)]
mod tests {
    use super::*;
    use DocKind::{Code, Guidelines};

    fn same(kind: DocKind, a: &str, b: &str) -> bool {
        Content::of(kind, a) == Content::of(kind, b)
    }

    #[test]
    fn line_ends_bom_ends_and_stamps_do_not_count() {
        let plain = "name: A\nkey: a\n";
        for other in [
            "name: A\r\nkey: a\r\n",
            "\u{feff}name: A\nkey: a\n",
            "\n\nname: A\nkey: a",
            "name: A\nkey: a\n\n\n",
            "name: A\nversion: 0b\nkey: a\nparent: None\n",
            "version: \"x\" # stamp\nname: A\nkey: a\nparent:\n",
        ] {
            assert!(same(Code, plain, other), "{other:?}");
        }
        for other in ["name: A\nkey:  a\n", "name: A\n\nkey: a\n", " name: A\nkey: a\n", "# c\nname: A\nkey: a\n"] {
            assert!(!same(Code, plain, other), "{other:?}");
        }
    }

    #[test]
    fn stamps_are_only_top_level_single_line_scalars() {
        for kept in [
            "prompt: |\n  version: 1\n  parent: x\n",
            "prompt: \"a\n\n  version: 1\n\n  b\"\n",
            "version: |\n  1\nname: A\n",
            "parent:\n- a\nname: A\n",
            "data:\n  version: 1\n",
            "version: &v 1\nother: *v\n",
            "{version: 1}\n",
            "{name: A,\nversion: 1, description: b\n}\n",
            "version: 1\rname: A\r",
            "name: A\nparent: 1\rclass: B\nkey: a\n",
            "version: 1 # c\rname: A\n",
            "version: [\n",
        ] {
            assert_eq!(outgoing(Code, kept), kept);
        }
        assert_eq!(outgoing(Code, "a: 1\nversion: x\nb: 2"), "a: 1\nb: 2");
        assert_eq!(version_stamp("a: 1\r\nversion: 'x y'\r\n").as_deref(), Some("x y"));
        assert_eq!(version_stamp("a:\n  version: 1\n"), None);
    }

    #[test]
    fn the_pull_header_goes_only_at_the_top() {
        let header = "# Pulled from Plexus API\n# Score: A\n# Champion Version ID: v\n# Created: t\n# Updated: t\n# Note: n\n#\n";
        let body = "# Note: mine\nname: A\nprompt: |\n  # Score: keep\n  #\n";
        assert_eq!(outgoing(Code, &format!("{header}{body}")), body);
        assert_eq!(outgoing(Code, body), body);
        assert_eq!(outgoing(Guidelines, "# Guidelines for A\n<!-- Version: v -->\n\n# A\ntext\n"), "# A\ntext\n");
        assert_eq!(outgoing(Guidelines, "# Guidelines for A\n\ntext\n"), "# Guidelines for A\n\ntext\n");
    }

    #[test]
    fn what_is_sent_is_in_the_form_that_is_sent() {
        let header = "# Guidelines for A\n<!-- Version: v -->\n\n";
        for (text, sent) in
            [("a\r\r\nb\n", "a\nb\n"), ("\u{feff}\u{feff}a\n", "a\n"), (&format!("{header}\u{feff}{header}a\n"), "a\n")]
        {
            assert_eq!((outgoing(Guidelines, text).as_ref(), outgoing(Guidelines, sent).as_ref()), (sent, sent), "{text:?}");
        }
    }

    #[test]
    fn stamps_that_other_stamps_hide_stay() {
        let header = "# Pulled from Plexus API\n# Note: \0\n#\n";
        for (text, sent) in [
            (&*format!("{header}version: 1\na: 1\n"), "a: 1\n"),
            (&format!("version: 1\n{header}a: 1\n"), &format!("version: 1\n{header}a: 1\n")),
            ("version: 1\n---\nversion: 2\na: 1\n", "version: 1\n---\nversion: 2\na: 1\n"),
            ("version: 1\n\u{feff}version: 2\na: 1\n", "version: 1\n\u{feff}version: 2\na: 1\n"),
        ] {
            assert_eq!((outgoing(Code, text).as_ref(), outgoing(Code, sent).as_ref()), (sent, sent), "{text:?}");
        }
    }

    #[test]
    fn no_guidelines_has_three_spellings() {
        for empty in ["", "\n \n", "*No guidelines specified for this score.*\n"] {
            assert!(Content::of(Guidelines, empty).is_empty(), "{empty:?}");
        }
        assert!(!Content::of(Code, "*No guidelines specified for this score.*\n").is_empty());
    }

    #[test]
    fn a_style_survives_a_change_of_text() {
        let style = Style::of("\u{feff}a\r\nb\r\n");
        assert_eq!(style.dress("c\nd\n"), "\u{feff}c\r\nd\r\n");
        assert_eq!(Style::of("a\nb\r\n").dress("c\r\nd\n"), "c\r\nd\n");
        assert_eq!(Style::of("no line end").dress("c\n"), "c\n");
    }
}
