//! One call, with the answers of scores.

use super::fields;
use super::relative_time::Clock;
use super::table::{labelled, paragraph};
use super::view::View;
use crate::cli::ui::BOLD;
use crate::engine::{AnsweredScore, CallReport};
use crate::model::{FeedbackComments, FeedbackItem, ScoreAnswer};
use crate::remote::RemoteError;
use serde_json::{Value, json};
use std::path::Path;

/// Width of the column of labels, in characters.
const LABEL: usize = 11;

/// Its names, then what each score answered, then its words, where they were asked for.
pub fn text(view: View<'_>, clock: &Clock, report: &CallReport) -> String {
    let item = &report.item;
    let mut text = paragraph(view, BOLD, &format!("call {}", item.id));
    let mut add = |label: &str, said: &str| text += &labelled(view, label, LABEL, said);
    item.external_id.iter().for_each(|id| add("external id", id));
    item.identifiers.iter().for_each(|one| {
        let url = one.url.as_ref().map(|url| format!("  {url}")).unwrap_or_default();
        add(&one.name, &format!("{}{url}", one.value));
    });
    item.created_at.iter().for_each(|at| add("created", &clock.age_or_exact(*at, view.verbose)));
    item.files.iter().for_each(|file| add("file", file));
    report.scores.iter().for_each(|score| text += &answered(view, clock, score));
    if report.scores.is_empty() {
        text += "\nno score has answered\n";
    }
    if let Some(words) = &report.text {
        text += &format!("\n{}\n", words.trim_end());
    }
    text
}

fn answered(view: View<'_>, clock: &Clock, score: &AnsweredScore) -> String {
    let name = format!("{}/{}", score.score.scorecard, score.score.name);
    let mut text = format!("\n{}", paragraph(view, BOLD, &name));
    let mut add = |label: &str, said: &str| text += &labelled(view, label, LABEL, said);
    match &score.answer {
        Some(answer) => {
            let by = match (&answer.version, &score.champion_then) {
                (Some(version), _) => format!(" by {}", version.short()),
                (None, Some(champion)) => format!(", champion then {}", champion.short()),
                (None, None) => String::new(),
            };
            let sure = answer.confidence.map(|sure| format!(" ({:.0} % sure)", sure * 100.0)).unwrap_or_default();
            add("answered", &format!("{}{sure}, {}{by}", answer.value, clock.age_or_exact(answer.at, view.verbose)));
            answer.explanation.iter().for_each(|why| add("because", why));
        }
        None => add("answered", "nothing in production"),
    }
    for (feedback, comments) in &score.feedback {
        add("people", &said_of(clock, view.verbose, feedback));
        match comments {
            Some(Ok(comments)) => written(&mut add, comments),
            Some(Err(error)) => add("", &format!("what was written is not known: {error}")),
            None => {}
        }
    }
    for answer in &score.evaluated {
        let by = answer.version.as_ref().map(|version| format!(" by {}", version.short())).unwrap_or_default();
        let of = answer.evaluation.as_ref().map(|id| format!(" in evaluation {}", id.get(..8).unwrap_or(id))).unwrap_or_default();
        add("evaluated", &format!("{}{by}{of}, {}", answer.value, clock.age_or_exact(answer.at, view.verbose)));
    }
    text
}

fn said_of(clock: &Clock, exact: bool, feedback: &FeedbackItem) -> String {
    let when = clock.age_or_exact(feedback.edited_at, exact);
    let answer = |answer: &Option<String>| answer.clone().unwrap_or_else(|| "nothing".to_owned());
    match () {
        () if feedback.is_invalid => format!("declared invalid, {when}"),
        () if feedback.is_misjudged() => format!("{} instead of {}, {when}", answer(&feedback.should_be), answer(&feedback.said)),
        () => format!("{}, {when}", answer(&feedback.should_be)),
    }
}

fn written(add: &mut impl FnMut(&str, &str), comments: &FeedbackComments) {
    let editor = comments.editor.as_ref().map(|editor| format!(" ({editor})")).unwrap_or_default();
    comments.comment.iter().for_each(|comment| add("", comment));
    comments.change.iter().for_each(|change| add("changed", &format!("{change}{editor}")));
}

/// All of it as JSON fields.
pub fn json(report: &CallReport, root: &Path) -> Value {
    let item = &report.item;
    let identifiers = item.identifiers.iter().map(|one| json!({ "name": one.name, "value": one.value, "url": one.url }));
    let score = |score: &AnsweredScore| {
        json!({
            "score": fields::identity(&score.score, root),
            "answer": score.answer.as_ref().map(answer),
            "champion_then": score.champion_then.as_ref().map(|id| id.as_str()),
            "feedback": score.feedback.iter().map(feedback).collect::<Vec<_>>(),
            "evaluations": score.evaluated.iter().map(answer).collect::<Vec<_>>(),
        })
    };
    json!({
        "item": {
            "id": item.id,
            "external_id": item.external_id,
            "created_at": item.created_at.map(|at| at.to_string()),
            "attached_files": item.files,
            "identifiers": identifiers.collect::<Vec<_>>(),
            "text": report.text,
        },
        "scores": report.scores.iter().map(score).collect::<Vec<_>>(),
    })
}

fn answer(answer: &ScoreAnswer) -> Value {
    json!({
        "said": answer.value,
        "confidence": answer.confidence,
        "explanation": answer.explanation,
        "at": answer.at.to_string(),
        "version_id": answer.version.as_ref().map(|id| id.as_str()),
        "evaluation_id": answer.evaluation,
    })
}

fn feedback((item, comments): &(FeedbackItem, Option<Result<FeedbackComments, RemoteError>>)) -> Value {
    let (comments, error) = match comments {
        Some(Ok(comments)) => (Some(comments), None),
        Some(Err(error)) => (None, Some(error.to_string())),
        None => (None, None),
    };
    json!({
        "id": item.id,
        "said": item.said,
        "should_be": item.should_be,
        "invalid": item.is_invalid,
        "edited_at": item.edited_at.to_string(),
        "comment": comments.and_then(|comments| comments.comment.as_deref()),
        "change": comments.and_then(|comments| comments.change.as_deref()),
        "editor": comments.and_then(|comments| comments.editor.as_deref()),
        "comments_error": error,
    })
}
