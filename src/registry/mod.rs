//! The embedded Plexus-compatible server: GraphQL over SQLite, in process or over HTTP on loopback.
//!
//! It behaves as the service does, errors, page limits and conditional writes included, so that a client which works
//! here works there. It knows nothing of our client, and nothing of scores either: what is stored, by which keys, is
//! read from the directives of `fixtures/schema.graphql`. It signs nobody in and has no resolvers of its own.
//!
//! ```text
//! http ──▶ Registry::execute ──▶ request ──▶ resolve ──▶ page, write ──▶ store (SQLite)
//!             key, faults, log    parse, validate   fields    limits, conditions
//! sockets ◀── realtime ◀── Registry::events
//! ```

mod answer;
mod catalogue;
mod errors;
mod events;
mod faults;
mod filter;
mod http;
mod options;
mod page;
mod realtime;
mod request;
mod resolve;
mod scalars;
pub mod seed;
mod store;
mod write;

use std::collections::VecDeque;
use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use apollo_compiler::response::{JsonMap, JsonValue};
use tokio::sync::broadcast;

pub use answer::{Answer, Dropped};
pub use events::Event;
pub use faults::{BadFault, Fault, Faults, Kind};
pub use http::{NotLoopback, require_loopback, serve};
pub use options::Options;

use catalogue::CATALOGUE;
use faults::Trial;
use options::Sources;
use request::{Documents, Executed, Request};
use resolve::Session;
use store::Store;

/// The service refuses bodies above this many bytes.
const BODY_BYTES: usize = 10 << 20;
/// Requests that the log keeps.
const LOGGED: usize = 10_000;

/// A registry whose file cannot be opened, or read.
#[derive(Debug, thiserror::Error)]
#[error("cannot open the registry's database: {0}")]
pub struct OpenError(#[from] rusqlite::Error);

/// One request as the log keeps it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LoggedRequest {
    /// The operation's name, or that of its first field.
    pub operation: String,
    /// The length of the document in bytes.
    pub document: usize,
}

/// A handle on a registry; clones share it.
#[derive(Clone)]
pub struct Registry(Arc<Inner>);

struct Inner {
    store: Store,
    documents: Documents,
    key: Option<String>,
    keep_alive: Duration,
    sources: Sources,
    faults: Faults,
    log: Mutex<VecDeque<LoggedRequest>>,
    events: broadcast::Sender<Event>,
}

impl Registry {
    /// Opens the database file with the defaults: no key, no faults.
    pub fn open(path: &Path) -> Result<Self, OpenError> {
        Options::default().open(path)
    }

    /// An empty registry with the defaults: no key, no faults.
    pub fn in_memory() -> Result<Self, OpenError> {
        Options::default().in_memory()
    }

    /// The script of faults.
    pub fn faults(&self) -> &Faults {
        &self.0.faults
    }

    /// The latest requests that got as far as a document, oldest first; at most 10,000.
    pub fn requests(&self) -> Vec<LoggedRequest> {
        self.log().iter().cloned().collect()
    }

    /// Mutations from now on. A listener that falls far behind is told how many it missed.
    pub fn events(&self) -> broadcast::Receiver<Event> {
        self.0.events.subscribe()
    }

    /// Answers one `POST /graphql` with body `{query, variables, operationName?}`. Blocks, for as long as a `latency`
    /// fault says.
    pub fn execute(&self, key: Option<&str>, body: &[u8]) -> Result<Answer, Dropped> {
        let admitted = self.admit(key, body);
        std::thread::sleep(admitted.latency());
        self.perform(admitted)
    }

    /// A number that changes when another process, or another handle on the file, has written to it. Blocks as long as
    /// this registry writes.
    pub fn data_version(&self) -> Result<i64, OpenError> {
        Ok(self.0.store.data_version()?)
    }

    /// Whether `key` opens this registry.
    fn is_authorized(&self, key: Option<&str>) -> bool {
        self.0.key.as_deref().is_none_or(|wanted| key == Some(wanted))
    }

    fn documents(&self) -> &Documents {
        &self.0.documents
    }

    /// How often a socket gives a sign of life.
    fn keep_alive(&self) -> Duration {
        self.0.keep_alive
    }

    /// Decides what becomes of a request without doing any of it.
    fn admit(&self, key: Option<&str>, body: &[u8]) -> Admitted {
        if !self.is_authorized(key) {
            return Admitted::refused(401, "UnauthorizedException", "You are not authorized to make this call.");
        }
        if body.len() > BODY_BYTES {
            return Admitted::refused(413, "PayloadTooLargeException", "Request body is too large.");
        }
        let Ok(request) = serde_json::from_slice::<Request>(body) else {
            return Admitted::refused(400, "MalformedHttpRequestException", "Unable to parse GraphQL query.");
        };
        let operation = request.name(&self.0.documents, &CATALOGUE);
        let trial = self.0.faults.take(&operation, &request.query);
        self.record(LoggedRequest { operation, document: request.query.len() });
        Admitted::Request(request, trial)
    }

    /// Carries out an admitted request, as far as its fault lets it.
    fn perform(&self, admitted: Admitted) -> Result<Answer, Dropped> {
        let (request, trial) = match admitted {
            Admitted::Refused(answer) => return Ok(answer),
            Admitted::Request(request, trial) => (request, trial),
        };
        match trial.kind {
            Some(Kind::Throttle) => return Ok(Answer::throttled(429)),
            Some(Kind::ThrottleInBody) => return Ok(Answer::throttled(200)),
            Some(Kind::Status(status)) => return Ok(Answer::html(status)),
            Some(Kind::Html) => return Ok(Answer::html(200)),
            Some(Kind::Drop) => return Err(Dropped),
            _ => (),
        }
        let mut executed = self.run(&request, trial.kind.as_ref());
        match (trial.kind, &mut executed.data) {
            (Some(Kind::LoseReply), _) => return Err(Dropped),
            (Some(Kind::Cut), _) => return Ok(Answer::json(200, &executed).cut()),
            (Some(Kind::Null(field)), Some(data)) => blank(data, &field),
            _ => (),
        }
        Ok(Answer::json(200, &executed))
    }

    fn run(&self, request: &Request, fault: Option<&Kind>) -> Executed {
        let Inner { store, sources, faults, .. } = &*self.0;
        let session = Session { catalogue: &CATALOGUE, store, sources, faults, fault };
        let mut executed = request::execute(&session, &self.0.documents, request);
        for event in executed.events.drain(..) {
            // Nobody listening is not an error.
            let _ = self.0.events.send(event);
        }
        executed
    }

    fn record(&self, request: LoggedRequest) {
        let mut log = self.log();
        if log.len() == LOGGED {
            log.pop_front();
        }
        log.push_back(request);
    }

    fn log(&self) -> std::sync::MutexGuard<'_, VecDeque<LoggedRequest>> {
        self.0.log.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A request whose fate is known.
enum Admitted {
    Refused(Answer),
    Request(Request, Trial),
}

impl Admitted {
    fn refused(status: u16, kind: &str, message: &str) -> Self {
        Self::Refused(Answer::json(status, &errors::transport(kind, message)))
    }

    fn latency(&self) -> Duration {
        match self {
            Self::Refused(_) => Duration::ZERO,
            Self::Request(_, trial) => trial.latency,
        }
    }
}

/// Sets every field of that name to null.
fn blank(fields: &mut JsonMap, name: &str) {
    for (key, value) in fields {
        match value {
            value if key.as_str() == name => *value = JsonValue::Null,
            JsonValue::Object(fields) => blank(fields, name),
            JsonValue::Array(items) => items.iter_mut().filter_map(JsonValue::as_object_mut).for_each(|item| blank(item, name)),
            _ => (),
        }
    }
}
