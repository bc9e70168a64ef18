//! The pre-commit hook: checks what is staged, not the files. Asks no dashboard.

use super::repository::hooked_repository;
use crate::check::Severity;
use crate::cli::app::App;
use crate::cli::error::Problem;
use crate::cli::exit::Exit;
use crate::cli::render;
use crate::cli::text::{plain, quoted};
use crate::cli::ui::Ui;
use crate::engine::{StagedFinding, StagedNews, check_staged, document_at};
use crate::git::Repository;
use crate::settings::{STATE_FOLDER, Settings};
use crate::state::{Loaded, State};
use serde_json::{Value, json};

/// What is said about bytes that are no text.
const NOT_TEXT: &str = "not UTF-8";

/// Checks the staged texts.
///
/// # Errors
/// Git cannot tell what is staged.
pub fn pre_commit(app: &App, settings: &Settings, ui: &mut Ui) -> Result<Exit, Problem> {
    let Some(repository) = hooked_repository(app, settings)? else { return Ok(Exit::Ok) };
    let staged = repository.staged(|path| document_at(path).is_some())?;
    let known = if staged.is_empty() { Loaded::default() } else { known(settings, ui) };
    let findings = check_staged(&staged, &known, &settings.rules.value);
    let findings: Vec<StagedFinding> = findings.into_iter().filter(is_worth_telling).collect();
    let exit = if findings.iter().any(StagedFinding::is_error) { Exit::Differences } else { Exit::Ok };
    print(app, ui, &repository, &findings, exit);
    Ok(exit)
}

/// A hook runs often: what is only good to know is left to `check`.
fn is_worth_telling(finding: &StagedFinding) -> bool {
    !matches!(&finding.ahead_behind, StagedNews::Found(found) if found.severity == Severity::Info)
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

fn print(app: &App, ui: &mut Ui, repository: &Repository, findings: &[StagedFinding], exit: Exit) {
    if app.global.json {
        let findings: Vec<Value> = findings.iter().map(|finding| as_json(repository, finding)).collect();
        return ui.data(&render::json::document("hook", exit, json!({ "findings": findings }), None));
    }
    for finding in findings {
        ui.data(&line(&repository.name_of(&finding.path), &finding.ahead_behind));
        if matches!(finding.ahead_behind, StagedNews::Behind(_)) {
            ui.help(&format!("scoresync pull {}", quoted(finding.path.as_str())));
        }
    }
    if exit != Exit::Ok {
        ui.help("git commit --no-verify    commits all the same");
    }
}

fn line(name: &str, ahead_behind: &StagedNews) -> String {
    let (line, column, severity, message) = match ahead_behind {
        StagedNews::Found(found) => (found.start.line, found.start.column, found.severity.word(), found.message.clone()),
        StagedNews::NotText { line, column } => (*line, *column, "error", NOT_TEXT.to_owned()),
        StagedNews::Behind(champion) => (1, 1, "warning", format!("behind champion {}", champion.short())),
    };
    format!("{}:{line}:{column}: {severity}: {}\n", plain(name), plain(&message))
}

fn as_json(repository: &Repository, finding: &StagedFinding) -> Value {
    let path = repository.name_of(&finding.path);
    match &finding.ahead_behind {
        StagedNews::Found(found) => {
            let (line, column, severity) = (found.start.line, found.start.column, found.severity.word());
            let (rule, message) = (found.rule.code(), &found.message);
            json!({ "path": path, "severity": severity, "line": line, "column": column, "rule": rule, "message": message })
        }
        StagedNews::NotText { line, column } => {
            json!({ "path": path, "severity": "error", "line": line, "column": column, "message": NOT_TEXT })
        }
        StagedNews::Behind(champion) => json!({ "path": path, "severity": "warning", "behind": champion }),
    }
}
