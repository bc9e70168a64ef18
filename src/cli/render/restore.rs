//! What was replaced, and what came back.

use crate::cli::error::plain;
use crate::cli::ui::{BOLD, DIM, GREEN, Paint, RED, YELLOW};
use crate::engine::{RestoreOutcome, RestoreReport};
use crate::model::RelPath;
use crate::state::Backup;
use anstyle::Style;
use serde_json::{Value, json};
use std::path::Path;

/// What became of each file, and what that means for later commands.
pub fn text(paint: Paint, root: &Path, done: &RestoreReport, dry_run: bool) -> String {
    let mut text = String::new();
    if let Some(run) = &done.undone {
        let heading = format!("run {}: {}, {}", run.id.0, plain(run.kind.as_str()), seconds(run.started_at));
        text += &format!("{}\n", paint.with(BOLD, heading));
    }
    for file in &done.files {
        let (word, style, detail) = words(&file.outcome, dry_run);
        let line = format!(
            "  {}  {}  {}",
            paint.with(style, format_args!("{word:10}")),
            plain(&shown(&file.path, root)),
            plain(&detail)
        );
        text += &format!("{}\n", line.trim_end());
    }
    let changed =
        done.files.iter().filter(|file| matches!(file.outcome, RestoreOutcome::Written(_) | RestoreOutcome::Removed)).count();
    let of = done.files.len();
    let mut last = format!("{of} {}: {changed} brought back", if of == 1 { "file" } else { "files" });
    if !done.bases.is_empty() {
        let scores =
            if done.bases.len() == 1 { "1 score stands".to_owned() } else { format!("{} scores stand", done.bases.len()) };
        last += &format!("; {scores} to the dashboard as before");
    }
    let dry = if dry_run { " (dry run: nothing was done)" } else { "" };
    format!("{text}\n{last}{dry}\n")
}

fn words(outcome: &RestoreOutcome, dry_run: bool) -> (&'static str, Style, String) {
    match outcome {
        RestoreOutcome::Written(bytes) if dry_run => ("to restore", YELLOW, size(*bytes as u64)),
        RestoreOutcome::Written(bytes) => ("restored", GREEN, size(*bytes as u64)),
        RestoreOutcome::Removed if dry_run => ("to remove", YELLOW, "it was not there before".to_owned()),
        RestoreOutcome::Removed => ("removed", GREEN, "it was not there before".to_owned()),
        RestoreOutcome::Unchanged => ("unchanged", DIM, "it is so already".to_owned()),
        RestoreOutcome::Edited => ("left alone", RED, "it is not what the command wrote any more".to_owned()),
        RestoreOutcome::SyncedSince => ("left alone", RED, "its score was synced again since".to_owned()),
        RestoreOutcome::NotKept => ("not kept", RED, "nothing earlier is kept of this file".to_owned()),
        RestoreOutcome::Failed(error) => ("failed", RED, error.to_string()),
    }
}

/// Every replaced file under the heading of its run.
pub fn kept(paint: Paint, root: &Path, kept: &[Backup]) -> String {
    let (mut text, mut heading) = (String::new(), None);
    for entry in kept {
        if heading != Some(entry.run.id) {
            let gap = if heading.is_some() { "\n" } else { "" };
            let run = format!("run {}: {}, {}", entry.run.id.0, plain(entry.run.kind.as_str()), seconds(entry.run.started_at));
            text += &format!("{gap}{}\n", paint.with(BOLD, run));
            heading = Some(entry.run.id);
        }
        let what = match (entry.bytes, entry.replaced.before) {
            (Some(bytes), _) => size(bytes),
            (None, None) => "made".to_owned(),
            (None, Some(_)) => "not kept".to_owned(),
        };
        text += &format!("  {:>6}  {what:>9}  {}\n", entry.replaced.id, plain(&shown(&entry.replaced.path, root)));
    }
    text
}

/// The list as JSON fields.
pub fn kept_fields(kept: &[Backup], root: &Path) -> Value {
    let entry = |entry: &Backup| {
        json!({
            "entry": entry.replaced.id,
            "run": entry.run.id.0,
            "command": entry.run.kind.as_str(),
            "started_at": entry.run.started_at.to_string(),
            "replaced_at": entry.replaced.at.to_string(),
            "path": shown(&entry.replaced.path, root),
            "bytes": entry.bytes,
            "made": entry.replaced.before.is_none(),
        })
    };
    json!({ "replaced": kept.iter().map(entry).collect::<Vec<_>>() })
}

/// What came back as JSON fields.
pub fn fields(done: &RestoreReport, dry_run: bool, root: &Path) -> Value {
    let files: Vec<Value> = done
        .files
        .iter()
        .map(|file| {
            let (word, _, detail) = words(&file.outcome, dry_run);
            json!({"path": shown(&file.path, root), "outcome": word, "message": detail})
        })
        .collect();
    let bases: Vec<Value> = done
        .bases
        .iter()
        .map(|(score, base)| json!({"id": score.as_str(), "version_id": base.as_ref().map(|id| id.as_str())}))
        .collect();
    let run = done.undone.as_ref().map(|run| json!({"run": run.id.0, "command": run.kind.as_str()}));
    json!({ "undone": run, "dry_run": dry_run, "files": files, "scores": bases })
}

fn shown(path: &RelPath, root: &Path) -> String {
    path.under(root).display().to_string()
}

fn seconds(at: jiff::Timestamp) -> String {
    at.strftime("%Y-%m-%dT%H:%M:%SZ").to_string()
}

fn size(bytes: u64) -> String {
    match bytes {
        0..10_000 => format!("{bytes} B"),
        _ => format!("{} KB", bytes / 1000),
    }
}
