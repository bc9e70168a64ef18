//! What of a text may reach a terminal or a reader of JSON: the one list of characters that deceive, and what stands for them.

use std::borrow::Cow;
use std::fmt::Write;

/// What stands for a character that is not shown.
pub const REPLACEMENT: char = '\u{fffd}';

/// A terminal obeys it, hides it, or lets it turn the text around it: control characters, separators of lines, marks of
/// direction, blanks without width, tags. Joiners are letters' own and stay: Persian and emoji need them.
pub fn is_deceptive(c: char) -> bool {
    c.is_control()
        || matches!(c,
            '\u{ad}' | '\u{61c}' | '\u{180e}' | '\u{200b}' | '\u{200e}' | '\u{200f}' | '\u{2028}'..='\u{202e}'
            | '\u{2060}'..='\u{206f}' | '\u{feff}' | '\u{fff9}'..='\u{fffb}' | '\u{e0000}'..='\u{e007f}')
}

/// Whole output as a terminal may get it: lines, tabs and colours stay, whatever else deceives is replaced. A line end is a
/// line feed, also where a file has a carriage return before it.
pub fn for_terminal(text: &str) -> Cow<'_, str> {
    if !text.chars().any(|c| is_deceptive(c) && c != '\n') {
        return Cow::Borrowed(text);
    }
    let mut shown = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(c) = rest.chars().next() {
        if rest.starts_with("\r\n") {
            rest = &rest[1..];
            continue;
        }
        let taken = colour(rest).unwrap_or(c.len_utf8());
        let is_kept = taken > 1 && c == '\u{1b}' || matches!(c, '\n' | '\t') || !is_deceptive(c);
        if is_kept {
            shown.push_str(&rest[..taken])
        } else {
            shown.push(REPLACEMENT)
        }
        rest = &rest[taken..];
    }
    Cow::Owned(shown)
}

/// The length of the colour sequence (`ESC [ 1 ; 31 m`) that `text` starts with.
fn colour(text: &str) -> Option<usize> {
    let body = text.strip_prefix("\u{1b}[")?;
    let end = body.find(|c: char| !c.is_ascii_digit() && c != ';')?;
    body[end..].starts_with('m').then_some("\u{1b}[".len() + end + 1)
}

/// JSON with what deceives as `\uXXXX`: the same values, and nothing to obey for who looks at them. Such characters can
/// only stand in strings.
pub fn json(text: String) -> String {
    // Serialisers escape what is below the space; lines between values are theirs.
    if !text.chars().any(|c| is_deceptive(c) && c != '\n') {
        return text;
    }
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        if is_deceptive(c) && c != '\n' {
            for unit in c.encode_utf16(&mut [0; 2]) {
                write!(out, "\\u{unit:04x}").expect("writing to a text cannot fail");
            }
        } else {
            out.push(c);
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn colours_and_lines_reach_a_terminal_and_nothing_that_deceives() {
        assert_eq!(for_terminal("\u{1b}[1;31mred\u{1b}[0m\n\tx"), "\u{1b}[1;31mred\u{1b}[0m\n\tx");
        assert_eq!(for_terminal("\u{1b}[2J\u{1b}]0;t\u{7}\r\u{9b}2J"), "\u{fffd}[2J\u{fffd}]0;t\u{fffd}\u{fffd}\u{fffd}2J");
        assert_eq!(
            for_terminal("a\u{202e}b\u{2066}c\u{200b}d\u{2028}e\u{e0041}"),
            "a\u{fffd}b\u{fffd}c\u{fffd}d\u{fffd}e\u{fffd}"
        );
        assert_eq!(for_terminal("\u{1b}[31"), "\u{fffd}[31");
        assert_eq!(for_terminal("a\r\nb\rc\r\r\n"), "a\nb\u{fffd}c\u{fffd}\n");
        assert_eq!(for_terminal("Grüße 你好 👩\u{200d}🔬"), "Grüße 你好 👩\u{200d}🔬");
    }

    #[test]
    fn json_says_the_same_without_deceiving() {
        let value = serde_json::json!({"name": "a\u{9b}b\u{202e}c\u{e0041}\u{1b}\n", "plain": "Grüße"});
        let text = json(format!("{value:#}"));
        assert!(!text.chars().any(|c| is_deceptive(c) && c != '\n'), "{text}");
        assert!(text.contains("a\\u009bb\\u202ec\\udb40\\udc41\\u001b\\n") && text.contains("Grüße"), "{text}");
        assert_eq!(serde_json::from_str::<serde_json::Value>(&text).expect("JSON"), value);
    }
}
