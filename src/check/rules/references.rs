//! Names of other scores: `depends_on`, and `results["…"]` in templates and programs.

use super::prose::{Prose, quoted, scalars};
use crate::check::collector::Collector;
use crate::check::rule::Rule;
use crate::check::score_names::ScoreNames;
use crate::model::suggest;
use crate::model::yaml::{Id, Tree};
use std::ops::Range;

/// A score that another one names.
pub struct Reference<'t> {
    /// The name.
    pub name: &'t str,
    /// Where.
    pub at: Range<usize>,
}

/// Reports names that no score of the scorecard has.
pub fn check(tree: &Tree<'_>, score: Id, names: &ScoreNames, collector: &mut Collector<'_>) {
    let mut unknown = |reference: Reference<'_>| {
        if !collector.wants(Rule::UnknownScore) || names.contains(reference.name) {
            return;
        }
        let fix = match suggest(reference.name, names.iter()) {
            Some(meant) => format!("did you mean {meant:?}?"),
            None => "use the name of a score of this scorecard".to_owned(),
        };
        let message = format!("no score of this scorecard is called {:?}", reference.name);
        collector.add(Rule::UnknownScore, reference.at, message, fix);
    };
    depends_on(tree, score).into_iter().for_each(&mut unknown);
    for (id, _) in scalars(tree) {
        let Some(prose) = Prose::of(tree, id).filter(|prose| prose.text.contains("results")) else { continue };
        for (name, part) in results(prose.text) {
            unknown(Reference { name, at: prose.place(part) });
        }
    }
}

/// What a score says that it depends on: a list of names, or a mapping by name.
pub fn depends_on<'t>(tree: &'t Tree<'_>, score: Id) -> Vec<Reference<'t>> {
    let Some(list) = tree.get(score, "depends_on") else { return Vec::new() };
    let keys = tree.pairs(list).unwrap_or_default().iter().map(|(key, _)| *key);
    let items = tree.items(list).unwrap_or_default().iter().copied();
    items
        .chain(keys)
        .filter(|id| tree.plain(*id) != Some("<<"))
        .filter_map(|id| Some(Reference { name: tree.text_of(id)?, at: tree.node(id).span.clone() }))
        .collect()
}

/// Each `results["name"]` with the place of the name.
fn results(text: &str) -> Vec<(&str, Range<usize>)> {
    let mut found = Vec::new();
    for (at, word) in text.match_indices("results") {
        let rest = &text[at + word.len()..];
        let inner = rest.trim_start().strip_prefix('[').map(str::trim_start);
        let joined = text[..at].ends_with(|c: char| c.is_alphanumeric() || c == '_');
        let Some((inner, (name, end))) = inner.and_then(|inner| Some((inner, quoted(inner)?))).filter(|_| !joined) else {
            continue;
        };
        if inner[end..].trim_start().starts_with(']') {
            let start = text.len() - inner.len() + 1;
            found.push((name, start..start + name.len()));
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn results_are_named_by_a_text() {
        let text = "{{ results[\"A b\"].value }} results [ 'C' ] results[x] my_results['D'] results['E";
        let names: Vec<(&str, &str)> = results(text).into_iter().map(|(name, at)| (name, &text[at])).collect();
        assert_eq!(names, [("A b", "A b"), ("C", "C")]);
    }
}
