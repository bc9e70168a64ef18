//! [`WatchEvent`]: what may have happened to files.

use crate::model::RelPath;

/// What may have happened to files. Order and number mean nothing: one save may be several events, or only a rescan.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum WatchEvent {
    /// Something at this path, a document or a folder, was created, removed or changed. A folder stands for all that is in it.
    Touched(RelPath),
    /// Events may have been missed: scan everything.
    Rescan(Why),
    /// The system sends no events here; from now on files are polled.
    Polling(Why),
    /// The root does not exist, or no longer.
    RootGone,
    /// The root exists again, perhaps as another folder than before: scan everything.
    RootBack,
}

/// Why events cannot be relied upon.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Why {
    /// The system dropped events, or more came than the receiver took.
    Overflow,
    /// The system watches no more folders; the name of its limit.
    Limit(String),
    /// The file system sends no events for changes made elsewhere: a network or shared mount; its name.
    Mount(String),
    /// Anything else, in the system's words.
    Other(String),
}
