//! [`Registry`]: one registry as its callers see it. It checks the key, applies faults, keeps the log of requests, and
//! has the rest done by [`request`].

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use apollo_compiler::response::{JsonMap, JsonValue};
use sha2::{Digest, Sha256};
use subtle::ConstantTimeEq;
use tokio::sync::broadcast;

use super::answer::{Dropped, HttpAnswer};
use super::budget::Budget;
use super::catalogue::Catalogue;
use super::errors;
use super::events::MutationEvent;
use super::faults::{FaultKind, Faults, RequestFaults};
use super::ids_and_clock::IdsAndClock;
use super::open_error::OpenError;
use super::request::{self, Documents, Executed, RequestBody, UNPARSABLE, Unparsable};
use super::resolve::RequestContext;
use super::store::Store;

/// The service refuses bodies above this many bytes.
pub(super) const BODY_BYTES: usize = 10 << 20;
/// Requests that the log keeps.
const LOGGED: usize = 10_000;

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
pub struct Registry(pub(super) Arc<Inner>);

/// What all handles share.
pub(super) struct Inner {
    pub(super) catalogue: &'static Catalogue,
    pub(super) store: Store,
    pub(super) documents: Documents,
    pub(super) key: Option<String>,
    pub(super) keep_alive: Duration,
    pub(super) ids_and_clock: IdsAndClock,
    pub(super) faults: Faults,
    pub(super) log: Mutex<VecDeque<LoggedRequest>>,
    pub(super) events: broadcast::Sender<MutationEvent>,
}

impl Registry {
    /// The script of faults.
    pub fn faults(&self) -> &Faults {
        &self.0.faults
    }

    /// The latest requests that got as far as a document, oldest first; at most 10,000.
    pub fn requests(&self) -> Vec<LoggedRequest> {
        self.log().iter().cloned().collect()
    }

    /// Mutations from now on. A listener that falls far behind learns how many it missed.
    pub fn events(&self) -> broadcast::Receiver<MutationEvent> {
        self.0.events.subscribe()
    }

    /// Answers one `POST /graphql` with body `{query, variables, operationName?}`. Blocks, for as long as a `latency`
    /// fault demands.
    ///
    /// # Errors
    /// A fault closes the connection without an answer.
    pub fn execute(&self, key: Option<&str>, body: &[u8]) -> Result<HttpAnswer, Dropped> {
        let admitted = self.admit(key, body);
        std::thread::sleep(admitted.latency());
        self.perform(admitted)
    }

    /// A number that changes when another process, or another handle on the file, has written to it. Blocks as long as
    /// this registry writes.
    ///
    /// # Errors
    /// The file cannot be read.
    pub fn data_version(&self) -> Result<i64, OpenError> {
        Ok(self.0.store.data_version()?)
    }

    /// Whether `key` is the one that this registry asks for, if it asks for any. How long that takes says nothing about how
    /// much of a key is right, nor how long the right one is.
    pub(super) fn is_authorized(&self, key: Option<&str>) -> bool {
        let Some(wanted) = self.0.key.as_deref() else { return true };
        let [given, wanted] = [key.unwrap_or_default(), wanted].map(Sha256::digest);
        key.is_some() & bool::from(given.as_slice().ct_eq(wanted.as_slice()))
    }

    pub(super) fn catalogue(&self) -> &'static Catalogue {
        self.0.catalogue
    }

    pub(super) fn documents(&self) -> &Documents {
        &self.0.documents
    }

    /// How often a keep-alive is sent on a socket.
    pub(super) fn keep_alive(&self) -> Duration {
        self.0.keep_alive
    }

    /// Decides whether a request is carried out, and which faults it takes. Carries out nothing.
    pub(super) fn admit(&self, key: Option<&str>, body: &[u8]) -> Admitted {
        if !self.is_authorized(key) {
            return Admitted::refused(401, "UnauthorizedException", "You are not authorized to make this call.");
        }
        if body.len() > BODY_BYTES {
            return Admitted::refused(413, "PayloadTooLargeException", "Request body is too large.");
        }
        let Ok(request) = serde_json::from_slice::<RequestBody>(body) else {
            return Admitted::Refused(unparsable());
        };
        let operation = request.name(&self.0.documents, self.0.catalogue);
        let faults = self.0.faults.take(&operation, &request.query);
        self.record(LoggedRequest { operation, document: request.query.len() });
        Admitted::Request(request, faults)
    }

    /// Carries out an admitted request, as far as its fault allows.
    pub(super) fn perform(&self, admitted: Admitted) -> Result<HttpAnswer, Dropped> {
        let (request, faults) = match admitted {
            Admitted::Refused(answer) => return Ok(answer),
            Admitted::Request(request, faults) => (request, faults),
        };
        match faults.kind {
            Some(FaultKind::Throttle) => return Ok(HttpAnswer::throttled(429)),
            Some(FaultKind::ThrottleInBody) => return Ok(HttpAnswer::throttled(200)),
            Some(FaultKind::Status(status)) => return Ok(HttpAnswer::html(status)),
            Some(FaultKind::Html) => return Ok(HttpAnswer::html(200)),
            Some(FaultKind::Invalid) => return Ok(HttpAnswer::json(200, &errors::undefined())),
            Some(FaultKind::Drop) => return Err(Dropped),
            _ => (),
        }
        let Ok(mut executed) = self.run(&request, faults.kind.as_ref()) else { return Ok(unparsable()) };
        match (faults.kind, &mut executed.data) {
            (Some(FaultKind::LoseReply), _) => return Err(Dropped),
            (Some(FaultKind::Cut), _) => return Ok(HttpAnswer::json(200, &executed).cut()),
            (Some(FaultKind::Null(field)), Some(data)) => blank(data, &field),
            _ => (),
        }
        Ok(HttpAnswer::json(200, &executed))
    }

    fn run(&self, request: &RequestBody, fault: Option<&FaultKind>) -> Result<Executed, Unparsable> {
        let Inner { catalogue, store, ids_and_clock, faults, .. } = &*self.0;
        let context = RequestContext { catalogue, store, ids_and_clock, faults, fault, budget: Budget::default() };
        let mut executed = request::execute(&context, &self.0.documents, request)?;
        for event in executed.events.drain(..) {
            // Nobody listening is not an error.
            let _ = self.0.events.send(event);
        }
        Ok(executed)
    }

    fn record(&self, request: LoggedRequest) {
        let mut log = self.log();
        if log.len() == LOGGED {
            log.pop_front();
        }
        log.push_back(request);
    }

    fn log(&self) -> MutexGuard<'_, VecDeque<LoggedRequest>> {
        self.0.log.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A request that was let in, or its refusal.
pub(super) enum Admitted {
    Refused(HttpAnswer),
    Request(RequestBody, RequestFaults),
}

impl Admitted {
    fn refused(status: u16, kind: &str, message: &str) -> Self {
        Self::Refused(HttpAnswer::json(status, &errors::transport(kind, message)))
    }

    pub(super) fn latency(&self) -> Duration {
        match self {
            Self::Refused(_) => Duration::ZERO,
            Self::Request(_, faults) => faults.latency,
        }
    }
}

/// The answer to what is no request.
fn unparsable() -> HttpAnswer {
    HttpAnswer::json(400, &errors::transport("MalformedHttpRequestException", UNPARSABLE))
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
