//! The rules of a score's code, by subject.

pub mod fields;
pub mod graph;
pub mod labels;
pub mod nodes;
pub mod placeholders;
pub mod prose;
pub mod references;
pub mod scalars;
pub mod templates;
