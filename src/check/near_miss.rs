//! Patterns of words with one slip of the finger in them, for schemas, which cannot count letters.

use crate::model::is_one_slip;

/// A regular expression for what `word` is with one letter missing, too much, wrong, or two that changed places; never for
/// one of the `known` words. Only for words of letters, digits, `_` and `-`.
pub fn near_miss(word: &str, known: &[&str]) -> String {
    let letters: Vec<char> = word.chars().collect();
    let near = known.iter().copied().filter(|other| is_one_slip(word, other));
    let spared: Vec<&str> = std::iter::once(word).chain(near).collect();
    format!("^(?!(?:{})$)(?:{})$", spared.join("|"), slips(&letters))
}

/// What follows where everything before was right: a slip here, or the letter and a slip behind it. The word itself is among
/// them.
fn slips(letters: &[char]) -> String {
    let Some((letter, rest)) = letters.split_first() else { return ".?".to_owned() };
    let text = |letters: &[char]| letters.iter().collect::<String>();
    let swapped = match rest.split_first() {
        Some((next, rest)) if next != letter => format!("|{next}{letter}{}", text(rest)),
        _ => String::new(),
    };
    format!(".?{letter}?{}{swapped}|{letter}(?:{})", text(rest), slips(rest))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pattern_has_every_slip_and_spares_known_words() {
        assert_eq!(near_miss("ab", &["ab", "b", "other"]), "^(?!(?:ab|b)$)(?:.?a?b|ba|a(?:.?b?|b(?:.?)))$");
    }
}
