//! The classes that a score can answer with, as the other Plexus tools derive them from its code.

use serde_yaml::Value;
use std::collections::BTreeSet;

/// What is assumed of a score that names no classes anywhere in its graph.
const ASSUMED: usize = 2;

/// Valid classes and possible answers; they come from different keys of the code.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Classes {
    /// The names in the top-level `classes` list; entries without a name are left out.
    pub names: Vec<String>,
    /// Distinct values of every `graph[].valid_classes` and every `graph[].conditions[].output.value`.
    pub answers: Vec<String>,
}

impl Classes {
    /// How many answers there can be: 2 where the graph says nothing.
    pub fn count(&self) -> usize {
        if self.answers.is_empty() { ASSUMED } else { self.answers.len() }
    }

    /// All labels that the code knows, those of the `classes` list first.
    pub fn labels(&self) -> Vec<String> {
        let others = self.answers.iter().filter(|answer| !self.names.contains(answer));
        self.names.iter().chain(others).cloned().collect()
    }
}

/// The classes of a score's code; none if it is no YAML.
pub fn classes(code: &str) -> Option<Classes> {
    let mut root: Value = serde_yaml::from_str(code.strip_prefix('\u{feff}').unwrap_or(code)).ok()?;
    root.apply_merge().ok()?;
    let names = items(root.get("classes")).filter_map(|class| class.get("name")).filter_map(text).collect();
    let mut values = BTreeSet::new();
    for node in items(root.get("graph")) {
        values.extend(items(node.get("valid_classes")).filter_map(text));
        let outputs = items(node.get("conditions")).filter_map(|condition| condition.get("output")?.get("value"));
        values.extend(outputs.filter_map(text));
    }
    Some(Classes { names, answers: values.into_iter().collect() })
}

/// The items of a list; nothing else has any.
fn items(value: Option<&Value>) -> impl Iterator<Item = &Value> {
    value.and_then(Value::as_sequence).into_iter().flatten()
}

/// A scalar as it is written.
fn text(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        Value::Bool(bool) => Some(bool.to_string()),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(code: &str) -> (Vec<String>, usize) {
        let classes = classes(code).expect("good YAML");
        (classes.names.clone(), classes.count())
    }

    #[test]
    fn names_come_from_the_top_level_list() {
        let code = "classes:\n- name: Yes\n  positive: true\n- name: No\n- just text\n- positive: true\n- name: 3\n";
        assert_eq!(of(code).0, ["Yes", "No", "3"]);
        assert_eq!(of("classes: Yes\n").0, [] as [&str; 0]);
    }

    #[test]
    fn the_count_is_of_distinct_values_in_the_graph() {
        let code = "graph:\n- valid_classes: [Yes, No]\n- valid_classes: [No, Maybe]\n  conditions:\n  - output: {value: NA}\n  \
                    - output: {value: Yes}\n  - state: x\n- name: plain\n";
        assert_eq!(of(code).1, 4);
        assert_eq!(of("classes:\n- name: A\n- name: B\n- name: C\n").1, 2);
        assert_eq!(of("graph:\n- valid_classes: [Only]\n").1, 1);
        assert_eq!(of("").1, 2);
    }

    #[test]
    fn anchors_and_merges_count() {
        assert_eq!(of("base: &b\n  valid_classes: [A, B, C]\ngraph:\n- <<: *b\n").1, 3);
    }

    #[test]
    fn what_is_no_yaml_has_no_classes() {
        assert_eq!(classes("a: [\n"), None);
    }
}
