//! Whether tokens make one document, as the parsers and composers of PyYAML and ruamel.yaml see it.
//!
//! What is still to come stands on a list, so that nothing recurses over a text.

use super::loader::{LoadError, LoadResult};
use super::scanner::{PlacedToken, Scanner, Token};
use std::collections::HashSet;

/// What a document goes on with.
#[derive(Clone, Copy, Debug)]
enum Expected {
    /// A value; without brackets if it is `block`, as the value of a key if it is `entry`.
    Node { block: bool, entry: bool },
    /// The entries of a list, indented or as deep as its key.
    Sequence { indented: bool },
    /// The keys of a mapping.
    Keys,
    /// The value of a key.
    Value,
    /// The entries between `[` and `]`.
    FlowSequence { first: bool },
    /// The value of a key between `[` and `]`.
    FlowSequenceValue,
    /// The entries between `{` and `}`.
    FlowMapping { first: bool },
    /// The value of a key between `{` and `}`.
    FlowValue,
}

const NODE: Expected = Expected::Node { block: true, entry: false };
const ENTRY: Expected = Expected::Node { block: true, entry: true };
const FLOW_NODE: Expected = Expected::Node { block: false, entry: false };

/// Reads to the end of the text.
///
/// # Errors
/// The loader refuses it.
pub fn read(scanner: &mut Scanner<'_>) -> LoadResult {
    Grammar { scanner, handles: HashSet::from(["!", "!!"]), anchors: HashSet::new(), parts: Vec::new() }.document()
}

struct Grammar<'s, 'a> {
    scanner: &'s mut Scanner<'a>,
    /// The handles that tags may have.
    handles: HashSet<&'a str>,
    anchors: HashSet<&'a str>,
    /// What is still to come, the next one last.
    parts: Vec<Expected>,
}

impl Grammar<'_, '_> {
    fn document(&mut self) -> LoadResult {
        let is_explicit = self.is(&[Token::Directive, Token::DocumentStart, Token::StreamEnd])?;
        if is_explicit {
            self.directives()?;
        }
        let is_empty = is_explicit && self.is(&[Token::Directive, Token::DocumentStart, Token::DocumentEnd, Token::StreamEnd])?;
        if !is_empty {
            self.parts.push(NODE);
        }
        while let Some(part) = self.parts.pop() {
            self.part(part)?;
        }
        self.end()
    }

    /// What stands before `---`, and that.
    fn directives(&mut self) -> LoadResult {
        if self.is(&[Token::StreamEnd])? {
            return Ok(());
        }
        let mut seen = HashSet::new();
        while self.is(&[Token::Directive])? {
            let directive = self.scanner.take()?;
            let is_counted = directive.name == "YAML" || directive.name.starts_with('!');
            if is_counted && !seen.insert(directive.name) {
                return Err(LoadError::here(directive.at, "a directive that appears twice", "remove one of them"));
            }
            self.handles.insert(directive.name);
        }
        self.wanted(Token::DocumentStart, "`---` behind a directive")
    }

    fn end(&mut self) -> LoadResult {
        let mut ends = 0;
        while self.is(&[Token::DocumentEnd])? && (ends == 0 || !self.scanner.reader.is_ruamel()) {
            self.scanner.take()?;
            ends += 1;
        }
        self.wanted(Token::StreamEnd, "the end of the document")
    }

    fn is(&mut self, tokens: &[Token]) -> LoadResult<bool> {
        Ok(tokens.contains(&self.scanner.next()?.token))
    }

    /// Takes the next token if it is this one.
    fn takes(&mut self, token: Token) -> LoadResult<bool> {
        let is_here = self.is(&[token])?;
        if is_here {
            self.scanner.take()?;
        }
        Ok(is_here)
    }

    /// Takes the next token, which must be this one.
    fn wanted(&mut self, token: Token, what: &str) -> LoadResult {
        if self.takes(token)? { Ok(()) } else { Err(unexpected(self.scanner.next()?, what)) }
    }

    /// A part and, before it, `node` unless one of `ends` is next: then there is an empty value.
    fn push(&mut self, part: Expected, node: Expected, ends: &[Token]) -> LoadResult {
        self.parts.push(part);
        if !self.is(ends)? {
            self.parts.push(node);
        }
        Ok(())
    }

    fn part(&mut self, part: Expected) -> LoadResult {
        match part {
            Expected::Node { block, entry } => self.node(block, entry),
            Expected::Sequence { indented } => self.sequence(indented),
            Expected::Keys => self.keys(),
            Expected::Value => self.value(),
            Expected::FlowSequence { first } => self.flow_sequence(first),
            Expected::FlowSequenceValue => self.flow_sequence_value(),
            Expected::FlowMapping { first } => self.flow_mapping(first),
            Expected::FlowValue => self.flow_value(),
        }
    }

    fn node(&mut self, block: bool, entry: bool) -> LoadResult {
        if self.is(&[Token::Alias])? {
            return self.alias();
        }
        let has_properties = self.properties()?;
        let next = self.scanner.next()?;
        let part = match next.token {
            Token::BlockEntry if entry => {
                self.parts.push(Expected::Sequence { indented: false });
                return Ok(());
            }
            Token::Scalar => None,
            Token::FlowSequenceStart => Some(Expected::FlowSequence { first: true }),
            Token::FlowMappingStart => Some(Expected::FlowMapping { first: true }),
            Token::BlockSequenceStart if block => Some(Expected::Sequence { indented: true }),
            Token::BlockMappingStart if block => Some(Expected::Keys),
            _ if has_properties => return Ok(()),
            _ => return Err(unexpected(next, "a value")),
        };
        self.scanner.take()?;
        self.parts.extend(part);
        Ok(())
    }

    fn alias(&mut self) -> LoadResult {
        let alias = self.scanner.take()?;
        if self.anchors.contains(alias.name) {
            return Ok(());
        }
        Err(LoadError::here(
            alias.at,
            format!("*{}, for which there is no anchor before it", alias.name),
            "put a blank behind the name, or quote the text",
        ))
    }

    /// An anchor and a tag, in any order; whether one of them is there.
    fn properties(&mut self) -> LoadResult<bool> {
        let (mut anchor, mut tag) = (None, None);
        for _ in 0..2 {
            let next = self.scanner.next()?;
            let place = match next.token {
                Token::Anchor => &mut anchor,
                Token::Tag => &mut tag,
                _ => break,
            };
            if place.is_some() {
                break;
            }
            *place = Some(next);
            self.scanner.take()?;
        }
        if let Some(tag) = tag.filter(|tag| !tag.name.is_empty() && !self.handles.contains(tag.name)) {
            let what = format!("the tag handle {}, which no %TAG names", tag.name);
            return Err(LoadError::here(tag.at, what, "remove the tag, or quote the text"));
        }
        if let Some(anchor) = anchor
            && !self.anchors.insert(anchor.name)
            && !self.scanner.reader.is_ruamel()
        {
            let what = format!("the anchor &{}, which is there before", anchor.name);
            return Err(LoadError::here(anchor.at, what, "give each anchor a name of its own"));
        }
        Ok(anchor.is_some() || tag.is_some())
    }

    fn sequence(&mut self, indented: bool) -> LoadResult {
        if !self.takes(Token::BlockEntry)? {
            return if indented { self.wanted(Token::BlockEnd, "`-` or the end of the list") } else { Ok(()) };
        }
        let ends = [Token::BlockEntry, Token::BlockEnd, Token::Key, Token::Value];
        self.push(Expected::Sequence { indented }, NODE, if indented { &ends[..2] } else { &ends })
    }

    fn keys(&mut self) -> LoadResult {
        if self.takes(Token::Key)? {
            return self.push(Expected::Value, ENTRY, &[Token::Key, Token::Value, Token::BlockEnd]);
        }
        if self.is(&[Token::Value])? && self.scanner.reader.is_ruamel() {
            self.parts.push(Expected::Value);
            return Ok(());
        }
        self.wanted(Token::BlockEnd, "a key or the end of the mapping")
    }

    fn value(&mut self) -> LoadResult {
        if self.takes(Token::Value)? {
            return self.push(Expected::Keys, ENTRY, &[Token::Key, Token::Value, Token::BlockEnd]);
        }
        self.parts.push(Expected::Keys);
        Ok(())
    }

    fn flow_sequence(&mut self, first: bool) -> LoadResult {
        if self.takes(Token::FlowSequenceEnd)? {
            return Ok(());
        }
        if !first {
            self.wanted(Token::FlowEntry, "`,` or `]`")?;
        }
        let ends = [Token::Value, Token::FlowEntry, Token::FlowSequenceEnd];
        if self.takes(Token::Key)? {
            return self.push(Expected::FlowSequenceValue, FLOW_NODE, &ends);
        }
        self.push(Expected::FlowSequence { first: false }, FLOW_NODE, &ends[2..])
    }

    fn flow_sequence_value(&mut self) -> LoadResult {
        let rest = Expected::FlowSequence { first: false };
        if self.takes(Token::Value)? {
            return self.push(rest, FLOW_NODE, &[Token::FlowEntry, Token::FlowSequenceEnd]);
        }
        self.parts.push(rest);
        Ok(())
    }

    fn flow_mapping(&mut self, first: bool) -> LoadResult {
        if self.takes(Token::FlowMappingEnd)? {
            return Ok(());
        }
        if !first {
            self.wanted(Token::FlowEntry, "`,` or `}`")?;
        }
        if self.takes(Token::Key)? {
            return self.push(Expected::FlowValue, FLOW_NODE, &[Token::Value, Token::FlowEntry, Token::FlowMappingEnd]);
        }
        if self.is(&[Token::Value])? && self.scanner.reader.is_ruamel() {
            self.parts.push(Expected::FlowValue);
            return Ok(());
        }
        self.push(Expected::FlowMapping { first: false }, FLOW_NODE, &[Token::FlowMappingEnd])
    }

    fn flow_value(&mut self) -> LoadResult {
        let rest = Expected::FlowMapping { first: false };
        if self.takes(Token::Value)? {
            return self.push(rest, FLOW_NODE, &[Token::FlowEntry, Token::FlowMappingEnd]);
        }
        self.parts.push(rest);
        Ok(())
    }
}

fn unexpected(next: PlacedToken<'_>, wanted: &str) -> Box<LoadError> {
    LoadError::here(
        next.at,
        format!("what is here, where {wanted} is wanted"),
        "quote the text that it is in, or write it on lines of its own",
    )
}
