//! [`Client`]: sends calls until each of their fields has a result. It tries again what failed for a while only, and splits
//! what is too much for one request.
//!
//! Every request is safe to send twice: reads by nature, writes because they are conditional or name what they make.

use super::call::Call;
use super::documents;
use super::event::RemoteEvent;
use super::line::Line;
use super::probe::Prober;
use super::reply::{FieldAnswer, ReplyFailure, RetryAdvice, judge};
use super::retry::RetryPolicy;
use super::transport::{Reply, Request, Transport, TransportError};
use super::types::RemoteError;
use futures_util::future::join_all;
use jiff::Timestamp;
use serde_json::Value;
use std::collections::HashSet;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;
use tokio::sync::{Semaphore, mpsc};
use tokio::time::{Instant, sleep, timeout};
use tracing::{Instrument, debug, debug_span, warn};

/// The most pages of one list; far above any real account.
const MAX_PAGES: usize = 2000;
/// The most rows of one list; as well.
const MAX_ROWS: usize = 500_000;
/// The longest token of a next page, in bytes; real ones have a few hundred.
const MAX_TOKEN: usize = 64 << 10;
/// A request without an answer for this long may be one that got lost with the line.
const PATIENCE: Duration = Duration::from_secs(3);

/// A transport with retries, shared by all that a remote sends; so the limit on concurrent requests is one as well.
pub(super) struct Client {
    transport: Arc<dyn Transport>,
    policy: RetryPolicy,
    line: Line,
    prober: Prober,
    slots: Semaphore,
    jitter: Mutex<fastrand::Rng>,
}

/// The latest result of each job, as far as there is one.
type Settled<A> = Vec<Option<Result<A, RemoteError>>>;

impl Client {
    pub(super) fn new(transport: Arc<dyn Transport>, policy: RetryPolicy, jitter: fastrand::Rng) -> Self {
        let (line, slots) = (Line::default(), Semaphore::new(policy.concurrency.max(1)));
        let prober = Prober::new(Arc::clone(&transport), line.clone());
        Self { transport, policy, line, prober, slots, jitter: Mutex::new(jitter) }
    }

    /// The time by the clock of the endpoint.
    pub(super) async fn clock(&self) -> Option<Timestamp> {
        self.transport.clock(&documents::probe().request).await
    }

    /// Listens on the same transport.
    pub(super) fn listen(&self) -> Option<mpsc::Receiver<RemoteEvent>> {
        self.transport.listen(&self.line)
    }

    /// Waits until the server answers, and asks it meanwhile; whether it was away.
    pub(super) async fn answered(&self) -> bool {
        let was_away = self.prober.answered().await;
        // Who asked for this sends one thing at a time, with pauses of its own.
        self.line.answered();
        was_away
    }

    /// The answer to a call of one field; null if the server has nothing.
    pub(super) async fn one<A: FieldAnswer>(&self, call: Call) -> Result<A, RemoteError> {
        let results = self.each(1, |_| call.clone()).await;
        results.into_iter().next().unwrap_or_else(|| Err(unsettled()))
    }

    /// Sends a mutation; an answer that says nothing is none. `what` says in an error what was to be done.
    pub(super) async fn write(&self, call: Call, what: String) -> Result<(), RemoteError> {
        match self.one(call).await? {
            Value::Null => Err(RemoteError::Protocol(format!("no answer to {what}"))),
            _ => Ok(()),
        }
    }

    /// Settles `jobs` jobs with as few requests as possible: `compose` makes the call for some of them, one field each,
    /// in their order. Results are in the order of the jobs.
    pub(super) async fn each<A, F>(&self, jobs: usize, compose: F) -> Vec<Result<A, RemoteError>>
    where
        A: FieldAnswer,
        F: Fn(&[usize]) -> Call + Send + Sync,
    {
        let mut settled: Settled<A> = vec![None; jobs];
        let mut groups = vec![(0..jobs).collect::<Vec<_>>()];
        while let Some(group) = groups.pop().filter(|group| !group.is_empty()) {
            let too_much = self.settle(group, &compose, &mut settled).await;
            if !too_much.is_empty() {
                let (left, right) = too_much.split_at(too_much.len() / 2);
                groups.extend([right.to_vec(), left.to_vec()]);
            }
        }
        settled.into_iter().map(|result| result.unwrap_or_else(|| Err(unsettled()))).collect()
    }

    /// Settles a job for each of `items`, `size` of them in one document at first: `compose` makes it. Results are in their order.
    pub(super) async fn in_batches<A, T, C>(&self, items: &[T], size: usize, compose: C) -> Vec<Result<A, RemoteError>>
    where
        A: FieldAnswer,
        T: Copy + Send + Sync,
        C: Fn(&[T]) -> Call + Send + Sync,
    {
        let compose = &compose;
        let batches = items.chunks(size).map(|batch| async move {
            let of_jobs = |jobs: &[usize]| compose(&jobs.iter().filter_map(|job| batch.get(*job).copied()).collect::<Vec<_>>());
            self.each(batch.len(), of_jobs).await
        });
        join_all(batches).await.into_iter().flatten().collect()
    }

    /// Asks for `open` until each job is settled; returns those that were too much for one request. Its slot is held through
    /// the delays, so that a server in trouble gets a few requests and not all that wait.
    async fn settle<A, F>(&self, mut open: Vec<usize>, compose: &F, settled: &mut Settled<A>) -> Vec<usize>
    where
        A: FieldAnswer,
        F: Fn(&[usize]) -> Call + Send + Sync,
    {
        let _slot = self.slots.acquire().await;
        let (start, mut tried, mut heard) = (Instant::now(), 0, false);
        loop {
            if let Err(shut) = self.line.pass().await {
                debug!(fields = open.len(), error = shut.kind(), "not sent: too many requests were given up");
                open.iter().for_each(|job| settled[*job] = Some(Err(shut.clone())));
                return Vec::new();
            }
            let call = compose(&open);
            tried += 1;
            let round = Round::sort(&open, self.send(&call, tried).await, settled);
            let Some(failure) = round.again else { return round.too_much };
            if let RetryAdvice::Later(Some(after)) = failure.advice {
                self.line.hold(after.min(self.policy.retry_after_cap));
            }
            let operation = call.request.operation;
            match self.policy.delay(tried, start.elapsed(), failure.advice, self.jitter()) {
                Some(delay) => {
                    debug!(operation, attempt = tried, fields = round.open.len(), ?delay, "retrying");
                    self.wait(delay, &failure, &mut heard).await;
                }
                None => {
                    warn!(operation, attempt = tried, error = failure.error.kind(), "gave up");
                    if !failure.of_one_field {
                        self.line.gave_up(&failure.error, self.policy.give_up_after, self.policy.cool_down);
                    }
                    return round.too_much;
                }
            }
            open = round.open;
        }
    }

    /// Sends one request, and tells the line what that says about others.
    async fn send<A: FieldAnswer>(&self, call: &Call, attempt: u32) -> Vec<Result<A, ReplyFailure>> {
        let span = debug_span!("request", operation = call.request.operation, attempt, fields = call.fields.len());
        let results = self.exchange(call).instrument(span).await;
        let answered = |result: &Result<A, ReplyFailure>| {
            result
                .as_ref()
                .err()
                .is_none_or(|failure| failure.of_one_field || matches!(failure.advice, RetryAdvice::Never | RetryAdvice::Less))
        };
        if results.iter().any(answered) {
            self.line.answered();
        } else if let Some(Err(ReplyFailure { error, advice: RetryAdvice::Hopeless, .. })) = results.first() {
            self.line.refused(error, self.policy.cool_down);
        }
        results
    }

    /// One request and its reply. The log gets kinds and numbers of it, never a text: any may hold what is secret.
    async fn exchange<A: FieldAnswer>(&self, call: &Call) -> Vec<Result<A, ReplyFailure>> {
        let start = Instant::now();
        let outcome = self.carry(&call.request).await;
        let elapsed = start.elapsed();
        let (status, bytes) = outcome.as_ref().ok().map(|reply| (reply.status, reply.body.len())).unzip();
        let no_reply = outcome.as_ref().err().map(TransportError::kind);
        let results = judge(&call.fields, outcome);
        let results: Vec<_> = results.into_iter().map(|result| result.map_err(|failure| self.located(failure))).collect();
        let failure = results.iter().find_map(|result| result.as_ref().err());
        debug!(
            status,
            bytes,
            no_reply,
            ?elapsed,
            failed = results.iter().filter(|result| result.is_err()).count(),
            error = failure.map(|failure| failure.error.kind()),
            advice = failure.map(|failure| tracing::field::debug(failure.advice)),
            "replied"
        );
        results
    }

    /// What does not answer like the API is mostly another address than was meant: it is named.
    fn located(&self, failure: ReplyFailure) -> ReplyFailure {
        match (failure.error, self.transport.address()) {
            (RemoteError::Protocol(words), Some(address)) => {
                ReplyFailure { error: RemoteError::Protocol(format!("{address}: {words}")), ..failure }
            }
            (error, _) => ReplyFailure { error, ..failure },
        }
    }

    /// Sends a request. It is sent once more if the server was away while it was under way and answers others again: a
    /// connection does not notice that it got lost.
    async fn carry(&self, request: &Request) -> Result<Reply, TransportError> {
        let overtaken = async {
            if !self.line.is_away() {
                sleep(PATIENCE).await;
            }
            self.prober.returned().await;
        };
        tokio::select! {
            biased;
            outcome = self.transport.send(request) => return outcome,
            () = overtaken => debug!("the server was away and is back: sent once more"),
        }
        self.transport.send(request).await
    }

    /// Waits before the next try. A server that could not be reached and is back is not waited for any longer; one that
    /// asked for patience is. A probe that is answered is worth one more try too, but only one (`heard`): the server may
    /// have been away for too short a time to be seen, and it may be this request that it does not answer.
    async fn wait(&self, delay: Duration, failure: &ReplyFailure, heard: &mut bool) {
        if failure.of_one_field || matches!(failure.error, RemoteError::Throttled(_)) {
            sleep(delay).await;
        } else {
            let back = async {
                if !self.prober.answered().await && std::mem::replace(heard, true) {
                    self.prober.returned().await;
                }
            };
            // Whichever comes first.
            let _ = timeout(delay, back).await;
        }
    }

    /// Waits as after a failed try, for reads that wait until a write can be seen.
    pub(super) async fn pause(&self, tried: u32) {
        if let Some(delay) = self.policy.delay(tried, Duration::ZERO, RetryAdvice::Later(None), self.jitter()) {
            sleep(delay).await;
        }
    }

    fn jitter(&self) -> f64 {
        self.jitter.lock().unwrap_or_else(PoisonError::into_inner).f64()
    }
}

/// What is left to do after one reply.
struct Round {
    /// Jobs to ask for again.
    open: Vec<usize>,
    /// Why the last of them failed.
    again: Option<ReplyFailure>,
    /// Jobs that were too much for one request.
    too_much: Vec<usize>,
}

impl Round {
    /// Records each result; a job that is tried again keeps its error in case that try was the last.
    fn sort<A>(asked: &[usize], results: Vec<Result<A, ReplyFailure>>, settled: &mut Settled<A>) -> Self {
        let mut round = Self { open: Vec::new(), again: None, too_much: Vec::new() };
        for (job, result) in asked.iter().copied().zip(results) {
            if let Err(failure) = &result {
                match failure.advice {
                    RetryAdvice::Less if asked.len() > 1 => round.too_much.push(job),
                    RetryAdvice::Later(_) | RetryAdvice::Reconnect => {
                        round.open.push(job);
                        round.again = Some(failure.clone());
                    }
                    RetryAdvice::Never | RetryAdvice::Hopeless | RetryAdvice::Less => {}
                }
            }
            settled[job] = Some(result.map_err(|failure| failure.error));
        }
        round
    }
}

/// Every job has a result after its last reply, so this is never returned; the types ask for it.
fn unsettled() -> RemoteError {
    RemoteError::Protocol("no answer".to_owned())
}

/// Follows one list from page to page, and notices a list that never ends.
#[derive(Debug, Default)]
pub(super) struct Pages {
    seen: HashSet<String>,
    rows: usize,
}

impl Pages {
    /// The token of the next page, after a page of so many rows; none after the last.
    pub(super) fn next(&mut self, rows: usize, token: Option<String>) -> Result<Option<String>, RemoteError> {
        self.rows += rows;
        if self.rows > MAX_ROWS {
            return Err(RemoteError::Protocol(format!("a list of more than {MAX_ROWS} rows")));
        }
        let Some(token) = token.filter(|token| !token.is_empty()) else { return Ok(None) };
        if self.seen.len() >= MAX_PAGES {
            return Err(RemoteError::Protocol(format!("a list of more than {MAX_PAGES} pages")));
        }
        if token.len() > MAX_TOKEN {
            return Err(RemoteError::Protocol(format!("a token of more than {MAX_TOKEN} bytes for the next page of a list")));
        }
        if !self.seen.insert(token.clone()) {
            return Err(RemoteError::Protocol("a list that comes back to an earlier page".to_owned()));
        }
        Ok(Some(token))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refused(next: Result<Option<String>, RemoteError>) -> String {
        next.expect_err("it is refused").to_string()
    }

    #[test]
    fn a_list_ends_however_its_server_goes_on() {
        let mut pages = Pages::default();
        assert_eq!(pages.next(7, Some(String::new())), Ok(None));
        assert_eq!(pages.next(7, None), Ok(None));
        assert!(pages.next(1, Some("a".to_owned())).is_ok());
        assert!(refused(pages.next(1, Some("a".to_owned()))).ends_with("comes back to an earlier page"));

        let (mut pages, mut number) = (Pages::default(), 0);
        let mut next = || {
            number += 1;
            pages.next(0, Some(number.to_string()))
        };
        assert!((0..MAX_PAGES).all(|_| next().is_ok()));
        assert!(refused(next()).ends_with("2000 pages"));

        assert!(Pages::default().next(MAX_ROWS, None).is_ok());
        assert!(refused(Pages::default().next(MAX_ROWS + 1, None)).ends_with("500000 rows"));
        assert!(Pages::default().next(0, Some("x".repeat(MAX_TOKEN))).is_ok());
        assert!(refused(Pages::default().next(0, Some("x".repeat(MAX_TOKEN + 1)))).contains("a token of more than"));
    }
}
