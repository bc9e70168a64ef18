//! A run that is killed at its worst moment: the next one finishes the work, and makes nothing twice. `sweep` kills at every other
//! moment.

use super::world::{Server, THEIRS, TONE, TONE_GUIDELINES, World, commented};
use serde_json::{Value, json};
use std::process::Stdio;
use std::time::Duration;

#[test]
fn a_push_killed_in_the_middle_makes_one_version() {
    let mut world = World::with_dashboard();
    let server = Server::start(&mut world, &[]);
    assert!(world.run(&["pull"]).starts_with("exit 0\n"));
    world.write(TONE, &commented("edited"));
    let server = server.again(&world, &["--fault", "latency=60000:createScoreVersion"]);
    let mut push = world.command(&["push"]);
    let mut push = push.stdout(Stdio::null()).stderr(Stdio::null()).spawn().expect("the program starts");
    while !world.has_intent() {
        assert!(push.try_wait().expect("ours").is_none(), "it waits for the dashboard");
        std::thread::sleep(Duration::from_millis(5));
    }
    push.kill().expect("it runs");
    push.wait().expect("it ends");
    let _server = server.again(&world, &[]);
    let said = world.run(&["push"]);
    assert!(said.starts_with("exit 0\n"), "{said}");
    assert_eq!(world.versions("tone").len(), 2, "{said}");
    insta::assert_snapshot!(world.run(&["status"]), @r"
    exit 0
    --- stdout
    QA
      draft       Tone  1 draft not promoted, version [short]

    2 scores: 1 draft, 1 clean
    --- stderr
      help: 1 draft: scoresync promote
    ");
    assert!(world.run(&["push"]).contains("2 scores: unchanged"));
    assert_eq!(world.versions("tone").len(), 2);
}

#[test]
fn a_push_whose_reply_is_lost_makes_one_version() {
    let mut world = World::with_dashboard();
    let _server = Server::start(&mut world, &["--fault", "lose-reply:createScoreVersion:*"]);
    assert!(world.run(&["pull"]).starts_with("exit 0\n"));
    world.write(TONE, &commented("edited"));
    insta::assert_snapshot!(world.run(&["push"]), @r"
    exit 5
    --- stdout
    QA
      failed      Tone  unreachable: connection closed before message completed

    2 scores: 1 failed, 1 unchanged
    --- stderr
      help: scoresync push scorecards/QA/Tone.yaml    # again later: nothing is done twice
    ");
    assert_eq!(world.versions("tone").len(), 2);
    insta::assert_snapshot!(world.run(&["push"]), @r"
    exit 0
    --- stdout
    2 scores: unchanged
    --- stderr
    finished what an interrupted run began: version [short] of QA/Tone.yaml is pushed
    ");
    assert_eq!(world.versions("tone").len(), 2);
}

/// A pulled champion of `Tone` that a hook keeps git from recording.
fn refused_commit() -> World {
    let world = World::pulled_in_git();
    world.promoted("tone-2", "tone-1", &commented("newer"));
    world.write(".git/hooks/pre-commit", "#!/bin/sh\nexit 1\n");
    make_executable(&world, ".git/hooks/pre-commit");
    assert!(!world.run(&["pull", "--commit"]).starts_with("exit 0\n"));
    std::fs::remove_file(world.folder().join(".git/hooks/pre-commit")).expect("removed");
    world
}

fn make_executable(world: &World, path: &str) {
    use std::os::unix::fs::PermissionsExt;
    std::fs::set_permissions(world.folder().join(path), std::fs::Permissions::from_mode(0o755)).expect("executable");
}

fn uncommitted(world: &World) -> String {
    world.git(&["status", "--porcelain", "scorecards"])
}

#[test]
fn a_commit_that_was_not_made_is_made_by_whatever_runs_next() {
    for next in [
        &["pull"][..],
        &["pull", "--commit"],
        &["push"],
        &["check", "--fix"],
        &["undo", "--yes", "--run", "99"],
        &["promote", "--yes"],
    ] {
        let world = refused_commit();
        assert!(uncommitted(&world).contains("Tone.yaml"));
        assert!(world.run(&["status"]).contains("files of an earlier run are not committed to git yet"));
        let said = world.run(next);
        if next.contains(&"99") {
            // It does nothing, and so does not come that far.
            assert!(uncommitted(&world).contains("Tone.yaml"), "{said}");
            continue;
        }
        assert_eq!(uncommitted(&world), "", "{next:?} {said}");
        assert_eq!(world.git(&["log", "-1", "--format=%s"]), "Pull QA/Tone\n");
        assert!(world.git(&["log", "-1", "--format=%B"]).contains("Score-Version: QA/Tone tone-2\n"));
        assert!(!world.run(&["status"]).contains("not committed"), "{next:?}");
    }
}

/// Both files, whichever command finishes the push.
#[test]
fn a_push_whose_reply_is_lost_is_committed_by_whatever_runs_next() {
    for next in [&["pull"][..], &["push"], &["sync"]] {
        let mut world = World::with_dashboard();
        let _server = Server::start(&mut world, &["--fault", "lose-reply:createScoreVersion:*"]);
        assert!(world.run(&["pull"]).starts_with("exit 0\n"));
        world.init_git();
        world.write(TONE, &commented("edited"));
        world.write(TONE_GUIDELINES, "# Tone\n\nPolite is kind.\n");
        let said = world.run(&["push", "--commit"]);
        assert!(said.starts_with("exit 5\n"), "{said}");
        let before = uncommitted(&world);
        assert!(before.contains("Tone.yaml") && before.contains("Tone.md"), "{before}");
        let said = world.run(next);
        assert_eq!(uncommitted(&world), "", "{next:?} {said}");
        assert_eq!(world.git(&["log", "-1", "--format=%s"]), "Push QA/Tone\n", "{next:?} {said}");
    }
}

#[test]
fn several_commits_that_were_not_made_become_one() {
    let world = refused_commit();
    world.teammate("greeting", "greeting-2", THEIRS, None);
    let said = world.run(&["pull", "--commit"]);
    assert!(said.starts_with("exit 0\n"), "{said}");
    assert_eq!((uncommitted(&world).as_str(), world.git(&["rev-list", "--count", "HEAD"]).as_str()), ("", "2\n"));
    let message = world.git(&["log", "-1", "--format=%B"]);
    assert!(message.contains("QA/Tone tone-2\n") && message.contains("greeting-2\n"), "{message}");
}

#[test]
fn what_a_person_did_since_is_not_committed_for_them() {
    let edited = refused_commit();
    edited.write(TONE, &commented("and mine"));
    let said = edited.run(&["pull"]);
    assert!(said.contains("Tone.yaml: changed since an interrupted run wrote it, not committed"), "{said}");
    assert!(uncommitted(&edited).contains("Tone.yaml") && !edited.run(&["status"]).contains("not committed"));

    let by_hand = refused_commit();
    by_hand.commit("by hand");
    let said = by_hand.run(&["pull"]);
    assert!(!said.contains("committed"), "{said}");
    assert_eq!(by_hand.git(&["rev-list", "--count", "HEAD"]), "2\n");

    let elsewhere = refused_commit();
    elsewhere.git(&["switch", "-qc", "other"]);
    let said = elsewhere.run(&["pull"]);
    assert!(said.contains("to be committed on branch main: not done here"), "{said}");
    assert!(uncommitted(&elsewhere).contains("Tone.yaml"));
    elsewhere.git(&["switch", "-q", "main"]);
    elsewhere.run(&["pull"]);
    assert_eq!(uncommitted(&elsewhere), "");

    let rebasing = refused_commit();
    std::fs::create_dir(rebasing.folder().join(".git/rebase-merge")).expect("a rebase");
    let said = rebasing.run(&["pull"]);
    assert!(
        said.starts_with("exit 0\n") && said.contains("a rebase is under way: files are committed by the first command after it"),
        "{said}"
    );
    std::fs::remove_dir(rebasing.folder().join(".git/rebase-merge")).expect("its end");
    rebasing.run(&["pull"]);
    assert_eq!(uncommitted(&rebasing), "");
}

/// A push records its base; what it owes to git stays until it is committed, and is about the files as they were pushed.
#[test]
fn a_push_whose_commit_was_refused_is_committed_by_the_next_run() {
    for edited_since in [false, true] {
        let world = World::pulled_in_git();
        world.write(TONE, &commented("mine"));
        world.write(".git/hooks/pre-commit", "#!/bin/sh\nexit 1\n");
        make_executable(&world, ".git/hooks/pre-commit");
        assert!(!world.run(&["push", "--commit"]).starts_with("exit 0\n"));
        assert_eq!(world.versions("tone").len(), 2);
        std::fs::remove_file(world.folder().join(".git/hooks/pre-commit")).expect("removed");
        if edited_since {
            world.write(TONE, &commented("and more"));
        }
        let said = world.run(&["pull"]);
        assert_eq!(uncommitted(&world).contains("Tone.yaml"), edited_since, "{said}");
        assert_eq!(said.contains("Tone.yaml: changed since an interrupted run wrote it, not committed"), edited_since, "{said}");
        assert_eq!(world.git(&["log", "-1", "--format=%s"]).starts_with("Push QA/Tone"), !edited_since);
    }
}

/// What a program is told of the commit, and how the run ended.
#[test]
fn a_program_is_told_of_the_commit() {
    let world = World::pulled_in_git();
    let run = |args: &[&str]| {
        let output = world.command(args).output().expect("the program starts");
        let document: Value = serde_json::from_slice(&output.stdout).expect("JSON");
        assert_eq!(document["exit_code"], json!(output.status.code()), "{document}");
        document
    };
    world.write(TONE, &commented("one"));
    let said = run(&["push", "--json"]);
    assert_eq!(said["commit"], Value::Null);
    world.write(TONE, &commented("two"));
    let said = run(&["push", "--commit", "--json"]);
    assert_eq!((&said["commit"]["commit"], &said["commit"]["subject"]), (&json!(world.head()), &json!("Push QA/Tone")));
    world.write(TONE, &commented("staged"));
    world.git(&["add", TONE]);
    world.write(TONE, &commented("three"));
    let said = run(&["push", "--commit", "--json"]);
    assert_eq!((&said["commit"]["commit"], &said["commit"]["staged"]), (&Value::Null, &json!([world.folder().join(TONE)])));
    world.write(TONE_GUIDELINES, "newer\n");
    world.git(&["reset", "-q"]);
    world.write(".git/hooks/pre-commit", "#!/bin/sh\nexit 1\n");
    make_executable(&world, ".git/hooks/pre-commit");
    let said = run(&["push", "--commit", "--json"]);
    assert_eq!((&said["ok"], &said["scores"][1]["outcome"]), (&json!(false), &json!("pushed")), "{said}");
    assert_eq!(said["error"]["message"], json!("git commit: said nothing (exit status: 1)"));
    assert!(world.run(&["status"]).contains("files of an earlier run are not committed to git yet"));
}

/// A file whose commit is owed and that a run without `--commit` writes again is committed as it is then.
#[test]
fn a_file_that_is_pulled_again_is_committed_as_it_is_then() {
    let world = refused_commit();
    world.promoted("tone-3", "tone-2", &commented("newest"));
    let said = world.run(&["pull"]);
    assert_eq!((uncommitted(&world).as_str(), world.read(TONE)), ("", commented("newest")), "{said}");
    assert!(world.git(&["log", "-1", "--format=%B"]).contains("Score-Version: QA/Tone tone-3\n"));
}

/// A person staged a part of an edit, and went on: what is staged is nowhere else.
#[test]
fn what_is_staged_of_a_pushed_file_is_not_dropped_by_the_commit() {
    let world = World::pulled_in_git();
    world.write(TONE, &commented("staged"));
    world.git(&["add", TONE]);
    world.write(TONE, &commented("working"));
    let head = world.head();
    insta::assert_snapshot!(world.run(&["push", "--commit"]), @r"
    exit 0
    --- stdout
    QA
      pushed      Tone  code, version [short]

    2 scores: 1 pushed, 1 unchanged
    --- stderr
    warning: scorecards/QA/Tone.yaml: something else of it is staged, so it is not committed
      help: git commit scorecards/QA/Tone.yaml    # as it is now; what is staged of it is dropped
    ");
    assert_eq!((world.head(), uncommitted(&world)), (head, format!("MM {TONE}\n")));
    assert_eq!(world.git(&["show", &format!(":{TONE}")]), commented("staged"));
    world.git(&["commit", "-qm", "by hand", TONE]);
    assert!(!world.run(&["status"]).contains("not committed"));
}

/// The scorecards have a repository of their own, as a submodule has: git finds it from there.
#[test]
fn the_way_to_commit_what_was_left_out_names_its_repository() {
    let world = World::pulled();
    let git = |args: &[&str]| world.git(&[&["-C", "scorecards"][..], args].concat());
    git(&["init", "-q", "-b", "main"]);
    git(&["config", "user.name", "Ann Example"]);
    git(&["config", "user.email", "ann@example.com"]);
    world.write(TONE, &commented("staged"));
    git(&["add", "."]);
    world.write(TONE, &commented("working"));
    let said = world.run(&["push", "--commit"]);
    assert!(said.contains("  help: git -C scorecards commit QA/Tone.yaml    # as it is now;"), "{said}");
    git(&["commit", "-qm", "by hand", "QA/Tone.yaml"]);
    assert_eq!(git(&["show", "HEAD:QA/Tone.yaml"]), commented("working"));
}
