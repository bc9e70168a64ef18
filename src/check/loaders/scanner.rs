//! Cuts a text into tokens as the scanners of PyYAML and ruamel.yaml do, which are two editions of one program.
//!
//! A key is known only by the `:` behind it, so tokens wait in a queue until it is clear whether one before them has to be
//! put in. Constructor are of no interest here, only whether there is a next token. A tab that must not be here is noted and
//! taken for a space, so that all of them are found at once.

use super::loader::{LoadError, LoadResult, Loader};
use super::reader::{END, Reader, is_blank};
use crate::model::yaml::MAX_DEPTH;
use std::collections::VecDeque;

/// The longest a key can be that is followed by `:` on its line, in characters.
const MAX_KEY: usize = 1024;

/// The kinds of tokens.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Token {
    /// `%…`.
    Directive,
    /// `---`.
    DocumentStart,
    /// `...`.
    DocumentEnd,
    /// Nothing is left.
    StreamEnd,
    /// Before the first `-` of a list.
    BlockSequenceStart,
    /// Before the first key of a mapping.
    BlockMappingStart,
    /// The indentation is over.
    BlockEnd,
    /// `[`.
    FlowSequenceStart,
    /// `{`.
    FlowMappingStart,
    /// `]`.
    FlowSequenceEnd,
    /// `}`.
    FlowMappingEnd,
    /// `-`.
    BlockEntry,
    /// `,`.
    FlowEntry,
    /// `?`, or before a key.
    Key,
    /// `:`.
    Value,
    /// `*name`.
    Alias,
    /// `&name`.
    Anchor,
    /// `!…`.
    Tag,
    /// A text.
    Scalar,
}

/// A token and where it is.
#[derive(Clone, Copy, Debug)]
pub struct PlacedToken<'a> {
    /// Which kind.
    pub token: Token,
    /// Its first byte.
    pub at: usize,
    /// The name of an anchor, an alias or a directive; the handle of a tag or a `%TAG`.
    pub name: &'a str,
}

/// What may turn out to be a key.
struct SimpleKey {
    number: usize,
    /// Nothing else can stand here.
    is_required: bool,
    index: usize,
    line: usize,
    column: isize,
    at: usize,
}

/// The scanner of one loader over one text.
pub struct Scanner<'a> {
    /// Where it is.
    pub reader: Reader<'a>,
    /// The brackets that are open.
    pub(super) flow: Vec<char>,
    /// The column of the innermost list or mapping that has no brackets; -1 outside of all.
    pub(super) indent: isize,
    /// A key, or a list or mapping without brackets, may begin here.
    pub(super) may_begin: bool,
    /// Tabs where none may be.
    pub tabs: Vec<usize>,
    tokens: VecDeque<PlacedToken<'a>>,
    taken: usize,
    indents: Vec<isize>,
    /// For each level of brackets.
    keys: Vec<Option<SimpleKey>>,
    is_done: bool,
    /// Nothing can be put before the first token any more.
    is_settled: bool,
}

impl<'a> Scanner<'a> {
    /// Before the first token.
    pub fn new(text: &'a str, loader: Loader) -> Self {
        Self {
            reader: Reader::new(text, loader),
            flow: Vec::new(),
            indent: -1,
            may_begin: true,
            tabs: Vec::new(),
            tokens: VecDeque::new(),
            taken: 0,
            indents: Vec::new(),
            keys: vec![None],
            is_done: false,
            is_settled: false,
        }
    }

    /// The next token, which stays.
    pub fn next(&mut self) -> LoadResult<PlacedToken<'a>> {
        while !self.is_settled && self.needs_more()? {
            self.fetch()?;
        }
        self.is_settled = true;
        let end = PlacedToken { token: Token::StreamEnd, at: self.reader.at, name: "" };
        Ok(self.tokens.front().copied().unwrap_or(end))
    }

    /// Takes the next token away.
    pub fn take(&mut self) -> LoadResult<PlacedToken<'a>> {
        let token = self.next()?;
        if self.tokens.pop_front().is_some() {
            self.taken += 1;
        }
        self.is_settled = false;
        Ok(token)
    }

    fn needs_more(&mut self) -> LoadResult<bool> {
        if self.is_done {
            return Ok(false);
        }
        if self.tokens.is_empty() {
            return Ok(true);
        }
        self.drop_stale_keys()?;
        // An outer key comes before an inner one.
        Ok(self.keys.iter().flatten().next().is_some_and(|key| key.number == self.taken))
    }

    fn fetch(&mut self) -> LoadResult {
        self.skip_to_token();
        self.drop_stale_keys()?;
        self.unwind(self.reader.column);
        let (c, is_first) = (self.reader.peek(), self.reader.column == 0);
        let is_word_end = |scanner: &Self| is_blank(scanner.reader.peek_at(1));
        match c {
            END => self.end(),
            '%' if is_first => self.directive(),
            '-' | '.' if is_first && self.reader.is_document_mark() => self.document_mark(c),
            '[' | '{' => self.open(c),
            ']' | '}' => self.close(c),
            ',' => self.flow_entry(),
            '-' if is_word_end(self) => self.block_entry(),
            '?' if !self.flow.is_empty() || is_word_end(self) => self.key(),
            ':' if self.is_value() => self.value(),
            '*' | '&' => self.anchor(c),
            '!' => self.tag(),
            '|' | '>' if self.flow.is_empty() => self.block_scalar(),
            '\'' | '"' => self.quoted(c),
            _ if self.is_plain(c) => self.plain(),
            '\t' => {
                self.tabs.push(self.reader.at);
                self.reader.step();
                Ok(())
            }
            _ => Err(LoadError::here(self.reader.at, format!("a text that begins with `{c}`"), "quote it")),
        }
    }

    /// Reads blanks, comments and line ends.
    fn skip_to_token(&mut self) {
        loop {
            self.reader.skip(|c| c == ' ');
            if self.reader.peek() == '\t' && !self.flow.is_empty() && self.reader.is_ruamel() {
                self.reader.skip(|c| matches!(c, ' ' | '\t'));
            }
            if self.reader.peek() == '#' {
                self.reader.skip_line();
            }
            if !self.reader.line_break() {
                return;
            }
            self.may_begin |= self.flow.is_empty();
        }
    }

    /// Adds a token that begins at `at` and ends here.
    pub(super) fn add(&mut self, token: Token, at: usize, name: &'a str) {
        self.tokens.push_back(PlacedToken { token, at, name });
    }

    /// Adds a token of one character.
    fn add_step(&mut self, token: Token) {
        let at = self.reader.at;
        self.reader.step();
        self.add(token, at, "");
    }

    fn drop_stale_keys(&mut self) -> LoadResult {
        for key in &mut self.keys {
            let (line, index) = (self.reader.line, self.reader.index);
            if let Some(stale) = key.take_if(|key| key.line != line || index - key.index > MAX_KEY)
                && stale.is_required
            {
                return Err(keyless(stale.at));
            }
        }
        Ok(())
    }

    /// What comes next may be a key.
    pub(super) fn save_key(&mut self) -> LoadResult {
        if !self.may_begin {
            return Ok(());
        }
        self.drop_key()?;
        let reader = &self.reader;
        let key = SimpleKey {
            number: self.taken + self.tokens.len(),
            is_required: self.flow.is_empty() && self.indent == reader.column,
            index: reader.index,
            line: reader.line,
            column: reader.column,
            at: reader.at,
        };
        self.keys[self.flow.len()] = Some(key);
        Ok(())
    }

    /// What may have been a key on this level is none.
    pub(super) fn drop_key(&mut self) -> LoadResult {
        match self.keys[self.flow.len()].take() {
            Some(key) if key.is_required => Err(keyless(key.at)),
            _ => Ok(()),
        }
    }

    /// Ends what is indented deeper than `column`.
    fn unwind(&mut self, column: isize) {
        while self.flow.is_empty() && self.indent > column {
            self.indent = self.indents.pop().unwrap_or(-1);
            self.add(Token::BlockEnd, self.reader.at, "");
        }
    }

    /// Whether something new begins with an indentation of `column`.
    fn indents_to(&mut self, column: isize) -> bool {
        let is_deeper = self.indent < column;
        if is_deeper {
            self.indents.push(self.indent);
            self.indent = column;
        }
        is_deeper
    }

    fn end(&mut self) -> LoadResult {
        self.unwind(-1);
        self.drop_key()?;
        self.keys.iter_mut().for_each(|key| *key = None);
        self.may_begin = false;
        self.add(Token::StreamEnd, self.reader.at, "");
        self.is_done = true;
        Ok(())
    }

    fn document_mark(&mut self, c: char) -> LoadResult {
        self.begin_line_of_its_own()?;
        let at = self.reader.at;
        self.reader.advance(3);
        self.add(if c == '-' { Token::DocumentStart } else { Token::DocumentEnd }, at, "");
        Ok(())
    }

    /// Before a directive or a mark of a document.
    pub(super) fn begin_line_of_its_own(&mut self) -> LoadResult {
        self.unwind(-1);
        self.drop_key()?;
        self.may_begin = false;
        Ok(())
    }

    fn open(&mut self, c: char) -> LoadResult {
        self.save_key()?;
        if self.flow.len() >= MAX_DEPTH {
            let what = format!("more than {MAX_DEPTH} brackets within each other");
            return Err(LoadError::here(self.reader.at, what, "quote the text that they are in"));
        }
        self.flow.push(c);
        self.keys.push(None);
        self.may_begin = true;
        self.add_step(if c == '[' { Token::FlowSequenceStart } else { Token::FlowMappingStart });
        Ok(())
    }

    fn close(&mut self, c: char) -> LoadResult {
        self.drop_key()?;
        if self.flow.pop().is_none() {
            return Err(LoadError::here(self.reader.at, format!("`{c}`, which closes nothing"), "quote the text that it is in"));
        }
        self.keys.pop();
        self.may_begin = false;
        self.add_step(if c == ']' { Token::FlowSequenceEnd } else { Token::FlowMappingEnd });
        Ok(())
    }

    fn flow_entry(&mut self) -> LoadResult {
        self.may_begin = true;
        self.drop_key()?;
        self.add_step(Token::FlowEntry);
        Ok(())
    }

    fn block_entry(&mut self) -> LoadResult {
        self.begin_block(Token::BlockSequenceStart, "a list entry here")?;
        self.may_begin = true;
        self.drop_key()?;
        self.add_step(Token::BlockEntry);
        Ok(())
    }

    fn key(&mut self) -> LoadResult {
        self.begin_block(Token::BlockMappingStart, "a key here")?;
        self.may_begin = self.flow.is_empty();
        self.drop_key()?;
        self.add_step(Token::Key);
        Ok(())
    }

    /// Without brackets, a list or mapping may begin with an entry.
    fn begin_block(&mut self, start: Token, what: &'static str) -> LoadResult {
        if !self.flow.is_empty() {
            return Ok(());
        }
        if !self.may_begin {
            return Err(LoadError::here(self.reader.at, what, "begin a new line before it, or quote the text that it is in"));
        }
        if self.indents_to(self.reader.column) {
            self.add(start, self.reader.at, "");
        }
        Ok(())
    }

    fn is_value(&mut self) -> bool {
        let is_word_end = is_blank(self.reader.peek_at(1));
        let Some(&bracket) = self.flow.last() else { return is_word_end };
        let is_after_value = self.tokens.back().is_some_and(|last| last.token == Token::Value);
        is_word_end || !((bracket == '[' || is_after_value) && self.reader.is_ruamel())
    }

    fn value(&mut self) -> LoadResult {
        let level = self.flow.len();
        if let Some(key) = self.keys[level].take() {
            let (number, at) = (key.number - self.taken, key.at);
            let placed = |token| PlacedToken { token, at, name: "" };
            self.tokens.insert(number, placed(Token::Key));
            if self.flow.is_empty() && self.indents_to(key.column) {
                self.tokens.insert(number, placed(Token::BlockMappingStart));
            }
            self.may_begin = false;
        } else {
            self.begin_block(Token::BlockMappingStart, "a value here")?;
            self.may_begin = self.flow.is_empty();
            self.drop_key()?;
        }
        self.add_step(Token::Value);
        Ok(())
    }

    fn is_plain(&mut self, c: char) -> bool {
        if !is_blank(c) && !"-?:,[]{}#&*!|>'\"%@`".contains(c) {
            return true;
        }
        let next = self.reader.peek_at(1);
        let is_flow = !self.flow.is_empty();
        let starts = c == '-' || (!is_flow && matches!(c, '?' | ':'));
        (starts && !is_blank(next)) || (c == ':' && is_flow && !matches!(next, ' ' | '\t') && self.reader.is_ruamel())
    }
}

fn keyless(at: usize) -> Box<LoadError> {
    let fix = "put `:` behind the key on its own line, with at most 1024 characters before it";
    LoadError::here(at, "a line of a mapping without a key", fix)
}
