//! A JSON Schema of score YAML, for editors: made from the tables that the rules use.

use super::fields::{FieldSpec, KEY_PATTERN, MODEL, PROCESSOR_CLASSES, ValueKind, score_fields};
use super::near_miss::near_miss;
use super::nodes::{NODE, NODE_CLASSES, NodeClass, OF_ANY_CLASS, takers};
use serde_json::{Map, Value, json};
use std::collections::BTreeSet;

/// Shorter keys have too many neighbours.
const LONG_ENOUGH: usize = 4;

/// The schema, draft 2020-12. It allows what the rules allow: other keys and classes too, unless they look misspelt.
pub fn schema() -> Value {
    let mut properties = fields(score_fields());
    let class = json!({
        "type": "object",
        "required": ["name"],
        "properties": {"name": {"type": "string"}, "positive": {"type": "boolean"}},
    });
    refine(&mut properties, "name", json!({"minLength": 1, "pattern": "\\S"}));
    refine(&mut properties, "key", json!({"pattern": KEY_PATTERN}));
    refine(&mut properties, "version", json!({"deprecated": true}));
    refine(&mut properties, "parent", json!({"deprecated": true}));
    refine(&mut properties, "tactus_code", json!({"deprecated": true}));
    refine(&mut properties, "valid_classes", json!({"items": {"type": "string"}, "uniqueItems": true}));
    refine(&mut properties, "classes", json!({"items": {"anyOf": [class, {"type": "string"}]}}));
    refine(&mut properties, "graph", json!({"items": {"$ref": "#/$defs/node"}}));
    refine(&mut properties, "processors", processors());
    for section in ["item", "data"] {
        refine(&mut properties, section, json!({"properties": {"processors": processors()}}));
    }
    json!({
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "Plexus score",
        "type": "object",
        "required": ["name"],
        "properties": properties,
        "patternProperties": misspelt(score_fields(), &[]),
        "defaultSnippets": [score_snippet()],
        "$defs": definitions(),
    })
}

fn definitions() -> Value {
    let classes = NODE_CLASSES.iter().map(|class| (definition_of(class), of_class(class)));
    Value::Object([("node".to_owned(), node()), ("processor".to_owned(), processor())].into_iter().chain(classes).collect())
}

fn definition_of(class: &NodeClass) -> String {
    format!("node-{}", class.name)
}

/// The keys of a table.
pub(super) fn fields<'a>(fields: impl IntoIterator<Item = &'a FieldSpec>) -> Map<String, Value> {
    fields.into_iter().map(|field| (field.key.to_owned(), property(field))).collect()
}

fn property(field: &FieldSpec) -> Value {
    let types: Vec<&str> = field.kinds.iter().map(|kind| kind.json_type()).collect();
    let mut property = json!({"description": field.about, "type": if let [one] = types[..] { json!(one) } else { json!(types) }});
    if !field.values.is_empty() {
        let nothing = field.kinds.contains(&ValueKind::Null).then_some(Value::Null);
        property["enum"] = field.values.iter().map(|value| json!(value)).chain(nothing).collect();
    }
    if let Some(default) = field.default {
        property["default"] = parsed(default);
    }
    if !field.examples.is_empty() {
        property["examples"] = field.examples.iter().map(|example| parsed(example)).collect();
    }
    if !field.inside.is_empty() {
        let inside = json!({"properties": fields(field.inside), "patternProperties": misspelt(field.inside, &[])});
        match field.kinds.contains(&ValueKind::List) {
            true => property["items"] = inside,
            false => property.as_object_mut().expect("it is one").extend(inside.as_object().expect("it is one").clone()),
        }
    }
    property
}

/// A value of the tables, which is JSON; a test reads them all.
fn parsed(json: &str) -> Value {
    serde_json::from_str(json).unwrap_or_default()
}

/// Adds to what is said of a key.
pub(super) fn refine(properties: &mut Map<String, Value>, key: &str, more: Value) {
    if let (Some(Value::Object(property)), Value::Object(more)) = (properties.get_mut(key), more) {
        property.extend(more);
    }
}

fn node() -> Value {
    let common = || NODE.iter().chain(MODEL);
    let mut properties = fields(common());
    refine(&mut properties, "class", node_class());
    let is_of = |class: &Value| json!({"required": ["class"], "properties": {"class": class}});
    let known: Vec<&str> = NODE_CLASSES.iter().map(|class| class.name).collect();
    let mut by_class: Vec<Value> = NODE_CLASSES
        .iter()
        .map(|class| {
            let keys = json!({"$ref": format!("#/$defs/{}", definition_of(class))});
            json!({"if": is_of(&json!({"const": class.name})), "then": keys})
        })
        .collect();
    by_class.push(json!({"if": is_of(&json!({"enum": known})), "else": {"properties": keys_of_classes(OF_ANY_CLASS)}}));
    json!({
        "type": "object",
        "properties": properties,
        "patternProperties": misspelt(common(), &own_keys()),
        "allOf": by_class,
        "defaultSnippets": NodeClass::current().map(node_snippet).collect::<Value>(),
    })
}

/// The classes of nodes, with what they do.
fn node_class() -> Value {
    let (old, current): (Vec<&NodeClass>, _) = NODE_CLASSES.iter().partition(|class| class.successor.is_some());
    let choice = |classes: &[&NodeClass]| {
        let (names, abouts): (Vec<&str>, Vec<&str>) = classes.iter().map(|class| (class.name, class.about)).unzip();
        json!({"enum": names, "enumDescriptions": abouts})
    };
    let mut deprecated = choice(&old);
    deprecated["deprecated"] = true.into();
    suggested(vec![choice(&current), deprecated], &NODE_CLASSES.iter().map(|class| class.name).collect::<Vec<_>>())
}

/// What the nodes of one class take, and what only those of others do.
fn of_class(class: &NodeClass) -> Value {
    let mut properties = keys_of_classes(class.keys);
    for key in class.foreign_keys() {
        let others = takers(key).join(", ");
        let message = match others.is_empty() {
            true => format!("a node of class {} does not take {key}", class.name),
            false => format!("a node of class {} does not take {key}; these do: {others}", class.name),
        };
        properties.insert(key.to_owned(), json!({"deprecationMessage": message, "doNotSuggest": true}));
    }
    let known: Vec<&str> = NODE.iter().chain(MODEL).map(|field| field.key).chain(own_keys()).collect();
    json!({"description": class.about, "properties": properties, "patternProperties": misspelt(class.keys, &known)})
}

fn keys_of_classes(keys: &[FieldSpec]) -> Map<String, Value> {
    let mut properties = fields(keys);
    refine(&mut properties, "valid_classes", json!({"items": {"type": "string"}}));
    properties
}

/// The keys that only nodes of some classes take.
fn own_keys() -> Vec<&'static str> {
    NODE_CLASSES.iter().flat_map(|class| class.keys).map(|field| field.key).collect::<BTreeSet<_>>().into_iter().collect()
}

/// Keys with a slip of the finger in them, which are none of those that are spared. An editor warns with the message; for
/// other programs they are keys like others.
pub(super) fn misspelt<'a>(fields: impl IntoIterator<Item = &'a FieldSpec>, spared: &[&'a str]) -> Value {
    let fields: Vec<&FieldSpec> = fields.into_iter().collect();
    let known: Vec<&str> = fields.iter().map(|field| field.key).chain(spared.iter().copied()).collect();
    let worth = fields.iter().filter(|field| field.key.len() >= LONG_ENOUGH);
    let pattern = |field: &&FieldSpec| {
        let message = format!("no key that Plexus knows; did you mean `{}`?", field.key);
        (near_miss(field.key, &known), json!({"deprecationMessage": message, "doNotSuggest": true}))
    };
    Value::Object(worth.map(pattern).collect())
}

/// A whole score to start from.
fn score_snippet() -> Value {
    json!({
        "label": "score",
        "description": "A score that a language model judges",
        "body": {
            "name": "${1:Name}",
            "key": "${2:name}",
            "class": "LangGraphScore",
            "model_provider": "ChatOpenAI",
            "model_name": "${3:gpt-4o-mini-2024-07-18}",
            "graph": [body_of("Classifier")],
            "output": {"value": "classification", "explanation": "explanation"},
        },
    })
}

fn node_snippet(class: &str) -> Value {
    json!({"label": class, "description": format!("A node of class {class}"), "body": body_of(class)})
}

/// What nodes of a class begin with: a program, texts to look for, or prompts, and what the class cannot do without.
fn body_of(class: &str) -> Value {
    let mut body = json!({"name": "${4:node}", "class": class});
    if class.starts_with("Logical") {
        body["code"] = "${5}".into();
        return body;
    }
    if class == "FuzzyMatchClassifier" {
        body["data_paths"] = json!(["${5:text}"]);
    }
    if class.starts_with("FuzzyMatch") {
        body["targets"] = json!({"target": "${6:text}", "threshold": "^${7:80}"});
        return body;
    }
    if class == "Classifier" {
        body["valid_classes"] = json!(["${5:Yes}", "${6:No}"]);
    }
    body["system_message"] = "${7}".into();
    let question = if class == "AgenticExtractor" { "human_message" } else { "user_message" };
    body[question] = "{{text}}".into();
    body
}

fn processors() -> Value {
    json!({"type": ["array", "null"], "items": {"$ref": "#/$defs/processor"}})
}

fn processor() -> Value {
    let class = suggested(vec![json!({"enum": PROCESSOR_CLASSES})], PROCESSOR_CLASSES);
    json!({"type": "object", "required": ["class"], "properties": {"class": class, "parameters": {"type": ["object", "null"]}}})
}

/// Names that an editor offers, and any other that is not one of the known ones misspelt.
fn suggested(mut choices: Vec<Value>, known: &[&str]) -> Value {
    let misspelt: Vec<Value> = known.iter().map(|class| json!({"pattern": near_miss(class, known)})).collect();
    choices.push(json!({"type": "string", "not": {"anyOf": misspelt}}));
    json!({ "anyOf": choices })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn defaults_and_examples_are_json_of_their_kinds() {
        let fits = |field: &FieldSpec, json: &str| {
            let value: Value = serde_json::from_str(json).expect(json);
            let own = match value {
                Value::Bool(_) => "boolean",
                Value::Number(_) => "number",
                Value::String(_) => "string",
                Value::Array(_) => "array",
                Value::Object(_) => "object",
                Value::Null => "null",
            };
            assert!(field.kinds.iter().any(|kind| kind.json_type() == own), "{}: {json}", field.key);
        };
        let inside = |field: &'static FieldSpec| std::iter::once(field).chain(field.inside);
        let all = score_fields().chain(NODE).chain(NODE_CLASSES.iter().flat_map(|class| class.keys));
        for field in all.flat_map(inside) {
            field.default.iter().chain(field.examples).for_each(|json| fits(field, json));
        }
    }
}
