//! [`Source`]: the thread that turns news into signals, minds the root, and polls where the system tells nothing.
//!
//! It sleeps until there are news. Every [`Options::every`] it looks at the root itself, a few calls: a link that leads
//! elsewhere, an unmounted disk or a renamed folder above make no event.

use super::Options;
use super::inbox::{Inbox, News};
use super::mount;
use super::native::Native;
use super::place::Place;
use super::poll::Poller;
use super::signal::{Signal, Why};
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
    inbox: Arc<Inbox>,
    place: Option<Place>,
    sensor: Sensor,
    /// Why it was said that files are polled.
    polling: Option<Why>,
    /// When to look again.
    next: Instant,
    /// What is to be said.
    signals: Vec<Signal>,
}

impl Source {
    /// Begins to watch.
    pub(super) fn start(root: &Path, options: Options, inbox: Arc<Inbox>) -> Self {
        let mut source = Self {
            root: root.to_owned(),
            options,
            inbox,
            place: None,
            sensor: Sensor::Nothing,
            polling: None,
            next: Instant::now() + options.every,
            signals: Vec::new(),
        };
        match Place::of(&source.root) {
            Ok(Some(place)) => source.settle(place),
            _ => source.signals.push(Signal::RootGone),
        }
        source
    }

    /// Says what there is to say until nobody listens.
    pub(super) fn run(mut self, to: &Sender<Signal>) {
        loop {
            for signal in self.signals.drain(..) {
                if to.blocking_send(signal).is_err() {
                    return;
                }
            }
            let news = self.inbox.wait(self.next);
            if news.stop || to.is_closed() {
                return;
            }
            self.take(news);
        }
    }

    fn take(&mut self, mut news: News) {
        let is_time = self.next <= Instant::now();
        if is_time || news.root_lost {
            self.mind_root(news.root_lost);
        }
        match &mut self.sensor {
            Sensor::Polling(poller) if is_time => poller.look(&mut news),
            Sensor::Native(native) => {
                if let Err(why) = follow(native, &mut news) {
                    self.poll(why.clone());
                    news.miss(why);
                }
            }
            Sensor::Polling(_) | Sensor::Nothing => {}
        }
        if is_time {
            self.next = Instant::now() + self.options.every;
        }
        self.say(news);
    }

    /// Notices a root that went, came, or is another folder than before.
    fn mind_root(&mut self, lost: bool) {
        let place = match Place::of(&self.root) {
            Ok(place) => place,
            Err(_) if lost => None,
            Err(_) => return,
        };
        if place == self.place && !lost {
            return;
        }
        if self.place.take().is_some() {
            self.sensor = Sensor::Nothing;
            self.signals.push(Signal::RootGone);
        }
        if let Some(place) = place {
            self.settle(place);
            self.signals.push(Signal::RootBack);
        }
    }

    /// Watches the root at `place`.
    fn settle(&mut self, place: Place) {
        let native = match mount::shared(&place.path) {
            _ if self.options.poll => Err(Why::Other("it was asked for".into())),
            Some(name) => Err(Why::Mount(name.into())),
            None => Native::start(&place.path, &self.inbox),
        };
        self.place = Some(place);
        match native {
            Ok(native) => self.sensor = Sensor::Native(native),
            Err(why) => self.poll(why),
        }
    }

    /// Polls from now on, and says why unless that was said already.
    fn poll(&mut self, why: Why) {
        let Some(place) = &self.place else { return };
        self.sensor = Sensor::Polling(Poller::start(&place.path));
        if self.polling.as_ref() != Some(&why) {
            self.signals.push(Signal::Polling(why.clone()));
            self.polling = Some(why);
        }
    }

    /// Everything, or else each path.
    fn say(&mut self, news: News) {
        match news.missed {
            Some(why) => self.signals.push(Signal::Rescan(why)),
            None => self.signals.extend(news.touched.into_iter().map(Signal::Touched)),
        }
    }
}

/// Watches the folders that came, lets go of those that went, and adds both to what was touched.
fn follow(native: &mut Native, news: &mut News) -> Result<(), Why> {
    if news.missed.is_some() {
        return native.cover_all();
    }
    for path in std::mem::take(&mut news.changed) {
        if native.meet(&path)? {
            news.touched.insert(path);
        }
    }
    Ok(())
}
