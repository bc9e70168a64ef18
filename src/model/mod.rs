//! Pure values that every room shares: ids, names and paths, documents, versions, trees. No I/O, no decisions.

mod backoff;
mod catalog;
mod clean_snapshot;
mod digest;
mod document;
mod file;
mod ids;
mod layout;
mod names;
pub mod outline;
mod path;
mod progress;
mod push_when;
mod sleep;
mod tree;
mod unprintable;
mod version;
pub mod yaml;

pub use backoff::Backoff;
pub use catalog::{Account, Catalog, NewScore, Score, Scorecard, Section};
pub use clean_snapshot::{CleanSnapshot, FolderSnapshot};
pub use digest::Digest;
pub use document::{Content, DocKind, Style, canonical, outgoing, version_stamp};
pub use file::{CachedFile, Expect, FileStat};
pub use ids::{AccountId, ScoreId, ScorecardId, SectionId, VersionId};
pub use layout::{Layout, ScorePaths};
pub use names::{file_stem, folder_name, plexus_stem};
pub use path::{RelPath, UnsafePath};
pub use progress::{Progress, ProgressStage};
pub use push_when::PushWhen;
pub use sleep::SleepDetector;
pub use tree::{
    Champion, Changes, Known, LocalDoc, LocalFile, LocalScore, RemoteScore, ScoreSides, Snapshot, SyncedScore, Trees,
};
pub use version::{Evaluation, MAX_ITEM_BYTES, MAX_PAIR_BYTES, NewVersion, Version, VersionMeta};
