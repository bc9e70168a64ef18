//! Calls and what scores answered to them.

use super::ids::{ScoreId, VersionId};
use jiff::Timestamp;

/// What scores are asked about: mostly a call.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Item {
    /// Identity.
    pub id: String,
    /// What another system calls it.
    pub external_id: Option<String>,
    /// When it came.
    pub created_at: Option<Timestamp>,
    /// Names of attached files, which Plexus keeps elsewhere.
    pub files: Vec<String>,
    /// What it is also known as, in the order of Plexus.
    pub identifiers: Vec<Identifier>,
}

/// A name of an item in another system.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Identifier {
    /// What kind of name: `form`, `session`.
    pub name: String,
    /// The name.
    pub value: String,
    /// Where it is shown.
    pub url: Option<String>,
}

/// An answer of a score, in production or in an evaluation.
#[derive(Clone, Debug, PartialEq)]
pub struct ScoreAnswer {
    /// The score, where Plexus keeps it.
    pub score: Option<ScoreId>,
    /// What was answered.
    pub value: String,
    /// How sure the score was, from 0 to 1.
    pub confidence: Option<f64>,
    /// Why, where that was asked for.
    pub explanation: Option<String>,
    /// The version that answered, in the few cases where Plexus keeps it.
    pub version: Option<VersionId>,
    /// The evaluation that it is a part of.
    pub evaluation: Option<String>,
    /// When.
    pub at: Timestamp,
}
