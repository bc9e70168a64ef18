//! What is written for readers is true: consoles, links, and a reference that names everything there is.

mod check_rules;
#[cfg(feature = "embedded")]
mod commands;
#[cfg(feature = "embedded")]
mod console;
#[cfg(all(unix, feature = "embedded"))]
mod console_terminal;
#[cfg(feature = "embedded")]
mod json;
mod links;
mod literals;
mod models;
mod pages;
mod reference;
