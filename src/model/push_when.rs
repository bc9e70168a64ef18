//! [`PushWhen`]: when edits become versions while a workspace is followed.

/// When edits become versions while a workspace is followed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum PushWhen {
    /// Once a score's files have been left alone for a while.
    #[default]
    OnIdle,
    /// Once git's HEAD holds the files as they are.
    OnCommit,
    /// When a person says so.
    Manual,
    /// Not by the watcher.
    Never,
}
