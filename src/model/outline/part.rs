//! One part of a document, with its parts. Knows neither the document's text nor how it was read.

use crate::model::digest::Digest;
use std::collections::HashMap;
use std::ops::Range;

/// What a part is made of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PartShape {
    /// It has no parts.
    Whole,
    /// Keys.
    Mapping,
    /// Items, each with a name of its own: mappings with a name, key or id, or the members of a set.
    Named,
    /// Items that are mappings, told apart by their number only.
    Numbered,
    /// Sections of a text.
    Sections,
}

/// A part of a document.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Part {
    /// Among the parts around it: a key, `[name]` or `[0]` of an item, a heading.
    pub name: String,
    /// Its bytes, those of its parts included.
    pub span: Range<usize>,
    /// What it is made of.
    pub shape: PartShape,
    /// Its parts, in their order.
    pub parts: Vec<Part>,
    /// Digest of what its own bytes mean: not of comments, layout and style. That of nothing where all it says is its parts.
    pub meaning: Digest,
    /// It has an anchor or an alias, or lies in what has an anchor: what it says, something elsewhere says too.
    pub shared: bool,
}

impl Part {
    /// Its parts by their names.
    pub fn by_name(&self) -> HashMap<&str, &Self> {
        self.parts.iter().map(|part| (part.name.as_str(), part)).collect()
    }
}
