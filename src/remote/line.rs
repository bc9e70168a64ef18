//! [`Line`]: what all requests of a remote, and its socket, know together about whether the dashboard answers.
//!
//! It holds requests back while the server asked for that, and refuses them while none can succeed. It knows when the
//! dashboard was away and is back, which ends every wait that was for nothing else. Only what was really sent counts.
//! Time is tokio's, so that a paused clock works.

use super::types::RemoteError;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;
use tokio::sync::watch;
use tokio::time::Instant;

/// Whether the dashboard answers. Clones share it.
#[derive(Clone, Debug, Default)]
pub struct Line(Arc<SharedLine>);

#[derive(Debug, Default)]
struct SharedLine {
    state: Mutex<LineState>,
    /// How often the dashboard was away and came back.
    returns: watch::Sender<u64>,
}

#[derive(Debug, Default)]
struct LineState {
    hold_until: Option<Instant>,
    /// Requests in a row that were given up.
    given_up: u32,
    /// Until when requests are refused, and the error that they get.
    shut: Option<(Instant, RemoteError)>,
    /// A probe got no answer, or the key was refused, and nothing was answered since.
    away: bool,
}

impl Line {
    /// The server answered, as it does when it can be worked with: a reply, the acknowledgement of a socket, a sign of life.
    pub fn answered(&self) {
        let mut state = self.lock();
        (state.given_up, state.shut) = (0, None);
        if std::mem::take(&mut state.away) {
            self.0.returns.send_modify(|returns| *returns += 1);
        }
    }

    /// Resolves once the dashboard was away and is back, from the moment of this call on.
    pub fn returned(&self) -> impl Future<Output = ()> + Send + use<> {
        let mut returns = self.0.returns.subscribe();
        let line = self.clone();
        async move {
            // The sender lives as long as the line, so that this is no error.
            let _ = returns.changed().await;
            drop(line);
        }
    }

    /// A probe was answered, which says little about requests that cost more.
    pub(super) fn answered_probe(&self) {
        if self.is_away() {
            self.answered();
        }
    }

    /// A probe got no answer.
    pub(super) fn lost(&self) {
        self.lock().away = true;
    }

    /// A probe got no answer, or the key was refused, and nothing was answered since.
    pub(super) fn is_away(&self) -> bool {
        self.lock().away
    }

    /// Waits as long as the server asked for; an error if requests are refused.
    pub(super) async fn pass(&self) -> Result<(), RemoteError> {
        loop {
            if let Some((until, error)) = &self.lock().shut
                && Instant::now() < *until
            {
                return Err(error.clone());
            }
            if !self.held().await {
                return Ok(());
            }
        }
    }

    /// Waits as long as the server asked for; false if it did not ask.
    pub(super) async fn held(&self) -> bool {
        let hold_until = self.lock().hold_until.filter(|until| Instant::now() < *until);
        match hold_until {
            Some(until) => tokio::time::sleep_until(until).await,
            None => return false,
        }
        true
    }

    /// The server asked for `delay`; that concerns all requests.
    pub(super) fn hold(&self, delay: Duration) {
        let until = Instant::now() + delay;
        let mut state = self.lock();
        state.hold_until = state.hold_until.max(Some(until));
    }

    /// A request was given up that had been sent; after `most` in a row none is sent for as long as `pause`.
    pub(super) fn gave_up(&self, error: &RemoteError, most: u32, pause: Duration) {
        let mut state = self.lock();
        state.given_up += 1;
        if state.given_up >= most {
            state.shut = Some((Instant::now() + pause, error.clone()));
        }
    }

    /// No request can succeed, as the key is refused; none is sent for as long as `pause`.
    pub(super) fn refused(&self, error: &RemoteError, pause: Duration) {
        let mut state = self.lock();
        state.shut = Some((Instant::now() + pause, error.clone()));
        state.away = true;
    }

    fn lock(&self) -> MutexGuard<'_, LineState> {
        self.0.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use futures_util::FutureExt;

    const PAUSE: Duration = Duration::from_secs(30);

    #[tokio::test(start_paused = true)]
    async fn requests_are_refused_after_failures_in_a_row_and_sent_again_after_a_while() {
        let line = Line::default();
        let error = RemoteError::Unreachable("down".to_owned());
        line.gave_up(&error, 3, PAUSE);
        line.gave_up(&error, 3, PAUSE);
        line.answered();
        for _ in 0..2 {
            line.gave_up(&error, 3, PAUSE);
            assert!(line.pass().await.is_ok());
        }
        line.gave_up(&error, 3, PAUSE);
        assert!(matches!(line.pass().await, Err(RemoteError::Unreachable(_))));
        tokio::time::advance(PAUSE).await;
        assert!(line.pass().await.is_ok());
        line.gave_up(&error, 3, PAUSE);
        assert!(line.pass().await.is_err());
    }

    #[tokio::test(start_paused = true)]
    async fn all_requests_wait_when_the_server_asks_one_to() {
        let line = Line::default();
        let start = Instant::now();
        line.hold(Duration::from_secs(5));
        line.hold(Duration::from_secs(1));
        assert!(line.pass().await.is_ok());
        assert_eq!(start.elapsed(), Duration::from_secs(5));
    }

    #[tokio::test(start_paused = true)]
    async fn an_answer_after_silence_is_a_return_and_ends_every_refusal() {
        let line = Line::default();
        let mut returned = Box::pin(line.returned());
        line.answered();
        assert!(returned.as_mut().now_or_never().is_none(), "it was not away");
        (0..3).for_each(|_| line.gave_up(&RemoteError::Unreachable("down".to_owned()), 3, PAUSE));
        line.lost();
        assert!(line.pass().await.is_err() && returned.as_mut().now_or_never().is_none());
        line.answered();
        assert!(line.pass().await.is_ok() && returned.now_or_never().is_some());
        assert!(line.returned().now_or_never().is_none(), "another return is waited for");

        let returned = line.returned();
        line.refused(&RemoteError::Unauthorised("no".to_owned()), PAUSE);
        assert!(line.pass().await.is_err());
        line.answered();
        assert!(line.pass().await.is_ok() && returned.now_or_never().is_some());
    }
}
