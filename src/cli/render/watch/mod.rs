//! What a watcher says: lines for people, lines of JSON for programs, and the few lines that are drawn again and again.

mod events;
pub mod json;
pub mod live;
mod wording;

pub use events::EventFormatter;
