//! A transport whose replies a test makes up, and short ways to make them up.

use async_trait::async_trait;
use scoresync::model::VersionId;
use scoresync::remote::{GraphQlRemote, Reply, Request, RetryPolicy, Transport, TransportError, WriteAttribution};
use serde_json::{Map, Value, json};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

pub type Outcome = Result<Reply, TransportError>;

/// Answers each request by a function of its number (from 0) and itself; remembers all of them.
pub struct Fake<F> {
    answer: F,
    requests: Mutex<Vec<Request>>,
    running: AtomicUsize,
    most: AtomicUsize,
}

impl<F: Fn(usize, &Request) -> Outcome + Send + Sync + 'static> Fake<F> {
    pub fn new(answer: F) -> Arc<Self> {
        Arc::new(Self { answer, requests: Mutex::default(), running: AtomicUsize::new(0), most: AtomicUsize::new(0) })
    }

    pub fn remote(self: &Arc<Self>) -> GraphQlRemote {
        let by = WriteAttribution { actor_type: "service".into(), actor_key: "cli".into(), source: "cli".into(), user_id: None };
        GraphQlRemote::new(self.clone(), by, RetryPolicy::default(), fastrand::Rng::with_seed(7))
    }

    pub fn requests(&self) -> Vec<Request> {
        self.requests.lock().expect("no test panics here").clone()
    }

    /// The names of the operations sent, in order.
    pub fn operations(&self) -> Vec<&'static str> {
        self.requests().iter().map(|request| request.operation).collect()
    }

    /// The most requests that were on their way at once.
    pub fn most_at_once(&self) -> usize {
        self.most.load(Ordering::SeqCst)
    }
}

#[async_trait]
impl<F: Fn(usize, &Request) -> Outcome + Send + Sync> Transport for Fake<F> {
    async fn send(&self, request: &Request) -> Outcome {
        let number = {
            let mut requests = self.requests.lock().expect("no test panics here");
            requests.push(request.clone());
            requests.len() - 1
        };
        self.most.fetch_max(self.running.fetch_add(1, Ordering::SeqCst) + 1, Ordering::SeqCst);
        tokio::time::sleep(Duration::from_millis(80)).await;
        self.running.fetch_sub(1, Ordering::SeqCst);
        (self.answer)(number, request)
    }

    /// There is always an answer, and it takes no turn.
    async fn probe(&self, _: &Request) -> Outcome {
        ok(json!({"data": {"__typename": "Query"}}))
    }
}

pub fn reply(status: u16, body: impl Into<Vec<u8>>) -> Outcome {
    Ok(Reply { status, retry_after: None, body: body.into() })
}

pub fn ok(body: Value) -> Outcome {
    reply(200, body.to_string())
}

/// The fields of a request with the id that each asks for.
pub fn asked(request: &Request) -> Vec<(String, String)> {
    let variables = request.variables.as_object().expect("variables are an object");
    let ids = variables.iter().filter_map(|(name, id)| Some((name.strip_prefix('i')?, id.as_str()?)));
    let mut ids: Vec<_> = ids.map(|(number, id)| (format!("a{number}"), id.to_owned())).collect();
    ids.sort_by_key(|(alias, _)| alias[1..].parse::<usize>().expect("aliases are numbered"));
    ids
}

/// A good version row.
pub fn row(id: &str) -> Value {
    json!({
        "id": id, "scoreId": "s", "parentVersionId": null, "createdAt": "2026-01-01T00:00:00.000Z", "note": "n",
        "metadata": null, "configuration": format!("name: {id}\n"), "guidelines": "# G\n",
    })
}

/// A reply to a batch of versions: `field` gives each alias its value and maybe an error's type.
pub fn batch(request: &Request, field: impl Fn(&str) -> (Value, Option<&'static str>)) -> Outcome {
    let (mut data, mut errors) = (Map::new(), Vec::new());
    for (alias, id) in asked(request) {
        let (value, error) = field(&id);
        errors.extend(error.map(|kind| json!({"message": "no", "errorType": kind, "path": [alias]})));
        data.insert(alias, value);
    }
    if errors.is_empty() { ok(json!({ "data": data })) } else { ok(json!({ "data": data, "errors": errors })) }
}

pub fn ids(count: usize) -> Vec<VersionId> {
    (0..count).map(|at| VersionId::from(format!("v{at:05}"))).collect()
}
