//! `push`: edits into versions, once, with what they say of their commit, and the commit that holds them.

use super::world::{DEMO_SCORE, GREETING, TONE, TONE_CODE, World, commented, commit_of, written};
use serde_json::{Value, json};

#[test]
fn a_push_is_made_once_and_leaves_a_clean_status() {
    let world = World::demo();
    insta::assert_snapshot!(world.run(&["push", "-q", "--promote", "-n"]), @r"
    exit 0
    --- stdout
    Harbor Telecom – Retention Calls
      to push     Greeting and Name  code, version [short], to be champion

    12 scores: 1 to push, 11 unchanged (dry run: nothing was done)
    ");
    insta::assert_snapshot!(world.run(&["push", "--promote", "--yes"]), @r"
    exit 0
    --- stdout
    Harbor Telecom – Retention Calls
      pushed      Greeting and Name  code, version [short], now champion

    12 scores: 1 pushed, 11 unchanged
    ");
    insta::assert_snapshot!(world.run(&["push", "--promote", "--yes"]), @r"
    exit 0
    --- stdout
    12 scores: all unchanged
    ");
    insta::assert_snapshot!(world.run(&["status", "-q"]), @r"
    exit 0
    --- stdout
    12 scores: 1 without a champion, 11 clean
    ");
}

#[test]
fn json_has_the_references_fields() {
    let world = World::demo();
    insta::assert_snapshot!(world.run(&["push", "--json", DEMO_SCORE]), @r#"
    exit 0
    --- stdout
    {
      "version": 1,
      "command": "push",
      "ok": true,
      "exit_code": 0,
      "account": "Harbor Quality Group",
      "commit": null,
      "dry_run": false,
      "finished": [],
      "foreign_folders": [],
      "left_out": [],
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
          "moved_from": null,
          "name": "Greeting and Name",
          "newer_drafts": null,
          "newer_drafts_heard_at": null,
          "next": null,
          "notes": [],
          "outcome": "pushed",
          "renamed_similarity": null,
          "renamed_to": null,
          "scorecard": "Harbor Telecom – Retention Calls",
          "skipped": false,
          "state": "edited",
          "success": true,
          "version_id": "[id]",
          "waits_for": null
        }
      ],
      "unknown_files": [],
      "unreadable": [],
      "warnings": [],
      "error": null
    }
    "#);
}

#[test]
fn broken_yaml_is_refused_with_its_place_and_the_rest_is_pushed() {
    let world = World::demo();
    world.write(DEMO_SCORE, &(world.read(DEMO_SCORE) + "broken: [\n"));
    let other = "scorecards/Harbor Telecom – Retention Calls/Identity Check.yaml";
    world.write(other, &(world.read(other) + "# edited\n"));
    insta::assert_snapshot!(world.run(&["push", "-q"]), @r"
    exit 6
    --- stdout
    Harbor Telecom – Retention Calls
      refused     Greeting and Name  scorecards/Harbor Telecom – Retention Calls/Greeting and Name.yaml:49:9: unclosed bracket '['

    12 scores: 1 refused, 1 pushed, 10 unchanged
    ");
}

#[test]
fn a_push_says_its_branch_and_the_commit_that_holds_exactly_the_text() {
    let world = World::pulled_in_git();
    world.write(TONE, &commented("one"));
    world.run(&["push"]);
    let uncommitted = world.version_with(&commented("one"));
    assert_eq!((&uncommitted["branch"], commit_of(&uncommitted)), (&json!("main"), Value::Null));
    world.git(&["switch", "-qc", "stricter"]);
    world.write(TONE, &commented("two"));
    world.commit("two");
    world.run(&["push"]);
    let committed = world.version_with(&commented("two"));
    assert_eq!((&committed["branch"], commit_of(&committed)), (&json!("stricter"), json!(world.head())));
    assert!(committed["metadata"].as_str().is_some_and(|text| text.contains("attribution")));
    world.git(&["switch", "-q", "--detach"]);
    world.write(GREETING, "name: Greeting\nclass: Classifier\n");
    world.run(&["push"]);
    assert!(world.versions("greeting").iter().all(|version| version["branch"].is_null()));
}

#[test]
fn a_workspace_outside_of_git_says_nothing_of_it() {
    let world = World::pulled();
    world.write(TONE, &commented("one"));
    world.run(&["push"]);
    let made = world.version_with(&commented("one"));
    assert_eq!((&made["branch"], commit_of(&made)), (&Value::Null, Value::Null));
}

#[test]
fn a_push_commits_its_file_and_nothing_else() {
    let world = World::demo_with_hook();
    world.write(DEMO_SCORE, &(world.read(DEMO_SCORE) + "# mine\n"));
    world.write("staged.txt", "x");
    world.git(&["add", "staged.txt"]);
    let said = world.run(&["push", "--commit", "-q"]);
    assert!(said.starts_with("exit 0\n"), "{said}");
    let shown = world.git(&[
        "-c",
        "core.quotePath=false",
        "show",
        "--name-only",
        "--format=%s|%an|%(trailers:key=Score-Version,valueonly)",
    ]);
    let name = "Harbor Telecom – Retention Calls/Greeting and Name";
    let score: String = shown.split('|').next().expect("a subject").into();
    assert_eq!(score, format!("Push {name}"));
    assert!(
        shown.contains("|Ann Example|") && shown.trim_end().ends_with(DEMO_SCORE) && !shown.contains("staged.txt"),
        "{shown}"
    );
    assert_eq!(world.git(&["status", "--porcelain"]), "A  staged.txt\n");
    assert!(world.run(&["pull", "--commit", "-q"]).starts_with("exit 0\n"));
    assert_eq!(world.git(&["rev-list", "--count", "HEAD"]), "2\n", "nothing was written, nothing is committed");
}

#[test]
fn the_setting_commits_and_a_merge_under_way_keeps_it_back() {
    let world = World::demo_with_hook();
    let settings = world.read("scoresync.yaml");
    world.write("scoresync.yaml", &format!("{settings}\ngit:\n  commit: true\n"));
    world.write(DEMO_SCORE, &(world.read(DEMO_SCORE) + "# mine\n"));
    let head = world.git(&["rev-parse", "HEAD"]);
    world.write(".git/MERGE_HEAD", &head);
    let said = world.run(&["push"]);
    let later = "a merge is under way: files are committed by the first command after it";
    assert!(said.starts_with("exit 0\n") && said.contains(later), "{said}");
    assert_eq!(world.git(&["rev-parse", "HEAD"]), head);
    std::fs::remove_file(world.folder().join(".git/MERGE_HEAD")).expect("it goes");
    world.write(DEMO_SCORE, &(world.read(DEMO_SCORE) + "# more\n"));
    let said = world.run(&["push"]);
    assert!(said.starts_with("exit 0\n") && said.contains("committed "), "{said}");
    assert_eq!(world.git(&["rev-list", "--count", "HEAD"]), "2\n");
}

/// What git could not record is not done either.
#[test]
fn a_commit_that_cannot_be_made_is_refused_before_anything_is_done() {
    let world = World::demo();
    let demo = world.read(DEMO_SCORE);
    let refused = |args: &[&str], exit: &str, why: &str| {
        let said = world.run(args);
        assert!(said.starts_with(exit) && said.contains(why), "{args:?}: {said}");
        assert_eq!((world.read(DEMO_SCORE), world.run(&["push", "-n"]).contains("1 to push")), (demo.clone(), true), "{args:?}");
    };
    let commands = ["push", "sync", "pull"].map(|verb| [verb, "--commit"].map(str::to_owned).to_vec());
    let all = commands.into_iter().chain([["resolve", "--commit", "--ours"].map(str::to_owned).to_vec()]);
    let all: Vec<Vec<String>> = all.collect();
    let all: Vec<Vec<&str>> = all.iter().map(|args| args.iter().map(String::as_str).collect()).collect();
    all.iter().for_each(|args| refused(args, "exit 2\n", "the scorecards are in no git repository"));
    insta::assert_snapshot!(world.run(&["push", "--commit"]), @r"
    exit 2
    --- stderr
    error: the scorecards are in no git repository
      at ~/work/scorecards
      help: git init    # in the folder that is to become one
      help: if it is to be in none: leave out --commit, and `git: {commit: true}` in scoresync.yaml
    ");
    world.init_git();
    std::fs::create_dir(world.folder().join(".git/rebase-merge")).expect("a mark of a rebase");
    all.iter().for_each(|args| refused(args, "exit 7\n", "which a commit would become a part of: nothing was done"));
    std::fs::remove_dir(world.folder().join(".git/rebase-merge")).expect("its end");
    world.write(DEMO_SCORE, &(demo.clone() + "# more\n"));
    let said = world.run(&["push", "--commit"]);
    assert!(said.starts_with("exit 0\n") && said.contains("committed "), "{said}");
}

#[test]
fn offline_nothing_is_given_to_the_dashboard() {
    let world = World::demo();
    for args in [&["push"][..], &["push", "--promote", "--yes"], &["sync"], &["sync", "--prune", "--yes"]] {
        let said = world.run(&[args, &["--offline"]].concat());
        assert!(said.starts_with("exit 2\n") && said.contains("run it without --offline"), "{args:?}: {said}");
        let preview = world.run(&[&args[..1], &["--offline", "-n"]].concat());
        assert!(preview.starts_with("exit 0\n") && preview.contains("1 to push"), "{args:?}: {preview}");
    }
}

#[test]
fn what_another_tool_pushed_is_not_pushed_again() {
    let world = World::pulled();
    world.write(TONE, &commented("kinder"));
    // The very files, as another tool of this checkout would push them: the base's text with the edit, and its guidelines.
    let mut theirs = written("tone", "theirs", &commented("kinder"), Some("# Tone\n\nPolite is polite.\n"));
    theirs["parentVersionId"] = "tone-1".into();
    world.seed(vec![("ScoreVersion", theirs)]);
    let said = world.run(&["push", "-n"]);
    assert!(said.contains("version theirs, was there already"), "{said}");
    let said = world.run(&["push"]);
    assert!(said.contains("pushed      Tone  code, version theirs, was there already"), "{said}");
    assert_eq!(world.versions("tone").len(), 2);
    assert!(world.run(&["status"]).contains("draft       Tone  1 draft not promoted, version theirs"));
    let said = world.run(&["push", "--promote", "--yes"]);
    assert!(said.contains("version theirs, now champion"), "{said}");
    assert!(world.run(&["push"]).starts_with("exit 0\n"));
    assert_eq!(world.versions("tone").len(), 2);
}

#[test]
fn versions_are_signed_with_the_name_that_git_knows() {
    let mut world = World::pulled_in_git();
    let signed = |world: &World, text: &str| {
        world.write(TONE, &commented(text));
        assert!(world.run(&["push"]).contains("pushed"));
        let metadata = world.version_with(&commented(text))["metadata"].as_str().expect("metadata").to_owned();
        serde_json::from_str::<serde_json::Value>(&metadata).expect("JSON")["attribution"].clone()
    };
    let ann = signed(&world, "one");
    assert_eq!((&ann["actorType"], &ann["actorKey"]), (&"human".into(), &"Ann Example".into()));
    assert!(world.run(&["log", "tone"]).contains("Ann Example, just now"));
    assert!(world.run(&["doctor"]).contains("human Ann Example  (git, user.name)"));
    world.set("CI", "true");
    assert_eq!(signed(&world, "two")["actorType"], "service", "a machine is not the person whose name it borrows");
    world.set("PLEXUS_ACTOR_KEY", "optimizer");
    assert_eq!(signed(&world, "three")["actorKey"], "optimizer");
}

#[test]
fn the_note_from_a_fresh_clone_names_what_changed() {
    let world = World::pulled_in_git();
    std::fs::remove_dir_all(world.folder().join(".scoresync")).expect("a state");
    world.write(TONE, &TONE_CODE.replace("polite", "kind"));
    let said = world.run(&["push", "-q"]);
    assert!(said.starts_with("exit 0\n"), "{said}");
    let pushed = world.version_with(&TONE_CODE.replace("polite", "kind"));
    assert!(!pushed["note"].as_str().expect("a note").contains("new"), "{pushed}");
}

/// What is named goes on: a prune leaves edits alone.
#[test]
fn edits_of_a_score_that_is_gone_can_become_a_score_again() {
    let world = World::pulled();
    world.write(TONE, &(world.read(TONE) + "# mine\n"));
    world.seed(vec![("Score", json!({"id": "tone", "name": "Tone", "scorecardId": "gone"}))]);
    let said = world.run(&["push"]);
    assert!(said.starts_with("exit 6\n") && said.contains("this score is gone from Plexus"), "{said}");
    assert!(said.contains("  help: scoresync new scorecards/QA/Tone.yaml    # makes a score of it again"), "{said}");
    let said = world.run(&["new", TONE, "-n", "--external-id", "77"]);
    assert!(said.starts_with("exit 0\n") && said.contains("to create"), "{said}");
}
