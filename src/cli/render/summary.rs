//! What differs, by the names of keys and sections: one line for each score, or lists in JSON.

use super::fields;
use super::table::beside;
use crate::cli::text::plain;
use crate::cli::ui::{BOLD, Styler, columns};
use crate::engine::DocDiff;
use crate::model::outline::{DocChange, PartChange, Summary};
use serde_json::{Value, json};
use std::collections::HashMap;
use std::path::Path;

/// A line for each score: its file, and what differs in both of its documents, which goes on below where a line has `width`
/// columns. `diffs` of one score stand together.
pub fn text(styler: Styler, width: Option<usize>, root: &Path, diffs: &[DocDiff]) -> String {
    let line = |diffs: &[&DocDiff]| {
        let path = fields::path(&diffs[0].path, root);
        let path = plain(&path);
        beside(&format!("{}  ", styler.apply(BOLD, &path)), columns(&path) + 2, &plain(&summary(diffs).to_string()), width)
    };
    by_score(diffs).iter().map(|diffs| line(diffs)).collect()
}

/// The fields of `diff --summary`.
pub fn json(diffs: &[DocDiff], unreadable: &[String], root: &Path) -> Value {
    let score = |diffs: &Vec<&DocDiff>| {
        let documents: Vec<Value> = diffs.iter().map(|diff| document(diff, root)).collect();
        json!({
            "id": diffs[0].score.as_str(), "name": diffs[0].name, "summary": summary(diffs).to_string(), "documents": documents,
        })
    };
    json!({ "summaries": by_score(diffs).iter().map(score).collect::<Vec<_>>(), "unreadable": unreadable })
}

fn document(diff: &DocDiff, root: &Path) -> Value {
    let change = diff.change();
    let (mut added, mut changed, mut removed) = (Vec::new(), Vec::new(), Vec::new());
    if let DocChange::Parts(parts) = &change {
        for part in parts {
            match part {
                PartChange::Added(name) => added.push(name),
                PartChange::Changed(name) => changed.push(name),
                PartChange::Removed(name) => removed.push(name),
            }
        }
    }
    json!({
        "document": diff.kind.to_string(), "path": fields::path(&diff.path, root), "summary": change.to_string(),
        "added": added, "changed": changed, "removed": removed,
    })
}

fn summary(diffs: &[&DocDiff]) -> Summary {
    Summary(diffs.iter().map(|diff| (diff.kind, diff.change())).collect())
}

/// The differences of each score, code first, in the order in which the scores first come.
fn by_score(diffs: &[DocDiff]) -> Vec<Vec<&DocDiff>> {
    let (mut groups, mut places) = (Vec::<Vec<&DocDiff>>::new(), HashMap::new());
    for diff in diffs {
        let at = *places.entry(&diff.score).or_insert(groups.len());
        match groups.get_mut(at) {
            Some(group) => group.push(diff),
            None => groups.push(vec![diff]),
        }
    }
    groups.iter_mut().for_each(|group| group.sort_by_key(|diff| diff.kind));
    groups
}
