//! [`Progress`]: how far long work has come, for whoever shows it. Knows no terminal and no work.

/// What the work consists of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stage {
    /// Versions are read from the dashboard.
    Reading,
    /// Files are written.
    Writing,
    /// Versions are created in the dashboard.
    Pushing,
    /// Versions are made champion.
    Promoting,
}

/// Told how far long work has come.
pub trait Progress: Send + Sync {
    /// `done` of the `of` parts of `stage` are finished. Parts that run at once may report out of order.
    fn step(&self, stage: Stage, done: usize, of: usize);
}

/// Shows nothing.
#[derive(Clone, Copy, Debug, Default)]
pub struct Quiet;

impl Progress for Quiet {
    fn step(&self, _: Stage, _: usize, _: usize) {}
}
