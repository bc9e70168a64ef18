//! Candidates of a promotion: what they change and how they did, then what became of them.

use super::diff::unified;
use super::labels::{about, lost_to};
use crate::cli::error::{plain, quoted};
use crate::cli::ui::{BOLD, DIM, GREEN, RED, Styler, YELLOW};
use crate::engine::{Candidate, NotPromotable, Promotion};
use crate::model::{Evaluation, VersionMeta};
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
        let said = version.as_ref().map_or_else(|| "none".to_owned(), about);
        text += &format!("  {}  {}\n", styler.apply(DIM, format_args!("{label:10}")), plain(&said));
    }
    text +=
        &format!("  {}  {}\n", styler.apply(DIM, format_args!("{:10}", "evaluation")), plain(&evaluated(&candidate.evaluations)));
    candidate.diffs.iter().for_each(|diff| text += &unified(styler, root, diff));
    text
}

/// A version in a few words: which, by whom, when, why.
fn evaluated(evaluations: &[Evaluation]) -> String {
    let Some(newest) = evaluations.iter().find(|evaluation| evaluation.is_complete()) else {
        return evaluations.first().map_or_else(
            || "none".to_owned(),
            |evaluation| format!("none came to its end ({})", evaluation.status.to_lowercase()),
        );
    };
    let items = newest.items.map(|items| format!(" of {items} items")).unwrap_or_default();
    format!("{:.1} %{items}, {}", newest.accuracy, newest.created_at.strftime("%Y-%m-%dT%H:%M:%SZ"))
}

/// One line for each candidate.
pub fn results(styler: Styler, candidates: &[Candidate], dry_run: bool) -> String {
    let mut text = String::new();
    for candidate in candidates {
        let (word, style) = word(&candidate.promotion, dry_run);
        let word = styler.apply(style, format_args!("{word:10}"));
        text += &format!("  {word}  {}  {}\n", plain(&candidate.name), plain(&detail(candidate)));
    }
    let promoted = candidates.iter().filter(|candidate| matches!(candidate.promotion, Promotion::Done)).count();
    let dry = if dry_run { " (dry run: nothing was done)" } else { "" };
    match candidates.len() {
        0 => format!("no draft waits to be promoted{dry}\n"),
        1 => format!("{text}\n1 score: {promoted} promoted{dry}\n"),
        many => format!("{text}\n{many} scores: {promoted} promoted{dry}\n"),
    }
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

fn detail(candidate: &Candidate) -> String {
    let version = candidate.version.as_ref().map_or(String::new(), |meta| format!("version {}", meta.id.short()));
    match &candidate.promotion {
        Promotion::Fit => version,
        Promotion::Done => format!("{version}, now champion"),
        Promotion::Already => format!("{version} is champion already"),
        Promotion::Refused(not_promotable) => refused(not_promotable, candidate),
        Promotion::Lost(winner) => lost_to(winner.as_deref()),
        Promotion::Failed(failure) => failure.to_string(),
    }
}

fn refused(not_promotable: &NotPromotable, candidate: &Candidate) -> String {
    let short = candidate.version.as_ref().map_or("it", |meta| meta.id.short());
    match not_promotable {
        NotPromotable::NoDraft => "no draft of yours waits here".to_owned(),
        NotPromotable::NoPrevious => "no champion history tells which version was champion before".to_owned(),
        NotPromotable::OtherScore(score) => format!("this version belongs to score {score}"),
        NotPromotable::ShadowInvalidated => format!("{short} lists optimizer_shadow_invalid_feedback_item_ids"),
        NotPromotable::Fault(fault) => format!("{short} would not run: {fault}"),
        NotPromotable::ChampionMoved => {
            let now = candidate.champion.as_ref().map_or_else(|| "gone".to_owned(), about);
            format!("the champion moved since you last pulled: it is {now}")
        }
        NotPromotable::NotEvaluated => format!("{short} was not evaluated"),
        NotPromotable::Inaccurate { accuracy, wanted } => {
            format!("{short} reached {accuracy:.1} %, {wanted:.1} % were asked for")
        }
    }
}

/// The command that gets out.
pub fn help(candidate: &Candidate) -> Option<String> {
    let path = quoted(candidate.paths.code.as_str());
    match &candidate.promotion {
        Promotion::Lost(_) | Promotion::Refused(NotPromotable::ChampionMoved) => {
            Some(format!("scoresync pull {path}    to merge it with yours"))
        }
        Promotion::Refused(NotPromotable::NoDraft) => Some(format!("scoresync push {path}    makes a draft of your edits")),
        Promotion::Refused(NotPromotable::NoPrevious) => Some(format!("scoresync promote {path} --version VERSION")),
        _ => None,
    }
}

/// All of it as JSON fields.
pub fn fields(candidates: &[Candidate], dry_run: bool, root: &Path) -> Value {
    let one = |candidate: &Candidate| {
        let id = |meta: &Option<VersionMeta>| meta.as_ref().map(|meta| meta.id.to_string());
        let evaluations: Vec<Value> = candidate
            .evaluations
            .iter()
            .map(|evaluation| {
                json!({"id": evaluation.id, "status": evaluation.status, "accuracy": evaluation.accuracy,
                    "items": evaluation.items, "created_at": evaluation.created_at.to_string()})
            })
            .collect();
        let changed = |kind| candidate.diffs.iter().any(|diff| diff.kind == kind);
        json!({
            "id": candidate.score.as_str(),
            "name": candidate.name,
            "success": matches!(candidate.promotion, Promotion::Done | Promotion::Already)
                || (dry_run && matches!(candidate.promotion, Promotion::Fit)),
            "outcome": word(&candidate.promotion, dry_run).0,
            "message": detail(candidate),
            "version_id": id(&candidate.version),
            "previous_champion_version_id": id(&candidate.champion),
            "champion_updated": matches!(candidate.promotion, Promotion::Done),
            "changes_detected": {
                "code": changed(crate::model::DocKind::Code), "guidelines": changed(crate::model::DocKind::Guidelines),
            },
            "code_file_path": candidate.paths.code.under(root).display().to_string(),
            "evaluations": evaluations,
            "next": help(candidate),
        })
    };
    json!({ "dry_run": dry_run, "scores": candidates.iter().map(one).collect::<Vec<_>>() })
}
