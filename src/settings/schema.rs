//! A JSON Schema of `scoresync.yaml`, for editors. It allows what reading the file allows.

use super::project::{LONGEST_QUIET, MOST_CONCURRENCY, MOST_ITEMS, MOST_RUNS};
use crate::check::{Rule, Severity};
use crate::model::SyncKind;
use serde_json::{Map, Value, json};

/// The schema, draft 2020-12.
pub fn project_schema() -> Value {
    let list = json!({
        "description": "The only scorecards to sync, by name, key or id; all of the account if it is left out.",
        "type": "array",
        "items": {"type": ["string", "number"]},
        "examples": [["Quality Assurance"]],
    });
    let folders: Vec<_> = SyncKind::folders().collect();
    let documents = json!({
        "description": "Documents to sync beside the scores, each kind in its folder.",
        "type": "array",
        "items": {"enum": folders},
        "default": [],
    });
    let concurrency = json!({
        "description": "Requests at once.", "type": "integer", "minimum": 1, "maximum": MOST_CONCURRENCY, "default": 8,
    });
    let runs = json!({
        "description": "How many runs undo and restore remember.", "type": "integer", "minimum": 1, "maximum": MOST_RUNS, "default": 50,
    });
    let note =
        json!({"description": "Note of pushed versions where --note gives none.", "type": "string", "examples": ["From CI"]});
    let mut schema = map(
        "Settings of a scoresync workspace.",
        json!({
            "scorecards": list,
            "documents": documents,
            "root": text("Folder of the files, inside the workspace.", "scorecards"),
            "concurrency": concurrency,
            "history": map("What is kept.", json!({ "keep_runs": runs })),
            "push": map("Pushes.", json!({ "note": note })),
            "git": map("Commits.", json!({ "commit": switch("Commit what a run writes or pushes, as --commit does.") })),
            "check": map("The check of files.", json!({ "rules": rules() })),
            "watch": watch(),
            "tasks": tasks(),
            "promote": promote(),
            "api_url": {"description": "The address of the dashboard's API.", "type": "string"},
            "app_url": {"description": "The address of the dashboard's web page, for links and open.", "type": "string", "pattern": "^https?://"},
            "account_key": {"description": "The key of the account.", "type": "string", "examples": ["my-account"]},
        }),
    );
    schema["$schema"] = "https://json-schema.org/draft/2020-12/schema".into();
    schema["title"] = "scoresync.yaml".into();
    schema
}

/// A mapping with these keys and no others; it may be empty.
fn map(description: &str, properties: Value) -> Value {
    json!({
        "description": description,
        "type": ["object", "null"],
        "properties": properties,
        "additionalProperties": false,
    })
}

fn text(description: &str, default: &str) -> Value {
    json!({"description": description, "type": "string", "default": default})
}

fn switch(description: &str) -> Value {
    json!({"description": description, "type": "boolean", "default": false})
}

/// Each rule with what it requires. YAML readers take an unquoted `off` for a boolean.
fn rules() -> Value {
    let levels = [Severity::Info, Severity::Warning, Severity::Error].map(Severity::word);
    let choices: Vec<Value> = [json!("off"), json!(false)].into_iter().chain(levels.map(Value::from)).collect();
    let rule = |rule: &Rule| {
        let about = format!("{} {}", rule.about(), rule.why());
        let level = json!({"description": about, "enum": choices, "default": rule.default_severity().word()});
        (rule.code().to_owned(), level)
    };
    let rules: Map<String, Value> = Rule::ALL.iter().map(rule).collect();
    map("Rules of the check, each set to off, info, warning or error.", Value::Object(rules))
}

fn watch() -> Value {
    let when = json!({
        "description": "When watch pushes.",
        "enum": ["on-idle", "on-commit", "manual", "never"],
        "default": "on-idle",
    });
    let most = format!("How long a file must be left alone, at most {} s.", LONGEST_QUIET.as_secs());
    let quiet = json!({"description": most, "type": "string", "pattern": "^[0-9]+(ms|s|m)$", "default": "5s", "examples": ["500ms", "2m"]});
    let promote = switch("What watch pushes becomes champion.");
    map("What watch does.", json!({ "push": when, "quiet": quiet, "promote": promote }))
}

fn tasks() -> Value {
    json!({
        "description": "Which runs are shown in the dashboard's Activity: none, or those that push or promote 25 scores and more.",
        "enum": ["never", "long"],
        "default": "never",
    })
}

fn promote() -> Value {
    let number =
        |about: &str, least: f64, most: f64| json!({"description": about, "type": "number", "minimum": least, "maximum": most});
    let items = json!({
        "description": "Only evaluations over at least so many items count.",
        "type": "integer",
        "minimum": 1,
        "maximum": MOST_ITEMS,
        "default": 20,
    });
    map(
        "What must have been measured of a version before it is promoted.",
        json!({
            "require_evaluation": switch("Promote only versions that were evaluated."),
            "min_items": items,
            "min_accuracy": number("The accuracy that a version must reach, in percent.", 0.0, 100.0),
            "min_ac1": number("The agreement beyond chance (Gwet's AC1) that it must reach.", -1.0, 1.0),
            "no_regression": number("How many points of accuracy it may be worse than the champion.", 0.0, 100.0),
        }),
    )
}

#[cfg(test)]
mod tests {
    use super::super::project::{PROJECT_KEYS, PROMOTE_KEYS, WATCH_KEYS};
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn it_has_every_key_that_is_read() {
        let schema = project_schema();
        let keys = |at: &str| -> BTreeSet<String> {
            let properties = schema.pointer(&format!("{at}/properties")).and_then(Value::as_object).expect("a mapping");
            properties.keys().cloned().collect()
        };
        let of = |keys: &[&str]| keys.iter().map(|key| (*key).to_owned()).collect::<BTreeSet<_>>();
        assert_eq!(keys(""), of(&PROJECT_KEYS));
        assert_eq!(keys("/properties/watch"), of(&WATCH_KEYS));
        assert_eq!(keys("/properties/promote"), of(&PROMOTE_KEYS));
        let codes: Vec<&str> = Rule::ALL.iter().map(|rule| rule.code()).collect();
        assert_eq!(keys("/properties/check/properties/rules"), of(&codes));
    }
}
