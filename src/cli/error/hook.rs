//! Why a hook is not installed or removed, and what to do instead, in words.

use super::problem::Problem;
use crate::cli::exit::Exit;
use crate::cli::text::quoted;
use crate::git::{AwaitedManager, HookKind, HookManager, HookRefusal};

/// A refusal without the way out that depends on the workspace.
pub(super) fn refused(refusal: &HookRefusal) -> Problem {
    let problem = Problem::new(Exit::Guard, "HOOK_REFUSED", refusal.to_string());
    match refusal {
        HookRefusal::NotAFolder(_) => problem.help("git config --show-origin core.hooksPath    # says where to unset it"),
        HookRefusal::PreviousInTheWay(_) => problem.help("merge the two hooks by hand, then run it again"),
        HookRefusal::InSettings(_) => problem.help("remove it there"),
        HookRefusal::Committed(_) | HookRefusal::Shared(_) | HookRefusal::Managed { .. } | HookRefusal::Foreign(_) => problem,
    }
}

/// The same with what a person can add where we may not: to their own hook, or to the settings of a hook manager.
/// `workspace` is seen from the top of the working tree.
pub fn not_installed(refusal: &HookRefusal, kind: HookKind, workspace: &str) -> Problem {
    let problem = refused(refusal);
    match refusal {
        HookRefusal::Committed(folder) | HookRefusal::Shared(folder) => {
            let hook = folder.join(kind.name());
            problem.help(format!(
                "add this line to {}, and make it executable: {} -- \"$@\"",
                hook.display(),
                call(kind, workspace)
            ))
        }
        HookRefusal::Managed { manager, .. } => {
            let file = manager.settings().first().copied().unwrap_or_default();
            problem.help(stanza(*manager, file, kind, workspace))
        }
        _ => problem,
    }
}

/// A hook manager is set up to write the hook, and has not yet: what is installed now, it would replace.
pub fn awaited(awaited: &AwaitedManager, kind: HookKind, workspace: &str) -> Problem {
    let AwaitedManager { manager, settings, calls_us } = awaited;
    let (manager_name, name) = (manager.name(), kind.name());
    let message = format!("{manager_name} is set up to write the {name} hook of this repository: nothing was installed");
    let then = match calls_us {
        true => format!("{}    # it runs scoresync then: its settings say so", set_up(*manager, kind)),
        false => stanza(*manager, settings, kind, workspace),
    };
    let anyway = format!("scoresync hook install --type {name} --force    # if you do not use {manager_name} here");
    Problem::new(Exit::Guard, "HOOK_REFUSED", message).at(settings).help(then).help(anyway)
}

/// The command by which a hook manager writes its hooks.
fn set_up(manager: HookManager, kind: HookKind) -> &'static str {
    match (manager, kind) {
        (HookManager::Husky, _) => "npx husky",
        (HookManager::Lefthook, _) => "lefthook install",
        (HookManager::PreCommit, HookKind::PreCommit) => "pre-commit install",
        (HookManager::PreCommit, HookKind::PostCommit) => "pre-commit install --hook-type post-commit",
        (HookManager::PreCommit, HookKind::PrePush) => "pre-commit install --hook-type pre-push",
        (HookManager::Overcommit, _) => "overcommit --sign",
        (HookManager::OldHusky, _) => "npm install",
        (HookManager::SimpleGitHooks, _) => "npx simple-git-hooks",
    }
}

/// The command that a hook runs.
fn call(kind: HookKind, workspace: &str) -> String {
    let workspace = if workspace == "." { String::new() } else { format!(" --workspace {}", quoted(workspace)) };
    format!("scoresync hook run {}{workspace}", kind.name())
}

/// What to add to the settings of a hook manager, in `file`. `pre-push` is told what is pushed by its arguments and stdin, which each
/// manager hands on in its own way.
fn stanza(manager: HookManager, file: &str, kind: HookKind, workspace: &str) -> String {
    let (call, name, reads) = (call(kind, workspace), kind.name(), kind == HookKind::PrePush);
    let lines = match manager {
        HookManager::Husky => return format!("add this line to husky's {name} script: {call} -- \"$@\""),
        HookManager::Lefthook => {
            let (arguments, stdin) = if reads { (" -- {0}", "\n      use_stdin: true") } else { ("", "") };
            format!("{name}:\n  commands:\n    scoresync:\n      run: {call}{arguments}{stdin}")
        }
        HookManager::PreCommit => {
            let hook = format!(
                "- id: scoresync-{name}\n        name: scoresync\n        entry: {call}\n        language: system\n        \
                 always_run: true\n        pass_filenames: false\n        stages: [{name}]"
            );
            format!("repos:\n  - repo: local\n    hooks:\n      {hook}")
        }
        HookManager::Overcommit => {
            let section = name.split('-').map(capitalised).collect::<String>();
            let words: Vec<String> = call.split(' ').map(|word| format!("'{}'", word.trim_matches('\''))).collect();
            let words = words.join(", ");
            format!("{section}:\n  Scoresync:\n    enabled: true\n    command: [{words}]")
        }
        HookManager::OldHusky => {
            let call = if reads { format!("echo $HUSKY_GIT_STDIN | {call} -- $HUSKY_GIT_PARAMS") } else { call };
            format!("\"husky\": {{ \"hooks\": {{ \"{name}\": \"{call}\" }} }}")
        }
        HookManager::SimpleGitHooks => {
            let arguments = if reads { " -- $@" } else { "" };
            format!("\"simple-git-hooks\": {{ \"{name}\": \"{call}{arguments}\" }}")
        }
    };
    let lines: String = lines.lines().map(|line| format!("\n    {line}")).collect();
    format!("add this to {file}, and run `{}`:{lines}", set_up(manager, kind))
}

fn capitalised(word: &str) -> String {
    let mut letters = word.chars();
    letters.next().map(|first| first.to_uppercase().chain(letters).collect()).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_manager_is_told_in_its_own_words() {
        let said = |manager: HookManager| stanza(manager, manager.settings()[0], HookKind::PreCommit, "teams/qa");
        insta::assert_snapshot!(said(HookManager::PreCommit), @r"
        add this to .pre-commit-config.yaml, and run `pre-commit install`:
            repos:
              - repo: local
                hooks:
                  - id: scoresync-pre-commit
                    name: scoresync
                    entry: scoresync hook run pre-commit --workspace teams/qa
                    language: system
                    always_run: true
                    pass_filenames: false
                    stages: [pre-commit]
        ");
        insta::assert_snapshot!(said(HookManager::Overcommit), @r"
        add this to .overcommit.yml, and run `overcommit --sign`:
            PreCommit:
              Scoresync:
                enabled: true
                command: ['scoresync', 'hook', 'run', 'pre-commit', '--workspace', 'teams/qa']
        ");
        insta::assert_snapshot!(stanza(HookManager::Lefthook, ".lefthook.yml", HookKind::PrePush, "."), @r"
        add this to .lefthook.yml, and run `lefthook install`:
            pre-push:
              commands:
                scoresync:
                  run: scoresync hook run pre-push -- {0}
                  use_stdin: true
        ");
        insta::assert_snapshot!(stanza(HookManager::OldHusky, "package.json", HookKind::PreCommit, "."), @r#"
        add this to package.json, and run `npm install`:
            "husky": { "hooks": { "pre-commit": "scoresync hook run pre-commit" } }
        "#);
    }
}
