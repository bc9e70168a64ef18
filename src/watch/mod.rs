//! File events: what may have changed under a root, as hints. The scan is the truth.
//!
//! It reads no document, decides nothing, and knows neither scores nor state.
//!
//! ```text
//! Native (native)  the system's events, one watch a folder ─┐
//!                                                            ├→ Inbox ─→ Source (source) ─→ Signal ─→ Debounce ─→ Batch
//! Poller (poll)    a look at every file now and then ───────┘            place · mount
//! ```
//!
//! No hint is lost: the inbox holds what the receiver has not taken, each path once, and when it is full it holds "look at
//! everything" instead. A new folder is watched first and told of afterwards, so that what was written into it before is
//! found by whoever looks then.
//!
//! A folder that is a link is not followed. If it leads to another folder of the root, changes are told of by that place.
#![expect(clippy::disallowed_methods, reason = "polling lists folders")]

mod debounce;
mod inbox;
mod mount;
mod names;
mod native;
mod nudge;
mod place;
mod poll;
mod signal;
mod source;

pub use debounce::{Batch, Debounce};
pub use nudge::{Nudging, nudges};
pub use signal::{Signal, Why};

use inbox::Inbox;
use source::Source;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::mpsc;

/// Signals that wait for the receiver before the inbox gathers them.
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
pub struct Watching(Arc<Inbox>);

impl Drop for Watching {
    fn drop(&mut self) {
        self.0.tell(|news| news.stop = true);
    }
}

/// Watches the documents under `root`, an absolute path that may be a link and need not be there: then the first signal is
/// [`Signal::RootGone`]. What changes after this has returned is told; so scan afterwards. It blocks while every folder is
/// looked at once. A receiver that ends by itself means that watching broke down.
pub fn watch(root: &Path, options: Options) -> (Watching, mpsc::Receiver<Signal>) {
    let inbox = Arc::new(Inbox::default());
    let (to, signals) = mpsc::channel(CHANNEL);
    let source = Source::start(root, options, Arc::clone(&inbox));
    std::thread::spawn(move || source.run(&to));
    (Watching(inbox), signals)
}
