//! Where a loader is in a text, as it counts characters, lines and columns.

use super::loader::Loader;

/// What is read behind the last character; no loader takes a text that has it.
pub const END: char = '\0';
const BOM: char = '\u{feff}';

/// A place in a text that moves on.
pub struct Reader<'a> {
    /// The whole text.
    pub text: &'a str,
    /// The byte that comes next.
    pub at: usize,
    /// How many characters were read.
    pub index: usize,
    /// How many lines were ended.
    pub line: usize,
    /// How many characters of the line were read, a byte-order mark not counted.
    pub column: isize,
    /// Whether it mattered so far which loader reads.
    pub differs: bool,
    /// `%YAML 1.1` stands in the text: ruamel.yaml reads on as PyYAML does.
    pub is_yaml11: bool,
    /// The last line end outside of quotes that few but the loaders take for one.
    pub odd_break: Option<usize>,
    loader: Loader,
}

impl<'a> Reader<'a> {
    /// At the start of `text`, behind its byte-order mark.
    pub fn new(text: &'a str, loader: Loader) -> Self {
        let at = if text.starts_with(BOM) { BOM.len_utf8() } else { 0 };
        Self { text, at, index: 0, line: 0, column: 0, differs: false, is_yaml11: false, odd_break: None, loader }
    }

    /// Whether ruamel.yaml reads by its own rules. To ask says that the answer matters, so ask last.
    pub fn is_ruamel(&mut self) -> bool {
        self.differs = true;
        self.loader == Loader::Ruamel && !self.is_yaml11
    }

    /// The next character.
    pub fn peek(&self) -> char {
        match self.text.as_bytes().get(self.at) {
            None => END,
            Some(byte) if byte.is_ascii() => char::from(*byte),
            Some(_) => self.text[self.at..].chars().next().unwrap_or(END),
        }
    }

    /// The character `count` places behind the next one.
    pub fn peek_at(&self, count: usize) -> char {
        self.text[self.at..].chars().nth(count).unwrap_or(END)
    }

    /// What is left of the text.
    pub fn rest(&self) -> &'a str {
        &self.text[self.at..]
    }

    /// Reads one character.
    pub fn step(&mut self) {
        let c = self.peek();
        if self.at >= self.text.len() {
            return;
        }
        self.at += c.len_utf8();
        self.index += 1;
        let ends_line = match c {
            '\n' => true,
            '\r' => self.peek() != '\n',
            _ if is_odd_break(c) => {
                self.differs = true;
                self.loader == Loader::PyYaml
            }
            _ => false,
        };
        if ends_line {
            self.line += 1;
            self.column = 0;
        } else if c != BOM {
            self.column += 1;
        }
    }

    /// Reads `length` bytes in which no line ends.
    pub fn advance(&mut self, length: usize) {
        let part = &self.text[self.at..self.at + length];
        let (count, marks) = if part.is_ascii() { (length, 0) } else { (part.chars().count(), part.matches(BOM).count()) };
        self.at += length;
        self.index += count;
        self.column += isize::try_from(count - marks).unwrap_or(isize::MAX);
    }

    /// Reads the characters that `wanted` wants; in none of them a line ends.
    pub fn skip(&mut self, wanted: impl Fn(char) -> bool) -> usize {
        let rest = self.rest();
        let length = rest.find(|c| !wanted(c)).unwrap_or(rest.len());
        self.advance(length);
        length
    }

    /// Reads a comment to the end of its line.
    pub fn skip_line(&mut self) {
        let rest = self.rest();
        let line = rest.find('\n').map_or(rest, |end| &rest[..end]);
        // No other character that ends a line is in ASCII.
        if line.is_ascii() && !line.contains('\r') {
            return self.advance(line.len());
        }
        self.skip(|c| !is_break(c));
    }

    /// Reads one line end, if one is here.
    pub fn line_break(&mut self) -> bool {
        let c = self.peek();
        if !is_break(c) {
            return false;
        }
        if is_odd_break(c) {
            self.odd_break = Some(self.at);
        }
        self.step();
        if c == '\r' && self.peek() == '\n' {
            self.step();
        }
        true
    }

    /// `---` or `...` and nothing else of a word is here.
    pub fn is_document_mark(&self) -> bool {
        let rest = self.rest();
        (rest.starts_with("---") || rest.starts_with("...")) && is_blank(self.peek_at(3))
    }
}

/// Ends a line for the loaders.
pub fn is_break(c: char) -> bool {
    matches!(c, '\n' | '\r') || is_odd_break(c)
}

/// Ends a line for the loaders, but not for YAML 1.2.
pub fn is_odd_break(c: char) -> bool {
    matches!(c, '\u{85}' | '\u{2028}' | '\u{2029}')
}

/// Ends a line or the text.
pub fn is_end(c: char) -> bool {
    c == END || is_break(c)
}

/// Ends a word.
pub fn is_blank(c: char) -> bool {
    matches!(c, ' ' | '\t') || is_end(c)
}

/// The first character that no loader takes.
pub fn unprintable(text: &str) -> Option<(usize, char)> {
    let is_good = |c: char| {
        matches!(c, '\t' | '\n' | '\r' | ' '..='~' | '\u{85}' | '\u{a0}'..='\u{d7ff}' | '\u{e000}'..='\u{fffd}')
            || c >= '\u{10000}'
    };
    let is_suspect = |byte: u8| {
        (byte < b' ') & (byte != b'\t') & (byte != b'\n') & (byte != b'\r') | (byte == 0x7f) | (byte == 0xc2) | (byte == 0xef)
    };
    // Without an early end a processor compares many bytes at once.
    if !text.bytes().fold(false, |any, byte| any | is_suspect(byte)) {
        return None;
    }
    text.char_indices().find(|(_, c)| !is_good(*c))
}
