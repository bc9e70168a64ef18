//! Where YAML leaves a bracket or a quote open. Parsers read on, and stumble over what stands some lines below.

/// What is written at the start of a value and must be closed, such as `[`, with its byte offset.
pub type Opening = (usize, char);

/// The last of `opened` (in document order) that is not closed before the `error`: behind it a line begins with a new key or
/// list item, no deeper than the line of its own.
pub fn unclosed(text: &str, opened: &[Opening], error: usize) -> Option<Opening> {
    let end = text[error..].find('\n').map_or(text.len(), |at| error + at);
    // A parser may put an error before what it has read already.
    opened.iter().rev().copied().filter(|(at, _)| *at < error).find(|(at, sign)| {
        let is_closed_quote = !"[{".contains(*sign) && text[at + 1..end].lines().next().is_some_and(|rest| rest.contains(*sign));
        let own = text[..*at].rfind('\n').map_or(0, |at| at + 1);
        let depth = text[own..].len() - text[own..].trim_start_matches([' ', '-']).len();
        !is_closed_quote && text[*at..end].lines().skip(1).any(|line| depth_of(line) <= depth && begins_entry(line.trim_start()))
    })
}

fn depth_of(line: &str) -> usize {
    line.len() - line.trim_start_matches(' ').len()
}

/// It looks like `key: value`, `key:` or `- item`.
fn begins_entry(line: &str) -> bool {
    let is_key = |(key, rest): (&str, &str)| {
        let is_plain = key.chars().all(|c| c.is_alphanumeric() || matches!(c, '_' | '-' | ' '));
        !key.is_empty() && is_plain && (rest.is_empty() || rest.starts_with(char::is_whitespace))
    };
    line.starts_with("- ") || line.split_once(':').is_some_and(is_key)
}

#[cfg(test)]
mod tests {
    use crate::model::yaml::Tree;

    /// What the first defect is about, up to the end of its line, and its message.
    fn defect(text: &str) -> (&str, String) {
        let (_, defects) = Tree::read(text);
        let first = defects.into_iter().next().expect("it does not parse");
        (text[first.at..].lines().next().unwrap_or_default(), first.message)
    }

    #[test]
    fn a_bracket_is_reported_where_it_opens() {
        for text in [
            "a: @[1, 2\nb:\n  - c: d\n",
            "a: @[1, 2\nb: c\nd: e\n",
            "a: @[\nb: c\nd: e\n",
            "a: @{x: 1\nb: c\n",
            "a: @{x: 1,\n  y: 2\nb: c\n",
            "a: @{x: 1,\nb: c\nd: [e, f\n",
            "a: {x: @[1, 2\nb: c\nd: e\n",
            "a:\n  - b: @[1, 2\n    c: d\n    e: f\n",
            "a:\n- b: @{x: 1\n  c: d\n",
            "a:\n  - @[1, 2\n  - c: d\n",
            "a: @[1, 2\n",
            "a: @[\"x\", 'y'\nb: \"c\"\nd: e\n",
        ] {
            let (at, whole) = (text.find('@').expect("a mark"), text.replace('@', ""));
            let (found, message) = defect(&whole);
            let rest = whole[at..].lines().next().unwrap_or_default();
            assert_eq!((found, message.as_str()), (rest, format!("unclosed bracket '{}'", &rest[..1]).as_str()), "{text:?}");
        }
    }

    #[test]
    fn a_quote_is_reported_where_it_opens() {
        for text in ["a: @\"x\nb: \"c\"\n", "a: @'x\nb: 'c'\nd: e\n", "a:\n  - b: @\"x\n    c: \"d\"\n", "a: @\"x\nb: c\n"] {
            let (at, whole) = (text.find('@').expect("a mark"), text.replace('@', ""));
            assert_eq!(defect(&whole), (whole[at..].lines().next().unwrap_or_default(), "unclosed quote".to_owned()), "{text:?}");
        }
    }

    #[test]
    fn a_key_in_quotes_is_no_open_quote() {
        for text in ["  e: [1,\n\"w\": 1\n...\n- name: r\n", "\"a\": [1\n\"b\": 2\n", "\"a\": b\n'c': d: e\n"] {
            assert_ne!(defect(text).1, "unclosed quote", "{text:?}");
        }
    }

    #[test]
    fn what_is_closed_is_not_blamed() {
        for (text, found) in [
            ("a: [1, 2]\nb: c: d\n", ": d"),
            ("a: [\n  1,\n  b: c: d\n]\n", ": d"),
            ("a: 'it's'\nb: c\n", "s'"),
            ("a: [1, 2}\n", "[1, 2}"),
            ("a: \"x\n  y\" z\nb: c\n", "z"),
        ] {
            let (at, message) = defect(text);
            assert!(at.starts_with(&found[..1]) && !message.starts_with("unclosed"), "{text:?}: {at:?} {message}");
        }
    }
}
