//! The program with its effects counted (`effects.c`): every write, flush, rename, link, removal, folder and message, of which
//! each can be its last.

use super::super::world::World;
use crate::support::skipped;
use std::path::PathBuf;
use std::process::{Command, Stdio};
use std::sync::OnceLock;

/// What is loaded into the program; none where it cannot be made, which is said.
fn library() -> Option<&'static PathBuf> {
    static LIBRARY: OnceLock<Option<PathBuf>> = OnceLock::new();
    LIBRARY.get_or_init(|| compiled().map_err(|why| skipped(&why)).ok()).as_ref()
}

fn compiled() -> Result<PathBuf, String> {
    if !cfg!(all(target_os = "linux", target_env = "gnu")) {
        return Err("effects are counted on Linux with glibc only".to_owned());
    }
    let folder = PathBuf::from(env!("CARGO_TARGET_TMPDIR"));
    // Tests run at the same time in processes of their own.
    let (library, mine) = (folder.join("effects.so"), folder.join(format!("effects-{}.so", std::process::id())));
    let source = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/it/cli/sweep/effects.c");
    let made = Command::new("cc").args(["-O1", "-shared", "-fPIC", "-o"]).arg(&mine).args([source, "-ldl"]).output();
    let made = made.map_err(|error| format!("there is no C compiler: {error}"))?;
    assert!(made.status.success(), "{}", String::from_utf8_lossy(&made.stderr));
    std::fs::rename(&mine, &library).map_err(|error| error.to_string())?;
    Ok(library)
}

/// Whether effects can be counted here.
pub fn can_count() -> bool {
    library().is_some()
}

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

fn loaded(command: &mut Command) -> &mut Command {
    let library = library().expect("whoever kills asked whether that is possible");
    command.env("LD_PRELOAD", library).stdout(Stdio::null()).stderr(Stdio::null())
}
