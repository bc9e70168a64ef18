//! One file per command: what can be typed, the verb of the engine that does it, and how the result is printed.

pub mod blame;
pub mod call;
pub mod check;
mod commit;
pub mod completions;
mod consent;
#[cfg(feature = "embedded")]
pub mod demo;
pub mod diff;
pub mod doctor;
mod doctor_machine;
pub mod eval;
pub mod feedback;
pub mod hook;
pub mod init;
mod init_editor;
pub mod jobs;
pub mod log;
pub mod man;
pub mod new;
#[cfg(not(feature = "embedded"))]
pub mod not_embedded;
pub mod open;
mod output;
pub mod path;
mod private_output;
pub mod promote;
pub mod pull;
pub mod push;
pub mod report;
pub mod resolve;
pub mod restore;
mod run_verb;
pub mod schema;
#[cfg(feature = "embedded")]
pub mod serve;
pub mod show;
pub mod status;
pub mod sync;
pub mod trust;
pub mod undo;
pub mod watch;
