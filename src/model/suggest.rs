//! The known name that a misspelt one was probably meant to be. Letters count whatever their case.

use strsim::{normalized_damerau_levenshtein, osa_distance, sorensen_dice};

/// The longest name that is compared letter by letter, in characters; nobody misspells a paragraph.
const MAX_CHARS: usize = 64;

/// The candidate that differs least from `name`, if it differs by little: by case, or by one letter, or two that changed places, in four, at most
/// three. For names from a short list of which one is meant.
pub fn suggest<'a>(name: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let length = name.chars().count();
    let (lower, allowed) = (name.to_lowercase(), (length / 4).clamp(1, 3));
    let (letters, most) = (letters(&lower), u32::try_from(2 * allowed).unwrap_or(u32::MAX));
    candidates
        .into_iter()
        .filter(|candidate| *candidate != name)
        .filter_map(|candidate| {
            // A letter that is typed wrong, left out or added changes at most two bits.
            if candidate.is_ascii() && (letters ^ self::letters(candidate)).count_ones() > most {
                return None;
            }
            let other = candidate.to_lowercase();
            let distance = match lower == other {
                true => 0,
                false if length > MAX_CHARS || length.abs_diff(candidate.chars().count()) > allowed => return None,
                false => osa_distance(&lower, &other),
            };
            (distance <= allowed).then_some((distance, candidate))
        })
        .min()
        .map(|(_, candidate)| candidate)
}

/// Two names differ by one slip of the finger: a letter missing, too much or wrong, or two that changed places.
pub fn is_one_slip(name: &str, other: &str) -> bool {
    osa_distance(name, other) == 1
}

/// Which letters a name has, whatever their case; several share a bit. Tells quickly that two names have little in common.
fn letters(name: &str) -> u64 {
    name.chars().map(|c| 1 << (u32::from(c.to_ascii_lowercase()) % 64)).fold(0, |letters: u64, bit: u64| letters | bit)
}

/// The candidate that is most like `name`, the last of several, if it is like it enough. `least` is from 0 (nothing in
/// common) to 1 (equal): with 0.5 fewer than half of the letters may differ, or the words that were left out are no longer than
/// those that were typed. For names that people chose, which are longer and less alike than keys.
pub fn most_similar<'a>(name: &str, candidates: impl IntoIterator<Item = &'a str>, least: f64) -> Option<&'a str> {
    let lower = name.to_lowercase();
    candidates
        .into_iter()
        .map(|candidate| (likeness(&lower, &candidate.to_lowercase()), candidate))
        .filter(|(ratio, _)| *ratio > least)
        .max_by(|a, b| a.0.total_cmp(&b.0))
        .map(|(_, candidate)| candidate)
}

/// Slips of the finger count letters; words that are left out, pairs of letters.
fn likeness(name: &str, other: &str) -> f64 {
    match name.is_empty() || other.is_empty() {
        true => 0.0,
        false => normalized_damerau_levenshtein(name, other).max(sorensen_dice(name, other)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_close_names_are_suggested() {
        let known = ["valid_classes", "class", "classes", "Classifier"];
        for (name, expected) in [
            ("valid_clases", Some("valid_classes")),
            ("clas", Some("class")),
            ("calss", Some("class")),
            ("classifier", Some("Classifier")),
            ("graph", None),
            ("", None),
        ] {
            assert_eq!(suggest(name, known), expected, "{name}");
        }
        assert_eq!(suggest(&"x".repeat(10_000), known), None);
    }

    #[test]
    fn names_of_few_common_letters_are_still_compared_where_few_differ() {
        for (name, known) in [("abcd", "abce"), ("Straße1", "Strase1"), ("İd_number", "id_number"), ("KEYS", "keyz")] {
            assert_eq!(suggest(name, [known]), Some(known), "{name}");
        }
    }

    #[test]
    fn the_most_similar_name_wins_if_it_is_similar_at_all() {
        let known = ["Greeting and Name", "Sales", "sales", "Tone of voice"];
        for (name, expected) in [
            ("Greetings and Name", Some("Greeting and Name")),
            ("greeting", Some("Greeting and Name")),
            ("Slaes", Some("sales")),
            ("Sale", Some("sales")),
            ("tone", None),
            ("", None),
        ] {
            assert_eq!(most_similar(name, known, 0.5), expected, "{name}");
        }
        assert_eq!(most_similar("x", [""], 0.5), None);
    }
}
