//! Checks files that were saved: the findings of `check`. It only reads the files of one score, or a standalone document.

use super::path_index::PathIndex;
use crate::check::{KnownCatalog, RuleSet, Severity, documents};
use crate::engine::diagnostic::Diagnostic;
use crate::engine::session::Session;
use crate::model::{DocKind, ScoreId, ScorePaths};
use crate::workspace::{FileError, FileReader};

/// The errors and warnings that `check` has for the files of a score, code first, or for a standalone document. References to other
/// scores are looked up in the catalog; what the files of a whole scorecard say about each other is not looked at.
pub(super) fn check_saved(
    here: &Session,
    files: Option<&FileReader<'_>>,
    id: &ScoreId,
    paths: &ScorePaths,
    path_index: &PathIndex,
    rules: &RuleSet,
) -> Vec<Diagnostic> {
    let (mut texts, mut found) = (Vec::new(), Vec::new());
    for (kind, path) in paths.documents() {
        match files.map(|files| files.text(path)) {
            Some(Ok(text)) => texts.push((kind, text)),
            None | Some(Err(FileError::NotFound(_))) => {}
            Some(Err(error)) => found.push(Diagnostic::of_unreadable(path.clone(), error)),
        }
    }
    let texts: Vec<(DocKind, &str)> = texts.iter().map(|(kind, text)| (*kind, &**text)).collect();
    let known = KnownCatalog { catalog: path_index.catalog(), is_whole: here.config.scorecards.is_empty() };
    let findings = documents(&texts, Some(&path_index.names_around(id)), known, rules).into_iter();
    let findings = findings.filter(|finding| finding.severity != Severity::Info);
    found.extend(findings.map(|finding| Diagnostic::of_finding(paths.get(finding.kind).clone(), finding)));
    found
}
