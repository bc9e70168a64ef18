//! What Plexus does in the background.

use super::evaluation;
use super::relative_time::Clock;
use super::table::{beside, paragraph};
use super::view::View;
use crate::cli::text::{counted, plain};
use crate::cli::ui::{DIM, GREEN, RED, YELLOW, columns, padded};
use crate::engine::{Busy, Jobs};
use crate::model::{BackgroundStage, BackgroundTask, WaitingCalls};
use crate::plan::MIN_ITEMS;
use crate::remote::{RemoteError, RunningEvaluation};
use anstyle::Style;
use serde_json::{Value, json};

/// A line for each job, and what they are together.
pub fn text(view: View<'_>, clock: &Clock, jobs: &Jobs) -> String {
    let mut text = String::new();
    let unknown = |what: &str, error: &RemoteError| {
        format!("  {}  {what}: {}\n", view.styler.apply(RED, "not known "), plain(&error.to_string()))
    };
    match &jobs.tasks {
        Ok((tasks, _)) => {
            let told = tasks.iter().filter(|task| view.verbose || task.is_open());
            told.for_each(|task| text += &task_line(view, clock, task));
        }
        Err(error) => text += &unknown("tasks", error),
    }
    match &jobs.evaluations {
        Ok(running) => running.iter().for_each(|one| text += &evaluation_line(view, clock, jobs, one)),
        Err(error) => text += &unknown("evaluations", error),
    }
    if let Err(error) = &jobs.waiting {
        text += &unknown("waiting calls", error);
    }
    match &jobs.batches {
        Ok(batches) => batches.iter().flatten().for_each(|batch| {
            let progress = progress(batch.done, batch.of);
            text += &line(view, ("batch", GREEN), &batch.status.to_lowercase(), &progress);
        }),
        Err(error) => text += &unknown("batches", error),
    }
    let gap = if text.is_empty() { "" } else { "\n" };
    format!("{text}{gap}{}", paragraph(view, Style::new(), &summary(jobs)))
}

fn summary(jobs: &Jobs) -> String {
    let open = |(tasks, complete): &(Vec<BackgroundTask>, bool)| {
        let open = tasks.iter().filter(|task| task.is_open()).count();
        format!("{}{}", if *complete { "" } else { "at least " }, counted(open, "task"))
    };
    let parts = [
        jobs.tasks.as_ref().ok().map(open),
        jobs.evaluations.as_ref().ok().map(|running| format!("{} under way", counted(running.len(), "evaluation"))),
        jobs.waiting.as_ref().ok().map(waiting),
    ];
    parts.into_iter().flatten().collect::<Vec<_>>().join(", ")
}

fn waiting(calls: &WaitingCalls) -> String {
    let least = if calls.complete { "" } else { "at least " };
    let waits = if calls.count == 1 { "waits" } else { "wait" };
    format!("{least}{} {waits} to be scored", counted(calls.count as usize, "call"))
}

fn line(view: View<'_>, (word, style): (&str, Style), what: &str, detail: &str) -> String {
    let what = padded(&plain(what), 30);
    let head = format!("  {}  {what}  ", view.styler.apply(style, padded(word, 10)));
    beside(&head, columns(&what) + 16, &plain(detail), view.width)
}

fn task_line(view: View<'_>, clock: &Clock, task: &BackgroundTask) -> String {
    let status = task.status.to_lowercase();
    let label = match status.as_str() {
        _ if task.is_stalled(clock.timestamp()) => ("stalled", YELLOW),
        "running" => ("running", GREEN),
        "failed" => ("failed", RED),
        other => (other, DIM),
    };
    let about =
        [&task.named.scorecard, &task.named.score].into_iter().flatten().map(String::as_str).collect::<Vec<_>>().join("/");
    let stage = task.stage().map(stage).filter(|_| task.is_open());
    let since = if task.is_stalled(clock.timestamp()) {
        Some(format!("no news since {}", clock.age(task.updated_at)))
    } else {
        task.started_at.map(|at| format!("started {}", clock.age_or_exact(at, view.verbose)))
    };
    let parts = [Some(about).filter(|about| !about.is_empty()), stage, since];
    line(view, label, &task.kind, &parts.into_iter().flatten().collect::<Vec<_>>().join(", "))
}

fn stage(stage: &BackgroundStage) -> String {
    let progress = progress(stage.done, stage.of);
    if progress.is_empty() { stage.name.clone() } else { format!("{} {progress}", stage.name) }
}

fn progress(done: Option<u64>, of: Option<u64>) -> String {
    match (done, of) {
        (Some(done), Some(of)) => format!("{done} of {of}"),
        (Some(done), None) => done.to_string(),
        (None, _) => String::new(),
    }
}

fn evaluation_line(view: View<'_>, clock: &Clock, jobs: &Jobs, running: &RunningEvaluation) -> String {
    let name = jobs.scores.get(&running.score).map_or_else(|| running.score.to_string(), |score| score.name.to_string());
    let version = running.version.as_ref().map(|version| format!("version {}, ", version.short())).unwrap_or_default();
    let detail = format!(
        "{version}{}, started {}",
        evaluation::summary(&running.evaluation, MIN_ITEMS),
        clock.age(running.evaluation.created_at)
    );
    line(view, ("evaluation", GREEN), &name, &detail)
}

/// What goes on for one score, on one line; none where nothing does.
pub(super) fn busy(busy: &Result<Busy, RemoteError>) -> Option<String> {
    let busy = match busy {
        Ok(busy) => busy,
        Err(error) => return Some(format!("not known: {error}")),
    };
    let evaluation = |one: &RunningEvaluation| {
        let version = one.version.as_ref().map(|version| format!(" of {}", version.short())).unwrap_or_default();
        format!("evaluation{version} {}", evaluation::summary(&one.evaluation, MIN_ITEMS))
    };
    let task = |task: &BackgroundTask| format!("task {} {}", task.kind, task.status.to_lowercase());
    let calls = Some(&busy.waiting).filter(|calls| calls.count > 0).map(waiting);
    let parts: Vec<String> = busy.evaluations.iter().map(evaluation).chain(busy.tasks.iter().map(task)).chain(calls).collect();
    (!parts.is_empty()).then(|| parts.join("; "))
}

/// The same as JSON fields.
pub(super) fn busy_fields(busy: &Result<Busy, RemoteError>) -> Option<Value> {
    let busy = busy.as_ref().ok()?;
    Some(json!({
        "evaluations": busy.evaluations.iter().map(running_fields).collect::<Vec<_>>(),
        "tasks": busy.tasks.iter().map(|task| json!({ "id": task.id, "type": task.kind, "status": task.status })).collect::<Vec<_>>(),
        "waiting": busy.waiting.count,
    }))
}

fn running_fields(one: &RunningEvaluation) -> Value {
    json!({
        "score_id": one.score.as_str(),
        "version_id": one.version.as_ref().map(|id| id.as_str()),
        "evaluation": evaluation::fields(&one.evaluation),
    })
}

/// All of it as JSON fields; null is what could not be read, or what the dashboard does not have.
pub fn json(jobs: &Jobs, clock: &Clock) -> Value {
    let task = |task: &BackgroundTask| {
        let stages = task
            .stages
            .iter()
            .map(|stage| json!({ "name": stage.name, "status": stage.status, "done": stage.done, "of": stage.of }));
        json!({
            "id": task.id,
            "type": task.kind,
            "status": task.status,
            "stalled": task.is_stalled(clock.timestamp()),
            "score": task.named.score,
            "scorecard": task.named.scorecard,
            "stages": stages.collect::<Vec<_>>(),
            "started_at": task.started_at.map(|at| at.to_string()),
            "updated_at": task.updated_at.to_string(),
        })
    };
    let batches = jobs.batches.as_ref().ok().and_then(Option::as_ref);
    let batch = |batch: &crate::model::RequestBatch| json!({ "id": batch.id, "status": batch.status, "done": batch.done, "of": batch.of });
    json!({
        "tasks": jobs.tasks.as_ref().ok().map(|(tasks, _)| tasks.iter().map(task).collect::<Vec<_>>()),
        "tasks_complete": jobs.tasks.as_ref().ok().map(|(_, complete)| complete),
        "evaluations": jobs.evaluations.as_ref().ok().map(|all| all.iter().map(running_fields).collect::<Vec<_>>()),
        "waiting": jobs.waiting.as_ref().ok().map(|calls| json!({ "count": calls.count, "complete": calls.complete })),
        "batches": batches.map(|batches| batches.iter().map(batch).collect::<Vec<_>>()),
        "errors": jobs.errors().map(ToString::to_string).collect::<Vec<_>>(),
    })
}
