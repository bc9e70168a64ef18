//! File events: what may have changed under a root. An event is a hint; the scan is the truth.
//!
//! It reads no document, decides nothing, and knows neither scores nor state.
//!
//! ```text
//! Native (native)  the system's events, one watch a folder ─┐
//!                                                            ├→ EventQueue ─→ Source (source) ─→ WatchEvent ─→ Debounce ─→ Batch
//! Poller (poll)    a look at every file now and then ───────┘            root_identity · mount
//! ```
//!
//! No event is lost: the queue holds what the receiver has not taken, each path once, and when it is full it holds "look at
//! everything" instead. A new folder is watched first and told of afterwards, so that what was written into it before is
//! found by whoever looks then.
//!
//! A folder that is a link is not followed. If it leads to another folder of the root, changes are told of by that root.
#![expect(clippy::disallowed_methods, reason = "polling lists folders")]

mod change_notifier;
mod debounce;
mod event;
mod event_queue;
mod mount;
mod names;
mod native;
mod poll;
mod root_identity;
mod source;

pub use change_notifier::{ChangeNotifier, notify_changes};
pub use debounce::{Batch, Debounce};
pub use event::{WatchEvent, Why};

use event_queue::EventQueue;
use source::Source;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::mpsc;

/// Signals that wait for the receiver before the event queue gathers them.
const CHANNEL: usize = 64;

/// How files are watched.
#[derive(Clone, Copy, Debug)]
pub struct Options {
    /// Look at the files now and then even where the system tells of changes.
    pub poll: bool,
    /// How often to look: always at the root itself, and when polling at every file.
    pub every: Duration,
}

impl Default for Options {
    fn default() -> Self {
        Self { poll: false, every: Duration::from_secs(2) }
    }
}

/// Files are watched until this is dropped.
#[must_use = "files are watched until this is dropped"]
pub struct Watching(Arc<EventQueue>);

impl Drop for Watching {
    fn drop(&mut self) {
        self.0.tell(|pending| pending.stop = true);
    }
}

/// Watches the documents under `root`, an absolute path that may be a link and need not be there: then the first event is
/// [`WatchEvent::RootGone`]. What changes after this has returned is told; so scan afterwards. It blocks while every folder is
/// looked at once. A receiver that ends by itself means that watching broke down.
pub fn watch(root: &Path, options: Options) -> (Watching, mpsc::Receiver<WatchEvent>) {
    let event_queue = Arc::new(EventQueue::default());
    let (to, events) = mpsc::channel(CHANNEL);
    let source = Source::start(root, options, Arc::clone(&event_queue));
    std::thread::spawn(move || source.run(&to));
    (Watching(event_queue), events)
}
