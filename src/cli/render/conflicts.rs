//! The conflicts that wait: what, who, when, why.

use super::labels::about;
use crate::cli::error::{explanation, plain};
use crate::cli::ui::{BOLD, DIM, Paint, RED};
use crate::engine::{DocumentConflict, ScoreConflict};
use crate::model::outline::{DocChange, PartChange};
use serde_json::{Value, json};
use std::path::Path;

/// A block for each score, under the headings of their scorecards.
pub fn text(paint: Paint, conflicts: &[ScoreConflict]) -> String {
    let (mut text, mut heading) = (String::new(), None);
    for one in conflicts {
        if heading != Some(&one.score.scorecard) {
            text += &format!("{}\n", paint.with(BOLD, plain(&one.score.scorecard)));
            heading = Some(&one.score.scorecard);
        }
        text += &block(paint, one);
    }
    let scores = if conflicts.len() == 1 { "score" } else { "scores" };
    text + &format!("\n{} {scores} in conflict\n", conflicts.len())
}

fn block(paint: Paint, one: &ScoreConflict) -> String {
    let why = explanation(&one.score).map(|explanation| explanation.message).unwrap_or_default();
    let mut text = format!("  {}  {}  {}\n", paint.with(RED, "conflict"), plain(&one.score.name), plain(&why));
    let mut line = |label: &str, said: &str| {
        text += &format!("    {}  {}\n", paint.with(DIM, format_args!("{label:18}")), plain(said));
    };
    for clash in &one.documents {
        let label = |side: &str| format!("{} {side}", clash.kind);
        match clash.here() {
            Some(here) => {
                line(&label("here"), &here.to_string());
                line(&label("there"), &clash.there().to_string());
            }
            None => line(&label("differs"), &clash.there().to_string()),
        }
        let both = both(clash);
        if !both.is_empty() {
            line(&label("both"), &both.join(", "));
        }
    }
    let champion = one.champion.as_ref().map(about).or_else(|| one.score.champion.as_ref().map(|id| id.short().to_owned()));
    line("champion", &champion.unwrap_or_default());
    text
}

/// The parts that both sides changed.
fn both(clash: &DocumentConflict) -> Vec<String> {
    let parts = |change: Option<DocChange>| if let Some(DocChange::Parts(parts)) = change { parts } else { Vec::new() };
    let (here, there) = (parts(clash.here()), parts(Some(clash.there())));
    here.iter().map(name).filter(|part| there.iter().any(|other| name(other) == *part)).map(str::to_owned).collect()
}

fn name(part: &PartChange) -> &str {
    match part {
        PartChange::Added(name) | PartChange::Changed(name) | PartChange::Removed(name) => name,
    }
}

/// The fields of a list of conflicts.
pub fn json(conflicts: &[ScoreConflict], root: &Path) -> Value {
    let one = |one: &ScoreConflict| {
        let document = |clash: &DocumentConflict| {
            json!({
                "document": clash.kind.to_string(),
                "path": clash.path.under(root).display().to_string(),
                "here": clash.here().map(|change| change.to_string()),
                "there": clash.there().to_string(),
                "both": both(clash),
            })
        };
        let champion = one.champion.as_ref().map(|meta| {
            json!({
                "version_id": meta.id.as_str(), "author": meta.author(), "note": meta.note,
                "created_at": meta.created_at.to_string(),
            })
        });
        let mut fields = super::json::one(&one.score, root);
        fields["documents"] = one.documents.iter().map(document).collect();
        fields["champion"] = champion.into();
        fields
    };
    json!({ "conflicts": conflicts.iter().map(one).collect::<Vec<_>>() })
}
