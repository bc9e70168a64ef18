//! Commits of exact files.

use super::sandbox::{Sandbox, paths};
use scoresync::git::{Entry, GitError, Head, Message, Repository, versions_in};
use scoresync::model::RelPath;

const ROOT: &str = "repo/scorecards";

fn commit(repository: &Repository, files: &[&str]) -> Option<String> {
    let made =
        repository.commit(&alone(&paths(files)), |_| "Pull Tone\n\n# not a comment\n".to_owned()).expect("the commit is made");
    made.id.map(|id| id.to_string())
}

/// Each file in a group of its own.
fn alone(files: &[RelPath]) -> Vec<Vec<RelPath>> {
    files.iter().map(|file| vec![file.clone()]).collect()
}

/// Staged and unstaged changes of a person, which no commit of ours may touch.
fn busy(sandbox: &Sandbox) {
    sandbox.write("repo/scorecards/Calls/Half.yaml", "staged: 1\n");
    sandbox.write("repo/staged.txt", "staged\n");
    sandbox.git("repo", &["add", "staged.txt", "scorecards/Calls/Half.yaml"]);
    sandbox.write("repo/scorecards/Calls/Half.yaml", "staged: 1\nworking: 2\n");
    sandbox.write("repo/other.txt", "unstaged\n");
    sandbox.write("repo/untracked.txt", "untracked\n");
}

#[test]
fn exactly_the_given_files_are_committed_and_nothing_else_moves() {
    let sandbox = Sandbox::with_repository();
    busy(&sandbox);
    let before = sandbox.status("repo");
    let names = ["Calls/Tone.yaml", "Calls/New.yaml", "Calls/guidelines/It's \"ü\" *✓.md"];
    for name in names {
        sandbox.write(&format!("{ROOT}/{name}"), "name: Pulled\n");
    }
    let id = commit(&sandbox.open(ROOT), &names).expect("something to commit");
    assert_eq!(sandbox.git("repo", &["rev-parse", "main"]).trim(), id);
    let mut expected = names.map(|name| format!("{} scorecards/{name}", if name == "Calls/Tone.yaml" { "M" } else { "A" }));
    expected.sort_by(|a, b| a[2..].cmp(&b[2..]));
    assert_eq!(sandbox.last_commit("repo"), expected);
    assert_eq!(sandbox.status("repo"), before);
    let said = sandbox.git("repo", &["log", "-1", "--format=%an <%ae>|%B"]);
    assert_eq!(said.trim_end(), "Ann Example <ann@example.com>|Pull Tone\n\n# not a comment");
}

#[test]
fn a_removed_file_is_committed_as_removed() {
    let sandbox = Sandbox::with_repository();
    std::fs::remove_file(sandbox.path("repo/scorecards/Calls/Tone.yaml")).expect("it goes");
    assert!(commit(&sandbox.open(ROOT), &["Calls/Tone.yaml", "Calls/Never there.yaml"]).is_some());
    assert_eq!(sandbox.last_commit("repo"), ["D scorecards/Calls/Tone.yaml"]);
    assert_eq!(sandbox.status("repo"), "");
}

#[test]
fn nothing_to_commit_is_no_commit() {
    let sandbox = Sandbox::with_repository();
    busy(&sandbox);
    let before = (sandbox.git("repo", &["rev-parse", "HEAD"]), sandbox.status("repo"));
    assert_eq!(commit(&sandbox.open(ROOT), &["Calls/Tone.yaml", "Calls/Never there.yaml"]), None);
    assert_eq!(commit(&sandbox.open(ROOT), &[]), None);
    assert_eq!((sandbox.git("repo", &["rev-parse", "HEAD"]), sandbox.status("repo")), before);
}

#[test]
fn the_first_commit_of_a_branch_is_made() {
    let sandbox = Sandbox::new();
    sandbox.init("repo", &[]);
    sandbox.write("repo/staged.txt", "staged\n");
    sandbox.git("repo", &["add", "."]);
    sandbox.write("repo/scorecards/Calls/Tone.yaml", "name: Tone\n");
    assert!(commit(&sandbox.open(ROOT), &["Calls/Tone.yaml"]).is_some());
    assert_eq!(sandbox.last_commit("repo"), ["A scorecards/Calls/Tone.yaml"]);
    assert!(sandbox.status("repo").starts_with("1 A. "), "{}", sandbox.status("repo"));
    assert!(matches!(sandbox.open(ROOT).head(), Ok(Head::Branch { name, .. }) if name == "main"));
}

#[test]
fn a_detached_head_moves_and_no_branch_does() {
    let sandbox = Sandbox::with_repository();
    let main = sandbox.git("repo", &["rev-parse", "main"]);
    sandbox.git("repo", &["checkout", "-q", "--detach"]);
    sandbox.write("repo/scorecards/Calls/Tone.yaml", "name: Pulled\n");
    let id = commit(&sandbox.open(ROOT), &["Calls/Tone.yaml"]).expect("something to commit");
    assert_eq!(sandbox.git("repo", &["rev-parse", "HEAD"]).trim(), id);
    assert_eq!(sandbox.git("repo", &["rev-parse", "main"]), main);
}

#[test]
fn a_worktree_commits_on_its_own_branch() {
    let sandbox = Sandbox::with_repository();
    let main = sandbox.git("repo", &["rev-parse", "main"]);
    sandbox.git("repo", &["worktree", "add", "-q", "../tree", "-b", "tree"]);
    sandbox.write("tree/scorecards/Calls/New.yaml", "name: Tree\n");
    let root = "tree/scorecards";
    let id = commit(&sandbox.open(root), &["Calls/New.yaml"]).expect("something to commit");
    assert_eq!(sandbox.git("repo", &["rev-parse", "tree"]).trim(), id);
    assert_eq!(sandbox.git("repo", &["rev-parse", "main"]), main);
    assert_eq!((sandbox.status("tree"), sandbox.status("repo")), (String::new(), String::new()));
}

#[test]
fn a_linked_root_commits_where_it_leads_to() {
    let sandbox = Sandbox::with_repository();
    sandbox.init("workspace", &[]);
    std::os::unix::fs::symlink(sandbox.path(ROOT), sandbox.path("workspace/scorecards")).expect("a link");
    sandbox.write("workspace/scorecards/Calls/New.yaml", "name: New\n");
    assert!(commit(&sandbox.open("workspace/scorecards"), &["Calls/New.yaml"]).is_some());
    assert_eq!(sandbox.last_commit("repo"), ["A scorecards/Calls/New.yaml"]);
}

#[test]
fn a_file_behind_a_link_to_elsewhere_is_refused() {
    let sandbox = Sandbox::with_repository();
    std::os::unix::fs::symlink(sandbox.path("home"), sandbox.path("repo/scorecards/Away")).expect("a link");
    let refused = sandbox.open(ROOT).commit(&alone(&paths(&["Away/Tone.yaml"])), |_| "no".to_owned());
    assert!(matches!(refused, Err(GitError::Outside(_))), "{refused:?}");
}

#[test]
fn ignored_files_stay_out_and_are_told() {
    let sandbox = Sandbox::with_repository();
    sandbox.write("repo/.git/info/exclude", "Secret.yaml\n");
    sandbox.write("repo/scorecards/Calls/Secret.yaml", "a: 1\n");
    sandbox.write("repo/scorecards/Calls/Tone.yaml", "name: Pulled\n");
    let files = paths(&["Calls/Secret.yaml", "Calls/Tone.yaml"]);
    let made = sandbox.open(ROOT).commit(&alone(&files), |_| "x".to_owned()).expect("git answers");
    assert!(made.id.is_some());
    assert_eq!(made.left_out.ignored, files[..1]);
    assert_eq!(sandbox.last_commit("repo"), ["M scorecards/Calls/Tone.yaml"]);
}

/// `git commit FILE` would say nothing and take nothing.
#[test]
fn files_that_git_is_told_not_to_look_at_are_told() {
    for how in ["--skip-worktree", "--assume-unchanged"] {
        let sandbox = Sandbox::with_repository();
        sandbox.git("repo", &["update-index", how, "scorecards/Calls/Tone.yaml"]);
        sandbox.write("repo/scorecards/Calls/Tone.yaml", "name: Pulled\n");
        let files = paths(&["Calls/Tone.yaml"]);
        let made = sandbox.open(ROOT).commit(&alone(&files), |_| "x".to_owned()).expect("git answers");
        assert_eq!((made.id, made.left_out.hidden), (None, files), "{how}");
    }
}

/// What is staged and neither in HEAD nor in the working tree is nowhere else.
#[test]
fn a_file_of_which_something_else_is_staged_stays_out_and_is_told() {
    let sandbox = Sandbox::with_repository();
    let [half, tone, new, whole, gone] =
        ["Calls/Half.yaml", "Calls/Tone.yaml", "Calls/New.yaml", "Calls/Whole.yaml", "Calls/Gone.yaml"];
    let stage = |file: &str, text: &str| {
        sandbox.write(&format!("{ROOT}/{file}"), text);
        sandbox.git("repo", &["add", &format!("scorecards/{file}")]);
    };
    stage(gone, "name: Committed\n");
    sandbox.git("repo", &["commit", "-qm", "second"]);
    for (file, text) in [(half, "staged: 1\n"), (tone, "name: Staged\n"), (whole, "staged: 1\n"), (gone, "staged: 1\n")] {
        stage(file, text);
    }
    for (file, text) in [(half, "working: 2\n"), (tone, "name: Working\n"), (new, "new: 1\n")] {
        sandbox.write(&format!("{ROOT}/{file}"), text);
    }
    std::fs::remove_file(sandbox.path(&format!("{ROOT}/{gone}"))).expect("removed");
    let made =
        sandbox.open(ROOT).commit(&alone(&paths(&[half, tone, new, whole, gone])), |_| "x".to_owned()).expect("git answers");
    assert_eq!(made.left_out.staged, paths(&[gone, half, tone]));
    assert_eq!(sandbox.last_commit("repo"), ["A scorecards/Calls/New.yaml", "A scorecards/Calls/Whole.yaml"]);
    assert_eq!(sandbox.git("repo", &["show", ":scorecards/Calls/Half.yaml"]), "staged: 1\n");
    let again = sandbox.open(ROOT).commit(&alone(&paths(&[half])), |_| "x".to_owned()).expect("git answers");
    assert_eq!((again.id, again.left_out.staged), (None, paths(&[half])));
}

/// Of files that go together all stay out, or none.
#[test]
fn files_that_go_with_one_that_is_staged_otherwise_stay_out_with_it() {
    let sandbox = Sandbox::with_repository();
    let files = paths(&["Calls/New.yaml", "Calls/Other.yaml", "Calls/Secret.yaml", "Calls/Tone.yaml"]);
    let [new, other, secret, tone] = [0, 1, 2, 3].map(|at| files[at].clone());
    sandbox.write("repo/.git/info/exclude", "Secret.yaml\n");
    sandbox.write("repo/scorecards/Calls/Tone.yaml", "name: Staged\n");
    sandbox.git("repo", &["add", "scorecards"]);
    for file in &files {
        sandbox.write(&format!("{ROOT}/{file}"), "name: Working\n");
    }
    let groups = [vec![tone.clone(), new.clone(), secret.clone()], vec![other]];
    let mut named = Vec::new();
    let made = sandbox.open(ROOT).commit(&groups, |left_out| {
        named.extend(left_out.files().cloned());
        "x".to_owned()
    });
    let made = made.expect("git answers");
    assert_eq!(
        (&made.left_out.ignored[..], &made.left_out.staged[..], &made.left_out.bound[..]),
        (&[secret][..], &[tone][..], &[new][..])
    );
    assert_eq!((named.len(), &made.left_out.unknown[..]), (3, &files[..1]));
    assert_eq!(sandbox.last_commit("repo"), ["A scorecards/Calls/Other.yaml"]);
}

/// A file that a person took out of the index stays out, and one that `git mv` moved comes along: HEAD has what is staged of it.
#[test]
fn staged_removals_and_moves_are_kept_apart() {
    let sandbox = Sandbox::with_repository();
    sandbox.write("repo/scorecards/Calls/Old.yaml", "name: Old\n");
    sandbox.write("repo/scorecards/Calls/Kept.yaml", "name: Kept\n");
    sandbox.git("repo", &["add", "scorecards"]);
    sandbox.git("repo", &["commit", "-qm", "second"]);
    sandbox.git("repo", &["rm", "-q", "--cached", "scorecards/Calls/Kept.yaml"]);
    sandbox.git("repo", &["mv", "scorecards/Calls/Old.yaml", "scorecards/Calls/New.yaml"]);
    sandbox.write("repo/scorecards/Calls/New.yaml", "name: New\n");
    let files = paths(&["Calls/Kept.yaml", "Calls/New.yaml", "Calls/Old.yaml"]);
    let mut named = Vec::new();
    let made = sandbox.open(ROOT).commit(&alone(&files), |left_out| {
        named.extend(left_out.files().cloned());
        "x".to_owned()
    });
    let made = made.expect("git answers");
    assert_eq!((&made.left_out.staged, &named), (&files[..1].to_vec(), &files[..1].to_vec()));
    assert_eq!(sandbox.last_commit("repo"), ["A scorecards/Calls/New.yaml", "D scorecards/Calls/Old.yaml"]);
    assert_eq!(sandbox.git("repo", &["status", "--short"]), "D  scorecards/Calls/Kept.yaml\n?? scorecards/Calls/Kept.yaml\n");
}

#[test]
fn a_refusing_hook_leaves_everything_as_it_was() {
    let sandbox = Sandbox::with_repository();
    busy(&sandbox);
    sandbox.script("repo/.git/hooks/pre-commit", "echo 'no commits on Fridays' >&2; exit 1");
    sandbox.write("repo/scorecards/Calls/New.yaml", "a: 1\n");
    let before = (sandbox.git("repo", &["rev-parse", "HEAD"]), sandbox.status("repo"));
    let Err(GitError::Program { message, .. }) =
        sandbox.open(ROOT).commit(&alone(&paths(&["Calls/New.yaml"])), |_| "x".to_owned())
    else {
        panic!("the hook refuses")
    };
    assert!(message.contains("no commits on Fridays"), "{message}");
    assert_eq!((sandbox.git("repo", &["rev-parse", "HEAD"]), sandbox.status("repo")), before);
}

#[test]
fn without_the_program_nothing_is_committed() {
    let sandbox = Sandbox::with_repository();
    busy(&sandbox);
    sandbox.write("repo/scorecards/Calls/New.yaml", "a: 1\n");
    sandbox.write("repo/scorecards/Calls/Tone.yaml", "name: Pulled\n");
    let before = (sandbox.git("repo", &["rev-parse", "HEAD"]), sandbox.status("repo"));
    for files in [&["Calls/New.yaml"][..], &["Calls/Tone.yaml"]] {
        let refused = sandbox.open_without_program(ROOT).commit(&alone(&paths(files)), |_| "x".to_owned());
        assert!(matches!(&refused, Err(GitError::NeedsProgram { why }) if why.contains("commits")), "{refused:?}");
    }
    assert_eq!((sandbox.git("repo", &["rev-parse", "HEAD"]), sandbox.status("repo")), before);
}

#[test]
fn a_repository_that_libgit2_cannot_read_is_committed_to() {
    for prepare in [&["update-index", "--split-index"][..], &["sparse-checkout", "set", "--cone", "--sparse-index", "scorecards"]]
    {
        let sandbox = Sandbox::with_repository();
        sandbox.write("repo/docs/far/away.txt", "x");
        sandbox.git("repo", &["add", "."]);
        sandbox.git("repo", &["commit", "-qm", "second"]);
        sandbox.git("repo", prepare);
        sandbox.write("repo/scorecards/Calls/New.yaml", "a: 1\n");
        assert!(matches!(sandbox.open_without_program(ROOT).staged(|_| true), Err(GitError::NeedsProgram { .. })));
        assert!(commit(&sandbox.open(ROOT), &["Calls/New.yaml"]).is_some());
        assert_eq!(sandbox.last_commit("repo"), ["A scorecards/Calls/New.yaml"]);
    }
    for format in ["--object-format=sha256", "--ref-format=reftable"] {
        let sandbox = Sandbox::new();
        sandbox.init("repo", &[format]);
        sandbox.write("repo/scorecards/Calls/Tone.yaml", "a: 1\n");
        let id = commit(&sandbox.open(ROOT), &["Calls/Tone.yaml"]).expect("something to commit");
        assert_eq!(sandbox.git("repo", &["rev-parse", "HEAD"]).trim(), id);
    }
}

#[test]
fn a_new_file_where_a_sparse_checkout_has_nothing_is_committed() {
    let sandbox = Sandbox::with_repository();
    sandbox.write("repo/scorecards/Far/Old.yaml", "a: 1\n");
    sandbox.git("repo", &["add", "."]);
    sandbox.git("repo", &["commit", "-qm", "second"]);
    sandbox.git("repo", &["sparse-checkout", "set", "--cone", "scorecards/Calls"]);
    sandbox.write("repo/scorecards/Far/New.yaml", "a: 1\n");
    sandbox.write("repo/scorecards/Calls/New.yaml", "a: 1\n");
    assert!(commit(&sandbox.open(ROOT), &["Calls/New.yaml", "Far/New.yaml"]).is_some());
    assert_eq!(sandbox.last_commit("repo"), ["A scorecards/Calls/New.yaml", "A scorecards/Far/New.yaml"]);
    assert_eq!((sandbox.status("repo").as_str(), sandbox.read("repo/scorecards/Far/New.yaml").as_str()), ("", "a: 1\n"));
}

#[test]
fn a_locked_index_is_told_from_other_failures() {
    let sandbox = Sandbox::with_repository();
    sandbox.write("repo/scorecards/Calls/Tone.yaml", "name: Pulled\n");
    sandbox.write("repo/.git/index.lock", "");
    let refused = sandbox.open(ROOT).commit(&alone(&paths(&["Calls/Tone.yaml"])), |_| "x".to_owned());
    assert_eq!(refused, Err(GitError::IndexLocked(sandbox.path("repo/.git/index.lock"))));
}

#[test]
fn git_reads_the_trailers() {
    let sandbox = Sandbox::with_repository();
    sandbox.write("repo/scorecards/Calls/Tone.yaml", "name: Pulled\n");
    let entry = Entry {
        score: "Calls/Tone of voice".into(),
        version: Some("6f0d4a58-93c1-5d2e-8b7a-5c0e5c0ee5bc".into()),
        what: "pulled".into(),
        by: Some("Ann".into()),
        files: Vec::new(),
    };
    let text = Message { verb: "Pull".into(), entries: vec![entry] }.text();
    sandbox.open(ROOT).commit(&alone(&paths(&["Calls/Tone.yaml"])), |_| text).expect("git answers");
    let trailers = sandbox.git("repo", &["log", "-1", "--format=%(trailers:key=Score-Version,valueonly)"]);
    assert_eq!(trailers.trim(), "Calls/Tone of voice 6f0d4a58-93c1-5d2e-8b7a-5c0e5c0ee5bc");
    assert_eq!(versions_in(&sandbox.git("repo", &["log", "-1", "--format=%B"])).len(), 1);
}
