//! [`ConnectionEnd`]: why a connection ended, and whether it can be tried again.

use std::time::Duration;

/// Why a connection ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ConnectionEnd {
    /// It can be tried again, but not sooner than the server asked for.
    Lost {
        /// A sentence without a full stop.
        why: String,
        /// The least pause.
        after: Duration,
    },
    /// The next try would be refused as well; why, a sentence without a full stop.
    Refused(String),
}

impl ConnectionEnd {
    /// It can be tried again at any time.
    pub(super) fn lost(why: impl Into<String>) -> Self {
        Self::Lost { why: why.into(), after: Duration::ZERO }
    }
}
