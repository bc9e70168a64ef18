//! Installing hooks, and what git makes of them.

use super::sandbox::{Sandbox, make_executable};
use scoresync::git::{GitError, HookCommand, HookKind, HookRefusal, HookState, Installed};
use std::fs;
use std::io::Write;
use std::process::Stdio;

const ROOT: &str = "repo/scorecards";

/// A command that writes its arguments and stdin to `ran`, and exits with what `exit` says.
fn command(sandbox: &Sandbox) -> HookCommand {
    let ran = sandbox.path("ran").display().to_string();
    sandbox.script("home/it's our tool", &format!("printf '<%s>' \"$@\" >> {ran}\ncat >> {ran}\nexit ${{OUR_EXIT:-0}}"));
    let program = sandbox.path("home/it's our tool").display().to_string();
    HookCommand { program, args: ["-C", "/a b/$c", "hook"].map(str::to_owned).to_vec() }
}

fn try_commit(sandbox: &Sandbox, repository: &str) -> bool {
    sandbox.write(&format!("{repository}/other.txt"), &format!("{}x", sandbox.read(&format!("{repository}/other.txt"))));
    sandbox.try_git(repository, &["commit", "-qam", "x"]).status.success()
}

#[test]
fn a_hook_runs_and_goes_without_a_trace() {
    let sandbox = Sandbox::with_repository();
    let (repository, command) = (sandbox.open(ROOT), command(&sandbox));
    assert_eq!(repository.hook(HookKind::PreCommit), Ok(HookState::Absent));
    assert_eq!(repository.install_hook(HookKind::PreCommit, &command), Ok(Installed::New));
    assert_eq!(repository.install_hook(HookKind::PreCommit, &command), Ok(Installed::Unchanged));
    assert_eq!(repository.hook(HookKind::PreCommit), Ok(HookState::Ours));
    assert!(try_commit(&sandbox, "repo"));
    assert_eq!(sandbox.read("ran"), "<-C></a b/$c><hook>");
    let other = HookCommand { program: "/nonexistent/tool".into(), ..command };
    assert_eq!(repository.install_hook(HookKind::PreCommit, &other), Ok(Installed::Updated));
    assert!(try_commit(&sandbox, "repo"), "a missing program stops nobody");
    assert_eq!(repository.uninstall_hook(HookKind::PreCommit), Ok(true));
    assert_eq!(repository.uninstall_hook(HookKind::PreCommit), Ok(false));
    assert!(!sandbox.path("repo/.git/hooks/pre-commit").exists());
}

#[test]
fn an_earlier_hook_runs_first_and_comes_back_byte_for_byte() {
    let sandbox = Sandbox::with_repository();
    let (repository, command) = (sandbox.open(ROOT), command(&sandbox));
    let ran = sandbox.path("ran").display().to_string();
    sandbox.script("repo/.git/hooks/pre-commit", &format!("echo earlier >> {ran}; test ! -e {ran}.no"));
    let earlier = sandbox.read("repo/.git/hooks/pre-commit");
    assert_eq!(repository.install_hook(HookKind::PreCommit, &command), Ok(Installed::Chained));
    assert_eq!(repository.install_hook(HookKind::PreCommit, &command), Ok(Installed::Unchanged));
    assert!(try_commit(&sandbox, "repo"));
    assert_eq!(sandbox.read("ran"), "earlier\n<-C></a b/$c><hook>");
    sandbox.write("ran.no", "");
    fs::remove_file(sandbox.path("ran")).expect("it goes");
    assert!(!try_commit(&sandbox, "repo"), "the earlier hook's no counts");
    assert_eq!(sandbox.read("ran"), "earlier\n");
    assert_eq!(repository.uninstall_hook(HookKind::PreCommit), Ok(true));
    assert_eq!(sandbox.read("repo/.git/hooks/pre-commit"), earlier);
    assert!(!try_commit(&sandbox, "repo"), "the earlier hook is executable again");
    assert!(!sandbox.path("repo/.git/hooks/pre-commit.scoresync-previous").exists());
}

#[test]
fn both_hooks_read_what_git_says_on_stdin() {
    let sandbox = Sandbox::with_repository();
    let ran = sandbox.path("ran").display().to_string();
    sandbox.script("repo/.git/hooks/pre-push", &format!("cat > {ran}.earlier"));
    sandbox.open(ROOT).install_hook(HookKind::PrePush, &command(&sandbox)).expect("it is installed");
    let hook = sandbox.path("repo/.git/hooks/pre-push");
    let mut child =
        std::process::Command::new("sh").arg(hook).arg("origin").stdin(Stdio::piped()).spawn().expect("the hook starts");
    child.stdin.take().expect("a pipe").write_all(b"a b c d\n%s e f g\n\n").expect("it reads");
    assert!(child.wait().expect("it ends").success());
    assert_eq!(sandbox.read("ran.earlier"), "a b c d\n%s e f g\n\n");
    assert_eq!(sandbox.read("ran"), "<-C></a b/$c><hook><origin>a b c d\n%s e f g\n\n");
}

#[test]
fn a_link_as_hook_is_put_back_as_a_link() {
    let sandbox = Sandbox::with_repository();
    sandbox.script("repo/.git/tools/check", "exit 0");
    let hook = sandbox.path("repo/.git/hooks/pre-commit");
    fs::create_dir_all(hook.parent().expect("a parent")).expect("a folder");
    std::os::unix::fs::symlink("../tools/check", &hook).expect("a link");
    let repository = sandbox.open(ROOT);
    assert_eq!(repository.install_hook(HookKind::PreCommit, &command(&sandbox)), Ok(Installed::Chained));
    assert_eq!(sandbox.read("repo/.git/tools/check"), "#!/bin/sh\nexit 0\n");
    assert!(try_commit(&sandbox, "repo"));
    repository.uninstall_hook(HookKind::PreCommit).expect("it goes");
    assert_eq!(fs::read_link(&hook).expect("a link"), std::path::Path::new("../tools/check"));
}

#[test]
fn a_hook_that_took_our_place_is_not_touched() {
    let sandbox = Sandbox::with_repository();
    let (repository, command) = (sandbox.open(ROOT), command(&sandbox));
    sandbox.script("repo/.git/hooks/pre-commit", "echo first");
    repository.install_hook(HookKind::PreCommit, &command).expect("it is installed");
    sandbox.script("repo/.git/hooks/pre-commit", "echo second");
    let foreign = repository.uninstall_hook(HookKind::PreCommit);
    assert!(matches!(foreign, Err(GitError::Hook(HookRefusal::Foreign(_)))), "{foreign:?}");
    let refused = repository.install_hook(HookKind::PreCommit, &command);
    assert!(matches!(refused, Err(GitError::Hook(HookRefusal::PreviousInTheWay(_)))), "{refused:?}");
    assert_eq!(sandbox.read("repo/.git/hooks/pre-commit"), "#!/bin/sh\necho second\n");
    assert_eq!(sandbox.read("repo/.git/hooks/pre-commit.scoresync-previous"), "#!/bin/sh\necho first\n");
}

#[test]
fn an_installation_that_died_half_way_is_finished() {
    let sandbox = Sandbox::with_repository();
    sandbox.script("repo/.git/hooks/pre-commit", "exit 0");
    let hook = sandbox.path("repo/.git/hooks/pre-commit");
    fs::hard_link(&hook, sandbox.path("repo/.git/hooks/pre-commit.scoresync-previous")).expect("a second name");
    let repository = sandbox.open(ROOT);
    assert_eq!(repository.install_hook(HookKind::PreCommit, &command(&sandbox)), Ok(Installed::Chained));
    assert_eq!(repository.uninstall_hook(HookKind::PreCommit), Ok(true));
    assert_eq!(sandbox.read("repo/.git/hooks/pre-commit"), "#!/bin/sh\nexit 0\n");
}

#[test]
fn core_hooks_path_is_followed_where_that_is_safe() {
    let sandbox = Sandbox::with_repository();
    let (repository, command) = (sandbox.open(ROOT), command(&sandbox));
    let hooks = sandbox.path("home/own hooks").display().to_string();
    sandbox.git("repo", &["config", "core.hooksPath", &hooks]);
    assert_eq!(repository.install_hook(HookKind::PreCommit, &command), Ok(Installed::New));
    assert!(sandbox.path("home/own hooks/pre-commit").exists());
    assert!(try_commit(&sandbox, "repo") && sandbox.path("ran").exists());

    sandbox.git("repo", &["config", "core.hooksPath", ".husky/_"]);
    let refused = repository.install_hook(HookKind::PreCommit, &command);
    assert!(matches!(refused, Err(GitError::Hook(HookRefusal::Committed(_)))), "{refused:?}");
    sandbox.write("repo/.husky/_/.gitignore", "*\n");
    assert_eq!(repository.install_hook(HookKind::PreCommit, &command), Ok(Installed::New));

    sandbox.git("repo", &["config", "core.hooksPath", "/dev/null"]);
    let refused = repository.install_hook(HookKind::PreCommit, &command);
    assert!(matches!(refused, Err(GitError::Hook(HookRefusal::NotAFolder(_)))), "{refused:?}");

    sandbox.git("repo", &["config", "--unset", "core.hooksPath"]);
    sandbox.write("home/.gitconfig", &format!("[core]\n\thooksPath = \"{hooks}\"\n"));
    let refused = repository.install_hook(HookKind::PreCommit, &command);
    assert!(matches!(refused, Err(GitError::Hook(HookRefusal::Shared(_)))), "{refused:?}");
}

#[test]
fn hooks_path_is_known_without_the_program() {
    let sandbox = Sandbox::with_repository();
    sandbox.git("repo", &["config", "core.hooksPath", ".git/mine"]);
    let installed = sandbox.open_without_program(ROOT).install_hook(HookKind::PostCommit, &command(&sandbox));
    assert_eq!(installed, Ok(Installed::New));
    assert!(sandbox.path("repo/.git/mine/post-commit").exists());
    assert!(try_commit(&sandbox, "repo") && sandbox.path("ran").exists());
}

#[test]
fn worktrees_share_hooks_and_submodules_have_their_own() {
    let sandbox = Sandbox::with_repository();
    sandbox.git("repo", &["worktree", "add", "-q", "../tree", "-b", "tree"]);
    sandbox.open("tree/scorecards").install_hook(HookKind::PreCommit, &command(&sandbox)).expect("it is installed");
    assert!(sandbox.path("repo/.git/hooks/pre-commit").exists());
    assert!(try_commit(&sandbox, "tree") && sandbox.path("ran").exists());

    sandbox.init("outer", &[]);
    sandbox.git("outer", &["-c", "protocol.file.allow=always", "submodule", "--quiet", "add", "../repo", "inner"]);
    sandbox.open("outer/inner/scorecards").install_hook(HookKind::PreCommit, &command(&sandbox)).expect("it is installed");
    assert!(sandbox.path("outer/.git/modules/inner/hooks/pre-commit").exists());
}

#[test]
fn a_hook_that_git_does_not_run_is_not_run_by_ours() {
    use std::os::unix::fs::PermissionsExt;
    let sandbox = Sandbox::with_repository();
    sandbox.script("repo/.git/hooks/pre-commit", "exit 1");
    let hook = sandbox.path("repo/.git/hooks/pre-commit");
    fs::set_permissions(&hook, fs::Permissions::from_mode(0o644)).expect("permissions can be set");
    let repository = sandbox.open(ROOT);
    assert_eq!(repository.install_hook(HookKind::PreCommit, &command(&sandbox)), Ok(Installed::Chained));
    assert!(try_commit(&sandbox, "repo"));
    repository.uninstall_hook(HookKind::PreCommit).expect("it goes");
    assert_eq!(fs::metadata(&hook).expect("it is back").permissions().mode() & 0o777, 0o644);
    make_executable(&hook);
    assert!(!try_commit(&sandbox, "repo"));
}
