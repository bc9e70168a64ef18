//! The pre-commit hook and `--commit`, with the program that git really starts.

use super::World;

const TONE: &str = "scorecards/Harbor Telecom – Retention Calls/Greeting and Name.yaml";

/// A played demo in a repository with one commit, and the hook installed.
fn repository() -> World {
    let world = World::new();
    world.run(&["demo", "."]);
    world.init_git();
    let said = world.run(&["hook", "install"]);
    assert_eq!(said, "exit 0\n--- stderr\nthe pre-commit hook is installed\n");
    world
}

#[test]
fn a_staged_text_that_could_not_be_pushed_stops_the_commit() {
    let world = repository();
    let good = world.read(TONE);
    world.write(TONE, "name: a\nname: b\n");
    world.git(&["add", "."]);
    world.write(TONE, &good);
    let (ok, stdout, stderr) = world.try_git(&["commit", "-qm", "bad"]);
    let said = stdout + &stderr;
    assert!(!ok && said.contains(&format!("{TONE}:2:1: error: the key \"name\" is there twice\n")), "{said}");
    assert!(said.contains("git commit --no-verify"), "{said}");
    world.git(&["add", "."]);
    world.git(&["commit", "-qm", "good", "--allow-empty"]);
    assert_eq!(world.run(&["hook", "uninstall"]), "exit 0\n--- stderr\nthe pre-commit hook is removed\n");
    assert!(!world.folder().join(".git/hooks/pre-commit").exists());
}

#[test]
fn the_hook_is_quiet_about_what_does_not_concern_it() {
    let world = repository();
    world.write("notes.yaml", "a: [\n");
    world.write("scorecards/loose.yaml", "a: [\n");
    world.git(&["add", "."]);
    let (ok, stdout, stderr) = world.try_git(&["commit", "-qm", "foreign files"]);
    assert!(ok && stdout.is_empty() && stderr.is_empty(), "{stdout}{stderr}");
}

#[test]
fn a_partial_commit_is_checked_by_what_it_commits() {
    let world = repository();
    world.write(TONE, "name: a\nname: b\n");
    world.git(&["add", "."]);
    world.write("other.txt", "x");
    world.git(&["add", "other.txt"]);
    world.git(&["commit", "-qm", "only the other file", "--", "other.txt"]);
    assert!(!world.try_git(&["commit", "-qm", "bad", "--", TONE]).0);
}

#[test]
fn json_lists_findings() {
    let world = repository();
    world.write(TONE, "name: a\nname: b\n");
    world.git(&["add", "."]);
    let said = world.command(&["hook", "run", "pre-commit", "--json"]).output().expect("the program starts");
    let document: serde_json::Value = serde_json::from_slice(&said.stdout).expect("JSON");
    assert_eq!((said.status.code(), document["command"].as_str()), (Some(1), Some("hook")));
    let findings = document["findings"].as_array().expect("a list");
    let twice = findings.iter().find(|finding| finding["rule"] == "duplicate-key").expect("the key is there twice");
    assert_eq!((twice["path"].as_str(), twice["line"].as_u64(), twice["column"].as_u64()), (Some(TONE), Some(2), Some(1)));
    assert_eq!(twice["severity"], "error");
}

#[test]
fn a_push_commits_its_file_and_nothing_else() {
    let world = repository();
    world.write(TONE, &(world.read(TONE) + "# mine\n"));
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
    assert!(shown.contains("|Ann Example|") && shown.trim_end().ends_with(TONE) && !shown.contains("staged.txt"), "{shown}");
    assert_eq!(world.git(&["status", "--porcelain"]), "A  staged.txt\n");
    assert!(world.run(&["pull", "--commit", "-q"]).starts_with("exit 0\n"));
    assert_eq!(world.git(&["rev-list", "--count", "HEAD"]), "2\n", "nothing was written, nothing is committed");
}

#[test]
fn the_setting_commits_and_a_merge_under_way_keeps_it_back() {
    let world = repository();
    let settings = world.read("scoresync.yaml");
    world.write("scoresync.yaml", &format!("{settings}\ngit:\n  commit: true\n"));
    world.write(TONE, &(world.read(TONE) + "# mine\n"));
    let head = world.git(&["rev-parse", "HEAD"]);
    world.write(".git/MERGE_HEAD", &head);
    let said = world.run(&["push", "-q"]);
    assert!(said.starts_with("exit 7\n") && said.contains("a merge is under way"), "{said}");
    assert_eq!(world.git(&["rev-parse", "HEAD"]), head);
    std::fs::remove_file(world.folder().join(".git/MERGE_HEAD")).expect("it goes");
    world.write(TONE, &(world.read(TONE) + "# more\n"));
    let said = world.run(&["push"]);
    assert!(said.starts_with("exit 0\n") && said.contains("committed "), "{said}");
    assert_eq!(world.git(&["rev-list", "--count", "HEAD"]), "2\n");
}

#[test]
fn scorecards_outside_of_git_cannot_have_the_hook() {
    let world = World::new();
    world.run(&["demo", "."]);
    let said = world.run(&["hook", "install"]);
    assert!(said.starts_with("exit 2\n") && said.contains("in no git repository"), "{said}");
}
