//! A world for tests of the whole program: a home and a workspace folder, where a test needs it beside a small dashboard that
//! it can spoil (in a file or served), in a git repository, or as the demo leaves it.

mod dashboard;
mod demo;
mod git;
mod run;
pub mod terminal;

pub use dashboard::{
    GREETING, GREETING_CODE, KEY, OURS, Server, THEIRS, TONE, TONE_CODE, TONE_GUIDELINES, commented, old_version, score, written,
};
pub use demo::DEMO_SCORE;
pub use git::commit_of;
pub use run::{World, ageless};
