//! What this workspace remembers: the Synced tree with its documents, the catalog last seen, drafts of others, stored conflicts,
//! intents, replaced bytes, the stat cache. One SQLite file. It decides nothing and holds no secret.
//!
//! # The invariant
//!
//! Every byte that a command replaces, and every agreement between files and dashboard, is on disk at every moment, in
//! the state or outside of it. Whoever changes something keeps this order; a crash between any two steps then loses
//! nothing:
//!
//! 1. **Bytes before files.** [`Tx::plan_file`] and [`Tx::plan_base`] are committed before a file is replaced or removed: what is
//!    there, and what is to come. After a crash the next run finds it in [`State::unfinished_runs`] and finishes it.
//! 2. **Intents before effects.** What takes several requests is committed with [`Tx::add_intent`] first. After a crash the
//!    next run finds it in [`State::intents`] and finishes it; the requests themselves can be repeated.
//! 3. **Synced after effects.** [`Tx::apply_base`], [`Tx::set_base`], [`Tx::settle_file`] and [`Tx::remove_intent`] follow what
//!    happened, never what was meant, and are committed before any error is reported. Only an undo applies a base first.
//!
//! A commit is durable when [`State::transaction`] returns (write-ahead log, `synchronous=FULL`). Transactions begin
//! immediately, so that two processes (`watch` and a command) wait for each other instead of failing in the middle. The
//! stat cache is only a cache: losing it costs time. The database must not lie on a network file system.
//!
//! Texts and replaced bytes are stored once each, by digest. They are removed when nothing refers to them any more, by
//! [`Tx::prune_history`] only.
#![expect(clippy::disallowed_methods, reason = "this room owns the state's files")]

mod base_history;
mod base_stands;
mod blobs;
mod catalog;
mod conflicts;
mod drafts;
mod error;
mod files;
mod git_positions;
mod history;
mod load;
mod lock;
mod open;
mod places;
mod private;
mod retention;
mod row;
mod run_kind;
mod store;
mod synced;
mod tree_index;
mod types;

pub use error::{Holder, StateError};
pub use lock::WorkspaceLock;
pub use open::DATABASE;
pub use run_kind::RunKind;
pub use store::{State, Tx};
pub use types::{
    Backup, BaseChange, BaseStand, GitPosition, Held, Intent, Loaded, NextBase, Origin, ReadDrafts, Recorded, Replaced,
    Retention, Run, RunId, StoredConflict, UnfinishedRun,
};
