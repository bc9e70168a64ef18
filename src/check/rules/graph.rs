//! The nodes of a graph: their classes, their names, and where they lead.

use super::fields::unknown_class;
use crate::check::collector::Collector;
use crate::check::fields::GRAPH_ENDS;
use crate::check::nodes::NodeClass;
use crate::check::rule::Rule;
use crate::model::suggest;
use crate::model::yaml::{Id, Tree};
use std::collections::HashSet;

/// Every rule about a score's `graph`.
pub fn check(tree: &Tree<'_>, score: Id, collector: &mut Collector<'_>) {
    let nodes = tree.get(score, "graph").and_then(|graph| tree.items(graph)).unwrap_or_default();
    let mut names: HashSet<&str> = HashSet::new();
    for &node in nodes {
        if tree.pairs(node).is_none() {
            let at = tree.node(node).span.clone();
            collector.add(Rule::WrongType, at, "a node of the graph must be a mapping", "write it as `- name: …`");
        }
        class(tree, node, collector);
        if let Some((id, name)) = named(tree, node, "name")
            && !names.insert(name)
        {
            let message = format!("two nodes are called {name:?}");
            collector.add(Rule::DuplicateNode, tree.node(id).span.clone(), message, "give each node a name of its own");
        }
    }
    for &node in nodes {
        for (id, target) in targets(tree, node) {
            if collector.wants(Rule::UnknownNode) && !names.contains(target) && !GRAPH_ENDS.contains(&target) {
                let fix = match suggest(target, names.iter().copied()) {
                    Some(meant) => format!("did you mean {meant:?}?"),
                    None => "name a node of this graph, or END".to_owned(),
                };
                let at = tree.node(id).span.clone();
                collector.add(Rule::UnknownNode, at, format!("no node of the graph is called {target:?}"), fix);
            }
        }
    }
}

fn named<'t>(tree: &'t Tree<'_>, map: Id, key: &str) -> Option<(Id, &'t str)> {
    let id = tree.get(map, key)?;
    tree.text_of(id).map(|text| (id, text))
}

/// Where a node leads: its edge, its conditions, its fallback.
fn targets<'t>(tree: &'t Tree<'_>, node: Id) -> Vec<(Id, &'t str)> {
    let edge = tree.get(node, "edge");
    let conditions = tree.get(node, "conditions").and_then(|list| tree.items(list)).unwrap_or_default();
    let ends = edge.into_iter().flat_map(|edge| ["node", "start", "end"].map(|key| (edge, key)));
    let steps = conditions.iter().copied().chain(tree.get(node, "fallback")).map(|map| (map, "node"));
    ends.chain(steps).filter_map(|(map, key)| named(tree, map, key)).filter(|(_, name)| !name.is_empty()).collect()
}

fn class(tree: &Tree<'_>, node: Id, collector: &mut Collector<'_>) {
    let Some((id, name)) = named(tree, node, "class").filter(|(_, name)| !name.is_empty()) else { return };
    match NodeClass::named(name) {
        Some(NodeClass { successor: Some(successor), .. }) => {
            let fix = format!("use {successor} with valid_classes");
            collector.add(Rule::DeprecatedClass, tree.node(id).span.clone(), format!("{name} is deprecated"), fix);
        }
        Some(_) => {}
        None => unknown_class(tree, id, name, "node", NodeClass::current(), collector),
    }
}
