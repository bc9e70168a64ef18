//! Plain scalars that do not mean one thing.

use super::fields::is_quotable;
use crate::check::collector::Collector;
use crate::check::fields::{Kind, NODE, SCORE};
use crate::check::rule::Rule;
use crate::check::yaml_scalars::{Reading, pyyaml, ruamel};
use crate::model::yaml::{Id, Tree};

/// What stands in a place.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Place {
    /// Something that no rule knows.
    Any,
    /// A text.
    Text,
    /// A text that names a class, or a value that is compared with one.
    Label { may_be_number: bool },
}

/// Every rule about plain scalars.
pub fn check(tree: &Tree<'_>, score: Id, collector: &mut Collector<'_>) {
    let places = places(tree, score);
    for (id, place) in places.into_iter().enumerate() {
        let Some(text) = tree.plain(id).filter(|text| !text.is_empty()) else { continue };
        let (dashboard, runtime) = (pyyaml(text), ruamel(text));
        if dashboard != runtime {
            ambiguous(tree, id, text, place, (dashboard, runtime), collector);
        } else if let Place::Label { may_be_number } = place {
            not_text(tree, id, text, &runtime, may_be_number, collector);
        }
    }
}

fn ambiguous(tree: &Tree<'_>, id: Id, text: &str, place: Place, readings: (Reading, Reading), collector: &mut Collector<'_>) {
    let at = tree.node(id).span.clone();
    let message = format!("{text} is {} for the dashboard's API but {} for the runtime", readings.0, readings.1);
    if place == Place::Any {
        let fix = match readings.0 {
            Reading::Bool(value) => format!("write {value}, or quote it: \"{text}\""),
            _ => format!("write a plain number such as 0.001 or 15, or quote it: \"{text}\""),
        };
        collector.add(Rule::AmbiguousValue, at, message, fix);
    } else if is_quotable(text) {
        collector.add_fixable(Rule::AmbiguousText, at, message, format!("quote it: \"{text}\""), format!("\"{text}\""));
    }
}

fn not_text(tree: &Tree<'_>, id: Id, text: &str, reading: &Reading, may_be_number: bool, collector: &mut Collector<'_>) {
    let is_number = Kind::of(reading) == Some(Kind::Number);
    if *reading != Reading::Text && !(is_number && may_be_number) {
        let message = format!("{text} is {reading}, not the text {text:?}");
        collector.add(Rule::NotText, tree.node(id).span.clone(), message, format!("quote it if the text is meant: \"{text}\""));
    }
}

/// The place of every node.
fn places(tree: &Tree<'_>, score: Id) -> Vec<Place> {
    let mut map = Map { tree, places: vec![Place::Any; tree.size()] };
    for (key, _) in tree.nodes().flat_map(|(_, node)| node.pairs().iter().copied()) {
        map.mark(Some(key), Place::Text);
    }
    map.texts(score, SCORE.iter().filter(|field| field.kinds.contains(&Kind::Text)).map(|field| field.key));
    map.labels_of(score);
    map.dependencies(score);
    map.values(tree.get(score, "output"), Place::Text);
    for &node in tree.get(score, "graph").and_then(|graph| tree.items(graph)).unwrap_or_default() {
        map.texts(node, NODE.iter().filter(|field| field.kinds.contains(&Kind::Text)).map(|field| field.key));
        map.labels_of(node);
        map.values(tree.get(node, "output"), Place::Text);
        map.leads(node);
    }
    map.places
}

struct Map<'t, 'a> {
    tree: &'t Tree<'a>,
    places: Vec<Place>,
}

impl Map<'_, '_> {
    fn mark(&mut self, id: Option<Id>, place: Place) {
        if let Some(id) = id {
            self.places[self.tree.target(id)] = place;
        }
    }

    fn texts(&mut self, map: Id, keys: impl Iterator<Item = &'static str>) {
        // An id may be a number, and its text is the same for both readers once it is sent.
        for key in keys.filter(|key| *key != "id") {
            self.mark(self.tree.get(map, key), Place::Text);
        }
    }

    fn items(&mut self, list: Option<Id>, place: Place) {
        for &item in list.and_then(|list| self.tree.items(list)).unwrap_or_default() {
            self.mark(Some(item), place);
        }
    }

    fn values(&mut self, map: Option<Id>, place: Place) {
        for &(_, value) in map.and_then(|map| self.tree.pairs(map)).unwrap_or_default() {
            self.mark(Some(value), place);
        }
    }

    /// `valid_classes` and `classes` of a score or a node.
    fn labels_of(&mut self, map: Id) {
        let label = Place::Label { may_be_number: false };
        self.items(self.tree.get(map, "valid_classes"), label);
        let classes = self.tree.get(map, "classes");
        self.items(classes, label);
        for &class in classes.and_then(|list| self.tree.items(list)).unwrap_or_default() {
            self.mark(self.tree.get(class, "name"), label);
        }
    }

    fn dependencies(&mut self, score: Id) {
        let list = self.tree.get(score, "depends_on");
        self.items(list, Place::Text);
        for &(_, on) in list.and_then(|list| self.tree.pairs(list)).unwrap_or_default() {
            self.mark(Some(on), Place::Text);
            self.mark(self.tree.get(on, "value"), Place::Label { may_be_number: true });
        }
    }

    /// Conditions and edges: what is compared, where they lead, what they put out.
    fn leads(&mut self, node: Id) {
        let (tree, value) = (self.tree, Place::Label { may_be_number: true });
        for &condition in tree.get(node, "conditions").and_then(|list| tree.items(list)).unwrap_or_default() {
            self.mark(tree.get(condition, "value"), value);
            self.mark(tree.get(condition, "node"), Place::Text);
            self.mark(tree.get(condition, "state"), Place::Text);
            self.output(condition);
        }
        for lead in ["edge", "fallback"].into_iter().filter_map(|key| tree.get(node, key)) {
            for key in ["start", "end", "node"] {
                self.mark(tree.get(lead, key), Place::Text);
            }
            self.output(lead);
        }
    }

    fn output(&mut self, lead: Id) {
        let output = self.tree.get(lead, "output");
        self.values(output, Place::Text);
        self.mark(output.and_then(|output| self.tree.get(output, "value")), Place::Label { may_be_number: true });
    }
}
