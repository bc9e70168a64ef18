//! [`Locked`]: a session that keeps other runs off its workspace. Verbs that change files, state or dashboard exist on it only.
//!
//! Nobody holds it while a person thinks: a command looks, asks, and locks when the answer is there. Whatever changed in
//! between is noticed by the checks that every effect makes.

use crate::engine::error::Halt;
use crate::engine::session::Session;
use crate::git::{MovesEnd, Repository};
use crate::state::{GitPosition, RunId, State, StateError, WorkspaceLock};
use jiff::Timestamp;
use std::ops::{Deref, DerefMut};
use std::time::{Duration, Instant};
use tracing::debug;

/// Between two tries to get the lock.
const RETRY_EVERY: Duration = Duration::from_millis(25);

/// A session whose workspace no other run may change.
pub struct Locked<'a> {
    session: &'a mut Session,
    lock: WorkspaceLock,
    /// The run in which it keeps what it replaces in the dashboard, once it has one: one for all, as there are only so many.
    pub(in crate::engine) kept_in: Option<RunId>,
}

impl Session {
    /// Locks the workspace for `command`, a word that others are shown. A watcher holds the lock for moments only and is
    /// waited for, up to `patience`; any other holder is an error at once. Blocks the thread.
    ///
    /// # Errors
    /// [`StateError::Locked`] if another run has it; [`StateError::Gone`] if the state was removed beneath this run; the lock file
    /// cannot be written.
    pub fn lock(&mut self, command: &str, patience: Duration) -> Result<Locked<'_>, Halt> {
        let began = Instant::now();
        let (lock, at) = self.acquire(command, patience).inspect_err(|error| match error {
            StateError::Locked(holder) => {
                let by = holder.as_ref().map(|holder| holder.command.as_str());
                debug!(command, by, waited = ?began.elapsed(), "another run has the lock");
            }
            _ => debug!(command, "the lock cannot be taken"),
        })?;
        debug!(command, waited = ?began.elapsed(), "locked");
        let position = self.git_position(at);
        self.state.set_git_position(position);
        Ok(Locked { session: self, lock, kept_in: None })
    }

    /// Where git is: what it brings from here on comes after the bases that are recorded now.
    fn git_position(&self, at: Timestamp) -> Option<GitPosition> {
        let repository = Repository::discover(self.workspace.root(), self.git.clone()?).ok()??;
        let MovesEnd { head, end } = repository.moves_end()?;
        Some(GitPosition { head: head.to_string(), moves: end, at })
    }

    /// The lock, and when it was taken.
    fn acquire(&self, command: &str, mut patience: Duration) -> Result<(WorkspaceLock, Timestamp), StateError> {
        if self.state.is_copy() {
            return Err(StateError::Denied(self.state.folder().to_owned()));
        }
        // A folder that somebody removed is not made again for its lock.
        self.require_state()?;
        let (lock, now) = loop {
            let now = (self.config.now)();
            match State::lock(self.state.folder(), command, now) {
                Err(StateError::Locked(holder))
                    if !patience.is_zero() && holder.as_ref().is_none_or(|one| one.command == "watch") =>
                {
                    std::thread::sleep(RETRY_EVERY);
                    patience = patience.saturating_sub(RETRY_EVERY);
                }
                result => break (result?, now),
            }
        };
        // RACE: who removes it from here on, without the lock, is noticed by the next run.
        self.require_state()?;
        Ok((lock, now))
    }

    /// Without its state nothing can be recorded any more.
    ///
    /// # Errors
    /// [`StateError::Gone`] if it was removed beneath this run.
    pub(in crate::engine) fn require_state(&self) -> Result<(), StateError> {
        if self.state.is_in_place() { Ok(()) } else { Err(StateError::Gone(self.state.folder().to_owned())) }
    }
}

impl Locked<'_> {
    /// Gives the session back, and the lock to whoever keeps other runs off a little longer.
    pub(in crate::engine) fn into_lock(self) -> WorkspaceLock {
        self.lock
    }
}

impl Deref for Locked<'_> {
    type Target = Session;

    fn deref(&self) -> &Session {
        self.session
    }
}

impl DerefMut for Locked<'_> {
    fn deref_mut(&mut self) -> &mut Session {
        self.session
    }
}
