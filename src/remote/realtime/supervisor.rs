//! Keeps a line up: tries again after a pause, at once after sleep, and no more once it is refused or nobody listens.

use super::ConnectionEnd;
use super::address::Address;
use super::backoff::Backoff;
use super::coalescing::Coalescing;
use super::connect::connect;
use super::connection::Connection;
use super::identity::SocketAuth;
use super::sleep;
use crate::remote::event::RemoteEvent;
use crate::remote::net;
use reqwest::Client;
use std::time::{Duration, SystemTime};
use tokio::time::{Instant, sleep, timeout};

/// The longest that a socket may take to open.
const OPENING: Duration = Duration::from_secs(30);
/// A line that was up for so long failed for a new reason.
const STEADY: Duration = Duration::from_mins(1);

/// What keeps a line up.
pub(super) struct Supervisor<C> {
    pub address: Address,
    pub identity: SocketAuth,
    /// The real time: signatures are about it, and only it goes on in sleep.
    pub clock: C,
}

impl<C: Fn() -> SystemTime> Supervisor<C> {
    /// Keeps the line up until nobody listens, or it is refused.
    pub(super) async fn run(&self, coalescing: &Coalescing) {
        let end = tokio::select! {
            () = coalescing.attend() => return,
            end = self.reconnect(coalescing) => end,
        };
        coalescing.offer(end);
        coalescing.deliver().await;
    }

    /// Gives back the last event.
    async fn reconnect(&self, coalescing: &Coalescing) -> RemoteEvent {
        // Sockets are a thing of HTTP/1.1.
        let client = match net::client(self.address.api.scheme() == "http").http1_only().build() {
            Ok(client) => client,
            Err(error) => return RemoteEvent::Refused(format!("no https here: {}", net::cause(&error))),
        };
        let mut backoff = Backoff::new(fastrand::Rng::new());
        loop {
            let start = Instant::now();
            let end = tokio::select! {
                end = self.once(&client, coalescing) => end,
                () = sleep::slept(&self.clock) => {
                    coalescing.offer(RemoteEvent::Lost { why: "the computer slept".to_owned(), retry_in: Duration::ZERO });
                    continue;
                }
            };
            let (why, after) = match end {
                ConnectionEnd::Refused(why) => return RemoteEvent::Refused(why),
                ConnectionEnd::Lost { why, after } => (why, after),
            };
            if start.elapsed() > STEADY {
                backoff.reset();
            }
            let retry_in = backoff.pause().max(after);
            coalescing.offer(RemoteEvent::Lost { why, retry_in });
            tokio::select! {
                () = sleep(retry_in) => {}
                () = sleep::slept(&self.clock) => {}
            }
        }
    }

    /// One line from its opening to its end.
    async fn once(&self, client: &Client, coalescing: &Coalescing) -> ConnectionEnd {
        let now = (self.clock)();
        let authorization = match self.identity.connect(&self.address, now) {
            Ok(authorization) => authorization,
            Err(fault) => return ConnectionEnd::Refused(format!("the request for a socket cannot be signed: {fault}")),
        };
        match timeout(OPENING, connect(client, &self.address, &authorization, now)).await {
            Ok(Ok(wire)) => Connection { address: &self.address, identity: &self.identity, coalescing, now }.talk(wire).await,
            Ok(Err(end)) => end,
            Err(_) => ConnectionEnd::lost(format!("no socket within {} s", OPENING.as_secs())),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::coalescing::coalescing;
    use super::*;
    use reqwest::Url;
    use std::sync::atomic::{AtomicBool, Ordering};
    use tokio::net::TcpSocket;
    use tokio::sync::mpsc::Receiver;

    async fn lost(events: &mut Receiver<RemoteEvent>) -> Duration {
        match events.recv().await {
            Some(RemoteEvent::Lost { retry_in, .. }) => retry_in,
            other => panic!("{other:?}"),
        }
    }

    #[tokio::test(start_paused = true)]
    async fn the_next_try_is_at_once_after_sleep() {
        // A port that is taken and not listened at.
        let kept = TcpSocket::new_v4().expect("a socket");
        kept.bind("127.0.0.1:0".parse().expect("an address")).expect("a free port");
        let port = kept.local_addr().expect("bound").port();
        let (start, slept) = (Instant::now(), AtomicBool::new(false));
        let clock = || {
            let asleep = if slept.load(Ordering::Relaxed) { Duration::from_hours(8) } else { Duration::ZERO };
            SystemTime::UNIX_EPOCH + start.elapsed() + asleep
        };
        let address = Address::of(&Url::parse(&format!("http://127.0.0.1:{port}/graphql")).expect("a URL"));
        let supervisor = Supervisor { address, identity: SocketAuth::Key("k".to_owned()), clock };
        let (coalescing, mut events) = coalescing();
        let listen = async {
            while lost(&mut events).await < Duration::from_secs(30) {}
            slept.store(true, Ordering::Relaxed);
            let before = Instant::now();
            lost(&mut events).await;
            drop(events);
            before.elapsed()
        };
        let (waited, ()) = tokio::join!(listen, supervisor.run(&coalescing));
        assert!(waited < Duration::from_secs(30), "{waited:?}");
    }
}
