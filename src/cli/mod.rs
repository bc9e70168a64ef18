//! What a person types and sees: arguments, commands, words, exit codes. Decides nothing about files or versions.
//!
//! ```text
//! command (argv) → app (settings, terminal) → commands → open_session → engine → Report
//!   Report → render → ui, and exit        Halt, settings errors → error::Problem → ui, JSON, exit
//! ```

mod app;
mod args;
mod chosen_folder;
mod clock;
mod command;
mod command_line;
mod commands;
mod complete;
mod dashboard;
mod editor;
#[cfg(feature = "embedded")]
mod embedded;
mod error;
mod exit;
mod files;
mod links;
mod open_session;
mod printable;
mod program;
mod render;
mod roots;
mod runtime;
mod shell;
mod targets;
#[cfg(test)]
mod testing;
mod text;
mod trust;
mod ui;
mod workspaces;

pub use program::main;
