//! `hook`: installs git hooks, removes them, and is what they run.

mod command;
mod install;
mod pre_commit;
mod push;
mod repository;

pub use command::{HookArgs, run};
