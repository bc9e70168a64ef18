//! [`Source`]: the thread that turns pending into events, minds the root, and polls where the system tells nothing.
//!
//! It sleeps until there are pending. Every [`Options::every`] it looks at the root itself, a few calls: a link that leads
//! elsewhere, an unmounted disk or a renamed folder above make no event.

use super::Options;
use super::event::{WatchEvent, Why};
use super::event_queue::{EventQueue, PendingEvents};
use super::mount;
use super::native::Native;
use super::poll::Poller;
use super::root_identity::RootIdentity;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Instant;
use tokio::sync::mpsc::Sender;

/// What tells of changes.
enum Sensor {
    /// There is no root.
    Nothing,
    Native(Native),
    Polling(Poller),
}

/// Watches one root.
pub(super) struct Source {
    root: PathBuf,
    options: Options,
    event_queue: Arc<EventQueue>,
    root_identity: Option<RootIdentity>,
    sensor: Sensor,
    /// Why it was said that files are polled.
    polling: Option<Why>,
    /// When to look again.
    next: Instant,
    /// What is to be said.
    events: Vec<WatchEvent>,
}

impl Source {
    /// Begins to watch.
    pub(super) fn start(root: &Path, options: Options, event_queue: Arc<EventQueue>) -> Self {
        let mut source = Self {
            root: root.to_owned(),
            options,
            event_queue,
            root_identity: None,
            sensor: Sensor::Nothing,
            polling: None,
            next: Instant::now() + options.every,
            events: Vec::new(),
        };
        match RootIdentity::of(&source.root) {
            Ok(Some(root_identity)) => source.settle(root_identity),
            _ => source.events.push(WatchEvent::RootGone),
        }
        source
    }

    /// Says what there is to say until nobody listens.
    pub(super) fn run(mut self, to: &Sender<WatchEvent>) {
        loop {
            for event in self.events.drain(..) {
                if to.blocking_send(event).is_err() {
                    return;
                }
            }
            let pending = self.event_queue.wait(self.next);
            if pending.stop || to.is_closed() {
                return;
            }
            self.take(pending);
        }
    }

    fn take(&mut self, mut pending: PendingEvents) {
        let is_time = self.next <= Instant::now();
        if is_time || pending.root_lost {
            self.mind_root(pending.root_lost);
        }
        match &mut self.sensor {
            Sensor::Polling(poller) if is_time => poller.look(&mut pending),
            Sensor::Native(native) => {
                if let Err(why) = follow(native, &mut pending) {
                    self.poll(why.clone());
                    pending.miss(why);
                }
            }
            Sensor::Polling(_) | Sensor::Nothing => {}
        }
        if is_time {
            self.next = Instant::now() + self.options.every;
        }
        self.say(pending);
    }

    /// Notices a root that went, came, or is another folder than before.
    fn mind_root(&mut self, lost: bool) {
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
            self.events.push(WatchEvent::RootGone);
        }
        if let Some(root_identity) = root_identity {
            self.settle(root_identity);
            self.events.push(WatchEvent::RootBack);
        }
    }

    /// Watches the root at `root_identity`.
    fn settle(&mut self, root_identity: RootIdentity) {
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

    /// Polls from now on, and says why unless that was said already.
    fn poll(&mut self, why: Why) {
        let Some(root_identity) = &self.root_identity else { return };
        self.sensor = Sensor::Polling(Poller::start(&root_identity.path));
        if self.polling.as_ref() != Some(&why) {
            self.events.push(WatchEvent::Polling(why.clone()));
            self.polling = Some(why);
        }
    }

    /// Everything, or else each path.
    fn say(&mut self, pending: PendingEvents) {
        match pending.missed {
            Some(why) => self.events.push(WatchEvent::Rescan(why)),
            None => self.events.extend(pending.touched.into_iter().map(WatchEvent::Touched)),
        }
    }
}

/// Watches the folders that came, lets go of those that went, and adds both to what was touched.
fn follow(native: &mut Native, pending: &mut PendingEvents) -> Result<(), Why> {
    if pending.missed.is_some() {
        return native.cover_all();
    }
    for path in std::mem::take(&mut pending.changed) {
        if native.meet(&path)? {
            pending.touched.insert(path);
        }
    }
    Ok(())
}
