//! One score, in full.

use super::relative_time::Clock;
use super::table::labelled;
use super::view::View;
use super::{ahead_behind, feedback, fields, json, labels};
use crate::check::{Classes, classes};
use crate::cli::roots::Roots;
use crate::cli::text::plain;
use crate::cli::ui::BOLD;
use crate::engine::Shown;
use crate::model::DataSet;
use serde_json::{Value, json};

/// Width of the column of labels, in characters.
const LABEL_WIDTH: usize = 12;

/// Everything about a score but its documents.
pub fn text(view: View<'_>, clock: &Clock, shown: &Shown) -> String {
    let score = &shown.score;
    let mut lines = vec![
        ("scorecard", score.scorecard.to_string()),
        ("id", score.id.to_string()),
        ("key", score.key.to_string()),
        ("external id", score.external_id.to_string()),
        ("state", state(shown)),
        ("champion", score.champion.as_ref().map_or("none".to_owned(), ToString::to_string)),
    ];
    if let Some(meta) = &shown.champion {
        lines.push(("created", clock.age_or_exact(meta.created_at, view.verbose)));
        lines.push(("note", meta.note.clone().unwrap_or_default()));
    }
    lines.push(("drafts", ahead_behind::newer_drafts(score, clock).unwrap_or_default()));
    lines.extend([
        ("base", score.base.as_ref().map_or("none".to_owned(), ToString::to_string)),
        (if score.paths.guidelines.is_some() { "code" } else { "file" }, fields::path(&score.paths.code, view.root)),
        ("guidelines", fields::guidelines(&score.paths, view.root).unwrap_or_default()),
        ("classes", classes_of(shown).map_or(String::new(), |found| class_line(&found))),
    ]);
    if let Some(told) = shown.feedback.as_ref().and_then(|known| feedback::of_champion(clock, known)) {
        lines.push(("feedback", told));
    }
    match &shown.data_sets {
        Some(Ok(sets)) => lines.extend(sets.iter().map(|set| ("data set", data_set(clock, view.verbose, set)))),
        Some(Err(error)) => lines.push(("data sets", format!("not known: {error}"))),
        None => {}
    }
    let mut text = format!("{}\n", view.styler.apply(BOLD, plain(&score.name)));
    for (label, value) in lines.iter().filter(|(_, value)| !value.is_empty()) {
        text += &labelled(view, label, LABEL_WIDTH, value);
    }
    text
}

/// What can be known of a data set without its file.
fn data_set(clock: &Clock, exact: bool, set: &DataSet) -> String {
    let built = if set.is_built { "built" } else { "not finished, begun" };
    let id = set.id.get(..8).unwrap_or(&set.id);
    let name = set.name.as_ref().map(|name| format!(", {name}")).unwrap_or_default();
    let source = set.source.as_ref().map(|source| format!(", from {source}")).unwrap_or_default();
    let stale = if set.is_stale { " (which has changed since)" } else { "" };
    format!("{id}{name}, {built} {}{source}{stale}", clock.age_or_exact(set.created_at, exact))
}

/// The classes alone: one line each for the names, then their count.
pub fn class_text(found: &Classes) -> String {
    format!("classes  {}\ncount    {}\n", plain(&found.names.join(", ")), found.count())
}

/// All of it as JSON fields.
pub fn fields(shown: &Shown, roots: Roots<'_>) -> Value {
    let found = classes_of(shown);
    let champion = shown.champion.as_ref().map(|meta| {
        json!({
            "id": meta.id.as_str(),
            "parent_version_id": meta.parent.as_ref().map(|id| id.as_str()),
            "created_at": meta.created_at.to_string(),
            "note": meta.note,
            "metadata": meta.metadata,
        })
    });
    json!({
        "score": json::one(&shown.score, roots),
        "champion": champion,
        "valid_classes": found.as_ref().map(|found| &found.names),
        "valid_classes_count": found.as_ref().map(|found| found.count()),
        "data_sets": shown.data_sets.as_ref().and_then(|sets| sets.as_ref().ok()).map(|sets| sets.iter().map(data_set_fields).collect::<Vec<_>>()),
        "feedback": shown.feedback.as_ref().and_then(feedback::champion_fields),
        "code": shown.code.as_deref(),
        "guidelines": shown.guidelines.as_deref(),
    })
}

fn data_set_fields(set: &DataSet) -> Value {
    json!({
        "id": set.id,
        "name": set.name,
        "created_at": set.created_at.to_string(),
        "built": set.is_built,
        "source": set.source,
        "stale": set.is_stale,
        "champion_version_id": set.version.as_ref().map(|id| id.as_str()),
    })
}

/// The classes of the score's code; none without code, or with code that is no YAML.
pub fn classes_of(shown: &Shown) -> Option<Classes> {
    shown.code.as_deref().and_then(classes)
}

fn state(shown: &Shown) -> String {
    let word = labels::status(&shown.score).text;
    let detail = labels::standing_detail(&shown.score, None);
    let disabled = if shown.score.disabled { ", disabled" } else { "" };
    if detail.is_empty() { format!("{word}{disabled}") } else { format!("{word}: {detail}{disabled}") }
}

fn class_line(found: &Classes) -> String {
    if found.names.is_empty() { found.count().to_string() } else { format!("{} ({})", found.names.join(", "), found.count()) }
}
