//! What a registry is opened with: its key, its faults, its clock and ids.

use std::collections::VecDeque;
use std::path::Path;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use tokio::sync::broadcast;

use super::catalogue::Catalogue;
use super::faults::Faults;
use super::ids_and_clock::IdsAndClock;
use super::open_error::OpenError;
use super::request::Documents;
use super::service::{Inner, Registry};
use super::store::Store;
use crate::schema::Extent;

/// Events that a slow listener may fall behind by.
const EVENTS: usize = 1024;
/// How often the service sends a keep-alive on a socket.
const KEEP_ALIVE: Duration = Duration::from_secs(60);

/// What a registry is opened with.
pub struct RegistryOptions {
    key: Option<String>,
    keep_alive: Duration,
    ids_and_clock: IdsAndClock,
    faults: Faults,
    extent: Extent,
}

impl Default for RegistryOptions {
    fn default() -> Self {
        Self {
            key: None,
            keep_alive: KEEP_ALIVE,
            ids_and_clock: IdsAndClock::default(),
            faults: Faults::default(),
            extent: Extent::Current,
        }
    }
}

impl RegistryOptions {
    /// Requests must carry this API key. Without it every request is carried out.
    pub fn api_key(self, key: impl Into<String>) -> Self {
        Self { key: Some(key.into()), ..self }
    }

    /// How often a keep-alive is sent on a socket, more than zero. A client is asked to wait five times as long for one; it
    /// has one such interval to read what it is sent.
    pub fn keep_alive(self, every: Duration) -> Self {
        Self { keep_alive: every, ..self }
    }

    /// The script of faults; keep a clone to add to it.
    pub fn faults(self, faults: Faults) -> Self {
        Self { faults, ..self }
    }

    /// Serves the models besides that the service had once: batch jobs, and the single corrections of a feedback item. Without
    /// this a document that asks for them is refused.
    pub fn retired_models(self) -> Self {
        Self { extent: Extent::WithRetired, ..self }
    }

    /// Where `createdAt` and `updatedAt` come from.
    pub fn clock(mut self, now: impl Fn() -> jiff::Timestamp + Send + Sync + 'static) -> Self {
        self.ids_and_clock.now = Box::new(now);
        self
    }

    /// Where ids come from that a client did not give.
    pub fn ids(mut self, id: impl Fn() -> String + Send + Sync + 'static) -> Self {
        self.ids_and_clock.id = Box::new(id);
        self
    }

    /// Opens the database file, or makes it. Several processes may have it open.
    ///
    /// # Errors
    /// The file cannot be opened, or is something else.
    pub fn open(self, path: &Path) -> Result<Registry, OpenError> {
        let catalogue = Catalogue::of(self.extent);
        Ok(self.with(catalogue, Store::open(path, catalogue)?))
    }

    /// An empty registry that lives as long as its handles.
    ///
    /// # Errors
    /// SQLite cannot make one.
    pub fn in_memory(self) -> Result<Registry, OpenError> {
        let catalogue = Catalogue::of(self.extent);
        Ok(self.with(catalogue, Store::in_memory(catalogue)?))
    }

    fn with(self, catalogue: &'static Catalogue, store: Store) -> Registry {
        Registry(Arc::new(Inner {
            catalogue,
            store,
            documents: Documents::default(),
            key: self.key,
            keep_alive: self.keep_alive,
            ids_and_clock: self.ids_and_clock,
            faults: self.faults,
            log: Mutex::new(VecDeque::new()),
            events: broadcast::channel(EVENTS).0,
        }))
    }
}

impl Registry {
    /// Opens the database file, or makes it, with the defaults: no key, no faults.
    ///
    /// ```
    /// use scoresync::registry::{Registry, seed};
    ///
    /// # let folder = tempfile::tempdir()?;
    /// let registry = Registry::open(&folder.path().join("registry.db"))?;
    /// seed::demo(&registry)?;
    /// let query = r#"{"query": "query Scorecards { listScorecards { items { name } } }"}"#;
    /// assert_eq!(registry.execute(None, query.as_bytes())?.status, 200);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    /// The file cannot be opened, or is something else.
    pub fn open(path: &Path) -> Result<Self, OpenError> {
        RegistryOptions::default().open(path)
    }

    /// Opens a registry that is there, with the defaults; makes none.
    ///
    /// # Errors
    /// There is none in the file, or it cannot be opened, or is something else.
    pub fn open_existing(path: &Path) -> Result<Self, OpenError> {
        let (options, catalogue) = (RegistryOptions::default(), Catalogue::of(Extent::Current));
        Ok(options.with(catalogue, Store::open_existing(path, catalogue)?))
    }

    /// An empty registry with the defaults: no key, no faults.
    ///
    /// # Errors
    /// SQLite cannot make one.
    pub fn in_memory() -> Result<Self, OpenError> {
        RegistryOptions::default().in_memory()
    }
}
