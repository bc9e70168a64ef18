//! The pre-commit hook: checks what is staged, not the files. Asks no dashboard.

use super::served::ServedWorkspace;
use crate::check::Severity;
use crate::cli::app::App;
use crate::cli::error::{Problem, message};
use crate::cli::exit::Exit;
use crate::cli::render;
use crate::cli::text::{plain, quoted};
use crate::cli::ui::Ui;
use crate::engine::{Cause, Diagnostic, check_staged, recorded_of};
use crate::git::Staged;
use crate::model::{RelPath, SyncKind, document_at};
use crate::settings::{STATE_FOLDER, Settings};
use crate::state::{Loaded, State};
use serde_json::{Value, json};

/// Checks the staged texts.
///
/// # Errors
/// Git cannot tell what is staged.
pub fn pre_commit(app: &App, served: &[ServedWorkspace], ui: &mut Ui) -> Result<Exit, Problem> {
    let mut found = Vec::new();
    for workspace in served {
        let repository = &workspace.repository;
        found.extend(staged_findings(workspace, ui)?.into_iter().map(|finding| (repository.name_of(&finding.path), finding)));
    }
    let exit = if found.iter().any(|(_, finding)| finding.is_error()) { Exit::Differences } else { Exit::Ok };
    print(app, ui, &found, exit);
    Ok(exit)
}

fn staged_findings(served: &ServedWorkspace, ui: &Ui) -> Result<Vec<Diagnostic>, Problem> {
    let kinds = &served.settings.documents.value;
    let is_synced = |path: &RelPath| document_at(path).is_some() && SyncKind::at(path.as_str()).is_synced(kinds);
    let staged = served.repository.staged(is_synced)?;
    let known = if staged.is_empty() { Loaded::default() } else { known(&served.settings, &staged, ui) };
    let findings = check_staged(&staged, &known, served.settings.scorecards.value.is_empty(), &served.settings.rules.value);
    Ok(findings.into_iter().filter(is_worth_telling).collect())
}

/// A hook runs often: what is only good to know is left to `check`.
fn is_worth_telling(diagnostic: &Diagnostic) -> bool {
    diagnostic.severity != Severity::Info
}

/// What the state knows of the staged scores; of all where standalone documents are staged, which may name any. A check makes no state, and one that cannot be read keeps nobody from committing.
fn known(settings: &Settings, staged: &[Staged], ui: &Ui) -> Loaded {
    let folder = settings.workspace().ok().map(|found| found.root.join(STATE_FOLDER)).filter(|folder| folder.is_dir());
    let Some(folder) = folder else { return Loaded::default() };
    let files: Vec<&RelPath> = staged.iter().map(|file| &file.path).collect();
    let may_name_any = files.iter().any(|path| SyncKind::at(path.as_str()).is_standalone());
    let recorded = |state: State| if may_name_any { state.load() } else { recorded_of(&state, &files) };
    State::open(&folder).and_then(recorded).unwrap_or_else(|error| {
        ui.warning(&format!("staged scores are not compared with the champions last seen: {error}"));
        Loaded::default()
    })
}

/// Findings with their files, as these are called from the top of the working tree.
fn print(app: &App, ui: &mut Ui, found: &[(String, Diagnostic)], exit: Exit) {
    if app.global.json {
        let findings: Vec<Value> = found.iter().map(|(name, finding)| as_json(name, finding)).collect();
        return ui.data(&render::json::document("hook", exit, json!({ "findings": findings }), None));
    }
    for (name, finding) in found {
        ui.data(&line(name, finding));
        if matches!(finding.cause, Cause::Behind(_)) {
            ui.help(&format!("scoresync pull {}", quoted(name)));
        }
    }
    if exit != Exit::Ok {
        ui.help("git commit --no-verify    # commits anyway");
    }
}

fn line(name: &str, found: &Diagnostic) -> String {
    let (line, column) = found.start.map_or((1, 1), |start| (start.line, start.column));
    format!("{}:{line}:{column}: {}: {}\n", plain(name), found.severity.word(), plain(&message(found)))
}

fn as_json(path: &str, found: &Diagnostic) -> Value {
    let severity = found.severity.word();
    match (&found.cause, found.start) {
        (Cause::Behind(champion), _) => json!({ "path": path, "severity": severity, "behind": champion }),
        (_, Some(start)) => {
            let mut fields = json!({
                "path": path, "severity": severity, "line": start.line, "column": start.column, "message": message(found)
            });
            if let Some(rule) = found.rule() {
                fields["rule"] = rule.code().into();
            }
            fields
        }
        (_, None) => json!({ "path": path, "severity": severity, "message": message(found) }),
    }
}
