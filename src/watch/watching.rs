//! [`watch`]: starts to watch a root, and stops when the caller drops [`Watching`].

use super::event::WatchEvent;
use super::event_queue::EventQueue;
use super::options::WatchOptions;
use super::root_watcher::RootWatcher;
use crate::model::{RelPath, SyncKind};
use std::path::Path;
use std::sync::Arc;
use tokio::sync::mpsc;

/// Events that wait for the receiver before the event queue gathers them.
const CHANNEL: usize = 64;

/// Files are watched until this is dropped.
#[must_use = "files are watched until this is dropped"]
pub struct Watching(Vec<Arc<EventQueue>>);

impl Drop for Watching {
    fn drop(&mut self) {
        self.0.iter().for_each(|queue| queue.add(|pending| pending.stop = true));
    }
}

/// Watches the documents under `root`, an absolute path that may be a link and need not exist: then the first event is
/// [`WatchEvent::RootGone`]. Also watches the folders of standalone documents beside it, whose coming and going is an event
/// of that folder. Whatever changes after this has returned makes an event; so scan afterwards. It blocks while it lists
/// every folder once. A receiver that ends by itself means that watching broke down.
pub fn watch(root: &Path, standalone: &[SyncKind], options: WatchOptions) -> (Watching, mpsc::Receiver<WatchEvent>) {
    let (sender, events) = mpsc::channel(CHANNEL);
    let beside = standalone.iter().filter_map(|kind| RelPath::parse(kind.folder()?).ok());
    let queues = std::iter::once(None).chain(beside.map(Some)).map(|folder| {
        let event_queue = Arc::new(EventQueue::default());
        let watched = folder.as_ref().map_or_else(|| root.to_owned(), |folder| folder.under(root));
        let watcher = RootWatcher::start(&watched, folder, options, Arc::clone(&event_queue));
        let sender = sender.clone();
        std::thread::spawn(move || watcher.run(&sender));
        event_queue
    });
    (Watching(queues.collect()), events)
}
