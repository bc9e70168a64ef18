//! The parts of YAML: keys that stand on lines of their own, lists of such mappings, members of lists that are sets.

use super::part::{Part, PartShape};
use crate::model::digest::Digest;
use crate::model::yaml::{Defect, Id, NodeShape, Tree};
use std::collections::HashSet;
use std::fmt::Write as _;
use std::ops::Range;

/// The keys that say which item of a list a mapping is, the first that is there.
pub const NAMING_KEYS: [&str; 3] = ["name", "key", "id"];
/// The keys whose lists of texts are sets: a member is there, or it is not.
pub const SET_KEYS: [&str; 3] = ["valid_classes", "classes", "depends_on"];

/// The root part of the document that was read, and whether it is separable.
pub(super) fn of_tree(tree: &Tree<'_>, defects: &[Defect]) -> Option<(Part, bool)> {
    let root = tree.root().filter(|_| defects.is_empty())?;
    let text = tree.text;
    let reader = KeyReader { tree, text };
    let shared = tree.is_shared(root);
    let (shape, parts) = reader.parts(root, 0, text.len(), Around { inline: false, set: false, shared })?;
    let root = Part { name: String::new(), span: 0..text.len(), shape, parts, meaning: Digest::EMPTY, shared };
    Some((root, !keeps_blanks(text)))
}

/// A block whose value ends where the next key begins: `|+`. Also seen where a text merely looks like one.
fn keeps_blanks(text: &str) -> bool {
    let is_header = |word: &str| word.starts_with(['|', '>']) && word.ends_with(|c: char| c == '+' || c.is_ascii_digit());
    let code = |line: &str| line.split_once(" #").map_or(line.len(), |(code, _)| code.len());
    text.lines()
        .any(|line| line[..code(line)].split_whitespace().next_back().is_some_and(|word| is_header(word) && word.contains('+')))
}

/// A key or an item: where it starts on its line (the dash of an item), and its value.
struct OutlineEntry {
    name: String,
    key: Range<usize>,
    value: Id,
}

/// What a node's parts inherit from where it stands.
#[derive(Clone, Copy)]
struct Around {
    /// The first key stands behind a dash.
    inline: bool,
    /// A list of texts here is a set.
    set: bool,
    /// See [`Part::shared`].
    shared: bool,
}

struct KeyReader<'t> {
    tree: &'t Tree<'t>,
    text: &'t str,
}

impl KeyReader<'_> {
    /// The parts of a node that lie in the bytes up to `end`, its own first line having ended before `floor`; none if it is
    /// whole.
    fn parts(&self, node: Id, floor: usize, end: usize, around: Around) -> Option<(PartShape, Vec<Part>)> {
        let (shape, entries) = match &self.tree.node(node).shape {
            NodeShape::Mapping(pairs) => (PartShape::Mapping, self.keys(node, pairs, around.inline)?),
            NodeShape::Sequence(items) if around.set => self.members(items).or_else(|| self.items(items))?,
            NodeShape::Sequence(items) => self.items(items)?,
            NodeShape::Scalar { .. } | NodeShape::Alias(_) => return None,
        };
        let (mut floor, mut spans) = (floor, Vec::with_capacity(entries.len()));
        for (at, entry) in entries.iter().enumerate() {
            let start = if around.inline && at == 0 { entry.key.start } else { self.lead(entry.key.start, floor) };
            floor = self.line_end(self.content_end(entry)).min(end);
            spans.push(start..floor.max(start));
        }
        for at in 1..spans.len() {
            spans[at - 1].end = spans[at].start;
        }
        let around = Around { inline: shape != PartShape::Mapping, ..around };
        Some((shape, entries.into_iter().zip(spans).map(|(entry, span)| self.part(entry, span, around)).collect()))
    }

    fn part(&self, entry: OutlineEntry, span: Range<usize>, around: Around) -> Part {
        let floor = self.line_end(entry.key.end).min(span.end);
        let set = !around.inline && SET_KEYS.contains(&entry.name.as_str());
        let around = Around { set, shared: around.shared || self.tree.is_shared(entry.value), ..around };
        let (shape, parts) = self.parts(entry.value, floor, span.end, around).unwrap_or((PartShape::Whole, Vec::new()));
        let holds_shared = || (entry.value..=self.last_within(entry.value)).any(|id| self.tree.is_shared(id));
        let shared = around.shared || parts.is_empty() && holds_shared();
        let meaning = if parts.is_empty() { self.meaning(entry.value) } else { Digest::EMPTY };
        Part { name: entry.name, span, shape, parts, meaning, shared }
    }

    /// The keys of a block mapping; none if one of them is not a scalar that begins its line.
    fn keys(&self, node: Id, pairs: &[(Id, Id)], inline: bool) -> Option<Vec<OutlineEntry>> {
        let is_flow = self.text[self.tree.node(node).span.start..].starts_with('{');
        let mut seen = HashSet::new();
        let entry = |(at, &(key, value)): (usize, &(Id, Id))| {
            let (name, key) = (self.tree.scalar(key)?.0, self.tree.node(key).span.clone());
            let source = &self.text[key.clone()];
            let begins = inline && at == 0 || self.indent(key.start).trim_start_matches(' ').is_empty();
            let good = begins && !source.is_empty() && !source.contains('\n') && seen.insert(name);
            good.then(|| OutlineEntry { name: name.to_owned(), key, value })
        };
        if is_flow || pairs.is_empty() { None } else { pairs.iter().enumerate().map(entry).collect() }
    }

    /// The items of a block list, if each is a block mapping whose first key stands behind the only dash of its line.
    fn items(&self, items: &[Id]) -> Option<(PartShape, Vec<OutlineEntry>)> {
        let names = NAMING_KEYS.iter().find_map(|key| self.names(items, key));
        let entry = |(at, &item): (usize, &Id)| {
            let &(first, _) = self.tree.node(item).pairs().first()?;
            let key = self.tree.node(first).span.clone();
            let start = self.dash(key.start)?;
            self.keys(item, self.tree.node(item).pairs(), true)?;
            let name = names.as_ref().map_or_else(|| format!("[{at}]"), |names| format!("[{}]", names[at]));
            Some(OutlineEntry { name, key: start..start, value: item })
        };
        let entries: Option<Vec<OutlineEntry>> = items.iter().enumerate().map(entry).collect();
        let shape = if names.is_some() { PartShape::Named } else { PartShape::Numbered };
        entries.filter(|entries| !entries.is_empty()).map(|entries| (shape, entries))
    }

    /// What each item says under a key, if no two say the same.
    fn names(&self, items: &[Id], key: &str) -> Option<Vec<&str>> {
        let name = |item: &Id| self.tree.text_of(self.tree.get(*item, key)?).filter(|name| !name.is_empty());
        unique(items.iter().map(name).collect::<Option<_>>()?)
    }

    /// The members of a block list of texts, each on one line behind a dash, if no two are the same.
    fn members(&self, items: &[Id]) -> Option<(PartShape, Vec<OutlineEntry>)> {
        let names = unique(items.iter().map(|item| Some(self.tree.scalar(*item)?.0)).collect::<Option<_>>()?)?;
        let entry = |(&item, name): (&Id, &str)| {
            let span = &self.tree.node(item).span;
            let start = self.dash(span.start).filter(|_| !self.tree.source(item).trim_end().contains('\n'))?;
            Some(OutlineEntry { name: format!("[{name}]"), key: start..start, value: item })
        };
        let entries: Vec<OutlineEntry> = items.iter().zip(names).map(entry).collect::<Option<_>>()?;
        (!entries.is_empty()).then_some((PartShape::Named, entries))
    }

    /// Where the dash is, if nothing else stands before a byte on its line.
    fn dash(&self, at: usize) -> Option<usize> {
        let before = self.indent(at);
        let dash = before.find('-').filter(|_| before.trim() == "-")?;
        Some(at - before.len() + dash)
    }

    /// What stands before a byte on its line.
    fn indent(&self, at: usize) -> &str {
        &self.text[self.line_start(at)..at]
    }

    fn line_start(&self, at: usize) -> usize {
        self.text[..at].rfind('\n').map_or(0, |end| end + 1)
    }

    fn line_end(&self, at: usize) -> usize {
        self.text[at..].find('\n').map_or(self.text.len(), |end| at + end + 1)
    }

    /// Where the comments and blank lines begin that belong to what starts at `at`: those right above, from `floor` on, with
    /// its indent.
    fn lead(&self, at: usize, floor: usize) -> usize {
        let mut start = self.line_start(at);
        let column = at - start;
        while start > floor {
            let above = self.line_start(start - 1);
            let line = &self.text[above..start];
            let indent = line.len() - line.trim_start().len();
            let belongs = line.trim().is_empty() || line[indent..].starts_with('#') && indent == column;
            if above < floor || !belongs {
                break;
            }
            start = above;
        }
        start
    }

    /// The end of the last thing that an entry says; blank lines and comments behind it say nothing.
    fn content_end(&self, entry: &OutlineEntry) -> usize {
        let ends = (entry.value..=self.last_within(entry.value)).map(|id| {
            let span = &self.tree.node(id).span;
            match &self.tree.node(id).shape {
                NodeShape::Scalar { .. } | NodeShape::Alias(_) => said(self.text, span),
                NodeShape::Mapping(_) | NodeShape::Sequence(_) if self.text[span.start..].starts_with(['{', '[']) => {
                    said(self.text, span)
                }
                NodeShape::Mapping(_) | NodeShape::Sequence(_) => 0,
            }
        });
        ends.max().unwrap_or(0).max(entry.key.end)
    }

    /// The last node inside of a node; nodes lie in document order.
    fn last_within(&self, mut node: Id) -> Id {
        loop {
            let last = match &self.tree.node(node).shape {
                NodeShape::Mapping(pairs) => pairs.last().map(|&(_, value)| value),
                NodeShape::Sequence(items) => items.last().copied(),
                NodeShape::Scalar { .. } | NodeShape::Alias(_) => None,
            };
            match last {
                Some(last) => node = last,
                None => return node,
            }
        }
    }

    fn meaning(&self, node: Id) -> Digest {
        let mut said = String::new();
        for id in node..=self.last_within(node) {
            let added = match &self.tree.node(id).shape {
                NodeShape::Scalar { value, plain, .. } => write!(said, "{plain}{}:{value}", value.len()),
                NodeShape::Sequence(items) => write!(said, "[{}]", items.len()),
                NodeShape::Mapping(pairs) => write!(said, "{{{}}}", pairs.len()),
                NodeShape::Alias(_) => said.write_str(self.tree.source(id)),
            };
            added.expect("a text takes all");
        }
        Digest::of(said)
    }
}

/// The names, if no two are the same.
fn unique(names: Vec<&str>) -> Option<Vec<&str>> {
    let different: HashSet<&str> = names.iter().copied().collect();
    (different.len() == names.len()).then_some(names)
}

/// The end of a node's text without the blanks that follow; 0 if it has none.
fn said(text: &str, span: &Range<usize>) -> usize {
    let source = text[span.clone()].trim_end();
    if source.is_empty() { 0 } else { span.start + source.len() }
}
