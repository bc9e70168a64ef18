//! What was tried, counted.

use std::collections::BTreeMap;
use std::fmt;

/// Counts by name.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Tally {
    pub worlds: u64,
    /// Worlds with standalone documents.
    pub with_documents: u64,
    pub steps: u64,
    pub commands: u64,
    pub texts: u64,
    pub versions: u64,
    pub acts: BTreeMap<String, u64>,
    pub faults: BTreeMap<String, u64>,
}

impl Tally {
    pub fn act(&mut self, name: String) {
        *self.acts.entry(name).or_default() += 1;
    }

    pub fn fault(&mut self, name: &str) {
        *self.faults.entry(name.to_owned()).or_default() += 1;
    }

    pub fn add(&mut self, other: &Self) {
        self.worlds += other.worlds;
        self.with_documents += other.with_documents;
        self.steps += other.steps;
        self.commands += other.commands;
        self.texts += other.texts;
        self.versions += other.versions;
        for (sum, part) in [(&mut self.acts, &other.acts), (&mut self.faults, &other.faults)] {
            part.iter().for_each(|(name, count)| *sum.entry(name.clone()).or_default() += count);
        }
    }
}

impl fmt::Display for Tally {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { worlds, with_documents, steps, commands, texts, versions, acts, faults } = self;
        write!(f, "{worlds} worlds, {with_documents} of them with documents, {steps} steps, ")?;
        writeln!(f, "{commands} commands, {texts} texts replaced and kept, {versions} versions")?;
        for (what, counts) in [("steps", acts), ("faults", faults)] {
            let all: u64 = counts.values().sum();
            writeln!(f, "{what}: {all}")?;
            counts.iter().try_for_each(|(name, count)| writeln!(f, "  {name}: {count}"))?;
        }
        Ok(())
    }
}
