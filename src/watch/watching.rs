//! [`watch`]: starts to watch a root, and stops when the caller drops [`Watching`].

use super::event::WatchEvent;
use super::event_queue::EventQueue;
use super::options::WatchOptions;
use super::root_watcher::RootWatcher;
use std::path::Path;
use std::sync::Arc;
use tokio::sync::mpsc;

/// Events that wait for the receiver before the event queue gathers them.
const CHANNEL: usize = 64;

/// Files are watched until this is dropped.
#[must_use = "files are watched until this is dropped"]
pub struct Watching(Arc<EventQueue>);

impl Drop for Watching {
    fn drop(&mut self) {
        self.0.add(|pending| pending.stop = true);
    }
}

/// Watches the documents under `root`, an absolute path that may be a link and need not exist: then the first event is
/// [`WatchEvent::RootGone`]. Whatever changes after this has returned makes an event; so scan afterwards. It blocks while
/// it lists every folder once. A receiver that ends by itself means that watching broke down.
pub fn watch(root: &Path, options: WatchOptions) -> (Watching, mpsc::Receiver<WatchEvent>) {
    let event_queue = Arc::new(EventQueue::default());
    let (sender, events) = mpsc::channel(CHANNEL);
    let watcher = RootWatcher::start(root, options, Arc::clone(&event_queue));
    std::thread::spawn(move || watcher.run(&sender));
    (Watching(event_queue), events)
}
