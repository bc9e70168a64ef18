//! The texts in a score's code as rules search them: which scalars are prose, which are programs, and where a part of
//! one is.

use crate::model::yaml::{Id, Tree};
use std::ops::Range;

/// Keys whose values are programs, not prose or templates.
pub const PROGRAMS: [&str; 2] = ["code", "tactus_code"];

/// A scalar's text as it is searched, with where it begins; escapes move everything, so an escaped one has only one place.
pub struct Prose<'t> {
    pub text: &'t str,
    at: Range<usize>,
    movable: bool,
}

impl<'t> Prose<'t> {
    /// The text of a scalar; none of another node.
    pub fn of(tree: &'t Tree<'_>, id: Id) -> Option<Self> {
        let (value, escaped) = tree.scalar(id)?;
        let (source, at) = (tree.source(id), tree.node(id).span.clone());
        let movable = !(escaped && (source.contains('\\') || source.contains("''")));
        Some(Self { text: if movable { source } else { value }, at, movable })
    }

    /// Where a part of the text is in the document.
    pub fn place(&self, part: Range<usize>) -> Range<usize> {
        if self.movable { self.at.start + part.start..self.at.start + part.end } else { self.at.clone() }
    }
}

/// A scalar and the program key that it is under, if any.
pub fn scalars<'t>(tree: &'t Tree<'_>) -> impl Iterator<Item = (Id, bool)> + 't {
    let mut programs = vec![false; tree.size()];
    for (_, node) in tree.nodes() {
        for (key, value) in node.pairs() {
            programs[*value] |= tree.text_of(*key).is_some_and(|key| PROGRAMS.contains(&key));
        }
    }
    (0..tree.size()).filter(|id| tree.scalar(*id).is_some()).map(move |id| (id, programs[id]))
}

/// The first quoted text at the start of `text`, without its quotes, and where it ends.
pub fn quoted(text: &str) -> Option<(&str, usize)> {
    let quote = text.chars().next().filter(|c| matches!(c, '"' | '\''))?;
    let end = text[1..].find([quote, '\n']).map(|at| at + 1).filter(|&at| text[at..].starts_with(quote))?;
    Some((&text[1..end], end + 1))
}
