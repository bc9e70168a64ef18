//! Mutations as they happen, for whoever serves subscriptions. Nothing is replayed: who listens late has missed it.

use serde_json::Value;

/// A mutation that was carried out.
#[derive(Debug, Clone, PartialEq)]
pub struct Event {
    /// The mutation's field, such as `createScoreVersion`; `on` and its capital make the subscription's.
    pub mutation: String,
    /// The object with the fields that the mutation selected, under the names that it gave them. A subscriber can be
    /// given no other.
    pub selected: Value,
}
