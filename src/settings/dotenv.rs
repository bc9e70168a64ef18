//! `.env` files: variables as text, and nothing else. They are those of the other Plexus tools, so that they are read as python-dotenv
//! reads them: the last assignment of a name counts, a value without quotes goes to the end of its line, and a line that is none
//! costs only itself.
//!
//! One thing is different: `$` is a character like any other. python-dotenv replaces `${NAME}` by a variable of the process; a
//! file of a repository could so put any secret of the environment into an address of its own.

use super::error::SettingsError;
use super::read::read_optional;
use std::collections::BTreeMap;
use std::path::Path;

/// The variables of a `.env` file, and how many of its lines are no assignments.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct DotEnv {
    pub variables: BTreeMap<String, String>,
    pub skipped: usize,
}

/// Reads the file; none if it is not there. Lines that are no assignments are skipped: the file belongs to other tools as well.
pub(super) fn read(path: &Path) -> Result<Option<DotEnv>, SettingsError> {
    Ok(read_optional(path)?.map(|text| parse(text.trim_start_matches('\u{feff}'))))
}

fn parse(text: &str) -> DotEnv {
    let mut found = DotEnv::default();
    let mut rest = text.trim_start();
    while !rest.is_empty() {
        let line = if rest.starts_with('#') { Err(rest) } else { assignment(rest) };
        rest = match line {
            Ok((name, value, after)) => {
                found.variables.insert(name.to_owned(), value);
                after
            }
            Err(fault) => {
                found.skipped += usize::from(!rest.starts_with('#'));
                to_line_end(fault).1
            }
        };
        rest = rest.trim_start();
    }
    found
}

/// Name and value of the assignment at the beginning of a text, and what stands behind it; else what could not be read.
fn assignment(text: &str) -> Result<(&str, String, &str), &str> {
    let start = text.strip_prefix("export").filter(|rest| rest.starts_with(is_blank)).map_or(text, trim_blanks);
    let (name, rest) = name(start).ok_or(start)?;
    let rest = trim_blanks(rest);
    let rest = trim_blanks(rest.strip_prefix('=').ok_or(rest)?);
    let (value, after) = match rest.chars().next() {
        Some(quote @ ('\'' | '"')) => in_quotes(&rest[1..], quote).ok_or(rest)?,
        _ => bare(rest),
    };
    let after = trim_blanks(after);
    let after = if after.starts_with('#') { to_line_end(after).1 } else { after };
    if after.is_empty() || after.starts_with(is_line_end) { Ok((name, value, after)) } else { Err(after) }
}

fn name(text: &str) -> Option<(&str, &str)> {
    let (name, rest) = match text.strip_prefix('\'') {
        Some(quoted) => quoted.split_once('\'')?,
        None => text.split_at(text.find(|c: char| matches!(c, '=' | '#') || c.is_whitespace()).unwrap_or(text.len())),
    };
    (!name.is_empty()).then_some((name, rest))
}

/// A value without quotes. A comment behind it has a blank before it.
fn bare(text: &str) -> (String, &str) {
    let (line, rest) = to_line_end(text);
    let comment = line.match_indices('#').map(|(at, _)| at).find(|at| line[..*at].ends_with(char::is_whitespace));
    (line[..comment.unwrap_or(line.len())].trim_end().to_owned(), rest)
}

/// The value before its closing quote, which may stand in a later line; none without that. Where no other quote follows, an escaped
/// one closes it: the value ends with a backslash.
fn in_quotes(text: &str, quote: char) -> Option<(String, &str)> {
    let (mut value, mut characters) = (String::new(), text.char_indices().peekable());
    let mut last = None;
    while let Some((at, c)) = characters.next() {
        let escaped = if c == '\\' { characters.peek().and_then(|(_, next)| escape(*next, quote)) } else { None };
        match escaped {
            Some(meant) => {
                if meant == quote {
                    last = Some((format!("{value}\\"), &text[at + 1 + quote.len_utf8()..]));
                }
                value.push(meant);
                characters.next();
            }
            None if c == quote => return Some((value, &text[at + c.len_utf8()..])),
            None => value.push(c),
        }
    }
    last
}

/// What stands for a character behind a backslash; none where the backslash stands for itself.
fn escape(c: char, quote: char) -> Option<char> {
    match c {
        '\\' | '\'' => Some(c),
        _ if quote == '\'' => None,
        '"' => Some('"'),
        'a' => Some('\u{7}'),
        'b' => Some('\u{8}'),
        'f' => Some('\u{c}'),
        'n' => Some('\n'),
        'r' => Some('\r'),
        't' => Some('\t'),
        'v' => Some('\u{b}'),
        _ => None,
    }
}

fn to_line_end(text: &str) -> (&str, &str) {
    text.split_at(text.find(is_line_end).unwrap_or(text.len()))
}

fn trim_blanks(text: &str) -> &str {
    text.trim_start_matches(is_blank)
}

fn is_blank(c: char) -> bool {
    c.is_whitespace() && !is_line_end(c)
}

fn is_line_end(c: char) -> bool {
    matches!(c, '\n' | '\r')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_value_draws_on_nothing_else() {
        let text = "A=1\nHOST=x\nB=https://x/${PATH}\nC=\"$PATH$A\"\nD='$PATH'\nE=\"\\$A\"\nF=$HOST\n";
        let found = parse(text);
        let values: Vec<&str> = found.variables.values().map(String::as_str).collect();
        assert_eq!(values, ["1", "https://x/${PATH}", "$PATH$A", "$PATH", "\\$A", "$HOST", "x"]);
    }

    #[test]
    fn a_line_that_is_no_assignment_costs_only_itself() {
        for bad in ["words here", "A", "A='open", "A=\"open", "A='x' y", "A 'x'", "=x", "'A", "export", "it's: \"x"] {
            let found = parse(&format!("{bad}\nB=b\n"));
            assert_eq!((found.skipped, found.variables.len(), found.variables["B"].as_str()), (1, 1, "b"), "{bad}");
        }
        assert_eq!(parse("\n \n# it's a comment\n  # B=\"b\n"), DotEnv::default());
    }

    /// What python-dotenv 1.0 makes of these lines, but that it replaces variables.
    #[test]
    fn lines_are_read_as_by_the_other_tools() {
        for (line, value) in [
            ("A=a", "a"),
            ("A=", ""),
            ("A=\"\"", ""),
            ("export A=b # comment", "b"),
            ("  export \t A = a b  ", "a b"),
            ("'A'=a", "a"),
            ("A=it's", "it's"),
            ("A=say \"so\"", "say \"so\""),
            ("A={\"actor_user_id\": \"u1\"}", "{\"actor_user_id\": \"u1\"}"),
            ("A=C:\\Users\\new", "C:\\Users\\new"),
            ("A=/home/ann/my scores", "/home/ann/my scores"),
            ("A=a#b", "a#b"),
            ("A=#b", "#b"),
            ("A=a\t# b # c", "a"),
            ("A=é\u{a0}# b", "é"),
            ("A=a=b", "a=b"),
            ("A='two\nlines' # c", "two\nlines"),
            ("A='a\\'b\\\\c\\n'", "a'b\\c\\n"),
            ("A=\"a\\\"b\\n\\'\\x\"", "a\"b\n'\\x"),
            ("A=\"C:\\x\\\"", "C:\\x\\"),
            ("A='it\\'", "it\\"),
            ("A=a\nA=b", "b"),
        ] {
            for end in ["\n", "\r\n", ""] {
                let found = parse(&format!("{line}{end}"));
                assert_eq!((found.skipped, found.variables.get("A").map(String::as_str)), (0, Some(value)), "{line}");
            }
        }
    }
}
