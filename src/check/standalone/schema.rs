//! A JSON Schema of data sources, for editors: made from the table that the rules use.

use super::tables::{COUNTS, FEEDBACK_ITEMS, PARAMETERS};
use crate::check::schema::{fields, misspelt, refine};
use serde_json::{Value, json};

/// Classes that an editor offers.
const CLASSES: [&str; 2] = [FEEDBACK_ITEMS, "CallCriteriaDBCache"];

/// The schema, draft 2020-12. It allows what the rules allow: any class, with whatever it takes.
pub fn data_source_schema() -> Value {
    let class = json!({
        "type": "string", "minLength": 1, "examples": CLASSES,
        "description": "The class that loads the data: one of Plexus, or the path of one of your own.",
    });
    let is_feedback =
        json!({"required": ["class"], "properties": {"class": {"pattern": format!("^(?:.*\\.)?{FEEDBACK_ITEMS}$")}}});
    let parameters = json!({"properties": {"parameters": {"$ref": "#/$defs/feedback-items"}}});
    let data = json!({
        "type": ["object", "null"],
        "description": "The class and its parameters, as scores have them.",
        "required": ["class"],
        "properties": {"class": class, "parameters": {"type": ["object", "null"]}},
        "if": is_feedback,
        "then": parameters,
    });
    json!({
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "Plexus data source",
        "type": "object",
        "anyOf": [{"required": ["class"]}, {"required": ["data"]}],
        "properties": {"class": class, "data": data},
        "if": is_feedback,
        "then": {"$ref": "#/$defs/feedback-items"},
        "defaultSnippets": [snippet()],
        "$defs": {"feedback-items": feedback_items()},
    })
}

fn feedback_items() -> Value {
    let mut properties = fields(PARAMETERS);
    for key in COUNTS {
        refine(&mut properties, key, json!({"exclusiveMinimum": 0, "multipleOf": 1, "pattern": "^\\s*[0-9]+\\s*$"}));
    }
    json!({
        "type": "object",
        "anyOf": [{"required": ["scorecard", "score"]}, {"required": ["feedback_item_ids"]}],
        "properties": properties,
        "patternProperties": misspelt(PARAMETERS, &[]),
        "if": {"required": ["sample_seed"], "properties": {"sample_seed": {"not": {"type": "null"}}}},
        "then": {"required": ["sampling_mode"], "properties": {"sampling_mode": {"const": "random"}}},
    })
}

/// A whole source to start from.
fn snippet() -> Value {
    json!({
        "label": "feedback",
        "description": "Items that people gave feedback on",
        "body": {"class": FEEDBACK_ITEMS, "scorecard": "${1:scorecard}", "score": "${2:score}", "days": "^${3:30}", "limit_per_cell": "^${4:50}"},
    })
}
