//! [`Supervisor`]: keeps a connection open. It connects again after a delay, at once after sleep, and stops when the
//! connection is refused or nobody listens.

use super::address::Address;
use super::coalescing::CoalescingSender;
use super::connect::connect;
use super::connection::Connection;
use super::connection_end::ConnectionEnd;
use super::sleep;
use super::socket_auth::SocketAuth;
use crate::model::Backoff;
use crate::remote::event::RemoteEvent;
use crate::remote::net;
use reqwest::Client;
use std::time::{Duration, SystemTime};
use tokio::time::{Instant, sleep, timeout};
use tracing::debug;

/// The longest that a socket may take to open.
const OPEN_TIMEOUT: Duration = Duration::from_secs(30);
/// A connection that lasted this long failed for a new reason: the delays begin anew.
const STEADY: Duration = Duration::from_mins(1);
/// The delays between tries. Half of each is certain: listeners that lost a server together should neither come back
/// together nor all at once.
const RECONNECT: Backoff = Backoff { first: Duration::from_millis(500), longest: Duration::from_secs(60), least: 0.5 };

/// Keeps one connection open.
pub(super) struct Supervisor<C> {
    pub address: Address,
    pub auth: SocketAuth,
    /// Reads the wall clock: signatures are about it, and only it goes on in sleep.
    pub clock: C,
}

impl<C: Fn() -> SystemTime> Supervisor<C> {
    /// Runs until nobody listens, or the connection is refused.
    pub(super) async fn run(&self, sender: &CoalescingSender) {
        let last = tokio::select! {
            () = sender.run() => return,
            last = self.reconnect(sender) => last,
        };
        sender.send(last);
        sender.flush().await;
    }

    /// Connects again and again; returns the last event.
    async fn reconnect(&self, sender: &CoalescingSender) -> RemoteEvent {
        // HTTP/2 has no upgrade to a socket.
        let client = match net::client(&self.address.api).http1_only().build() {
            Ok(client) => client,
            Err(error) => return RemoteEvent::Refused(format!("no https here: {}", net::cause(&error))),
        };
        let (mut failures, mut jitter) = (0_u32, fastrand::Rng::new());
        loop {
            let start = Instant::now();
            let end = tokio::select! {
                end = self.connect_once(&client, sender) => end,
                () = sleep::slept(&self.clock) => {
                    debug!("the computer slept");
                    sender.send(RemoteEvent::Lost { why: "the computer slept".to_owned(), retry_in: Duration::ZERO });
                    continue;
                }
            };
            let (why, after) = match end {
                ConnectionEnd::Refused(why) => {
                    debug!(why, "refused");
                    return RemoteEvent::Refused(why);
                }
                ConnectionEnd::Lost { why, after } => (why, after),
            };
            failures = if start.elapsed() > STEADY { 1 } else { failures.saturating_add(1) };
            let retry_in = RECONNECT.delay(failures, jitter.f64()).max(after);
            debug!(why, failures, ?retry_in, "lost");
            sender.send(RemoteEvent::Lost { why, retry_in });
            tokio::select! {
                () = sleep(retry_in) => {}
                () = sleep::slept(&self.clock) => {}
            }
        }
    }

    /// One connection from its opening to its end.
    async fn connect_once(&self, client: &Client, sender: &CoalescingSender) -> ConnectionEnd {
        let now = (self.clock)();
        let authorization = match self.auth.authorize_socket(&self.address, now) {
            Ok(authorization) => authorization,
            Err(fault) => return ConnectionEnd::Refused(format!("the request for a socket cannot be signed: {fault}")),
        };
        debug!("connecting");
        match timeout(OPEN_TIMEOUT, connect(client, &self.address, &authorization, now)).await {
            Ok(Ok(socket)) => Connection { address: &self.address, auth: &self.auth, sender, now }.run(socket).await,
            Ok(Err(end)) => end,
            Err(_) => ConnectionEnd::lost(format!("no socket within {} s", OPEN_TIMEOUT.as_secs())),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::coalescing::channel;
    use super::*;
    use reqwest::Url;
    use std::sync::atomic::{AtomicBool, Ordering};
    use tokio::net::TcpSocket;
    use tokio::sync::mpsc::Receiver;

    #[test]
    fn delays_double_up_to_a_minute() {
        let mut jitter = fastrand::Rng::with_seed(1);
        for (failures, limit) in (1..).zip([500, 1_000, 2_000, 4_000, 8_000, 16_000, 32_000, 60_000, 60_000]) {
            let delay = RECONNECT.delay(failures, jitter.f64()).as_millis();
            assert!((limit / 2..=limit).contains(&delay), "{delay} of {limit}");
        }
        (10..110).for_each(|failures| assert!(RECONNECT.delay(failures, jitter.f64()) <= RECONNECT.longest));
    }

    async fn lost(events: &mut Receiver<RemoteEvent>) -> Duration {
        match events.recv().await {
            Some(RemoteEvent::Lost { retry_in, .. }) => retry_in,
            other => panic!("{other:?}"),
        }
    }

    #[tokio::test(start_paused = true)]
    async fn the_next_try_is_at_once_after_sleep() {
        // A port that is taken and not listened at.
        let taken = TcpSocket::new_v4().expect("a socket");
        taken.bind("127.0.0.1:0".parse().expect("an address")).expect("a free port");
        let port = taken.local_addr().expect("bound").port();
        let (start, slept) = (Instant::now(), AtomicBool::new(false));
        let clock = || {
            let asleep = if slept.load(Ordering::Relaxed) { Duration::from_hours(8) } else { Duration::ZERO };
            SystemTime::UNIX_EPOCH + start.elapsed() + asleep
        };
        let address = Address::of(&Url::parse(&format!("http://127.0.0.1:{port}/graphql")).expect("a URL"));
        let supervisor = Supervisor { address, auth: SocketAuth::Key("k".to_owned()), clock };
        let (sender, mut events) = channel();
        let listen = async {
            while lost(&mut events).await < Duration::from_secs(30) {}
            slept.store(true, Ordering::Relaxed);
            let before = Instant::now();
            lost(&mut events).await;
            drop(events);
            before.elapsed()
        };
        let (waited, ()) = tokio::join!(listen, supervisor.run(&sender));
        assert!(waited < Duration::from_secs(30), "{waited:?}");
    }
}
