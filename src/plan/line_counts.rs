//! The lines of texts, whatever their order: how much of two texts is the same.

use crate::model::Snapshot;
use std::collections::HashMap;

/// The lines of a text with how often each occurs.
pub(super) struct LineCounts<'a>(HashMap<&'a str, usize>);

impl<'a> LineCounts<'a> {
    pub fn of(lines: impl Iterator<Item = &'a str>) -> Self {
        let mut counts = HashMap::new();
        lines.for_each(|line| *counts.entry(line).or_default() += 1);
        Self(counts)
    }

    /// What the lines that both have weigh together.
    pub fn shared(&self, other: &Self, weight: impl Fn(&str) -> usize) -> usize {
        let (small, large) = if self.0.len() < other.0.len() { (self, other) } else { (other, self) };
        small.0.iter().map(|(line, count)| weight(line) * count.min(large.0.get(line).unwrap_or(&0))).sum()
    }

    /// What all of them weigh.
    pub fn total(&self, weight: impl Fn(&str) -> usize) -> usize {
        self.0.iter().map(|(line, count)| weight(line) * count).sum()
    }
}

/// A text, to be compared with many others.
pub struct LineProfile<'a> {
    counts: LineCounts<'a>,
    lines: usize,
}

impl<'a> LineProfile<'a> {
    /// That of a text.
    pub fn of(text: &'a str) -> Self {
        let counts = LineCounts::of(text.trim_end().lines().map(str::trim_end));
        Self { lines: counts.total(|_| 1), counts }
    }

    /// How much the texts differ, from 0 (they have the same lines) to 1 (they have no line in common), whatever their order, if it
    /// is no more than `most`.
    pub fn difference(&self, other: &Self, most: f64) -> Option<f64> {
        let both = self.lines + other.lines;
        let share = |lines: usize| lines as f64 / both.max(1) as f64;
        // What one has more of is different, whatever the lines are.
        let is_near = share(self.lines.abs_diff(other.lines)) <= most;
        is_near.then(|| share(self.differing(other))).filter(|differs| *differs <= most)
    }

    fn differing(&self, other: &Self) -> usize {
        self.lines + other.lines - 2 * self.counts.shared(&other.counts, |_| 1)
    }
}

/// How much two versions differ, from 0 (they have the same lines) to 1 (they have no line in common), whatever their order;
/// none if the texts of their code are not at hand. Missing guidelines are no opinion.
pub fn difference(a: &Snapshot, b: &Snapshot) -> Option<f64> {
    let guidelines = a.guidelines.as_ref().zip(b.guidelines.as_ref());
    let (mut differing, mut all) = (0, 0);
    for (a, b) in std::iter::once((&a.code, &b.code)).chain(guidelines) {
        let [a, b] = [a.text.as_deref()?, b.text.as_deref()?].map(LineProfile::of);
        differing += a.differing(&b);
        all += a.lines + b.lines;
    }
    Some(differing as f64 / all.max(1) as f64)
}
