//! What a check finds: one value that every output format is made from.

use super::rule::Rule;
use crate::model::DocKind;
use std::ops::Range;

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

/// A place in a text: line and column, both 1-based, columns in characters.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Place {
    /// 1-based.
    pub line: usize,
    /// 1-based, in characters.
    pub column: usize,
}

/// A safe edit that ends a finding.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fix {
    /// The bytes of the checked text to replace.
    pub range: Range<usize>,
    /// What to put there.
    pub replacement: String,
}

/// One thing that a check found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// The rule; its code is stable.
    pub rule: Rule,
    /// How much it matters, as the rule set says.
    pub severity: Severity,
    /// In which document.
    pub kind: DocKind,
    /// Where it begins.
    pub start: Place,
    /// Where it ends, exclusive.
    pub end: Place,
    /// What is wrong, without a full stop.
    pub message: String,
    /// What to do about it, in one line.
    pub fix: String,
    /// An edit that does it, where that is safe.
    pub fix_text: Option<Fix>,
}

impl Finding {
    /// It will not work.
    pub fn is_error(&self) -> bool {
        self.severity == Severity::Error
    }
}
