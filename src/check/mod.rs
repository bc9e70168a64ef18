//! Pure validation of score documents: findings with line and column. Knows nothing of files or the dashboard.

mod classes;
mod shadow;
mod syntax;

pub use classes::{Classes, classes};
pub use shadow::is_shadow_invalidated;
pub use syntax::{Fault, markers, syntax};
