//! Installing hooks, and what git makes of them.

use super::sandbox::{Sandbox, make_executable};
use scoresync::git::{GitError, HookCommand, HookKind, HookManager, HookRefusal, HookState, Installed, Repository, Uninstalled};
use std::fs;
use std::io::Write;
use std::process::Stdio;

const ROOT: &str = "repo/scorecards";

/// What our tool is given for a workspace at the top of the working tree.
const GIVEN: &str = "<hook><run><pre-commit><--workspace><.><-->";

/// A command that writes its arguments and stdin to `ran`, and exits with what `exit` says.
fn command(sandbox: &Sandbox) -> HookCommand {
    command_for(sandbox, ".")
}

fn command_for(sandbox: &Sandbox, workspace: &str) -> HookCommand {
    let ran = sandbox.path("ran").display().to_string();
    sandbox.script("home/it's our tool", &format!("printf '<%s>' \"$@\" >> {ran}\ncat >> {ran}\nexit ${{OUR_EXIT:-0}}"));
    HookCommand { program: sandbox.path("home/it's our tool").display().to_string(), workspace: workspace.to_owned() }
}

/// What is at a hook's place; a program is the one that was installed.
fn state(repository: &Repository, kind: HookKind) -> HookState {
    let mut state = repository.hook(kind).expect("it can be read").state;
    if let HookState::Ours { program, .. } = &mut state {
        assert!(program == "scoresync" || program.ends_with("it's our tool"), "{program}");
        "PROGRAM".clone_into(program);
    }
    state
}

fn ours(serves: &[&str], previous: Option<std::path::PathBuf>) -> HookState {
    let program = "PROGRAM".to_owned();
    HookState::Ours { program, serves: serves.iter().map(|folder| (*folder).to_owned()).collect(), previous, early: None }
}

fn try_commit(sandbox: &Sandbox, repository: &str) -> bool {
    sandbox.write(&format!("{repository}/other.txt"), &format!("{}x", sandbox.read(&format!("{repository}/other.txt"))));
    sandbox.try_git(repository, &["commit", "-qam", "x"]).status.success()
}

#[test]
fn a_hook_runs_and_goes_without_a_trace() {
    let sandbox = Sandbox::with_repository();
    let (repository, command) = (sandbox.open(ROOT), command(&sandbox));
    assert_eq!(state(&repository, HookKind::PreCommit), HookState::Absent);
    assert_eq!(repository.install_hook(HookKind::PreCommit, &command), Ok(Installed::New));
    assert_eq!(repository.install_hook(HookKind::PreCommit, &command), Ok(Installed::Unchanged));
    assert_eq!(state(&repository, HookKind::PreCommit), ours(&["."], None));
    assert!(try_commit(&sandbox, "repo"));
    assert_eq!(sandbox.read("ran"), GIVEN);
    let other = HookCommand { program: "/nonexistent/tool".into(), ..command };
    assert_eq!(repository.install_hook(HookKind::PreCommit, &other), Ok(Installed::Updated));
    assert!(try_commit(&sandbox, "repo"), "a missing program stops nobody");
    assert_eq!(repository.uninstall_hook(HookKind::PreCommit, Some(".")), Ok(Uninstalled::Removed));
    assert_eq!(repository.uninstall_hook(HookKind::PreCommit, Some(".")), Ok(Uninstalled::Nothing));
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
    assert_eq!(sandbox.read("ran"), format!("earlier\n{GIVEN}"));
    sandbox.write("ran.no", "");
    fs::remove_file(sandbox.path("ran")).expect("it goes");
    assert!(!try_commit(&sandbox, "repo"), "the earlier hook's no counts");
    assert_eq!(sandbox.read("ran"), "earlier\n");
    assert_eq!(repository.uninstall_hook(HookKind::PreCommit, Some(".")), Ok(Uninstalled::Removed));
    assert_eq!(sandbox.read("repo/.git/hooks/pre-commit"), earlier);
    assert!(!try_commit(&sandbox, "repo"), "the earlier hook is executable again");
    assert!(!sandbox.path("repo/.git/scoresync-previous").exists());
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
    assert_eq!(sandbox.read("ran"), "<hook><run><pre-push><--workspace><.><--><origin>a b c d\n%s e f g\n\n");
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
    repository.uninstall_hook(HookKind::PreCommit, Some(".")).expect("it goes");
    assert_eq!(fs::read_link(&hook).expect("a link"), std::path::Path::new("../tools/check"));
}

#[test]
fn a_hook_that_took_our_place_is_not_touched() {
    let sandbox = Sandbox::with_repository();
    let (repository, command) = (sandbox.open(ROOT), command(&sandbox));
    sandbox.script("repo/.git/hooks/pre-commit", "echo first");
    repository.install_hook(HookKind::PreCommit, &command).expect("it is installed");
    sandbox.script("repo/.git/hooks/pre-commit", "echo second");
    let foreign = repository.uninstall_hook(HookKind::PreCommit, Some("."));
    assert!(matches!(foreign, Err(GitError::Hook(HookRefusal::Foreign(_)))), "{foreign:?}");
    let refused = repository.install_hook(HookKind::PreCommit, &command);
    assert!(matches!(refused, Err(GitError::Hook(HookRefusal::PreviousInTheWay(_)))), "{refused:?}");
    assert_eq!(sandbox.read("repo/.git/hooks/pre-commit"), "#!/bin/sh\necho second\n");
    assert_eq!(sandbox.read("repo/.git/scoresync-previous/pre-commit"), "#!/bin/sh\necho first\n");
}

#[test]
fn an_installation_that_died_half_way_is_finished() {
    let sandbox = Sandbox::with_repository();
    sandbox.script("repo/.git/hooks/pre-commit", "exit 0");
    let hook = sandbox.path("repo/.git/hooks/pre-commit");
    fs::create_dir(sandbox.path("repo/.git/scoresync-previous")).expect("a folder");
    fs::hard_link(&hook, sandbox.path("repo/.git/scoresync-previous/pre-commit")).expect("a second name");
    let repository = sandbox.open(ROOT);
    assert_eq!(repository.install_hook(HookKind::PreCommit, &command(&sandbox)), Ok(Installed::Chained));
    assert_eq!(repository.uninstall_hook(HookKind::PreCommit, Some(".")), Ok(Uninstalled::Removed));
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

/// Where we may put none, a person adds our line to a hook of theirs: then there is nothing more to do.
#[test]
fn a_hook_that_runs_us_is_as_good_as_ours() {
    let sandbox = Sandbox::with_repository();
    let (repository, command, kind) = (sandbox.open(ROOT), command(&sandbox), HookKind::PreCommit);
    let line = "scoresync hook run pre-commit -- \"$@\"\n";
    for (folder, path) in [(".githooks", "repo/.githooks/pre-commit"), (".git/hooks", "repo/.git/hooks/pre-commit")] {
        sandbox.git("repo", &["config", "core.hooksPath", folder]);
        let hook = sandbox.path(path);
        sandbox.write(path, &format!("#!/bin/sh\n# {line}"));
        make_executable(&hook);
        assert_eq!(state(&repository, kind), HookState::Foreign, "a comment runs nothing");
        sandbox.write(path, &format!("#!/bin/sh\nlint &&\n  {line}"));
        assert_eq!(state(&repository, kind), HookState::CallsUs { file: hook.clone(), serves: vec![".".to_owned()] });
        assert_eq!(state(&repository, HookKind::PrePush), HookState::Absent);
        assert_eq!(repository.install_hook(kind, &command), Ok(Installed::ByHook(hook.clone())));
        for named in ["--workspace 'my calls' -- \"$@\"", "--workspace='my calls'"] {
            sandbox.write(path, &format!("#!/bin/sh\nscoresync hook run pre-commit {named}\n"));
            assert_eq!(state(&repository, kind), HookState::CallsUs { file: hook.clone(), serves: vec!["my calls".to_owned()] });
        }
        let removed = repository.uninstall_hook(kind, Some("."));
        assert_eq!(removed, Err(GitError::Hook(HookRefusal::InSettings(hook.clone()))), "it is theirs to change");
        fs::set_permissions(&hook, std::os::unix::fs::PermissionsExt::from_mode(0o644)).expect("its mode is set");
        assert_eq!(state(&repository, kind), HookState::Foreign, "git does not run it");
        sandbox.write(path, "#!/bin/sh\nscoresync hook run pre-commit --workspace other\n");
        make_executable(&hook);
        let installed = repository.install_hook(kind, &command);
        assert!(!matches!(installed, Ok(Installed::ByHook(_))), "it is for another one: {installed:?}");
    }
}

#[test]
fn where_git_runs_no_hooks_that_is_told() {
    let sandbox = Sandbox::with_repository();
    let (repository, command, kind) = (sandbox.open(ROOT), command(&sandbox), HookKind::PreCommit);
    assert_eq!(repository.install_hook(kind, &command), Ok(Installed::New));
    for nowhere in ["/dev/null", ""] {
        sandbox.git("repo", &["config", "core.hooksPath", nowhere]);
        for repository in [&repository, &sandbox.open_without_program(ROOT)] {
            let found = repository.hook(kind).expect("it can be read");
            assert_eq!((found.state, found.passed_over.is_some()), (HookState::Off, true), "{nowhere:?}");
        }
        let refused = repository.install_hook(kind, &command);
        assert!(matches!(refused, Err(GitError::Hook(HookRefusal::NotAFolder(_)))), "{refused:?}");
    }
    assert_eq!(repository.uninstall_hook(kind, Some(".")), Ok(Uninstalled::Removed), "also the one that is led past");
    assert_eq!(repository.uninstall_hook(kind, Some(".")), Ok(Uninstalled::Nothing));
    assert!(!sandbox.path("repo/.git/hooks/pre-commit").exists());
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
    assert_eq!(repository.install_hook(HookKind::PreCommit, &command(&sandbox)), Ok(Installed::BesideIdle));
    assert!(matches!(state(&repository, HookKind::PreCommit), HookState::Ours { previous: None, .. }));
    assert!(try_commit(&sandbox, "repo"));
    repository.uninstall_hook(HookKind::PreCommit, Some(".")).expect("it goes");
    assert_eq!(fs::metadata(&hook).expect("it is back").permissions().mode() & 0o777, 0o644);
    make_executable(&hook);
    assert!(!try_commit(&sandbox, "repo"));
}

#[test]
fn an_earlier_hook_keeps_its_name_and_what_it_finds_beside_itself() {
    for own_folder in [false, true] {
        let sandbox = Sandbox::with_repository();
        let folder = if own_folder { "home/own hooks" } else { "repo/.git/hooks" };
        if own_folder {
            sandbox.git("repo", &["config", "core.hooksPath", &sandbox.path(folder).display().to_string()]);
        }
        let said = sandbox.path("said").display().to_string();
        sandbox.write(&format!("{folder}/lib.sh"), "word=found\n");
        sandbox.script(
            &format!("{folder}/pre-push"),
            &format!(". \"$(dirname -- \"$0\")/lib.sh\"\nprintf '%s %s %s %s' \"$(basename -- \"$0\")\" $word \"$1\" \"$(cat)\" > {said}"),
        );
        let repository = sandbox.open(ROOT);
        assert_eq!(repository.install_hook(HookKind::PrePush, &command(&sandbox)), Ok(Installed::Chained));
        sandbox.git("repo", &["init", "-q", "--bare", "../far.git"]);
        sandbox.git("repo", &["push", "-q", "../far.git", "main"]);
        let head = sandbox.git("repo", &["rev-parse", "HEAD"]);
        assert!(sandbox.read("said").starts_with("pre-push found ../far.git refs/heads/main"), "{}", sandbox.read("said"));
        assert!(sandbox.read("ran").contains(head.trim()), "ours reads the same");
        repository.uninstall_hook(HookKind::PrePush, None).expect("it goes");
        let left: Vec<_> =
            fs::read_dir(sandbox.path(folder)).expect("a folder").flatten().map(|entry| entry.file_name()).collect();
        assert!(left.iter().all(|name| !name.to_string_lossy().contains("scoresync")), "{left:?}");
        assert!(!sandbox.path("repo/.git/scoresync-previous").exists());
    }
}

/// What an early version of ours left: the earlier hook under another name, and a script that holds an absolute folder.
#[test]
fn an_early_installation_is_brought_over_with_the_hook_that_it_moved() {
    let sandbox = Sandbox::with_repository();
    let name = sandbox.path("said").display().to_string();
    let early = |folder: &str| {
        let folder = sandbox.path(folder).display().to_string();
        format!(
            "#!/bin/sh\n# scoresync-hook\nprevious=$(dirname -- \"$0\")/pre-commit.scoresync-previous\n\
             if [ -x \"$previous\" ]; then\n    \"$previous\" \"$@\" || exit $?\nfi\n\
             if ! command -v 'scoresync' >/dev/null 2>&1; then\n    echo 'no' >&2\n    exit 0\nfi\n\
             'scoresync' '-C' '{folder}' 'hook' 'run' 'pre-commit' \"$@\"\n"
        )
    };
    sandbox.script("repo/.git/hooks/pre-commit.scoresync-previous", &format!("basename -- \"$0\" > {name}"));
    fs::create_dir_all(sandbox.path("repo/teams/qa")).expect("a folder");
    sandbox.write("repo/.git/hooks/pre-commit", &early("repo/teams/qa"));
    make_executable(&sandbox.path("repo/.git/hooks/pre-commit"));
    let repository = sandbox.open(ROOT);
    assert!(matches!(state(&repository, HookKind::PreCommit), HookState::Ours { early: Some(_), previous: Some(_), .. }));
    assert_eq!(repository.install_hook(HookKind::PreCommit, &command(&sandbox)), Ok(Installed::Updated));
    let previous = sandbox.path("repo/.git/scoresync-previous/pre-commit");
    assert_eq!(state(&repository, HookKind::PreCommit), ours(&[".", "teams/qa"], Some(previous)));
    assert!(!sandbox.path("repo/.git/hooks/pre-commit.scoresync-previous").exists());
    assert!(try_commit(&sandbox, "repo"));
    assert_eq!((sandbox.read("said").trim(), sandbox.read("ran").contains("<teams/qa>")), ("pre-commit", true));
    // Removed without being brought over.
    sandbox.write("repo/.git/hooks/pre-push", &early("repo").replace("pre-commit", "pre-push"));
    sandbox.script("repo/.git/hooks/pre-push.scoresync-previous", "exit 0");
    assert_eq!(repository.uninstall_hook(HookKind::PrePush, None), Ok(Uninstalled::Removed));
    assert_eq!(sandbox.read("repo/.git/hooks/pre-push"), "#!/bin/sh\nexit 0\n");
}

#[test]
fn a_hook_serves_several_workspaces_until_each_is_taken_off() {
    let sandbox = Sandbox::with_repository();
    fs::create_dir_all(sandbox.path("repo/it's a team")).expect("a folder");
    let repository = sandbox.open(ROOT);
    for workspace in [".", "it's a team", "gone"] {
        repository.install_hook(HookKind::PreCommit, &command_for(&sandbox, workspace)).expect("it is installed");
    }
    assert_eq!(state(&repository, HookKind::PreCommit), ours(&[".", "gone", "it's a team"], None));
    assert!(try_commit(&sandbox, "repo"));
    let given = "<hook><run><pre-commit><--workspace><.><--workspace><gone><--workspace><it's a team><-->";
    assert_eq!(sandbox.read("ran"), given);
    let uninstall = |workspace| repository.uninstall_hook(HookKind::PreCommit, Some(workspace));
    assert_eq!(uninstall("."), Ok(Uninstalled::Serves(vec!["it's a team".to_owned()])), "one that is gone goes too");
    assert_eq!(state(&repository, HookKind::PreCommit), ours(&["it's a team"], None));
    assert_eq!(uninstall("it's a team"), Ok(Uninstalled::Removed));
    assert_eq!(state(&repository, HookKind::PreCommit), HookState::Absent);
}

#[test]
fn where_the_program_is_gone_the_one_of_the_search_path_is_run() {
    let sandbox = Sandbox::with_repository();
    let (repository, command) = (sandbox.open(ROOT), command(&sandbox));
    repository.install_hook(HookKind::PreCommit, &command).expect("it is installed");
    fs::create_dir(sandbox.path("bin")).expect("a folder");
    fs::rename(&command.program, sandbox.path("bin/scoresync")).expect("it moves");
    let hook = || {
        let mut hook = std::process::Command::new("sh");
        hook.arg(sandbox.path("repo/.git/hooks/pre-commit")).stdin(Stdio::null());
        hook
    };
    let lost = hook().env("PATH", "/usr/bin:/bin").output().expect("the hook starts");
    let said = String::from_utf8_lossy(&lost.stderr).into_owned();
    assert!(lost.status.success() && said.contains("help: run 'scoresync hook install --type pre-commit'"), "{said}");
    let path = format!("{}:/usr/bin:/bin", sandbox.path("bin").display());
    assert!(hook().env("PATH", path).status().expect("the hook starts").success());
    assert_eq!(sandbox.read("ran"), GIVEN);
}

#[test]
fn what_a_hook_manager_wrote_is_known_and_left_to_it() {
    let written = [
        ("call_lefthook()\n{\n  lefthook \"$@\"\n}\n", HookManager::Lefthook, "lefthook.yml", true),
        ("# File generated by pre-commit: https://pre-commit.com\n", HookManager::PreCommit, ".pre-commit-config.yaml", false),
        ("# Entrypoint for Overcommit hook integration.\n", HookManager::Overcommit, ".overcommit.yml", true),
        ("# husky\n# Created by Husky v4.3.8\n. \"$(dirname \"$0\")/husky.sh\"\n", HookManager::OldHusky, "package.json", true),
        ("if [ \"$SKIP_SIMPLE_GIT_HOOKS\" = \"1\" ]; then\n", HookManager::SimpleGitHooks, "package.json", true),
    ];
    for (text, manager, settings, writes_all) in written {
        let sandbox = Sandbox::with_repository();
        let (repository, command) = (sandbox.open(ROOT), command(&sandbox));
        sandbox.script("repo/.git/hooks/pre-commit", text);
        let kind = HookKind::PreCommit;
        assert_eq!(state(&repository, kind), HookState::Managed { manager, called_from: None });
        let refused = Err(GitError::Hook(HookRefusal::Managed { manager, kind }));
        assert_eq!(repository.install_hook(kind, &command), refused);
        assert_eq!(repository.install_hook(HookKind::PostCommit, &command).is_err(), writes_all, "{manager:?}");
        let file = sandbox.path(&format!("repo/{settings}"));
        sandbox.write(&format!("repo/{settings}"), "# run: scoresync hook run pre-commit\n  // scoresync-check\n");
        assert_eq!(state(&repository, kind), HookState::Managed { manager, called_from: None }, "a comment runs nothing");
        sandbox.write(&format!("repo/{settings}"), "run: scoresync hook run pre-commit --workspace qa\n");
        assert_eq!(state(&repository, kind), HookState::Managed { manager, called_from: Some(file.clone()) });
        assert_eq!(repository.install_hook(kind, &command), Ok(Installed::ByManager(manager, file.clone())));
        assert_eq!(repository.uninstall_hook(kind, None), Err(GitError::Hook(HookRefusal::InSettings(file))));
        assert_eq!(sandbox.read("repo/.git/hooks/pre-commit"), format!("#!/bin/sh\n{text}\n"));
    }
}

#[test]
#[cfg(unix)]
fn a_hook_or_settings_without_an_end_are_not_read_to_it() {
    let sandbox = Sandbox::with_repository();
    let (repository, command) = (sandbox.open(ROOT), command(&sandbox));
    let endless = |path: &str| std::os::unix::fs::symlink("/dev/zero", sandbox.path(path)).expect("a link");
    endless("repo/.git/hooks/post-commit");
    endless("repo/lefthook.yml");
    assert_eq!(state(&repository, HookKind::PostCommit), HookState::Foreign);
    sandbox.script("repo/.git/hooks/pre-commit", "call_lefthook()\n");
    let managed = HookState::Managed { manager: HookManager::Lefthook, called_from: None };
    assert_eq!(state(&repository, HookKind::PreCommit), managed);
    assert!(repository.install_hook(HookKind::PreCommit, &command).is_err());
}

#[test]
fn a_hook_that_git_passes_over_is_seen_and_removed() {
    let sandbox = Sandbox::with_repository();
    let (repository, command) = (sandbox.open(ROOT), command(&sandbox));
    repository.install_hook(HookKind::PreCommit, &command).expect("it is installed");
    sandbox.git("repo", &["config", "core.hooksPath", ".git/mine"]);
    let found = repository.hook(HookKind::PreCommit).expect("it can be read");
    assert_eq!((found.state, found.passed_over), (HookState::Absent, Some(sandbox.path("repo/.git/hooks/pre-commit"))));
    assert_eq!(repository.uninstall_hook(HookKind::PreCommit, Some(".")), Ok(Uninstalled::Removed));
    assert!(!sandbox.path("repo/.git/hooks/pre-commit").exists());
}

/// A call of one's own counts also beside our lines, or before our hook: nothing is checked twice.
#[test]
fn a_call_of_ones_own_counts_beside_ours() {
    let sandbox = Sandbox::with_repository();
    let (repository, kind) = (sandbox.open(ROOT), HookKind::PreCommit);
    let own = "#!/bin/sh\nscoresync hook run pre-commit --workspace .\n";
    sandbox.write("repo/.git/hooks/pre-commit", own);
    make_executable(&sandbox.path("repo/.git/hooks/pre-commit"));
    assert_eq!(repository.install_hook(kind, &command_for(&sandbox, "qa")), Ok(Installed::Chained));
    let HookState::Ours { previous: Some(previous), .. } = state(&repository, kind) else { panic!("ours runs theirs") };
    assert_eq!(repository.install_hook(kind, &command(&sandbox)), Ok(Installed::ByHook(previous.clone())));
    assert_eq!(state(&repository, kind), ours(&["qa"], Some(previous)));

    sandbox.git("repo", &["config", "core.hooksPath", ".husky/_"]);
    sandbox.write("repo/.husky/_/h", "");
    sandbox.write("repo/.husky/_/pre-commit", "#!/usr/bin/env sh\n. \"$(dirname \"$0\")/h\"");
    make_executable(&sandbox.path("repo/.husky/_/pre-commit"));
    let script = sandbox.path("repo/.husky/pre-commit");
    sandbox.write("repo/.husky/pre-commit", own);
    let installed = Installed::InScript { script: script.clone(), ends_before: None };
    assert_eq!(repository.install_hook(kind, &command_for(&sandbox, "qa")), Ok(installed));
    let both = sandbox.read("repo/.husky/pre-commit");
    assert_eq!(repository.install_hook(kind, &command(&sandbox)), Ok(Installed::ByHook(script)));
    assert_eq!(repository.install_hook(kind, &command_for(&sandbox, "qa")), Ok(Installed::Unchanged), "our own lines are ours");
    assert_eq!(sandbox.read("repo/.husky/pre-commit"), both);
}

/// Which workspaces a script runs us for is read as the shell does, as far as that is plain.
#[test]
fn a_call_is_for_the_folder_that_it_is_made_in() {
    let sandbox = Sandbox::with_repository();
    let (repository, kind) = (sandbox.open(ROOT), HookKind::PreCommit);
    let called = |line: &str| {
        sandbox.write("repo/.git/hooks/pre-commit", &format!("#!/bin/sh\n{line}\n"));
        make_executable(&sandbox.path("repo/.git/hooks/pre-commit"));
        match state(&repository, kind) {
            HookState::CallsUs { serves, .. } => serves.join(", "),
            _ => String::new(),
        }
    };
    for (line, serves) in [
        ("scoresync hook run pre-commit -- \"$@\"", "."),
        ("npx lint-staged && exec scoresync hook run pre-commit || exit 1", "."),
        ("if command -v scoresync >/dev/null; then scoresync hook run pre-commit; fi", "."),
        ("'/opt/my tools/scoresync' hook run pre-commit --workspace ./qa/ --workspace=.", "qa, ."),
        ("scoresync -C qa hook run pre-commit", "qa"),
        ("scoresync -C 'the calls' hook run pre-commit --workspace other", "other"),
        ("cd qa && scoresync hook run pre-commit", "qa"),
        ("(cd teams; scoresync -C qa hook run pre-commit)", "teams/qa"),
        ("(cd web && npm test); scoresync hook run pre-commit", "."),
        ("cd web && npm test && cd .. && scoresync hook run pre-commit", "."),
        ("cd \"$(git rev-parse --show-toplevel)\" && scoresync hook run pre-commit", "."),
        ("cd web\nscoresync -C qa hook run pre-commit # for --workspace other", "qa"),
        ("lint # not scoresync hook run pre-commit", ""),
        ("echo \"try scoresync hook run pre-commit\"", ""),
        ("echo try scoresync hook run pre-commit", ""),
        ("scoresync hook run pre-push", ""),
    ] {
        assert_eq!(called(line), serves, "{line}");
    }
}
