//! `hook`: installs git hooks, removes them, and is what they run.

mod command;
mod install;
mod pre_commit;
mod push;
mod served;

pub use command::{HookArgs, run};
pub use install::hooks_of;
