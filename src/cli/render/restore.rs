//! What was replaced, and what came back.

use super::{fields, json};
use crate::cli::text::{DRY_RUN, counted, plain, utc_seconds};
use crate::cli::ui::{BOLD, DIM, GREEN, RED, Styler, YELLOW};
use crate::engine::{RestoreOutcome, RestoreReport};
use crate::state::Backup;
use anstyle::Style;
use serde_json::{Value, json};
use std::path::Path;

/// What became of each file, and what that means for later commands.
pub fn text(styler: Styler, root: &Path, restored: &RestoreReport, dry_run: bool) -> String {
    let mut text = String::new();
    if let Some(run) = &restored.undone {
        let heading = format!("run {}: {}, {}", run.id.0, plain(run.kind.as_str()), utc_seconds(run.started_at));
        text += &format!("{}\n", styler.apply(BOLD, heading));
    }
    for file in &restored.files {
        let (word, style, detail) = words(&file.outcome, dry_run);
        let line = format!(
            "  {}  {}  {}",
            styler.apply(style, format_args!("{word:10}")),
            plain(&fields::path(&file.path, root)),
            plain(&detail)
        );
        text += &format!("{}\n", line.trim_end());
    }
    let changed =
        restored.files.iter().filter(|file| matches!(file.outcome, RestoreOutcome::Written(_) | RestoreOutcome::Removed)).count();
    let mut last = format!("{}: {changed} restored", counted(restored.files.len(), "file"));
    if !restored.bases.is_empty() {
        last += &format!("; {} restored", counted(restored.bases.len(), "base version"));
    }
    let dry = if dry_run { DRY_RUN } else { "" };
    format!("{text}\n{last}{dry}\n")
}

fn words(outcome: &RestoreOutcome, dry_run: bool) -> (&'static str, Style, String) {
    match outcome {
        RestoreOutcome::Written(bytes) if dry_run => ("to restore", YELLOW, size(*bytes as u64)),
        RestoreOutcome::Written(bytes) => ("restored", GREEN, size(*bytes as u64)),
        RestoreOutcome::Removed if dry_run => ("to remove", YELLOW, "it was not there before".to_owned()),
        RestoreOutcome::Removed => ("removed", GREEN, "it was not there before".to_owned()),
        RestoreOutcome::Unchanged => ("unchanged", DIM, "it is the same already".to_owned()),
        RestoreOutcome::Edited => ("left alone", RED, "it was changed after the command wrote it".to_owned()),
        RestoreOutcome::SyncedSince => ("left alone", RED, "its score was synced again since".to_owned()),
        RestoreOutcome::NotKept => ("not kept", RED, "no earlier copy of it is kept".to_owned()),
        RestoreOutcome::Failed(error) => ("failed", RED, error.to_string()),
    }
}

/// Every replaced file under the heading of its run.
pub fn backups(styler: Styler, root: &Path, backups: &[Backup]) -> String {
    let (mut text, mut heading) = (String::new(), None);
    for entry in backups {
        if heading != Some(entry.run.id) {
            let gap = if heading.is_some() { "\n" } else { "" };
            let run =
                format!("run {}: {}, {}", entry.run.id.0, plain(entry.run.kind.as_str()), utc_seconds(entry.run.started_at));
            text += &format!("{gap}{}\n", styler.apply(BOLD, run));
            heading = Some(entry.run.id);
        }
        let what = match (entry.bytes, entry.replaced.before) {
            (Some(bytes), _) => size(bytes),
            (None, None) => "made".to_owned(),
            (None, Some(_)) => "not kept".to_owned(),
        };
        text += &format!("  {:>6}  {what:>9}  {}\n", entry.replaced.id, plain(&fields::path(&entry.replaced.path, root)));
    }
    text
}

/// The list as JSON fields.
pub fn backup_fields(backups: &[Backup], root: &Path) -> Value {
    let entry = |entry: &Backup| {
        json!({
            "entry": entry.replaced.id,
            "run": entry.run.id.0,
            "command": entry.run.kind.as_str(),
            "started_at": entry.run.started_at.to_string(),
            "replaced_at": entry.replaced.at.to_string(),
            "path": fields::path(&entry.replaced.path, root),
            "bytes": entry.bytes,
            "made": entry.replaced.before.is_none(),
        })
    };
    json!({ "replaced": backups.iter().map(entry).collect::<Vec<_>>() })
}

/// What came back as JSON fields.
pub fn fields(restored: &RestoreReport, dry_run: bool, root: &Path) -> Value {
    let files: Vec<Value> = restored
        .files
        .iter()
        .map(|file| {
            let (word, _, detail) = words(&file.outcome, dry_run);
            json!({"path": fields::path(&file.path, root), "outcome": word, "message": detail})
        })
        .collect();
    let bases: Vec<Value> = restored
        .bases
        .iter()
        .map(|(score, base)| json!({"id": score.as_str(), "version_id": base.as_ref().map(|id| id.as_str())}))
        .collect();
    let run = restored.undone.as_ref().map(|run| json!({"run": run.id.0, "command": run.kind.as_str()}));
    let finished: Vec<Value> = restored.recovered.iter().map(json::recovered_run).collect();
    json!({ "undone": run, "dry_run": dry_run, "files": files, "scores": bases, "finished": finished })
}

/// Bytes, or thousands of them.
fn size(bytes: u64) -> String {
    match bytes {
        0..10_000 => format!("{bytes} B"),
        _ => format!("{} KB", bytes / 1000),
    }
}
