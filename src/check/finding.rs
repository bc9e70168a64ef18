//! What a check finds: one value that every output format is made from.

use super::rule::Rule;
use super::severity::Severity;
use crate::model::DocKind;
use std::ops::Range;

/// A position in a text: line and column, both 1-based, columns in characters.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct TextPosition {
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
    pub start: TextPosition,
    /// Where it ends, exclusive.
    pub end: TextPosition,
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
