//! What changed, by the names of keys and sections: `diff --summary`, and the notes of pushed versions.

use super::world::{TONE, TONE_CODE, TONE_GUIDELINES, World};

/// A workspace in which keys and sections of one score are edited.
fn edited() -> World {
    let world = World::pulled();
    world.write(TONE, &TONE_CODE.replace("polite?", "kind?").replace("class: Classifier\n", "valid_classes: [Kind, Rude]\n"));
    world.write(TONE_GUIDELINES, "# Tone\n\nPolite is polite.\n\n## Conditions for No\n\nShouting.\n");
    world
}

/// The notes of a score's versions.
fn notes(world: &World, score: &str) -> Vec<String> {
    let json: serde_json::Value =
        serde_json::from_str(world.run(&["log", "--json", score]).split_once("stdout\n").expect("data").1).expect("JSON");
    let mut found = Vec::new();
    collect(&json, &mut found);
    found
}

fn collect(json: &serde_json::Value, found: &mut Vec<String>) {
    match json {
        serde_json::Value::Object(fields) => {
            found.extend(fields.get("note").and_then(|note| note.as_str()).map(str::to_owned));
            fields.values().for_each(|value| collect(value, found));
        }
        serde_json::Value::Array(items) => items.iter().for_each(|item| collect(item, found)),
        _ => {}
    }
}

#[test]
fn a_summary_names_keys_and_sections() {
    let world = edited();
    insta::assert_snapshot!(world.run(&["diff", "--summary"]), @r"
    exit 0
    --- stdout
    scorecards/QA/Tone.yaml  +valid_classes, system_message, -class; guidelines: +Conditions for No
    ");
    assert!(world.run(&["diff", "--summary", "--exit-code"]).starts_with("exit 1\n"));
    let said = world.run(&["diff", "--summary", "--json"]);
    let json: serde_json::Value = serde_json::from_str(said.split_once("stdout\n").expect("data").1).expect("JSON");
    let code = &json["summaries"][0]["documents"][0];
    assert_eq!(
        (&code["added"][0], &code["changed"][0], &code["removed"][0]),
        (&"valid_classes".into(), &"system_message".into(), &"class".into())
    );
    world.write(TONE, "name: [\n");
    assert!(world.run(&["diff", "--summary"]).contains("Tone.yaml  code: changed; guidelines: +Conditions for No\n"));
    world.write(TONE, &format!("# why\n{TONE_CODE}"));
    assert!(world.run(&["diff", "--summary"]).contains("Tone.yaml  code: comments and layout; guidelines"));
}

#[test]
fn a_pushed_version_says_what_it_changes_unless_told_otherwise() {
    let world = edited();
    assert!(world.run(&["push"]).contains("1 pushed"));
    let summary = "+valid_classes, system_message, -class; guidelines: +Conditions for No";
    assert!(notes(&world, "Tone").iter().any(|note| note == summary), "{:?}", notes(&world, "Tone"));
    world.write(TONE, TONE_CODE);
    assert!(world.run(&["push", "--note", "Back again"]).contains("1 pushed"));
    assert!(notes(&world, "Tone").iter().any(|note| note == "Back again"));
}
