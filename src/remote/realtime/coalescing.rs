//! Hints on their way to a listener that may be slow: never blocks who offers them, never grows.

use crate::remote::event::RemoteEvent;
use std::sync::{Mutex, MutexGuard, PoisonError};
use tokio::sync::mpsc::error::TrySendError;
use tokio::sync::{Notify, mpsc};

/// Hints that wait for a listener; more become one [`RemoteEvent::Catalog`].
const WAITING: usize = 256;

/// Where events are offered.
pub(super) struct Coalescing {
    listener: mpsc::Sender<RemoteEvent>,
    rest: Mutex<Rest>,
    changed: Notify,
}

/// What did not fit, condensed.
#[derive(Debug, Default)]
struct Rest {
    /// Something happened.
    catalog: bool,
    /// The last that was said of the line itself.
    line: Option<RemoteEvent>,
}

/// An coalescing and its listener.
pub(super) fn coalescing() -> (Coalescing, mpsc::Receiver<RemoteEvent>) {
    let (listener, events) = mpsc::channel(WAITING);
    (Coalescing { listener, rest: Mutex::default(), changed: Notify::new() }, events)
}

impl Coalescing {
    /// Takes an event; it reaches the listener while [`Coalescing::attend`] runs.
    pub(super) fn offer(&self, event: RemoteEvent) {
        let mut rest = self.rest();
        if rest.is_empty() {
            match self.listener.try_send(event) {
                Err(TrySendError::Full(event)) => rest.add(event),
                Ok(()) | Err(TrySendError::Closed(_)) => return,
            }
        } else {
            rest.add(event);
        }
        self.changed.notify_one();
    }

    /// Delivers what waits; ends when nobody listens any more.
    pub(super) async fn attend(&self) {
        while self.deliver().await {
            tokio::select! {
                () = self.listener.closed() => return,
                () = self.changed.notified() => {}
            }
        }
    }

    /// Delivers all that waits now; false if nobody listens any more.
    pub(super) async fn deliver(&self) -> bool {
        while !self.rest().is_empty() {
            let Ok(place) = self.listener.reserve().await else { return false };
            if let Some(event) = self.rest().take() {
                place.send(event);
            }
        }
        true
    }

    fn rest(&self) -> MutexGuard<'_, Rest> {
        self.rest.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Rest {
    fn is_empty(&self) -> bool {
        !self.catalog && self.line.is_none()
    }

    fn add(&mut self, event: RemoteEvent) {
        match event {
            RemoteEvent::Score(_) | RemoteEvent::Catalog => self.catalog = true,
            line => self.line = Some(line),
        }
    }

    fn take(&mut self) -> Option<RemoteEvent> {
        if std::mem::take(&mut self.catalog) { Some(RemoteEvent::Catalog) } else { self.line.take() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lost(why: &str) -> RemoteEvent {
        RemoteEvent::Lost { why: why.to_owned(), retry_in: std::time::Duration::ZERO }
    }

    #[tokio::test]
    async fn what_a_slow_listener_misses_becomes_one_hint_and_the_last_word_on_the_line() {
        let (coalescing, mut events) = coalescing();
        (0..10_000).for_each(|at| coalescing.offer(RemoteEvent::Score(format!("s{at}").into())));
        [lost("a"), RemoteEvent::Connected, lost("b")].into_iter().for_each(|event| coalescing.offer(event));
        coalescing.offer(RemoteEvent::Score("late".into()));
        let mut heard = Vec::new();
        let listen = async {
            while heard.last() != Some(&lost("b")) {
                heard.push(events.recv().await.expect("an event"));
            }
            drop(events);
        };
        tokio::join!(listen, coalescing.attend());
        assert_eq!(heard.len(), WAITING + 2);
        assert_eq!((&heard[0], &heard[WAITING]), (&RemoteEvent::Score("s0".into()), &RemoteEvent::Catalog));
    }

    #[tokio::test]
    async fn a_listener_that_keeps_up_gets_every_hint_in_order() {
        let (coalescing, mut events) = coalescing();
        let all = [
            RemoteEvent::Connected,
            RemoteEvent::Score("s".into()),
            RemoteEvent::Catalog,
            lost("a"),
            RemoteEvent::Refused("b".to_owned()),
        ];
        for event in &all {
            coalescing.offer(event.clone());
            assert_eq!(events.recv().await.as_ref(), Some(event));
        }
        drop(events);
        coalescing.attend().await;
        coalescing.offer(RemoteEvent::Catalog);
    }
}
