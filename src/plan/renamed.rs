//! Which files look like scores whose own files are gone: a rename that a person made here. Only offered, never acted on:
//! file names come from Plexus.

use super::line_counts::LineCounts;
use std::collections::HashSet;

/// Below this, in percent, a file is another one.
const LEAST: u8 = 60;

/// Pairs `missing` documents with `found` ones that look like them, each at most once, the most alike first: places in both
/// lists and how much of the text is the same, in percent. 100 is for identical texts only. Takes time in proportion to
/// the texts and to the number of pairs.
pub fn look_alikes(missing: &[&str], found: &[&str]) -> Vec<(usize, usize, u8)> {
    let missing: Vec<WeighedText<'_>> = missing.iter().map(|text| WeighedText::of(text)).collect();
    let found: Vec<WeighedText<'_>> = found.iter().map(|text| WeighedText::of(text)).collect();
    let mut pairs: Vec<(u8, usize, usize)> = Vec::new();
    for (at, one) in missing.iter().enumerate() {
        let alike = found.iter().enumerate().map(|(other_at, other)| (one.alike(other), at, other_at));
        pairs.extend(alike.filter(|(percent, ..)| *percent >= LEAST));
    }
    pairs.sort_by_key(|(percent, at, other)| (u8::MAX - percent, *at, *other));
    let (mut taken, mut given) = (HashSet::new(), HashSet::new());
    pairs.retain(|(_, at, other)| {
        let free = !taken.contains(at) && !given.contains(other);
        free && taken.insert(*at) && given.insert(*other)
    });
    pairs.into_iter().map(|(percent, at, other)| (at, other, percent)).collect()
}

/// A text, its lines and what they weigh.
struct WeighedText<'a> {
    text: &'a str,
    lines: LineCounts<'a>,
    bytes: usize,
}

impl<'a> WeighedText<'a> {
    fn of(text: &'a str) -> Self {
        let lines = LineCounts::of(text.lines());
        Self { text, bytes: lines.total(weight), lines }
    }

    /// The share of both texts that stands in lines that both have, in percent.
    fn alike(&self, other: &Self) -> u8 {
        if self.text == other.text {
            return 100;
        }
        let percent = self.lines.shared(&other.lines, weight) * 200 / (self.bytes + other.bytes).max(1);
        u8::try_from(percent).unwrap_or(u8::MAX).min(99)
    }
}

/// A line with its end, so that blank lines count a little.
fn weight(line: &str) -> usize {
    line.len() + 1
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_most_alike_are_paired_and_each_only_once() {
        let tone = "name: Tone\nclass: Classifier\nmodel: large\nprompt: is it polite?\n";
        let edited = "name: Tone\nclass: Classifier\nmodel: large\nprompt: is it kind?\n";
        let other = "name: Greeting\nsomething: else\nentirely: yes\n";
        assert_eq!(look_alikes(&[tone], &[other, tone]), [(0, 1, 100)]);
        assert_eq!(look_alikes(&[tone, edited], &[edited, tone]), [(0, 1, 100), (1, 0, 100)]);
        let [(0, 0, percent)] = look_alikes(&[tone], &[edited])[..] else { panic!("a pair") };
        assert!((LEAST..100).contains(&percent), "{percent}");
        assert_eq!(look_alikes(&[tone, tone], &[edited]).len(), 1);
        let long: String = (0..40).map(|line| format!("line {line:02}\n")).collect();
        let [near, nearer] =
            [long.replace("line 38", "Line 38").replace("line 39", "Line 39"), long.replace("line 00", "Line 00")];
        assert_eq!(look_alikes(&[&long], &[&near, &nearer]), [(0, 1, 97)]);
        assert_eq!(
            look_alikes(&[&long, &nearer], &[&long, &near]),
            [(0, 0, 100), (1, 1, 92)],
            "the next best, where the best is taken"
        );
        assert_eq!(look_alikes(&[tone], &[other]), []);
        assert_eq!(look_alikes(&[""], &["\n\n"]), []);
        // The same lines in another order are not the same text.
        assert_eq!(look_alikes(&["a\nb\n"], &["b\na\n"]), [(0, 0, 99)]);
    }
}
