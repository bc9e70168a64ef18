//! `resolve`: lists conflicts, or ends them with a side, with markers, in a merge tool, or hunk by hunk with a person.

mod command;
mod hunks;
mod prompter;
mod tool;

pub use command::{ResolveArgs, run};
