//! Many new files are flushed with their file system, in one go.

use super::effects::{counted, counted_worn};
use super::power::assert_nothing_can_be_lost;
use super::rows::many;
use crate::cli::world::World;
use crate::effects::can_count;
use crate::support::skipped;
use std::process::Command;

const PULL: &[&str] = &["pull"];

fn pull(command: &mut Command) {
    let ran = command.args(PULL).status().expect("the program starts");
    assert!(ran.success(), "{ran}");
}

/// A world whose files are flushed so, with the effects of its first pull; none where they are not, which is said.
fn pulled_together() -> Option<(World, Vec<String>)> {
    if !can_count() {
        return None;
    }
    let world = many();
    let effects = counted(&world, pull);
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

/// The system may refuse it, or it failed for a file that it does not name.
#[test]
fn where_that_fails_each_file_is_flushed() {
    if pulled_together().is_none() {
        return;
    }
    let world = many();
    let effects = counted_worn(&world, pull);
    assert_nothing_can_be_lost(PULL, false, &without_whole(effects.clone()));
    let single = effects.iter().filter(|effect| effect.starts_with("fsync") && effect.ends_with(".tmp")).count();
    assert!(single > 128, "{single}");
    assert!(world.read("scorecards/QA/Score 129.yaml").contains("name"));
}

/// The effects but those that failed.
fn without_whole(mut effects: Vec<String>) -> Vec<String> {
    effects.retain(|effect| !effect.starts_with("syncfs"));
    effects
}
