//! A watcher's events as NDJSON, version 1: one object a line. Kinds and fields are only ever added.

use super::wording::{pause_reason, polling_reason};
use crate::cli::error::Problem;
use crate::cli::exit::Exit;
use crate::cli::render::json;
use crate::engine::follow::{Event, Remark};
use jiff::Timestamp;
use serde::Serialize;
use serde_json::{Value, json};
use std::path::Path;

/// The lines of an event: one for each score of a report, one for everything else.
pub fn event(at: Timestamp, event: Event, root: &Path) -> String {
    let one = |kind: &str, body: Value| line(at, kind, body);
    match event {
        Event::Started { account, scores } => one("started", json!({"account": account, "scores": scores})),
        Event::Checked(remarks) => {
            let findings: Vec<Value> = remarks.iter().map(finding).collect();
            one("checked", json!({"findings": findings}))
        }
        Event::Did(report) => {
            let finished = report.finished.iter().map(|done| one("finished", json::finished(done)));
            finished.chain(report.scores.iter().map(|score| one("score", json::one(score, root)))).collect()
        }
        Event::Committed(made, subject) => {
            let ignored: Vec<String> = made.ignored.iter().map(|path| path.under(root).display().to_string()).collect();
            one("committed", json!({"commit": made.id.as_str(), "subject": subject, "ignored": ignored}))
        }
        Event::NotCommitted(error) => one("not_committed", json!({"message": error.to_string()})),
        Event::Paused(pause) => {
            let plan: Vec<String> = pause.plan.iter().map(|path| path.under(root).display().to_string()).collect();
            one("paused", json!({"message": pause_reason(&pause.why), "plan": plan}))
        }
        Event::Resumed => one("resumed", json!({})),
        Event::Stuck { why, retry_in } => {
            let retry_in_ms = u64::try_from(retry_in.as_millis()).unwrap_or(u64::MAX);
            one("waiting", json!({"error": error(&Problem::from(why)), "retry_in_ms": retry_in_ms}))
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

fn finding(remark: &Remark) -> Value {
    let mut parts = remark.place.rsplitn(3, ':');
    let number = |part: Option<&str>| part.and_then(|part| part.parse::<usize>().ok());
    let (column, line) = (number(parts.next()), number(parts.next()));
    let Remark { severity, rule, message, holds, .. } = remark;
    json!({
        "file": parts.next(), "line": line, "column": column,
        "severity": severity.word(), "code": rule, "message": message, "holds": holds,
    })
}

fn line(at: Timestamp, event: &str, body: Value) -> String {
    let line = EventLine { version: 1, event, at: at.strftime("%Y-%m-%dT%H:%M:%S%.3fZ").to_string(), body };
    serde_json::to_string(&line).expect("texts and numbers are always JSON") + "\n"
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
