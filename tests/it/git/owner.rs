//! Repositories of somebody else: git's word counts, from whatever source of its configuration it comes.

use super::sandbox::{Sandbox, paths};
use crate::support::give_away;
use scoresync::git::{Blob, GitError, Program, Repository};

const ROOT: &str = "repo/scorecards";

fn opened(sandbox: &Sandbox, program: Program) -> Result<Repository, GitError> {
    Repository::discover(&sandbox.path(ROOT), program).map(|repository| repository.expect("a repository"))
}

/// The ways in which git is told to trust every repository, each as variables of its environment.
fn words_of_trust(sandbox: &Sandbox) -> Vec<Program> {
    sandbox.write("home/trusting", "[safe]\n\tdirectory = *\n");
    let counted = [("GIT_CONFIG_COUNT", "1"), ("GIT_CONFIG_KEY_0", "safe.directory"), ("GIT_CONFIG_VALUE_0", "*")];
    let counted = counted.into_iter().fold(sandbox.program(), |program, (name, value)| program.with(name, value));
    vec![counted, sandbox.program().with("GIT_CONFIG_GLOBAL", sandbox.path("home/trusting"))]
}

#[test]
fn a_repository_that_git_refuses_is_named_by_its_top() {
    let sandbox = Sandbox::with_repository();
    if !give_away(&sandbox.path("repo")) {
        return;
    }
    let refused = sandbox.try_git("repo", &["status"]);
    assert!(String::from_utf8_lossy(&refused.stderr).contains("dubious ownership"), "git itself refuses");
    let owner = Some(GitError::Owner(sandbox.path("repo")));
    assert_eq!(opened(&sandbox, sandbox.program()).err(), owner);
    assert_eq!(opened(&sandbox, Program::new("/nonexistent/git")).err(), owner);
}

#[test]
fn a_repository_of_somebody_else_that_git_trusts_is_read() {
    let sandbox = Sandbox::with_repository();
    if !give_away(&sandbox.path("repo")) {
        return;
    }
    for program in words_of_trust(&sandbox) {
        let repository = opened(&sandbox, program).expect("git trusts it");
        assert!(repository.head().expect("git answers").commit().is_some());
        let past = repository.history_of(&[paths(&["Calls/Tone.yaml"])], 10).expect("git answers");
        assert_eq!(past[0].texts, [[Some(Blob::Bytes(b"name: Tone\n".to_vec()))]]);
        assert_eq!(repository.is_shallow(), Ok(false));
    }
}

/// Needs no root: what libgit2 cannot read git is asked for, and git can be told to take the owner for somebody else.
#[test]
fn a_repository_that_only_git_can_read_is_refused_and_trusted_alike() {
    let sandbox = Sandbox::new();
    sandbox.init("repo", &["--object-format=sha256"]);
    sandbox.write("repo/scorecards/Calls/Tone.yaml", "name: Tone\n");
    let foreign = |program: Program| program.with("GIT_TEST_ASSUME_DIFFERENT_OWNER", "1");
    assert!(opened(&sandbox, sandbox.program()).is_ok());
    assert_eq!(opened(&sandbox, foreign(sandbox.program())).err(), Some(GitError::Owner(sandbox.path("repo"))));
    for program in words_of_trust(&sandbox) {
        assert!(opened(&sandbox, foreign(program)).is_ok());
    }
}
