//! Evaluations in words, alone and two side by side; the same for JSON.

use super::relative_time::Clock;
use super::table::beside;
use super::view::View;
use crate::cli::text::{counted, plain};
use crate::cli::ui::{BOLD, DIM, GREEN, RED, Styler, YELLOW, columns, middle_of, padded};
use crate::model::{Basis, ClassFigures, Confusion, Evaluation, FeedbackWindow, Silence};
use crate::plan::{SideBySide, Verdict};
use anstyle::Style;
use serde_json::{Value, json};

/// What an evaluation says, in a few words; it counts if it covers `least` items.
pub(in crate::cli::render) fn summary(evaluation: &Evaluation, least: u64) -> String {
    match evaluation.speaks() {
        Ok(()) => {
            let items = evaluation.items.map(|items| format!(" of {items}")).unwrap_or_default();
            let ac1 = evaluation.ac1().map(|ac1| format!(", AC1 {ac1:.2}")).unwrap_or_default();
            let few = if evaluation.items < Some(least) { ", too few to count" } else { "" };
            format!("accuracy {:.1} %{items}{ac1}{few}", evaluation.accuracy)
        }
        Err(silence) => silence_words(silence, evaluation),
    }
}

/// Why an evaluation says nothing about its version.
fn silence_words(silence: Silence, evaluation: &Evaluation) -> String {
    match silence {
        Silence::Running(done, of) => {
            let of = of.map(|of| format!(" of {of}")).unwrap_or_default();
            format!("running: {done}{of} items")
        }
        Silence::Failed => format!("evaluation {}", evaluation.status.to_lowercase()),
        Silence::Archived => "evaluation archived".to_owned(),
        Silence::Empty => "evaluation without items".to_owned(),
        Silence::History => "past answers compared with people's, of any version".to_owned(),
        Silence::Other => format!("evaluation of type {}", evaluation.kind),
    }
}

/// Which items an evaluation ran over.
fn basis_words(basis: &Basis) -> String {
    match basis {
        Basis::DataSet(id) => format!("data set {}", id.get(..8).unwrap_or(id)),
        Basis::Feedback(FeedbackWindow { from: Some(from), to: Some(to), .. }) => {
            let day = |time: &str| time.get(..10).unwrap_or(time).to_owned();
            format!("feedback {} to {}", day(from), day(to))
        }
        Basis::Feedback(FeedbackWindow { days: Some(days), .. }) => format!("feedback of {days} days"),
        Basis::Feedback(_) => "feedback".to_owned(),
        Basis::Sample(size) => format!("sample of {size}"),
        Basis::Unknown => "not known".to_owned(),
    }
}

fn basis(evaluation: &Evaluation) -> String {
    evaluation.details.as_ref().map_or_else(|| "not known".to_owned(), |details| basis_words(&details.basis))
}

/// What two evaluations say together.
pub(super) fn verdict(comparison: &SideBySide<'_>) -> (String, Style) {
    let items = |evaluation: Option<&Evaluation>| evaluation.and_then(|one| one.items).unwrap_or(0);
    let same = format!("over the same {}", counted(items(comparison.candidate) as usize, "item"));
    match comparison.verdict {
        Verdict::Better(by) => (format!("better than the champion by {by:.1} points {same}"), GREEN),
        Verdict::Same => (format!("as good as the champion {same}"), DIM),
        Verdict::Worse(by) => (format!("worse than the champion by {by:.1} points {same}"), RED),
        Verdict::NotComparable => {
            let few = [comparison.champion, comparison.candidate].into_iter().any(|one| items(one) < comparison.least_items);
            let why = if few { "too few items" } else { "not the same items" };
            (format!("not comparable: {why}"), YELLOW)
        }
        Verdict::ChampionNotEvaluated => ("not comparable: the champion was never evaluated".to_owned(), YELLOW),
        Verdict::NotEvaluated => ("never evaluated".to_owned(), YELLOW),
    }
}

/// Both sides in two columns, and what follows.
pub(super) fn side_by_side(view: View<'_>, clock: &Clock, comparison: &SideBySide<'_>) -> String {
    let styler = view.styler;
    let sides = [comparison.champion, comparison.candidate];
    let (words, style) = verdict(comparison);
    if sides == [None, None] {
        return line(styler, "evaluation", &styler.apply(style, words));
    }
    let cell = |say: &dyn Fn(&Evaluation) -> Option<String>| sides.map(|side| side.and_then(say).unwrap_or_default());
    let rows: [(&str, [String; 2]); 6] = [
        ("accuracy", sides.map(|side| side.map_or("never evaluated".to_owned(), |one| format!("{:.1} %", one.accuracy)))),
        ("AC1", cell(&|one| one.ac1().map(|ac1| format!("{ac1:.2}")))),
        ("items", cell(&|one| one.items.map(|items| items.to_string()))),
        ("basis", cell(&|one| Some(plain(&basis(one)).into_owned()))),
        ("cost", cell(&|one| one.cost.filter(|cost| *cost > 0.0).map(|cost| format!("${cost:.2}")))),
        ("evaluated", cell(&|one| Some(clock.age(one.created_at)))),
    ];
    let wide = rows.iter().map(|(_, [champion, _])| columns(champion)).max().unwrap_or(0).max("champion".len());
    let heading = format!("{}  candidate", padded("champion", wide));
    let mut text = line(styler, "", &styler.apply(DIM, heading));
    for (label, [champion, candidate]) in rows.iter().filter(|(_, cells)| cells.iter().any(|cell| !cell.is_empty())) {
        text += &line(styler, label, format!("{}  {candidate}", padded(champion, wide)).trim_end());
    }
    text + &beside(&format!("  {}  ", styler.apply(DIM, "verdict   ")), 14, &styler.apply(style, words), view.width)
}

fn line(styler: Styler, label: &str, text: &str) -> String {
    format!("  {}  {text}\n", styler.apply(DIM, format_args!("{label:10}")))
}

/// The widest column of a label.
const MAX_LABEL: usize = 16;

/// The table of all answers, and how well each class was answered.
pub(super) fn confusion(styler: Styler, table: &Confusion) -> String {
    let labels: Vec<String> = table.labels().iter().map(|label| middle_of(&plain(label), MAX_LABEL)).collect();
    let percent = |share: Option<f64>| share.map_or("–".to_owned(), |share| format!("{:.1} %", share * 100.0));
    let row = |(row, figures): (&Vec<u64>, ClassFigures)| -> Vec<String> {
        row.iter().map(u64::to_string).chain([percent(figures.precision), percent(figures.recall)]).collect()
    };
    let rows: Vec<Vec<String>> = table.rows().iter().zip(table.classes()).map(row).collect();
    let heading: Vec<String> = labels.iter().cloned().chain(["precision".to_owned(), "recall".to_owned()]).collect();
    let cells = |cells: &[String]| {
        let cell = |(at, cell): (usize, &String)| {
            let all = rows.iter().map(|row| &row[at]).chain([&heading[at]]);
            let wide = all.map(|cell| columns(cell)).max().unwrap_or(0);
            format!("  {}{cell}", " ".repeat(wide - columns(cell)))
        };
        cells.iter().enumerate().map(cell).collect::<String>()
    };
    let wide = labels.iter().map(|label| columns(label)).max().unwrap_or(0);
    let mut text = format!("  {}{}\n", padded("", wide + 8), styler.apply(DIM, cells(&heading)));
    for (label, row) in labels.iter().zip(&rows) {
        text += &format!("  people: {}{}\n", styler.apply(BOLD, padded(label, wide)), cells(row));
    }
    text
}

/// An evaluation as JSON fields.
pub(in crate::cli::render) fn fields(evaluation: &Evaluation) -> Value {
    let details = evaluation.details.as_ref();
    let table = details.and_then(|details| details.confusion.as_ref());
    let class =
        |one: ClassFigures| json!({ "label": one.label, "precision": one.precision, "recall": one.recall, "count": one.count });
    json!({
        "id": evaluation.id,
        "type": evaluation.kind,
        "status": evaluation.status,
        "speaks": evaluation.speaks().is_ok(),
        "accuracy": evaluation.accuracy,
        "items": evaluation.items,
        "total": evaluation.total,
        "ac1": evaluation.ac1(),
        "cost": evaluation.cost,
        "basis": details.map(|details| basis_fields(&details.basis)),
        "confusion": table.map(confusion_fields),
        "classes": table.map(|table| table.classes().into_iter().map(class).collect::<Vec<_>>()),
        "created_at": evaluation.created_at.to_string(),
        "updated_at": evaluation.updated_at.to_string(),
    })
}

/// The table of all answers as JSON fields.
pub(super) fn confusion_fields(table: &Confusion) -> Value {
    json!({ "labels": table.labels(), "rows": table.rows(), "rows_are": "people" })
}

fn basis_fields(basis: &Basis) -> Value {
    match basis {
        Basis::DataSet(id) => json!({ "kind": "dataset", "id": id }),
        Basis::Feedback(window) => json!({
            "kind": "feedback", "days": window.days, "from": window.from, "to": window.to,
            "max_items": window.max_items, "sampling": window.sampling, "seed": window.seed,
        }),
        Basis::Sample(size) => json!({ "kind": "sample", "size": size }),
        Basis::Unknown => json!({ "kind": "unknown" }),
    }
}

/// What two evaluations say together, as JSON fields; `difference` is in points of accuracy.
pub(super) fn comparison_fields(comparison: &SideBySide<'_>) -> Value {
    let (verdict, difference) = match comparison.verdict {
        Verdict::Better(by) => ("better", Some(by)),
        Verdict::Same => ("same", Some(0.0)),
        Verdict::Worse(by) => ("worse", Some(-by)),
        Verdict::NotComparable => ("not_comparable", None),
        Verdict::ChampionNotEvaluated => ("champion_not_evaluated", None),
        Verdict::NotEvaluated => ("not_evaluated", None),
    };
    let id = |evaluation: Option<&Evaluation>| evaluation.map(|evaluation| evaluation.id.clone());
    json!({
        "verdict": verdict,
        "difference": difference,
        "champion_evaluation": id(comparison.champion),
        "candidate_evaluation": id(comparison.candidate),
    })
}
