//! Pure validation of score documents: findings with line and column. Knows nothing of files or the dashboard.
//!
//! ```text
//! text → tree (positions, bounds) → rules → sink → findings → mend (safe edits)
//!        Markdown → guidelines ────────────┘          └──────→ cli: text, JSON, SARIF, annotations
//! ```
//!
//! [`score`] checks one score, [`scorecard`] all scores of one scorecard and what they say about each other. [`Rule`] lists
//! what is held; `fields` is the table of known keys, which [`schema`] gives to editors. [`syntax`] is the cheap question
//! that a push asks: can this text be sent at all?

mod classes;
mod dialect;
mod fields;
mod finding;
mod guidelines;
mod identity;
mod lines;
mod mend;
mod nearest;
mod rule;
mod rules;
mod schema;
mod score;
mod scorecard;
mod shadow;
mod sink;
mod syntax;

pub use classes::{Classes, classes};
pub use finding::{Finding, Mend, Place, Severity};
pub use identity::{Identity, TYPES, identity};
pub use lines::Lines;
pub use mend::{Mended, mend};
pub use nearest::nearest;
pub use rule::{Rule, RuleSet, UnknownRule};
pub use schema::schema;
pub use score::{ScoreNames, Texts, score};
pub use scorecard::scorecard;
pub use shadow::is_shadow_invalidated;
pub use syntax::{Fault, markers, syntax};
