//! Placeholder text that somebody forgot to replace.

use super::prose::{Prose, scalars};
use crate::check::collector::Collector;
use crate::check::rule::Rule;
use crate::model::yaml::Tree;
use std::ops::Range;

/// Words of placeholders, and whether they count only in this case.
const WORDS: [(&str, bool); 6] =
    [("TODO", true), ("FIXME", true), ("TBD", true), ("lorem ipsum", false), ("[to be filled", false), ("<placeholder", false)];

/// Looks for placeholders in every text of the code but in programs, where a TODO is a programmer's own note.
pub fn check(tree: &Tree<'_>, collector: &mut Collector<'_>) {
    for (id, _) in scalars(tree).filter(|(_, is_program)| !is_program) {
        if let Some(prose) = Prose::of(tree, id) {
            for (at, word) in placeholders(prose.text) {
                add(prose.place(at), word, collector);
            }
        }
    }
}

/// The finding for one placeholder.
pub fn add(at: Range<usize>, word: &str, collector: &mut Collector<'_>) {
    collector.add(Rule::Placeholder, at, format!("{word:?} is only a placeholder"), "write what is meant, or remove it");
}

/// Where placeholders are, by word and then by position.
pub fn placeholders(text: &str) -> Vec<(Range<usize>, &str)> {
    let mut found = Vec::new();
    if !may_have(text.as_bytes()) {
        return found;
    }
    let lower = text.to_ascii_lowercase();
    for (word, exact) in WORDS {
        let haystack = if exact { text } else { &lower };
        for (at, _) in haystack.match_indices(word) {
            let end = at + word.len();
            if is_word(text, at, end) {
                found.push((at..end, &text[at..end]));
            }
        }
    }
    found
}

/// Three letters of one of the words stand somewhere; in most texts they do not. The whole text is looked at, without an early
/// end and without branches: so a processor compares many bytes at once.
fn may_have(text: &[u8]) -> bool {
    let (second, third) = (text.get(1..).unwrap_or_default(), text.get(2..).unwrap_or_default());
    let begins = |((a, b), c): ((&u8, &u8), &u8)| {
        let (any_b, any_c) = (b | 0x20, c | 0x20);
        (*a == b'T') & (*b == b'O') & (*c == b'D')
            | (*a == b'F') & (*b == b'I') & (*c == b'X')
            | (*a == b'T') & (*b == b'B') & (*c == b'D')
            | (*a == b' ') & (any_b == b'i') & (any_c == b'p')
            | (*a == b'[') & (any_b == b't') & (any_c == b'o')
            | (*a == b'<') & (any_b == b'p') & (any_c == b'l')
    };
    text.iter().zip(second).zip(third).fold(false, |any, three| any | begins(three))
}

fn is_word(text: &str, start: usize, end: usize) -> bool {
    let joins = |c: char| c.is_alphanumeric() || c == '_';
    !text[..start].ends_with(joins) && !text[end..].starts_with(joins)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_whole_words_count() {
        let found = |text| placeholders(text).into_iter().map(|(_, word)| word.to_owned()).collect::<Vec<_>>();
        assert_eq!(found("TODO: x. Lorem Ipsum dolor"), ["TODO", "Lorem Ipsum"]);
        assert_eq!(
            found("[To be filled] <PLACEHOLDER> FIXME TODO TODO"),
            ["TODO", "TODO", "FIXME", "[To be filled", "<PLACEHOLDER"]
        );
        for (word, _) in WORDS {
            assert_eq!(found(word), [word], "each is seen at first sight");
        }
        assert_eq!(found("a todo list, TODOS, MASTODON, mañana TBD."), ["TBD"]);
    }
}
