//! Starts to listen: the one entrance of this folder.

use super::address::Address;
use super::coalescing;
use super::socket_auth::SocketAuth;
use super::supervisor::Supervisor;
use crate::remote::event::RemoteEvent;
use crate::remote::line::Line;
use reqwest::Url;
use std::time::SystemTime;
use tokio::sync::mpsc;
use tracing::Instrument;

/// Listens to the API at `api`, which a transport has accepted. What is heard is told to `line`.
#[expect(clippy::disallowed_methods, reason = "signatures are about the real time, and so is sleep")]
pub(in crate::remote) fn listen(api: &Url, auth: SocketAuth, line: Line) -> mpsc::Receiver<RemoteEvent> {
    let (sender, events) = coalescing::channel();
    let address = Address::of(api);
    let span = tracing::debug_span!("listen", host = address.host);
    let supervisor = Supervisor { address, auth, line, clock: SystemTime::now };
    tokio::spawn(async move { supervisor.run(&sender).await }.instrument(span));
    events
}
