//! HEAD, what is under way, what is followed, what is staged; by libgit2 and by the program alike.

use super::sandbox::{Sandbox, paths};
use jiff::Timestamp;
use proptest::prelude::*;
use scoresync::git::{
    Blob, GitError, GitOperation, Head, HeadMoves, HookContext, MovesEnd, Program, Repository, Staged, StagedChange, Tracking,
};
use std::fs::File;
use std::time::{Duration, SystemTime};

const ROOT: &str = "repo/scorecards";

fn all(repository: &Repository) -> Vec<(String, StagedChange, String)> {
    let staged = repository.staged(|_| true).expect("the index is read");
    let row = |file: Staged| {
        (file.path.to_string(), file.change, String::from_utf8(file.blob.bytes().expect("not too large")).expect("UTF-8"))
    };
    staged.into_iter().map(row).collect()
}

#[test]
fn a_root_outside_of_git_has_no_repository() {
    let sandbox = Sandbox::new();
    for root in ["home", "nowhere"] {
        assert!(Repository::discover(&sandbox.path(root), sandbox.program()).expect("no error").is_none());
    }
}

#[test]
fn head_is_unborn_on_a_branch_or_detached() {
    let sandbox = Sandbox::new();
    sandbox.init("repo", &[]);
    assert_eq!(sandbox.open("repo").head(), Ok(Head::Unborn { branch: "main".into() }));
    let sandbox = Sandbox::with_repository();
    let id = sandbox.git("repo", &["rev-parse", "HEAD"]).trim().to_owned();
    let Ok(Head::Branch { name, commit }) = sandbox.open(ROOT).head() else { panic!("on a branch") };
    assert_eq!((name.as_str(), commit.as_str()), ("main", id.as_str()));
    sandbox.git("repo", &["checkout", "-q", "--detach"]);
    assert_eq!(sandbox.open(ROOT).head(), Ok(Head::Detached { commit }));
}

#[test]
fn what_is_under_way_is_seen() {
    let sandbox = Sandbox::with_repository();
    assert_eq!(sandbox.open(ROOT).in_progress(), None);
    sandbox.git("repo", &["bisect", "start"]);
    assert_eq!(sandbox.open(ROOT).in_progress(), Some(GitOperation::Bisect));
    sandbox.git("repo", &["bisect", "reset"]);
    sandbox.git("repo", &["checkout", "-qb", "side"]);
    sandbox.write("repo/other.txt", "side\n");
    sandbox.git("repo", &["commit", "-qam", "side"]);
    sandbox.git("repo", &["checkout", "-q", "main"]);
    sandbox.write("repo/other.txt", "main\n");
    sandbox.git("repo", &["commit", "-qam", "main"]);
    for (command, abort, operation) in [
        ("merge", "merge", GitOperation::Merge),
        ("rebase", "rebase", GitOperation::Rebase),
        ("cherry-pick", "cherry-pick", GitOperation::CherryPick),
    ] {
        assert!(!sandbox.try_git("repo", &[command, "side"]).status.success(), "{command} conflicts");
        assert_eq!(sandbox.open(ROOT).in_progress(), Some(operation));
        sandbox.git("repo", &[abort, "--abort"]);
    }
    sandbox.write("repo/.git/index.lock", "");
    assert!(sandbox.open(ROOT).index_locked());
}

#[test]
fn head_went_elsewhere_by_a_checkout_and_not_by_a_commit_and_it_is_known_when() {
    let sandbox = Sandbox::with_repository();
    sandbox.git("repo", &["branch", "side"]);
    let repository = sandbox.open(ROOT);
    let before = repository.head().expect("HEAD").commit().cloned();
    assert_eq!(repository.went_elsewhere(before.as_ref()), Ok(None));
    sandbox.write("repo/other.txt", "more\n");
    sandbox.git("repo", &["commit", "-qam", "more"]);
    assert_eq!(repository.went_elsewhere(before.as_ref()), Ok(None));
    let before = repository.head().expect("HEAD").commit().cloned();
    sandbox.git("repo", &["checkout", "-q", "side"]);
    let noon = SystemTime::UNIX_EPOCH + Duration::from_secs(1_700_000_000);
    let log = File::options().append(true).open(sandbox.path("repo/.git/logs/HEAD")).expect("a reflog");
    log.set_modified(noon).expect("its time can be set");
    let elsewhere = repository.went_elsewhere(before.as_ref()).expect("git answers").expect("it went elsewhere");
    assert_eq!((elsewhere.how.as_str(), elsewhere.at), ("checkout: moving from main to side", Some(noon)));
}

#[test]
fn files_are_tracked_untracked_or_ignored() {
    let sandbox = Sandbox::with_repository();
    sandbox.write("repo/.gitignore", "*.bak.yaml\n");
    let asked = paths(&["Calls/Tone.yaml", "Calls/New one.yaml", "Calls/Tone.bak.yaml"]);
    let expected = [Tracking::Tracked, Tracking::Untracked, Tracking::Ignored];
    assert_eq!(sandbox.open(ROOT).tracking(&asked).expect("an answer"), expected);
    sandbox.git("repo", &["update-index", "--split-index"]);
    assert_eq!(sandbox.open(ROOT).tracking(&asked).expect("an answer"), expected);
    assert_eq!(sandbox.open(ROOT).tracking(&asked[..2]).expect("an answer"), expected[..2]);
}

/// One change of each kind, and a working file that says something else than what is staged.
fn stage_some(sandbox: &Sandbox) -> Vec<(String, StagedChange, String)> {
    sandbox.write("repo/scorecards/Calls/Gone.yaml", "name: Gone\n");
    sandbox.git("repo", &["add", "."]);
    sandbox.git("repo", &["commit", "-qm", "second"]);
    sandbox.git("repo", &["rm", "-q", "scorecards/Calls/Gone.yaml"]);
    sandbox.write("repo/scorecards/Calls/Tone.yaml", "name: Staged\n");
    sandbox.write("repo/scorecards/Calls/guidelines/Ünï \"quoted\" ✓.md", "# staged\n");
    sandbox.write("repo/outside.yaml", "staged: too\n");
    sandbox.git("repo", &["add", "."]);
    sandbox.write("repo/scorecards/Calls/Tone.yaml", "name: Working\n");
    sandbox.write("repo/scorecards/Calls/Never staged.yaml", "a: 1\n");
    vec![
        ("Calls/Gone.yaml".into(), StagedChange::Deleted, String::new()),
        ("Calls/Tone.yaml".into(), StagedChange::Modified, "name: Staged\n".into()),
        ("Calls/guidelines/Ünï \"quoted\" ✓.md".into(), StagedChange::Added, "# staged\n".into()),
    ]
}

#[test]
fn staged_blobs_are_read_and_not_the_working_files() {
    let sandbox = Sandbox::with_repository();
    let expected = stage_some(&sandbox);
    assert_eq!(all(&sandbox.open(ROOT)), expected);
    assert_eq!(all(&sandbox.open_without_program(ROOT)), expected);
    let wanted = sandbox.open(ROOT).staged(|path| path.as_str().ends_with(".md")).expect("the index is read");
    assert_eq!(wanted.len(), 1);
    assert_eq!(all(&sandbox.open("repo")).len(), 4);
}

#[test]
fn what_libgit2_cannot_read_is_read_by_the_program() {
    let sandbox = Sandbox::with_repository();
    let expected = stage_some(&sandbox);
    sandbox.git("repo", &["update-index", "--split-index"]);
    assert_eq!(all(&sandbox.open(ROOT)), expected);
    let Err(GitError::NeedsProgram { why }) = sandbox.open_without_program(ROOT).staged(|_| true) else {
        panic!("libgit2 knows no split index")
    };
    assert!(why.contains("extension"), "{why}");
}

#[test]
fn other_formats_of_repositories_are_read_by_the_program() {
    for format in ["--object-format=sha256", "--ref-format=reftable"] {
        let sandbox = Sandbox::new();
        sandbox.init("repo", &[format]);
        sandbox.write("repo/scorecards/Calls/Tone.yaml", "name: Tone\n");
        sandbox.git("repo", &["add", "."]);
        let expected = [("Calls/Tone.yaml".into(), StagedChange::Added, "name: Tone\n".into())];
        let repository = sandbox.open(ROOT);
        assert_eq!(repository.head(), Ok(Head::Unborn { branch: "main".into() }), "{format}");
        assert_eq!(all(&repository), expected, "{format}");
        sandbox.git("repo", &["commit", "-qm", "first"]);
        assert!(matches!(sandbox.open(ROOT).head(), Ok(Head::Branch { .. })), "{format}");
        let missing = Repository::discover(&sandbox.path(ROOT), Program::new("/nonexistent/git"));
        assert!(matches!(missing, Err(GitError::NeedsProgram { .. })), "{format}");
    }
}

#[test]
fn before_the_first_commit_everything_staged_is_added() {
    let sandbox = Sandbox::new();
    sandbox.init("repo", &[]);
    sandbox.write("repo/scorecards/Calls/Tone.yaml", "name: Tone\n");
    sandbox.git("repo", &["add", "."]);
    let expected = [("Calls/Tone.yaml".into(), StagedChange::Added, "name: Tone\n".into())];
    assert_eq!(all(&sandbox.open(ROOT)), expected);
}

#[test]
fn an_unresolved_conflict_is_unmerged() {
    let sandbox = Sandbox::with_repository();
    let file = "repo/scorecards/Calls/Tone.yaml";
    sandbox.git("repo", &["checkout", "-qb", "side"]);
    for (branch, text) in [("side", "name: Side\n"), ("main", "name: Main\n")] {
        sandbox.git("repo", &["checkout", "-q", branch]);
        sandbox.write(file, text);
        sandbox.git("repo", &["commit", "-qam", branch]);
    }
    assert!(!sandbox.try_git("repo", &["merge", "side"]).status.success());
    let expected = [("Calls/Tone.yaml".into(), StagedChange::Unmerged, String::new())];
    assert_eq!(all(&sandbox.open(ROOT)), expected);
    assert_eq!(
        sandbox.open(ROOT).commit(&[paths(&["Calls/Tone.yaml"])], |_| "no".to_owned()),
        Err(GitError::InProgress(GitOperation::Merge))
    );
}

#[test]
fn a_root_that_is_a_link_belongs_to_the_repository_it_leads_to() {
    let sandbox = Sandbox::with_repository();
    sandbox.init("workspace", &[]);
    std::os::unix::fs::symlink(sandbox.path(ROOT), sandbox.path("workspace/scorecards")).expect("a link");
    let repository = sandbox.open("workspace/scorecards");
    assert_eq!(repository.workdir(), sandbox.path("repo"));
    stage_some(&sandbox);
    assert_eq!(all(&repository).len(), 3);
}

#[test]
fn worktrees_and_submodules_have_their_own_head_and_index() {
    let sandbox = Sandbox::with_repository();
    sandbox.git("repo", &["worktree", "add", "-q", "../tree", "-b", "tree"]);
    sandbox.write("tree/scorecards/Calls/Tone.yaml", "name: Tree\n");
    sandbox.git("tree", &["add", "."]);
    let repository = sandbox.open("tree/scorecards");
    assert!(matches!(repository.head(), Ok(Head::Branch { name, .. }) if name == "tree"));
    assert_eq!(all(&repository).len(), 1);
    assert!(all(&sandbox.open(ROOT)).is_empty());

    sandbox.init("outer", &[]);
    sandbox.git("outer", &["-c", "protocol.file.allow=always", "submodule", "--quiet", "add", "../repo", "inner"]);
    let inner = sandbox.open("outer/inner/scorecards");
    assert_eq!(inner.workdir(), sandbox.path("outer/inner"));
    assert!(all(&inner).is_empty());
}

#[test]
fn a_hook_sees_the_index_that_git_hands_over() {
    let sandbox = Sandbox::with_repository();
    let note = sandbox.path("env").display().to_string();
    sandbox
        .script("repo/.git/hooks/pre-commit", &format!("cp \"$GIT_INDEX_FILE\" {note}; echo \"$GIT_INDEX_FILE\" > {note}.name"));
    sandbox.write("repo/scorecards/Calls/Tone.yaml", "name: Only this\n");
    sandbox.write("repo/scorecards/Calls/Staged.yaml", "name: Staged\n");
    sandbox.git("repo", &["add", "scorecards/Calls/Staged.yaml"]);
    sandbox.git("repo", &["commit", "-qm", "x", "--only", "scorecards/Calls/Tone.yaml"]);
    sandbox.git("repo", &["reset", "-q", "--soft", "HEAD~"]);
    assert_ne!(sandbox.read("env.name").trim(), ".git/index", "git hands over a temporary index");
    let context = HookContext { folder: sandbox.path("repo"), git_dir: None, index_file: Some(sandbox.path("env")) };
    let hooked = Repository::in_hook(&sandbox.path(ROOT), &context, sandbox.program()).expect("git answers");
    let expected = [("Calls/Tone.yaml".into(), StagedChange::Modified, "name: Only this\n".into())];
    assert_eq!(all(&hooked.expect("the hook runs for this repository")), expected);
}

#[test]
fn a_hook_sees_a_repository_that_lies_apart_from_its_working_tree() {
    for format in ["--object-format=sha1", "--object-format=sha256"] {
        let sandbox = Sandbox::new();
        sandbox.init("tree", &["-q", "--separate-git-dir=../apart", format]);
        std::fs::remove_file(sandbox.path("tree/.git")).expect("it goes");
        sandbox.write("tree/scorecards/Calls/Tone.yaml", "name: Tone\n");
        let apart = sandbox.path("apart").display().to_string();
        sandbox.git("tree", &["--git-dir", &apart, "--work-tree", ".", "add", "."]);
        let context = HookContext { folder: sandbox.path("tree"), git_dir: Some("../apart".into()), index_file: None };
        let hooked = Repository::in_hook(&sandbox.path("tree/scorecards"), &context, sandbox.program()).expect("git answers");
        let expected = [("Calls/Tone.yaml".into(), StagedChange::Added, "name: Tone\n".into())];
        assert_eq!(all(&hooked.expect("the hook runs for this repository")), expected, "{format}");
    }
}

#[test]
fn a_hook_of_another_repository_does_not_concern_the_root() {
    let sandbox = Sandbox::with_repository();
    sandbox.init("other", &[]);
    for git_dir in [None, Some(".git".into()), Some(sandbox.path("other/.git"))] {
        let context = HookContext { folder: sandbox.path("other"), git_dir, index_file: None };
        assert!(Repository::in_hook(&sandbox.path(ROOT), &context, sandbox.program()).expect("git answers").is_none());
    }
}

/// Something that is done to a repository.
#[derive(Clone, Copy, Debug)]
enum Step {
    Write,
    Run,
    Link,
    Remove,
    Folder,
    Add,
    Plan,
    Forget,
    Stage,
    Commit,
    Reset,
}

const STEPS: [Step; 11] = [
    Step::Write,
    Step::Run,
    Step::Link,
    Step::Remove,
    Step::Folder,
    Step::Add,
    Step::Plan,
    Step::Forget,
    Step::Stage,
    Step::Commit,
    Step::Reset,
];

const PLACES: [&str; 6] =
    ["Calls/Tone.yaml", "Calls/guidelines/Tone.md", "Calls.x/A.yaml", "Chats/B.yaml", "Calls/guidelines/é.md", "../other.txt"];

fn happens(sandbox: &Sandbox, step: Step, place: &str, count: usize) {
    let name = format!("scorecards/{place}");
    let file = sandbox.path(&format!("repo/{name}"));
    let clear = || drop(std::fs::remove_file(&file).or_else(|_| std::fs::remove_dir_all(&file)));
    let git = |args: &[&str]| drop(sandbox.try_git("repo", args));
    match step {
        Step::Write if file.is_dir() => clear(),
        Step::Write => sandbox.write(&format!("repo/{name}"), &format!("a: {}\n", count % 3)),
        Step::Run => git(&["update-index", "--chmod=+x", &name]),
        Step::Link => {
            clear();
            sandbox.write(&format!("repo/{name}.beside"), "");
            std::os::unix::fs::symlink("elsewhere", &file).expect("a link");
        }
        Step::Remove => clear(),
        // A file becomes a folder.
        Step::Folder => {
            clear();
            sandbox.write(&format!("repo/{name}/inside.yaml"), "a: 1\n");
        }
        Step::Add => git(&["add", "--all", "."]),
        Step::Plan => git(&["add", "--intent-to-add", &name]),
        Step::Forget => git(&["rm", "-r", "-q", "--cached", &name]),
        Step::Stage => git(&["add", "--all", "--", &name]),
        Step::Commit => git(&["commit", "-q", "--allow-empty", "-m", "more"]),
        Step::Reset => git(&["reset", "-q"]),
    }
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(12) })]

    /// A split index is left to the program, so it says what git itself takes for staged.
    #[test]
    fn what_is_staged_is_what_git_says(
        steps in prop::collection::vec((prop::sample::select(STEPS.to_vec()), 0..PLACES.len()), 1..16)
    ) {
        let sandbox = Sandbox::with_repository();
        for (count, (step, place)) in steps.iter().enumerate() {
            happens(&sandbox, *step, PLACES[*place], count);
        }
        let by_us = all(&sandbox.open_without_program(ROOT));
        sandbox.git("repo", &["update-index", "--split-index"]);
        prop_assert_eq!(by_us, all(&sandbox.open(ROOT)));
    }
}

#[test]
fn what_is_only_planned_is_not_staged() {
    let sandbox = Sandbox::with_repository();
    sandbox.write("repo/scorecards/Calls/Planned.yaml", "a: 1\n");
    sandbox.git("repo", &["add", "--intent-to-add", "."]);
    assert_eq!(all(&sandbox.open_without_program(ROOT)), []);
    // Where HEAD has the file, it is gone until it is added.
    let tone = "scorecards/Calls/Tone.yaml";
    sandbox.git("repo", &["rm", "-q", "--cached", tone]);
    sandbox.git("repo", &["add", "--intent-to-add", tone]);
    let expected = [("Calls/Tone.yaml".to_owned(), StagedChange::Deleted, String::new())];
    assert_eq!(all(&sandbox.open_without_program(ROOT)), expected);
    sandbox.git("repo", &["update-index", "--split-index"]);
    assert_eq!(all(&sandbox.open(ROOT)), expected, "the program says the same");
}

/// Commits are no moves: they bring nothing into the working tree.
#[test]
fn moves_of_head_are_read_from_where_its_log_ended() {
    let sandbox = Sandbox::with_repository();
    let repository = sandbox.open(ROOT);
    let end = repository.moves_end().expect("a log");
    sandbox.write("repo/scorecards/Calls/Tone.yaml", "name: Edited\n");
    sandbox.git("repo", &["commit", "-qam", "second"]);
    assert_eq!(repository.moves_since(&end), Some(HeadMoves { ends: Vec::new(), commits: true }));
    sandbox.git("repo", &["checkout", "-q", "HEAD~1"]);
    sandbox.git("repo", &["checkout", "-q", "-"]);
    let moves = repository.moves_since(&end).expect("the log");
    let commit = |name: &str| sandbox.git("repo", &["rev-parse", name]).trim().to_owned();
    let [first, second] = [commit("HEAD~1"), commit("HEAD")];
    let ends: Vec<[&str; 2]> = moves.ends.iter().map(|ends| ends.each_ref().map(|id| id.as_str())).collect();
    assert_eq!(ends, [[&*second, &*first], [&*first, &*second]]);
    assert_eq!(repository.moves_since(&repository.moves_end().expect("a log")), Some(HeadMoves::default()));
    sandbox.git("repo", &["reflog", "expire", "--expire=now", "--all"]);
    assert_eq!(repository.moves_since(&end), None, "it was cut");
    let other = MovesEnd { head: end.head.clone(), end: end.end + 10 };
    assert_eq!(repository.moves_since(&other), None, "no line ends there");
}

#[test]
fn the_index_tells_what_git_wrote_since() {
    let sandbox = Sandbox::with_repository();
    let (repository, files) = (sandbox.open(ROOT), paths(&["Calls/Tone.yaml", "Calls/None.yaml"]));
    let at = Timestamp::now();
    let since = |at| repository.staged_since(&[(files.clone(), at)]).expect("readable").remove(0);
    sandbox.write("repo/scorecards/Calls/Tone.yaml", "name: Edited\n");
    sandbox.git("repo", &["status"]);
    assert_eq!(since(at), None, "a person wrote it");
    // The clock of the file system goes in steps.
    std::thread::sleep(std::time::Duration::from_millis(20));
    sandbox.git("repo", &["checkout", "-q", "--", "."]);
    let blob = |text: &str| Some(Blob::Bytes(text.as_bytes().to_vec()));
    let text = sandbox.git("repo", &["show", "HEAD:scorecards/Calls/Tone.yaml"]);
    assert_eq!(since(at), Some(vec![blob(&text), None]));
    assert_eq!(since(Timestamp::now() + std::time::Duration::from_secs(5)), None);
    sandbox.git("repo", &["update-index", "--split-index"]);
    assert_eq!(since(at), Some(vec![blob(&text), None]), "another form of index");
}
