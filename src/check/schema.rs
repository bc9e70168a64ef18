//! A JSON Schema of score YAML, for editors: made from the tables that the rules use.

use super::fields::{DEPRECATED_NODE_CLASSES, FieldSpec, KEY_PATTERN, NODE, NODE_CLASSES, PROCESSOR_CLASSES, SCORE, ValueKind};
use super::near_miss::near_miss;
use serde_json::{Map, Value, json};

/// Shorter keys have too many neighbours.
const LONG_ENOUGH: usize = 4;

/// The schema, draft 2020-12. It allows what the rules allow: other keys and classes too, unless they look misspelt.
pub fn schema() -> Value {
    let mut properties = fields(SCORE);
    let class = json!({
        "type": "object",
        "required": ["name"],
        "properties": {"name": {"type": "string"}, "positive": {"type": "boolean"}},
    });
    refine(&mut properties, "name", json!({"minLength": 1, "pattern": "\\S"}));
    refine(&mut properties, "key", json!({"pattern": KEY_PATTERN}));
    refine(&mut properties, "class", json!({"examples": ["LangGraphScore", "TactusScore"], "default": "LangGraphScore"}));
    refine(&mut properties, "model_provider", json!({"examples": ["ChatOpenAI"]}));
    refine(&mut properties, "model_name", json!({"examples": ["gpt-4o-mini-2024-07-18"]}));
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
        "required": required(SCORE),
        "properties": properties,
        "patternProperties": misspelt(SCORE),
        "defaultSnippets": [score_snippet()],
        "$defs": {"node": node(), "processor": processor()},
    })
}

fn required(fields: &[FieldSpec]) -> Vec<&'static str> {
    fields.iter().filter(|field| field.key == "name").map(|field| field.key).collect()
}

/// The keys of a table.
pub(super) fn fields(fields: &[FieldSpec]) -> Map<String, Value> {
    fields.iter().map(|field| (field.key.to_owned(), property(field))).collect()
}

fn property(field: &FieldSpec) -> Value {
    let types: Vec<&str> = field.kinds.iter().map(|kind| kind.json_type()).collect();
    let mut property = json!({"description": field.about, "type": if let [one] = types[..] { json!(one) } else { json!(types) }});
    if !field.values.is_empty() {
        let nothing = field.kinds.contains(&ValueKind::Null).then_some(Value::Null);
        property["enum"] = field.values.iter().map(|value| json!(value)).chain(nothing).collect();
    }
    property
}

/// Adds to what is said of a key.
pub(super) fn refine(properties: &mut Map<String, Value>, key: &str, more: Value) {
    if let (Some(Value::Object(property)), Value::Object(more)) = (properties.get_mut(key), more) {
        property.extend(more);
    }
}

fn node() -> Value {
    let mut properties = fields(NODE);
    refine(&mut properties, "class", suggested(NODE_CLASSES, DEPRECATED_NODE_CLASSES.iter().map(|(old, _)| *old)));
    refine(&mut properties, "valid_classes", json!({"items": {"type": "string"}}));
    let snippets: Vec<Value> = NODE_CLASSES.iter().map(|class| node_snippet(class)).collect();
    json!({
        "type": "object",
        "properties": properties,
        "patternProperties": misspelt(NODE),
        "defaultSnippets": snippets,
    })
}

/// Keys with a slip of the finger in them. An editor warns with the message; for other programs they are keys like others.
pub(super) fn misspelt(fields: &[FieldSpec]) -> Value {
    let known: Vec<&str> = fields.iter().map(|field| field.key).collect();
    let worth = fields.iter().filter(|field| field.key.len() >= LONG_ENOUGH);
    let pattern = |field: &FieldSpec| {
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

/// What nodes of a class begin with: a program, or prompts, of a classifier its classes too.
fn body_of(class: &str) -> Value {
    let mut body = json!({"name": "${4:node}", "class": class});
    if class.starts_with("Logical") {
        body["code"] = "${5}".into();
        return body;
    }
    if class == "Classifier" {
        body["valid_classes"] = json!(["${5:Yes}", "${6:No}"]);
    }
    if !class.starts_with("FuzzyMatch") {
        body["system_message"] = "${7}".into();
        body["user_message"] = "{{text}}".into();
    }
    body
}

fn processors() -> Value {
    json!({"type": ["array", "null"], "items": {"$ref": "#/$defs/processor"}})
}

fn processor() -> Value {
    let class = suggested(PROCESSOR_CLASSES, std::iter::empty());
    json!({"type": "object", "required": ["class"], "properties": {"class": class, "parameters": {"type": ["object", "null"]}}})
}

/// Names that an editor offers, and any other.
fn suggested<'a>(known: &[&'a str], deprecated: impl Iterator<Item = &'a str>) -> Value {
    let old: Vec<&str> = deprecated.collect();
    let mut choices = vec![json!({"enum": known})];
    if !old.is_empty() {
        choices.push(json!({"enum": old, "deprecated": true}));
    }
    let all: Vec<&str> = known.iter().copied().chain(old).collect();
    let misspelt: Vec<Value> = known.iter().map(|class| json!({"pattern": near_miss(class, &all)})).collect();
    choices.push(json!({"type": "string", "not": {"anyOf": misspelt}}));
    json!({ "anyOf": choices })
}
