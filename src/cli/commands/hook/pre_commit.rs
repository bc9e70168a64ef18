//! The pre-commit hook: checks what is staged, not the files. Asks no dashboard.

use super::repository::hooked_repository;
use crate::check::Severity;
use crate::cli::app::App;
use crate::cli::error::{Problem, message};
use crate::cli::exit::Exit;
use crate::cli::render;
use crate::cli::text::{plain, quoted};
use crate::cli::ui::Ui;
use crate::engine::{Cause, Diagnostic, check_staged, document_at};
use crate::git::Repository;
use crate::settings::{STATE_FOLDER, Settings};
use crate::state::{Loaded, State};
use serde_json::{Value, json};

/// Checks the staged texts.
///
/// # Errors
/// Git cannot tell what is staged.
pub fn pre_commit(app: &App, settings: &Settings, ui: &mut Ui) -> Result<Exit, Problem> {
    let Some(repository) = hooked_repository(app, settings)? else { return Ok(Exit::Ok) };
    let staged = repository.staged(|path| document_at(path).is_some())?;
    let known = if staged.is_empty() { Loaded::default() } else { known(settings, ui) };
    let findings = check_staged(&staged, &known, &settings.rules.value);
    let findings: Vec<Diagnostic> = findings.into_iter().filter(is_worth_telling).collect();
    let exit = if findings.iter().any(Diagnostic::is_error) { Exit::Differences } else { Exit::Ok };
    print(app, ui, &repository, &findings, exit);
    Ok(exit)
}

/// A hook runs often: what is only good to know is left to `check`.
fn is_worth_telling(diagnostic: &Diagnostic) -> bool {
    diagnostic.severity != Severity::Info
}

/// What the state knows. A check makes no state, and one that cannot be read keeps nobody from committing.
fn known(settings: &Settings, ui: &Ui) -> Loaded {
    let folder = settings.workspace().ok().map(|found| found.root.join(STATE_FOLDER)).filter(|folder| folder.is_dir());
    let Some(folder) = folder else { return Loaded::default() };
    State::open(&folder).and_then(|state| state.load()).unwrap_or_else(|error| {
        ui.warning(&format!("staged scores are not compared with the champions last seen: {error}"));
        Loaded::default()
    })
}

fn print(app: &App, ui: &mut Ui, repository: &Repository, findings: &[Diagnostic], exit: Exit) {
    if app.global.json {
        let findings: Vec<Value> = findings.iter().map(|finding| as_json(repository, finding)).collect();
        return ui.data(&render::json::document("hook", exit, json!({ "findings": findings }), None));
    }
    for finding in findings {
        ui.data(&line(&repository.name_of(&finding.path), finding));
        if matches!(finding.cause, Cause::Behind(_)) {
            ui.help(&format!("scoresync pull {}", quoted(finding.path.as_str())));
        }
    }
    if exit != Exit::Ok {
        ui.help("git commit --no-verify    commits all the same");
    }
}

fn line(name: &str, found: &Diagnostic) -> String {
    let (line, column) = found.start.map_or((1, 1), |start| (start.line, start.column));
    format!("{}:{line}:{column}: {}: {}\n", plain(name), found.severity.word(), plain(&message(found)))
}

fn as_json(repository: &Repository, found: &Diagnostic) -> Value {
    let (path, severity) = (repository.name_of(&found.path), found.severity.word());
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
