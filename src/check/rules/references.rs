//! Names of other scores: `depends_on`, and `results["…"]` in templates and programs.

use super::prose::{Prose, quoted, scalars};
use crate::check::collector::{Collector, Place};
use crate::check::raw::raw_blocks;
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

/// All names of other scores.
pub fn find<'t>(tree: &'t Tree<'_>, score: Id) -> Vec<Reference<'t>> {
    let mut found = depends_on(tree, score);
    for (id, _) in scalars(tree) {
        let Some(prose) = Prose::of(tree, id).filter(|prose| prose.text.contains("results")) else { continue };
        found.extend(
            results(prose.text)
                .into_iter()
                .map(|(name, part)| (name, prose.place(part)))
                .map(|(name, at)| Reference { name, at }),
        );
    }
    found
}

/// Reports names that no score of the scorecard has.
pub fn judge(references: &[(String, Place)], names: &ScoreNames, collector: &mut Collector<'_>) {
    for (name, place) in references.iter().filter(|(name, _)| !names.contains(name)) {
        if !collector.wants(Rule::UnknownScore) {
            return;
        }
        let fix = match suggest(name, names.iter()) {
            Some(meant) => format!("did you mean {meant:?}?"),
            None => "use the name of a score of this scorecard".to_owned(),
        };
        collector.add_at(Rule::UnknownScore, *place, format!("no score of this scorecard is called {name:?}"), fix);
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

/// Each `results["name"]` with the place of the name; in a raw block there are none.
fn results(text: &str) -> Vec<(&str, Range<usize>)> {
    let mut found = Vec::new();
    let mut raw = raw_blocks(text).into_iter().peekable();
    for (at, word) in text.match_indices("results") {
        while raw.next_if(|block| block.end <= at).is_some() {}
        if raw.peek().is_some_and(|block| block.start <= at) {
            continue;
        }
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
        let raw = "{% raw %}{{ results['A'] }}{%- endraw %}{{ results['B'] }}{%-  raw -%} {% if results['C'] %} {% endrawer %}";
        let names: Vec<&str> = results(raw).into_iter().map(|(name, _)| name).collect();
        assert_eq!(names, ["B"], "what is shown is no name");
    }
}
