//! The time of a world, which only its steps move; and what somebody does at the very moment at which it is asked for.
//!
//! A command asks for the time when it begins to replace files: after it has read them, before it writes.

use jiff::{SignedDuration, Timestamp};
use std::cell::{Cell, RefCell};

/// What is done at a moment.
type Moment = (usize, Box<dyn FnOnce()>);

thread_local! {
    static SECONDS: Cell<i64> = const { Cell::new(0) };
    static MOMENT: RefCell<Option<Moment>> = const { RefCell::new(None) };
}

/// The clock of all sessions of this thread.
pub fn now() -> Timestamp {
    let due = MOMENT.with_borrow_mut(|moment| match moment {
        Some((0, _)) => moment.take(),
        Some((questions, _)) => {
            *questions -= 1;
            None
        }
        None => None,
    });
    if let Some((_, act)) = due {
        act();
    }
    Timestamp::UNIX_EPOCH + SignedDuration::from_secs(1_700_000_000 + SECONDS.get())
}

/// A new world begins.
pub fn start() {
    SECONDS.set(0);
    MOMENT.set(None);
}

/// Time goes by.
pub fn pass(seconds: u32) {
    SECONDS.set(SECONDS.get() + i64::from(seconds));
}

/// `act` happens when the time was asked for so many times from now; [`never_mind`] if that never happens.
pub fn at_question(questions: usize, act: impl FnOnce() + 'static) {
    MOMENT.set(Some((questions, Box::new(act))));
}

/// What was to happen does not.
pub fn never_mind() {
    MOMENT.set(None);
}
