//! All integration tests in one binary, one module per subject.

mod architecture;
mod contract;
mod faults;
mod git;
mod plan_cases;
mod plan_props;
mod readme;
mod registry;
mod state;
mod sync_model;
mod workspace;

mod cli;
mod support;
