//! Patterns of words with one slip of the finger in them, for schemas, which cannot count letters.

/// A regular expression for what `word` is with one letter missing, too much, wrong, or two that changed places; never for
/// one of the `known` words. Only for words of letters, digits, `_` and `-`.
pub fn near_miss(word: &str, known: &[&str]) -> String {
    let letters: Vec<char> = word.chars().collect();
    let text = |part: &[char]| part.iter().collect::<String>();
    let mut ways = Vec::new();
    for at in 0..=letters.len() {
        let (before, after) = letters.split_at(at);
        ways.push(format!("{}.{}", text(before), text(after)));
        let Some((&letter, rest)) = after.split_first() else { continue };
        ways.push(text(before) + &text(rest));
        ways.push(format!("{}[^{letter}]{}", text(before), text(rest)));
        if let Some((&next, rest)) = rest.split_first().filter(|(next, _)| **next != letter) {
            ways.push(format!("{}{next}{letter}{}", text(before), text(rest)));
        }
    }
    format!("^(?!(?:{})$)(?:{})$", known.join("|"), ways.join("|"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pattern_has_every_slip_and_spares_known_words() {
        assert_eq!(near_miss("ab", &["ab", "b"]), "^(?!(?:ab|b)$)(?:.ab|b|[^a]b|ba|a.b|a|a[^b]|ab.)$");
    }
}
