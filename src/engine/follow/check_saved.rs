//! Checks files that were saved: the findings of `check`. It only reads the two files of a score.

use crate::check::{RuleSet, ScoreNames, Severity, Texts, score};
use crate::engine::diagnostic::Diagnostic;
use crate::engine::session::Session;
use crate::model::{Catalog, ScoreId, ScorePaths};

/// The errors and warnings that `check` has for the files of a score, code first. References to other scores are looked up
/// in the catalog; what the files of a whole scorecard say about each other is not looked at.
pub(super) fn check_saved(
    here: &Session,
    id: &ScoreId,
    paths: &ScorePaths,
    catalog: &Catalog,
    rules: &RuleSet,
) -> Vec<Diagnostic> {
    let text = |path| here.workspace.read_text(path).ok().and_then(|file| file.content.text);
    let (code, guidelines) = (text(&paths.code), paths.guidelines.as_ref().and_then(text));
    let texts = Texts { code: code.as_deref(), guidelines: guidelines.as_deref() };
    let found = score(texts, Some(&names(catalog, id)), rules).into_iter();
    let found = found.filter(|finding| finding.severity != Severity::Info);
    found.map(|finding| Diagnostic::of_finding(paths.get(finding.kind).clone(), finding)).collect()
}

/// The names of the scores of a score's scorecard.
fn names(catalog: &Catalog, id: &ScoreId) -> ScoreNames {
    let card = catalog.scores.iter().find(|score| score.id == *id).map(|score| &score.scorecard_id);
    catalog.scores.iter().filter(|score| Some(&score.scorecard_id) == card).map(|score| score.name.clone()).collect()
}
