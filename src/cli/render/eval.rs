//! What was measured of the versions of scores.

use super::evaluation::{self, side_by_side, summary, verdict};
use super::fields;
use super::relative_time::Clock;
use super::table::{beside, paragraph};
use super::view::View;
use crate::cli::text::{counted, how_to_evaluate, plain};
use crate::cli::ui::{BOLD, DIM, GREEN, YELLOW, padded};
use crate::engine::{EvaluatedVersion, Misjudged, ScoreEvaluations, VersionRole};
use crate::model::Evaluation;
use crate::remote::{EvaluatedAnswer, RemoteError};
use serde_json::{Value, json};
use std::path::Path;

/// Columns before what is said of an evaluation.
const HEAD: usize = 23;

/// A line for each evaluation below its version; with `full` the figures of the one that speaks for the version in question.
pub fn text(view: View<'_>, clock: &Clock, scores: &[ScoreEvaluations], full: bool) -> String {
    let told = scores.iter().filter(|score| full || view.verbose || is_evaluated(score));
    let mut text: String = told.map(|score| one(view, clock, score, full) + "\n").collect();
    if !full {
        let evaluated = scores.iter().filter(|score| is_evaluated(score)).count();
        text += &format!("{}: {evaluated} with evaluations\n", counted(scores.len(), "score"));
    }
    text
}

fn is_evaluated(score: &ScoreEvaluations) -> bool {
    score.versions.iter().any(|version| version.evaluations.as_ref().map_or(true, |all| !all.is_empty()))
}

fn one(view: View<'_>, clock: &Clock, score: &ScoreEvaluations, full: bool) -> String {
    let report = &score.score;
    let mut text = paragraph(view, BOLD, &format!("{}/{}", report.scorecard, report.name));
    score.versions.iter().for_each(|version| text += &version_lines(view, clock, version, score.gate.least_items()));
    if let Some(comparison) = score.comparison() {
        if full {
            text += &side_by_side(view, clock, &comparison);
        } else {
            let (words, style) = verdict(&comparison);
            text += &beside("  ", 2, &view.styler.apply(style, words), view.width);
        }
    }
    if let Some(table) = score.shown().and_then(|one| one.details.as_ref()?.confusion.as_ref()).filter(|_| full) {
        text += &evaluation::confusion(view.styler, table);
    }
    score.misjudged.iter().for_each(|found| text += &misjudged(view, found));
    text
}

/// Wrong answers, those of one kind together.
fn misjudged(view: View<'_>, found: &Result<Misjudged, RemoteError>) -> String {
    let found = match found {
        Ok(found) => found,
        Err(error) => return format!("  {}  {}\n", view.styler.apply(YELLOW, "answers not known:"), plain(&error.to_string())),
    };
    let line = |answer: &EvaluatedAnswer| {
        let what = format!("said {}, should be {}", answer.said, answer.should_be);
        let item = view.styler.apply(DIM, plain(&answer.item_id));
        let why = answer.explanation.as_ref().map(|why| beside("    ", 4, &plain(why), view.width)).unwrap_or_default();
        format!("  {}  {item}\n{why}", plain(&what))
    };
    let least = if found.complete { "" } else { "at least " };
    let count = format!("  {least}{}\n", counted(found.answers.len(), "wrong answer"));
    found.answers.iter().map(line).collect::<String>() + &count
}

fn version_lines(view: View<'_>, clock: &Clock, version: &EvaluatedVersion, least: u64) -> String {
    let (word, style) = match version.role {
        VersionRole::Champion => ("champion", GREEN),
        VersionRole::Candidate => ("candidate", YELLOW),
        VersionRole::Other => ("version", DIM),
    };
    let head = format!("{}  {}  ", view.styler.apply(style, padded(word, 9)), padded(version.id.short(), 8));
    let said: Vec<String> = match &version.evaluations {
        Err(error) => vec![format!("not known: {error}")],
        Ok(all) if all.is_empty() => vec!["never evaluated".to_owned()],
        Ok(all) => all.iter().map(|one| said(clock, one, least)).collect(),
    };
    let (head, blank) = (format!("  {head}"), " ".repeat(HEAD));
    let lines = said.iter().enumerate();
    lines.map(|(at, said)| beside(if at == 0 { &head } else { &blank }, HEAD, &plain(said), view.width)).collect()
}

fn said(clock: &Clock, evaluation: &Evaluation, least: u64) -> String {
    let cost = evaluation.cost.filter(|cost| *cost > 0.0).map(|cost| format!(", ${cost:.2}")).unwrap_or_default();
    format!("{}{cost}, {}", summary(evaluation, least), clock.age(evaluation.created_at))
}

/// The command that evaluates what was not, for the first score that has something to evaluate.
pub fn help(scores: &[ScoreEvaluations]) -> Option<String> {
    let is_unknown = |version: &&EvaluatedVersion| {
        version.role != VersionRole::Other
            && version.evaluations.as_ref().is_ok_and(|all| all.iter().all(|one| one.speaks().is_err()))
    };
    let lacking = |score: &ScoreEvaluations| {
        let version = score.versions.iter().rev().find(is_unknown)?;
        Some(how_to_evaluate(&score.score.scorecard, &score.score.name, version.id.as_str()))
    };
    if let [score] = scores { lacking(score) } else { None }
}

/// All of it as JSON fields.
pub fn json(scores: &[ScoreEvaluations], root: &Path) -> Value {
    let version = |version: &EvaluatedVersion| {
        json!({
            "version_id": version.id.as_str(),
            "role": match version.role {
                VersionRole::Champion => "champion",
                VersionRole::Candidate => "candidate",
                VersionRole::Other => "other",
            },
            "created_at": version.meta.as_ref().map(|meta| meta.created_at.to_string()),
            "evaluations": version.evaluations.as_ref().ok().map(|all| all.iter().map(evaluation::fields).collect::<Vec<_>>()),
            "error": version.evaluations.as_ref().err().map(ToString::to_string),
        })
    };
    let one = |score: &ScoreEvaluations| {
        json!({
            "score": fields::identity(&score.score, root),
            "versions": score.versions.iter().map(version).collect::<Vec<_>>(),
            "misjudged": score.misjudged.as_ref().and_then(|found| found.as_ref().ok()).map(misjudged_fields),
            "comparison": score.comparison().as_ref().map(evaluation::comparison_fields),
        })
    };
    json!({ "scores": scores.iter().map(one).collect::<Vec<_>>() })
}

fn misjudged_fields(found: &Misjudged) -> Value {
    let one = |answer: &EvaluatedAnswer| json!({ "item_id": answer.item_id, "said": answer.said, "should_be": answer.should_be, "explanation": answer.explanation });
    json!({ "complete": found.complete, "answers": found.answers.iter().map(one).collect::<Vec<_>>() })
}
