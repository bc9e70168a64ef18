//! [`Prober`]: asks a dashboard that does not answer, now and then and cheaply, whether it is back.
//!
//! What waits for the dashboard waits here, so that it is asked by one of them and not by each. An edit then waits hardly
//! longer than the dashboard is away.
//!
//! The figures: one question of half a kilobyte a second is less than the two seconds between two whole catalogs that a
//! watch without a socket asks a healthy dashboard for, and it is asked only while something waits. A question that is
//! lost must not delay the next, so several may be under way; a dashboard that takes connections and says nothing is left
//! with ten of them. Where it does answer, or refuses the key, asking often helps nobody.

use super::documents;
use super::line::Line;
use super::reply::{RetryAdvice, judge};
use super::transport::Transport;
use super::types::RemoteError;
use futures_util::stream::FuturesUnordered;
use futures_util::{FutureExt, StreamExt};
use serde_json::Value;
use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::Mutex;
use tokio::time::{Instant, sleep_until, timeout};
use tracing::debug;

/// Between two questions while there is no answer.
const EVERY: Duration = Duration::from_secs(1);
/// How long the answer to one question may take, on a slow line; by then ten are under way.
const TIMEOUT: Duration = Duration::from_secs(10);
/// With this many questions under way the dashboard counts as away.
const SILENT: usize = 3;
/// Between two questions while the dashboard answers something: it refuses the key, asks for patience, or works, so that
/// what failed was something else.
const SELDOM: Duration = Duration::from_secs(10);
/// The longest `Retry-After` that is honoured.
const MAX_RETRY_AFTER: Duration = Duration::from_mins(5);

/// Asks whether the dashboard is back.
pub(super) struct Prober {
    transport: Arc<dyn Transport>,
    line: Line,
    /// Held by who asks.
    asking: Mutex<()>,
}

/// What a question brought.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Probed {
    /// The dashboard works.
    Answer,
    /// It is there, and refuses the key.
    Refusal,
    /// It is there, and asks for patience.
    Throttled,
    /// Nothing, or nothing that is its own.
    Silence,
}

impl Prober {
    pub(super) fn new(transport: Arc<dyn Transport>, line: Line) -> Self {
        Self { transport, line, asking: Mutex::new(()) }
    }

    /// Waits until the dashboard was away and is back. It is asked meanwhile, for the first time after [`EVERY`].
    pub(super) async fn returned(&self) {
        let mut first = EVERY;
        while !self.answer(first).await {
            first = SELDOM;
        }
    }

    /// Waits until the dashboard answers; whether it was away meanwhile.
    pub(super) async fn answered(&self) -> bool {
        self.answer(EVERY).await
    }

    async fn answer(&self, first: Duration) -> bool {
        let returned = pin!(self.line.returned());
        let mut returned = returned.fuse();
        tokio::select! {
            biased;
            () = &mut returned => true,
            () = self.ask(first) => returned.now_or_never().is_some(),
        }
    }

    /// Asks until there is an answer, for the first time after `pause`.
    async fn ask(&self, mut pause: Duration) {
        let _asking = self.asking.lock().await;
        let (mut questions, mut last) = (FuturesUnordered::new(), Instant::now());
        loop {
            tokio::select! {
                () = sleep_until(last + pause) => {
                    self.line.held().await;
                    last = Instant::now();
                    if questions.len() >= SILENT {
                        self.line.lost();
                    }
                    questions.push(self.question());
                    pause = EVERY;
                }
                Some(probed) = questions.next() => {
                    debug!(?probed, "asked whether the dashboard is there");
                    match probed {
                        Probed::Answer => return self.line.answered_probe(),
                        Probed::Refusal | Probed::Silence => self.line.lost(),
                        Probed::Throttled => {}
                    }
                    pause = if probed == Probed::Silence { EVERY } else { SELDOM };
                }
            }
        }
    }

    async fn question(&self) -> Probed {
        let call = documents::probe();
        let Ok(outcome) = timeout(TIMEOUT, self.transport.probe(&call.request)).await else { return Probed::Silence };
        let Err(failure) = judge::<Value>(&call.fields, outcome).remove(0) else { return Probed::Answer };
        if let RetryAdvice::Later(Some(after)) = failure.advice {
            self.line.hold(after.min(MAX_RETRY_AFTER));
        }
        match (failure.error, failure.advice) {
            (RemoteError::Throttled(_), _) => Probed::Throttled,
            (_, RetryAdvice::Hopeless) => Probed::Refusal,
            (_, RetryAdvice::Later(_) | RetryAdvice::Reconnect) => Probed::Silence,
            (_, RetryAdvice::Never | RetryAdvice::Less) => Probed::Answer,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::remote::transport::{Reply, Request, TransportError};
    use async_trait::async_trait;
    use std::future::pending;
    use std::sync::atomic::{AtomicUsize, Ordering};

    /// A dashboard that takes questions and says nothing, or first asks for patience.
    #[derive(Default)]
    struct Troubled {
        /// Answers, the last one first; when there are none, there is silence.
        answers: std::sync::Mutex<Vec<Reply>>,
        asked: AtomicUsize,
        given_up: AtomicUsize,
        most_open: AtomicUsize,
    }

    /// Counts a question that nobody waits for any more.
    struct Open<'a>(&'a AtomicUsize);

    impl Drop for Open<'_> {
        fn drop(&mut self) {
            self.0.fetch_add(1, Ordering::Relaxed);
        }
    }

    #[async_trait]
    impl Transport for Troubled {
        async fn send(&self, _: &Request) -> Result<Reply, TransportError> {
            let asked = self.asked.fetch_add(1, Ordering::Relaxed) + 1;
            let _open = Open(&self.given_up);
            self.most_open.fetch_max(asked - self.given_up.load(Ordering::Relaxed), Ordering::Relaxed);
            let answer = self.answers.lock().expect("no panic").pop();
            match answer {
                Some(reply) => Ok(reply),
                None => pending().await,
            }
        }
    }

    #[tokio::test(start_paused = true)]
    async fn a_dashboard_that_says_nothing_is_left_with_ten_questions() {
        let troubled = Arc::new(Troubled::default());
        let transport: Arc<dyn Transport> = troubled.clone();
        let prober = Prober::new(transport, Line::default());
        assert!(timeout(Duration::from_hours(1), prober.answered()).await.is_err());
        let [asked, most] = [&troubled.asked, &troubled.most_open].map(|count| count.load(Ordering::Relaxed));
        assert!(asked > 3_000 && (2..=10).contains(&most), "{most} of {asked}");
    }

    #[tokio::test(start_paused = true)]
    async fn a_dashboard_that_asks_for_a_day_is_asked_again_after_minutes() {
        let busy = Reply { status: 503, retry_after: Some(Duration::from_hours(24)), body: Vec::new() };
        let works = Reply { status: 200, retry_after: None, body: br#"{"data": {"__typename": "Query"}}"#.to_vec() };
        let troubled = Troubled { answers: vec![works, busy].into(), ..Troubled::default() };
        let (prober, start) = (Prober::new(Arc::new(troubled), Line::default()), Instant::now());
        prober.answered().await;
        let waited = start.elapsed();
        assert!((MAX_RETRY_AFTER..MAX_RETRY_AFTER + SELDOM).contains(&waited), "{waited:?}");
    }
}
