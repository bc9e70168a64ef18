//! The keys of the nodes of a graph, by their classes.

use super::fields::{misspelt, types};
use crate::check::collector::Collector;
use crate::check::fields::FieldSpec;
use crate::check::nodes::{NodeClass, node_fields, takers};
use crate::check::rule::Rule;
use crate::model::yaml::{Id, Tree};
use std::collections::BTreeSet;

/// Every rule about the keys of a score's nodes.
pub fn check(tree: &Tree<'_>, score: Id, collector: &mut Collector<'_>) {
    for &node in tree.get(score, "graph").and_then(|graph| tree.items(graph)).unwrap_or_default() {
        let class = class_of(tree, node);
        types(tree, node, node_fields(class), collector);
        inside(tree, node, node_fields(class), collector);
        if let Some(class) = class {
            let foreign = class.foreign_keys();
            not_taken(tree, node, class, &foreign, collector);
            misspelt(tree, node, node_fields(Some(class)), &foreign, collector);
        }
    }
}

/// The class of a node, if Plexus has it.
pub fn class_of(tree: &Tree<'_>, node: Id) -> Option<&'static NodeClass> {
    tree.get(node, "class").and_then(|class| tree.text_of(class)).and_then(NodeClass::named)
}

/// What is known of the mappings in the values of a mapping. They are as deep as the tables are.
fn inside(tree: &Tree<'_>, map: Id, fields: impl Iterator<Item = &'static FieldSpec>, collector: &mut Collector<'_>) {
    for field in fields.filter(|field| !field.inside.is_empty()) {
        let Some(value) = tree.get(map, field.key) else { continue };
        let own = || field.inside.iter();
        for &map in tree.items(value).unwrap_or(&[value]) {
            types(tree, map, own(), collector);
            misspelt(tree, map, own(), &BTreeSet::new(), collector);
            inside(tree, map, own(), collector);
        }
    }
}

/// Keys that a node of this class passes over. What is merged into it may be shared with nodes of other classes.
fn not_taken(tree: &Tree<'_>, node: Id, class: &NodeClass, foreign: &BTreeSet<&str>, collector: &mut Collector<'_>) {
    for &(key, _) in tree.pairs(node).unwrap_or_default() {
        let Some(text) = tree.text_of(key).filter(|text| foreign.contains(text)) else { continue };
        let (message, takers) = (format!("a node of class {} does not take {text}", class.name), takers(text));
        let fix = match takers[..] {
            [] => "remove it; only deprecated classes take it".to_owned(),
            _ => format!("remove it, or use a class that takes it: {}", takers.join(", ")),
        };
        collector.add(Rule::NodeKey, tree.node(key).span.clone(), message, fix);
    }
}
