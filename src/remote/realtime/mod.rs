//! Listening to AppSync's realtime protocol (`PLEXUS-API` §7): one socket, a few subscriptions, [`Hint`]s out.
//!
//! It reads nothing else from the dashboard and decides nothing: an event says that something happened, and to what. The
//! line is kept up by itself until nobody listens any more, or until it can never come up.
//!
//! ```text
//! keep: again and again, with pauses (backoff), at once after sleep (wake)
//!   connect: one socket at an address (address), authorized (identity)
//!   line: init, subscribe, hear (frames) ──▶ outbox ──▶ whoever listens
//! ```

mod address;
mod backoff;
mod connect;
mod frames;
mod identity;
mod keep;
mod line;
mod outbox;
mod wake;

pub(super) use identity::Identity;

use super::hint::Hint;
use address::Address;
use keep::Keeper;
use reqwest::Url;
use std::time::{Duration, SystemTime};
use tokio::sync::mpsc;

/// Listens to the API at `api`, which is https, or http to this machine.
#[expect(clippy::disallowed_methods, reason = "signatures are about the real time, and so is sleep")]
pub(super) fn listen(api: &Url, identity: Identity) -> mpsc::Receiver<Hint> {
    let (outbox, hints) = outbox::outbox();
    let keeper = Keeper { address: Address::of(api), identity, clock: SystemTime::now };
    tokio::spawn(async move { keeper.keep(&outbox).await });
    hints
}

/// Why a line ended.
#[derive(Clone, Debug, PartialEq, Eq)]
enum End {
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

impl End {
    fn lost(why: impl Into<String>) -> Self {
        Self::Lost { why: why.into(), after: Duration::ZERO }
    }
}
