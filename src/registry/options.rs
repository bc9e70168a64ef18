//! What a registry is opened with: its key, its faults, its clock and ids.

use std::collections::VecDeque;
use std::path::Path;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use tokio::sync::broadcast;

use super::catalogue::CATALOGUE;
use super::faults::Faults;
use super::request::Documents;
use super::store::Store;
use super::{Inner, OpenError, Registry};

/// Events that a slow listener may fall behind by.
const EVENTS: usize = 1024;
/// How often the service gives a sign of life on a socket.
const KEEP_ALIVE: Duration = Duration::from_secs(60);

/// Where times and ids come from.
pub(super) struct Sources {
    now: Box<dyn Fn() -> jiff::Timestamp + Send + Sync>,
    id: Box<dyn Fn() -> String + Send + Sync>,
}

impl Sources {
    /// Now, as the service writes times.
    pub fn timestamp(&self) -> String {
        format!("{:.3}", (self.now)())
    }

    pub fn id(&self) -> String {
        (self.id)()
    }
}

/// What a registry is opened with.
pub struct Options {
    key: Option<String>,
    keep_alive: Duration,
    sources: Sources,
    faults: Faults,
}

impl Default for Options {
    fn default() -> Self {
        Self { key: None, keep_alive: KEEP_ALIVE, sources: Sources::default(), faults: Faults::default() }
    }
}

impl Default for Sources {
    #[expect(clippy::disallowed_methods, reason = "the server's clock, unless it is given another")]
    fn default() -> Self {
        Self { now: Box::new(jiff::Timestamp::now), id: Box::new(|| uuid::Uuid::new_v4().to_string()) }
    }
}

impl Options {
    /// Requests must carry this API key; without it every request is let in.
    pub fn api_key(self, key: impl Into<String>) -> Self {
        Self { key: Some(key.into()), ..self }
    }

    /// How often a socket gives a sign of life, more than zero. A client is told to wait five times as long for one, and
    /// has as long to read what it is sent.
    pub fn keep_alive(self, every: Duration) -> Self {
        Self { keep_alive: every, ..self }
    }

    /// The script of faults; keep a clone to add to it.
    pub fn faults(self, faults: Faults) -> Self {
        Self { faults, ..self }
    }

    /// Where `createdAt` and `updatedAt` come from.
    pub fn clock(mut self, now: impl Fn() -> jiff::Timestamp + Send + Sync + 'static) -> Self {
        self.sources.now = Box::new(now);
        self
    }

    /// Where ids come from that a client did not give.
    pub fn ids(mut self, id: impl Fn() -> String + Send + Sync + 'static) -> Self {
        self.sources.id = Box::new(id);
        self
    }

    /// Opens the database file, or makes it. Several processes may have it open.
    pub fn open(self, path: &Path) -> Result<Registry, OpenError> {
        Ok(self.with(Store::open(path, &CATALOGUE)?))
    }

    /// An empty registry that lives as long as its handles.
    pub fn in_memory(self) -> Result<Registry, OpenError> {
        Ok(self.with(Store::in_memory(&CATALOGUE)?))
    }

    fn with(self, store: Store) -> Registry {
        Registry(Arc::new(Inner {
            store,
            documents: Documents::default(),
            key: self.key,
            keep_alive: self.keep_alive,
            sources: self.sources,
            faults: self.faults,
            log: Mutex::new(VecDeque::new()),
            events: broadcast::channel(EVENTS).0,
        }))
    }
}
