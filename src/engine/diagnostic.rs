//! [`Diagnostic`]: what is wrong with a file, at its place. One value for `check`, the commit hook, `watch` and edits that
//! cannot be pushed; `cli` words it.

use crate::check::{Finding, Rule, Severity, TextPosition};
use crate::model::{Fault, RelPath, ScorePaths, VersionId};
use crate::workspace::FileError;

/// What is wrong with a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Diagnostic {
    /// The file, from the scorecards root.
    pub path: RelPath,
    /// Where it begins; none where it is about the file as a whole.
    pub start: Option<TextPosition>,
    /// How much it matters.
    pub severity: Severity,
    /// What it is.
    pub cause: Cause,
    /// The score cannot be pushed before it is fixed.
    pub blocks_push: bool,
}

/// What a [`Diagnostic`] is about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Cause {
    /// A rule of `check` is broken.
    Finding(Box<Finding>),
    /// The document cannot be pushed as it is.
    Fault(Fault),
    /// The bytes are not UTF-8 from here on.
    NotText,
    /// The file cannot be read.
    Unreadable(FileError),
    /// The dashboard has a champion that the file does not come from.
    Behind(VersionId),
}

impl Diagnostic {
    /// What a check found in the file `path`.
    pub(in crate::engine) fn of_finding(path: RelPath, finding: Finding) -> Self {
        Self {
            path,
            start: Some(finding.start),
            severity: finding.severity,
            blocks_push: finding.rule.blocks_push(),
            cause: Cause::Finding(Box::new(finding)),
        }
    }

    /// What keeps one of the files at `paths` from being pushed.
    pub fn of_fault(paths: &ScorePaths, fault: &Fault) -> Self {
        Self {
            path: paths.get(fault.kind).clone(),
            start: Some(TextPosition { line: fault.line, column: fault.column }),
            severity: Severity::Error,
            cause: Cause::Fault(fault.clone()),
            blocks_push: true,
        }
    }

    /// A file that cannot be read.
    pub(in crate::engine) fn of_unreadable(path: RelPath, error: FileError) -> Self {
        let (start, cause) = match error {
            FileError::NotUtf8 { line, column, .. } => (Some(TextPosition { line, column }), Cause::NotText),
            error => (None, Cause::Unreadable(error)),
        };
        Self { path, start, severity: Severity::Error, cause, blocks_push: true }
    }

    /// The rule that is broken, if it is one of `check`.
    pub fn rule(&self) -> Option<Rule> {
        self.finding().map(|finding| finding.rule)
    }

    /// What a check found, if it is that.
    pub fn finding(&self) -> Option<&Finding> {
        if let Cause::Finding(finding) = &self.cause { Some(finding) } else { None }
    }

    /// It will not work.
    pub fn is_error(&self) -> bool {
        self.severity == Severity::Error
    }
}
