//! A JSON Schema of score YAML, for editors: made from the tables that the rules use.

use super::fields::{DEPRECATED_NODE_CLASSES, FieldSpec, KEY_PATTERN, NODE, NODE_CLASSES, PROCESSOR_CLASSES, SCORE, ValueKind};
use serde_json::{Map, Value, json};

/// The schema, draft 2020-12. It allows what the rules allow; names of classes are suggestions.
pub fn schema() -> Value {
    let mut properties = fields(SCORE);
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
        "required": required(SCORE),
        "properties": properties,
        "$defs": {"node": node(), "processor": processor()},
    })
}

fn required(fields: &[FieldSpec]) -> Vec<&'static str> {
    fields.iter().filter(|field| field.key == "name").map(|field| field.key).collect()
}

fn fields(fields: &[FieldSpec]) -> Map<String, Value> {
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

fn refine(properties: &mut Map<String, Value>, key: &str, more: Value) {
    if let (Some(Value::Object(property)), Value::Object(more)) = (properties.get_mut(key), more) {
        property.extend(more);
    }
}

fn node() -> Value {
    let mut properties = fields(NODE);
    refine(&mut properties, "class", suggested(NODE_CLASSES, DEPRECATED_NODE_CLASSES.iter().map(|(old, _)| *old)));
    refine(&mut properties, "valid_classes", json!({"items": {"type": "string"}}));
    json!({"type": "object", "properties": properties})
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
    choices.push(json!({"type": "string"}));
    json!({ "anyOf": choices })
}
