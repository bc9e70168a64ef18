//! The conflicts that wait: what, who, when, why.

use super::relative_time::Clock;
use super::view::View;
use super::{fields, json};
use crate::cli::error::explanation;
use crate::cli::roots::Roots;
use crate::cli::text::{counted, plain, version_line};
use crate::cli::ui::{BOLD, DIM, RED};
use crate::engine::{DocumentConflict, ScoreConflict};
use crate::model::VersionMeta;
use crate::model::outline::{DocChange, PartChange};
use serde_json::{Value, json};
use std::collections::HashSet;

/// A block for each score, under the headings of their scorecards.
pub fn text(view: View<'_>, clock: &Clock, conflicts: &[ScoreConflict]) -> String {
    let (mut text, mut heading) = (String::new(), None);
    for one in conflicts {
        if heading != Some(&one.score.scorecard) {
            text += &format!("{}\n", view.styler.apply(BOLD, plain(&one.score.scorecard)));
            heading = Some(&one.score.scorecard);
        }
        text += &block(view, clock, one);
    }
    text + &format!("\n{} in conflict\n", counted(conflicts.len(), "score"))
}

fn block(view: View<'_>, clock: &Clock, one: &ScoreConflict) -> String {
    let why = explanation(&one.score, view.root).map(|explanation| explanation.message).unwrap_or_default();
    let mut text = format!("  {}  {}  {}\n", view.styler.apply(RED, "conflict"), plain(&one.score.name), plain(&why));
    let mut line = |label: &str, said: &str| {
        text += &format!("    {}  {}\n", view.styler.apply(DIM, format_args!("{label:18}")), plain(said));
    };
    for document in &one.documents {
        let label = |side: &str| format!("{} {side}", document.kind);
        match document.here() {
            Some(here) => {
                line(&label("here"), &here.to_string());
                line(&label("there"), &document.there().to_string());
            }
            None => line(&label("differs"), &document.there().to_string()),
        }
        let both = both(document);
        if !both.is_empty() {
            line(&label("both"), &both.join(", "));
        }
    }
    let known = |meta: &VersionMeta| version_line(meta, Some(&clock.age_or_exact(meta.created_at, view.verbose)));
    let champion = one.champion.as_ref().map(known).or_else(|| one.score.champion.as_ref().map(|id| id.short().to_owned()));
    line("champion", &champion.unwrap_or_default());
    text
}

/// The parts that both sides changed.
fn both(document: &DocumentConflict) -> Vec<String> {
    let parts = |change: Option<DocChange>| if let Some(DocChange::Parts(parts)) = change { parts } else { Vec::new() };
    let (here, there) = (parts(document.here()), parts(Some(document.there())));
    let there: HashSet<&str> = there.iter().map(name).collect();
    here.iter().map(name).filter(|part| there.contains(part)).map(str::to_owned).collect()
}

fn name(part: &PartChange) -> &str {
    match part {
        PartChange::Added(name) | PartChange::Changed(name) | PartChange::Removed(name) => name,
    }
}

/// The fields of a list of conflicts.
pub fn json(conflicts: &[ScoreConflict], roots: Roots<'_>) -> Value {
    let one = |one: &ScoreConflict| {
        let document = |document: &DocumentConflict| {
            json!({
                "document": document.kind.to_string(),
                "path": fields::path(&document.path, roots.absolute),
                "here": document.here().map(|change| change.to_string()),
                "there": document.there().to_string(),
                "both": both(document),
            })
        };
        let champion = one.champion.as_ref().map(|meta| {
            json!({
                "version_id": meta.id.as_str(), "author": meta.author(), "note": meta.note,
                "created_at": meta.created_at.to_string(),
            })
        });
        let mut fields = json::one(&one.score, roots);
        fields["documents"] = one.documents.iter().map(document).collect();
        fields["champion"] = champion.into();
        fields
    };
    json!({ "conflicts": conflicts.iter().map(one).collect::<Vec<_>>() })
}
