//! Time as the loop sees it: the runtime's clock, which tests can hold, and the wall clock, which goes on in sleep.

use jiff::Timestamp;
use std::time::Instant;

/// The wall clock went on by so much more than we did: the machine slept.
const SLEPT: i64 = 20;

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

/// Tells when the machine slept: the wall clock went on, ours did not.
pub(super) struct Clocks {
    now: fn() -> Timestamp,
    wall: Timestamp,
    ours: Instant,
}

impl Clocks {
    pub fn new(now: fn() -> Timestamp) -> Self {
        Self { now, wall: now(), ours: instant() }
    }

    pub fn slept(&mut self) -> bool {
        let (wall, ours) = ((self.now)(), instant());
        let gone = wall.duration_since(self.wall).as_secs() - (ours - self.ours).as_secs().cast_signed();
        (self.wall, self.ours) = (wall, ours);
        gone > SLEPT
    }
}
