//! The scores that a score may name. Says nothing of where they are named.

use std::collections::BTreeSet;

/// The names of all scores of a scorecard.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ScoreNames(BTreeSet<String>);

impl ScoreNames {
    /// Whether a score has this name.
    pub fn contains(&self, name: &str) -> bool {
        self.0.contains(name)
    }

    /// The names, in alphabetical order.
    pub fn iter(&self) -> impl Iterator<Item = &str> {
        self.0.iter().map(String::as_str)
    }
}

impl FromIterator<String> for ScoreNames {
    fn from_iter<T: IntoIterator<Item = String>>(names: T) -> Self {
        Self(names.into_iter().collect())
    }
}
