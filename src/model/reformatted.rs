//! Whether two code texts are one YAML document that is only written differently, as after another tool has read and
//! dumped it.
//!
//! Quotes, the styles of blocks and lists, indentation, blank lines and where long lines break are ways of writing. Values,
//! the order of keys and items, tags, anchors and comments are what a document says: a change of these is an edit. Plain and
//! quoted are the same only where both readers of Plexus take the plain one for a text; a score's own `id` is the same as a
//! number and as a text. Takes time in proportion to the texts, and little of it where their words differ, as after most edits.

use super::document::{Content, DocKind, canonical};
use super::yaml::{MAX_DEPTH, events};
use super::yaml_scalars::{Reading, pyyaml, ruamel};
use granit_parser::{Event, ScalarStyle, ScanError, Span, Tag, YamlVersion};
use std::borrow::Cow;
use std::collections::VecDeque;

/// Words that readers may take for a value, which others may be as well.
const VALUES: [&[u8]; 10] = [b"null", b"true", b"false", b"yes", b"no", b"on", b"off", b"y", b"n", b"nan"];

/// Two contents differ, but only in how the same YAML is written. False where a text is not at hand.
pub fn is_reformatted(a: &Content, b: &Content) -> bool {
    let texts = a.text.as_deref().zip(b.text.as_deref());
    a != b && a.kind.is_yaml() && texts.is_some_and(|(a, b)| is_same_document(a, b))
}

/// Two code texts are one document, written in the same or in another way. False where one does not parse.
pub fn is_same_document(a: &str, b: &str) -> bool {
    // The canonical form ends where the text does; the last value has its line end nevertheless.
    let [a, b] = [a, b].map(|text| canonical(DocKind::Code, text));
    if !words(&a).eq(words(&b)) && !is_marked(&a) && !is_marked(&b) {
        return false;
    }
    let [a, b] = [a, b].map(|text| text.into_owned() + "\n");
    let (mut a, mut b) = (parts(&a), parts(&b));
    loop {
        match (a.next(), b.next()) {
            (Some(DocumentPart::End), Some(DocumentPart::End)) => return true,
            (Some(a), Some(b)) if a.says_the_same(&b) => {}
            _ => return false,
        }
    }
}

/// The text may say words in other letters: in escapes, in tags and in directives.
fn is_marked(text: &str) -> bool {
    let is_tag = |at: usize| at == 0 || !text.as_bytes()[at - 1].is_ascii_alphanumeric();
    text.contains('\\') || text.starts_with('%') || text.contains("\n%") || text.match_indices('!').any(|(at, _)| is_tag(at))
}

/// Runs of letters of a text that every way of writing it has: not those that may be one value with others to a reader.
fn words(text: &str) -> impl Iterator<Item = &[u8]> {
    let is_word = |word: &&[u8]| {
        word.iter().all(u8::is_ascii_alphabetic)
            && !word.is_empty()
            && !VALUES.iter().any(|value| value.eq_ignore_ascii_case(word))
    };
    text.as_bytes().split(|byte| !byte.is_ascii_alphanumeric()).filter(is_word)
}

/// A part of a document, in the order in which it is written.
enum DocumentPart<'a> {
    /// A comment or the name of an anchor, which stand between values.
    Aside { text: &'a str, on_own_line: bool },
    /// The start of the document, with its version of YAML.
    Start(Option<YamlVersion>),
    /// A scalar.
    Scalar(ScalarPart<'a>),
    /// The start of a mapping or a sequence.
    Open { is_mapping: bool, anchor: usize, tag: Option<Cow<'a, Tag>> },
    /// Its end.
    Close,
    /// A reference to an anchor.
    Alias(usize),
    /// The end of the text.
    End,
}

struct ScalarPart<'a> {
    value: Cow<'a, str>,
    /// It is neither quoted nor a block.
    plain: bool,
    anchor: usize,
    tag: Option<Cow<'a, Tag>>,
    /// It is the value of the topmost `id`.
    is_id: bool,
}

impl DocumentPart<'_> {
    fn says_the_same(&self, other: &DocumentPart<'_>) -> bool {
        match (self, other) {
            (DocumentPart::Aside { text: a, on_own_line: own_a }, DocumentPart::Aside { text: b, on_own_line: own_b }) => {
                a == b && own_a == own_b
            }
            (DocumentPart::Start(a), DocumentPart::Start(b)) => a == b,
            (DocumentPart::Scalar(a), DocumentPart::Scalar(b)) => a.says_the_same(b),
            (
                DocumentPart::Open { is_mapping: is_a, anchor: anchor_a, tag: tag_a },
                DocumentPart::Open { is_mapping: is_b, anchor: anchor_b, tag: tag_b },
            ) => is_a == is_b && anchor_a == anchor_b && tag_a == tag_b,
            (DocumentPart::Close, DocumentPart::Close) => true,
            (DocumentPart::Alias(a), DocumentPart::Alias(b)) => a == b,
            _ => false,
        }
    }
}

impl ScalarPart<'_> {
    fn says_the_same(&self, other: &ScalarPart<'_>) -> bool {
        if self.anchor != other.anchor || self.tag != other.tag {
            return false;
        }
        match (self.plain, other.plain) {
            // A tag says what a scalar is, whatever it looks like.
            _ if self.tag.is_some() => self.value == other.value && self.plain == other.plain,
            (true, true) => self.value == other.value || self.is_value_of(other),
            (false, false) => self.value == other.value,
            (true, false) => self.value == other.value && self.is_text(),
            (false, true) => self.value == other.value && other.is_text(),
        }
    }

    fn readings(&self) -> [Reading; 2] {
        [pyyaml(&self.value), ruamel(&self.value)]
    }

    /// A plain scalar is the text that it looks like.
    fn is_text(&self) -> bool {
        let is_number = |reading| matches!(reading, Reading::Int(number) if number.to_string() == *self.value);
        let readings = self.readings();
        readings == [Reading::Text, Reading::Text] || self.is_id && readings.into_iter().all(is_number)
    }

    /// Two plain scalars of other letters are one value to both readers.
    fn is_value_of(&self, other: &ScalarPart<'_>) -> bool {
        let is_value = |reading: &Reading| matches!(reading, Reading::Null | Reading::Bool(_) | Reading::Int(_));
        let readings = self.readings();
        readings.iter().all(is_value) && readings == other.readings()
    }

    fn is_null(&self) -> bool {
        self.plain && self.tag.is_none() && ruamel(&self.value) == Reading::Null
    }
}

/// The parts of a text, up to the first that does not parse.
struct DocumentParts<'a, I> {
    text: &'a str,
    events: I,
    /// What stands before the part that was read last, and that part.
    ready: VecDeque<DocumentPart<'a>>,
    /// Where the last value ended: from there on asides have not been looked for.
    at: usize,
    depth: usize,
    /// What comes next in the topmost mapping is a key.
    before_key: bool,
    before_id: bool,
}

fn parts(text: &str) -> DocumentParts<'_, impl Iterator<Item = Result<(Event<'_>, Span), ScanError>>> {
    let events = events(text);
    DocumentParts { text, events, ready: VecDeque::new(), at: 0, depth: 0, before_key: true, before_id: false }
}

impl<'a, I: Iterator<Item = Result<(Event<'a>, Span), ScanError>>> Iterator for DocumentParts<'a, I> {
    type Item = DocumentPart<'a>;

    /// None also where the text does not parse or is nested too deep.
    fn next(&mut self) -> Option<DocumentPart<'a>> {
        while self.ready.is_empty() {
            let (event, span) = self.events.next()?.ok()?;
            self.take(event, &span)?;
        }
        self.ready.pop_front()
    }
}

impl<'a, I> DocumentParts<'a, I> {
    fn take(&mut self, event: Event<'a>, span: &Span) -> Option<()> {
        let part = match event {
            Event::DocumentStart(_, version) => DocumentPart::Start(version),
            Event::MappingStart(_, anchor, tag) => self.open(true, anchor, tag)?,
            Event::SequenceStart(_, anchor, tag) => self.open(false, anchor, tag)?,
            Event::MappingEnd | Event::SequenceEnd => {
                self.depth -= 1;
                DocumentPart::Close
            }
            // A score is a mapping; what is none is not compared.
            Event::Scalar(..) if self.depth == 0 => return None,
            Event::Scalar(value, style, anchor, tag) => {
                let is_id = self.node(Some(&value));
                let scalar = ScalarPart { value, plain: style == ScalarStyle::Plain, anchor, tag, is_id };
                // A null may be written or not; what stands beside it stands beside its neighbours.
                if !scalar.is_null() {
                    self.pass(span)?;
                }
                DocumentPart::Scalar(scalar)
            }
            Event::Alias(anchor) => {
                self.node(None);
                self.pass(span)?;
                DocumentPart::Alias(anchor)
            }
            Event::StreamEnd => {
                self.asides(self.text.len());
                DocumentPart::End
            }
            _ => return Some(()),
        };
        self.ready.push_back(part);
        Some(())
    }

    fn open(&mut self, is_mapping: bool, anchor: usize, tag: Option<Cow<'a, Tag>>) -> Option<DocumentPart<'a>> {
        self.node(None);
        self.depth += 1;
        let is_good = self.depth <= MAX_DEPTH && (is_mapping || self.depth > 1);
        is_good.then_some(DocumentPart::Open { is_mapping, anchor, tag })
    }

    /// Notes a node, with its text if it is a scalar; whether it is the value of the topmost `id`.
    fn node(&mut self, text: Option<&str>) -> bool {
        if self.depth != 1 {
            return false;
        }
        let is_id = std::mem::replace(&mut self.before_id, self.before_key && text == Some("id"));
        self.before_key = !self.before_key;
        is_id
    }

    /// Goes over a value, and takes what stands before it.
    fn pass(&mut self, span: &Span) -> Option<()> {
        self.asides(span.start.byte_offset()?);
        self.at = self.at.max(span.end.byte_offset()?);
        Some(())
    }

    /// The comments and names of anchors up to `end`. Between values a `#` or `&` begins one unless it is within a word.
    fn asides(&mut self, end: usize) {
        let mut at = self.at;
        while let Some(found) = self.text.get(at..end).and_then(|gap| gap.find(['#', '&'])) {
            let start = at + found;
            let aside = self.aside(start);
            at = start + aside.map_or(1, str::len);
            self.ready
                .extend(aside.map(|text| DocumentPart::Aside { text: text.trim_end(), on_own_line: self.begins_line(start) }));
        }
    }

    /// The comment or the name of an anchor that begins at `start`.
    fn aside(&self, start: usize) -> Option<&'a str> {
        let (before, rest) = self.text.split_at(start);
        let before = before.chars().next_back().unwrap_or('\n');
        if rest.starts_with('#') {
            return rest.split(['\n', '\r']).next().filter(|_| before.is_whitespace());
        }
        let is_start = before.is_whitespace() || "[{,".contains(before);
        rest.split(|c: char| c.is_whitespace() || ",[]{}".contains(c)).next().filter(|_| is_start)
    }

    /// Nothing but blanks stands before `start` on its line.
    fn begins_line(&self, start: usize) -> bool {
        self.text[..start].trim_end_matches([' ', '\t']).chars().next_back().is_none_or(|c| matches!(c, '\n' | '\r'))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn ways_of_writing_do_not_count() {
        assert!(is_same_document("a: 0x1F\nb: null\nc: true\n", "a: 31\nb:\nc: TRUE\n"), "values of other words");
        let text = "id: 41803\nname: \"Tone\"\n# why\ngraph:\n- class: C # here\n  prompt: |\n    a # b\n\n    c\n  list: [a, 'b']\n  \
                    on_error: ~\nlast: &x {y: true}\nagain: *x\n";
        for other in [
            "id: '41803'\nname: Tone\n\n# why\ngraph:\n  - class: \"C\" # here\n    prompt: \"a # b\\n\\nc\\n\"\n    list:\n      - \"a\"\n      - \
             b\n    on_error:\nlast: &x\n    y: True\nagain: *x\n",
            "\"id\": \"41803\"\nname: >-\n  Tone\n# why  \n\ngraph:\n- {class: C, # here\n   prompt: 'a # b\n\n\n    c\n\n    ', list: [a, b],\n  \
             on_error: null}\n\nlast: &x {y: true}\nagain: *x\n\n",
        ] {
            assert!(is_same_document(text, other), "{other}");
            assert!(is_same_document(other, text), "{other}");
        }
    }

    /// A value in one of the ways in which it may be written.
    fn written(value: u8, way: u8) -> &'static str {
        let ways: [&[&str]; 8] = [
            &["tone", "'tone'", "\"tone\"", "|-\n    tone"],
            &["null", "~", "", "NULL"],
            &["true", "True", "TRUE"],
            &["31", "0x1F", "+31"],
            &["[one, two]", "\n  - one\n  - 'two'", "[ 'one',\n   two ]"],
            &["{no: 1}", "\n  no: 1"],
            &["'a!'", "\"a\\x21\"", "a!"],
            &["it is", "'it\n   is'", ">-\n    it\n    is"],
        ];
        ways[usize::from(value) % ways.len()].iter().cycle().nth(way.into()).expect("a way")
    }

    proptest! {
        #[test]
        fn documents_are_the_same_in_all_ways(values in prop::collection::vec((0_u8..8, 0_u8..4, 0_u8..4), 1..8)) {
            let text = |way: fn(&(u8, u8, u8)) -> u8| -> String {
                values.iter().enumerate().map(|(n, all)| format!("k{n}: {}\n", written(all.0, way(all)))).collect()
            };
            let [a, b] = [text(|(_, way, _)| *way), text(|(.., way)| *way)];
            prop_assert!(is_same_document(&a, &b), "{a}{b}");
        }
    }

    #[test]
    fn what_is_said_counts() {
        for (a, b) in [
            ("a: 1\n", "a: 2\n"),
            ("a: one\n", "a: two\n"),
            ("a: 1\n", "a: '1'\n"),
            ("a: Yes\n", "a: 'Yes'\n"),
            ("a: 12:30\n", "a: '12:30'\n"),
            ("a: 1e3\n", "a: '1e3'\n"),
            ("on: 1\n", "'on': 1\n"),
            ("a: 1.0\n", "a: 1.00\n"),
            ("a: 017\n", "a: 15\n"),
            ("a: ''\n", "a:\n"),
            ("a: 1\nb: 2\n", "b: 2\na: 1\n"),
            ("a: [1, 2]\n", "a: [2, 1]\n"),
            ("a: [1]\n", "a: {1: }\n"),
            ("a: 1 # c\n", "a: 1\n"),
            ("a: 1 # c\n", "a: 1 # d\n"),
            ("a: 1 # c\nb: 2\n", "a: 1\n# c\nb: 2\n"),
            ("a: 1\n# c\nb: 2\n", "a: 1\nb: 2\n# c\n"),
            ("a: 1\n# c", "a: 1\n"),
            ("a: |\n  x\n# c\n", "a: |\n  x\n  # c\n"),
            ("a: |\n  x\n", "a: |-\n  x\nb:\n"),
            ("a: &x 1\n", "a: 1\n"),
            ("a: &x 1\nb: *x\n", "a: &y 1\nb: *y\n"),
            ("a: &x 1\nb: *x\n", "a: &x 1\nb: 1\n"),
            ("a: &x {b: 1}\n", "a: {&x b: 1}\n"),
            ("a: !!str 1\n", "a: '1'\n"),
            ("a: !x {b: 1}\n", "a: {b: 1}\n"),
            ("a: {<<: &x {b: 1}}\n", "a: {'<<': &x {b: 1}}\n"),
            ("%YAML 1.1\n---\na: 1\n", "a: 1\n"),
            ("b:\n  id: 1\n", "b:\n  id: '1'\n"),
            ("id: 07\n", "id: '07'\n"),
            ("id: 1\n", "id: '01'\n"),
            ("a: [\n", "a:  [\n"),
            ("one\ntwo\n", "one two\n"),
            ("- a\n", "-  a\n"),
        ] {
            assert!(!is_same_document(a, b), "{a:?} {b:?}");
            assert!(!is_same_document(b, a), "{b:?} {a:?}");
        }
    }

    #[test]
    fn a_content_without_its_text_is_another_one() {
        let [a, b] = ["a: x\n", "a: 'x'\n"].map(|text| Content::of(DocKind::Code, text));
        assert!(is_reformatted(&a, &b) && !is_reformatted(&a, &a));
        assert!(!is_reformatted(&a, &Content { text: None, ..b }));
    }
}
