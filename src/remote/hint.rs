//! [`Hint`]: what a dashboard says has happened, while it is listened to.

use crate::model::ScoreId;
use std::time::Duration;

/// What a dashboard says has happened. A hint, never the truth: read again to know.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Hint {
    /// Something about this score: its champion, its versions, its name.
    Score(ScoreId),
    /// Something came, went or was renamed; which score it was is not known.
    Catalog,
    /// The line is up, for the first time or again. Nothing is said twice: what happened before has to be read.
    Connected,
    /// The line is down and is tried again by itself.
    Lost {
        /// Why, a sentence without a full stop.
        why: String,
        /// Until the next try.
        retry_in: Duration,
    },
    /// This dashboard does not take listeners: ask it now and then instead. The last hint.
    Refused(String),
}
