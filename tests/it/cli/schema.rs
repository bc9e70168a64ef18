//! `schema`: the JSON Schemas of score YAML and of the settings.

use super::world::World;
use serde_json::Value;

#[test]
fn the_schema_is_json() {
    let output = World::new().command(&["schema"]).output().expect("the program starts");
    let schema: Value = serde_json::from_slice(&output.stdout).expect("JSON");
    assert_eq!(schema["$schema"], "https://json-schema.org/draft/2020-12/schema");
    assert_eq!(schema["required"][0], "name");
}

#[test]
fn the_settings_have_a_schema_too() {
    let output = World::new().command(&["schema", "--settings"]).output().expect("the program starts");
    let schema: Value = serde_json::from_slice(&output.stdout).expect("JSON");
    assert_eq!(schema["additionalProperties"], false, "an unknown key is an error");
    assert_eq!(schema["properties"]["watch"]["properties"]["push"]["default"], "on-idle");
}
