//! What there is to say about a saved score: the findings of `check`, with their places. It only reads the two files.

use crate::check::{Finding, RuleSet, ScoreNames, Severity, Texts, score};
use crate::engine::session::Session;
use crate::model::{Catalog, DocKind, ScoreId, ScorePaths};

/// Something about a file, at a place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Remark {
    /// `file:line:col`.
    pub place: String,
    /// How much it matters.
    pub severity: Severity,
    /// The code of the rule, if it is one of `check`.
    pub rule: Option<&'static str>,
    /// What is wrong.
    pub message: String,
    /// The score is not pushed until it is mended.
    pub holds: bool,
}

impl Remark {
    /// What keeps a score from being pushed; `fault` is `file:line:col: what`.
    pub fn of_fault(fault: &str) -> Self {
        let is_end = |at: &usize| fault[..*at].ends_with(|c: char| c.is_ascii_digit());
        let end = fault.match_indices(": ").map(|(at, _)| at).find(is_end).unwrap_or(fault.len());
        let (place, message) = fault.split_at(end);
        let message = message.trim_start_matches(": ").to_owned();
        Self { place: place.to_owned(), severity: Severity::Error, rule: None, message, holds: true }
    }
}

/// The errors and warnings that `check` has for the files of a score, code first. References to other scores are looked up
/// in the catalog; what the files of a whole scorecard say about each other is not looked at.
pub(super) fn remarks(here: &Session, id: &ScoreId, paths: &ScorePaths, catalog: &Catalog, rules: &RuleSet) -> Vec<Remark> {
    let text = |path| here.workspace.read_text(path).ok().and_then(|file| file.content.text);
    let (code, guidelines) = (text(&paths.code), text(&paths.guidelines));
    let texts = Texts { code: code.as_deref(), guidelines: guidelines.as_deref() };
    let found = score(texts, Some(&names(catalog, id)), rules);
    let matters = |finding: &Finding| finding.severity != Severity::Info;
    found.into_iter().filter(matters).map(|finding| remark(here, paths, finding)).collect()
}

fn remark(here: &Session, paths: &ScorePaths, finding: Finding) -> Remark {
    let file = if finding.kind == DocKind::Code { &paths.code } else { &paths.guidelines };
    let file = file.under(&here.config.shown_root);
    Remark {
        place: format!("{}:{}:{}", file.display(), finding.start.line, finding.start.column),
        severity: finding.severity,
        rule: Some(finding.rule.code()),
        message: finding.message,
        holds: false,
    }
}

/// The names of the scores of a score's scorecard.
fn names(catalog: &Catalog, id: &ScoreId) -> ScoreNames {
    let card = catalog.scores.iter().find(|score| score.id == *id).map(|score| &score.scorecard_id);
    catalog.scores.iter().filter(|score| Some(&score.scorecard_id) == card).map(|score| score.name.clone()).collect()
}
