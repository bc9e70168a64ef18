//! Following a workspace while people edit on both sides: the loop that turns what happens into tasks.
//!
//! The loop ([`Follow::run`]) is a thin shell: it waits for file events, the dashboard's events, a person's keys and the
//! clock, tells them to the pure [`Policy`], and carries out the step that this names. Steps are verbs on just the
//! scores that changed; nothing is planned, merged or written here.
//!
//! ```text
//! files ─ debounce ──┐                         ┌─ LocalStatus                   here: offline status of these files
//! events ────────────┼─ Policy ── NextStep ────┼─ CheckGit                      is it a good moment?
//! commands ──────────┤    ▲                    ├─ FullCompare, Poll, Pull, Push there: one task at a time
//! clock ─────────────┘    └────── answers ─────┘
//! ```
//!
//! Looking goes on while a task is under way, with a session of its own. The workspace lock is held during pulls and
//! pushes only, so that other commands work beside a watcher; what they did is noticed by the state's generation. Nothing that
//! the loop believes is recorded: a restart compares everything and goes on.

mod answers;
mod channels;
mod check_saved;
mod clock;
mod evaluations;
mod event;
mod facts;
mod from_report;
mod git;
mod notifier;
mod path_index;
mod pause;
mod pending;
mod policy;
#[cfg(test)]
mod policy_tests;
mod poll_interval;
mod run;
mod task;

pub use channels::{EventSink, FollowEnd, Sources, UserCommand, next};
pub use event::{Doing, Drafted, Evaluated, Event, FollowStatus, Stuck, Waiting};
pub use facts::{FileDigests, GitActivity, GitSeen, HeadMove, NextStep, Rules, Seen, TaskEnd, TaskOutcome, Trouble, WaitReason};
pub use pause::{Pause, PauseWhy};
pub use policy::Policy;
pub use run::Follow;
