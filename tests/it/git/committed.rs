//! What commits hold, and what a push brings; by libgit2 and by the program alike.

use super::sandbox::{Sandbox, paths};
use scoresync::git::{CommitId, Head, RefUpdate, Repository};
use std::fs;

const ROOT: &str = "repo/scorecards";
const TONE: &str = "repo/scorecards/Calls/Tone.yaml";

/// Two commits more, in a repository that libgit2 reads and in one that only the program does.
fn repositories() -> [Sandbox; 2] {
    ["sha1", "sha256"].map(|format| {
        let sandbox = Sandbox::new();
        sandbox.init("repo", &[&format!("--object-format={format}")]);
        sandbox.write("repo/other.txt", "one\n");
        sandbox.write(TONE, "name: Tone\n");
        commit(&sandbox, "first");
        sandbox.write("repo/scorecards/Calls/Ünï ✓.yaml", "name: new\n");
        sandbox.git("repo", &["rm", "-q", "--cached", "other.txt"]);
        commit(&sandbox, "second");
        sandbox.write(TONE, "name: Third\n");
        sandbox.write("repo/other.txt", "three\n");
        commit(&sandbox, "third");
        sandbox.write(TONE, "name: not committed\n");
        sandbox
    })
}

fn commit(sandbox: &Sandbox, message: &str) {
    sandbox.git("repo", &["add", "scorecards", "other.txt"]);
    sandbox.git("repo", &["commit", "-qm", message]);
}

fn head(repository: &Repository) -> CommitId {
    match repository.head() {
        Ok(Head::Branch { commit, .. }) => commit,
        other => panic!("{other:?}"),
    }
}

fn zeros(commit: &CommitId) -> String {
    "0".repeat(commit.as_str().len())
}

/// What git would say to `pre-push`, read.
fn update(commit: &CommitId, before: &str) -> RefUpdate {
    RefUpdate::parse(&format!("refs/heads/main {commit} refs/heads/main {before}\n")).remove(0)
}

#[test]
fn a_commit_has_the_texts_that_were_committed() {
    for sandbox in repositories() {
        let repository = sandbox.open(ROOT);
        let asked = paths(&["Calls/Tone.yaml", "Calls/Ünï ✓.yaml", "Calls/Nowhere.yaml", "Calls"]);
        let texts = repository.texts_at(&head(&repository), &asked).expect("readable");
        let expected =
            [Some("name: Third\n"), Some("name: new\n"), None, None].map(|text| text.map(|text| text.as_bytes().to_vec()));
        assert_eq!(texts, expected);
    }
}

#[test]
fn a_commit_brings_what_it_changes_below_the_root() {
    for sandbox in repositories() {
        let repository = sandbox.open(ROOT);
        assert_eq!(repository.changed_by(&head(&repository)), Ok(paths(&["Calls/Tone.yaml"])));
        sandbox.git("repo", &["checkout", "-qfB", "first", "main~2"]);
        assert_eq!(repository.changed_by(&head(&repository)), Ok(paths(&["Calls/Tone.yaml"])), "the first has no parent");
    }
}

#[test]
fn a_push_brings_what_the_remote_does_not_have() {
    let both = paths(&["Calls/Tone.yaml", "Calls/Ünï ✓.yaml"]);
    for sandbox in repositories() {
        let repository = sandbox.open(ROOT);
        let tip = head(&repository);
        let first = sandbox.git("repo", &["rev-parse", "main~2"]).trim().to_owned();
        let second = sandbox.git("repo", &["rev-parse", "main~1"]).trim().to_owned();
        let brought = |before: &str| repository.brought_by(&update(&tip, before), "origin").expect("readable");
        assert_eq!(brought(&second), both[..1]);
        assert_eq!(brought(&first), both);
        assert_eq!(brought(&zeros(&tip)), both, "a remote of which nothing is known");
        sandbox.git("repo", &["update-ref", "refs/remotes/origin/old", &first]);
        sandbox.git("repo", &["update-ref", "refs/remotes/origin/main", &second]);
        assert_eq!(brought(&zeros(&tip)), both[..1], "a new branch starts where the remote's nearest commit is");
        let unknown = "f".repeat(tip.as_str().len());
        assert_eq!(brought(&unknown), both[..1], "the other side has something that was never fetched");
    }
}

#[test]
fn a_root_that_is_a_link_into_another_repository_is_read_there() {
    let [sandbox, _] = repositories();
    fs::create_dir(sandbox.path("desk")).expect("a folder");
    std::os::unix::fs::symlink(sandbox.path(ROOT), sandbox.path("desk/scorecards")).expect("a link");
    let repository = sandbox.open("desk/scorecards");
    assert_eq!(repository.changed_by(&head(&repository)), Ok(paths(&["Calls/Tone.yaml"])));
}
