//! `resolve`: lists conflicts, or ends them with a side, with markers, in a merge tool, or place by place with a person.

mod answers;
mod command;
mod hunks;
mod prompter;
mod tool;

pub use command::{ResolveArgs, ResolveChoice, run};
