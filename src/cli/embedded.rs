//! The embedded registry as a dashboard: requests go to it without a socket. The registry knows nothing of the client and
//! the client nothing of the registry; this is where they meet.

use super::error::Problem;
use super::exit::Exit;
use super::text::quoted;
use crate::registry::{MutationEvent, OpenError, Registry};
use crate::remote::{Line, RemoteEvent, Reply, Request, Transport, TransportError};
use async_trait::async_trait;
use serde_json::{Value, json};
use std::path::Path;
use std::time::Duration;
use tokio::sync::broadcast::error::RecvError;
use tokio::sync::{broadcast, mpsc};
use tokio::time::{MissedTickBehavior, interval};

/// How often the file is checked for what other processes wrote, while somebody listens.
const POLL_INTERVAL: Duration = Duration::from_millis(250);

/// A [`Transport`] into a registry of this process.
pub struct EmbeddedTransport(Registry);

impl EmbeddedTransport {
    /// The registry in a file that is there: a wrong path must not make an empty dashboard.
    ///
    /// # Errors
    /// There is no such file, or it is no registry.
    pub fn open(path: &Path) -> Result<Self, Problem> {
        let none = || {
            let make =
                format!("scoresync serve --db {}    # makes an empty one and serves it", quoted(&path.display().to_string()));
            Problem::new(Exit::Usage, "NO_REGISTRY", "there is no embedded dashboard in this file")
                .at(path.display())
                .help("check api_url")
                .help(make)
                .help("scoresync demo    # makes one to play with")
        };
        if !path.is_file() {
            return Err(none());
        }
        Registry::open_existing(path).map(Self).map_err(|error| match error {
            OpenError::Nothing => none(),
            OpenError::Foreign => {
                Problem::new(Exit::Usage, "NO_REGISTRY", "this is a database of another program: it was left alone")
                    .at(path.display())
                    .help("check api_url")
            }
            OpenError::Database(_) => {
                Problem::new(Exit::Usage, "NO_REGISTRY", error.to_string()).at(path.display()).help("check api_url")
            }
        })
    }

    /// The key of the only account in it; none if there are several, or none.
    pub fn only_account(&self) -> Option<String> {
        let body = json!({ "query": "query Accounts { listAccounts(limit: 2) { items { key } } }" });
        let answer = self.0.execute(None, body.to_string().as_bytes()).ok()?;
        let reply: Value = serde_json::from_slice(&answer.body).ok()?;
        match reply["data"]["listAccounts"]["items"].as_array()?.as_slice() {
            [only] => Some(only["key"].as_str()?.to_owned()),
            _ => None,
        }
    }
}

#[async_trait]
impl Transport for EmbeddedTransport {
    async fn send(&self, request: &Request) -> Result<Reply, TransportError> {
        let body = json!({
            "query": request.query,
            "variables": request.variables,
            "operationName": request.operation,
        });
        let registry = self.0.clone();
        let executed = tokio::task::spawn_blocking(move || registry.execute(None, body.to_string().as_bytes())).await;
        let answer = executed
            .map_err(|error| TransportError::Broken(error.to_string()))?
            .map_err(|dropped| TransportError::Broken(dropped.to_string()))?;
        if answer.cut {
            return Err(TransportError::Broken("the reply ended in the middle".to_owned()));
        }
        let retry_after = answer.retry_after.map(|seconds| Duration::from_secs(seconds.into()));
        Ok(Reply { status: answer.status, retry_after, body: answer.body })
    }

    fn listen(&self, _line: &Line) -> Option<mpsc::Receiver<RemoteEvent>> {
        let (listener, events) = mpsc::channel(1);
        tokio::spawn(forward_events(self.0.clone(), self.0.events(), listener));
        Some(events)
    }
}

/// Tells `listener` of this process's mutations, and that other processes have written, until it is gone.
async fn forward_events(registry: Registry, mut events: broadcast::Receiver<MutationEvent>, listener: mpsc::Sender<RemoteEvent>) {
    let mut polls = interval(POLL_INTERVAL);
    polls.set_missed_tick_behavior(MissedTickBehavior::Delay);
    let mut seen = data_version(&registry).await;
    let mut event = Some(RemoteEvent::Connected);
    loop {
        if let Some(event) = event.take()
            && listener.send(event).await.is_err()
        {
            return;
        }
        event = tokio::select! {
            () = listener.closed() => return,
            event = events.recv() => match event {
                Ok(event) => RemoteEvent::of_mutation(&event.mutation, &event.selected),
                Err(RecvError::Lagged(_)) => Some(RemoteEvent::Catalog),
                Err(RecvError::Closed) => return,
            },
            _ = polls.tick() => {
                let now = data_version(&registry).await;
                let others = now != seen;
                seen = now;
                others.then_some(RemoteEvent::Catalog)
            }
        };
    }
}

/// A number that changes when another process writes to the file; none while the file cannot be read.
async fn data_version(registry: &Registry) -> Option<i64> {
    let registry = registry.clone();
    tokio::task::spawn_blocking(move || registry.data_version().ok()).await.ok().flatten()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::registry::seed;
    use crate::remote::{GraphQlRemote, Remote, RetryPolicy, WriteAttribution};
    use std::sync::Arc;

    #[tokio::test]
    async fn a_client_reads_the_registry_without_a_socket() {
        let registry = Registry::in_memory().expect("an empty registry");
        seed::demo(&registry).expect("the demo account");
        let embedded = EmbeddedTransport(registry);
        assert_eq!(embedded.only_account().as_deref(), Some(seed::DEMO_ACCOUNT_KEY));
        let jitter = fastrand::Rng::with_seed(1);
        let remote = GraphQlRemote::new(Arc::new(embedded), WriteAttribution::default(), RetryPolicy::default(), jitter);
        let account = remote.account(seed::DEMO_ACCOUNT_KEY).await.expect("an answer").expect("the account");
        let (catalog, unreadable) = remote.catalog(&account.id).await.expect("the catalog");
        assert_eq!((catalog.scorecards.len(), unreadable), (3, vec![]));
    }

    fn promote(registry: &Registry, champion: &str) {
        let score = "5c0e51c0-0003-4000-8000-000000000102";
        let input = json!({ "id": score, "championVersionId": champion });
        let query = "mutation M($input: UpdateScoreInput!) { updateScore(input: $input) { id } }";
        let answer = registry.execute(None, json!({ "query": query, "variables": { "input": input } }).to_string().as_bytes());
        let body = String::from_utf8(answer.expect("an answer").body).expect("text");
        assert!(body.contains(score) && !body.contains("errors"), "{body}");
    }

    #[tokio::test]
    async fn a_listener_hears_of_this_process_and_of_others() {
        let dir = tempfile::tempdir().expect("a temporary folder");
        let path = dir.path().join("registry.db");
        let other = Registry::open(&path).expect("a registry");
        seed::demo(&other).expect("the demo account");
        let embedded = EmbeddedTransport::open(&path).expect("the same file");
        let mut events = embedded.listen(&Line::default()).expect("it can be listened to");
        assert_eq!(events.recv().await, Some(RemoteEvent::Connected));
        promote(&embedded.0, "mine");
        assert_eq!(events.recv().await, Some(RemoteEvent::Score("5c0e51c0-0003-4000-8000-000000000102".into())));
        promote(&other, "theirs");
        assert_eq!(events.recv().await, Some(RemoteEvent::Catalog));
        promote(&embedded.0, "mine again");
        assert_eq!(
            events.recv().await,
            Some(RemoteEvent::Score("5c0e51c0-0003-4000-8000-000000000102".into())),
            "told once each"
        );
    }

    #[tokio::test]
    async fn a_slow_listener_is_told_to_look_at_everything() {
        let registry = Registry::in_memory().expect("an empty registry");
        seed::demo(&registry).expect("the demo account");
        let mut events = EmbeddedTransport(registry.clone()).listen(&Line::default()).expect("it can be listened to");
        assert_eq!(events.recv().await, Some(RemoteEvent::Connected));
        (0..1_100).for_each(|at| promote(&registry, &at.to_string()));
        assert_eq!(events.recv().await, Some(RemoteEvent::Catalog));
        assert!(matches!(events.recv().await, Some(RemoteEvent::Score(_))), "and goes on");
    }

    #[test]
    fn a_wrong_path_makes_no_registry() {
        let dir = tempfile::tempdir().expect("a temporary folder");
        let path = dir.path().join("registry.db");
        assert_eq!(EmbeddedTransport::open(&path).err().map(|problem| problem.code), Some("NO_REGISTRY"));
        assert!(!path.exists());
    }
}
