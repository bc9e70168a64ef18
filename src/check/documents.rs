//! The one way to the rules: the documents of a score go to those of scores, one that stands for itself to its own.

use super::finding::Finding;
use super::rule::RuleSet;
use super::score::{Texts, score};
use super::score_names::ScoreNames;
use super::standalone::{KnownCatalog, standalone};
use crate::model::DocKind;

/// Everything that the rules find in the documents of one score, or in one that stands for itself; the main document first,
/// each by place.
///
/// Without `names` references to other scores are not looked at.
///
/// # Examples
///
/// ```
/// use scoresync::check::{KnownCatalog, RuleSet, documents};
/// use scoresync::model::{Catalog, DocKind};
///
/// let known = KnownCatalog { catalog: &Catalog::default(), is_whole: true };
/// let texts = [(DocKind::DataSource, "class: FeedbackItems\nscorecard: QA\nscore: Tone\ndays: 0\n")];
/// let findings = documents(&texts, None, known, &RuleSet::default());
/// assert_eq!((findings[0].rule.code(), findings[0].start.line), ("feedback-items", 4));
/// ```
pub fn documents(
    texts: &[(DocKind, &str)],
    names: Option<&ScoreNames>,
    known: KnownCatalog<'_>,
    rules: &RuleSet,
) -> Vec<Finding> {
    let text = |wanted| texts.iter().find(|(kind, _)| *kind == wanted).map(|(_, text)| *text);
    let of_score = Texts { code: text(DocKind::Code), guidelines: text(DocKind::Guidelines) };
    let mut findings = score(of_score, names, rules);
    findings.extend(texts.iter().flat_map(|(kind, text)| standalone(*kind, text, known, rules)));
    findings
}
