//! `report`: reports that Plexus made.

use super::world::World;
use serde_json::{Value, json};

fn report(id: &str, configuration: &str, name: &str, at: &str) -> (&'static str, Value) {
    let row = json!({
        "id": id, "accountId": "acme-id", "reportConfigurationId": configuration, "name": name, "parameters": {"PLANTED": 1},
        "output": "PLANTED output", "createdAt": at, "updatedAt": at,
    });
    ("Report", row)
}

fn configuration(id: &str, name: &str) -> (&'static str, Value) {
    ("ReportConfiguration", json!({"id": id, "accountId": "acme-id", "name": name, "configuration": "PLANTED configuration"}))
}

fn reported() -> World {
    let world = World::with_dashboard();
    let part = |id: &str, position: i64, fields: Value| {
        let mut row = json!({"id": id, "reportId": "report-2", "position": position, "type": "FeedbackAnalysis", "name": id});
        fields.as_object().into_iter().flatten().for_each(|(key, value)| row[key] = value.clone());
        ("ReportBlock", row)
    };
    let compact = json!({"status": "ok", "output_compacted": true, "preview": "agreement: 0.81", "output_attachment": "reportblocks/b/output-b.json"});
    world.seed(vec![
        configuration("weekly", "Weekly feedback"),
        configuration("own", "Programmatic Reports"),
        report("report-1", "weekly", "Weekly 17", "2026-04-26T10:00:00.000Z"),
        report("report-2", "weekly", "Weekly 18", "2026-05-03T10:00:00.000Z"),
        report("report-3", "own", "Made by a program", "2026-05-04T10:00:00.000Z"),
        part("Second", 2, json!({"output": compact.to_string(), "warning": "no data for one score"})),
        part("First", 1, json!({"output": "# made by a program\nscores:\n- Tone: 0.8\n", "error": null})),
        part("Third", 3, json!({"error": "the scorecard is gone"})),
    ]);
    world
}

#[test]
fn reports_are_listed_and_one_is_told_in_short() {
    let world = reported();
    insta::assert_snapshot!(world.run(&["report"]), @r"
    exit 0
    --- stdout
      2026-05-03      Weekly 18  Weekly feedback  report-2
      2026-04-26      Weekly 17  Weekly feedback  report-1

    2 reports, 1 configuration
    --- stderr
      help: plexus report run --config 'Weekly feedback'    # makes a report
    ");
    insta::assert_snapshot!(world.run(&["report", "Weekly feedback"]), @r"
    exit 0
    --- stdout
      2026-05-03      Weekly 18  Weekly feedback  report-2
      2026-04-26      Weekly 17  Weekly feedback  report-1

    2 reports, 1 configuration
    --- stderr
      help: plexus report run --config 'Weekly feedback'    # makes a report
    ");
    insta::assert_snapshot!(world.run(&["report", "report-2"]), @r"
    exit 0
    --- stdout
    Weekly 18  2026-05-03

    FeedbackAnalysis  First
      scores:
      - Tone: 0.8

    FeedbackAnalysis  Second
      no data for one score
      agreement: 0.81
      in full: reportblocks/b/output-b.json

    FeedbackAnalysis  Third
      the scorecard is gone
    ");
    insta::assert_snapshot!(world.run(&["report", "nothing"]), @r#"
    exit 2
    --- stderr
    error: no report or report configuration is named "nothing"
      help: scoresync report    # to see the newest
    "#);
    assert!(world.run(&["report", "-v"]).contains("Made by a program"));
    assert!(world.run(&["report", "--offline"]).starts_with("exit 2\n"));
}

#[test]
fn json_has_lists_and_parts() {
    let world = reported();
    insta::assert_snapshot!(world.run(&["report", "report-2", "--json"]), @r#"
    exit 0
    --- stdout
    {
      "version": 1,
      "command": "report",
      "ok": true,
      "exit_code": 0,
      "parts": [
        {
          "attachment": null,
          "error": null,
          "name": "First",
          "preview": "scores:\n- Tone: 0.8",
          "type": "FeedbackAnalysis",
          "warning": null
        },
        {
          "attachment": "reportblocks/b/output-b.json",
          "error": null,
          "name": "Second",
          "preview": "agreement: 0.81",
          "type": "FeedbackAnalysis",
          "warning": "no data for one score"
        },
        {
          "attachment": null,
          "error": "the scorecard is gone",
          "name": "Third",
          "preview": null,
          "type": "FeedbackAnalysis",
          "warning": null
        }
      ],
      "report": {
        "configuration_id": "weekly",
        "created_at": "[time]",
        "id": "report-2",
        "name": "Weekly 18"
      },
      "error": null
    }
    "#);
    assert!(!world.run(&["report", "--json"]).contains("PLANTED"));
}
