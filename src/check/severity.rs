//! How much a finding matters; what a rule says of itself and what settings may change.

/// How much a finding matters.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Severity {
    /// It will not work.
    Error,
    /// It may not do what was meant.
    Warning,
    /// Good to know.
    Info,
}

impl Severity {
    /// As it is written in settings and reports.
    pub fn word(self) -> &'static str {
        match self {
            Self::Error => "error",
            Self::Warning => "warning",
            Self::Info => "info",
        }
    }
}
