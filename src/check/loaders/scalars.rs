//! Texts: plain, quoted, and in blocks.

use super::loader::{LoadError, LoadResult};
use super::reader::{END, is_blank, is_break, is_end};
use super::scanner::{Scanner, Token};

impl Scanner<'_> {
    /// A text without quotes.
    pub(super) fn plain(&mut self) -> LoadResult {
        self.save_key()?;
        self.may_begin = false;
        let (at, indent) = (self.reader.at, self.indent + 1);
        while self.reader.peek() != '#' {
            let length = self.plain_length();
            if length == 0 {
                break;
            }
            self.may_begin = false;
            self.reader.advance(length);
            let goes_on = self.plain_spaces();
            if !goes_on || self.flow.is_empty() && self.reader.column < indent {
                break;
            }
        }
        self.add(Token::Scalar, at, "");
        Ok(())
    }

    /// The bytes of the word that is here.
    fn plain_length(&mut self) -> usize {
        let (rest, is_flow) = (self.reader.rest(), !self.flow.is_empty());
        for (length, c) in rest.char_indices() {
            let next = || rest[length + c.len_utf8()..].chars().next().unwrap_or(END);
            let ends = match c {
                ':' if is_blank(next()) => true,
                ':' => is_flow && ",[]{}".contains(next()) && !self.reader.is_ruamel(),
                '?' => is_flow && !self.reader.is_ruamel(),
                ',' | '[' | ']' | '{' | '}' => is_flow,
                _ => is_blank(c),
            };
            if ends {
                return length;
            }
        }
        rest.len()
    }

    /// Reads what is between the words of a plain text; false where nothing is, or the document ends.
    fn plain_spaces(&mut self) -> bool {
        let spaces = self.reader.skip(|c| c == ' ');
        if !self.reader.line_break() {
            return spaces > 0;
        }
        self.may_begin = true;
        loop {
            if self.reader.is_document_mark() {
                return false;
            }
            self.reader.skip(|c| c == ' ');
            if !self.reader.line_break() {
                return true;
            }
        }
    }

    /// A text in quotes. The indentation of its lines does not matter.
    pub(super) fn quoted(&mut self, quote: char) -> LoadResult {
        self.save_key()?;
        self.may_begin = false;
        let (at, odd_break) = (self.reader.at, self.reader.odd_break);
        self.reader.step();
        loop {
            self.reader.skip(|c| !matches!(c, ' ' | '\t' | '\'' | '"' | '\\' | END) && !is_break(c));
            match self.reader.peek() {
                c if c == quote && (quote == '"' || self.reader.peek_at(1) != '\'') => break,
                '\'' if quote == '\'' => self.reader.advance(2),
                '\\' if quote == '"' => self.escape(at)?,
                END => return Err(LoadError::here(at, "a quote that is not closed", "close it")),
                c if is_break(c) => self.quoted_breaks(at)?,
                _ => self.reader.step(),
            }
        }
        self.reader.step();
        // A line end in quotes is part of the text for every reader.
        self.reader.odd_break = odd_break;
        self.add(Token::Scalar, at, "");
        Ok(())
    }

    fn quoted_breaks(&mut self, quote: usize) -> LoadResult {
        while self.reader.line_break() {
            if self.reader.is_document_mark() {
                return Err(LoadError::here(quote, "a quote with the mark of a document in it", "indent the mark"));
            }
            self.reader.skip(|c| matches!(c, ' ' | '\t'));
        }
        Ok(())
    }

    fn escape(&mut self, quote: usize) -> LoadResult {
        let at = self.reader.at;
        self.reader.step();
        let c = self.reader.peek();
        let digits = match c {
            'x' => 2,
            'u' => 4,
            'U' => 8,
            _ if is_break(c) => return self.quoted_breaks(quote),
            _ if "0abt\tnvfre \"/\\N_LP".contains(c) && c != END => 0,
            _ => return Err(bad_escape(at)),
        };
        self.reader.step();
        let code = self.reader.rest().get(..digits).filter(|code| code.bytes().all(|byte| byte.is_ascii_hexdigit()));
        if digits > 0 && code.and_then(|code| u32::from_str_radix(code, 16).ok()).is_none_or(|code| code > 0x0010_ffff) {
            return Err(bad_escape(at));
        }
        self.reader.advance(digits);
        Ok(())
    }

    /// A text below `|` or `>`.
    pub(super) fn block_scalar(&mut self) -> LoadResult {
        self.may_begin = true;
        self.drop_key()?;
        let at = self.reader.at;
        self.reader.step();
        let increment = self.block_header(at)?;
        let is_outermost = self.indent < 0 && increment.is_none() && self.reader.is_ruamel();
        let least = if is_outermost { 0 } else { (self.indent + 1).max(1) };
        let indent = match increment {
            None => self.block_indentation(at)?.max(least),
            Some(increment) => least + increment - 1,
        };
        self.block_breaks(indent);
        while self.reader.column == indent && self.reader.peek() != END {
            self.reader.skip_line();
            self.reader.line_break();
            self.block_breaks(indent);
            if is_outermost && self.reader.column == 0 && self.reader.is_document_mark() {
                break;
            }
        }
        self.add(Token::Scalar, at, "");
        Ok(())
    }

    /// Reads the rest of the line of `|` or `>`; gives the indentation that it names.
    fn block_header(&mut self, at: usize) -> LoadResult<Option<isize>> {
        let increment = self.block_indicators();
        let next = self.reader.peek();
        if next == '\t' {
            return Err(LoadError::here(self.reader.at, "a tab here", "write a space instead of the tab"));
        }
        if next != ' ' && !is_end(next) {
            return Err(LoadError::here(at, "this `|` or `>`", "quote the text that begins with it"));
        }
        self.reader.skip(|c| c == ' ');
        if self.reader.peek() == '#' {
            self.reader.skip_line();
        }
        if !is_end(self.reader.peek()) {
            return Err(LoadError::here(self.reader.at, "this behind `|` or `>`", "begin the text on the next line"));
        }
        self.reader.line_break();
        Ok(increment)
    }

    /// Reads `+` or `-` and the indentation, in any order.
    fn block_indicators(&mut self) -> Option<isize> {
        let is_sign = |c: char| matches!(c, '+' | '-');
        let has_sign = is_sign(self.reader.peek());
        if has_sign {
            self.reader.step();
        }
        let increment = self.reader.peek().to_digit(10).filter(|digit| *digit > 0)?;
        self.reader.step();
        if !has_sign && is_sign(self.reader.peek()) {
            self.reader.step();
        }
        isize::try_from(increment).ok()
    }

    /// Reads the empty lines before a block's text, and the indentation of the first that is not.
    fn block_indentation(&mut self, at: usize) -> LoadResult<isize> {
        let (mut most, mut first) = (0, -1);
        loop {
            if self.reader.skip(|c| c == ' ') > 0 {
                most = most.max(self.reader.column);
            }
            if !is_break(self.reader.peek()) {
                break;
            }
            if first < 0 {
                first = self.reader.column;
            }
            self.reader.line_break();
        }
        if first > 0 && most > first && self.reader.is_ruamel() {
            return Err(LoadError::here(
                at,
                "an empty first line with blanks that are fewer than those of the text",
                "remove its blanks",
            ));
        }
        Ok(most)
    }

    /// Reads empty lines, and the indentation behind them.
    fn block_breaks(&mut self, indent: isize) {
        loop {
            while self.reader.column < indent && self.reader.peek() == ' ' {
                self.reader.step();
            }
            if !self.reader.line_break() {
                return;
            }
        }
    }
}

fn bad_escape(at: usize) -> Box<LoadError> {
    LoadError::here(at, "this escape", "write `\\\\` where a backslash is meant")
}
