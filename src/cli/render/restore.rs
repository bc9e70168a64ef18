//! What was replaced, and what came back.

use super::relative_time::Clock;
use super::table::beside;
use super::view::View;
use super::{fields, json};
use crate::cli::text::{DRY_RUN, counted, plain};
use crate::cli::ui::{BOLD, DIM, GREEN, RED, YELLOW, columns};
use crate::engine::{RestoreOutcome, RestoreReport};
use crate::state::{Backup, Run};
use anstyle::Style;
use serde_json::{Value, json};
use std::path::Path;

/// When it is told what becomes of files.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Telling {
    /// It is done.
    Afterwards,
    /// A person is about to be asked whether it is to be done.
    Ahead,
    /// It will not be done.
    DryRun,
}

/// What became of each file, and what that means for later commands. Where only what did not go well is to be told, there may
/// be nothing.
pub fn text(view: View<'_>, clock: &Clock, restored: &RestoreReport, told: Telling) -> String {
    let is_done = told == Telling::Afterwards;
    let brief = view.quiet && is_done;
    let mut files = restored.files.iter().filter(|file| !brief || !file.outcome.is_done()).peekable();
    if brief && files.peek().is_none() {
        return String::new();
    }
    let mut text: String = restored.undone.iter().map(|run| heading(view, clock, run)).collect();
    for file in files {
        let (word, style, detail) = words(&file.outcome, is_done);
        let said = format!("{}  {}", plain(&fields::path(&file.path, view.root)), plain(&detail));
        text += &beside(&format!("  {}  ", view.styler.apply(style, format_args!("{word:10}"))), 14, &said, view.width);
    }
    let changed =
        restored.files.iter().filter(|file| matches!(file.outcome, RestoreOutcome::Written(_) | RestoreOutcome::Removed)).count();
    let word = if is_done { "restored" } else { "to restore" };
    let mut last = format!("{}: {changed} {word}", counted(restored.files.len(), "file"));
    if !restored.bases.is_empty() {
        last += &format!("; {} {word}", counted(restored.bases.len(), "base version"));
    }
    last += if told == Telling::DryRun { DRY_RUN } else { "" };
    format!("{text}\n{}", beside("", 0, &last, view.width))
}

/// Which run, what it was and when it began.
fn heading(view: View<'_>, clock: &Clock, run: &Run) -> String {
    let when = clock.age_or_exact(run.started_at, view.verbose);
    let heading = format!("run {}: {}, {when}", run.id.0, plain(run.kind.as_str()));
    format!("{}\n", view.styler.apply(BOLD, heading))
}

fn words(outcome: &RestoreOutcome, is_done: bool) -> (&'static str, Style, String) {
    match outcome {
        RestoreOutcome::Written(bytes) if is_done => ("restored", GREEN, size(*bytes as u64)),
        RestoreOutcome::Written(bytes) => ("to restore", YELLOW, size(*bytes as u64)),
        RestoreOutcome::Removed if is_done => ("removed", GREEN, "it was not there before".to_owned()),
        RestoreOutcome::Removed => ("to remove", YELLOW, "it was not there before".to_owned()),
        RestoreOutcome::Unchanged => ("unchanged", DIM, "it is the same already".to_owned()),
        RestoreOutcome::Edited => ("left alone", RED, "it was changed after the command wrote it".to_owned()),
        RestoreOutcome::SyncedSince => ("left alone", RED, "its score was synced again since".to_owned()),
        RestoreOutcome::Taken => ("left alone", RED, "another score has its place there".to_owned()),
        RestoreOutcome::StaysWithOthers => ("left alone", RED, "it goes back only together with a file that stays".to_owned()),
        RestoreOutcome::NotKept(None) => ("not kept", RED, "no earlier copy of it is kept".to_owned()),
        RestoreOutcome::NotKept(Some(base)) => {
            ("not kept", RED, format!("no earlier copy of it is kept; your edits started from version {}", base.short()))
        }
        RestoreOutcome::Failed(error) => ("failed", RED, error.to_string()),
    }
}

/// Every replaced file under the heading of its run; of a run without files, how many scores got another base.
pub fn backups(view: View<'_>, clock: &Clock, backups: &[Backup], bases: &[(Run, usize)]) -> String {
    let (mut text, mut run) = (String::new(), None);
    let mut bases = bases.iter().peekable();
    let headed = |text: &mut String, run: &Run| {
        let gap = if text.is_empty() { "" } else { "\n" };
        *text += &format!("{gap}{}", heading(view, clock, run));
    };
    let add_bases = |text: &mut String, (run, count): &(Run, usize)| {
        headed(text, run);
        *text += &format!("{:21}{}, no file\n", "", counted(*count, "base version"));
    };
    for entry in backups {
        while let Some(newer) = bases.next_if(|(run, _)| run.id > entry.run.id) {
            add_bases(&mut text, newer);
        }
        if run != Some(entry.run.id) {
            headed(&mut text, &entry.run);
            run = Some(entry.run.id);
        }
        let what = match (entry.bytes, entry.replaced.before) {
            (Some(bytes), _) => size(bytes),
            (None, None) => "made".to_owned(),
            (None, Some(_)) => "not kept".to_owned(),
        };
        let head = format!("  {:>6}  {what:>9}  ", entry.replaced.id);
        text += &beside(&head, columns(&head), &plain(&fields::path(&entry.replaced.path, view.root)), view.width);
    }
    bases.for_each(|older| add_bases(&mut text, older));
    text
}

/// The list as JSON fields.
pub fn backup_fields(backups: &[Backup], bases: &[(Run, usize)], root: &Path) -> Value {
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
    let base = |(run, count): &(Run, usize)| {
        let (command, started_at) = (run.kind.as_str(), run.started_at.to_string());
        json!({ "run": run.id.0, "command": command, "started_at": started_at, "bases": count })
    };
    let files: Vec<Value> = backups.iter().map(entry).collect();
    json!({ "replaced": files, "without_files": bases.iter().map(base).collect::<Vec<_>>() })
}

/// What came back as JSON fields.
pub fn fields(restored: &RestoreReport, dry_run: bool, root: &Path) -> Value {
    let files: Vec<Value> = restored
        .files
        .iter()
        .map(|file| {
            let (word, _, detail) = words(&file.outcome, !dry_run);
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
