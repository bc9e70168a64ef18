//! A program whose effects on the world are counted (`effects.c`), can be its last ones, or fail.

use crate::support::skipped;
use std::path::PathBuf;
use std::process::Command;
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
    let source = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/it/effects/effects.c");
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

/// Loads it into a program.
pub fn with_effects(command: &mut Command) -> &mut Command {
    command.env("LD_PRELOAD", library().expect("whoever needs it asked whether that is possible"))
}
