//! What people say of the answers of scores: a line for each score, or one score in full.

use super::evaluation::{confusion, confusion_fields};
use super::fields;
use super::relative_time::Clock;
use super::table::{beside, labelled, paragraph};
use super::view::View;
use crate::cli::args::option;
use crate::cli::text::{counted, plain};
use crate::cli::ui::{BOLD, DIM, RED, YELLOW, columns, middle_of, padded};
use crate::engine::{ChampionFeedback, FeedbackPeriod, FoundFeedback, JudgedCall, MAX_FEEDBACK, PeriodReason, ScoreFeedback};
use crate::model::{FeedbackChange, FeedbackComments, FeedbackFigures, ScoreAnswer};
use crate::remote::RemoteError;
use serde_json::{Value, json};
use std::cmp::Ordering;
use std::iter::zip;
use std::path::Path;

/// Width of the column of labels, in characters.
const LABEL: usize = 10;
/// The widest column of names.
const MAX_NAME_WIDTH: usize = 60;

/// What is told of each score.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Shape {
    /// One score was named: it is told in full.
    pub is_one: bool,
    /// Calls are listed.
    pub lists: bool,
}

/// One score in full, or a line for each, the worst first.
pub fn text(view: View<'_>, clock: &Clock, scores: &[ScoreFeedback], shape: Shape) -> String {
    if let ([score], true) = (scores, shape.is_one) {
        return in_full(view, clock, score);
    }
    let mut told: Vec<&ScoreFeedback> = scores.iter().filter(|score| view.verbose || is_told(score)).collect();
    told.sort_by(|a, b| worse_first(a, b));
    let most = view.width.map_or(MAX_NAME_WIDTH, |width| (width / 2).clamp(20, MAX_NAME_WIDTH));
    let mut text = String::new();
    for score in &told {
        text += &line(view, score, most);
        if let (true, Ok(found)) = (shape.lists, &score.found) {
            text += &call_list(view, clock, &found.calls);
        }
    }
    let reviewed = scores.iter().filter(|score| is_told(score)).count();
    let gap = if told.is_empty() { "" } else { "\n" };
    let period = scores.first().map(|score| format!(", {}", period(clock, &score.period))).filter(|_| are_alike(scores));
    let summary = format!("{}: {reviewed} with feedback{}", counted(scores.len(), "score"), period.unwrap_or_default());
    text + gap + &beside("", 0, &summary, view.width)
}

fn is_told(score: &ScoreFeedback) -> bool {
    score.found.as_ref().map_or(true, |found| found.figures != FeedbackFigures::default())
}

/// All are told of one time.
fn are_alike(scores: &[ScoreFeedback]) -> bool {
    scores.windows(2).all(|pair| pair[0].period.from == pair[1].period.from && pair[0].period.reason == pair[1].period.reason)
}

fn worse_first(a: &ScoreFeedback, b: &ScoreFeedback) -> Ordering {
    let agreement = |score: &ScoreFeedback| match &score.found {
        Ok(found) => found.figures.agreement().unwrap_or(2.0),
        Err(_) => -1.0,
    };
    agreement(a).total_cmp(&agreement(b)).then_with(|| a.score.paths.code.cmp(&b.score.paths.code))
}

fn line(view: View<'_>, score: &ScoreFeedback, most: usize) -> String {
    let name = middle_of(&plain(&format!("{}/{}", score.score.scorecard, score.score.name)), most);
    let found = match &score.found {
        Ok(found) => found,
        Err(error) => {
            return format!(
                "{}  {name}  {}\n",
                view.styler.apply(RED, format_args!("{:>18}", "not known")),
                plain(&error.to_string())
            );
        }
    };
    let Some((agreement, ac1)) = found.figures.agreement().zip(found.figures.ac1()) else {
        return format!("{}  {name}\n", view.styler.apply(DIM, format_args!("{:>18}", "nothing reviewed")));
    };
    let figures = format!("{:>7}  AC1 {ac1:>5.2}", percent(agreement));
    let confused =
        found.figures.main_confusion().map(|(said, should_be, count)| format!("; {}", said_and_should(count, said, should_be)));
    let detail = format!("{} of {} changed{}", found.figures.changed, calls(found), confused.unwrap_or_default());
    let head = format!("{figures}  {}  ", view.styler.apply(BOLD, &name));
    beside(&head, columns(&figures) + columns(&name) + 4, &plain(&detail), view.width)
}

fn percent(share: f64) -> String {
    format!("{:.1} %", share * 100.0)
}

fn said_and_should(count: u64, said: &str, should_be: &str) -> String {
    format!("{count} said {said}, should be {should_be}")
}

fn calls(found: &FoundFeedback) -> String {
    let least = if found.complete { "" } else { "at least " };
    format!("{least}{}", counted(found.figures.reviewed as usize, "call"))
}

/// Which time it is, in words.
fn period(clock: &Clock, period: &FeedbackPeriod) -> String {
    let until = if clock.day(period.to) == clock.day(clock.timestamp()) {
        String::new()
    } else {
        format!(" until {}", clock.day(period.to))
    };
    match (&period.reason, period.from) {
        (_, None) => "all there is".to_owned(),
        (PeriodReason::Champion(version), Some(from)) => {
            let role = if until.is_empty() { "champion" } else { "then champion" };
            format!("since {}{until} ({role} {})", clock.day(from), version.short())
        }
        (PeriodReason::Unrecorded, Some(from)) => {
            format!("since {}{until} (it is not recorded when the champion was promoted)", clock.day(from))
        }
        (PeriodReason::Asked, Some(from)) => format!("since {}{until}", clock.day(from)),
    }
}

fn in_full(view: View<'_>, clock: &Clock, score: &ScoreFeedback) -> String {
    let styler = view.styler;
    let mut text = paragraph(view, BOLD, &format!("{}/{}", score.score.scorecard, score.score.name));
    let mut add = |label: &str, said: &str| text += &labelled(view, label, LABEL, said);
    add("reviewed", &period(clock, &score.period));
    let found = match &score.found {
        Ok(found) => found,
        Err(error) => {
            add("feedback", &format!("not known: {error}"));
            return text;
        }
    };
    add("calls", &call_counts(found));
    if let Some((agreement, ac1)) = found.figures.agreement().zip(found.figures.ac1()) {
        add("agreement", &format!("{}, AC1 {ac1:.2}", percent(agreement)));
    }
    if let Some((said, should_be, count)) = found.figures.main_confusion() {
        add("mostly", &said_and_should(count, said, should_be));
    }
    if let Some(table) = found.figures.confusion(&score.classes) {
        text += &confusion(styler, &table);
    }
    let notes = notes(score, found);
    notes.iter().for_each(|note| text += &beside("  ", 2, &styler.apply(YELLOW, plain(note)), view.width));
    if !found.calls.is_empty() {
        text.push('\n');
        text += &call_list(view, clock, &found.calls);
    }
    text + &left_out(view, found)
}

fn call_counts(found: &FoundFeedback) -> String {
    let figures = &found.figures;
    let parts = [
        (figures.changed > 0 || figures.reviewed > 0).then(|| format!("{} changed by people", figures.changed)),
        (figures.invalid > 0).then(|| format!("{} invalid", figures.invalid)),
        (figures.unanswered > 0).then(|| format!("{} without an answer", figures.unanswered)),
        (figures.repeated > 0).then(|| format!("{} reviewed again", figures.repeated)),
    ];
    let least = if found.complete { "" } else { "at least " };
    std::iter::once(format!("{least}{}", figures.reviewed)).chain(parts.into_iter().flatten()).collect::<Vec<_>>().join(", ")
}

/// What a reader of the figures has to know.
fn notes(score: &ScoreFeedback, found: &FoundFeedback) -> Vec<String> {
    let unknown: Vec<String> = found
        .figures
        .labels(&[])
        .into_iter()
        .filter(|label| !score.classes.is_empty() && !score.classes.contains(label))
        .collect();
    let mut notes = Vec::new();
    match unknown.len() {
        0 => {}
        1..=5 => notes.push(format!("not a class of the score: {} (was a class renamed?)", unknown.join(", "))),
        many => notes.push(format!("{many} labels are not classes of the score")),
    }
    let near = found.figures.near_labels();
    notes.extend(near.iter().take(3).map(|(one, other)| format!("{one:?} and {other:?} count as different answers")));
    notes
}

fn call_list(view: View<'_>, clock: &Clock, calls: &[JudgedCall]) -> String {
    let answer = |answer: &Option<String>| answer.clone().unwrap_or_else(|| "nothing".to_owned());
    let both = |call: &JudgedCall| {
        let both = format!("said {}, should be {}", answer(&call.feedback.said), answer(&call.feedback.should_be));
        middle_of(&plain(&both), MAX_NAME_WIDTH)
    };
    let all: Vec<String> = calls.iter().map(both).collect();
    let wide = all.iter().map(|both| columns(both)).max().unwrap_or(0);
    zip(calls, all).map(|(call, both)| one_call(view, clock, call, &padded(&both, wide))).collect()
}

fn one_call(view: View<'_>, clock: &Clock, call: &JudgedCall, both: &str) -> String {
    let when = clock.age_or_exact(call.feedback.edited_at, view.verbose);
    let answered = match &call.prediction {
        Some(Ok(Some(prediction))) => format!("  {}", answered(clock, prediction)),
        Some(Ok(None)) => "  no answer is kept".to_owned(),
        Some(Err(error)) => format!("  answer not known: {error}"),
        None => String::new(),
    };
    let head = format!("  {}  {both}  ", padded(&when, 14));
    let item = format!("{}{answered}", call.feedback.item_id);
    let mut text = beside(&head, columns(&head), &plain(&item), view.width);
    match &call.changes {
        Some(Ok(changes)) => changes.iter().for_each(|change| text += &changed(view, clock, change)),
        Some(Err(error)) => text += &format!("    changes not known: {}\n", plain(&error.to_string())),
        None => {}
    }
    match &call.comments {
        Some(Ok(comments)) => text += &written(view, comments),
        Some(Err(error)) => text += &format!("    not known: {}\n", plain(&error.to_string())),
        None => {}
    }
    text
}

fn changed(view: View<'_>, clock: &Clock, change: &FeedbackChange) -> String {
    let answer = |answer: &Option<String>| answer.clone().unwrap_or_else(|| "nothing".to_owned());
    let kind = change.kind.as_ref().map(|kind| format!("{}: ", kind.to_lowercase())).unwrap_or_default();
    let what =
        format!("{kind}{} → {}, {}", answer(&change.from), answer(&change.to), clock.age_or_exact(change.at, view.verbose));
    format!("    {}  {}\n", view.styler.apply(DIM, "changed"), plain(&what))
}

fn answered(clock: &Clock, prediction: &ScoreAnswer) -> String {
    let by = prediction.version.as_ref().map(|version| format!(" by {}", version.short())).unwrap_or_default();
    format!("answered {}{by}", clock.age(prediction.at))
}

fn written(view: View<'_>, comments: &FeedbackComments) -> String {
    let editor = comments.editor.as_ref().map(|editor| format!(" ({editor})")).unwrap_or_default();
    let change = comments.change.as_ref().map(|change| format!("{change}{editor}"));
    let lines = [("score", &comments.explanation), ("people", &comments.comment), ("change", &change)];
    let said = lines.into_iter().filter_map(|(who, said)| Some((who, said.as_ref()?)));
    let line = |(who, said): (&str, &String)| {
        beside(&format!("    {}  ", view.styler.apply(DIM, format_args!("{who:6}"))), 12, &plain(said), view.width)
    };
    said.map(line).collect()
}

/// How many calls are not listed, and why.
fn left_out(view: View<'_>, found: &FoundFeedback) -> String {
    let more = found.matching - found.calls.len() - found.answered_before;
    let parts = [
        (more > 0 && !found.calls.is_empty()).then(|| format!("{more} more: --limit")),
        (found.answered_before > 0).then(|| format!("{} answered before that time", found.answered_before)),
    ];
    let parts: Vec<String> = parts.into_iter().flatten().collect();
    if parts.is_empty() { String::new() } else { format!("  {}\n", view.styler.apply(DIM, parts.join("; "))) }
}

/// What people say of a champion's answers, on one line; none where they say nothing.
pub(super) fn of_champion(clock: &Clock, feedback: &Result<ChampionFeedback, RemoteError>) -> Option<String> {
    let known = match feedback {
        Ok(known) => known,
        Err(error) => return Some(format!("not known: {error}")),
    };
    let (agreement, ac1) = known.figures.agreement().zip(known.figures.ac1())?;
    let least = if known.complete { "" } else { "at least " };
    let calls = counted(known.figures.reviewed as usize, "call");
    let period = period(clock, &known.period);
    Some(format!(
        "{least}{} of {calls} changed by people {period}: agreement {}, AC1 {ac1:.2}",
        known.figures.changed,
        percent(agreement)
    ))
}

/// The same as JSON fields.
pub(super) fn champion_fields(feedback: &Result<ChampionFeedback, RemoteError>) -> Option<Value> {
    let known = feedback.as_ref().ok()?;
    Some(json!({
        "window": window(&known.period),
        "complete": known.complete,
        "reviewed": known.figures.reviewed,
        "changed": known.figures.changed,
        "agreement": known.figures.agreement().map(|share| share * 100.0),
        "ac1": known.figures.ac1(),
    }))
}

/// The command that shows what was confused most often in one score, as its words were `typed`.
pub fn help(scores: &[ScoreFeedback], typed: &str) -> Option<String> {
    let [ScoreFeedback { found: Ok(found), .. }] = scores else { return None };
    let (said, should_be, _) = found.figures.main_confusion()?;
    let cell = option("--cell", &plain(&format!("{said}:{should_be}")));
    Some(format!("scoresync feedback {cell} --comments {typed}"))
}

/// What stays unsaid in the figures.
pub fn warnings(scores: &[ScoreFeedback]) -> Vec<String> {
    let cut = scores.iter().filter(|score| score.found.as_ref().is_ok_and(|found| !found.complete));
    cut.map(|score| format!("{}: only the newest {MAX_FEEDBACK} calls were read", score.score.name)).collect()
}

/// All listed calls, one JSON object per line.
pub fn lines(scores: &[ScoreFeedback]) -> String {
    let found = scores.iter().filter_map(|score| Some((score, score.found.as_ref().ok()?)));
    let calls = found.flat_map(|(score, found)| found.calls.iter().map(move |call| (score, call)));
    let line = |(score, call): (&ScoreFeedback, &JudgedCall)| {
        let mut fields = call_fields(call);
        fields["score_id"] = json!(score.score.id.as_str());
        fields["score"] = json!(score.score.name);
        format!("{fields}\n")
    };
    calls.map(line).collect()
}

/// All of it as JSON fields.
pub fn json(scores: &[ScoreFeedback], root: &Path) -> Value {
    let one = |score: &ScoreFeedback| {
        let found = score.found.as_ref().ok();
        let figures = found.map(|found| &found.figures);
        let table = figures.and_then(|figures| figures.confusion(&score.classes));
        let confused = figures.and_then(FeedbackFigures::main_confusion);
        json!({
            "score": fields::identity(&score.score, root),
            "window": window(&score.period),
            "complete": found.map(|found| found.complete),
            "reviewed": figures.map(|figures| figures.reviewed),
            "changed": figures.map(|figures| figures.changed),
            "invalid": figures.map(|figures| figures.invalid),
            "unanswered": figures.map(|figures| figures.unanswered),
            "repeated": figures.map(|figures| figures.repeated),
            "agreement": figures.and_then(FeedbackFigures::agreement).map(|share| share * 100.0),
            "ac1": figures.and_then(FeedbackFigures::ac1),
            "confusion": table.as_ref().map(confusion_fields),
            "main_confusion": confused.map(|(said, should_be, count)| json!({ "said": said, "should_be": should_be, "count": count })),
            "matching": found.map(|found| found.matching),
            "answered_before": found.map(|found| found.answered_before),
            "misjudged": found.map(|found| found.calls.iter().map(call_fields).collect::<Vec<_>>()),
            "notes": found.map(|found| notes(score, found)),
            "error": score.found.as_ref().err().map(ToString::to_string),
        })
    };
    json!({ "scores": scores.iter().map(one).collect::<Vec<_>>() })
}

fn window(period: &FeedbackPeriod) -> Value {
    let (since, version) = match &period.reason {
        PeriodReason::Champion(version) => ("champion", Some(version.as_str())),
        PeriodReason::Unrecorded => ("unrecorded", None),
        PeriodReason::Asked => ("asked", None),
    };
    let from = period.from.map(|from| from.to_string());
    json!({ "from": from, "to": period.to.to_string(), "since": since, "version_id": version })
}

fn call_fields(call: &JudgedCall) -> Value {
    let feedback = &call.feedback;
    let mut fields = json!({
        "id": feedback.id,
        "item_id": feedback.item_id,
        "said": feedback.said,
        "should_be": feedback.should_be,
        "edited_at": feedback.edited_at.to_string(),
    });
    match &call.comments {
        Some(Ok(comments)) => {
            fields["explanation"] = json!(comments.explanation);
            fields["comment"] = json!(comments.comment);
            fields["change"] = json!(comments.change);
            fields["editor"] = json!(comments.editor);
        }
        Some(Err(error)) => fields["comments_error"] = json!(error.to_string()),
        None => {}
    }
    if let Some(Ok(changes)) = &call.changes {
        let change = |change: &FeedbackChange| json!({ "kind": change.kind, "at": change.at.to_string(), "said": change.from, "should_be": change.to });
        fields["changes"] = changes.iter().map(change).collect();
    }
    if let Some(Ok(prediction)) = &call.prediction {
        fields["answered_at"] = json!(prediction.as_ref().map(|prediction| prediction.at.to_string()));
        fields["answered_by"] =
            json!(prediction.as_ref().and_then(|prediction| prediction.version.as_ref()).map(|id| id.as_str()));
    }
    fields
}
