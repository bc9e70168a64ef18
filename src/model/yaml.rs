//! A YAML document as an immutable tree in which every node knows its bytes.
//!
//! Bounded: depth and number of nodes have limits, nodes lie in one flat list (nothing recurses over it), and an alias
//! stays a reference, so that no document expands into more than it says. Values are not resolved to types, as readers of
//! YAML differ there; only keys of one text are, since `1` and `"1"` are two.

use super::yaml_scalars::{Reading, ruamel};
use super::yaml_unclosed::unclosed;
use super::yaml_words::told;
use granit_parser::{Event, Options, Parser, ScalarStyle, ScanError, Span, Tag};
use std::borrow::Cow;
use std::collections::{HashMap, HashSet};
use std::ops::Range;

/// Deepest nesting that is looked into.
pub const MAX_DEPTH: usize = 200;
/// The most nodes that are looked at; a score has a few hundred.
pub const MAX_NODES: usize = 200_000;
/// How many merge keys are followed from one mapping.
const MAX_MERGES: usize = 16;

/// A node, by its place in document order.
pub type Id = usize;

/// A node.
#[derive(Debug)]
pub struct Node<'a> {
    /// What it is.
    pub shape: NodeShape<'a>,
    /// Its bytes in the text.
    pub span: Range<usize>,
}

impl Node<'_> {
    /// A mapping's own keys and values; nothing of any other node.
    pub fn pairs(&self) -> &[(Id, Id)] {
        if let NodeShape::Mapping(pairs) = &self.shape { pairs } else { &[] }
    }
}

/// What a node is.
#[derive(Debug)]
pub enum NodeShape<'a> {
    /// A text.
    Scalar {
        /// What it says.
        value: Cow<'a, str>,
        /// It is neither quoted, nor a block, nor tagged.
        plain: bool,
        /// Its quotes allow escapes.
        escaped: bool,
    },
    /// A list.
    Sequence(Vec<Id>),
    /// Keys and values, in their order.
    Mapping(Vec<(Id, Id)>),
    /// A reference to an earlier node.
    Alias(Option<Id>),
}

/// What keeps a text from being one YAML document, with its byte offset.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Defect {
    /// Which kind.
    pub kind: DefectKind,
    /// Where.
    pub at: usize,
    /// What is wrong.
    pub message: String,
}

impl Defect {
    /// Where the word ends that it is about.
    pub fn word_end(&self, text: &str) -> usize {
        text[self.at..].find(|c: char| c == ':' || c.is_whitespace()).map_or(text.len(), |end| self.at + end)
    }
}

/// The kinds of defects.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DefectKind {
    /// It does not parse, or is not looked into; the tree ends there.
    Syntax,
    /// A key that its mapping already has; the tree goes on.
    DuplicateKey,
}

/// A document's tree.
#[derive(Debug)]
pub struct Tree<'a> {
    /// The text that it was read from.
    pub text: &'a str,
    nodes: Vec<Node<'a>>,
    anchored: HashSet<Id>,
    tags: HashMap<Id, String>,
}

impl<'a> Tree<'a> {
    /// Reads `text`; the tree holds what comes before the first syntax error.
    pub fn read(text: &'a str) -> (Self, Vec<Defect>) {
        let offset = if text.starts_with('\u{feff}') { '\u{feff}'.len_utf8() } else { 0 };
        let mut builder = Builder { offset, ..Builder::default() };
        for event in events(&text[offset..]) {
            let done = match event {
                Ok((event, span)) => builder.take(event, &span),
                Err(error) => Err(builder.unparsed(text, offset + byte(text, offset, error.marker()), &error.info())),
            };
            if let Err(defect) = done {
                builder.defects.push(defect);
                break;
            }
        }
        let anchored = builder.anchors.into_iter().flatten().collect();
        (Self { text, nodes: builder.nodes, anchored, tags: builder.tags }, builder.defects)
    }

    /// The topmost node; none in an empty document.
    pub fn root(&self) -> Option<Id> {
        (!self.nodes.is_empty()).then_some(0)
    }

    /// All nodes, in document order.
    pub fn nodes(&self) -> impl Iterator<Item = (Id, &Node<'a>)> {
        self.nodes.iter().enumerate()
    }

    /// The node has an anchor or is an alias: what stands in one place means something in another.
    pub fn is_shared(&self, id: Id) -> bool {
        self.anchored.contains(&id) || matches!(self.nodes[id].shape, NodeShape::Alias(_))
    }

    /// A node's own tag, with what its handle stands for: `!local` or `tag:yaml.org,2002:str`.
    pub fn tag(&self, id: Id) -> Option<&str> {
        self.tags.get(&id).map(String::as_str)
    }

    /// How many nodes there are.
    pub fn size(&self) -> usize {
        self.nodes.len()
    }

    /// A node as it stands.
    pub fn node(&self, id: Id) -> &Node<'a> {
        &self.nodes[id]
    }

    /// The node that an alias means; any other node itself.
    pub fn target(&self, id: Id) -> Id {
        match self.nodes[id].shape {
            NodeShape::Alias(Some(target)) => target,
            _ => id,
        }
    }

    /// A scalar's value.
    pub fn text_of(&self, id: Id) -> Option<&str> {
        match &self.nodes[self.target(id)].shape {
            NodeShape::Scalar { value, .. } => Some(value),
            _ => None,
        }
    }

    /// The value of a scalar that stands here, and whether its source may have escapes.
    pub fn scalar(&self, id: Id) -> Option<(&str, bool)> {
        match &self.nodes[id].shape {
            NodeShape::Scalar { value, escaped, .. } => Some((value, *escaped)),
            _ => None,
        }
    }

    /// A plain scalar's value, the only kind whose meaning depends on the reader.
    pub fn plain(&self, id: Id) -> Option<&str> {
        match &self.nodes[id].shape {
            NodeShape::Scalar { value, plain: true, .. } => Some(value),
            _ => None,
        }
    }

    /// A list's entries; none if it is not a list.
    pub fn items(&self, id: Id) -> Option<&[Id]> {
        match &self.nodes[self.target(id)].shape {
            NodeShape::Sequence(items) => Some(items),
            _ => None,
        }
    }

    /// A mapping's own keys and values; none if it is not a mapping.
    pub fn pairs(&self, id: Id) -> Option<&[(Id, Id)]> {
        match &self.nodes[self.target(id)].shape {
            NodeShape::Mapping(pairs) => Some(pairs),
            _ => None,
        }
    }

    /// The key and value of a mapping's entry, its own before a merged one.
    pub fn entry(&self, map: Id, key: &str) -> Option<(Id, Id)> {
        let own = |map| self.pairs(map)?.iter().find(|(name, _)| self.text_of(*name) == Some(key)).copied();
        self.merged(map).find_map(own)
    }

    /// A mapping, then those that are merged into it, each only if it is asked for; the earlier one's keys win. In the order of
    /// PyYAML: depth first, and of two merge keys the later one first.
    pub fn merged(&self, map: Id) -> impl Iterator<Item = Id> {
        let (mut wanted, mut last) = (vec![map], None);
        (0..MAX_MERGES).map_while(move |_| {
            let pairs = last.and_then(|last| self.pairs(last)).unwrap_or_default();
            for &(_, merged) in pairs.iter().filter(|(name, _)| self.plain(*name) == Some("<<")) {
                match self.items(merged) {
                    Some(items) => wanted.extend(items.iter().take(MAX_MERGES).rev()),
                    None => wanted.push(merged),
                }
                // More are never reached.
                wanted.drain(..wanted.len().saturating_sub(MAX_MERGES));
            }
            last = wanted.pop();
            last
        })
    }

    /// The value of a mapping's entry.
    pub fn get(&self, map: Id, key: &str) -> Option<Id> {
        self.entry(map, key).map(|(_, value)| value)
    }

    /// A node's source.
    pub fn source(&self, id: Id) -> &'a str {
        self.text.get(self.nodes[id].span.clone()).unwrap_or_default()
    }
}

/// What a text says, event by event. Comments are none: the parser would keep them until it knows what they are about, and
/// refuse a text where that takes a hundred.
pub(super) fn events(text: &str) -> impl Iterator<Item = Result<(Event<'_>, Span), ScanError>> {
    let mut options = Options::default();
    options.set_emit_comments(false);
    Parser::new_from_str_with_options(text, options)
}

/// The byte offset of an error; errors carry one unless the input was not a text.
fn byte(text: &str, offset: usize, marker: &granit_parser::Marker) -> usize {
    marker
        .byte_offset()
        .unwrap_or_else(|| text[offset..].char_indices().nth(marker.index()).map_or(text.len() - offset, |(at, _)| at))
}

#[derive(Default)]
struct Builder<'a> {
    offset: usize,
    nodes: Vec<Node<'a>>,
    open: Vec<Open>,
    anchors: Vec<Option<Id>>,
    tags: HashMap<Id, String>,
    defects: Vec<Defect>,
    documents: usize,
}

/// The tag of a node, as the parser gives it.
type NodeTag<'a> = Option<Cow<'a, Tag>>;

/// A mapping or sequence that is not closed yet.
struct Open {
    id: Id,
    key: Option<Id>,
    /// The first key of each text.
    seen: HashMap<String, Id>,
}

impl<'a> Builder<'a> {
    fn take(&mut self, event: Event<'a>, span: &Span) -> Result<(), Defect> {
        match event {
            Event::DocumentStart(..) => {
                self.documents += 1;
                if self.documents > 1 {
                    return Err(self.syntax(self.bytes(span).start, "a second YAML document; there can be only one".to_owned()));
                }
            }
            Event::MappingStart(_, anchor, tag) => self.start(NodeShape::Mapping(Vec::new()), anchor, tag, span)?,
            Event::SequenceStart(_, anchor, tag) => self.start(NodeShape::Sequence(Vec::new()), anchor, tag, span)?,
            Event::MappingEnd | Event::SequenceEnd => self.end(span),
            Event::Scalar(value, style, anchor, tag) => {
                let plain = style == ScalarStyle::Plain && tag.is_none();
                // The parser gives a value that is not written the text of a null.
                let value = if plain && self.bytes(span).is_empty() { Cow::Borrowed("") } else { value };
                let escaped = matches!(style, ScalarStyle::DoubleQuoted | ScalarStyle::SingleQuoted);
                self.add(NodeShape::Scalar { value, plain, escaped }, anchor, tag, span)?;
            }
            Event::Alias(anchor) => {
                let target = self.anchors.get(anchor).copied().flatten();
                self.add(NodeShape::Alias(target), 0, None, span)?;
            }
            _ => {}
        }
        Ok(())
    }

    fn start(&mut self, shape: NodeShape<'a>, anchor: usize, tag: NodeTag<'a>, span: &Span) -> Result<(), Defect> {
        if self.open.len() >= MAX_DEPTH {
            return Err(self.syntax(self.bytes(span).start, format!("nested deeper than {MAX_DEPTH} levels")));
        }
        let id = self.add(shape, anchor, tag, span)?;
        self.open.push(Open { id, key: None, seen: HashMap::new() });
        Ok(())
    }

    fn end(&mut self, span: &Span) {
        if let Some(open) = self.open.pop() {
            let end = self.bytes(span).end;
            let bytes = &mut self.nodes[open.id].span;
            bytes.end = end.max(bytes.end);
        }
    }

    fn add(&mut self, shape: NodeShape<'a>, anchor: usize, tag: NodeTag<'a>, span: &Span) -> Result<Id, Defect> {
        let (id, bytes) = (self.nodes.len(), self.bytes(span));
        if id >= MAX_NODES {
            return Err(self.syntax(bytes.start, format!("more than {MAX_NODES} values")));
        }
        self.nodes.push(Node { shape, span: bytes });
        if anchor > 0 {
            self.anchors.resize(self.anchors.len().max(anchor + 1), None);
            self.anchors[anchor] = Some(id);
        }
        if let Some(tag) = tag {
            self.tags.insert(id, format!("{}{}", tag.handle(), tag.suffix()));
        }
        self.link(id);
        Ok(id)
    }

    /// Makes a node an entry of what is open.
    fn link(&mut self, id: Id) {
        let Some(open) = self.open.last_mut() else { return };
        match &mut self.nodes[open.id].shape {
            NodeShape::Sequence(items) => items.push(id),
            NodeShape::Mapping(pairs) => match open.key.take() {
                Some(key) => pairs.push((key, id)),
                None => {
                    open.key = Some(id);
                    self.note_key(id);
                }
            },
            NodeShape::Scalar { .. } | NodeShape::Alias(_) => {}
        }
    }

    /// A key is there twice if its text is, and both are texts or both are not: `1` and `"1"` are two keys.
    fn note_key(&mut self, id: Id) {
        let NodeShape::Scalar { value, plain, .. } = &self.nodes[id].shape else { return };
        let Some(open) = self.open.last_mut() else { return };
        if *plain && value == "<<" {
            return;
        }
        let first = *open.seen.entry(value.to_string()).or_insert(id);
        if first != id && self.is_text(first) == self.is_text(id) {
            let (at, message) = (self.nodes[id].span.start, format!("the key {value:?} appears twice"));
            self.defects.push(Defect { kind: DefectKind::DuplicateKey, at, message });
        }
    }

    fn is_text(&self, id: Id) -> bool {
        match &self.nodes[id].shape {
            NodeShape::Scalar { value, plain: true, .. } => ruamel(value) == Reading::Text,
            _ => !self.tags.contains_key(&id),
        }
    }

    fn bytes(&self, span: &Span) -> Range<usize> {
        let start = span.start.byte_offset().unwrap_or(0) + self.offset;
        start..span.end.byte_offset().map_or(start, |end| end + self.offset).max(start)
    }

    /// What the parser refuses at `error`. It is reported where it begins, if a bracket or a quote was left open before it.
    fn unparsed(&self, text: &str, error: usize, message: &str) -> Defect {
        let error = text.floor_char_boundary(error);
        let sign_of = |node: &Node<'_>| if matches!(node.shape, NodeShape::Sequence(_)) { '[' } else { '{' };
        let is_flow = |node: &&Node<'_>| text[node.span.start..].starts_with(sign_of(node));
        let brackets = self.open.iter().map(|open| &self.nodes[open.id]).filter(is_flow).map(|node| node.span.start);
        let last = self.nodes.last().map_or(0, |node| node.span.end).min(error);
        let value = text.get(last..error).unwrap_or_default().find(['"', '\'', '[', '{']).map(|at| last + at);
        let sign = |at: usize| Some((at, text[at..].chars().next()?));
        let opened: Vec<_> = brackets.chain(value).filter_map(sign).collect();
        match unclosed(text, &opened, error) {
            Some((at, '"' | '\'')) => self.syntax(at, "unclosed quote".to_owned()),
            Some((at, bracket)) => self.syntax(at, format!("unclosed bracket '{bracket}'")),
            None => {
                let (at, message) = told(text, error, message);
                self.syntax(at, message)
            }
        }
    }

    fn syntax(&self, at: usize, message: String) -> Defect {
        Defect { kind: DefectKind::Syntax, at, message }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tree(text: &str) -> Tree<'_> {
        let (tree, defects) = Tree::read(text);
        assert_eq!(defects, [], "{text:?}");
        tree
    }

    #[test]
    fn what_people_get_wrong_is_told_in_plain_words() {
        let told = |text: &str| Tree::read(text).1.into_iter().next().map(|defect| defect.message);
        for (text, expected) in [
            ("name: A\nx\n", "a key without ':' behind it"),
            ("name: a: b\n", "no key can stand here: quote the text, or check the indentation"),
            ("name: A\n  key: b\n", "no key can stand here: quote the text, or check the indentation"),
            ("list:\n  - a\n - b\n", "a key is expected here: check the indentation"),
            ("list:\n\t- a\n", "a tab cannot indent: use spaces"),
            ("list: - a\n", "no '-' can stand here: begin the list on a line of its own"),
            ("name: \"A\" b\n", "text behind the closing quote"),
            ("name: @x\n", "a text cannot begin with @: quote it"),
            ("name: \0x\n", "a text cannot hold \\u{0}: remove it"),
            ("name: *x\n", "an alias without an anchor before it"),
            ("a: |2\n x\n", "a line that is indented less than its text"),
            ("]\n", "a bracket that closes nothing"),
        ] {
            assert_eq!(told(text).as_deref(), Some(expected), "{text:?}");
        }
    }

    #[test]
    fn every_node_knows_its_bytes() {
        let text = "\u{feff}a: Yes # c\r\nb:\r\n  - \"é x\"\r\n  - {c: 'd', e: !!str f}\r\np: |\r\n  one\r\n  two\r\n";
        let tree = tree(text);
        let sources: Vec<&str> = tree
            .nodes()
            .filter(|(_, node)| matches!(node.shape, NodeShape::Scalar { .. }))
            .map(|(id, _)| tree.source(id))
            .collect();
        assert_eq!(&sources[..9], ["a", "Yes", "b", "\"é x\"", "c", "'d'", "e", "f", "p"], "{sources:?}");
        assert_eq!(sources[9], "one\r\n  two\r\n", "a block's source begins with its text");
        let f = tree.nodes().find(|(id, _)| tree.text_of(*id) == Some("f")).map(|(id, _)| id).expect("it is there");
        assert_eq!(tree.plain(f), None, "a tagged scalar means what its tag says");
    }

    #[test]
    fn entries_are_found_through_aliases_and_merges() {
        let tree = tree("base: &b {x: 1, y: 2}\nown:\n  <<: *b\n  y: 3\nmany:\n  <<: [{z: 4}, *b]\nlist: &l [1, 2]\nagain: *l\n");
        let at = |keys: &[&str]| {
            let id = keys.iter().fold(tree.root(), |map, key| tree.get(map?, key));
            id.and_then(|id| tree.text_of(id))
        };
        assert_eq!((at(&["own", "x"]), at(&["own", "y"]), at(&["many", "z"])), (Some("1"), Some("3"), Some("4")));
        assert_eq!((at(&["many", "y"]), at(&["own", "none"]), at(&["none", "x"])), (Some("2"), None, None));
        assert_eq!(tree.items(tree.get(0, "again").expect("it is there")).map(<[Id]>::len), Some(2));
    }

    #[test]
    fn long_comments_are_no_obstacle() {
        let comment = "# c\n".repeat(1_000);
        tree(&format!("a: 1\n{comment}b:\n{comment}- name: c\n{comment}  d: 1\n  {comment}{comment}"));
    }

    #[test]
    fn hostile_documents_stay_bounded() {
        let bomb: String =
            (1..40).fold("a0: &a0 [x, x]\n".to_owned(), |text, n| format!("{text}a{n}: &a{n} [*a{0}, *a{0}, *a{0}]\n", n - 1));
        assert!(tree(&bomb).nodes().count() < 400);
        let cycle = tree("a: &a\n  <<: *a\n  b: [*a]\n");
        assert_eq!(cycle.get(cycle.get(0, "a").expect("it is there"), "none"), None);
        let chain = |length: usize| {
            let links = (1..length).map(|n| format!("a{n}: &a{n} {{<<: *a{}}}\n", n - 1));
            let text = "a0: &a0 {x: 1}\n".to_owned() + &links.collect::<String>();
            let tree = tree(&text);
            tree.get(tree.get(0, &format!("a{}", length - 1)).expect("it is there"), "x").is_some()
        };
        assert_eq!((chain(MAX_MERGES), chain(MAX_MERGES + 1)), (true, false));
        for deep in ["[".repeat(100_000), "- ".repeat(100_000), "{a: ".repeat(100_000), "? ".repeat(100_000)] {
            assert_eq!(Tree::read(&deep).1.len(), 1);
        }
        let long = "- x\n".repeat(MAX_NODES + 10);
        let (tree, defects) = Tree::read(&long);
        assert_eq!((tree.nodes.len(), defects.len()), (MAX_NODES, 1));
    }

    #[test]
    fn duplicates_are_all_found_and_stop_nothing() {
        let (tree, defects) = Tree::read("a: 1\nb: 2\na: 3\nc: {d: 1, d: 2}\n");
        assert_eq!(defects.iter().map(|defect| defect.at).collect::<Vec<_>>(), [10, 25]);
        assert!(tree.get(0, "c").is_some());
        assert_eq!(Tree::read("1: a\n\"1\": b\n\"true\": c\ntrue: d\nno: e\n").1, []);
        assert_eq!(Tree::read("no: a\n\"no\": b\n1: c\n1: d\n").1.len(), 2);
    }

    #[test]
    fn tags_are_known_with_what_their_handles_mean() {
        let tree = tree("%TAG !e! tag:example.com,2000:\n---\na: !b c\nd: !!str e\nf: !e!g [h]\ni: !<tag:j> k\nl: ! m\n");
        let tags: Vec<&str> = tree.nodes().filter_map(|(id, _)| tree.tag(id)).collect();
        assert_eq!(tags, ["!b", "tag:yaml.org,2002:str", "tag:example.com,2000:g", "tag:j", "!"]);
    }
}
