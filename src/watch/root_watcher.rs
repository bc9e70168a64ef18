//! [`RootWatcher`]: the thread that turns the queue into events, checks the root, and polls where the system sends no events.
//!
//! It sleeps until something is in the queue. Every [`WatchOptions::every`] it checks the root itself, with a few calls: a
//! link that leads elsewhere, an unmounted disk or a renamed folder above it make no event.

use super::event::{WatchEvent, Why};
use super::event_queue::{EventQueue, PendingEvents};
use super::mount;
use super::native::Native;
use super::options::WatchOptions;
use super::poll::Poller;
use super::root_identity::RootIdentity;
use crate::model::RelPath;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Instant;
use tokio::sync::mpsc::Sender;

/// Where events come from.
enum Sensor {
    /// There is no root.
    Nothing,
    Native(Native),
    Polling(Poller),
}

/// Watches one root.
pub(super) struct RootWatcher {
    root: PathBuf,
    /// The path of the root in events, where it is a folder of standalone documents.
    folder: Option<RelPath>,
    options: WatchOptions,
    event_queue: Arc<EventQueue>,
    root_identity: Option<RootIdentity>,
    sensor: Sensor,
    /// The reason in the latest [`WatchEvent::Polling`].
    polling: Option<Why>,
    /// When to look again.
    next: Instant,
    /// What is to be sent.
    events: Vec<WatchEvent>,
}

impl RootWatcher {
    /// Starts to watch.
    pub(super) fn start(root: &Path, folder: Option<RelPath>, options: WatchOptions, event_queue: Arc<EventQueue>) -> Self {
        let mut watcher = Self {
            root: root.to_owned(),
            folder,
            options,
            event_queue,
            root_identity: None,
            sensor: Sensor::Nothing,
            polling: None,
            next: Instant::now() + options.every,
            events: Vec::new(),
        };
        match RootIdentity::of(&watcher.root) {
            Ok(Some(root_identity)) => watcher.watch(root_identity),
            _ => watcher.events.push(watcher.came_or_went(WatchEvent::RootGone)),
        }
        watcher
    }

    /// Sends events until nobody listens.
    pub(super) fn run(mut self, sender: &Sender<WatchEvent>) {
        loop {
            for event in self.events.drain(..) {
                if sender.blocking_send(event).is_err() {
                    return;
                }
            }
            let pending = self.event_queue.wait(self.next);
            if pending.stop || sender.is_closed() {
                return;
            }
            self.take(pending);
        }
    }

    fn take(&mut self, mut pending: PendingEvents) {
        let is_time = self.next <= Instant::now();
        if is_time || pending.root_lost {
            self.check_root(pending.root_lost);
        }
        match &mut self.sensor {
            Sensor::Polling(poller) if is_time => poller.look(&mut pending),
            Sensor::Native(native) => {
                if let Err(why) = follow_folders(native, &mut pending) {
                    self.poll(why.clone());
                    pending.miss(why);
                }
            }
            Sensor::Polling(_) | Sensor::Nothing => {}
        }
        if is_time {
            self.next = Instant::now() + self.options.every;
        }
        self.report(pending);
    }

    /// Notices a root that was removed, was created, or is another folder than before.
    fn check_root(&mut self, lost: bool) {
        let root_identity = match RootIdentity::of(&self.root) {
            Ok(root_identity) => root_identity,
            Err(_) if lost => None,
            Err(_) => return,
        };
        if root_identity == self.root_identity && !lost {
            return;
        }
        if self.root_identity.take().is_some() {
            self.sensor = Sensor::Nothing;
            self.events.push(self.came_or_went(WatchEvent::RootGone));
        }
        if let Some(root_identity) = root_identity {
            self.watch(root_identity);
            self.events.push(self.came_or_went(WatchEvent::RootBack));
        }
    }

    /// Watches the root at `root_identity`.
    fn watch(&mut self, root_identity: RootIdentity) {
        let native = match mount::shared(&root_identity.path) {
            _ if self.options.poll => Err(Why::Other("it was asked for".into())),
            Some(name) => Err(Why::Mount(name.into())),
            None => Native::start(&root_identity.path, &self.event_queue),
        };
        self.root_identity = Some(root_identity);
        match native {
            Ok(native) => self.sensor = Sensor::Native(native),
            Err(why) => self.poll(why),
        }
    }

    /// Polls from now on, and sends the reason unless it is the one that was sent last.
    fn poll(&mut self, why: Why) {
        let Some(root_identity) = &self.root_identity else { return };
        self.sensor = Sensor::Polling(Poller::start(&root_identity.path));
        if self.polling.as_ref() != Some(&why) {
            self.events.push(WatchEvent::Polling(why.clone()));
            self.polling = Some(why);
        }
    }

    /// A rescan if events were missed, or else each path.
    fn report(&mut self, pending: PendingEvents) {
        match pending.missed {
            Some(why) => self.events.push(WatchEvent::Rescan(why)),
            None => {
                let folder = self.folder.as_ref();
                self.events.extend(pending.touched.into_iter().filter_map(|path| touched(folder, path)));
            }
        }
    }

    /// That the root came or went; of a folder of standalone documents, that something in it did.
    fn came_or_went(&self, event: WatchEvent) -> WatchEvent {
        self.folder.clone().map_or(event, WatchEvent::Touched)
    }
}

/// Watches new folders, forgets removed ones, and adds both to what was touched.
fn follow_folders(native: &mut Native, pending: &mut PendingEvents) -> Result<(), Why> {
    if pending.missed.is_some() {
        return native.watch_all();
    }
    for path in std::mem::take(&mut pending.changed) {
        if native.update(&path)? {
            pending.touched.insert(path);
        }
    }
    Ok(())
}

/// The event of a path below the root, or below a folder of standalone documents.
fn touched(folder: Option<&RelPath>, path: RelPath) -> Option<WatchEvent> {
    let below = |folder: &RelPath| RelPath::parse(&format!("{folder}/{path}")).ok();
    folder.map_or_else(|| Some(path.clone()), below).map(WatchEvent::Touched)
}
