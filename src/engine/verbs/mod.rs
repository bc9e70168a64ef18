//! Verbs: one file for each thing that a command does, as a function over a [`Session`](super::session::Session).
//!
//! What only looks takes a `Session`; what changes files, state or dashboard takes a [`Locked`](super::locked::Locked) one.
//! The previews of changing verbs (`pull_preview`, …) plan and report, and carry nothing out.

pub(in crate::engine) mod blame;
pub(in crate::engine) mod call;
pub(in crate::engine) mod check;
pub(in crate::engine) mod check_staged;
pub(in crate::engine) mod commit_owed;
pub(in crate::engine) mod conflicts;
pub(in crate::engine) mod diff;
pub(in crate::engine) mod drafts;
pub(in crate::engine) mod eval;
pub(in crate::engine) mod feedback;
mod first_index;
pub(in crate::engine) mod jobs;
mod kept_texts;
pub(in crate::engine) mod locate;
pub(in crate::engine) mod log;
pub(in crate::engine) mod move_legacy;
pub(in crate::engine) mod new;
pub(in crate::engine) mod page;
pub(in crate::engine) mod promote;
pub(in crate::engine) mod pull;
pub(in crate::engine) mod pull_version;
pub(in crate::engine) mod push;
pub(in crate::engine) mod push_commit;
pub(in crate::engine) mod report;
pub(in crate::engine) mod resolve;
pub(in crate::engine) mod restore;
pub(in crate::engine) mod show;
pub(in crate::engine) mod standings;
pub(in crate::engine) mod status;
pub(in crate::engine) mod status_ahead_behind;
pub(in crate::engine) mod surroundings;
pub(in crate::engine) mod sync;
pub(in crate::engine) mod undo;
pub(in crate::engine) mod unfinished;
