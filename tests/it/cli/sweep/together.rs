//! Many new files are flushed with their file system, in one go.

use super::effects::{counted, worn};
use super::power::assert_nothing_can_be_lost;
use super::rows::many;
use crate::cli::world::World;
use crate::effects::can_count;
use crate::support::skipped;

const PULL: &[&str] = &["pull"];

/// A world whose files are flushed so, with the effects of its first pull; none where they are not, which is said.
fn pulled_together() -> Option<(World, Vec<String>)> {
    if !can_count() {
        return None;
    }
    let world = many();
    let effects = counted(&world, |command| drop(command.args(PULL).output().expect("the program starts")));
    let is_together = effects.iter().any(|effect| effect.starts_with("syncfs"));
    if !is_together {
        skipped("the file system of temporary folders is flushed by files only");
    }
    is_together.then_some((world, effects))
}

#[test]
fn many_new_files_are_flushed_once() {
    let Some((_, effects)) = pulled_together() else { return };
    assert_nothing_can_be_lost(PULL, false, &effects);
    let times = |what: &str| effects.iter().filter(|effect| effect.starts_with(what) && effect.contains("/scorecards")).count();
    let [whole, single] = ["syncfs", "fsync"].map(times);
    assert!(whole == 1 && single < 10, "{whole} flushes of all, {single} of files and folders");
}

#[test]
fn files_that_could_not_be_flushed_are_not_put_in_place() {
    if pulled_together().is_none() {
        return;
    }
    let world = many();
    let said = worn(&world, PULL);
    assert!(said.starts_with("exit 6\n") && said.contains("Input/output error"), "{said}");
    let entries = std::fs::read_dir(world.folder().join("scorecards/QA")).expect("a folder");
    let files = entries.filter(|entry| entry.as_ref().is_ok_and(|entry| entry.path().is_file())).count();
    assert_eq!(files, 0, "nor is anything left beside their places");
    let said = world.run(PULL);
    assert!(said.starts_with("exit 0\n"), "{said}");
    assert!(world.read("scorecards/QA/Score 129.yaml").contains("name"), "the next pull brings them");
}
