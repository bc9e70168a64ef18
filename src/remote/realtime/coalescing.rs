//! A bounded channel of events that coalesces what a slow listener has no room for: the sender never waits, the memory
//! never grows, and the listener misses single events but never that something happened.

use crate::remote::event::RemoteEvent;
use std::sync::{Mutex, MutexGuard, PoisonError};
use tokio::sync::mpsc::error::TrySendError;
use tokio::sync::{Notify, mpsc};

/// Events that wait for a listener; more of them are coalesced.
const CAPACITY: usize = 256;

/// The sending half.
pub(super) struct CoalescingSender {
    listener: mpsc::Sender<RemoteEvent>,
    overflow: Mutex<Overflow>,
    changed: Notify,
}

/// What did not fit into the channel, as at most two events.
#[derive(Debug, Default)]
struct Overflow {
    /// Something happened in the dashboard: one [`RemoteEvent::Catalog`], however many events there were.
    catalog: bool,
    /// The latest event about the connection itself.
    connection: Option<RemoteEvent>,
}

/// A sender and its listener.
pub(super) fn channel() -> (CoalescingSender, mpsc::Receiver<RemoteEvent>) {
    let (listener, events) = mpsc::channel(CAPACITY);
    (CoalescingSender { listener, overflow: Mutex::default(), changed: Notify::new() }, events)
}

impl CoalescingSender {
    /// Sends an event without waiting; what does not fit is delivered while [`CoalescingSender::run`] runs.
    pub(super) fn send(&self, event: RemoteEvent) {
        let mut overflow = self.overflow();
        if overflow.is_empty() {
            match self.listener.try_send(event) {
                Err(TrySendError::Full(event)) => overflow.add(event),
                Ok(()) | Err(TrySendError::Closed(_)) => return,
            }
        } else {
            overflow.add(event);
        }
        self.changed.notify_one();
    }

    /// Delivers what did not fit; ends when nobody listens any more.
    pub(super) async fn run(&self) {
        while self.flush().await {
            tokio::select! {
                () = self.listener.closed() => return,
                () = self.changed.notified() => {}
            }
        }
    }

    /// Waits until everything is delivered; false if nobody listens any more.
    pub(super) async fn flush(&self) -> bool {
        while !self.overflow().is_empty() {
            let Ok(permit) = self.listener.reserve().await else { return false };
            if let Some(event) = self.overflow().take() {
                permit.send(event);
            }
        }
        true
    }

    fn overflow(&self) -> MutexGuard<'_, Overflow> {
        self.overflow.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Overflow {
    fn is_empty(&self) -> bool {
        !self.catalog && self.connection.is_none()
    }

    fn add(&mut self, event: RemoteEvent) {
        match event {
            RemoteEvent::Score(_) | RemoteEvent::Catalog => self.catalog = true,
            of_connection => self.connection = Some(of_connection),
        }
    }

    fn take(&mut self) -> Option<RemoteEvent> {
        if std::mem::take(&mut self.catalog) { Some(RemoteEvent::Catalog) } else { self.connection.take() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lost(why: &str) -> RemoteEvent {
        RemoteEvent::Lost { why: why.to_owned(), retry_in: std::time::Duration::ZERO }
    }

    #[tokio::test]
    async fn what_a_slow_listener_misses_becomes_one_event_and_the_latest_of_the_connection() {
        let (sender, mut events) = channel();
        (0..10_000).for_each(|at| sender.send(RemoteEvent::Score(format!("s{at}").into())));
        [lost("a"), RemoteEvent::Connected, lost("b")].into_iter().for_each(|event| sender.send(event));
        sender.send(RemoteEvent::Score("late".into()));
        let mut received = Vec::new();
        let listen = async {
            while received.last() != Some(&lost("b")) {
                received.push(events.recv().await.expect("an event"));
            }
            drop(events);
        };
        tokio::join!(listen, sender.run());
        assert_eq!(received.len(), CAPACITY + 2);
        assert_eq!((&received[0], &received[CAPACITY]), (&RemoteEvent::Score("s0".into()), &RemoteEvent::Catalog));
    }

    #[tokio::test]
    async fn a_listener_that_is_fast_enough_gets_every_event_in_order() {
        let (sender, mut events) = channel();
        let all = [
            RemoteEvent::Connected,
            RemoteEvent::Score("s".into()),
            RemoteEvent::Catalog,
            lost("a"),
            RemoteEvent::Refused("b".to_owned()),
        ];
        for event in &all {
            sender.send(event.clone());
            assert_eq!(events.recv().await.as_ref(), Some(event));
        }
        drop(events);
        sender.run().await;
        sender.send(RemoteEvent::Catalog);
    }
}
