//! A watcher's events as NDJSON, version 1: one object a line. Kinds and fields are only ever added.

use super::wording::{found_help, found_reason, pause_help, pause_reason, polling_reason};
use crate::check::Rule;
use crate::cli::error::{Problem, message};
use crate::cli::exit::Exit;
use crate::cli::printable;
use crate::cli::render::commit::{commit_fields, left_out, left_out_fields};
use crate::cli::render::{evaluation, fields, json};
use crate::cli::roots::Roots;
use crate::engine::Diagnostic;
use crate::engine::follow::{Event, Waiting};
use crate::model::RelPath;
use jiff::Timestamp;
use serde::Serialize;
use serde_json::{Value, json};

/// The lines of an event: one for each score of a report, one for everything else.
pub fn event(at: Timestamp, event: Event, roots: Roots<'_>) -> String {
    let root = roots.absolute;
    let one = |kind: &str, body: Value| line(at, kind, body);
    let files = |paths: &[RelPath]| -> Vec<String> { paths.iter().map(|path| fields::path(path, root)).collect() };
    match event {
        Event::Started { account, scores } => one("started", json!({"account": account, "scores": scores})),
        Event::Checked { found, paused } => {
            let findings: Vec<Value> = found.iter().map(|one| finding(one, roots)).collect();
            one("checked", json!({"findings": findings, "paused": paused}))
        }
        Event::Waits(waiting) => {
            let one = |one: &Waiting| {
                json!({
                    "file": fields::path(&one.path, root), "message": found_reason(roots.shown, one),
                    "next": found_help(roots.shown, one).iter().map(|help| roots.chosen_folder.typed(help)).collect::<Vec<_>>(),
                })
            };
            line(at, "waits", json!({"scores": waiting.iter().map(one).collect::<Vec<_>>()}))
        }
        Event::Did(report) => {
            let recovered = report.recovered.iter().map(|done| one("finished", json::recovered(done)));
            recovered.chain(report.scores.iter().map(|score| one("score", json::one(score, roots)))).collect()
        }
        Event::Evaluated(ended) => one(
            "evaluated",
            json!({
                "id": ended.score.as_str(), "name": ended.name, "version_id": ended.version.as_str(),
                "evaluation": evaluation::fields(&ended.evaluation),
                "champion_evaluation": ended.champion.as_ref().map(evaluation::fields),
            }),
        ),
        Event::Drafted(draft) => one(
            "draft",
            json!({
                "id": draft.score.as_str(), "name": draft.name, "version_id": draft.version.id.as_str(),
                "author": draft.version.author(), "note": draft.version.note, "created_at": draft.version.created_at.to_string(),
            }),
        ),
        Event::Committed(committed) if committed.made.is_some() => one("committed", commit_fields(&committed, root)),
        Event::Committed(committed) => {
            let mut fields = left_out_fields(&committed.left_out, root);
            fields["message"] = json!(left_out(&committed.left_out, root).join("; "));
            one("not_committed", fields)
        }
        Event::NotCommitted(error) => one("not_committed", json!({"message": error.to_string()})),
        Event::Paused(pause) => one(
            "paused",
            json!({"message": pause_reason(&pause.why), "plan": files(&pause.plan), "next": [roots.chosen_folder.typed(pause_help(&pause.why))]}),
        ),
        Event::Resumed => one("resumed", json!({})),
        Event::Stuck { why, retry_in } => {
            let retry_in_ms = retry_in.map(|retry_in| u64::try_from(retry_in.as_millis()).unwrap_or(u64::MAX));
            one("waiting", json!({"error": error(&roots.chosen_folder.problem(Problem::from(why))), "retry_in_ms": retry_in_ms}))
        }
        Event::Unstuck => one("back", json!({})),
        Event::Listening => one("listening", json!({})),
        Event::Asking(why) => one("asking", json!({"message": why})),
        Event::FilesPolled(why) => one("files_polled", json!({"message": polling_reason(&why)})),
        Event::RootGone => one("root_gone", json!({})),
        Event::RootBack => one("root_back", json!({})),
    }
}

/// The last line.
pub fn ended(at: Timestamp, exit: Exit, problem: Option<&Problem>) -> String {
    let error = problem.map(error);
    line(at, "ended", json!({"exit_code": exit as u8, "error": error}))
}

fn error(problem: &Problem) -> Value {
    json!({"code": problem.code, "message": problem.message, "at": problem.at, "next": problem.help})
}

fn finding(diagnostic: &Diagnostic, roots: Roots<'_>) -> Value {
    let file = diagnostic.path.under(roots.shown).display().to_string();
    let (line, column) = diagnostic.start.map(|start| (start.line, start.column)).unzip();
    json!({
        "file": file, "line": line, "column": column,
        "severity": diagnostic.severity.word(), "code": diagnostic.rule().map(Rule::code),
        "message": message(diagnostic), "holds": diagnostic.blocks_push,
    })
}

fn line(at: Timestamp, event: &str, body: Value) -> String {
    let line = EventLine { version: 1, event, at: at.strftime("%Y-%m-%dT%H:%M:%S%.3fZ").to_string(), body };
    printable::json(serde_json::to_string(&line).expect("texts and numbers are always JSON") + "\n")
}

/// What every line holds.
#[derive(Serialize)]
struct EventLine<'a> {
    version: u32,
    event: &'a str,
    at: String,
    #[serde(flatten)]
    body: Value,
}
