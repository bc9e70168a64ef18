//! [`WatchEvent`]: what a source of file events says.

use crate::model::RelPath;

/// What a source of file events says. Order and number mean nothing: one save may be several events, or none but a rescan.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum WatchEvent {
    /// Something at this path, a document or a folder, came, went or changed. A folder stands for all that is in it.
    Touched(RelPath),
    /// Events may have been missed: look at everything.
    Rescan(Why),
    /// The system's events cannot be had here; files are looked at now and then from now on.
    Polling(Why),
    /// The root is not there, or not any more.
    RootGone,
    /// The root is back, perhaps another folder than before: look at everything.
    RootBack,
}

/// Why events are not to be relied upon.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Why {
    /// The system dropped events, or more came than were taken.
    Overflow,
    /// The system watches no more folders; the words name the limit.
    Limit(String),
    /// The file system tells nothing of changes made elsewhere: a network or shared mount; its name.
    Mount(String),
    /// Anything else, in the system's words.
    Other(String),
}
