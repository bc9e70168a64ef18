//! A new score: what would be created, and what was.

use super::fields;
use super::table::beside;
use super::view::View;
use crate::cli::error::failure_message;
use crate::cli::text::plain;
use crate::cli::ui::{BOLD, DIM, GREEN, RED, Styler, YELLOW};
use crate::engine::{Creation, Proposal};
use serde_json::{Value, json};
use std::path::Path;

/// What would be created.
pub fn proposal(styler: Styler, proposal: &Proposal) -> String {
    let score = &proposal.score;
    let guidelines = if proposal.version.guidelines.is_some() { "code and guidelines" } else { "code" };
    let lines = [
        ("scorecard", proposal.scorecard.as_str()),
        ("section", &proposal.section),
        ("type", &score.kind),
        ("external id", &score.external_id),
        ("key", score.key.as_deref().unwrap_or("none")),
        ("version", &format!("{} with {guidelines}, to be champion", proposal.version.id.short())),
    ];
    let mut text = format!("{}\n", styler.apply(BOLD, plain(&score.name)));
    for (label, value) in lines {
        text += &format!("  {}  {}\n", styler.apply(DIM, format_args!("{label:12}")), plain(value));
    }
    text
}

/// What became of it; nothing yet in a dry run. There is no text where only what did not go well is to be told, and it went well.
pub fn result(view: View<'_>, proposal: &Proposal, creation: Option<&Creation>) -> String {
    if view.quiet && matches!(creation, Some(Creation::Done { .. })) {
        return String::new();
    }
    let version = proposal.version.id.short();
    let (word, style, detail) = match creation {
        None => ("to create", YELLOW, "dry run: nothing was done".to_owned()),
        Some(Creation::Done { existed: false }) => ("created", GREEN, format!("version {version}, now champion")),
        Some(Creation::Done { existed: true }) => {
            ("created", GREEN, format!("was there already; version {version}, now champion"))
        }
        Some(Creation::Failed(failure)) => ("failed", RED, failure_message(failure, view.root)),
    };
    let said = format!("{}  {}", plain(&proposal.score.name), plain(&detail));
    beside(&format!("  {}  ", view.styler.apply(style, format_args!("{word:10}"))), 14, &said, view.width)
}

/// All of it as JSON fields.
pub fn fields(proposal: &Proposal, creation: Option<&Creation>, root: &Path) -> Value {
    let score = &proposal.score;
    let error = match creation {
        Some(Creation::Failed(failure)) => Some(failure_message(failure, root)),
        _ => None,
    };
    let done = matches!(creation, Some(Creation::Done { .. }));
    json!({
        "dry_run": creation.is_none(),
        "score": {
            "id": score.id.as_str(), "name": score.name, "scorecard": proposal.scorecard, "section": proposal.section,
            "type": score.kind, "external_id": score.external_id, "key": score.key,
            "version_id": proposal.version.id.as_str(), "champion_updated": done,
            "existed": matches!(creation, Some(Creation::Done { existed: true })),
            "success": error.is_none(), "message": error,
            "code_file_path": fields::path(&proposal.paths.code, root),
            "guidelines_file_path": fields::guidelines(&proposal.paths, root),
        },
    })
}
