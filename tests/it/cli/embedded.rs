//! The whole program against the embedded registry: `demo`, then by hand, in process and over `serve`.

use super::World;
use std::io::{BufRead, BufReader};
use std::process::Stdio;

const TONE: &str = "scorecards/Harbor Telecom – Retention Calls/Greeting and Name.yaml";

/// A world in which the demo was played; commands run in its folder.
fn played() -> World {
    let world = World::new();
    let said = world.run(&["demo", "."]);
    assert!(said.starts_with("exit 0\n"), "{said}");
    world
}

fn edit(world: &World, line: &str) {
    world.write(TONE, &(world.read(TONE) + line));
}

#[test]
fn the_demo_ends_with_a_merge_that_waits_to_be_pushed() {
    let world = played();
    insta::assert_snapshot!(world.run(&["status"]), @r#"
    exit 0
    --- stdout
    Harbor Telecom – Retention Calls
      edited      Greeting and Name  code

    12 scores: 1 empty, 1 edited, 10 clean
    --- stderr
    warning: 2 scores share one file name: "Refund/Chargeback" is "Refund-Chargeback ~63001", "Refund:Chargeback" is "Refund-Chargeback ~63002"
    "#);
    let diff = world.run(&["diff", "Greeting and Name"]);
    assert!(
        diff.contains("\n-      Answer \"Yes\" or \"No\" first, then say why in one sentence.\n+      Answer with one word"),
        "{diff}"
    );
    assert!(world.run(&["status", "--exit-code", "-q"]).starts_with("exit 1\n"));
    world.git(&["init", "-q"]);
    assert!(!world.git(&["status", "--porcelain"]).contains("dashboard.db"), "git must not take the dashboard back in time");
    assert!(world.run(&["demo", "."]).starts_with("exit 2\n"));
}

#[test]
fn a_workspace_with_its_dashboard_can_be_moved() {
    let world = World::new();
    world.run(&["demo", "here"]);
    std::fs::rename(world.folder().join("here"), world.folder().join("there")).expect("a folder to move");
    let said = world.run(&["status", "-q", "-C", "there"]);
    assert!(said.starts_with("exit 0\n") && said.contains("1 edited"), "{said}");
}

#[test]
fn a_push_is_made_once_and_leaves_a_clean_status() {
    let world = played();
    insta::assert_snapshot!(world.run(&["push", "-q", "--promote", "-n"]), @r"
    exit 0
    --- stdout
    Harbor Telecom – Retention Calls
      to push     Greeting and Name  code, version [short], to be champion

    12 scores: 1 to push, 11 unchanged (dry run: nothing was done)
    ");
    insta::assert_snapshot!(world.run(&["push", "-q", "--promote"]), @r"
    exit 0
    --- stdout
    Harbor Telecom – Retention Calls
      pushed      Greeting and Name  code, version [short], now champion

    12 scores: 1 pushed, 11 unchanged
    ");
    insta::assert_snapshot!(world.run(&["push", "-q", "--promote"]), @r"
    exit 0
    --- stdout
    12 scores: all unchanged
    ");
    insta::assert_snapshot!(world.run(&["status", "-q"]), @r"
    exit 0
    --- stdout
    12 scores: 1 empty, 11 clean
    ");
}

#[test]
fn json_has_the_references_fields() {
    let world = played();
    insta::assert_snapshot!(world.run(&["push", "--json", TONE]), @r#"
    exit 0
    --- stdout
    {
      "version": 1,
      "command": "push",
      "ok": true,
      "exit_code": 0,
      "account": "Harbor Quality Group",
      "dry_run": false,
      "finished": [],
      "legacy_files": [],
      "legacy_moved": [],
      "offline": false,
      "scores": [
        {
          "behind": null,
          "champion_updated": false,
          "champion_version_id": "[id]",
          "changes_detected": {
            "code": true,
            "guidelines": false
          },
          "code_file_path": "~/work/scorecards/Harbor Telecom – Retention Calls/Greeting and Name.yaml",
          "disabled": false,
          "drafts": null,
          "error": null,
          "external_id": "41801",
          "fault": null,
          "forks": null,
          "guidelines_file_path": "~/work/scorecards/Harbor Telecom – Retention Calls/guidelines/Greeting and Name.md",
          "id": "[id]",
          "key": "greeting-and-name",
          "message": "code, version [short]",
          "name": "Greeting and Name",
          "next": null,
          "notes": [],
          "outcome": "pushed",
          "renamed_similarity": null,
          "renamed_to": null,
          "scorecard": "Harbor Telecom – Retention Calls",
          "skipped": false,
          "state": "edited",
          "success": true,
          "version_id": "[id]"
        }
      ],
      "unknown_files": [],
      "unreadable": [],
      "warnings": [
        "2 scores share one file name: \"Refund/Chargeback\" is \"Refund-Chargeback ~63001\", \"Refund:Chargeback\" is \"Refund-Chargeback ~63002\""
      ],
      "error": null
    }
    "#);
    insta::assert_snapshot!(world.run(&["path", "--json", "41801"]), @r#"
    exit 0
    --- stdout
    {
      "version": 1,
      "command": "path",
      "ok": true,
      "exit_code": 0,
      "scores": [
        {
          "code_file_path": "~/work/scorecards/Harbor Telecom – Retention Calls/Greeting and Name.yaml",
          "guidelines_file_path": "~/work/scorecards/Harbor Telecom – Retention Calls/guidelines/Greeting and Name.md",
          "id": "[id]",
          "name": "Greeting and Name",
          "scorecard": "Harbor Telecom – Retention Calls"
        }
      ],
      "error": null
    }
    "#);
}

#[test]
fn one_score_is_shown_whole_or_in_parts() {
    let world = played();
    insta::assert_snapshot!(world.run(&["show", "-q", "greeting-and-name"]), @r"
    exit 0
    --- stdout
    Greeting and Name
      scorecard     Harbor Telecom – Retention Calls
      id            [id]
      key           greeting-and-name
      external id   41801
      state         edited: code
      champion      [id]
      created       [time]
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
    assert!(world.run(&["show", "-q", TONE, "--code"]).contains("Answer with one word"));
    assert!(world.run(&["show", "-q", "41801", "--guidelines"]).contains("drowned by noise"));
}

#[test]
fn a_slip_of_the_finger_is_answered_with_the_nearest_name() {
    let world = played();
    insta::assert_snapshot!(world.run(&["status", "-q", "Greetings and Name"]), @r#"
    exit 2
    --- stderr
    error: no score or scorecard matches "Greetings and Name"
      help: did you mean 'Greeting and Name'?
    "#);
}

#[test]
fn broken_yaml_is_refused_with_its_place_and_the_rest_is_pushed() {
    let world = played();
    edit(&world, "broken: [\n");
    let other = "scorecards/Harbor Telecom – Retention Calls/Identity Check.yaml";
    world.write(other, &(world.read(other) + "# edited\n"));
    insta::assert_snapshot!(world.run(&["push", "-q"]), @r"
    exit 6
    --- stdout
    Harbor Telecom – Retention Calls
      refused     Greeting and Name  scorecards/Harbor Telecom – Retention Calls/Greeting and Name.yaml:49:9: unclosed bracket '['
      pushed      Identity Check     code, version [short]

    12 scores: 1 refused, 1 pushed, 10 unchanged
    ");
}

#[test]
fn doctor_asks_the_dashboard() {
    let world = played();
    let said = world.run(&["doctor"]);
    assert!(said.starts_with("exit 0\n") && said.contains("account Harbor Quality Group, 3 scorecards, 12 scores"), "{said}");
    world.write("scoresync.yaml", "api_url: file:elsewhere.db\naccount_key: harbor-quality\n");
    let said = world.run(&["doctor"]);
    assert!(said.starts_with("exit 7\n") && said.contains("another dashboard"), "{said}");
}

#[test]
fn the_same_over_http() {
    let mut world = played();
    world.set("PLEXUS_API_KEY", "key-for-this-test");
    let mut server = world.command(&["serve", "--db", "dashboard.db", "--listen", "127.0.0.1:0"]);
    let mut server = server.stdout(Stdio::piped()).stderr(Stdio::null()).spawn().expect("the program starts");
    let mut address = String::new();
    let out = server.stdout.take().expect("its output is ours");
    BufReader::new(out).read_line(&mut address).expect("it says where it listens");
    world.write("there/scoresync.yaml", &format!("api_url: {}account_key: harbor-quality\n", address.as_str()));
    let said = world.run(&["pull", "-q", "-C", "there"]);
    assert!(said.starts_with("exit 0\n") && said.contains("12 scores: 11 pulled, 1 unchanged"), "{said}");
    world.set("PLEXUS_API_KEY", "another");
    let said = world.run(&["pull", "-C", "there"]);
    assert!(said.starts_with("exit 4\n") && said.contains("scoresync doctor"), "{said}");
    server.kill().expect("it runs");
    server.wait().expect("it ends");
    let said = world.run(&["pull", "-C", "there"]);
    assert!(said.starts_with("exit 5\n") && said.contains("run this again later"), "{said}");
}

#[test]
fn serve_listens_on_this_machine_only_and_knows_its_faults() {
    let world = World::new();
    assert!(world.run(&["serve", "--db", "x.db", "--listen", "0.0.0.0:0"]).starts_with("exit 2\n"));
    let said = world.run(&["serve", "--db", "x.db", "--fault", "nonsense"]);
    assert!(said.starts_with("exit 2\n") && said.contains("lose-reply"), "{said}");
}
