//! The program with its effects counted (`effects.c`): every write, flush, rename, link, removal, folder and message, of which
//! each can be its last.

use super::super::world::World;
use crate::effects::with_effects;
use std::process::{Command, Stdio};

/// The effects of a command, in their order.
pub fn counted(world: &World, run: impl FnOnce(&mut Command)) -> Vec<String> {
    let log = tempfile::NamedTempFile::new().expect("a file");
    run(loaded(&mut world.command(&[])).env("EFFECTS_LOG", log.path()));
    let lines = std::fs::read_to_string(log.path()).expect("a log");
    lines.lines().map(str::to_owned).collect()
}

/// Runs a command that dies at its effect number `at`, from 1.
pub fn killed(world: &World, at: usize, run: impl FnOnce(&mut Command)) {
    let mut command = world.command(&[]);
    loaded(&mut command).env("EFFECTS_KILL", at.to_string());
    if at.is_multiple_of(2) {
        command.env("EFFECTS_HALF", "1");
    }
    run(&mut command);
}

/// [`counted`] where no file system can be flushed as a whole.
pub fn counted_worn(world: &World, run: impl FnOnce(&mut Command)) -> Vec<String> {
    counted(world, |command| run(command.env("EFFECTS_WORN", "1")))
}

fn loaded(command: &mut Command) -> &mut Command {
    with_effects(command).stdout(Stdio::null()).stderr(Stdio::null())
}
