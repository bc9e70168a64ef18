//! What is wrong with YAML, in words that need no knowledge of its grammar, and where.

const TAB: &str = "a tab cannot indent: use spaces";

/// What a parser says, and what it means to whoever writes the file.
const MEANINGS: [(&str, &str); 20] = [
    ("simple key expected ':'", "a key without ':' behind it"),
    ("simple key is no longer valid", "a key without ':' on its line"),
    ("mapping values are not allowed in this context", "no key can stand here: quote the text, or check the indentation"),
    ("mapping keys are not allowed in this context", "no key can stand here: quote the text, or check the indentation"),
    ("while parsing a block mapping, did not find expected key", "a key is expected here: check the indentation"),
    ("while parsing a block collection, did not find expected '-' indicator", "a '-' is expected here: check the indentation"),
    ("block sequence entries are not allowed in this context", "no '-' can stand here: begin the list on a line of its own"),
    ("while parsing a flow mapping, did not find expected ',' or '}'", "a ',' or '}' is expected here"),
    ("while parsing node, found unknown anchor", "an alias without an anchor before it"),
    ("wrongly indented line in block scalar", "a line that is indented less than its text"),
    ("misplaced bracket", "a bracket that closes nothing"),
    ("tab", TAB),
    ("while scanning a plain scalar, found a tab", TAB),
    ("a block scalar content cannot start with a tab", TAB),
    ("while parsing a quoted scalar, ", "an escape that does not exist: write \\\\ where a backslash is meant"),
    ("while scanning a quoted scalar, found unexpected document indicator", "a line of a quoted text cannot begin so: indent it"),
    ("comment intercepting the multiline text", "a text cannot go on below a comment: quote it, or check the indentation"),
    ("invalid indentation", "wrong indentation"),
    ("invalid trailing content after double-quoted scalar", "text behind the closing quote"),
    ("invalid trailing content after single-quoted scalar", "text behind the closing quote"),
];

/// A parser's message about the place `at`, in plain words, and the place that it means: of what is wrong within a text of many
/// lines, a parser names the beginning of that text.
pub fn told(text: &str, at: usize, message: &str) -> (usize, String) {
    let place = match message {
        _ if message.starts_with("while parsing a quoted scalar, ") => bad_escape(&text[at..]),
        _ if message.ends_with("found unexpected document indicator") => document_mark(&text[at..]),
        _ if message.ends_with("a tab") => indenting_tab(text, at),
        _ => None,
    };
    let (at, words) = (at + place.unwrap_or(0), in_plain_words(message));
    (if words == TAB { first_tab(text, at).unwrap_or(at) } else { at }, words)
}

/// The first tab among the blanks and dashes that a line begins with, if there is nothing else before `at`.
fn first_tab(text: &str, at: usize) -> Option<usize> {
    let start = text[..at].rfind('\n').map_or(0, |end| end + 1);
    let before = &text[start..at];
    before.trim_matches([' ', '-', '\t']).is_empty().then(|| before.find('\t')).flatten().map(|tab| start + tab)
}

/// Where the first escape stands that a text in double quotes cannot have.
fn bad_escape(quoted: &str) -> Option<usize> {
    let mut at = 1;
    while let Some(found) = quoted.get(at..)?.find('\\').map(|found| at + found) {
        let c = quoted[found + 1..].chars().next()?;
        let digits = match c {
            'x' => 2,
            'u' => 4,
            'U' => 8,
            _ if "0abt\tnvfre \"/\\N_LP\r\n".contains(c) => 0,
            _ => return Some(found),
        };
        let code = |start: usize| quoted.get(start..start + digits).and_then(|code| u32::from_str_radix(code, 16).ok());
        at = found + 1 + c.len_utf8() + digits;
        match code(found + 2) {
            _ if digits == 0 => {}
            // Half of a character; the other half must follow.
            Some(0xd800..=0xdbff) if matches!(quoted.get(at..at + 2), Some("\\u")) => match code(at + 2) {
                Some(0xdc00..=0xdfff) => at += 2 + digits,
                _ => return Some(found),
            },
            Some(code) if char::from_u32(code).is_some() => {}
            _ => return Some(found),
        }
    }
    None
}

/// Where the first line begins that would end the document.
fn document_mark(quoted: &str) -> Option<usize> {
    let ends = |rest: &str| rest.is_empty() || rest.starts_with([' ', '\t', '\r', '\n']);
    let is_mark = |at: &usize| ["---", "..."].iter().any(|mark| quoted[*at..].strip_prefix(mark).is_some_and(ends));
    quoted.match_indices('\n').map(|(at, _)| at + 1).find(is_mark)
}

/// The first tab below `at` that indents a line less than the text there must be.
fn indenting_tab(text: &str, at: usize) -> Option<usize> {
    let own = text[..at].rfind('\n').map_or(0, |end| end + 1);
    let depth = text[own..].len() - text[own..].trim_start_matches([' ', '-']).len();
    let mut next = at;
    for line in text[at..].split_inclusive('\n') {
        let (start, spaces) = (next, line.len() - line.trim_start_matches(' ').len());
        next += line.len();
        if start > at && spaces <= depth && line[spaces..].starts_with('\t') && !line.trim().is_empty() {
            return Some(start + spaces - at);
        }
    }
    None
}

/// As it is where there are no plain words.
fn in_plain_words(message: &str) -> String {
    if let Some(character) = message.strip_prefix("unexpected character: `").and_then(|rest| rest.strip_suffix('\'')) {
        // One that has to be escaped cannot stand in quotes either.
        let is_escaped = character.starts_with('\\');
        let [can, way_out] = if is_escaped { ["hold", "remove it"] } else { ["begin with", "quote it"] };
        return format!("a text cannot {can} {character}: {way_out}");
    }
    let meaning = MEANINGS.iter().find(|(said, _)| message.starts_with(said));
    meaning.map_or(message, |(_, meant)| meant).to_owned()
}

#[cfg(test)]
mod tests {
    use crate::model::yaml::Tree;

    /// What the first defect is about, up to the end of its line, and its message.
    fn defect(text: &str) -> (&str, String) {
        let (_, defects) = Tree::read(text);
        let first = defects.into_iter().next().unwrap_or_else(|| panic!("it parses: {text:?}"));
        (text[first.at..].lines().next().unwrap_or_default(), first.message)
    }

    #[test]
    fn a_fault_within_a_long_text_has_a_place_of_its_own() {
        let tab = "a tab cannot indent: use spaces";
        let escape = "an escape that does not exist: write \\\\ where a backslash is meant";
        let mark = "a line of a quoted text cannot begin so: indent it";
        for (text, message) in [
            ("key: b\n@\tz: 1\n", tab),
            ("list:\n  - a\n@\t- b\n", tab),
            ("map:\n  a: 1\r\n@\tb: 2\r\n", tab),
            ("key: b\n  \tc\n\n\t\n@\td: 1\n", tab),
            ("p: |\n@\tx\n", tab),
            ("map:\n@\ta: 1\n", tab),
            ("list:\n@\t- a\n", tab),
            ("a: 1\nmap:\n@\t\tb: 2\n", tab),
            ("a: \"é\\n \\x41 \\\\d\n  b\n  @\\d+ \\s\"\n", escape),
            ("a: \"b\n  \\u00e9 @\\x4\"\n", escape),
            ("a: \"\\uD83D\\uDE00 \n  @\\uD83D b\"\n", escape),
            ("\u{feff}a: \"\n  @\\é\"\n", escape),
            ("a: \"b\n@---\nc\"\n", mark),
            ("a: \"b\n-----\n@---\nc\"\n", mark),
            ("a: b @# c\n d: e\n", "a text cannot go on below a comment: quote it, or check the indentation"),
        ] {
            let (at, whole) = (text.find('@').expect("a mark"), text.replace('@', ""));
            let found = defect(&whole);
            assert_eq!((found.0, found.1.as_str()), (whole[at..].lines().next().unwrap_or_default(), message), "{text:?}");
        }
    }
}
