//! A wish to end a run early. Says nothing about how; what is under way decides that.

use std::sync::atomic::{AtomicBool, Ordering};
use tokio::sync::Notify;

/// Shared by who asks and who is asked.
#[derive(Debug, Default)]
pub struct Stop {
    asked: AtomicBool,
    bell: Notify,
}

impl Stop {
    /// Asks the run to end; true if somebody had asked before.
    pub fn ask(&self) -> bool {
        let before = self.asked.swap(true, Ordering::Relaxed);
        self.bell.notify_waiters();
        before
    }

    /// Somebody asked.
    pub fn is_asked(&self) -> bool {
        self.asked.load(Ordering::Relaxed)
    }

    /// Waits until somebody asks.
    pub async fn asked(&self) {
        let bell = self.bell.notified();
        tokio::pin!(bell);
        bell.as_mut().enable();
        if !self.is_asked() {
            bell.await;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn whoever_waits_is_told_and_whoever_comes_later_too() {
        let stop = Stop::default();
        assert!(!stop.is_asked());
        let ((), before) = tokio::join!(stop.asked(), async { stop.ask() });
        assert!(!before && stop.is_asked() && stop.ask());
        stop.asked().await;
    }
}
