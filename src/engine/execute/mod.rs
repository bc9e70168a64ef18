//! Executing: one file for each kind of effect, with its crash protocol written above it. Nothing is planned here.
//!
//! Whatever changes something takes a [`Locked`](super::locked::Locked) session. What takes several steps is written to the state as an
//! intent first, and [`recover`] finishes what an earlier run left.

mod arrivals;
pub(in crate::engine) mod champion_history;
pub(in crate::engine) mod commit;
mod course;
pub(in crate::engine) mod creation;
pub(in crate::engine) mod files;
pub(in crate::engine) mod interlocked;
mod moving;
pub(in crate::engine) mod promotion;
pub(in crate::engine) mod provenance;
pub(in crate::engine) mod recover;
pub(in crate::engine) mod replace;
mod replaced_heads;
pub(in crate::engine) mod run_task;
pub(in crate::engine) mod versions;
