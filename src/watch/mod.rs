//! File events: what may have changed under a root. An event is a hint; the scan is the truth.
//!
//! It reads no document, decides nothing, and knows neither scores nor state.
//!
//! ```text
//! Native (native)  the system's events, one watch per folder ─┐
//!                                                             ├─▶ EventQueue ─▶ RootWatcher ─▶ WatchEvent ─▶ Debounce ─▶ Batch
//! Poller (poll)    compares the stat of every file at times ──┘                 root_identity · mount
//! ```
//!
//! No event is lost: the queue holds what the receiver has not taken, each path once, and when it is full it holds "look at
//! everything" instead. A new folder is watched first and reported afterwards, so that a scan which follows the event finds
//! what was written into the folder before.
//!
//! A folder that is a link is not followed. If it leads to another folder of the root, events name that folder.
#![expect(clippy::disallowed_methods, reason = "polling lists folders")]

mod change_notifier;
mod debounce;
mod event;
mod event_queue;
mod mount;
mod names;
mod native;
mod options;
mod poll;
mod root_identity;
mod root_watcher;
mod watching;

pub use change_notifier::{ChangeNotifier, notify_changes};
pub use debounce::{Batch, Debounce};
pub use event::{WatchEvent, Why};
pub use options::WatchOptions;
pub use watching::{Watching, watch};
