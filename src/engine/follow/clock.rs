//! Time as the loop sees it: the runtime's clock, which tests can hold, and the wall clock, which goes on in sleep.

use std::time::{Duration, Instant};

/// How much more than the runtime's clock the wall clock goes on when the computer slept.
pub(super) const SLEEP_GAP: Duration = Duration::from_secs(20);

/// By the runtime's clock, which tests can hold.
pub(super) fn instant() -> Instant {
    tokio::time::Instant::now().into_std()
}

pub(super) async fn until(wake: Option<Instant>) {
    match wake {
        Some(at) => tokio::time::sleep_until(at.into()).await,
        None => std::future::pending().await,
    }
}
