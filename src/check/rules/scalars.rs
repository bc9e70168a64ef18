//! Plain scalars that two readers of YAML read differently, or that are read as something else than the text that is meant.

use super::fields::{is_quotable, quote};
use super::nodes::class_of;
use crate::check::collector::Collector;
use crate::check::fields::{ValueKind, score_fields};
use crate::check::nodes::node_fields;
use crate::check::rule::Rule;
use crate::model::yaml::{Id, Tree};
use crate::model::yaml_scalars::{Reading, pyyaml, ruamel};

/// What a scalar is there for.
#[derive(Clone, Copy, PartialEq, Eq)]
enum ScalarRole {
    /// Something that no rule knows.
    Any,
    /// A text.
    Text,
    /// A text that names a class, or a value that is compared with one.
    Label { may_be_number: bool },
}

/// Every rule about plain scalars.
pub fn check(tree: &Tree<'_>, score: Id, collector: &mut Collector<'_>) {
    let roles = roles(tree, score);
    for (id, role) in roles.into_iter().enumerate() {
        let Some(text) = tree.plain(id).filter(|text| !text.is_empty()) else { continue };
        let (dashboard, runtime) = (pyyaml(text), ruamel(text));
        if dashboard != runtime {
            ambiguous(tree, id, text, role, (dashboard, runtime), collector);
        } else if let ScalarRole::Label { may_be_number } = role {
            not_text(tree, id, text, &runtime, may_be_number, collector);
        }
    }
}

fn ambiguous(tree: &Tree<'_>, id: Id, text: &str, role: ScalarRole, readings: (Reading, Reading), collector: &mut Collector<'_>) {
    let at = tree.node(id).span.clone();
    let message = format!("{text} is {} for the dashboard's API but {} for the runtime", readings.0, readings.1);
    if role == ScalarRole::Any {
        let fix = match readings.0 {
            Reading::Bool(value) => format!("write {value}, or quote it: \"{text}\""),
            _ => format!("write a plain number such as 0.001 or 15, or quote it: \"{text}\""),
        };
        collector.add(Rule::AmbiguousValue, at, message, fix);
    } else if is_quotable(text) {
        quote(tree, id, text, Rule::AmbiguousText, message, collector);
    }
}

fn not_text(tree: &Tree<'_>, id: Id, text: &str, reading: &Reading, may_be_number: bool, collector: &mut Collector<'_>) {
    let is_number = ValueKind::of(reading) == Some(ValueKind::Number);
    if *reading != Reading::Text && !(is_number && may_be_number) {
        let message = format!("{text} is {reading}, not the text {text:?}");
        collector.add(Rule::NotText, tree.node(id).span.clone(), message, format!("quote it if the text is meant: \"{text}\""));
    }
}

/// The role of every node.
fn roles(tree: &Tree<'_>, score: Id) -> Vec<ScalarRole> {
    let mut map = RoleMap { tree, roles: vec![ScalarRole::Any; tree.size()] };
    for (key, _) in tree.nodes().flat_map(|(_, node)| node.pairs().iter().copied()) {
        map.mark(Some(key), ScalarRole::Text);
    }
    map.texts(score, score_fields().filter(|field| field.is_text()).map(|field| field.key));
    map.labels_of(score);
    map.dependencies(score);
    map.values(tree.get(score, "output"), ScalarRole::Text);
    for &node in tree.get(score, "graph").and_then(|graph| tree.items(graph)).unwrap_or_default() {
        map.texts(node, node_fields(class_of(tree, node)).filter(|field| field.is_text()).map(|field| field.key));
        map.labels_of(node);
        map.values(tree.get(node, "output"), ScalarRole::Text);
        map.leads(node);
    }
    map.roles
}

struct RoleMap<'t, 'a> {
    tree: &'t Tree<'a>,
    roles: Vec<ScalarRole>,
}

impl RoleMap<'_, '_> {
    fn mark(&mut self, id: Option<Id>, role: ScalarRole) {
        if let Some(id) = id {
            self.roles[self.tree.target(id)] = role;
        }
    }

    fn texts(&mut self, map: Id, keys: impl Iterator<Item = &'static str>) {
        // An id may be a number, and its text is the same for both readers once it is sent.
        for key in keys.filter(|key| *key != "id") {
            self.mark(self.tree.get(map, key), ScalarRole::Text);
        }
    }

    fn items(&mut self, list: Option<Id>, role: ScalarRole) {
        for &item in list.and_then(|list| self.tree.items(list)).unwrap_or_default() {
            self.mark(Some(item), role);
        }
    }

    fn values(&mut self, map: Option<Id>, role: ScalarRole) {
        for &(_, value) in map.and_then(|map| self.tree.pairs(map)).unwrap_or_default() {
            self.mark(Some(value), role);
        }
    }

    /// `valid_classes` and `classes` of a score or a node.
    fn labels_of(&mut self, map: Id) {
        let label = ScalarRole::Label { may_be_number: false };
        self.items(self.tree.get(map, "valid_classes"), label);
        let classes = self.tree.get(map, "classes");
        self.items(classes, label);
        for &class in classes.and_then(|list| self.tree.items(list)).unwrap_or_default() {
            self.mark(self.tree.get(class, "name"), label);
        }
    }

    fn dependencies(&mut self, score: Id) {
        let list = self.tree.get(score, "depends_on");
        self.items(list, ScalarRole::Text);
        for &(_, on) in list.and_then(|list| self.tree.pairs(list)).unwrap_or_default() {
            self.mark(Some(on), ScalarRole::Text);
            self.mark(self.tree.get(on, "value"), ScalarRole::Label { may_be_number: true });
        }
    }

    /// Conditions and edges: what is compared, where they lead, what they put out.
    fn leads(&mut self, node: Id) {
        let (tree, value) = (self.tree, ScalarRole::Label { may_be_number: true });
        for &condition in tree.get(node, "conditions").and_then(|list| tree.items(list)).unwrap_or_default() {
            self.mark(tree.get(condition, "value"), value);
            self.mark(tree.get(condition, "node"), ScalarRole::Text);
            self.mark(tree.get(condition, "state"), ScalarRole::Text);
            self.output(condition);
        }
        for lead in ["edge", "fallback"].into_iter().filter_map(|key| tree.get(node, key)) {
            for key in ["start", "end", "node"] {
                self.mark(tree.get(lead, key), ScalarRole::Text);
            }
            self.output(lead);
        }
    }

    fn output(&mut self, lead: Id) {
        let output = self.tree.get(lead, "output");
        self.values(output, ScalarRole::Text);
        self.mark(output.and_then(|output| self.tree.get(output, "value")), ScalarRole::Label { may_be_number: true });
    }
}
