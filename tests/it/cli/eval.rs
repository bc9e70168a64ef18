//! `eval`: how versions did, and what that means for a promotion.

use super::world::World;

const FORK: &str = "52c42cbb";

#[test]
fn evaluations_are_told_with_what_they_say() {
    let world = World::demo();
    insta::assert_snapshot!(world.run(&["eval"]), @r"
    exit 0
    --- stdout
    Harbor Telecom – Retention Calls/Identity Check
      champion   [short]  past answers compared with people's, of any version, 2026-03-22
                           accuracy 87.0 % of 200, AC1 0.74, $0.40, 2026-03-20

    12 scores: 1 with evaluations
    ");
    insta::assert_snapshot!(world.run(&["eval", "Identity Check"]), @r"
    exit 0
    --- stdout
    Harbor Telecom – Retention Calls/Identity Check
      champion   [short]  past answers compared with people's, of any version, 2026-03-22
                           accuracy 87.0 % of 200, AC1 0.74, $0.40, 2026-03-20
      version    [short]  accuracy 100.0 % of 1, AC1 1.00, too few to count, 2026-03-21
                           accuracy 92.0 % of 200, AC1 0.84, $0.42, 2026-03-21

    1 score: 1 with evaluations
    ");
    insta::assert_snapshot!(world.run(&["eval", "Identity Check", "--version", FORK]), @r"
    exit 0
    --- stdout
    Harbor Telecom – Retention Calls/Identity Check
      champion   [short]  past answers compared with people's, of any version, 2026-03-22
                           accuracy 87.0 % of 200, AC1 0.74, $0.40, 2026-03-20
      candidate  [short]  accuracy 100.0 % of 1, AC1 1.00, too few to count, 2026-03-21
                           accuracy 92.0 % of 200, AC1 0.84, $0.42, 2026-03-21
                  champion           candidate
      accuracy    87.0 %             92.0 %
      AC1         0.74               0.84
      items       200                200
      basis       data set [short]  data set [short]
      cost        $0.40              $0.42
      evaluated   2026-03-20         2026-03-21
      verdict     better than the champion by 5.0 points over the same 200 items
                   No  Yes  precision  recall
      people: No   93    7     91.2 %  93.0 %
      people: Yes   9   91     92.9 %  91.0 %
    ");
    insta::assert_snapshot!(world.run(&["eval", "save-offer-presented"]), @r"
    exit 0
    --- stdout
    1 score: 0 with evaluations
    --- stderr
      help: plexus evaluate accuracy --scorecard 'Harbor Telecom – Retention Calls' --score 'Save Offer Presented' --version [id] --number-of-samples 200
    ");
    assert!(world.run(&["eval", "--version", FORK]).starts_with("exit 2\n"), "the score has to be named");
    assert!(world.run(&["eval", "--offline"]).starts_with("exit 2\n"));
}

#[test]
fn json_has_all_figures() {
    let world = World::demo();
    insta::assert_snapshot!(world.run(&["eval", "identity-check", "--version", FORK, "--json"]), @r#"
    exit 0
    --- stdout
    {
      "version": 1,
      "command": "eval",
      "ok": true,
      "exit_code": 0,
      "scores": [
        {
          "comparison": {
            "candidate_evaluation": "[id]",
            "champion_evaluation": "[id]",
            "difference": 5.0,
            "verdict": "better"
          },
          "misjudged": null,
          "score": {
            "champion_version_id": "[id]",
            "code_file_path": "~/work/scorecards/Harbor Telecom – Retention Calls/Identity Check.yaml",
            "disabled": false,
            "external_id": "41802",
            "guidelines_file_path": "~/work/scorecards/Harbor Telecom – Retention Calls/guidelines/Identity Check.md",
            "id": "[id]",
            "key": "identity-check",
            "name": "Identity Check",
            "scorecard": "Harbor Telecom – Retention Calls",
            "version_id": "[id]"
          },
          "versions": [
            {
              "created_at": null,
              "error": null,
              "evaluations": [
                {
                  "ac1": 0.8804304503786368,
                  "accuracy": 94.0,
                  "basis": {
                    "days": 30,
                    "from": null,
                    "kind": "feedback",
                    "max_items": null,
                    "sampling": null,
                    "seed": null,
                    "to": null
                  },
                  "classes": [
                    {
                      "count": 160,
                      "label": "No",
                      "precision": 0.9493670886075949,
                      "recall": 0.9375
                    },
                    {
                      "count": 140,
                      "label": "Yes",
                      "precision": 0.9295774647887324,
                      "recall": 0.9428571428571428
                    }
                  ],
                  "confusion": {
                    "labels": [
                      "No",
                      "Yes"
                    ],
                    "rows": [
                      [
                        150,
                        10
                      ],
                      [
                        8,
                        132
                      ]
                    ],
                    "rows_are": "people"
                  },
                  "cost": 0.0,
                  "created_at": "[time]",
                  "id": "[id]",
                  "items": 300,
                  "speaks": false,
                  "status": "COMPLETED",
                  "total": 300,
                  "type": "feedback",
                  "updated_at": "[time]"
                },
                {
                  "ac1": 0.74002599740026,
                  "accuracy": 87.0,
                  "basis": {
                    "id": "[id]",
                    "kind": "dataset"
                  },
                  "classes": [
                    {
                      "count": 100,
                      "label": "No",
                      "precision": 0.8627450980392157,
                      "recall": 0.88
                    },
                    {
                      "count": 100,
                      "label": "Yes",
                      "precision": 0.8775510204081632,
                      "recall": 0.86
                    }
                  ],
                  "confusion": {
                    "labels": [
                      "No",
                      "Yes"
                    ],
                    "rows": [
                      [
                        88,
                        12
                      ],
                      [
                        14,
                        86
                      ]
                    ],
                    "rows_are": "people"
                  },
                  "cost": 0.4,
                  "created_at": "[time]",
                  "id": "[id]",
                  "items": 200,
                  "speaks": true,
                  "status": "COMPLETED",
                  "total": 200,
                  "type": "accuracy",
                  "updated_at": "[time]"
                }
              ],
              "role": "champion",
              "version_id": "[id]"
            },
            {
              "created_at": "[time]",
              "error": null,
              "evaluations": [
                {
                  "ac1": 1.0,
                  "accuracy": 100.0,
                  "basis": {
                    "kind": "sample",
                    "size": 1
                  },
                  "classes": [
                    {
                      "count": 1,
                      "label": "No",
                      "precision": 1.0,
                      "recall": 1.0
                    },
                    {
                      "count": 0,
                      "label": "Yes",
                      "precision": null,
                      "recall": null
                    }
                  ],
                  "confusion": {
                    "labels": [
                      "No",
                      "Yes"
                    ],
                    "rows": [
                      [
                        1,
                        0
                      ],
                      [
                        0,
                        0
                      ]
                    ],
                    "rows_are": "people"
                  },
                  "cost": 0.0,
                  "created_at": "[time]",
                  "id": "[id]",
                  "items": 1,
                  "speaks": true,
                  "status": "COMPLETED",
                  "total": 1,
                  "type": "accuracy",
                  "updated_at": "[time]"
                },
                {
                  "ac1": 0.8400159984001601,
                  "accuracy": 92.0,
                  "basis": {
                    "id": "[id]",
                    "kind": "dataset"
                  },
                  "classes": [
                    {
                      "count": 100,
                      "label": "No",
                      "precision": 0.9117647058823529,
                      "recall": 0.93
                    },
                    {
                      "count": 100,
                      "label": "Yes",
                      "precision": 0.9285714285714286,
                      "recall": 0.91
                    }
                  ],
                  "confusion": {
                    "labels": [
                      "No",
                      "Yes"
                    ],
                    "rows": [
                      [
                        93,
                        7
                      ],
                      [
                        9,
                        91
                      ]
                    ],
                    "rows_are": "people"
                  },
                  "cost": 0.42,
                  "created_at": "[time]",
                  "id": "[id]",
                  "items": 200,
                  "speaks": true,
                  "status": "COMPLETED",
                  "total": 200,
                  "type": "accuracy",
                  "updated_at": "[time]"
                }
              ],
              "role": "candidate",
              "version_id": "[id]"
            }
          ]
        }
      ],
      "error": null
    }
    "#);
}

#[test]
fn a_promotion_shows_both_sides() {
    let world = World::demo();
    insta::assert_snapshot!(world.run(&["promote", "identity-check", "--version", FORK]), @r#"
    exit 7
    --- stdout
    Identity Check
      champion    [short], 2026-03-19: Both pieces must be given
      candidate   [short], 2026-03-21: Trying the PIN
                  champion           candidate
      accuracy    87.0 %             92.0 %
      AC1         0.74               0.84
      items       200                200
      basis       data set [short]  data set [short]
      cost        $0.40              $0.42
      evaluated   2026-03-20         2026-03-21
      verdict     better than the champion by 5.0 points over the same 200 items
      feedback    47 of 291 calls changed by people since 2026-03-19 (champion [short]): agreement 83.8 %, AC1 0.80
    --- a/scorecards/Harbor Telecom – Retention Calls/Identity Check.yaml	champion [short]
    +++ b/scorecards/Harbor Telecom – Retention Calls/Identity Check.yaml	version [short]
    @@ -24,7 +24,7 @@
         class: Classifier
         valid_classes: ["Yes", "No"]
         user_message: |
    -      Did the agent ask for two pieces of identification, and wait for both, before opening the account?
    +      Did the agent ask for the caller's PIN before opening the account?
     
           {{text}}
         output:
    --- a/scorecards/Harbor Telecom – Retention Calls/guidelines/Identity Check.md	champion [short]
    +++ b/scorecards/Harbor Telecom – Retention Calls/guidelines/Identity Check.md	version [short]
    @@ -10,7 +10,7 @@
     Abstain class: NA
     
     ## Definition of Yes
    -Two pieces of identification are asked for, and given, before the account is opened.
    +The agent asks for a name before the account is opened.
     
     ## Definition of No
     The account is read or changed before the caller has shown who they are.

    --- stderr
    error: this needs your confirmation, and there is no terminal to ask on: nothing was done
      help: add --yes to go on, or -n to see what it would do
    "#);
    let said = world.run(&["promote", "identity-check", "--version", FORK, "-n", "--no-regression", "--min-ac1=0.85"]);
    assert!(said.contains("[short] reached an AC1 of 0.84, and 0.85 is required"), "{said}");
    let said = world.run(&["promote", "identity-check", "--version", FORK, "--yes", "--no-regression", "--min-ac1=0.8"]);
    assert!(said.starts_with("exit 0\n"), "{said}");
    assert!(world.run(&["pull"]).starts_with("exit 0\n"));
    insta::assert_snapshot!(world.run(&["promote", "identity-check", "--version", "d8ac3983", "--yes"]), @r"
    exit 6
    --- stdout
      refused     Identity Check  [short] is worse than the champion by 5.0 points over the same items

    1 score: 0 promoted
    --- stderr
      help: --force promotes it anyway
    ");
    let said = world.run(&["promote", "identity-check", "--version", "d8ac3983", "--yes", "--force"]);
    assert!(said.starts_with("exit 0\n") && said.contains("worse than the champion by 5.0 points"), "{said}");
    for _ in 0..2 {
        assert!(world.run(&["pull"]).starts_with("exit 0\n"));
        let said = world.run(&["promote", "identity-check", "--undo", "--yes"]);
        assert!(said.starts_with("exit 0\n"), "back is always possible: {said}");
    }
}

#[test]
fn settings_can_ask_for_more() {
    let world = World::demo();
    let settings = world.read("scoresync.yaml");
    world.write("scoresync.yaml", &(settings.clone() + "promote: {require_evaluation: true, min_accuracy: 95}\n"));
    world.run(&["push", "-q"]);
    insta::assert_snapshot!(world.run(&["promote", "-q", "--yes"]), @r"
    exit 6
    --- stdout
      refused     Greeting and Name  [short] was never evaluated

    1 score: 0 promoted
    ");
    insta::assert_snapshot!(world.run(&["promote", "-q", "--yes", "identity-check", "--version", FORK]), @r"
    exit 6
    --- stdout
      refused     Identity Check  [short] reached 92.0 %, and 95.0 % are required

    1 score: 0 promoted
    ");
    insta::assert_snapshot!(world.run(&["push", "--promote", "--yes"]), @r"
    exit 7
    --- stderr
    error: a version must be evaluated before it is promoted, and a new one cannot have been: nothing was done
      at ~/work/scoresync.yaml
      help: scoresync push    # makes drafts: evaluate them, then: scoresync promote
    ");
    assert!(world.run(&["sync", "--promote", "--yes"]).starts_with("exit 7\n"));
    assert!(world.run(&["promote", "-q", "--yes", "--force"]).starts_with("exit 0\n"));
    world.write("scoresync.yaml", &(settings.clone() + "promote: {min_acuracy: 95}\n"));
    let said = world.run(&["promote"]);
    assert!(said.contains("scoresync.yaml:4:11") && said.contains("promote.min_accuracy"), "{said}");
    world.write("scoresync.yaml", &(settings + "promote: {min_accuracy: 950}\n"));
    assert!(world.run(&["promote"]).contains("a number from 0 to 100 is expected here"));
}

#[test]
fn as_many_items_count_as_the_settings_ask_for() {
    let world = World::demo();
    let settings = world.read("scoresync.yaml");
    let version = ["eval", "identity-check", "--version", FORK];
    world.write("scoresync.yaml", &(settings.clone() + "promote: {min_items: 201}\n"));
    let said = world.run(&version);
    assert!(said.contains("accuracy 92.0 % of 200, AC1 0.84, too few to count"), "{said}");
    assert!(said.contains("not comparable: too few items"), "{said}");
    assert!(world.run(&["log", "identity-check"]).contains("accuracy 87.0 % of 200, too few to count"));
    world.write("scoresync.yaml", &(settings.clone() + "promote: {min_items: 1}\n"));
    let said = world.run(&version);
    assert!(said.contains("accuracy 100.0 % of 1, AC1 1.00, 2026") && !said.contains("too few"), "{said}");
    world.write("scoresync.yaml", &settings);
    let said = world.run(&["promote", "-n", "-q", "identity-check", "--version", FORK, "--min-items", "201", "--json"]);
    assert!(said.contains("\"not_comparable\""), "{said}");
    let said = world.run(&["promote", "-n", "identity-check", "--version", FORK, "--min-items", "201"]);
    assert!(said.contains("verdict     not comparable: too few items"), "{said}");
}

#[test]
fn what_no_version_can_reach_is_not_asked_for() {
    let world = World::demo();
    for bad in
        ["--min-accuracy=101", "--min-accuracy=nan", "--min-ac1=2", "--min-ac1=x", "--no-regression=-3", "--no-regression=inf"]
    {
        let said = world.run(&["promote", "-n", "-q", "identity-check", "--version", FORK, bad]);
        assert!(said.starts_with("exit 2\n") && said.contains("a number from "), "{bad}: {said}");
    }
    let good =
        ["promote", "-n", "-q", "identity-check", "--version", FORK, "--min-accuracy=92", "--min-ac1=-1", "--no-regression"];
    assert!(world.run(&good).starts_with("exit 0\n"));
}

#[test]
fn the_help_says_how_many_items_count() {
    let help = World::new().run(&["eval", "--help"]);
    let words = help.split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(words.contains(&format!("over at least {} labelled items", scoresync::plan::MIN_ITEMS)), "{help}");
}
