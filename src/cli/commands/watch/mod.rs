//! `watch`: keeps both sides in step while people edit, and says so.

mod command;
mod view;

pub use command::{WatchArgs, run};
