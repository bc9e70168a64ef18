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
    // Each of the words has one of these; most texts of a score are words that have none.
    if !text.bytes().any(|byte| matches!(byte, b'T' | b'F' | b' ' | b'<')) {
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
        assert_eq!(found("a todo list, TODOS, MASTODON, mañana TBD."), ["TBD"]);
    }
}
