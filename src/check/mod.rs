//! Pure validation of score documents: findings with line and column. Knows nothing of files or the dashboard.

mod syntax;

pub use syntax::{Fault, markers, syntax};
