//! Sends calls until each field of them is settled: tries again what may pass, splits what is too much at once.
//!
//! Every request is safe to send twice: reads by nature, writes because they are conditional or name what they make.

use super::event::RemoteEvent;
use super::reply::{Failure, RetryAdvice, judge};
use super::retry::{Gate, RetryPolicy};
use super::types::{RemoteError, Request, Transport};
use serde_json::Value;
use std::collections::HashSet;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;
use tokio::sync::{Semaphore, mpsc};
use tokio::time::Instant;

/// The most pages of one list; far above any real account.
const MAX_PAGES: usize = 2000;

/// A request and the response keys of its top fields.
#[derive(Clone, Debug)]
pub(super) struct Call {
    pub request: Request,
    pub fields: Vec<String>,
}

/// A transport with patience. Shared by everything that a remote sends, and with it the cap on requests at once.
pub(super) struct Client {
    transport: Arc<dyn Transport>,
    policy: RetryPolicy,
    gate: Gate,
    slots: Semaphore,
    jitter: Mutex<fastrand::Rng>,
}

/// What is settled of a number of jobs.
type Settled = Vec<Option<Result<Value, RemoteError>>>;

impl Client {
    pub(super) fn new(transport: Arc<dyn Transport>, policy: RetryPolicy, jitter: fastrand::Rng) -> Self {
        let slots = Semaphore::new(policy.concurrency.max(1));
        Self { transport, policy, gate: Gate::default(), slots, jitter: Mutex::new(jitter) }
    }

    /// Listens on the same transport.
    pub(super) fn listen(&self) -> Option<mpsc::Receiver<RemoteEvent>> {
        self.transport.listen()
    }

    /// The answer to a call of one field; null if the server has nothing.
    pub(super) async fn one(&self, call: Call) -> Result<Value, RemoteError> {
        let results = self.each(1, |_| call.clone()).await;
        results.into_iter().next().unwrap_or_else(|| Err(unsettled()))
    }

    /// Settles `jobs` jobs with as few requests as possible: `compose` makes the call for some of them, one field each,
    /// in their order. Results are in the order of the jobs.
    pub(super) async fn each<F>(&self, jobs: usize, compose: F) -> Vec<Result<Value, RemoteError>>
    where
        F: Fn(&[usize]) -> Call + Send + Sync,
    {
        let mut settled: Settled = vec![None; jobs];
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

    /// Asks for `open` until each job is settled; gives back those that were too much at once. Its slot is held through
    /// the pauses, so that a server in trouble hears from a few requests and not from all that wait.
    async fn settle<F>(&self, mut open: Vec<usize>, compose: &F, settled: &mut Settled) -> Vec<usize>
    where
        F: Fn(&[usize]) -> Call + Send + Sync,
    {
        let _slot = self.slots.acquire().await;
        let (start, mut tried) = (Instant::now(), 0);
        loop {
            if let Err(shut) = self.gate.pass().await {
                open.iter().for_each(|job| settled[*job] = Some(Err(shut.clone())));
                return Vec::new();
            }
            let round = Round::sort(&open, self.send(&compose(&open)).await, settled);
            tried += 1;
            let Some(Failure { error, advice, own }) = round.again else { return round.too_much };
            match self.policy.pause(tried, start.elapsed(), advice, self.roll()) {
                Some(pause) => self.wait(pause, advice).await,
                None if own => return round.too_much,
                None => {
                    self.gate.gave_up(&self.policy, &error);
                    return round.too_much;
                }
            }
            open = round.open;
        }
    }

    async fn send(&self, call: &Call) -> Vec<Result<Value, Failure>> {
        let results = judge(&call.fields, self.transport.send(&call.request).await);
        let answered = |result: &Result<Value, Failure>| {
            result
                .as_ref()
                .err()
                .is_none_or(|failure| failure.own || matches!(failure.advice, RetryAdvice::Never | RetryAdvice::Less))
        };
        if results.iter().any(answered) {
            self.gate.answered();
        } else if let Some(Err(Failure { error, advice: RetryAdvice::Hopeless, .. })) = results.first() {
            self.gate.hopeless(&self.policy, error);
        }
        results
    }

    async fn wait(&self, pause: Duration, advice: RetryAdvice) {
        if let RetryAdvice::Later(Some(after)) = advice {
            self.gate.quiet(after.min(pause));
        }
        tokio::time::sleep(pause).await;
    }

    /// A pause of this client's own kind, for reads that wait until a write can be seen.
    pub(super) async fn pause(&self, tried: u32) {
        if let Some(pause) = self.policy.pause(tried, Duration::ZERO, RetryAdvice::Later(None), self.roll()) {
            tokio::time::sleep(pause).await;
        }
    }

    fn roll(&self) -> f64 {
        self.jitter.lock().unwrap_or_else(PoisonError::into_inner).f64()
    }
}

/// What one reply leaves to do.
struct Round {
    /// Jobs to ask for again.
    open: Vec<usize>,
    /// What is wrong with the last of them.
    again: Option<Failure>,
    /// Jobs that were too much at once.
    too_much: Vec<usize>,
}

impl Round {
    /// Settles what is settled; a job that is tried again keeps its error in case it is the last.
    fn sort(asked: &[usize], results: Vec<Result<Value, Failure>>, settled: &mut Settled) -> Self {
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

/// Each job is settled by its last reply, so this is never seen; it stands where the types ask for something.
fn unsettled() -> RemoteError {
    RemoteError::Protocol("no answer".to_owned())
}

/// Follows one list from page to page, and notices a server that never comes to its end.
#[derive(Debug, Default)]
pub(super) struct Pages {
    seen: HashSet<String>,
}

impl Pages {
    /// The token of the next page; none after the last.
    pub(super) fn next(&mut self, token: Option<String>) -> Result<Option<String>, RemoteError> {
        let Some(token) = token.filter(|token| !token.is_empty()) else { return Ok(None) };
        if self.seen.len() >= MAX_PAGES {
            return Err(RemoteError::Protocol(format!("a list of more than {MAX_PAGES} pages")));
        }
        if !self.seen.insert(token.clone()) {
            return Err(RemoteError::Protocol("a list that comes back to an earlier page".to_owned()));
        }
        Ok(Some(token))
    }
}
