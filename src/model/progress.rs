//! [`Progress`]: how far long work has come, for whoever shows it. Knows no terminal and no work.

/// What the work consists of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ProgressStage {
    /// Versions are read from the dashboard.
    ReadingVersions,
    /// What was planned is carried out.
    Executing,
}

/// Told how far long work has come. Any function of the same three arguments is one.
pub trait Progress: Send + Sync {
    /// `done` of the `of` parts of `stage` are finished. Parts that run at once may report out of order.
    fn report(&self, stage: ProgressStage, done: usize, of: usize);
}

impl<F: Fn(ProgressStage, usize, usize) + Send + Sync> Progress for F {
    fn report(&self, stage: ProgressStage, done: usize, of: usize) {
        self(stage, done, of);
    }
}
