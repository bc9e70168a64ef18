//! `show`: one score, whole or in parts.

use super::world::{DEMO_SCORE, TONE_CODE, World, ageless, written};
use serde_json::json;

#[test]
fn one_score_is_shown_whole_or_in_parts() {
    let world = World::demo();
    insta::assert_snapshot!(ageless(&world.run(&["show", "-q", "greeting-and-name"])), @r"
    exit 0
    --- stdout
    Greeting and Name
      scorecard     Harbor Telecom – Retention Calls
      id            [id]
      key           greeting-and-name
      external id   41801
      state         edited: code
      champion      [id]
      created       [age]
      note          Noise counts too
      base          [id]
      code          ~/work/scorecards/Harbor Telecom – Retention Calls/Greeting and Name.yaml
      guidelines    ~/work/scorecards/Harbor Telecom – Retention Calls/guidelines/Greeting and Name.md
      classes       Yes, No (2)
    ");
    insta::assert_snapshot!(world.run(&["show", "-q", "greeting-and-name", "--classes"]), @r"
    exit 0
    --- stdout
    classes  Yes, No
    count    2
    ");
    assert!(world.run(&["show", "-q", DEMO_SCORE, "--code"]).contains("Answer with one word"));
    assert!(world.run(&["show", "-q", "41801", "--guidelines"]).contains("drowned by noise"));
}

#[test]
fn data_sets_and_feedback_are_told_beside_a_score() {
    let world = World::with_dashboard();
    let at = "2026-05-02T10:00:00.000Z";
    let data_set = |id: &str, version: &str, file: Option<&str>, at: &str| {
        let row = json!({
            "id": id, "name": "May", "accountId": "acme-id", "scorecardId": "qa", "scoreId": "tone", "dataSourceVersionId": version,
            "file": file, "createdAt": at, "updatedAt": at,
        });
        ("DataSet", row)
    };
    let version = |id: &str| {
        let row = json!({"id": id, "dataSourceId": "source", "yamlConfiguration": "class: FeedbackItems\n", "isFeatured": false});
        ("DataSourceVersion", row)
    };
    let feedback = json!({
        "id": "f", "accountId": "acme-id", "scorecardId": "qa", "scoreId": "tone", "itemId": "i", "cacheKey": "k",
        "initialAnswerValue": "Yes", "finalAnswerValue": "Yes", "editedAt": at,
    });
    let mut champion = written("tone", "tone-1", TONE_CODE, None);
    champion["metadata"] =
        json!({"championHistory": [{"scoreId": "tone", "versionId": "tone-1", "enteredAt": "2026-04-12T09:00:00.000Z"}]});
    world.seed(vec![
        ("ScoreVersion", champion),
        ("DataSource", json!({"id": "source", "name": "Calls", "accountId": "acme-id", "currentVersionId": "v2"})),
        version("v1"),
        version("v2"),
        data_set("set-new1", "v2", None, "2026-05-03T10:00:00.000Z"),
        data_set("set-old1", "v1", Some("datasets/a/dataset.parquet"), at),
        ("FeedbackItem", feedback),
    ]);
    let told = world.run(&["show", "Tone", "--feedback"]);
    insta::assert_snapshot!(told.lines().filter(|line| line.contains("data set") || line.contains("feedback")).collect::<Vec<_>>().join("\n"), @r"
    feedback      0 of 1 call changed by people since 2026-04-12 (champion tone-1): agreement 100.0 %, AC1 1.00
    data set      set-new1, May, not finished, begun 2026-05-03, from Calls
    data set      set-old1, May, built 2026-05-02, from Calls (which has changed since)
    ");
    let json = world.run(&["show", "Tone", "--json"]);
    assert!(json.contains("\"stale\": true") && json.contains("\"feedback\": null"), "{json}");
    assert!(!world.run(&["show", "greeting"]).contains("data set"));
}
