//! Following a workspace while people edit on both sides: the loop that turns what happens into errands.
//!
//! The loop ([`Follow::run`]) is a thin shell: it waits for file events, the dashboard's hints, a person's keys and the
//! clock, tells them to the pure [`Policy`], and carries out the step that this names. Steps are verbs of [`Session`](super::Session) on just the
//! scores that changed; nothing is planned, merged or written here.
//!
//! ```text
//! files ─ debounce ─┐                     ┌─ Look     here: offline status of these files
//! hints ────────────┼─ Policy ── Step ────┼─ AskGit   is it a good moment?
//! orders ───────────┤    ▲                ├─ Survey, Poll, Pull, Push   there: one errand at a time
//! clock ────────────┘    └──── answers ───┘
//! ```
//!
//! Looking goes on while an errand is under way, with a session of its own. The workspace lock is held during pulls and
//! pushes only, so that other commands work beside a watcher; what they did is noticed by the state's generation. Nothing that
//! the loop believes is recorded: a restart compares everything and goes on.

mod answers;
mod errand;
mod event;
mod git;
mod item;
mod pace;
mod pause;
mod places;
mod policy;
#[cfg(test)]
mod policy_tests;
mod remark;
mod run;
mod say;
mod verdict;

pub use event::{Doing, Event, Picture, Waiting};
pub use item::{Files, Wait};
pub use pause::{Pause, PauseWhy};
pub use policy::{GitSeen, Moved, Policy, Rules, Seen, Step, Trouble, Verdict};
pub use remark::Remark;
pub use run::{End, Follow, Order, Sources, Voice};
