//! All integration tests in one binary, one module per subject.
#![allow(clippy::disallowed_methods, reason = "tests make files, start programs and read the clock")]

mod architecture;
mod check;
mod ci;
mod contract;
mod faults;
mod follow;
mod git;
mod log;
mod new;
mod plan_cases;
mod plan_props;
mod promote;
mod readme;
mod registry;
mod state;
mod sync_model;
mod undo;
mod watch;
mod workspace;

mod cli;
mod support;
