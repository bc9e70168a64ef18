//! Candidates of a promotion: what they change and how they did, then what became of them.

use super::diff::unified;
use super::evaluation::{self, side_by_side};
use super::labels::documents;
use super::relative_time::Clock;
use super::table::{beside, labelled, paragraph};
use super::view::View;
use super::{feedback, fields, jobs};
use crate::cli::error::{failure_message, lost_to, not_promotable, way_out};
use crate::cli::links::Links;
use crate::cli::roots::Roots;
use crate::cli::text::{DRY_RUN, counted, plain, version_line};
use crate::cli::ui::{BOLD, DIM, GREEN, RED, Styler, YELLOW, columns, padded};
use crate::engine::{Candidate, Promotion};
use crate::model::{DocKind, VersionMeta};
use anstyle::Style;
use serde_json::{Value, json};
use std::path::Path;

/// The candidates that a person is asked about, a line for each.
pub fn list(styler: Styler, candidates: &[Candidate]) -> String {
    let fit: Vec<&Candidate> = candidates.iter().filter(|candidate| matches!(candidate.promotion, Promotion::Fit)).collect();
    let names: Vec<String> = fit.iter().map(|candidate| plain(&candidate.name).into_owned()).collect();
    let wide = names.iter().map(|name| columns(name)).max().unwrap_or(0);
    let line = |(candidate, name): (&&Candidate, &String)| {
        let id = |meta: &Option<VersionMeta>| meta.as_ref().map_or("none".to_owned(), |meta| meta.id.short().to_owned());
        let (champion, version) = (id(&candidate.champion), id(&candidate.version));
        let (words, style) = verdict(candidate);
        format!("  {}  {champion} → {version}  {}\n", padded(name, wide), styler.apply(style, words))
    };
    fit.iter().zip(&names).map(line).collect()
}

/// What a candidate changes, and how it did beside the champion.
pub fn proposal(view: View<'_>, clock: &Clock, candidate: &Candidate) -> String {
    let styler = view.styler;
    let mut text = paragraph(view, BOLD, &candidate.name);
    let line = |label: &str, said: &str| labelled(view, label, 10, said);
    let known = |meta: &VersionMeta| version_line(meta, Some(&clock.age_or_exact(meta.created_at, view.verbose)));
    for (label, version) in [("champion", &candidate.champion), ("candidate", &candidate.version)] {
        text += &line(label, &version.as_ref().map_or_else(|| no_version(candidate, label), known));
    }
    match candidate.comparison() {
        Some(comparison) => text += &side_by_side(view, clock, &comparison),
        None if candidate.is_evaluated() => text += &line("evaluation", &verdict(candidate).0),
        None => {}
    }
    text.extend(newer_edits(candidate).map(|words| line("edits", &words)));
    if let Some(surroundings) = &candidate.surroundings {
        text.extend(feedback::of_champion(clock, &surroundings.feedback).map(|words| line("feedback", &words)));
        text.extend(jobs::busy(&surroundings.busy).map(|words| line("running", &words)));
    }
    candidate.diffs.iter().for_each(|diff| text += &unified(styler, &diff.path.under(view.root), diff));
    text
}

/// Edits that a promotion leaves as they are.
fn newer_edits(candidate: &Candidate) -> Option<String> {
    let edits = candidate.newer_edits;
    edits.any().then(|| format!("{} edited since, which is not in it", documents(candidate.paths.kind(), edits)))
}

/// How a candidate did beside the champion.
fn verdict(candidate: &Candidate) -> (String, Style) {
    match (candidate.comparison(), &candidate.evaluations) {
        (Some(comparison), _) => evaluation::verdict(&comparison),
        (None, Err(error)) => (format!("not known: {error}"), YELLOW),
        (None, Ok(_)) => (String::new(), DIM),
    }
}

/// What stands in the place of a version: a champion that is none of this score is named.
fn no_version(candidate: &Candidate, label: &str) -> String {
    match &candidate.expected {
        Some(id) if label == "champion" => format!("{id}, which is not a version of this score"),
        _ => "none".to_owned(),
    }
}

/// One line for each candidate. Where only what did not go well is to be told, there may be none.
pub fn results(view: View<'_>, candidates: &[Candidate], dry_run: bool) -> String {
    let brief = view.quiet && !dry_run;
    let mut shown = candidates.iter().filter(|candidate| !brief || went_wrong(&candidate.promotion)).peekable();
    if brief && shown.peek().is_none() {
        return String::new();
    }
    let mut text = String::new();
    for candidate in shown {
        let (word, style) = word(&candidate.promotion);
        let said = format!("{}  {}", plain(&candidate.name), plain(&detail(view.root, candidate)));
        text += &beside(&format!("  {}  ", view.styler.apply(style, format_args!("{word:10}"))), 14, &said, view.width);
    }
    let promoted = candidates.iter().filter(|candidate| matches!(candidate.promotion, Promotion::Done)).count();
    let dry = if dry_run { DRY_RUN } else { "" };
    if candidates.is_empty() {
        return paragraph(view, Style::new(), &format!("no drafts to promote{dry}"));
    }
    let last = format!("{}: {promoted} promoted{dry}", counted(candidates.len(), "score"));
    format!("{text}\n{}", paragraph(view, Style::new(), &last))
}

fn went_wrong(promotion: &Promotion) -> bool {
    matches!(promotion, Promotion::Refused(_) | Promotion::Lost(_) | Promotion::Failed(_))
}

fn word(promotion: &Promotion) -> (&'static str, Style) {
    match promotion {
        Promotion::Fit => ("to promote", YELLOW),
        Promotion::Done => ("promoted", GREEN),
        Promotion::Already => ("unchanged", DIM),
        Promotion::Declined => ("left alone", DIM),
        Promotion::Refused(_) => ("refused", RED),
        Promotion::Lost(_) => ("too late", RED),
        Promotion::Failed(_) => ("failed", RED),
    }
}

fn detail(root: &Path, candidate: &Candidate) -> String {
    let version = candidate.version.as_ref().map_or(String::new(), |meta| format!("version {}", meta.id.short()));
    let edits = newer_edits(candidate).map(|words| format!("; {words}")).unwrap_or_default();
    match &candidate.promotion {
        Promotion::Fit => version + &edits,
        Promotion::Declined => version,
        Promotion::Done => format!("{version}, now champion{edits}"),
        Promotion::Already => format!("{version} is champion already"),
        Promotion::Refused(reason) => not_promotable(reason, candidate),
        Promotion::Lost(winner) => lost_to(winner.as_deref()),
        Promotion::Failed(failure) => failure_message(failure, root),
    }
}

/// All of it as JSON fields.
pub fn fields(candidates: &[Candidate], dry_run: bool, roots: Roots<'_>, links: &Links) -> Value {
    let root = roots.absolute;
    let one = |candidate: &Candidate| {
        let id = |meta: &Option<VersionMeta>| meta.as_ref().map(|meta| meta.id.to_string());
        let both = candidate.evaluations.as_ref().ok();
        let evaluations = both.map(|both| both.candidate.iter().map(evaluation::fields).collect::<Vec<_>>());
        let of_champion = both.and_then(|both| both.champion.as_ref());
        let changed = |kind| candidate.diffs.iter().any(|diff| diff.kind == kind);
        json!({
            "id": candidate.score.as_str(),
            "name": candidate.name,
            "success": matches!(candidate.promotion, Promotion::Done | Promotion::Already)
                || (dry_run && matches!(candidate.promotion, Promotion::Fit)),
            "outcome": word(&candidate.promotion).0,
            "message": detail(root, candidate),
            "version_id": id(&candidate.version),
            "url": links.field(candidate.score.as_str(), id(&candidate.version).as_deref()),
            "previous_champion_version_id": id(&candidate.champion),
            "champion_updated": matches!(candidate.promotion, Promotion::Done),
            "changes_detected": {
                "code": changed(DocKind::Code), "guidelines": changed(DocKind::Guidelines),
            },
            "newer_edits": {"code": candidate.newer_edits.code, "guidelines": candidate.newer_edits.guidelines},
            "code_file_path": fields::path(&candidate.paths.code, root),
            "evaluations": evaluations,
            "champion_evaluations": of_champion.map(|all| all.iter().map(evaluation::fields).collect::<Vec<_>>()),
            "feedback": candidate.surroundings.as_ref().and_then(|known| feedback::champion_fields(&known.feedback)),
            "running": candidate.surroundings.as_ref().and_then(|known| jobs::busy_fields(&known.busy)),
            "comparison": candidate.comparison().as_ref().map(evaluation::comparison_fields),
            "next": way_out(root, candidate).map(|command| roots.chosen_folder.typed(&command).into_owned()),
        })
    };
    json!({ "dry_run": dry_run, "scores": candidates.iter().map(one).collect::<Vec<_>>() })
}
