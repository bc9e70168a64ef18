//! [`MutationEvent`]: a mutation as subscribers learn of it. Events are not replayed.

use serde_json::Value;

/// A mutation that was carried out.
#[derive(Debug, Clone, PartialEq)]
pub struct MutationEvent {
    /// The mutation's field, such as `createScoreVersion`; `on` and its capital make the subscription's.
    pub mutation: String,
    /// The object with the fields that the mutation selected, under the names that it gave them. A subscriber can be
    /// given no other.
    pub selected: Value,
}
