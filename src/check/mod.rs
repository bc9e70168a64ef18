//! Pure validation of score documents: findings with line and column. Knows nothing of files or the dashboard.

mod dialect;
mod fields;
mod finding;
mod lines;
mod nearest;
mod rule;
mod shadow;
mod sink;
mod syntax;
mod tree;

pub use finding::{Finding, Mend, Place, Severity};
pub use rule::{Rule, RuleSet, UnknownRule};
pub use shadow::is_shadow_invalidated;
pub use syntax::{Fault, markers, syntax};
