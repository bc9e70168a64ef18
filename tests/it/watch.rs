//! Watch mode: what files tell.
#![cfg(unix)]

mod debounce;
mod files;
mod hour;
