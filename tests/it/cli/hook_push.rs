//! Pushing from git: what versions say of their commit, and the hooks that push what commits hold.

use super::World;
use super::desk::{GREETING, KEY, Server, TONE, TONE_CODE};
use serde_json::{Value, json};

const GUIDELINES: &str = "scorecards/QA/guidelines/Tone.md";

/// A pulled workspace in a repository with one commit.
fn repository() -> World {
    let world = World::pulled();
    world.init_git();
    world
}

fn with_hook(hook: &str) -> World {
    let world = repository();
    assert_eq!(world.run(&["hook", "install", "--type", hook]), format!("exit 0\n--- stderr\nthe {hook} hook is installed\n"));
    world
}

fn edited(what: &str) -> String {
    format!("{TONE_CODE}# {what}\n")
}

/// The version of `Tone` with this code.
fn version(world: &World, code: &str) -> Value {
    let found = world.versions("tone").into_iter().find(|version| version["configuration"] == code);
    found.unwrap_or_else(|| panic!("no version says {code:?}"))
}

fn commit_of(version: &Value) -> Value {
    let metadata: Value = serde_json::from_str(version["metadata"].as_str().expect("metadata")).expect("JSON");
    metadata["git"]["commit"].clone()
}

fn state(world: &World) -> String {
    let said = world.command(&["status", "--json", "tone"]).output().expect("the program starts");
    let document: Value = serde_json::from_slice(&said.stdout).expect("JSON");
    document["scores"][0]["state"].as_str().expect("a state").to_owned()
}

#[test]
fn a_push_says_its_branch_and_the_commit_that_holds_exactly_the_text() {
    let world = repository();
    world.write(TONE, &edited("one"));
    world.run(&["push"]);
    let uncommitted = version(&world, &edited("one"));
    assert_eq!((&uncommitted["branch"], commit_of(&uncommitted)), (&json!("main"), Value::Null));
    world.git(&["switch", "-qc", "stricter"]);
    world.write(TONE, &edited("two"));
    world.commit("two");
    world.run(&["push"]);
    let committed = version(&world, &edited("two"));
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
    world.write(TONE, &edited("one"));
    world.run(&["push"]);
    let made = version(&world, &edited("one"));
    assert_eq!((&made["branch"], commit_of(&made)), (&Value::Null, Value::Null));
}

#[test]
fn post_commit_pushes_what_was_committed_and_not_what_is_on_disk() {
    let world = with_hook("post-commit");
    world.write(TONE, &edited("one"));
    world.git(&["add", "."]);
    world.write(TONE, &edited("two"));
    let (ok, stdout, stderr) = world.try_git(&["commit", "-qm", "one"]);
    assert!(ok && (stdout + &stderr).contains("pushed      Tone"));
    let made = version(&world, &edited("one"));
    assert_eq!((&made["parentVersionId"], &made["branch"]), (&json!("tone-1"), &json!("main")));
    assert_eq!(commit_of(&made), json!(world.head()));
    assert_eq!(made["guidelines"], "# Tone\n\nPolite is polite.\n", "guidelines that were not committed are carried on");
    assert_eq!((world.read(TONE), state(&world)), (edited("two"), "edited".to_owned()));
    let again = world.run(&["hook", "run", "post-commit"]);
    assert!(again.starts_with("exit 0\n") && world.versions("tone").len() == 2, "{again}");
    world.commit("two");
    let second = version(&world, &edited("two"));
    assert_eq!((second["parentVersionId"].clone(), state(&world)), (made["id"].clone(), "draft".to_owned()));
}

#[test]
fn post_commit_takes_only_the_documents_of_the_commit() {
    let world = with_hook("post-commit");
    world.write(TONE, &edited("mine, not committed"));
    world.write(GUIDELINES, "# Tone\n\nFriendly is polite.\n");
    world.git(&["commit", "-qm", "guidelines", "--", GUIDELINES]);
    let versions = world.versions("tone");
    let pushed = versions.iter().find(|version| version["guidelines"] == "# Tone\n\nFriendly is polite.\n").expect("pushed");
    assert_eq!((&pushed["configuration"], versions.len()), (&json!(TONE_CODE), 2));
    assert_eq!(state(&world), "edited");
}

#[test]
fn post_commit_never_fails_and_says_what_to_run_later() {
    let mut world = World::with_dashboard();
    let server = Server::start(&mut world, &[]);
    world.run(&["pull"]);
    world.init_git();
    world.run(&["hook", "install", "--type", "post-commit"]);
    world.write(".env", &format!("PLEXUS_API_KEY={KEY}\n"));
    drop(server);
    world.write(TONE, &edited("one"));
    let said = world.commit("one");
    assert!(said.contains("the commit is made, its scores are not pushed: the dashboard cannot be reached"), "{said}");
    assert!(said.contains("scoresync push QA/Tone.yaml    # later"), "{said}");
    world.write("notes.txt", "x");
    assert_eq!(world.commit("no score"), "", "nobody is asked where no score is committed");
}

#[test]
fn post_commit_tells_who_is_behind_and_how_to_get_out() {
    let world = with_hook("post-commit");
    world.teammate("tone", "tone-2", &edited("theirs"), None);
    world.write(TONE, &edited("mine"));
    let said = world.commit("mine");
    assert!(said.contains("refused     Tone  the champion is now tone-2: pull first"), "{said}");
    assert!(said.contains("help: scoresync pull QA/Tone.yaml") && world.versions("tone").len() == 2, "{said}");
}

#[test]
fn commits_of_a_rebase_are_not_pushed_one_by_one() {
    let world = with_hook("post-commit");
    let hook = world.read(".git/hooks/post-commit");
    std::fs::remove_file(world.folder().join(".git/hooks/post-commit")).expect("it goes");
    world.write(TONE, &edited("one"));
    world.commit("one");
    world.git(&["switch", "-qc", "side", "HEAD~1"]);
    world.write("other.txt", "x");
    world.commit("other");
    world.write(".git/hooks/post-commit", &hook);
    std::fs::create_dir(world.folder().join(".git/rebase-merge")).expect("a mark of a rebase");
    world.git(&["checkout", "-q", "main"]);
    let said = world.run(&["hook", "run", "post-commit"]);
    assert!(said.contains("a rebase is under way: the scores of its commits are not pushed"), "{said}");
    assert_eq!(world.versions("tone").len(), 1);
}

#[test]
fn pre_push_pushes_the_texts_of_the_outgoing_commits_once() {
    let world = repository();
    world.git(&["init", "-q", "--bare", "../remote.git"]);
    world.git(&["remote", "add", "origin", "../remote.git"]);
    world.git(&["push", "-q", "origin", "main"]);
    world.run(&["hook", "install", "--type", "pre-push"]);
    world.write(TONE, &edited("one"));
    world.commit("one");
    world.write(TONE, &edited("two"));
    world.commit("two");
    world.write(TONE, &edited("three"));
    world.write(GREETING, "name: not committed\n");
    let (ok, stdout, stderr) = world.try_git(&["push", "-q", "origin", "main"]);
    assert!(ok && (stdout + &stderr).contains("pushed      Tone"));
    let made = version(&world, &edited("two"));
    assert_eq!((commit_of(&made), &made["parentVersionId"]), (json!(world.head()), &json!("tone-1")));
    assert_eq!((world.versions("tone").len(), world.versions("greeting").len()), (2, 1));
    world.git(&["branch", "again"]);
    let (ok, ..) = world.try_git(&["push", "-q", "origin", "again"]);
    assert!(ok && world.versions("tone").len() == 2);
    assert_eq!(state(&world), "edited");
}

#[test]
fn pre_push_stops_git_where_an_edit_cannot_follow() {
    let world = repository();
    world.git(&["init", "-q", "--bare", "../remote.git"]);
    world.git(&["remote", "add", "origin", "../remote.git"]);
    world.run(&["hook", "install", "--type", "pre-push"]);
    world.teammate("tone", "tone-2", &edited("theirs"), None);
    world.write(TONE, &edited("mine"));
    world.commit("mine");
    let (ok, stdout, stderr) = world.try_git(&["push", "-q", "origin", "main"]);
    let said = stdout + &stderr;
    assert!(!ok && said.contains("pull first") && said.contains("git push --no-verify"), "{said}");
    assert!(world.try_git(&["push", "-q", "--no-verify", "origin", "main"]).0);
}

#[test]
fn a_push_with_commit_and_the_hook_make_one_version() {
    let world = with_hook("post-commit");
    world.write(TONE, &edited("one"));
    let said = world.run(&["push", "--commit"]);
    assert!(said.starts_with("exit 0\n") && !said.contains("another run"), "{said}");
    assert_eq!(world.versions("tone").len(), 2);
}

#[test]
fn the_hook_serves_the_working_tree_that_holds_the_scorecards() {
    let world = with_hook("post-commit");
    world.git(&["worktree", "add", "-q", "../tree", "-b", "side"]);
    let tree = world.folder().join("../tree");
    std::fs::write(tree.join(TONE), edited("elsewhere")).expect("a file");
    let tree = tree.display().to_string();
    world.git(&["-C", &tree, "commit", "-qam", "elsewhere"]);
    assert_eq!(world.versions("tone").len(), 1, "another working tree's commits are not this workspace's");
}
