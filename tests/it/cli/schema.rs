//! `schema`: the JSON Schema of score YAML.

use super::world::World;
use serde_json::Value;

#[test]
fn the_schema_is_json() {
    let output = World::new().command(&["schema"]).output().expect("the program starts");
    let schema: Value = serde_json::from_slice(&output.stdout).expect("JSON");
    assert_eq!(schema["$schema"], "https://json-schema.org/draft/2020-12/schema");
    assert_eq!(schema["required"][0], "name");
}
