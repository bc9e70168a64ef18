//! Listening to AppSync's realtime protocol (`PLEXUS-API` §7): one socket, a few subscriptions, [`RemoteEvent`]s out.
//!
//! It reads nothing else from the dashboard and decides nothing: an event says that something happened, and to what. The
//! connection is kept up by itself until nobody listens any more, or until it can never come up.
//!
//! ```text
//! supervisor: again and again, with pauses (backoff), at once after sleep (sleep)
//!   connect: one socket at an address (address), authorized (identity)
//!   connection: init, subscribe, hear (frames) ──▶ coalescing ──▶ whoever listens
//! ```

mod address;
mod backoff;
mod coalescing;
mod connect;
mod connection;
mod frames;
mod identity;
mod sleep;
mod supervisor;

pub(super) use identity::SocketAuth;

use super::event::RemoteEvent;
use address::Address;
use reqwest::Url;
use std::time::{Duration, SystemTime};
use supervisor::Supervisor;
use tokio::sync::mpsc;

/// Listens to the API at `api`, which is https, or http to this machine.
#[expect(clippy::disallowed_methods, reason = "signatures are about the real time, and so is sleep")]
pub(super) fn listen(api: &Url, identity: SocketAuth) -> mpsc::Receiver<RemoteEvent> {
    let (coalescing, events) = coalescing::coalescing();
    let supervisor = Supervisor { address: Address::of(api), identity, clock: SystemTime::now };
    tokio::spawn(async move { supervisor.run(&coalescing).await });
    events
}

/// Why a connection ended.
#[derive(Clone, Debug, PartialEq, Eq)]
enum ConnectionEnd {
    /// It can be tried again, but not sooner than the server asked for.
    Lost {
        /// A sentence without a full stop.
        why: String,
        /// The least pause.
        after: Duration,
    },
    /// It will never come up.
    Refused(String),
}

impl ConnectionEnd {
    fn lost(why: impl Into<String>) -> Self {
        Self::Lost { why: why.into(), after: Duration::ZERO }
    }
}
