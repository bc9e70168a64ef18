//! Class lists: what a score's YAML and its Lua program say it may answer with, and whether they agree.

use super::prose::{PROGRAMS, Prose, quoted};
use crate::check::collector::Collector;
use crate::check::rule::Rule;
use crate::model::yaml::{Id, Tree};
use std::collections::{BTreeSet, HashSet};
use std::ops::Range;

/// Class names, in alphabetical order.
pub type LabelSet = BTreeSet<String>;

/// What the code says about its classes.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct CodeLabels {
    /// The score's own list: `valid_classes`, else the names in `classes`.
    pub declared: Option<LabelSet>,
    /// What its nodes answer and put out; none if a program may answer anything.
    pub reachable: Option<LabelSet>,
}

/// Reads the lists, and checks those of the code against each other.
pub fn check(tree: &Tree<'_>, score: Id, collector: &mut Collector<'_>) -> CodeLabels {
    let valid = tree.get(score, "valid_classes").and_then(|list| texts(tree, list));
    let classes = tree.get(score, "classes").and_then(|list| names(tree, list));
    if let (Some(valid), Some(classes)) = (&valid, &classes)
        && valid != classes
    {
        let at = key_place(tree, score, "classes");
        collector.add(
            Rule::ClassLists,
            at,
            differs("classes", classes, "valid_classes", valid),
            "make the two lists say the same",
        );
    }
    let declared = valid.or(classes);
    if let Some(declared) = &declared {
        programs(tree, score, declared, collector);
    }
    CodeLabels { declared, reachable: reachable(tree, score) }
}

/// How two lists differ, as a sentence.
pub fn differs(this: &str, labels: &LabelSet, that: &str, others: &LabelSet) -> String {
    let more = |a: &LabelSet, b: &LabelSet| a.difference(b).map(|label| format!("{label:?}")).collect::<Vec<_>>().join(", ");
    match (more(labels, others).as_str(), more(others, labels).as_str()) {
        ("", missing) => format!("{this} lacks {missing} of {that}"),
        (extra, "") => format!("{this} has {extra}, which {that} lacks"),
        (extra, missing) => format!("{this} has {extra} where {that} has {missing}"),
    }
}

fn key_place(tree: &Tree<'_>, map: Id, key: &str) -> Range<usize> {
    tree.entry(map, key).map_or(0..0, |(key, _)| tree.node(key).span.clone())
}

/// The texts of a list; none if it is empty.
fn texts(tree: &Tree<'_>, list: Id) -> Option<LabelSet> {
    let labels: LabelSet = tree.items(list)?.iter().filter_map(|item| tree.text_of(*item)).map(str::to_owned).collect();
    (!labels.is_empty()).then_some(labels)
}

/// The names in a list of mappings, as the runtime reads `classes`.
fn names(tree: &Tree<'_>, list: Id) -> Option<LabelSet> {
    let names = tree.items(list)?.iter().filter_map(|item| tree.text_of(tree.get(*item, "name")?));
    let labels: LabelSet = names.map(str::to_owned).collect();
    (!labels.is_empty()).then_some(labels)
}

/// What a graph can answer: the classes of its nodes and what conditions and edges put out.
fn reachable(tree: &Tree<'_>, score: Id) -> Option<LabelSet> {
    let mut labels = LabelSet::new();
    for &node in tree.items(tree.get(score, "graph")?)? {
        if tree.get(node, "class").and_then(|class| tree.text_of(class)).is_some_and(|class| class.starts_with("Logical")) {
            return None;
        }
        labels.extend(tree.get(node, "valid_classes").and_then(|list| texts(tree, list)).unwrap_or_default());
        let conditions = tree.get(node, "conditions").and_then(|list| tree.items(list)).unwrap_or_default();
        for lead in conditions.iter().copied().chain(["edge", "fallback"].into_iter().filter_map(|key| tree.get(node, key))) {
            let value = tree.get(lead, "output").and_then(|output| tree.get(output, "value"));
            labels.extend(value.and_then(|value| tree.text_of(value)).map(str::to_owned));
        }
    }
    (!labels.is_empty()).then_some(labels)
}

/// A program with one list must have the declared one; one with several must at least mention every declared class.
fn programs(tree: &Tree<'_>, score: Id, declared: &LabelSet, collector: &mut Collector<'_>) {
    for id in PROGRAMS.into_iter().filter_map(|key| tree.get(score, key)) {
        let Some(prose) = Prose::of(tree, id) else { continue };
        let lists = lua_lists(prose.text);
        let said = match lists.as_slice() {
            [] => continue,
            [(labels, _)] if labels != declared => differs("the program's classes", labels, "the YAML's list", declared),
            [_] => continue,
            lists => {
                let texts = quoted_texts(prose.text);
                match declared.iter().find(|label| !texts.contains(label.as_str())) {
                    Some(label) => format!("none of the program's {} class lists leads to {label:?}", lists.len()),
                    None => continue,
                }
            }
        };
        collector.add(Rule::ClassLists, prose.place(lists[0].1.clone()), said, "make the program and valid_classes say the same");
    }
}

/// Whatever stands between two quotes of one kind, or in long brackets.
fn quoted_texts(program: &str) -> HashSet<&str> {
    let between = |quote| program.split(quote).skip(1);
    let long = program.split("[[").skip(1).filter_map(|rest| Some(rest.split_once("]]")?.0));
    between('"').chain(between('\'')).chain(long).collect()
}

/// Each `classes = {"a", "b"}` of a Lua program and where it is. A list with anything but texts in it is left out.
fn lua_lists(program: &str) -> Vec<(LabelSet, Range<usize>)> {
    let mut lists = Vec::new();
    for (at, _) in program.match_indices("classes") {
        let is_word = !program[..at].ends_with(|c: char| c.is_alphanumeric() || matches!(c, '_' | '.'));
        let after = &program[at + "classes".len()..];
        let Some(body) = after.trim_start().strip_prefix('=').map(str::trim_start).and_then(|rest| rest.strip_prefix('{')) else {
            continue;
        };
        if let Some((labels, rest)) = lua_list(body).filter(|_| is_word) {
            lists.push((labels, at..program.len() - rest.len()));
        }
    }
    lists
}

/// The texts before the closing brace, and what comes after it.
fn lua_list(body: &str) -> Option<(LabelSet, &str)> {
    let (mut labels, mut rest) = (LabelSet::new(), body.trim_start());
    loop {
        if let Some(after) = rest.strip_prefix('}') {
            return (!labels.is_empty()).then_some((labels, after));
        }
        let (label, end) = quoted(rest)?;
        labels.insert(label.to_owned());
        rest = rest[end..].trim_start();
        rest = rest.strip_prefix([',', ';']).unwrap_or(rest).trim_start();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lua_lists_are_lists_of_texts() {
        let of =
            |program| lua_lists(program).into_iter().map(|(labels, _)| labels.into_iter().collect()).collect::<Vec<Vec<_>>>();
        assert_eq!(of("classes = {\"Yes\", 'No',}"), [["No", "Yes"]]);
        assert_eq!(of("classes={ \"A\" }; x.classes = {\"B\"} sub_classes = {\"C\"} classes = {1}"), [["A"]]);
        assert_eq!(of("classes = list classes = {} classes = {\"A"), Vec::<Vec<String>>::new());
    }
}
