//! The parts of Markdown: sections, nested by the levels of their headings.

use super::part::{Part, PartShape};
use crate::model::digest::Digest;
use std::collections::{HashMap, HashSet};

/// Levels that are told apart.
const DEEPEST: usize = 6;

/// A line that is a heading.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Heading<'a> {
    /// How many `#`.
    pub level: usize,
    /// What it says.
    pub title: &'a str,
}

/// A line of `#`s, a blank, and a text, as Plexus's validator of guidelines sees headings: at any level, never indented.
pub fn heading(line: &str) -> Option<Heading<'_>> {
    let content = line.trim_end_matches(['\n', '\r']).trim_start_matches('\u{feff}');
    let rest = content.trim_start_matches('#');
    let level = content.len() - rest.len();
    let is_heading = level > 0 && rest.starts_with(char::is_whitespace) && !rest.trim().is_empty();
    is_heading.then(|| Heading { level, title: rest.trim() })
}

/// The document's root part, and whether it is separable.
pub(super) fn read(text: &str) -> (Part, bool) {
    let headings = headings(text);
    let mut reader = SectionReader { text, unique: true };
    let parts = reader.sections(&headings, text.len());
    let preamble = parts.first().map_or(text.len(), |part| part.span.start);
    let meaning = meaning(&text[..preamble]);
    (Part { name: String::new(), span: 0..text.len(), shape: PartShape::Sections, parts, meaning, shared: false }, reader.unique)
}

/// Headings with the bytes at which their lines start; those in fenced code are text.
pub fn headings(text: &str) -> Vec<(usize, Heading<'_>)> {
    let (mut found, mut at, mut fence) = (Vec::new(), 0, None);
    for line in text.split_inclusive('\n') {
        match fence {
            Some(open) => fence = if Fence::is_closed_by(open, line) { None } else { fence },
            None => match (Fence::opened_by(line), heading(line)) {
                (Some(open), _) => fence = Some(open),
                (None, Some(heading)) => found.push((at, heading)),
                (None, None) => {}
            },
        }
        at += line.len();
    }
    found
}

/// The fenced blocks of a text, from fence to fence; one that is not closed ends with the text.
pub fn fenced_blocks(text: &str) -> Vec<&str> {
    let (mut found, mut at, mut open) = (Vec::new(), 0, None);
    for line in text.split_inclusive('\n') {
        match open {
            Some((start, fence)) if Fence::is_closed_by(fence, line) => {
                found.push(text[start..at + line.len()].trim_end());
                open = None;
            }
            Some(_) => {}
            None => open = Fence::opened_by(line).map(|fence| (at, fence)),
        }
        at += line.len();
    }
    found.extend(open.map(|(start, _)| text[start..].trim_end()));
    found
}

/// A line that opens fenced code.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Fence<'a> {
    sign: char,
    length: usize,
    /// What stands behind its signs, without blanks at the ends.
    pub info: &'a str,
}

impl<'a> Fence<'a> {
    /// The fence that a line opens: at least three signs, indented by at most three blanks.
    pub fn opened_by(line: &'a str) -> Option<Self> {
        let rest = line.trim_start_matches(' ');
        let sign = rest.chars().next().filter(|sign| matches!(sign, '`' | '~'))?;
        let info = rest.trim_start_matches(sign);
        let length = rest.len() - info.len();
        let is_code = sign == '`' && info.contains('`');
        (line.len() - rest.len() < 4 && length >= 3 && !is_code).then_some(Self { sign, length, info: info.trim() })
    }

    /// Its signs, as they stand.
    pub fn signs(self) -> String {
        self.sign.to_string().repeat(self.length)
    }

    /// A line ends the code: at least as many signs as this one has, and nothing else.
    pub fn is_closed_by(self, line: &str) -> bool {
        let same = |other: Fence<'_>| other.sign == self.sign && other.length >= self.length && other.info.is_empty();
        Fence::opened_by(line).is_some_and(same)
    }
}

struct SectionReader<'t> {
    text: &'t str,
    unique: bool,
}

impl SectionReader<'_> {
    fn sections(&mut self, mut headings: &[(usize, Heading<'_>)], end: usize) -> Vec<Part> {
        let (mut parts, mut names) = (Vec::new(), SectionNames::default());
        while let Some(((start, heading), rest)) = headings.split_first() {
            let level = heading.level.min(DEEPEST);
            let inner = rest.iter().take_while(|(_, other)| other.level.min(DEEPEST) > level).count();
            let span = *start..rest.get(inner).map_or(end, |(next, _)| *next);
            let inside = self.sections(&rest[..inner], span.end);
            let own = inside.first().map_or(span.end, |part| part.span.start);
            let meaning = meaning(&self.text[span.start..own]);
            let name = names.next(heading.title);
            self.unique &= name == heading.title;
            parts.push(Part { name, span, shape: PartShape::Sections, parts: inside, meaning, shared: false });
            headings = &rest[inner..];
        }
        parts
    }
}

/// The names of sections that stand side by side: their titles, with a number where a title is there already.
#[derive(Default)]
struct SectionNames<'t> {
    taken: HashSet<String>,
    /// The number that was given last, by title.
    last: HashMap<&'t str, usize>,
}

impl<'t> SectionNames<'t> {
    fn next(&mut self, title: &'t str) -> String {
        let last = self.last.entry(title).or_default();
        loop {
            *last += 1;
            let name = if *last == 1 { title.to_owned() } else { format!("{title} ({last})") };
            if self.taken.insert(name.clone()) {
                return name;
            }
        }
    }
}

/// Blank lines and blanks that end a line mean nothing.
fn meaning(text: &str) -> Digest {
    let lines: Vec<&str> = text.lines().map(str::trim_end).filter(|line| !line.is_empty()).collect();
    Digest::of(lines.join("\n"))
}
