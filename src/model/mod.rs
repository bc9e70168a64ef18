//! Pure values that every room shares: ids, names and paths, documents, versions, trees. No I/O, no decisions.

mod appsync_host;
mod backoff;
mod catalog;
mod clean_snapshot;
mod confusion;
mod digest;
mod document;
mod evaluation;
mod fault;
mod file;
mod ids;
mod layout;
mod names;
pub mod outline;
mod path;
mod progress;
mod push_when;
mod reformatted;
mod score_paths;
mod sleep;
mod suggest;
mod timestamp;
mod tree;
mod unprintable;
mod version;
mod web_address;
pub mod yaml;
pub mod yaml_scalars;
mod yaml_unclosed;

pub use appsync_host::AppSyncHost;
pub use backoff::Backoff;
pub use catalog::{Account, Catalog, NewScore, Score, Scorecard, Section};
pub use clean_snapshot::{CleanSnapshot, FolderSnapshot};
pub use confusion::{ClassFigures, Confusion};
pub use digest::Digest;
pub use document::{Content, DocKind, Style, canonical, outgoing, version_stamp};
pub use evaluation::{Basis, Evaluation, EvaluationDetails, FeedbackWindow, Silence};
pub use fault::{BrokenFile, BrokenScore, Fault};
pub use file::{CachedFile, Expect, FileStat};
pub use ids::{AccountId, ScoreId, ScorecardId, SectionId, VersionId};
pub use layout::{Layout, Named, SharedName};
pub use names::{file_stem, folder_name, plexus_stem};
pub use path::{RelPath, UnsafePath};
pub use progress::{Progress, Quiet, Stage};
pub use push_when::PushWhen;
pub use reformatted::{is_reformatted, is_same_document};
pub use score_paths::{ScorePaths, document_at, folder_and_stem, other_document};
pub use sleep::SleepDetector;
pub use suggest::{most_similar, suggest};
pub use timestamp::Timestamp;
pub use tree::{
    Champion, Changes, Known, LocalDoc, LocalFile, LocalScore, RemoteScore, ScoreSides, Snapshot, SyncedScore, Trees,
};
pub use version::{MAX_ITEM_BYTES, MAX_PAIR_BYTES, NewVersion, Version, VersionMeta};
pub use web_address::WebAddress;
