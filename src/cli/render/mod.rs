//! Reports as text and JSON. Pure: from values to texts.

pub mod conflicts;
pub mod diff;
pub mod findings;
pub mod json;
pub mod promote;
mod report;
pub mod restore;
pub mod show;
pub mod summary;
mod table;
mod words;

pub use report::{View, report};
