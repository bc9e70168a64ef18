//! What git knows about the files: where HEAD is, what is staged, what commits hold, commits of exact paths, hooks. It never
//! pushes or fetches, and knows nothing of scores.
//!
//! The built-in libgit2 reads, because starting a program costs more than most answers. What it cannot read (reftable,
//! SHA-256, a sparse or split index) the `git` program is asked for, and [`GitError::NeedsProgram`] says why where there is
//! none. Commits are made by the program alone, because only it runs hooks and signs.
//!
//! Besides what git itself keeps in order, only hook files are written here.

mod blob;
mod checked_out;
mod commit;
mod commit_id;
mod committed;
mod error;
mod head;
mod history;
mod hook_block;
#[expect(clippy::disallowed_methods, reason = "hooks are files of the repository, and git's room alone writes them")]
mod hook_files;
#[expect(clippy::disallowed_methods, reason = "hook managers are known by the files that they write")]
mod hook_manager;
mod hook_place;
mod hook_script;
#[expect(clippy::disallowed_methods, reason = "hooks are files of the repository, and git's room alone writes them")]
mod hooks;
mod index_changes;
#[expect(clippy::disallowed_methods, reason = "the index is a file of git")]
mod index_file;
mod mergetool;
mod message;
mod objects;
mod open;
mod operation;
mod pager;
mod program;
mod reflog;
mod repository;
mod staged;
mod top;
mod tracking;
mod trailers;
mod user;

pub use blob::Blob;
pub use commit::{CommitOutcome, Uncommitted};
pub use commit_id::CommitId;
pub use committed::RefUpdate;
pub use error::{GitError, HookRefusal};
pub use head::Head;
pub use history::{COMMITS, Past, PastTexts};
pub use hook_manager::{AwaitedManager, HookManager};
pub use hook_script::{HookCommand, HookKind};
pub use hooks::{HookReport, HookState, Installed, Uninstalled};
pub use index_changes::StagedChange;
pub use mergetool::{MergeFiles, ToolEnd, mergetool};
pub use message::{Entry, Message, versions_in};
pub use open::HookContext;
pub use operation::GitOperation;
pub use pager::pager;
pub use program::Program;
pub use reflog::{Elsewhere, HeadMoves, MovesEnd};
pub use repository::Repository;
pub use staged::Staged;
pub use tracking::Tracking;
pub use user::user_name;
