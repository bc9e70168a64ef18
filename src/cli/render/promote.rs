//! Candidates of a promotion: what they change and how they did, then what became of them.

use super::diff::unified;
use super::fields;
use crate::cli::error::{failure_message, lost_to, not_promotable, way_out};
use crate::cli::text::{DRY_RUN, counted, plain, utc_seconds, version_line};
use crate::cli::ui::{BOLD, DIM, GREEN, RED, Styler, YELLOW};
use crate::engine::{Candidate, Promotion};
use crate::model::{DocKind, Evaluation, VersionMeta};
use anstyle::Style;
use serde_json::{Value, json};
use std::path::Path;

/// Differences and evaluations of the candidates that a person is asked about.
pub fn proposals(styler: Styler, root: &Path, candidates: &[Candidate]) -> String {
    let fit = candidates.iter().filter(|candidate| matches!(candidate.promotion, Promotion::Fit));
    fit.map(|candidate| proposal(styler, root, candidate) + "\n").collect()
}

fn proposal(styler: Styler, root: &Path, candidate: &Candidate) -> String {
    let mut text = format!("{}\n", styler.apply(BOLD, plain(&candidate.name)));
    for (label, version) in [("champion", &candidate.champion), ("candidate", &candidate.version)] {
        let said = version.as_ref().map_or_else(|| no_version(candidate, label), version_line);
        text += &format!("  {}  {}\n", styler.apply(DIM, format_args!("{label:10}")), plain(&said));
    }
    text += &format!(
        "  {}  {}\n",
        styler.apply(DIM, format_args!("{:10}", "evaluation")),
        plain(&evaluation_label(&candidate.evaluations))
    );
    candidate.diffs.iter().for_each(|diff| text += &unified(styler, root, diff));
    text
}

/// What stands in the place of a version: a champion that is none of this score is named.
fn no_version(candidate: &Candidate, label: &str) -> String {
    match &candidate.expected {
        Some(id) if label == "champion" => format!("{id}, which is no version of this score"),
        _ => "none".to_owned(),
    }
}

/// The newest evaluation that came to its end, in a few words.
fn evaluation_label(evaluations: &[Evaluation]) -> String {
    let Some(newest) = evaluations.iter().find(|evaluation| evaluation.is_complete()) else {
        return evaluations.first().map_or_else(
            || "none".to_owned(),
            |evaluation| format!("none came to its end ({})", evaluation.status.to_lowercase()),
        );
    };
    let items = newest.items.map(|items| format!(" of {items} items")).unwrap_or_default();
    format!("{:.1} %{items}, {}", newest.accuracy, utc_seconds(newest.created_at))
}

/// One line for each candidate.
pub fn results(styler: Styler, root: &Path, candidates: &[Candidate], dry_run: bool) -> String {
    let mut text = String::new();
    for candidate in candidates {
        let (word, style) = word(&candidate.promotion, dry_run);
        let word = styler.apply(style, format_args!("{word:10}"));
        text += &format!("  {word}  {}  {}\n", plain(&candidate.name), plain(&detail(root, candidate)));
    }
    let promoted = candidates.iter().filter(|candidate| matches!(candidate.promotion, Promotion::Done)).count();
    let dry = if dry_run { DRY_RUN } else { "" };
    if candidates.is_empty() {
        return format!("no draft waits to be promoted{dry}\n");
    }
    format!("{text}\n{}: {promoted} promoted{dry}\n", counted(candidates.len(), "score"))
}

fn word(promotion: &Promotion, dry_run: bool) -> (&'static str, Style) {
    match promotion {
        Promotion::Fit if dry_run => ("to promote", YELLOW),
        Promotion::Fit => ("unchanged", DIM),
        Promotion::Done => ("promoted", GREEN),
        Promotion::Already => ("unchanged", DIM),
        Promotion::Refused(_) => ("refused", RED),
        Promotion::Lost(_) => ("too late", RED),
        Promotion::Failed(_) => ("failed", RED),
    }
}

fn detail(root: &Path, candidate: &Candidate) -> String {
    let version = candidate.version.as_ref().map_or(String::new(), |meta| format!("version {}", meta.id.short()));
    match &candidate.promotion {
        Promotion::Fit => version,
        Promotion::Done => format!("{version}, now champion"),
        Promotion::Already => format!("{version} is champion already"),
        Promotion::Refused(reason) => not_promotable(reason, candidate),
        Promotion::Lost(winner) => lost_to(winner.as_deref()),
        Promotion::Failed(failure) => failure_message(failure, root),
    }
}

/// All of it as JSON fields.
pub fn fields(candidates: &[Candidate], dry_run: bool, root: &Path) -> Value {
    let one = |candidate: &Candidate| {
        let id = |meta: &Option<VersionMeta>| meta.as_ref().map(|meta| meta.id.to_string());
        let evaluations: Vec<Value> = candidate.evaluations.iter().map(fields::evaluation).collect();
        let changed = |kind| candidate.diffs.iter().any(|diff| diff.kind == kind);
        json!({
            "id": candidate.score.as_str(),
            "name": candidate.name,
            "success": matches!(candidate.promotion, Promotion::Done | Promotion::Already)
                || (dry_run && matches!(candidate.promotion, Promotion::Fit)),
            "outcome": word(&candidate.promotion, dry_run).0,
            "message": detail(root, candidate),
            "version_id": id(&candidate.version),
            "previous_champion_version_id": id(&candidate.champion),
            "champion_updated": matches!(candidate.promotion, Promotion::Done),
            "changes_detected": {
                "code": changed(DocKind::Code), "guidelines": changed(DocKind::Guidelines),
            },
            "code_file_path": fields::path(&candidate.paths.code, root),
            "evaluations": evaluations,
            "next": way_out(root, candidate),
        })
    };
    json!({ "dry_run": dry_run, "scores": candidates.iter().map(one).collect::<Vec<_>>() })
}
