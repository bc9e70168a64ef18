//! Anchors, aliases, tags and directives.

use super::loader::{LoadError, LoadResult};
use super::reader::{END, is_blank, is_end};
use super::scanner::{Scanner, Token};

/// What a tag may be made of besides letters and digits.
const URI: &str = "-;/?:@&=+$,_.!~*'()[]%";

impl<'a> Scanner<'a> {
    /// `&name` or `*name`.
    pub(super) fn anchor(&mut self, indicator: char) -> LoadResult {
        self.save_key()?;
        self.may_begin = false;
        let at = self.reader.at;
        self.reader.step();
        let start = self.reader.at;
        self.reader.skip(is_word);
        if !is_blank(self.reader.peek()) && self.reader.is_ruamel() {
            self.reader.skip(|c| !",[]{}\u{feff}".contains(c) && (matches!(c, '!'..='~') || c >= '\u{a0}'));
        }
        let name = &self.reader.text[start..self.reader.at];
        let next = self.reader.peek();
        let closes = "[{".contains(next) && self.reader.is_ruamel();
        if name.is_empty() || !(is_blank(next) || "?:,]}%@`".contains(next) || closes) {
            return Err(LoadError::here(
                at,
                format!("`{indicator}` before this name"),
                "name it with a-z, 0-9, _ and -, or quote the text",
            ));
        }
        self.add(if indicator == '*' { Token::Alias } else { Token::Anchor }, at, name);
        Ok(())
    }

    /// `!name`, `!!name`, `!handle!name` or `!<uri>`.
    pub(super) fn tag(&mut self) -> LoadResult {
        self.save_key()?;
        self.may_begin = false;
        let at = self.reader.at;
        let mut handle = "!";
        if self.reader.peek_at(1) == '!' && self.reader.is_ruamel() {
            handle = "!!";
            self.reader.step();
        }
        match self.reader.peek_at(1) {
            '<' => {
                handle = "";
                self.reader.advance(2);
                self.uri(at)?;
                if self.reader.peek() != '>' {
                    return Err(bad_tag(at));
                }
                self.reader.step();
            }
            next if is_blank(next) => {
                handle = "";
                self.reader.step();
            }
            _ => {
                let word = self.reader.rest()[1..].split(|c| c == ' ' || is_end(c)).next().unwrap_or_default();
                if word.contains('!') {
                    handle = self.handle(at)?
                } else {
                    self.reader.step()
                }
                self.uri(at)?;
            }
        }
        let next = self.reader.peek();
        if next != ' ' && !is_end(next) {
            return Err(bad_tag(at));
        }
        self.add(Token::Tag, at, handle);
        Ok(())
    }

    /// `!name!`.
    fn handle(&mut self, tag: usize) -> LoadResult<&'a str> {
        let start = self.reader.at;
        self.reader.step();
        self.reader.skip(is_word);
        if self.reader.peek() != '!' {
            return Err(bad_tag(tag));
        }
        self.reader.step();
        Ok(&self.reader.text[start..self.reader.at])
    }

    fn uri(&mut self, tag: usize) -> LoadResult {
        let start = self.reader.at;
        self.reader.skip(|c| c.is_ascii_alphanumeric() || URI.contains(c));
        while self.reader.peek() == '#' && self.reader.is_ruamel() {
            self.reader.skip(|c| c == '#' || c.is_ascii_alphanumeric() || URI.contains(c));
        }
        let uri = &self.reader.text[start..self.reader.at];
        if uri.is_empty() || !has_good_escapes(uri) { Err(bad_tag(tag)) } else { Ok(()) }
    }

    /// `%YAML 1.1`, `%TAG !e! tag:…` or another one, which is ignored.
    pub(super) fn directive(&mut self) -> LoadResult {
        self.begin_line_of_its_own()?;
        let at = self.reader.at;
        self.reader.step();
        let start = self.reader.at;
        self.reader.skip(is_word);
        if ":.".contains(self.reader.peek()) && self.reader.is_ruamel() {
            self.reader.skip(|c| is_word(c) || ":.".contains(c));
        }
        let mut name = &self.reader.text[start..self.reader.at];
        if name.is_empty() || !self.is_at_gap() {
            return Err(bad_directive(at));
        }
        match name {
            "YAML" => self.version(at)?,
            "TAG" => name = self.tag_directive(at)?,
            _ => self.reader.skip_line(),
        }
        self.reader.skip(|c| c == ' ');
        if self.reader.peek() == '#' {
            self.reader.skip_line();
        }
        if !is_end(self.reader.peek()) {
            return Err(bad_directive(at));
        }
        self.reader.line_break();
        self.add(Token::Directive, at, name);
        Ok(())
    }

    fn is_at_gap(&self) -> bool {
        self.reader.peek() == ' ' || is_end(self.reader.peek())
    }

    fn version(&mut self, directive: usize) -> LoadResult {
        self.reader.skip(|c| c == ' ');
        let start = self.reader.at;
        self.reader.skip(|c| c.is_ascii_digit() || c == '.');
        let version = self.reader.text[start..self.reader.at].split_once('.');
        let is_number = |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
        match version.filter(|(major, minor)| is_number(major) && is_number(minor) && self.is_at_gap()) {
            Some((major, minor)) if major.trim_start_matches('0') == "1" => {
                if minor.trim_start_matches('0') == "1" {
                    self.reader.differs = true;
                    self.reader.is_yaml11 = true;
                }
                Ok(())
            }
            _ => Err(bad_directive(directive)),
        }
    }

    fn tag_directive(&mut self, directive: usize) -> LoadResult<&'a str> {
        self.reader.skip(|c| c == ' ');
        let start = self.reader.at;
        let is_primary = self.reader.peek() == '!' && self.reader.peek_at(1) == ' ';
        if is_primary {
            self.reader.step();
        } else if self.reader.peek() == '!' {
            self.handle(directive)?;
        }
        let handle = &self.reader.text[start..self.reader.at];
        if handle.is_empty() || self.reader.peek() != ' ' {
            return Err(bad_directive(directive));
        }
        self.reader.skip(|c| c == ' ');
        self.uri(directive)?;
        if self.is_at_gap() { Ok(handle) } else { Err(bad_directive(directive)) }
    }
}

fn is_word(c: char) -> bool {
    c != END && (c.is_ascii_alphanumeric() || matches!(c, '-' | '_'))
}

/// `%41` and the like, which together are text.
fn has_good_escapes(uri: &str) -> bool {
    let mut rest = uri;
    while let Some(start) = rest.find('%') {
        rest = &rest[start..];
        let mut bytes = Vec::new();
        while let Some(escape) = rest.strip_prefix('%') {
            let Some(byte) = escape.get(..2).and_then(|digits| u8::from_str_radix(digits, 16).ok()) else { return false };
            bytes.push(byte);
            rest = &escape[2..];
        }
        if std::str::from_utf8(&bytes).is_err() {
            return false;
        }
    }
    true
}

fn bad_tag(at: usize) -> Box<LoadError> {
    LoadError::here(at, "this tag", "remove the tag, or quote the text that begins with `!`")
}

fn bad_directive(at: usize) -> Box<LoadError> {
    LoadError::here(at, "this directive", "remove the line")
}
