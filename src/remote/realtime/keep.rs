//! Keeps a line up: tries again after a pause, at once after sleep, and no more once it is refused or nobody listens.

use super::End;
use super::address::Address;
use super::backoff::Backoff;
use super::connect::connect;
use super::identity::Identity;
use super::line::Line;
use super::outbox::Outbox;
use super::wake;
use crate::remote::hint::Hint;
use crate::remote::net;
use reqwest::Client;
use std::time::{Duration, SystemTime};
use tokio::time::{Instant, sleep, timeout};

/// The longest that a socket may take to open.
const OPENING: Duration = Duration::from_secs(30);
/// A line that was up for so long failed for a new reason.
const STEADY: Duration = Duration::from_mins(1);

/// What keeps a line up.
pub(super) struct Keeper<C> {
    pub address: Address,
    pub identity: Identity,
    /// The real time: signatures are about it, and only it goes on in sleep.
    pub clock: C,
}

impl<C: Fn() -> SystemTime> Keeper<C> {
    /// Keeps the line up until nobody listens, or it is refused.
    pub(super) async fn keep(&self, outbox: &Outbox) {
        let end = tokio::select! {
            () = outbox.attend() => return,
            end = self.again_and_again(outbox) => end,
        };
        outbox.offer(end);
        outbox.deliver().await;
    }

    /// Gives back the last hint.
    async fn again_and_again(&self, outbox: &Outbox) -> Hint {
        // Sockets are a thing of HTTP/1.1.
        let client = match net::client(self.address.api.scheme() == "http").http1_only().build() {
            Ok(client) => client,
            Err(error) => return Hint::Refused(format!("no https here: {}", net::cause(&error))),
        };
        let mut backoff = Backoff::new(fastrand::Rng::new());
        loop {
            let start = Instant::now();
            let end = tokio::select! {
                end = self.once(&client, outbox) => end,
                () = wake::slept(&self.clock) => {
                    outbox.offer(Hint::Lost { why: "the computer slept".to_owned(), retry_in: Duration::ZERO });
                    continue;
                }
            };
            let (why, after) = match end {
                End::Refused(why) => return Hint::Refused(why),
                End::Lost { why, after } => (why, after),
            };
            if start.elapsed() > STEADY {
                backoff.reset();
            }
            let retry_in = backoff.pause().max(after);
            outbox.offer(Hint::Lost { why, retry_in });
            tokio::select! {
                () = sleep(retry_in) => {}
                () = wake::slept(&self.clock) => {}
            }
        }
    }

    /// One line from its opening to its end.
    async fn once(&self, client: &Client, outbox: &Outbox) -> End {
        let now = (self.clock)();
        let authorization = match self.identity.connect(&self.address, now) {
            Ok(authorization) => authorization,
            Err(fault) => return End::Refused(format!("the request for a socket cannot be signed: {fault}")),
        };
        match timeout(OPENING, connect(client, &self.address, &authorization, now)).await {
            Ok(Ok(wire)) => Line { address: &self.address, identity: &self.identity, outbox, now }.talk(wire).await,
            Ok(Err(end)) => end,
            Err(_) => End::lost(format!("no socket within {} s", OPENING.as_secs())),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::outbox::outbox;
    use super::*;
    use reqwest::Url;
    use std::sync::atomic::{AtomicBool, Ordering};
    use tokio::net::TcpSocket;
    use tokio::sync::mpsc::Receiver;

    async fn lost(hints: &mut Receiver<Hint>) -> Duration {
        match hints.recv().await {
            Some(Hint::Lost { retry_in, .. }) => retry_in,
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
        let keeper = Keeper { address, identity: Identity::Key("k".to_owned()), clock };
        let (outbox, mut hints) = outbox();
        let listen = async {
            while lost(&mut hints).await < Duration::from_secs(30) {}
            slept.store(true, Ordering::Relaxed);
            let before = Instant::now();
            lost(&mut hints).await;
            drop(hints);
            before.elapsed()
        };
        let (waited, ()) = tokio::join!(listen, keeper.keep(&outbox));
        assert!(waited < Duration::from_secs(30), "{waited:?}");
    }
}
