//! Pure validation of documents: findings with line and column. Knows nothing of files or the dashboard.
//!
//! ```text
//! text → tree (positions, bounds) → rules → collector → findings → fix (safe edits)
//!        Markdown → guidelines, blocks ────┘          └──────→ cli: text, JSON, SARIF, annotations
//! ```
//!
//! [`documents`] checks what belongs together: a score, or a document that stands for itself, each by rules of its own.
//! [`score`] checks one score, [`scorecard`] all scores of one scorecard and what they say about each other. [`Rule`] lists what
//! is checked, and explains it; `loaders` is what the Python loaders refuse that run scores; `fields` is the table of known keys,
//! which [`schema`] gives to editors. [`syntax`] is the cheap question that a push asks: can this text be sent at all?

mod classes;
mod collector;
mod documents;
mod fields;
mod finding;
mod fix;
mod guidelines;
mod identity;
mod lines;
mod loaders;
mod near_miss;
mod nodes;
mod promotion_guard;
mod raw;
mod rule;
mod rule_rows;
mod rule_table;
mod rules;
mod schema;
mod score;
mod score_names;
mod scorecard;
mod severity;
mod standalone;
mod syntax;
mod wellformed;

pub use classes::{Classes, classes};
pub use documents::documents;
pub use fields::is_key;
pub use finding::{Finding, Fix, TextPosition};
pub use fix::{FixedText, fix_text};
pub use identity::{Identity, TYPES, identity};
pub use lines::Lines;
pub use promotion_guard::is_shadow_invalidated;
pub use rule::{ExampleFile, Rule, RuleSet, UnknownRule};
pub use schema::schema;
pub use score::{ExaminedScore, Texts, examine, score};
pub use score_names::ScoreNames;
pub use scorecard::{scorecard, scorecard_of};
pub use severity::Severity;
pub use standalone::{KnownCatalog, data_source_schema};
pub use syntax::{markers, syntax, unpushable};
