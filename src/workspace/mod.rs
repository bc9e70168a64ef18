//! The working files: scan with a stat cache, safe paths, atomic writes. Synchronous; with state the only room that touches
//! files. It decides nothing, and it knows neither scores nor the dashboard: it is told which paths are wanted.
#![expect(clippy::disallowed_methods, reason = "this room owns the working files")]

mod change;
mod documents;
mod error;
mod files;
mod flush;
mod parallel;
mod permission;
mod read;
mod reader;
mod resolve;
mod scan;
mod stat;
mod temporary;
mod tree_index;
mod write;

pub use error::FileError;
pub use files::{RootState, Workspace};
pub use parallel::in_parallel;
pub use reader::FileReader;
pub use scan::Scan;
pub use tree_index::IndexChanges;
pub use write::WriteRequest;
