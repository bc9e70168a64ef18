//! `feedback`: how often people corrected answers, since when, and which ones.

use super::world::{Server, TONE_CODE, World, score, written};
use serde_json::{Value, json};

/// When `tone-1` became champion.
const PROMOTED: &str = "2026-04-12T09:00:00.000Z";

/// A call of `Tone` that people looked at on a day of May.
fn reviewed(call: usize, said: &str, should_be: &str, edited_at: &str) -> (&'static str, Value) {
    let row = json!({
        "id": format!("feedback-{call}"), "accountId": "acme-id", "scorecardId": "qa", "scoreId": "tone",
        "itemId": format!("item-{call}"), "cacheKey": format!("tone:{call}"),
        "initialAnswerValue": said, "finalAnswerValue": should_be, "editedAt": edited_at,
        "initialCommentValue": format!("PLANTED explanation {call}"), "finalCommentValue": "PLANTED comment",
        "editCommentValue": "PLANTED change", "editorName": "PLANTED editor",
    });
    ("FeedbackItem", row)
}

/// A workspace whose champion of `Tone` was promoted in April and whose answers people corrected in May.
fn reviewed_world() -> World {
    let world = World::with_dashboard();
    let code = format!("{TONE_CODE}classes:\n- name: \"Yes\"\n- name: \"No\"\n");
    let mut champion = written("tone", "tone-1", &code, None);
    champion["metadata"] =
        json!({"championHistory": [{"scoreId": "tone", "versionId": "tone-1", "enteredAt": PROMOTED, "exitedAt": null}]});
    let mut rows = vec![("ScoreVersion", champion)];
    let groups = [(12, "Yes", "Yes"), (5, "No", "No"), (2, "No", "Yes"), (1, "Yes", "No"), (1, "Unclear", "Yes")];
    let pairs = groups.iter().flat_map(|(count, said, should_be)| std::iter::repeat_n((*said, *should_be), *count));
    for (call, (said, should_be)) in pairs.enumerate() {
        rows.push(reviewed(call, said, should_be, &format!("2026-05-{:02}T10:00:00.000Z", call + 1)));
    }
    // Before the champion, at the edge in other formats, invalid, without an answer, and one looked at again.
    rows.push(reviewed(100, "No", "Yes", "2026-04-11T23:59:59.000Z"));
    rows.push(reviewed(101, "Yes", "Yes", "2026-04-12T09:00:00.123456Z"));
    rows.push(reviewed(102, "Yes", "Yes", "2026-04-12T09:00:01+00:00"));
    let mut invalid = reviewed(103, "No", "Yes", "2026-05-25T10:00:00.000Z");
    invalid.1["isInvalid"] = true.into();
    let mut unanswered = reviewed(104, "No", "Yes", "2026-05-25T11:00:00.000Z");
    unanswered.1["finalAnswerValue"] = Value::Null;
    let mut again = reviewed(105, "Yes", "Yes", "2026-05-25T12:00:00.000Z");
    again.1["itemId"] = "item-0".into();
    rows.extend([invalid, unanswered, again]);
    world.seed(rows);
    world
}

#[test]
fn one_score_is_told_since_its_champion() {
    let world = reviewed_world();
    insta::assert_snapshot!(world.run(&["feedback", "Tone"]), @r"
    exit 0
    --- stdout
    QA/Tone
      reviewed    since 2026-04-12 (champion tone-1)
      calls       24, 4 changed by people, 1 invalid, 1 without an answer, 1 reviewed again
      agreement   83.3 %, AC1 0.79
      mostly      2 said No, should be Yes
                       Yes  No  Unclear  precision  recall
      people: Yes       15   2        1     93.8 %  83.3 %
      people: No         1   5        0     71.4 %  83.3 %
      people: Unclear    0   0        0      0.0 %       –
      not a class of the score: Unclear (was a class renamed?)

      2026-05-21      said Unclear, should be Yes  item-20
      2026-05-20      said Yes, should be No       item-19
      2026-05-19      said No, should be Yes       item-18
      2026-05-18      said No, should be Yes       item-17
    --- stderr
      help: scoresync feedback --cell No:Yes --comments Tone
    ");
}

#[test]
fn several_scores_are_told_the_worst_first() {
    let world = reviewed_world();
    insta::assert_snapshot!(world.run(&["feedback", "--from", "2026-04-01", "--to", "2026-06-01T00:00:00Z"]), @r"
    exit 0
    --- stdout
     80.0 %  AC1  0.75  QA/Tone  5 of 25 calls changed; 3 said No, should be Yes

    2 scores: 1 with feedback, since 2026-04-01 until 2026-06-01
    ");
    insta::assert_snapshot!(world.run(&["feedback", "--from", "2026-04-01", "--misjudged", "--limit", "2"]), @r"
    exit 0
    --- stdout
     80.0 %  AC1  0.75  QA/Tone  5 of 25 calls changed; 3 said No, should be Yes
      2026-05-21      said Unclear, should be Yes  item-20
      2026-05-20      said Yes, should be No       item-19

    2 scores: 1 with feedback, since 2026-04-01
    ");
}

#[test]
fn a_cell_of_the_table_is_listed_and_words_only_when_asked_for() {
    let world = reviewed_world();
    let plain = world.run(&["feedback", "Tone", "--cell", "No:Yes"]);
    insta::assert_snapshot!(plain, @r"
    exit 0
    --- stdout
    QA/Tone
      reviewed    since 2026-04-12 (champion tone-1)
      calls       24, 4 changed by people, 1 invalid, 1 without an answer, 1 reviewed again
      agreement   83.3 %, AC1 0.79
      mostly      2 said No, should be Yes
                       Yes  No  Unclear  precision  recall
      people: Yes       15   2        1     93.8 %  83.3 %
      people: No         1   5        0     71.4 %  83.3 %
      people: Unclear    0   0        0      0.0 %       –
      not a class of the score: Unclear (was a class renamed?)

      2026-05-19      said No, should be Yes  item-18
      2026-05-18      said No, should be Yes  item-17
    ");
    assert!(!plain.contains("PLANTED") && !world.run(&["feedback", "Tone", "--json"]).contains("PLANTED"));
    insta::assert_snapshot!(world.run(&["feedback", "Tone", "--cell", "Unclear:Yes", "--comments"]), @r"
    exit 0
    --- stdout
    QA/Tone
      reviewed    since 2026-04-12 (champion tone-1)
      calls       24, 4 changed by people, 1 invalid, 1 without an answer, 1 reviewed again
      agreement   83.3 %, AC1 0.79
      mostly      2 said No, should be Yes
                       Yes  No  Unclear  precision  recall
      people: Yes       15   2        1     93.8 %  83.3 %
      people: No         1   5        0     71.4 %  83.3 %
      people: Unclear    0   0        0      0.0 %       –
      not a class of the score: Unclear (was a class renamed?)

      2026-05-21      said Unclear, should be Yes  item-20
        score   PLANTED explanation 20
        people  PLANTED comment
        change  PLANTED change (PLANTED editor)
    --- stderr
    what people wrote may be words of customers: keep it out of commits and tickets
    ");
    let refused = world.run(&["feedback", "Tone", "--cell", "No"]);
    assert!(refused.starts_with("exit 2\n") && refused.contains("No:Yes"), "{refused}");
}

#[test]
fn json_has_all_figures() {
    let world = reviewed_world();
    insta::assert_snapshot!(world.run(&["feedback", "Tone", "--cell", "Yes:No", "--json"]), @r#"
    exit 0
    --- stdout
    {
      "version": 1,
      "command": "feedback",
      "ok": true,
      "exit_code": 0,
      "scores": [
        {
          "ac1": 0.7884297520661157,
          "agreement": 83.33333333333334,
          "answered_before": 0,
          "changed": 4,
          "complete": true,
          "confusion": {
            "labels": [
              "Yes",
              "No",
              "Unclear"
            ],
            "rows": [
              [
                15,
                2,
                1
              ],
              [
                1,
                5,
                0
              ],
              [
                0,
                0,
                0
              ]
            ],
            "rows_are": "people"
          },
          "error": null,
          "invalid": 1,
          "main_confusion": {
            "count": 2,
            "said": "No",
            "should_be": "Yes"
          },
          "matching": 1,
          "misjudged": [
            {
              "edited_at": "[time]",
              "id": "feedback-19",
              "item_id": "item-19",
              "said": "Yes",
              "should_be": "No"
            }
          ],
          "notes": [
            "not a class of the score: Unclear (was a class renamed?)"
          ],
          "repeated": 1,
          "reviewed": 24,
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
          },
          "unanswered": 1,
          "window": {
            "from": "[time]",
            "since": "champion",
            "to": "[time]",
            "version_id": "tone-1"
          }
        }
      ],
      "error": null
    }
    "#);
}

#[test]
fn the_time_is_that_of_a_version_or_of_days() {
    let world = reviewed_world();
    let mut former = written("tone", "tone-0", "name: Tone\n", None);
    former["metadata"] = json!({"championHistory": [
        {"scoreId": "tone", "versionId": "tone-0", "enteredAt": "2026-04-01T00:00:00.000Z", "exitedAt": PROMOTED},
    ]});
    world.seed(vec![("ScoreVersion", former), ("ScoreVersion", written("tone", "draft-1", "name: Tone\n", None))]);
    insta::assert_snapshot!(world.run(&["feedback", "Tone", "--since", "tone-0"]), @r"
    exit 0
    --- stdout
    QA/Tone
      reviewed    since 2026-04-01 until 2026-04-12 (then champion tone-0)
      calls       1, 1 changed by people
      agreement   0.0 %, AC1 -1.00
      mostly      1 said No, should be Yes
                   Yes  No  precision  recall
      people: Yes    0   1          –   0.0 %
      people: No     0   0      0.0 %       –

      2026-04-11      said No, should be Yes  item-100
    --- stderr
      help: scoresync feedback --cell No:Yes --comments Tone
    ");
    insta::assert_snapshot!(world.run(&["feedback", "Tone", "--since", "draft"]), @r"
    exit 2
    --- stderr
    error: it is not recorded when version draft-1 was champion
      help: name the time with --from DATE --to DATE
      help: scoresync log SCORE    # to see its versions
    ");
    let all = world.run(&["feedback", "Tone", "--all"]);
    assert!(all.contains("reviewed    all there is\n  calls       25, 5 changed"), "{all}");
    let ended = world.run(&["feedback", "Tone", "--from", "2026-05-21", "--to", "2026-05-21"]);
    assert!(ended.contains("calls       1, 1 changed"), "the whole day: {ended}");
    let unrecorded = world.run(&["feedback", "greeting"]);
    assert!(unrecorded.contains("it is not recorded when the champion was promoted"), "{unrecorded}");
    assert!(world.run(&["feedback", "--since", "tone-0"]).starts_with("exit 2\n"), "of which score?");
    assert!(world.run(&["feedback", "--offline"]).starts_with("exit 2\n"));
}

#[test]
fn calls_that_were_answered_before_can_be_left_out() {
    let world = reviewed_world();
    let answer = |id: &str, call: usize, at: &str, version: Option<&str>| {
        let row = json!({
            "id": id, "itemId": format!("item-{call}"), "accountId": "acme-id", "scorecardId": "qa", "scoreId": "tone", "value": "No",
            "type": "prediction", "status": "COMPLETED", "scoreVersionId": version, "createdAt": at, "updatedAt": at,
        });
        ("ScoreResult", row)
    };
    world.seed(vec![
        answer("old", 17, "2026-04-01T10:00:00.000Z", None),
        answer("older", 18, "2026-04-02T10:00:00.000Z", None),
        answer("new", 18, "2026-05-02T10:00:00.000Z", Some("tone-1")),
    ]);
    insta::assert_snapshot!(world.run(&["feedback", "Tone", "--cell", "No:Yes", "--answered"]), @r"
    exit 0
    --- stdout
    QA/Tone
      reviewed    since 2026-04-12 (champion tone-1)
      calls       24, 4 changed by people, 1 invalid, 1 without an answer, 1 reviewed again
      agreement   83.3 %, AC1 0.79
      mostly      2 said No, should be Yes
                       Yes  No  Unclear  precision  recall
      people: Yes       15   2        1     93.8 %  83.3 %
      people: No         1   5        0     71.4 %  83.3 %
      people: Unclear    0   0        0      0.0 %       –
      not a class of the score: Unclear (was a class renamed?)

      2026-05-19      said No, should be Yes  item-18  answered 2026-05-02 by tone-1
      1 answered before that time
    ");
}

#[test]
fn what_was_asked_for_and_cannot_be_read_is_an_error() {
    let mut world = reviewed_world();
    let _server = Server::start(&mut world, &["--fault", "status=403:FeedbackComments:2"]);
    let calls = ["feedback", "Tone", "--cell", "No:Yes"];
    let said = world.run(&[&calls[..], &["--comments"]].concat());
    assert!(said.starts_with("exit 6\n") && said.contains("not authorised"), "{said}");
    let json = world.run(&[&calls[..], &["--comments", "--json"]].concat());
    assert!(json.starts_with("exit 6\n") && json.contains("\"comments_error\": \"not authorised"), "{json}");
    assert!(world.run(&calls).starts_with("exit 0\n"), "nobody asked for it");
}

#[test]
fn calls_are_not_written_where_git_would_take_them() {
    let world = reviewed_world();
    world.init_git();
    let run = |file: &str| world.run(&["feedback", "Tone", "--comments", "--out", file]);
    insta::assert_snapshot!(run("calls.jsonl"), @r"
    exit 7
    --- stderr
    error: this file would hold words of customers, and git would take it
      at ~/work/calls.jsonl
      help: name a file outside of the repository, or one that .gitignore lists
      help: --force    # to write it anyway
    ");
    assert!(run("../calls.jsonl").starts_with("exit 0\n"), "outside of the repository");
    let written = world.read("../calls.jsonl");
    assert_eq!(written.lines().count(), 4);
    assert!(
        written.lines().all(|line| line.contains("PLANTED comment") && serde_json::from_str::<Value>(line).is_ok()),
        "{written}"
    );
    world.write(".gitignore", "*.jsonl\n");
    assert!(run("calls.jsonl").starts_with("exit 0\n"), "git ignores it");
    assert!(world.run(&["feedback", "Tone", "--out", "calls.txt", "--force"]).starts_with("exit 0\n"));
}

#[test]
fn all_pages_are_read_and_bad_rows_cost_only_themselves() {
    let world = World::with_dashboard();
    let day = |call: usize| format!("2026-{:02}-{:02}T{:02}:00:00.000Z", 1 + call % 9, 1 + call % 28, call % 24);
    let mut rows: Vec<_> =
        (0..2500).map(|call| reviewed(call, "Yes", if call % 10 == 0 { "No" } else { "Yes" }, &day(call))).collect();
    rows[7].1["editedAt"] = json!("2026-05-05 at noon");
    rows[8].1["itemId"] = Value::Null;
    // Large fields that are not asked for make pages small.
    rows.iter_mut().for_each(|(_, row)| row["finalCommentValue"] = "x".repeat(2000).into());
    world.seed(rows);
    let told = world.run(&["feedback", "Tone", "--from", "2025-12-01", "--to", "2026-11-01"]);
    assert!(told.contains("calls       2498, 250 changed"), "{told}");
    let all = world.run(&["feedback", "Tone", "--all"]);
    assert!(all.contains("calls       2498, 250 changed"), "{all}");
}

#[test]
fn changes_are_told_as_one_where_the_dashboard_does_not_keep_them() {
    let world = reviewed_world();
    let told = world.run(&["feedback", "Tone", "--cell", "Yes:No", "--changes"]);
    assert!(told.contains("  item-19\n    changed  Yes → No, 2026-05-20\n"), "{told}");
}

#[test]
fn no_word_is_broken_on_a_terminal() {
    let world = reviewed_world();
    for args in [&["feedback", "Tone", "--no-pager"][..], &["feedback", "--all", "--misjudged", "--no-pager"]] {
        let plain = world.run(args);
        let is_said = |word: &&str| !word.contains('/') && !word.starts_with("--") && *word != "stderr";
        let words = plain.split_whitespace().skip(4).filter(is_said);
        for columns in [60, 80, 120] {
            let mut terminal = world.terminal_of(columns, args);
            let screen = terminal.end();
            for word in words.clone() {
                assert!(screen.split_whitespace().any(|shown| shown == word), "{word} at {columns} columns: {screen}");
            }
        }
    }
}

#[test]
fn feedback_of_very_many_scores_is_read_after_a_yes() {
    let world = World::pulled();
    world.seed((0..200).flat_map(|at| score(&format!("more-{at}"), &format!("More {at}"))).collect());
    world.run(&["pull", "-q"]);
    let said = world.terminal(&["feedback"]).answer("Read the feedback of 202 scores", "n").end();
    assert!(said.starts_with("exit 7\n") && said.contains("not confirmed"), "{said}");
    let said = world.terminal(&["feedback", "--no-pager"]).answer("[y/N]", "y").end();
    assert!(said.starts_with("exit 0\n"), "{said}");
    assert!(!world.terminal(&["feedback", "--yes", "--no-pager"]).end().contains("[y/N]"));
}
