//! One run at a time on a workspace. The lock is the system's and ends with the process, however it ends.

use super::open::prepare;
use super::{Holder, StateError};
use jiff::Timestamp;
use std::fs::{self, File, TryLockError};
use std::path::Path;

/// Keeps other runs off the workspace until it is dropped or the process ends.
#[derive(Debug)]
pub struct WorkspaceLock {
    _file: File,
}

/// [`super::State::lock`].
///
/// RACE: between taking the lock and writing down who has it, a second run reads who had it before. Only words.
pub(super) fn acquire(dir: &Path, command: &str, since: Timestamp) -> Result<WorkspaceLock, StateError> {
    prepare(dir)?;
    let path = dir.join("run.lock");
    let file = File::options().create(true).truncate(false).write(true).open(&path).map_err(StateError::at(&path))?;
    match file.try_lock() {
        Ok(()) => {}
        Err(TryLockError::WouldBlock) => return Err(StateError::Locked(holder(dir))),
        Err(TryLockError::Error(error)) => return Err(StateError::at(&path)(error)),
    }
    let command = command.replace(['\n', '\r'], " ");
    let words = format!("{}\n{since}\n{command}\n", std::process::id());
    let holder = dir.join("run.holder");
    fs::write(&holder, words).map_err(StateError::at(&holder))?;
    Ok(WorkspaceLock { _file: file })
}

fn holder(dir: &Path) -> Option<Holder> {
    let words = fs::read_to_string(dir.join("run.holder")).ok()?;
    let mut lines = words.lines();
    let (pid, since) = (lines.next()?.parse().ok()?, lines.next()?.parse().ok()?);
    Some(Holder { pid, since, command: lines.next()?.to_owned() })
}
