//! Times of what the demo shows as recent: so long before it starts.

use jiff::{SignedDuration, Timestamp};

/// When the demo starts.
pub(super) struct Ago(pub Timestamp);

impl Ago {
    /// So many minutes before, as the service writes it.
    pub fn minutes(&self, minutes: u32) -> String {
        format!("{:.3}", self.at(minutes))
    }

    /// The same as Python writes it: with an offset, and microseconds.
    pub fn minutes_in_python(&self, minutes: u32) -> String {
        format!("{:.6}", self.at(minutes)).replace('Z', "+00:00")
    }

    fn at(&self, minutes: u32) -> Timestamp {
        self.0 - SignedDuration::from_mins(minutes.into())
    }
}
