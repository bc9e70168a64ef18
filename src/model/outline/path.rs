//! The place of a part in its document, and how it is written for people.

use std::fmt;

/// The longest name that is written whole, in characters.
const MOST_NAME: usize = 48;

/// The names of the parts that lead to a part; empty for the document itself.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Path<'a>(Vec<&'a str>);

impl<'a> Path<'a> {
    /// The path of a part in this one.
    pub fn join(&self, name: &'a str) -> Self {
        Self(self.0.iter().copied().chain([name]).collect())
    }

    /// The part alone, without what leads to it.
    pub fn last(&self) -> Self {
        Self(self.0.last().copied().into_iter().collect())
    }

    /// The document itself.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

/// As keys are written: `graph[0].prompt`. Long names are cut, and what a terminal would obey is taken out.
impl fmt::Display for Path<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (at, name) in self.0.iter().enumerate() {
            let tame = short(name);
            if at > 0 && !name.starts_with('[') {
                f.write_str(".")?;
            }
            f.write_str(if name.is_empty() { "\"\"" } else { &tame })?;
        }
        Ok(())
    }
}

fn short(name: &str) -> String {
    let tame = |c: char| if c.is_control() { '\u{fffd}' } else { c };
    if name.chars().count() <= MOST_NAME {
        return name.chars().map(tame).collect();
    }
    let end = if name.ends_with(']') { "…]" } else { "…" };
    name.chars().take(MOST_NAME - end.chars().count()).map(tame).chain(end.chars()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn long_and_hostile_names_are_cut_and_tamed() {
        let (long, item) = ("k".repeat(60), format!("[{}]", "n".repeat(60)));
        let shown = Path::default().join("a\u{1b}[2J").join(&item).join(&long).to_string();
        assert_eq!(shown, format!("a\u{fffd}[2J[{}…].{}…", "n".repeat(45), "k".repeat(47)));
    }
}
