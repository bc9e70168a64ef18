//! Repositories whose hooks husky runs: our lines stand in its script, and what it generates stays its own.

use super::sandbox::{Sandbox, make_executable};
use crate::support::skipped;
use scoresync::git::{HookCommand, HookKind, HookState, Installed, Uninstalled};
use std::fs;
use std::path::Path;
use std::process::Command;

const ROOT: &str = "repo/scorecards";
const STUB: &str = "#!/usr/bin/env sh\n. \"$(dirname \"$0\")/h\"";
/// As husky 9 does it: the script is found by the name under which the hook was called.
const RUNNER: &str = "#!/usr/bin/env sh\nscript=$(dirname \"$(dirname \"$0\")\")/$(basename \"$0\")\n\
                      [ -f \"$script\" ] || exit 0\nsh -e \"$script\" \"$@\"\n";

/// A repository as husky 9 leaves it, with a script of the team for each hook.
fn with_husky() -> Sandbox {
    let sandbox = Sandbox::with_repository();
    generate(&sandbox);
    let ran = sandbox.path("ran").display().to_string();
    for kind in HookKind::ALL {
        sandbox.write(&format!("repo/.husky/{}", kind.name()), &format!("echo team {} >> {ran}\n", kind.name()));
    }
    sandbox
}

/// What `npm install` does again and again.
fn generate(sandbox: &Sandbox) {
    fs::remove_dir_all(sandbox.path("repo/.husky/_")).ok();
    sandbox.git("repo", &["config", "core.hooksPath", ".husky/_"]);
    sandbox.write("repo/.husky/_/.gitignore", "*");
    sandbox.write("repo/.husky/_/h", RUNNER);
    for name in ["pre-commit", "post-commit", "pre-push", "commit-msg"] {
        sandbox.write(&format!("repo/.husky/_/{name}"), STUB);
        make_executable(&sandbox.path(&format!("repo/.husky/_/{name}")));
    }
}

/// A `scoresync` on the search path of hooks that writes what it was given.
fn tool(sandbox: &Sandbox) -> HookCommand {
    let ran = sandbox.path("ran").display().to_string();
    sandbox.script("bin/scoresync", &format!("echo ours \"$@\" >> {ran}\n[ \"$3\" != pre-push ] || cat >> {ran}"));
    HookCommand { program: sandbox.path("bin/scoresync").display().to_string(), workspace: ".".to_owned() }
}

/// Runs git with the tool on the search path; what the hooks did.
fn hooked(sandbox: &Sandbox, args: &[&str]) -> String {
    fs::remove_file(sandbox.path("ran")).ok();
    let path = format!("{}:/usr/local/bin:/usr/bin:/bin", sandbox.path("bin").display());
    let mut git = Command::new("git");
    git.args(args).current_dir(sandbox.path("repo")).env("PATH", path).env("HOME", sandbox.path("home"));
    let output = git.env("GIT_CONFIG_NOSYSTEM", "1").output().expect("git runs");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    fs::read_to_string(sandbox.path("ran")).unwrap_or_default()
}

fn commit(sandbox: &Sandbox) -> String {
    hooked(sandbox, &["commit", "-q", "--allow-empty", "-m", "x"])
}

#[test]
fn the_script_that_husky_runs_gets_our_lines_and_loses_them_again() {
    let sandbox = with_husky();
    let (repository, command) = (sandbox.open(ROOT), tool(&sandbox));
    let scripts = HookKind::ALL.map(|kind| sandbox.read(&format!("repo/.husky/{}", kind.name())));
    for kind in HookKind::ALL {
        let script = sandbox.path(&format!("repo/.husky/{}", kind.name()));
        let installed = repository.install_hook(kind, &command);
        assert_eq!(installed, Ok(Installed::InScript { script: script.clone(), ends_before: None }));
        assert_eq!(repository.install_hook(kind, &command), Ok(Installed::Unchanged));
        let serves = vec![".".to_owned()];
        let expected = HookState::InScript { script, serves, ends_before: None, is_run: true };
        assert_eq!(repository.hook(kind).expect("it can be read").state, expected);
    }
    generate(&sandbox);
    let expected = "team pre-commit\nours hook run pre-commit --workspace . --\n\
                    team post-commit\nours hook run post-commit --workspace . --\n";
    assert_eq!(commit(&sandbox), expected, "the team's commands run, then ours, after husky wrote its folder again");
    sandbox.git("repo", &["init", "-q", "--bare", "../far.git"]);
    sandbox.write("repo/.husky/pre-push", &format!("cat > /dev/null\n{}", sandbox.read("repo/.husky/pre-push")));
    repository.install_hook(HookKind::PrePush, &command).expect("it is installed");
    let pushed = hooked(&sandbox, &["push", "-q", "../far.git", "main"]);
    assert!(pushed.contains("-- ../far.git ../far.git\nrefs/heads/main"), "ours is told what is pushed: {pushed}");
    sandbox.write("repo/.husky/pre-push", &sandbox.read("repo/.husky/pre-push").replacen("cat > /dev/null\n", "", 1));
    for (kind, script) in HookKind::ALL.into_iter().zip(scripts) {
        assert_eq!(repository.uninstall_hook(kind, Some(".")), Ok(Uninstalled::Removed));
        assert_eq!(sandbox.read(&format!("repo/.husky/{}", kind.name())), script);
    }
}

#[test]
fn a_script_that_ends_early_is_told_of_and_one_of_ours_alone_goes_whole() {
    let sandbox = with_husky();
    let (repository, command) = (sandbox.open(ROOT), tool(&sandbox));
    sandbox.write("repo/.husky/pre-commit", "npm test\nexit 0\n");
    let installed = repository.install_hook(HookKind::PreCommit, &command).expect("it is installed");
    assert!(matches!(installed, Installed::InScript { ends_before: Some(2), .. }), "{installed:?}");
    fs::remove_file(sandbox.path("repo/.husky/post-commit")).expect("it goes");
    repository.install_hook(HookKind::PostCommit, &command).expect("it is installed");
    assert!(sandbox.path("repo/.husky/post-commit").exists());
    repository.uninstall_hook(HookKind::PostCommit, Some(".")).expect("it goes");
    assert!(!sandbox.path("repo/.husky/post-commit").exists());
    let found = repository.hook(HookKind::PostCommit).expect("it can be read").state;
    assert!(matches!(found, HookState::Managed { called_from: None, .. }), "{found:?}");
}

/// What an early version did: husky's hook lost its name, and with it the script.
#[test]
fn a_hook_of_husky_that_was_moved_aside_gets_its_place_back() {
    for is_kept in [true, false] {
        let sandbox = with_husky();
        let early = "#!/bin/sh\n# scoresync-hook\nexit 0\n";
        if is_kept {
            fs::rename(sandbox.path("repo/.husky/_/pre-commit"), sandbox.path("repo/.husky/_/pre-commit.scoresync-previous"))
                .expect("it moves");
        }
        sandbox.write("repo/.husky/_/pre-commit", early);
        make_executable(&sandbox.path("repo/.husky/_/pre-commit"));
        assert!(!commit(&sandbox).contains("team pre-commit"), "as it was seen");
        sandbox.open(ROOT).install_hook(HookKind::PreCommit, &tool(&sandbox)).expect("it is installed");
        assert!(commit(&sandbox).starts_with("team pre-commit\nours hook run pre-commit"));
        assert!(!sandbox.path("repo/.husky/_/pre-commit.scoresync-previous").exists());
    }
}

/// husky 5 to 8: git runs the scripts themselves, which are committed.
#[test]
fn scripts_that_git_runs_itself_get_our_lines_too() {
    let sandbox = Sandbox::with_repository();
    let (repository, command) = (sandbox.open(ROOT), tool(&sandbox));
    let ran = sandbox.path("ran").display().to_string();
    sandbox.git("repo", &["config", "core.hooksPath", ".husky"]);
    sandbox.write(
        "repo/.husky/_/husky.sh",
        "[ -n \"$husky_skip_init\" ] || { export husky_skip_init=1; sh -e \"$0\" \"$@\"; exit $?; }\n",
    );
    sandbox.script("repo/.husky/pre-commit", &format!(". \"$(dirname -- \"$0\")/_/husky.sh\"\n\necho team >> {ran}"));
    for kind in [HookKind::PreCommit, HookKind::PostCommit] {
        repository.install_hook(kind, &command).expect("it is installed");
    }
    let expected = "team\nours hook run pre-commit --workspace . --\nours hook run post-commit --workspace . --\n";
    assert_eq!(commit(&sandbox), expected);
    repository.uninstall_hook(HookKind::PostCommit, Some(".")).expect("it goes");
    assert!(!sandbox.path("repo/.husky/post-commit").exists(), "it was ours alone");
}

/// With husky itself, where npm can give it.
#[test]
fn the_husky_of_npm_runs_both() {
    let sandbox = Sandbox::with_repository();
    let run = |words: &[&str]| {
        let mut command = Command::new(words[0]);
        command.args(&words[1..]).current_dir(sandbox.path("repo")).env("GIT_CONFIG_NOSYSTEM", "1");
        command.output().is_ok_and(|output| output.status.success())
    };
    let got = run(&["npm", "init", "-y"])
        && run(&["npm", "install", "--prefer-offline", "--no-audit", "--fetch-retries=0", "-D", "husky@9"])
        && run(&["npx", "--no-install", "husky"]);
    if !got || !Path::new(&sandbox.path("repo/.husky/_/h")).exists() {
        skipped("npm is not there, or cannot give husky");
        return;
    }
    let ran = sandbox.path("ran").display().to_string();
    sandbox.write("repo/.husky/pre-commit", &format!("echo team >> {ran}\n"));
    let (repository, command) = (sandbox.open(ROOT), tool(&sandbox));
    let installed = repository.install_hook(HookKind::PreCommit, &command).expect("it is installed");
    assert!(matches!(installed, Installed::InScript { .. }), "{installed:?}");
    assert!(run(&["npx", "--no-install", "husky"]), "it writes its folder again");
    assert_eq!(commit(&sandbox), "team\nours hook run pre-commit --workspace . --\n");
    assert_eq!(repository.uninstall_hook(HookKind::PreCommit, Some(".")), Ok(Uninstalled::Removed));
    assert_eq!(commit(&sandbox), "team\n");
}
