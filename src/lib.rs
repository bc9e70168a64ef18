#![deny(missing_docs)]
//! scoresync keeps a folder of Plexus score configurations and the Plexus dashboard in step.
pub mod check;
pub mod cli;
pub mod engine;
pub mod model;
pub mod plan;
pub mod registry;
pub mod remote;
pub mod settings;
pub mod state;
pub mod workspace;
