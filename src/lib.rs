#![deny(missing_docs)]
//! x
pub mod model;
