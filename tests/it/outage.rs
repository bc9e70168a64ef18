//! A watch beside a dashboard that goes away and comes back, on a clock that jumps: how long an edit waits after the
//! return, whatever the way of being away, and how much is asked of it meanwhile.

use crate::support::{Browser, Desk, InProcess, attribution, fill, registry};
use async_trait::async_trait;
use scoresync::check::RuleSet;
use scoresync::engine::follow::{EventSink, Follow, FollowStatus, Rules, Sources, UserCommand};
use scoresync::engine::{PushOptions, Targets};
use scoresync::model::{PushWhen, RelPath};
use scoresync::registry::Registry;
use scoresync::remote::{GraphQlRemote, Remote, Reply, Request, RetryPolicy, Transport, TransportError};
use scoresync::watch::WatchEvent;
use std::sync::{Arc, Mutex};
use std::time::Duration;
use tokio::sync::{Notify, mpsc, watch};
use tokio::task::LocalSet;
use tokio::time::{Instant, sleep, timeout};

const QUIET: Duration = Duration::from_millis(200);
/// An edit waits at most this much longer than the dashboard is away.
const BOUND: Duration = Duration::from_secs(2);

/// How a dashboard can be away.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Away {
    /// Nobody listens, or the name has no address.
    Refused,
    /// What is sent gets lost.
    Lost,
    /// Connections break.
    Broken,
    /// Something on the way answers for it.
    Busy,
    /// The same, which asks for a pause.
    BusyFor(u64),
    /// It does not know the key.
    WrongKey,
}

/// A registry that is away from one moment to another.
struct Outage {
    inner: InProcess,
    away: Mutex<Option<(Away, Instant, Instant)>>,
    /// What was sent while it was away: when, and which operation.
    sent: Mutex<Vec<(Instant, &'static str)>>,
    created: Notify,
}

impl Outage {
    fn new(registry: &Registry) -> Arc<Self> {
        let (inner, created) = (InProcess(registry.clone()), Notify::new());
        Arc::new(Self { inner, away: Mutex::default(), sent: Mutex::default(), created })
    }

    fn remote(self: &Arc<Self>, policy: RetryPolicy) -> GraphQlRemote {
        GraphQlRemote::new(self.clone(), attribution(), policy, fastrand::Rng::with_seed(7))
    }

    fn begin(&self, way: Away, length: Duration) -> Instant {
        let end = Instant::now() + length;
        *self.away.lock().expect("no panic") = Some((way, Instant::now(), end));
        end
    }

    fn way(&self) -> Option<Away> {
        let away = *self.away.lock().expect("no panic");
        away.filter(|(_, from, until)| (*from..*until).contains(&Instant::now())).map(|(way, ..)| way)
    }
}

#[async_trait]
impl Transport for Outage {
    async fn send(&self, request: &Request) -> Result<Reply, TransportError> {
        sleep(Duration::from_millis(20)).await;
        let Some(way) = self.way() else {
            if request.operation == "CreateScoreVersion" {
                self.created.notify_one();
            }
            return self.inner.send(request).await;
        };
        self.sent.lock().expect("no panic").push((Instant::now(), request.operation));
        let reply = |status, after: Option<u64>| {
            Ok(Reply { status, retry_after: after.map(Duration::from_secs), body: b"<html>".to_vec() })
        };
        match way {
            Away::Refused => Err(TransportError::Connect("refused".to_owned())),
            Away::Broken => Err(TransportError::Broken("reset".to_owned())),
            // It is sent again by the system, after ever longer pauses, until nobody believes in the connection any more.
            Away::Lost => {
                for pause in [1, 2, 4] {
                    sleep(Duration::from_secs(pause)).await;
                    if self.way().is_none() {
                        return self.send(request).await;
                    }
                }
                sleep(Duration::from_secs(3)).await;
                Err(TransportError::Connect("no answer".to_owned()))
            }
            Away::Busy => reply(503, None),
            Away::BusyFor(seconds) => reply(503, Some(seconds)),
            Away::WrongKey => reply(401, None),
        }
    }
}

/// How long after the return an edit was pushed that was made so long after the beginning; and what was sent meanwhile.
async fn waited(way: Away, length: Duration, edited: Duration) -> (Duration, Vec<(Instant, &'static str)>) {
    let (desk, registry) = (Desk::new(), registry());
    fill(&Browser::new(Arc::new(InProcess(registry.clone()))).await, 2).await;
    let outage = Outage::new(&registry);
    let remote: Arc<dyn Remote> = Arc::new(outage.remote(RetryPolicy::default()));
    desk.pull(Arc::clone(&remote)).await;
    let ((files, took_files), (commands, took_commands)) = (mpsc::channel(64), mpsc::channel(8));
    let ((events, _events), (status, mut shown)) = (mpsc::unbounded_channel(), watch::channel(FollowStatus::default()));
    let follow = Follow {
        targets: Targets::default(),
        here: desk.offline(),
        there: desk.session(remote),
        rules: Rules { push: PushWhen::OnIdle, quiet: QUIET, git: false },
        check: RuleSet::default(),
        push: PushOptions::default(),
        repository: None,
        commit: false,
    };
    let sources = Sources { files: took_files, elsewhere: None, remote_events: None, commands: took_commands };
    let cancellation = follow.there.cancellation();
    let run = tokio::task::spawn_local(follow.run(sources, EventSink { events, status }, cancellation));
    shown.wait_for(|status| status.scores == 2).await.expect("it follows");
    let end = outage.begin(way, length);
    sleep(edited).await;
    desk.write("Score 0.yaml", "a: 1\n");
    let path = RelPath::parse("Calls/Score 0.yaml").expect("a safe path");
    files.send(WatchEvent::Touched(path)).await.expect("it follows");
    timeout(length + Duration::from_secs(600), outage.created.notified()).await.expect("it is pushed some time");
    let waited = end.elapsed();
    commands.send(UserCommand::Quit).await.expect("it follows");
    run.await.expect("no panic").expect("it follows to the end");
    let sent = outage.sent.lock().expect("no panic").clone();
    (waited, sent)
}

fn paused(test: impl Future<Output = ()>) {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().start_paused(true).build().expect("a runtime");
    LocalSet::new().block_on(&runtime, test);
}

#[test]
fn an_edit_waits_hardly_longer_than_the_dashboard_is_away() {
    paused(async {
        for way in [Away::Refused, Away::Lost, Away::Broken, Away::Busy, Away::BusyFor(1)] {
            for seconds in [1, 3, 7, 12, 15, 30, 100, 1_000] {
                for edited in [Duration::from_millis(100), Duration::from_millis(seconds * 700)] {
                    let (waited, _) = waited(way, Duration::from_secs(seconds), edited).await;
                    assert!(waited <= BOUND + QUIET, "{way:?} for {seconds} s, edited after {edited:?}: {waited:?} more");
                }
            }
        }
    });
}

#[test]
fn a_dashboard_that_is_away_is_asked_once_a_second_and_for_little() {
    paused(async {
        for way in [Away::Refused, Away::Lost, Away::Busy] {
            let (_, sent) = waited(way, Duration::from_secs(600), Duration::from_secs(1)).await;
            let probes = sent.iter().filter(|(_, operation)| *operation == "Probe").count();
            assert!((500..=601).contains(&probes), "{way:?}: {probes}");
            assert!(sent.len() - probes <= 12, "{way:?}: {} whole requests", sent.len() - probes);
        }
    });
}

#[test]
fn a_pause_that_is_asked_for_is_kept() {
    paused(async {
        let (waited, sent) = waited(Away::BusyFor(20), Duration::from_secs(100), Duration::from_secs(1)).await;
        assert!(waited <= Duration::from_secs(23), "{waited:?}");
        let pauses: Vec<Duration> = sent.windows(2).map(|pair| pair[1].0 - pair[0].0).collect();
        assert!(pauses.iter().all(|pause| *pause >= Duration::from_secs(20)), "{sent:?}");
    });
}

#[test]
fn a_key_that_is_refused_for_a_while_is_tried_now_and_then() {
    paused(async {
        let (waited, sent) = waited(Away::WrongKey, Duration::from_secs(300), Duration::from_secs(1)).await;
        assert!(waited <= Duration::from_secs(11), "{waited:?}");
        assert!(sent.len() <= 35, "{}", sent.len());
    });
}

#[test]
fn requests_wait_no_longer_than_the_server_is_away() {
    paused(async {
        let registry = registry();
        fill(&Browser::new(Arc::new(InProcess(registry.clone()))).await, 1).await;
        for way in [Away::Broken, Away::Busy, Away::Lost] {
            let outage = Outage::new(&registry);
            let remote = outage.remote(RetryPolicy { tries: 100, ..RetryPolicy::default() });
            let end = outage.begin(way, Duration::from_secs(9));
            let answer = remote.score(&"score-0".into()).await;
            assert!(answer.is_ok() && end.elapsed() <= BOUND, "{way:?}: {answer:?} {:?}", end.elapsed());
        }
    });
}
