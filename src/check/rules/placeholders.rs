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
    let begins = |byte: &u8| matches!(byte, b'T' | b'F' | b'l' | b'L' | b'[' | b'<');
    let starts = text.bytes().enumerate().filter(|(_, byte)| begins(byte)).map(|(at, _)| at);
    let mut found: Vec<(usize, Range<usize>)> = starts.filter_map(|at| placeholder(text, at)).collect();
    found.sort_by_key(|(word, range)| (*word, range.start));
    found.into_iter().map(|(_, range)| (range.clone(), &text[range])).collect()
}

/// The number of the word that stands at a place, and where it ends.
fn placeholder(text: &str, at: usize) -> Option<(usize, Range<usize>)> {
    let is_here = |(word, exact): &(&str, bool)| {
        let here = text.as_bytes().get(at..at + word.len());
        here.is_some_and(|here| if *exact { here == word.as_bytes() } else { here.eq_ignore_ascii_case(word.as_bytes()) })
    };
    let word = WORDS.iter().position(is_here)?;
    let end = at + WORDS[word].0.len();
    is_word(text, at, end).then_some((word, at..end))
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
        assert_eq!(found("a todo list, TODOS, MASTODON, mañana TBD."), ["TBD"]);
    }
}
