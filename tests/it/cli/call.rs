//! `call`: one call, found by any of its names, with what scores answered and what people say.

use super::world::{Server, World, written};
use serde_json::{Value, json};

const AT: &str = "2026-05-02T10:00:00.000Z";

fn answer(id: &str, score: &str, kind: &str, value: &str, at: &str) -> (&'static str, Value) {
    let row = json!({
        "id": id, "itemId": "item-1", "accountId": "acme-id", "scorecardId": "qa", "scoreId": score, "value": value,
        "type": kind, "status": "COMPLETED", "createdAt": at, "updatedAt": at, "confidence": 0.91,
        "explanation": "PLANTED explanation", "metadata": {"text": "PLANTED text"},
        "evaluationId": if kind == "evaluation" { json!("evaluation-of-may") } else { Value::Null },
    });
    ("ScoreResult", row)
}

fn world_with_a_call() -> World {
    let world = World::with_dashboard();
    let mut champion = written("tone", "tone-1", "name: Tone\n", None);
    champion["metadata"] = json!({"championHistory": [
        {"scoreId": "tone", "versionId": "tone-1", "enteredAt": "2026-04-12T09:00:00.000Z", "exitedAt": null},
    ]});
    let item = json!({
        "id": "item-1", "accountId": "acme-id", "isEvaluation": false, "externalId": "4711", "text": "PLANTED words of a customer",
        "createdAt": AT, "attachedFiles": ["items/4711/deepgram.json"],
    });
    let identifier = |name: &str, value: &str, position: i64| {
        let row = json!({"itemId": "item-1", "name": name, "value": value, "position": position, "accountId": "acme-id"});
        ("Identifier", row)
    };
    let feedback = json!({
        "id": "feedback-1", "accountId": "acme-id", "scorecardId": "qa", "scoreId": "tone", "itemId": "item-1", "cacheKey": "tone:1",
        "initialAnswerValue": "Yes", "finalAnswerValue": "No", "editedAt": "2026-05-03T10:00:00.000Z",
        "finalCommentValue": "PLANTED comment", "editCommentValue": "PLANTED change", "editorName": "PLANTED editor",
    });
    world.seed(vec![
        ("ScoreVersion", champion),
        ("Item", item),
        identifier("session", "S-9", 2),
        identifier("form", "F-77", 1),
        answer("r0", "tone", "prediction", "No", "2026-05-01T10:00:00.000Z"),
        answer("r1", "tone", "prediction", "Yes", AT),
        answer("r2", "tone", "evaluation", "No", "2026-05-04T10:00:00.000Z"),
        answer("r3", "greeting", "prediction", "NA", AT),
        ("FeedbackItem", feedback),
        ("Item", json!({"id": "item-2", "accountId": "other", "isEvaluation": false, "externalId": "4711", "createdAt": AT})),
        ("Item", json!({"id": "item-3", "accountId": "acme-id", "isEvaluation": false, "externalId": "F-88", "createdAt": AT})),
        ("Identifier", json!({"itemId": "item-1", "name": "old", "value": "F-88", "position": 3, "accountId": "acme-id"})),
    ]);
    world
}

#[test]
fn a_call_is_told_with_all_answers() {
    let world = world_with_a_call();
    insta::assert_snapshot!(world.run(&["call", "4711"]), @r#"
    exit 0
    --- stdout
    call item-1
      external id  4711
      form         F-77
      session      S-9
      old          F-88
      created      2026-05-02
      file         items/4711/deepgram.json

    QA/It's a "greeting"
      answered     NA (91 % sure), 2026-05-02

    QA/Tone
      answered     Yes (91 % sure), 2026-05-02, champion then tone-1
      people       No instead of Yes, 2026-05-03
      evaluated    No in evaluation evaluati, 2026-05-04
    "#);
    insta::assert_snapshot!(world.run(&["call", "4711", "Tone", "--comments", "--text"]), @r"
    exit 0
    --- stdout
    call item-1
      external id  4711
      form         F-77
      session      S-9
      old          F-88
      created      2026-05-02
      file         items/4711/deepgram.json

    QA/Tone
      answered     Yes (91 % sure), 2026-05-02, champion then tone-1
      because      PLANTED explanation
      people       No instead of Yes, 2026-05-03
                   PLANTED comment
      changed      PLANTED change (PLANTED editor)
      evaluated    No in evaluation evaluati, 2026-05-04

    PLANTED words of a customer
    --- stderr
    what people wrote may be words of customers: keep it out of commits and tickets
    ");
}

#[test]
fn a_call_is_found_by_any_name_of_this_account() {
    let world = world_with_a_call();
    let expected = world.run(&["call", "item-1"]);
    assert!(expected.starts_with("exit 0\n") && !expected.contains("PLANTED"), "{expected}");
    for name in ["4711", "F-77", "S-9", "feedback-1"] {
        assert_eq!(world.run(&["call", name]), expected, "{name}");
    }
    insta::assert_snapshot!(world.run(&["call", "F-88"]), @r#"
    exit 2
    --- stderr
    error: 2 calls are named "F-88"
      at item-1
      at item-3
      help: name it by its id, its external id, or the value of one of its identifiers
    "#);
    insta::assert_snapshot!(world.run(&["call", "item-2"]), @r#"
    exit 2
    --- stderr
    error: no call of this account is named "item-2"
      help: name it by its id, its external id, or the value of one of its identifiers
    "#);
    insta::assert_snapshot!(world.run(&["call", "item-3"]), @r"
    exit 0
    --- stdout
    call item-3
      external id  F-88
      created      2026-05-02

    no score has answered
    ");
}

#[test]
fn json_has_no_words_unless_they_are_asked_for() {
    let world = world_with_a_call();
    let json = world.run(&["call", "4711", "Tone", "--json"]);
    assert!(!json.contains("PLANTED"), "{json}");
    insta::assert_snapshot!(json, @r#"
    exit 0
    --- stdout
    {
      "version": 1,
      "command": "call",
      "ok": true,
      "exit_code": 0,
      "item": {
        "attached_files": [
          "items/4711/deepgram.json"
        ],
        "created_at": "[time]",
        "external_id": "4711",
        "id": "item-1",
        "identifiers": [
          {
            "name": "form",
            "url": null,
            "value": "F-77"
          },
          {
            "name": "session",
            "url": null,
            "value": "S-9"
          },
          {
            "name": "old",
            "url": null,
            "value": "F-88"
          }
        ],
        "text": null
      },
      "scores": [
        {
          "answer": {
            "at": "[time]",
            "confidence": 0.91,
            "evaluation_id": null,
            "explanation": null,
            "said": "Yes",
            "version_id": null
          },
          "champion_then": "tone-1",
          "evaluations": [
            {
              "at": "[time]",
              "confidence": 0.91,
              "evaluation_id": "evaluation-of-may",
              "explanation": null,
              "said": "No",
              "version_id": null
            }
          ],
          "feedback": [
            {
              "change": null,
              "comment": null,
              "comments_error": null,
              "edited_at": "[time]",
              "editor": null,
              "id": "feedback-1",
              "invalid": false,
              "said": "Yes",
              "should_be": "No"
            }
          ],
          "score": {
            "champion_version_id": "tone-1",
            "code_file_path": "~/work/scorecards/QA/Tone.yaml",
            "disabled": false,
            "external_id": "11",
            "guidelines_file_path": "~/work/scorecards/QA/guidelines/Tone.md",
            "id": "tone",
            "key": "tone",
            "name": "Tone",
            "scorecard": "QA",
            "version_id": null
          }
        }
      ],
      "error": null
    }
    "#);
    let all = world.run(&["call", "4711", "--json", "--text", "--comments"]);
    assert!(
        ["words of a customer", "explanation", "comment", "change", "editor"]
            .iter()
            .all(|what| all.contains(&format!("PLANTED {what}"))),
        "{all}"
    );
}

#[test]
fn what_was_written_and_cannot_be_read_is_said_to_be_unknown() {
    let mut world = world_with_a_call();
    let _server = Server::start(&mut world, &["--fault", "status=403:FeedbackComments:2"]);
    let said = world.run(&["call", "4711", "Tone", "--comments"]);
    assert!(said.starts_with("exit 6\n") && said.contains("what was written is not known: not authorised"), "{said}");
    let json = world.run(&["call", "4711", "Tone", "--comments", "--json"]);
    assert!(json.starts_with("exit 6\n") && json.contains("\"comments_error\": \"not authorised"), "{json}");
    assert!(world.run(&["call", "4711", "Tone"]).starts_with("exit 0\n"), "nobody asked for it");
}
