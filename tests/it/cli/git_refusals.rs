//! Where git cannot tell which version files are: the cause is named, with a command that ends it.

use super::world::{TONE, World, commented};
use crate::support::give_away;

/// A text that is no version.
fn unheard_of() -> String {
    commented("tone-3") + "# mine\n"
}

/// Forgets what the workspace remembers, so that only content and git tell which version files are.
fn forget(world: &World) {
    std::fs::remove_dir_all(world.folder().join(".scoresync")).expect("it goes");
}

/// The command after `help: `, without what is said about it.
fn help(said: &str, start: &str) -> String {
    let line = said.lines().find_map(|line| line.trim().strip_prefix("help: ").filter(|line| line.starts_with(start)));
    let line = line.unwrap_or_else(|| panic!("no help {start:?} in {said}"));
    line.split("    ").next().unwrap_or_default().to_owned()
}

#[test]
fn a_repository_of_somebody_else_is_named_with_the_command_that_trusts_it() {
    let world = World::three_commits();
    world.write(TONE, &unheard_of());
    if !give_away(&world.folder()) {
        return;
    }
    assert!(world.try_git(&["status"]).2.contains("dubious ownership"), "git itself refuses");
    let said = world.run(&["push", "-n"]);
    assert!(said.contains("warning: git cannot tell which version the files are: ~/work: git does not trust"), "{said}");
    forget(&world);
    let said = world.run(&["push"]);
    assert!(said.starts_with("exit 6\n") && !said.contains("pull first"), "{said}");
    assert!(said.contains("it is not known which version the files come from: ~/work: git does not trust"), "{said}");
    assert_eq!(world.run(&["hook", "install"]).lines().next(), Some("exit 7"));
    let command = help(&world.run(&["hook", "install"]), "git config").replace('~', &world.home());
    assert!(world.shell(&command).starts_with("exit 0\n"), "{command}");
    let said = world.run(&["push"]);
    assert!(said.starts_with("exit 0\n") && said.contains("pushed      Tone"), "{said}");
    assert!(world.run(&["hook", "install"]).starts_with("exit 0\n"));
}

#[test]
fn what_git_is_told_by_its_environment_holds() {
    let mut world = World::three_commits();
    world.write(TONE, &unheard_of());
    forget(&world);
    if !give_away(&world.folder()) {
        return;
    }
    for (name, value) in [("GIT_CONFIG_COUNT", "1"), ("GIT_CONFIG_KEY_0", "safe.directory"), ("GIT_CONFIG_VALUE_0", "*")] {
        world.set(name, value);
    }
    let said = world.run(&["push"]);
    assert!(said.starts_with("exit 0\n") && said.contains("pushed      Tone"), "{said}");
    assert!(world.run(&["hook", "install"]).starts_with("exit 0\n"));
}

#[test]
fn a_clone_that_lacks_something_is_named_with_the_command_that_completes_it() {
    for (option, what) in [("--depth=1", "shallow"), ("--filter=blob:none", "partial")] {
        let world = World::three_commits();
        world.write(TONE, &unheard_of());
        world.commit("an edit that was never pushed");
        world.git(&["config", "uploadpack.allowFilter", "true"]);
        let source = format!("file://{}", world.folder().display());
        world.git(&["clone", "-q", option, &source, "../clone"]);
        let at = |args: &[&str]| world.run(&[&["-C", "../clone"], args].concat());
        let said = at(&["push"]);
        assert!(said.starts_with("exit 6\n") && !said.contains("pull first"), "{said}");
        assert!(said.contains(&format!("it is not known which version the files come from: this clone is {what}")), "{said}");
        for args in [&["status"][..], &["pull", "-n"]] {
            assert!(at(args).contains(&format!("this clone is {what}")), "{}", at(args));
        }
        let complete = world.shell(&format!("{} -q", help(&said, "git -C ../clone fetch")));
        assert!(complete.starts_with("exit 0\n"), "{complete}");
        let said = at(&["push"]);
        assert!(said.starts_with("exit 0\n") && said.contains("pushed      Tone"), "{said}");
        assert_eq!(world.versions("tone").len(), 4);
    }
}
