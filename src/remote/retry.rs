//! When to try again: backoff with full jitter for one request, and the gate that all requests of a remote share.
//!
//! Knows no GraphQL. Time is tokio's, so that a paused clock works; randomness comes in as a number.

use super::reply::RetryAdvice;
use super::types::RemoteError;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;
use tokio::time::Instant;

/// How patiently a remote tries.
#[derive(Clone, Debug)]
pub struct RetryPolicy {
    /// The most times that one request is sent.
    pub tries: u32,
    /// The most times that a connection is attempted.
    pub connect_tries: u32,
    /// The longest first pause; it doubles with each further one.
    pub base: Duration,
    /// The longest pause.
    pub cap: Duration,
    /// The longest `Retry-After` that is honoured.
    pub retry_after_cap: Duration,
    /// No try starts later than this after the first.
    pub total: Duration,
    /// After so many requests in a row that were given up, no more are sent.
    pub give_up_after: u32,
    /// How long none are sent then.
    pub cool_down: Duration,
    /// The most requests at once.
    pub concurrency: usize,
}

impl Default for RetryPolicy {
    fn default() -> Self {
        Self {
            tries: 8,
            connect_tries: 4,
            base: Duration::from_millis(150),
            cap: Duration::from_secs(8),
            retry_after_cap: Duration::from_secs(30),
            total: Duration::from_secs(60),
            give_up_after: 3,
            cool_down: Duration::from_secs(30),
            concurrency: 6,
        }
    }
}

impl RetryPolicy {
    /// The pause after try number `tried` (from 1), `elapsed` after the first; none means give up. `roll` in 0..1 is the jitter:
    /// full, so that clients that failed together do not come back together.
    pub(super) fn pause(&self, tried: u32, elapsed: Duration, advice: RetryAdvice, roll: f64) -> Option<Duration> {
        let (most, after) = match advice {
            RetryAdvice::Later(after) => (self.tries, after.unwrap_or_default().min(self.retry_after_cap)),
            RetryAdvice::Reconnect => (self.connect_tries, Duration::ZERO),
            RetryAdvice::Never | RetryAdvice::Hopeless | RetryAdvice::Less => return None,
        };
        let ceiling = self.base.saturating_mul(1 << tried.saturating_sub(1).min(16)).min(self.cap);
        let pause = after + ceiling.mul_f64(roll);
        (tried < most && elapsed + pause <= self.total).then_some(pause)
    }
}

/// Shared by all requests of a remote: keeps them waiting while the server asked for it, and turns them away while there
/// is no sense in asking.
#[derive(Debug, Default)]
pub(super) struct Gate {
    state: Mutex<State>,
}

#[derive(Debug, Default)]
struct State {
    quiet_until: Option<Instant>,
    given_up: u32,
    shut: Option<(Instant, RemoteError)>,
}

impl Gate {
    /// Waits as long as the server asked for; an error if requests are being turned away.
    pub(super) async fn pass(&self) -> Result<(), RemoteError> {
        loop {
            let quiet_until = {
                let state = self.lock();
                if let Some((until, error)) = &state.shut
                    && Instant::now() < *until
                {
                    return Err(error.clone());
                }
                state.quiet_until.filter(|until| Instant::now() < *until)
            };
            match quiet_until {
                Some(until) => tokio::time::sleep_until(until).await,
                None => return Ok(()),
            }
        }
    }

    /// The server asked for `pause`; it means everybody.
    pub(super) fn quiet(&self, pause: Duration) {
        let until = Instant::now() + pause;
        let mut state = self.lock();
        state.quiet_until = state.quiet_until.max(Some(until));
    }

    /// The server answered.
    pub(super) fn answered(&self) {
        let mut state = self.lock();
        (state.given_up, state.shut) = (0, None);
    }

    /// A request was given up.
    pub(super) fn gave_up(&self, policy: &RetryPolicy, error: &RemoteError) {
        let mut state = self.lock();
        state.given_up += 1;
        if state.given_up >= policy.give_up_after {
            state.shut = Some((Instant::now() + policy.cool_down, error.clone()));
        }
    }

    /// No request can succeed.
    pub(super) fn hopeless(&self, policy: &RetryPolicy, error: &RemoteError) {
        self.lock().shut = Some((Instant::now() + policy.cool_down, error.clone()));
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const LATER: RetryAdvice = RetryAdvice::Later(None);

    fn ms(pause: Option<Duration>) -> Option<u128> {
        pause.map(|pause| pause.as_millis())
    }

    #[test]
    fn pauses_double_up_to_the_cap_and_jitter_takes_any_part_of_them() {
        let policy = RetryPolicy::default();
        let full: Vec<_> = (1..=8).map(|tried| ms(policy.pause(tried, Duration::ZERO, LATER, 1.0))).collect();
        let expected = [Some(150), Some(300), Some(600), Some(1200), Some(2400), Some(4800), Some(8000), None];
        assert_eq!(full, expected);
        assert_eq!(ms(policy.pause(3, Duration::ZERO, LATER, 0.5)), Some(300));
        assert_eq!(ms(policy.pause(3, Duration::ZERO, LATER, 0.0)), Some(0));
        assert_eq!(ms(policy.pause(4, Duration::ZERO, RetryAdvice::Reconnect, 1.0)), None);
        assert_eq!(ms(policy.pause(1, Duration::ZERO, RetryAdvice::Never, 1.0)), None);
    }

    #[test]
    fn retry_after_is_the_least_pause_up_to_its_own_cap_and_within_the_total() {
        let policy = RetryPolicy::default();
        let after = |seconds| RetryAdvice::Later(Some(Duration::from_secs(seconds)));
        assert_eq!(ms(policy.pause(1, Duration::ZERO, after(5), 1.0)), Some(5150));
        assert_eq!(ms(policy.pause(1, Duration::ZERO, after(3600), 1.0)), Some(30_150));
        assert_eq!(ms(policy.pause(1, Duration::from_secs(40), after(3600), 1.0)), None);
        assert_eq!(ms(policy.pause(2, Duration::from_secs(59), LATER, 1.0)), Some(300));
        assert_eq!(ms(policy.pause(2, Duration::from_secs(60), LATER, 1.0)), None);
    }

    #[tokio::test(start_paused = true)]
    async fn the_gate_shuts_after_failures_in_a_row_and_opens_after_a_while() {
        let (gate, policy) = (Gate::default(), RetryPolicy::default());
        let error = RemoteError::Unreachable("down".to_owned());
        gate.gave_up(&policy, &error);
        gate.gave_up(&policy, &error);
        gate.answered();
        for _ in 0..2 {
            gate.gave_up(&policy, &error);
            assert!(gate.pass().await.is_ok());
        }
        gate.gave_up(&policy, &error);
        assert!(matches!(gate.pass().await, Err(RemoteError::Unreachable(_))));
        tokio::time::advance(policy.cool_down).await;
        assert!(gate.pass().await.is_ok());
        gate.gave_up(&policy, &error);
        assert!(gate.pass().await.is_err());
    }

    #[tokio::test(start_paused = true)]
    async fn everybody_waits_when_the_server_asks_one_to() {
        let gate = Gate::default();
        let start = Instant::now();
        gate.quiet(Duration::from_secs(5));
        gate.quiet(Duration::from_secs(1));
        assert!(gate.pass().await.is_ok());
        assert_eq!(start.elapsed(), Duration::from_secs(5));
    }
}
