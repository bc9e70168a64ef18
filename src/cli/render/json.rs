//! JSON, version 1: one object per command. Fields are only ever added; per-score fields have the reference's names.

use super::diff::unified;
use super::{fields, labels};
use crate::cli::error::{Problem, explanation, fault_at, next_command, warning};
use crate::cli::exit::Exit;
use crate::cli::printable;
use crate::cli::roots::Roots;
use crate::cli::ui::Styler;
use crate::engine::{
    Action, DocDiff, ForeignFolder, Outcome, Recovered, RecoveredOperation, RecoveredRun, RecoveryOutcome, Report, ScoreReport,
    Side,
};
use crate::model::{Changes, RelPath};
use crate::plan::Standing;
use crate::remote::{LeftOut, WhyLeftOut};
use serde::{Serialize, Serializer};
use serde_json::{Value, json};
use std::path::Path;

/// The version of the shape.
const VERSION: u32 = 1;

/// What every command prints.
#[derive(Serialize)]
struct JsonDocument<'a, B> {
    version: u32,
    command: &'a str,
    ok: bool,
    exit_code: u8,
    #[serde(flatten)]
    body: B,
    error: Option<ErrorFields<'a>>,
}

#[derive(Serialize)]
struct ErrorFields<'a> {
    code: &'a str,
    message: &'a str,
    at: &'a [String],
    next: &'a [String],
}

#[derive(Serialize)]
struct ScoreFields<'a> {
    id: &'a str,
    name: &'a str,
    scorecard: &'a str,
    key: &'a str,
    external_id: &'a str,
    disabled: bool,
    state: &'static str,
    outcome: &'static str,
    success: bool,
    skipped: bool,
    version_id: Option<&'a str>,
    champion_version_id: Option<&'a str>,
    champion_updated: bool,
    changes_detected: ChangesDetected,
    code_file_path: String,
    guidelines_file_path: Option<String>,
    message: String,
    fault: Option<String>,
    moved_from: Option<String>,
    waits_for: Option<String>,
    renamed_to: Option<String>,
    renamed_similarity: Option<u8>,
    behind: Option<usize>,
    drafts: Option<Vec<&'a str>>,
    forks: Option<Vec<Value>>,
    newer_drafts: Option<Vec<Value>>,
    newer_drafts_heard_at: Option<String>,
    notes: Vec<&'static str>,
    error: Option<&'static str>,
    next: Option<String>,
}

#[derive(Serialize)]
struct ChangesDetected {
    code: bool,
    guidelines: bool,
}

/// A command's object with these fields of its own.
pub fn document(command: &str, exit: Exit, body: impl Serialize, problem: Option<&Problem>) -> String {
    let error = problem.map(|problem| ErrorFields {
        code: problem.code,
        message: &problem.message,
        at: &problem.at,
        next: &problem.help,
    });
    let ok = error.is_none() && matches!(exit, Exit::Ok | Exit::Differences);
    let document = JsonDocument { version: VERSION, command, ok, exit_code: exit as u8, body, error };
    printable::json(serde_json::to_string_pretty(&document).expect("texts and numbers are always JSON") + "\n")
}

/// The fields of a report, of which those of a score are made when they are printed: there may be many.
#[derive(Serialize)]
pub struct ReportFields<'a> {
    account: &'a str,
    /// Not there where nothing can be committed.
    #[serde(skip_serializing_if = "Option::is_none")]
    commit: Option<Value>,
    dry_run: bool,
    finished: Vec<Value>,
    foreign_folders: Vec<Value>,
    left_out: Vec<Value>,
    legacy_files: Vec<String>,
    legacy_moved: Vec<String>,
    offline: bool,
    scores: ScoreList<'a>,
    unknown_files: Vec<String>,
    unreadable: &'a [String],
    warnings: Vec<String>,
}

impl ReportFields<'_> {
    /// The same of a run of which git may record something.
    pub fn with_commit(self, commit: Option<Value>) -> Self {
        Self { commit: Some(commit.unwrap_or_default()), ..self }
    }
}

struct ScoreList<'a>(&'a [ScoreReport], Roots<'a>);

impl Serialize for ScoreList<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(self.0.iter().map(|score| one(score, self.1)))
    }
}

/// The fields of a report.
pub fn report<'a>(report: &'a Report, roots: Roots<'a>) -> ReportFields<'a> {
    let paths = |paths: &[RelPath]| paths.iter().map(|path| fields::path(path, roots.absolute)).collect();
    let foreign = |foreign: &ForeignFolder| {
        json!({
            "path": fields::path(&foreign.folder, roots.absolute),
            "files": foreign.files,
            "suggestion": foreign.near,
        })
    };
    let left_out = |one: &LeftOut| json!({ "kind": one.kind.folder(), "name": one.name, "reason": left_out_reason(one.why) });
    ReportFields {
        account: &report.account,
        commit: None,
        dry_run: report.dry_run,
        finished: report.recovered.iter().map(recovered).collect(),
        foreign_folders: report.foreign.iter().map(foreign).collect(),
        left_out: report.left_out.iter().map(left_out).collect(),
        legacy_files: paths(&report.legacy),
        legacy_moved: paths(&report.legacy_moved),
        offline: report.offline,
        scores: ScoreList(&report.scores, roots),
        unknown_files: paths(&report.unknown),
        unreadable: &report.unreadable,
        warnings: report
            .warnings
            .iter()
            .map(|noticed| roots.chosen_folder.typed(&warning(roots.absolute, noticed)).into_owned())
            .collect(),
    }
}

fn left_out_reason(why: WhyLeftOut) -> &'static str {
    match why {
        WhyLeftOut::MadeByMachine => "made_by_machine",
        WhyLeftOut::NoText => "no_text",
        WhyLeftOut::OtherScorecard => "other_scorecard",
    }
}

/// What an earlier run had begun, and what became of it.
pub fn recovered(recovered: &Recovered) -> Value {
    match recovered {
        Recovered::Operation(operation) => recovered_operation(operation),
        Recovered::Run(run) => recovered_run(run),
    }
}

/// A run that replaces files, and what became of it.
pub fn recovered_run(recovered: &RecoveredRun) -> Value {
    let left: Vec<&str> = recovered.left().map(|file| file.path.as_str()).collect();
    let end = if left.is_empty() { "done" } else { "left" };
    let done = recovered.files.iter().filter(|file| file.outcome.is_done()).map(|file| file.path.as_str());
    let kept_aside: Vec<&str> = recovered.kept_aside.iter().map(RelPath::as_str).collect();
    json!({
        "run": recovered.run.id.0, "command": recovered.run.kind.as_str(), "files": done.collect::<Vec<_>>(), "left": left,
        "kept_aside": kept_aside, "end": end,
    })
}

fn recovered_operation(recovered: &RecoveredOperation) -> Value {
    let outcome = match recovered.outcome {
        RecoveryOutcome::Pushed => "pushed",
        RecoveryOutcome::Created => "created",
        RecoveryOutcome::Promoted => "promoted",
        RecoveryOutcome::TakenBack => "taken back",
        RecoveryOutcome::NotPromoted => "not promoted",
    };
    json!({ "id": recovered.score.as_str(), "version_id": recovered.version.as_str(), "end": outcome })
}

/// The fields of a diff.
pub fn diffs(diffs: &[DocDiff], unreadable: &[String], root: &Path) -> Value {
    let side = |side: &Side| json!({"label": side.label, "text": side.text.as_deref()});
    let diffs: Vec<Value> = diffs
        .iter()
        .map(|diff| {
            json!({
                "id": diff.score.as_str(),
                "name": diff.name,
                "document": diff.kind.to_string(),
                "path": fields::path(&diff.path, root),
                "old": side(&diff.old),
                "new": side(&diff.new),
                "reformatted": diff.is_reformatted(),
                "unified": unified(Styler::PLAIN, &diff.path.under(root), diff),
            })
        })
        .collect();
    json!({ "diffs": diffs, "unreadable": unreadable })
}

/// One score's fields.
pub fn one(score: &ScoreReport, roots: Roots<'_>) -> Value {
    serde_json::to_value(score_fields(score, roots)).expect("texts and numbers are always JSON")
}

fn score_fields<'a>(score: &'a ScoreReport, roots: Roots<'_>) -> ScoreFields<'a> {
    let root = roots.absolute;
    let explanation = explanation(score, roots.shown);
    let action = match &score.outcome {
        Outcome::Done(action) | Outcome::Planned(action) => Some(action),
        _ => score.earlier.as_deref(),
    };
    let changes = changes(score, action);
    ScoreFields {
        id: score.id.as_str(),
        name: &score.name,
        scorecard: &score.scorecard,
        key: &score.key,
        external_id: &score.external_id,
        disabled: score.disabled,
        state: labels::state(score).text,
        outcome: labels::outcome(&score.outcome).text,
        success: explanation.is_none(),
        skipped: matches!(score.outcome, Outcome::Untouched) && score.earlier.is_none(),
        version_id: version(score, action),
        champion_version_id: score.champion.as_ref().map(|id| id.as_str()),
        champion_updated: matches!(score.outcome, Outcome::Done(Action::Pushed { promoted: true, .. })),
        changes_detected: ChangesDetected { code: changes.code, guidelines: changes.guidelines },
        code_file_path: fields::path(&score.paths.code, root),
        guidelines_file_path: fields::guidelines(&score.paths, root),
        message: explanation.as_ref().map_or_else(|| message(score, action), |explanation| explanation.message.clone()),
        fault: score.fault.as_ref().map(|fault| fault_at(roots.shown, score.files_at(), fault)),
        moved_from: score.moved_from.as_ref().map(|before| fields::path(&before.code, root)),
        waits_for: score.waits_for.as_ref().map(|place| fields::path(place, root)),
        renamed_to: score.renamed.as_ref().map(|renamed| fields::path(&renamed.to, root)),
        renamed_similarity: score.renamed.as_ref().map(|renamed| renamed.percent),
        behind: score
            .ahead_behind
            .as_ref()
            .map(|ahead_behind| ahead_behind.behind.len())
            .or((score.standing == Standing::Clean).then_some(0)),
        drafts: score.ahead_behind.as_ref().map(|ahead_behind| ahead_behind.ahead.iter().map(|id| id.as_str()).collect()),
        forks: score.ahead_behind.as_ref().map(|ahead_behind| ahead_behind.forks.iter().map(fields::version).collect()),
        newer_drafts: score.drafts.as_ref().map(|drafts| drafts.versions.iter().map(fields::version).collect()),
        newer_drafts_heard_at: score.drafts.as_ref().and_then(|drafts| Some(drafts.heard_at?.to_string())),
        notes: score.notes.iter().map(|note| labels::note(*note)).collect(),
        error: explanation.as_ref().map(|explanation| explanation.code),
        next: next_command(score, roots.shown).map(|command| roots.chosen_folder.typed(&command).into_owned()),
    }
}

fn version<'a>(score: &'a ScoreReport, action: Option<&'a Action>) -> Option<&'a str> {
    match action {
        Some(
            Action::Pulled { version, .. }
            | Action::Resolved { version, .. }
            | Action::Marked { version, .. }
            | Action::Recorded { version }
            | Action::Pushed { version, .. },
        ) => Some(version.as_str()),
        _ => score.base.as_ref().map(|id| id.as_str()),
    }
}

fn changes(score: &ScoreReport, action: Option<&Action>) -> Changes {
    match (action, score.standing) {
        (Some(Action::Pulled { written: changes, .. } | Action::Pushed { changes, .. }), _) => *changes,
        (Some(Action::Resolved { documents, written, .. } | Action::Marked { documents, written, .. }), _) => {
            documents.or(*written)
        }
        (_, Standing::Modified(changes) | Standing::Behind(changes)) => changes,
        (_, Standing::Diverged { local, remote }) => local.or(remote),
        _ => Changes::default(),
    }
}

fn message(score: &ScoreReport, action: Option<&Action>) -> String {
    let planned = matches!(score.outcome, Outcome::Planned(_));
    action.map_or_else(|| labels::standing_detail(score, None), |action| labels::action_detail(action, planned))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cli::chosen_folder::ChosenFolder;
    use crate::cli::testing::{conflict, report as sample, score as sample_score};
    use crate::engine::Verb;

    #[test]
    fn the_shape_is_a_promise() {
        let changes = Changes { code: true, guidelines: false };
        let pushed = Action::Pushed { version: "new45678-0".into(), changes, existed: false, promoted: true };
        let run = sample(
            Verb::Push,
            vec![
                sample_score("Done", Standing::Modified(changes), Outcome::Done(pushed)),
                sample_score("Stuck", Standing::UnknownBase, Outcome::Conflict(conflict())),
            ],
        );
        insta::assert_snapshot!(document("push", Exit::Conflict, report(&run, Roots { absolute: Path::new("/w"), shown: Path::new("w"), chosen_folder: &ChosenFolder::default() }), None), @r#"
        {
          "version": 1,
          "command": "push",
          "ok": false,
          "exit_code": 3,
          "account": "Acme",
          "dry_run": false,
          "finished": [],
          "foreign_folders": [],
          "left_out": [],
          "legacy_files": [],
          "legacy_moved": [],
          "offline": false,
          "scores": [
            {
              "behind": null,
              "champion_updated": true,
              "champion_version_id": "cham5678-0",
              "changes_detected": {
                "code": true,
                "guidelines": false
              },
              "code_file_path": "/w/Card/Done.yaml",
              "disabled": false,
              "drafts": null,
              "error": null,
              "external_id": "7",
              "fault": null,
              "forks": null,
              "guidelines_file_path": "/w/Card/guidelines/Done.md",
              "id": "id-Done",
              "key": "done",
              "message": "code, version new45678, now champion",
              "moved_from": null,
              "name": "Done",
              "newer_drafts": null,
              "newer_drafts_heard_at": null,
              "next": null,
              "notes": [],
              "outcome": "pushed",
              "renamed_similarity": null,
              "renamed_to": null,
              "scorecard": "Card",
              "skipped": false,
              "state": "edited",
              "success": true,
              "version_id": "new45678-0",
              "waits_for": null
            },
            {
              "behind": null,
              "champion_updated": false,
              "champion_version_id": "cham5678-0",
              "changes_detected": {
                "code": false,
                "guidelines": false
              },
              "code_file_path": "/w/Card/Stuck.yaml",
              "disabled": false,
              "drafts": null,
              "error": "CONFLICT",
              "external_id": "7",
              "fault": null,
              "forks": null,
              "guidelines_file_path": "/w/Card/guidelines/Stuck.md",
              "id": "id-Stuck",
              "key": "stuck",
              "message": "code: both sides changed the same lines",
              "moved_from": null,
              "name": "Stuck",
              "newer_drafts": null,
              "newer_drafts_heard_at": null,
              "next": "scoresync resolve w/Card/Stuck.yaml    # or with --ours, --theirs, --merge, --tool",
              "notes": [],
              "outcome": "conflict",
              "renamed_similarity": null,
              "renamed_to": null,
              "scorecard": "Card",
              "skipped": false,
              "state": "unknown",
              "success": false,
              "version_id": "base5678-0",
              "waits_for": null
            }
          ],
          "unknown_files": [],
          "unreadable": [],
          "warnings": [],
          "error": null
        }
        "#);
    }

    #[test]
    fn an_error_has_a_code_and_the_way_out() {
        let problem = Problem::new(Exit::Guard, "LOCKED", "another run").help("wait");
        let json: Value = serde_json::from_str(&document("pull", Exit::Guard, json!({}), Some(&problem))).expect("JSON");
        assert_eq!((&json["ok"], &json["exit_code"]), (&Value::Bool(false), &Value::from(7)));
        assert_eq!(json["error"], json!({"code": "LOCKED", "message": "another run", "at": [], "next": ["wait"]}));
    }
}
