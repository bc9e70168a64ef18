//! The known name that a misspelt one was probably meant to be.

/// Longer names are compared only if they are equal but for case; nobody misspells a paragraph.
const MAX_CHARS: usize = 64;

/// The candidate that differs least from `name`, if it differs by little: by case, or one letter in four.
pub fn suggest<'a>(name: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let length = name.chars().count();
    let (lower, allowed) = (name.to_lowercase(), (length / 4).clamp(1, 3));
    candidates
        .into_iter()
        .filter(|candidate| *candidate != name)
        .filter_map(|candidate| {
            let other = candidate.to_lowercase();
            let distance = match lower == other {
                true => 0,
                false if length > MAX_CHARS || length.abs_diff(candidate.chars().count()) > allowed => return None,
                false => distance(&lower, &other),
            };
            (distance <= allowed).then_some((distance, candidate))
        })
        .min()
        .map(|(_, candidate)| candidate)
}

/// How many letters must be added, dropped or changed.
fn distance(a: &str, b: &str) -> usize {
    let b: Vec<char> = b.chars().collect();
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (i, x) in a.chars().enumerate() {
        let mut diagonal = std::mem::replace(&mut row[0], i + 1);
        for (j, &y) in b.iter().enumerate() {
            let changed = diagonal + usize::from(x != y);
            diagonal = row[j + 1];
            row[j + 1] = changed.min(diagonal + 1).min(row[j] + 1);
        }
    }
    row[b.len()]
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
            ("classifier", Some("Classifier")),
            ("graph", None),
            ("", None),
        ] {
            assert_eq!(suggest(name, known), expected, "{name}");
        }
        assert_eq!(suggest(&"x".repeat(10_000), known), None);
    }
}
