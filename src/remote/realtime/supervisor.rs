//! [`Supervisor`]: keeps a connection open. It connects again after a delay, and at once after sleep or when the dashboard
//! answers again. A connection that is refused is tried again only when the dashboard was away and is back: then the key
//! may be good again. It stops when nobody listens.

use super::address::Address;
use super::coalescing::CoalescingSender;
use super::connect::connect;
use super::connection::Connection;
use super::connection_end::ConnectionEnd;
use super::socket_auth::SocketAuth;
use crate::model::Backoff;
use crate::remote::event::RemoteEvent;
use crate::remote::line::Line;
use crate::remote::net;
use crate::remote::sleep::slept;
use reqwest::Client;
use std::convert::Infallible;
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
    pub line: Line,
    /// Reads the wall clock: signatures are about it, and only it goes on in sleep.
    pub clock: C,
}

impl<C: Fn() -> SystemTime> Supervisor<C> {
    /// Runs until nobody listens.
    pub(super) async fn run(&self, sender: &CoalescingSender) {
        // HTTP/2 has no upgrade to a socket.
        match net::client(&self.address.api).http1_only().build() {
            Ok(client) => tokio::select! {
                () = sender.run() => {}
                never = self.reconnect(&client, sender) => match never {},
            },
            Err(error) => {
                sender.send(RemoteEvent::Refused(format!("no https here: {}", net::cause(&error))));
                sender.flush().await;
            }
        }
    }

    /// Connects again and again.
    async fn reconnect(&self, client: &Client, sender: &CoalescingSender) -> Infallible {
        let (mut failures, mut jitter) = (0_u32, fastrand::Rng::new());
        loop {
            let start = Instant::now();
            let end = tokio::select! {
                end = self.connect_once(client, sender) => end,
                () = slept(&self.clock) => {
                    debug!("the computer slept");
                    sender.send(RemoteEvent::Lost { why: "the computer slept".to_owned(), retry_in: Duration::ZERO });
                    continue;
                }
            };
            let (why, after) = match end {
                ConnectionEnd::Refused(why) => {
                    debug!(why, "refused");
                    let returned = self.line.returned();
                    sender.send(RemoteEvent::Refused(why));
                    returned.await;
                    failures = 0;
                    continue;
                }
                ConnectionEnd::Lost { why, after } => (why, after),
            };
            failures = if start.elapsed() > STEADY { 1 } else { failures.saturating_add(1) };
            let retry_in = RECONNECT.delay(failures, jitter.f64()).max(after);
            debug!(why, failures, ?retry_in, "lost");
            sender.send(RemoteEvent::Lost { why, retry_in });
            tokio::select! {
                () = sleep(retry_in) => {}
                () = slept(&self.clock) => {}
                // The server may have asked for patience.
                () = self.returned_after(after) => {}
            }
        }
    }

    /// Waits until the dashboard answers again, but at least for `after`.
    async fn returned_after(&self, after: Duration) {
        tokio::join!(self.line.returned(), sleep(after));
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
            Ok(Ok(socket)) => {
                Connection { address: &self.address, auth: &self.auth, line: &self.line, sender, now }.run(socket).await
            }
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
    use tokio::net::{TcpListener, TcpSocket};
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

    fn supervisor_of<C: Fn() -> SystemTime>(port: u16, line: Line, clock: C) -> Supervisor<C> {
        let address = Address::of(&Url::parse(&format!("http://127.0.0.1:{port}/graphql")).expect("a URL"));
        Supervisor { address, auth: SocketAuth::Key("k".to_owned()), line, clock }
    }

    /// How long the next try takes after `then`, once the delays have grown long. Nobody listens at the address; the
    /// wall clock has gone on by eight hours once the second value is set.
    async fn next_try_after(then: impl FnOnce(&Line, &AtomicBool)) -> Duration {
        // A port that is taken and not listened at.
        let taken = TcpSocket::new_v4().expect("a socket");
        taken.bind("127.0.0.1:0".parse().expect("an address")).expect("a free port");
        let port = taken.local_addr().expect("bound").port();
        let (start, slept) = (Instant::now(), AtomicBool::new(false));
        let clock = || {
            let asleep = if slept.load(Ordering::Relaxed) { Duration::from_hours(8) } else { Duration::ZERO };
            SystemTime::UNIX_EPOCH + start.elapsed() + asleep
        };
        let line = Line::default();
        let supervisor = supervisor_of(port, line.clone(), clock);
        let (sender, mut events) = channel();
        let listen = async {
            while lost(&mut events).await < Duration::from_secs(30) {}
            // The supervisor has begun to wait.
            sleep(Duration::from_millis(10)).await;
            then(&line, &slept);
            let before = Instant::now();
            lost(&mut events).await;
            drop(events);
            before.elapsed()
        };
        let (waited, ()) = tokio::join!(listen, supervisor.run(&sender));
        waited
    }

    #[tokio::test(start_paused = true)]
    async fn a_socket_that_does_not_open_is_given_up() {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        let port = listener.local_addr().expect("bound").port();
        // It takes the request and never answers.
        tokio::spawn(async move {
            let _connection = listener.accept().await;
            std::future::pending::<()>().await;
        });
        let supervisor = supervisor_of(port, Line::default(), || SystemTime::UNIX_EPOCH);
        let (sender, _events) = channel();
        let client = net::client(&supervisor.address.api).http1_only().build().expect("a client");
        let (opening, start) = (supervisor.connect_once(&client, &sender), Instant::now());
        let end = timeout(Duration::from_hours(1), opening).await.expect("it is given up");
        assert!(matches!(&end, ConnectionEnd::Lost { why, .. } if why == "no socket within 30 s"), "{end:?}");
        assert!(start.elapsed() < OPEN_TIMEOUT + Duration::from_secs(1), "{:?}", start.elapsed());
    }

    #[tokio::test(start_paused = true)]
    async fn the_next_try_is_at_once_after_sleep_and_when_the_dashboard_answers_again() {
        let waited = next_try_after(|_, slept| slept.store(true, Ordering::Relaxed)).await;
        assert!(waited < Duration::from_secs(30), "{waited:?}");
        let waited = next_try_after(|line, _| {
            line.lost();
            line.answered();
        })
        .await;
        assert!(waited < Duration::from_secs(1), "{waited:?}");
        let waited = next_try_after(|line, _| line.answered()).await;
        assert!(waited >= Duration::from_secs(25), "it was not away: {waited:?}");
    }
}
