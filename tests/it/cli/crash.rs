//! A run that is killed at its worst moment: the next one finishes the work, and makes nothing twice.

use super::world::{Server, THEIRS, TONE, TONE_GUIDELINES, World, commented, score};
use std::collections::BTreeMap;
use std::io::Write;
use std::process::{Command, Stdio};
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
    assert!(said.starts_with("exit 0\n") && said.contains("files of an earlier run are not committed yet"), "{said}");
    std::fs::remove_dir(rebasing.folder().join(".git/rebase-merge")).expect("its end");
    rebasing.run(&["pull"]);
    assert_eq!(uncommitted(&rebasing), "");
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

/// The most that strace counts to.
const MAX_COUNT: usize = 65_535;

/// System calls by which files, the state and git change.
const EFFECTS: &str = "rename,renameat2,unlink,unlinkat,linkat,fsync,fdatasync,mkdir";

/// Kills a command at each of its effects in turn. Whatever comes next, the files are in the end as after the unbroken run.
fn sweep(command: &[&str], others: &[&[&str]], set_up: fn() -> World) {
    let unbroken = set_up();
    if !may_trace(&unbroken) {
        return;
    }
    unbroken.run(command);
    let expected = (files(&unbroken), tracked(&unbroken));
    let mut survived = 0;
    for at in 1.. {
        let world = set_up();
        let output = killed(&world, command, at).expect("strace");
        let is_killed = output.status.code().is_none_or(|code| code > 128);
        // Threads and programs that it starts count their own calls.
        survived = if is_killed { 0 } else { survived + 1 };
        if survived > 2 {
            break;
        }
        // Who was told how it ended means something else by the same words.
        if !is_killed || !output.stdout.is_empty() {
            continue;
        }
        let next = if at % 2 == 0 { command } else { others[at / 2 % others.len()] };
        let said = world.run(next);
        if (files(&world), tracked(&world)) != expected {
            // It died before it had begun anything.
            assert!(next != command, "{command:?} again after a kill at {at}: {said}");
            world.run(command);
        }
        assert_eq!((files(&world), tracked(&world)), expected, "{command:?} killed at {at}, then {next:?}: {said}");
    }
}

/// Runs a command that is killed at its effect number `at`.
fn killed(world: &World, args: &[&str], at: usize) -> std::io::Result<std::process::Output> {
    let program = world.command(args);
    let inject = format!("inject={EFFECTS}:signal=KILL:when={at}");
    let mut traced = Command::new("strace");
    traced.args(["-f", "-qq", "-o", "/dev/null", "-e", &format!("trace={EFFECTS}"), "-e", &inject]);
    traced.arg(program.get_program()).args(program.get_args()).current_dir(world.folder()).env_clear();
    traced.envs(program.get_envs().filter_map(|(name, value)| Some((name, value?)))).stdin(Stdio::null());
    traced.output()
}

fn may_trace(world: &World) -> bool {
    let may = killed(world, &["--version"], MAX_COUNT).is_ok_and(|output| output.status.success());
    if !may {
        writeln!(std::io::stderr(), "skipped: there is no strace here, or it may not trace").expect("stderr is there");
    }
    may
}

#[test]
fn an_init_killed_anywhere_can_be_run_again() {
    let init = ["init", "--api-url", "file:dashboard.db", "--account", "acme"];
    let unbroken = World::new();
    if !may_trace(&unbroken) {
        return;
    }
    assert!(unbroken.run(&init).starts_with("exit 0\n"));
    for at in 1.. {
        let world = World::new();
        if killed(&world, &init, at).expect("strace").status.success() {
            break;
        }
        if !world.folder().join("scoresync.yaml").exists() {
            assert!(world.run(&init).starts_with("exit 0\n"), "killed at {at}");
        }
        assert!(world.run(&["init"]).starts_with("exit 0\n"), "killed at {at}");
        assert_eq!(world.read("scoresync.yaml"), unbroken.read("scoresync.yaml"), "killed at {at}");
    }
}

fn files(world: &World) -> BTreeMap<String, Vec<u8>> {
    let mut found = BTreeMap::new();
    let mut folders = vec![world.folder().join("scorecards")];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).expect("a folder").flatten() {
            if entry.path().is_dir() {
                folders.push(entry.path());
            } else {
                let name = entry.path().strip_prefix(world.folder()).expect("below").display().to_string();
                found.insert(name, std::fs::read(entry.path()).expect("a file"));
            }
        }
    }
    found
}

fn tracked(world: &World) -> String {
    world.try_git(&["status", "--porcelain", "scorecards"]).1
}

#[test]
fn an_undo_killed_anywhere_is_finished() {
    sweep(&["undo", "--yes"], &[&["push"], &["check", "--fix"]], || {
        let world = World::pulled();
        world.teammate("tone", "tone-2", &commented("newer"), Some("# Tone\n\nNewer.\n"));
        world.run(&["pull"]);
        world
    });
}

#[test]
fn a_restore_killed_anywhere_is_finished() {
    sweep(&["restore", "Tone"], &[&["pull"], &["check", "--fix"]], || {
        let world = World::pulled();
        [TONE, TONE_GUIDELINES].iter().for_each(|file| std::fs::remove_file(world.folder().join(file)).expect("removed"));
        world
    });
}

#[test]
fn a_merge_killed_anywhere_is_finished() {
    sweep(&["resolve", "--merge"], &[&["pull"], &["push"]], || {
        let world = World::conflicting();
        world.run(&["pull"]);
        world
    });
}

/// Names that are swapped, one of them with an edit and the other with a new champion; a name that changes by case.
fn renamed(names: [(&str, &str); 3], world: World) -> World {
    for (n, (id, name)) in names.into_iter().enumerate() {
        let [mut row, mut version] = score(id, name);
        version.1["guidelines"] = format!("# {id}\n").into();
        (row.1["key"], row.1["externalId"]) = (id.into(), format!("2{n}").into());
        world.seed(vec![row, version]);
    }
    world
}

#[test]
fn a_pull_after_a_swap_killed_anywhere_is_finished() {
    sweep(&["pull", "--commit"], &[&["check", "--fix"], &["push"]], || {
        let world = renamed([("a", "One"), ("b", "Two"), ("c", "three")], World::with_dashboard());
        world.run(&["pull"]);
        world.init_git();
        let mine = world.read("scorecards/QA/One.yaml") + "# mine\n";
        world.write("scorecards/QA/One.yaml", &mine);
        renamed([("a", "Two"), ("b", "One"), ("c", "Three")], world)
    });
}

#[test]
fn a_pull_after_names_went_round_killed_anywhere_is_finished() {
    sweep(&["pull"], &[&["check", "--fix"], &["push"]], || {
        let world = renamed([("a", "One"), ("b", "Two"), ("c", "Three")], World::with_dashboard());
        world.run(&["pull"]);
        renamed([("a", "Two"), ("b", "Three"), ("c", "One")], world)
    });
}

#[test]
fn a_pull_with_a_commit_killed_anywhere_is_finished() {
    sweep(&["pull", "--commit"], &[&["check", "--fix"], &["push"]], || {
        let world = World::pulled_in_git();
        world.promoted("tone-2", "tone-1", &commented("newer"));
        world
    });
}
