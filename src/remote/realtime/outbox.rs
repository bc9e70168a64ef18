//! Hints on their way to a listener that may be slow: never blocks who offers them, never grows.

use crate::remote::hint::Hint;
use std::sync::{Mutex, MutexGuard, PoisonError};
use tokio::sync::mpsc::error::TrySendError;
use tokio::sync::{Notify, mpsc};

/// Hints that wait for a listener; more become one [`Hint::Catalog`].
const WAITING: usize = 256;

/// Where hints are offered.
pub(super) struct Outbox {
    listener: mpsc::Sender<Hint>,
    rest: Mutex<Rest>,
    changed: Notify,
}

/// What did not fit, condensed.
#[derive(Debug, Default)]
struct Rest {
    /// Something happened.
    catalog: bool,
    /// The last that was said of the line itself.
    line: Option<Hint>,
}

/// An outbox and its listener.
pub(super) fn outbox() -> (Outbox, mpsc::Receiver<Hint>) {
    let (listener, hints) = mpsc::channel(WAITING);
    (Outbox { listener, rest: Mutex::default(), changed: Notify::new() }, hints)
}

impl Outbox {
    /// Takes a hint; it reaches the listener while [`Outbox::attend`] runs.
    pub(super) fn offer(&self, hint: Hint) {
        let mut rest = self.rest();
        if rest.is_empty() {
            match self.listener.try_send(hint) {
                Err(TrySendError::Full(hint)) => rest.add(hint),
                Ok(()) | Err(TrySendError::Closed(_)) => return,
            }
        } else {
            rest.add(hint);
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
            if let Some(hint) = self.rest().take() {
                place.send(hint);
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

    fn add(&mut self, hint: Hint) {
        match hint {
            Hint::Score(_) | Hint::Catalog => self.catalog = true,
            line => self.line = Some(line),
        }
    }

    fn take(&mut self) -> Option<Hint> {
        if std::mem::take(&mut self.catalog) { Some(Hint::Catalog) } else { self.line.take() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lost(why: &str) -> Hint {
        Hint::Lost { why: why.to_owned(), retry_in: std::time::Duration::ZERO }
    }

    #[tokio::test]
    async fn what_a_slow_listener_misses_becomes_one_hint_and_the_last_word_on_the_line() {
        let (outbox, mut hints) = outbox();
        (0..10_000).for_each(|at| outbox.offer(Hint::Score(format!("s{at}").into())));
        [lost("a"), Hint::Connected, lost("b")].into_iter().for_each(|hint| outbox.offer(hint));
        outbox.offer(Hint::Score("late".into()));
        let mut heard = Vec::new();
        let listen = async {
            while heard.last() != Some(&lost("b")) {
                heard.push(hints.recv().await.expect("a hint"));
            }
            drop(hints);
        };
        tokio::join!(listen, outbox.attend());
        assert_eq!(heard.len(), WAITING + 2);
        assert_eq!((&heard[0], &heard[WAITING]), (&Hint::Score("s0".into()), &Hint::Catalog));
    }

    #[tokio::test]
    async fn a_listener_that_keeps_up_gets_every_hint_in_order() {
        let (outbox, mut hints) = outbox();
        let all = [Hint::Connected, Hint::Score("s".into()), Hint::Catalog, lost("a"), Hint::Refused("b".to_owned())];
        for hint in &all {
            outbox.offer(hint.clone());
            assert_eq!(hints.recv().await.as_ref(), Some(hint));
        }
        drop(hints);
        outbox.attend().await;
        outbox.offer(Hint::Catalog);
    }
}
