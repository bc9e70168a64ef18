//! Reports as text and JSON. Pure: from values to texts.

pub mod blame;
pub mod conflicts;
pub mod diff;
pub mod findings;
mod graph;
pub mod json;
pub mod log;
pub mod new;
mod news;
pub mod promote;
mod report;
pub mod restore;
pub mod show;
pub mod summary;
mod table;
pub mod watch;
mod when;
mod words;

pub use report::{View, report};
pub use when::Clock;
pub use words::{finished, lost_to};
