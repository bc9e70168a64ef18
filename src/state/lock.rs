//! One run at a time on a workspace. The operating system holds the lock and releases it when the process ends, however
//! it ends.

use super::error::{Holder, StateError};
use super::open::prepare;
use super::private;
use jiff::Timestamp;
use std::fs::{self, File, TryLockError};
use std::io::{self, Write};
use std::path::Path;

/// Keeps other runs off the workspace until it is dropped or the process ends.
#[derive(Debug)]
pub struct WorkspaceLock {
    file: File,
}

/// Closing it is not enough: a program that another thread starts at this moment has the open file too, until it is the program.
impl Drop for WorkspaceLock {
    fn drop(&mut self) {
        // Where that fails the lock goes with the file.
        let _ = self.file.unlock();
    }
}

/// The file of a lock, and the file that says who has it.
type Names = (&'static str, &'static str);

const RUN: Names = ("run.lock", "run.holder");
const WATCH: Names = ("watch.lock", "watch.holder");
/// The file by which the process that watches is asked to go on.
const RESUME: &str = "watch.resume";

/// [`super::State::lock`].
pub(super) fn acquire(dir: &Path, command: &str, since: Timestamp) -> Result<WorkspaceLock, StateError> {
    take(dir, RUN, command, since)?.ok_or_else(|| StateError::Locked(holder(dir, RUN)))
}

/// [`super::State::lock_watch`]. A request to the process that watched before is removed.
pub(super) fn acquire_watch(dir: &Path, since: Timestamp) -> Result<WorkspaceLock, StateError> {
    let lock = take(dir, WATCH, "watch", since)?.ok_or_else(|| StateError::Watched(holder(dir, WATCH)))?;
    take_resume(dir);
    Ok(lock)
}

/// RACE: between taking the lock and writing down who has it, a second run reads who had it before. Only what a person
/// is told is wrong then.
fn take(dir: &Path, (lock, holder): Names, command: &str, since: Timestamp) -> Result<Option<WorkspaceLock>, StateError> {
    prepare(dir)?;
    let path = dir.join(lock);
    let file = private::options().create(true).truncate(false).write(true).open(&path).map_err(StateError::at(&path))?;
    match file.try_lock() {
        Ok(()) => {}
        Err(TryLockError::WouldBlock) => return Ok(None),
        Err(TryLockError::Error(error)) => return Err(StateError::at(&path)(error)),
    }
    let command = command.replace(['\n', '\r'], " ");
    let words = format!("{}\n{since}\n{command}\n", std::process::id());
    let holder = dir.join(holder);
    write(&holder, &words).map_err(StateError::at(&holder))?;
    Ok(Some(WorkspaceLock { file }))
}

fn holder(dir: &Path, (_, holder): Names) -> Option<Holder> {
    let words = fs::read_to_string(dir.join(holder)).ok()?;
    let mut lines = words.lines();
    let (pid, since) = (lines.next()?.parse().ok()?, lines.next()?.parse().ok()?);
    Some(Holder { pid, since, command: lines.next()?.to_owned() })
}

/// [`super::State::ask_resume`].
pub(super) fn ask_resume(dir: &Path) -> Result<(), StateError> {
    let path = dir.join(RESUME);
    write(&path, "").map_err(StateError::at(&path))
}

fn write(path: &Path, words: &str) -> io::Result<()> {
    private::options().create(true).truncate(true).write(true).open(path)?.write_all(words.as_bytes())
}

/// [`super::State::take_resume`]. It is asked every second of a pause, and a look costs less than to try to remove what is not
/// there.
pub(super) fn take_resume(dir: &Path) -> bool {
    let path = dir.join(RESUME);
    path.exists() && fs::remove_file(path).is_ok()
}
