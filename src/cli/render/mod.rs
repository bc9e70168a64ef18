//! Reports as text and JSON. Pure: from values to texts.

pub mod blame;
pub mod diff;
pub mod findings;
pub mod json;
pub mod promote;
mod report;
pub mod restore;
pub mod show;
mod table;
mod words;

pub use report::{View, report};
pub use words::{finished, lost_to};
