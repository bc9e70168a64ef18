//! All integration tests in one binary, one module per subject.
#![allow(clippy::disallowed_methods, reason = "tests make files, start programs and read the clock")]

mod apart;
mod architecture;
mod check;
#[cfg(feature = "embedded")]
mod ci;
#[cfg(feature = "embedded")]
mod contract;
mod crash;
mod dead_moves;
#[cfg(feature = "embedded")]
mod dead_push;
mod docs;
mod effects;
mod faults;
mod figures;
mod first_index;
mod first_pull;
mod follow;
mod former_owners;
mod found_guidelines;
#[cfg(feature = "embedded")]
mod fuzz;
mod git;
mod growth;
mod interlocked;
mod limits;
#[cfg(feature = "embedded")]
mod log;
mod moved_commits;
mod moves;
mod new;
mod not_built;
#[cfg(feature = "embedded")]
mod outage;
mod packaging;
mod plan_cases;
mod plan_props;
mod promote;
#[cfg(feature = "embedded")]
mod registry;
#[cfg(feature = "embedded")]
mod run_task;
mod short_status;
mod state;
mod sync;
#[cfg(feature = "embedded")]
mod sync_model;
mod undo;
mod unsynced;
#[cfg(feature = "embedded")]
mod watch;
mod workspace;
#[cfg(feature = "embedded")]
mod worlds;

#[cfg(feature = "embedded")]
mod cli;
mod support;
