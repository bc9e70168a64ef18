//! What this workspace remembers: the Synced tree with its documents, the catalog last seen, parked conflicts, intents,
//! replaced bytes, the stat cache. One SQLite file. It decides nothing and holds no secret.

mod error;
mod types;

pub use error::{Holder, StateError};
pub use types::{Intent, Keep, Loaded, Origin, ParkedConflict, Replaced, Run, RunId};

use crate::model::{CachedFile, Catalog, Digest, Known, RelPath, ScoreId, SyncedScore};
use jiff::Timestamp;
use serde_json::Value;
use std::fs::File;
use std::path::{Path, PathBuf};

/// The open state of a workspace.
#[derive(Debug)]
pub struct State {
    connection: rusqlite::Connection,
}

/// A transaction: all of it happens, durably, or nothing.
#[derive(Debug)]
pub struct Tx<'a> {
    transaction: rusqlite::Transaction<'a>,
}

/// Keeps other runs off the workspace until it is dropped or the process ends.
#[derive(Debug)]
pub struct WorkspaceLock {
    _file: File,
}

impl State {
    /// Opens the state in `dir` (the `.scoresync` folder), making both if they are not there.
    pub fn open(dir: &Path) -> Result<Self, StateError> {
        let _ = dir;
        todo!()
    }

    /// Moves a damaged state out of the way, so that the next [`State::open`] makes a new one; where it went.
    pub fn set_aside(dir: &Path, at: Timestamp) -> Result<PathBuf, StateError> {
        let _ = (dir, at);
        todo!()
    }

    /// Takes the workspace lock, or says who has it: [`StateError::Locked`]. Does not wait.
    pub fn lock(dir: &Path, command: &str, since: Timestamp) -> Result<WorkspaceLock, StateError> {
        let _ = (dir, command, since);
        todo!()
    }

    /// The dashboard that this state was made with; none in a new state.
    pub fn origin(&self) -> Result<Option<Origin>, StateError> {
        todo!()
    }

    /// Binds the state to a dashboard. The caller keeps secrets out of the endpoint.
    pub fn set_origin(&self, origin: &Origin) -> Result<(), StateError> {
        let _ = origin;
        todo!()
    }

    /// Everything that a run needs at its start, without texts.
    pub fn load(&self) -> Result<Loaded, StateError> {
        todo!()
    }

    /// The Synced entry of a score with its texts. A text that was never given stays absent.
    pub fn with_texts(&self, score: &ScoreId) -> Result<Option<SyncedScore>, StateError> {
        let _ = score;
        todo!()
    }

    /// The parked conflict of a score with its texts.
    pub fn conflict(&self, score: &ScoreId) -> Result<Option<ParkedConflict>, StateError> {
        let _ = score;
        todo!()
    }

    /// Versions of a score whose digests were remembered, so that they need not be read twice. In no particular order.
    pub fn known_versions(&self, score: &ScoreId) -> Result<Vec<Known>, StateError> {
        let _ = score;
        todo!()
    }

    /// What has to be finished, oldest first.
    pub fn intents(&self) -> Result<Vec<Intent>, StateError> {
        todo!()
    }

    /// Runs that replaced files, newest first.
    pub fn runs(&self) -> Result<Vec<Run>, StateError> {
        todo!()
    }

    /// What a run replaced, in the order it did.
    pub fn replaced(&self, run: RunId) -> Result<Vec<Replaced>, StateError> {
        let _ = run;
        todo!()
    }

    /// Bytes that were kept, by their digest.
    pub fn kept_bytes(&self, digest: &Digest) -> Result<Option<Vec<u8>>, StateError> {
        let _ = digest;
        todo!()
    }

    /// Runs `f` in one transaction; durable when this returns `Ok`, and nothing happened when it does not.
    pub fn transaction<T>(&mut self, f: impl FnOnce(&Tx<'_>) -> Result<T, StateError>) -> Result<T, StateError> {
        let _ = (f, &self.connection);
        todo!()
    }
}

impl Tx<'_> {
    /// Sets the Synced entry of a score. Texts are given wherever the state does not have them yet.
    pub fn set_base(&self, score: &ScoreId, synced: &SyncedScore) -> Result<(), StateError> {
        let _ = (score, synced, &self.transaction);
        todo!()
    }

    /// Forgets a score: its Synced entry, its conflict, its known versions. Replaced bytes and intents stay.
    pub fn forget(&self, score: &ScoreId) -> Result<(), StateError> {
        let _ = score;
        todo!()
    }

    /// Adds to the stat cache.
    pub fn set_files(&self, files: &[(RelPath, CachedFile)]) -> Result<(), StateError> {
        let _ = files;
        todo!()
    }

    /// Takes a file out of the stat cache.
    pub fn drop_file(&self, path: &RelPath) -> Result<(), StateError> {
        let _ = path;
        todo!()
    }

    /// Makes `catalog` the one last seen. Only rows that changed are written.
    pub fn save_catalog(&self, catalog: &Catalog) -> Result<(), StateError> {
        let _ = catalog;
        todo!()
    }

    /// Remembers the lineage and digests of versions, which never change; no texts.
    pub fn remember_versions(&self, score: &ScoreId, versions: &[Known]) -> Result<(), StateError> {
        let _ = (score, versions);
        todo!()
    }

    /// Begins a run that will replace files.
    pub fn begin_run(&self, command: &str, at: Timestamp) -> Result<RunId, StateError> {
        let _ = (command, at);
        todo!()
    }

    /// Keeps the bytes that a run is about to replace (none: nothing is there). `after` is the raw digest of what will be
    /// written, none for a removal.
    pub fn keep(
        &self,
        run: RunId,
        path: &RelPath,
        before: Option<&[u8]>,
        after: Option<Digest>,
        at: Timestamp,
    ) -> Result<(), StateError> {
        let _ = (run, path, before, after, at);
        todo!()
    }

    /// Parks a conflict. Texts as in [`Tx::set_base`].
    pub fn set_conflict(&self, score: &ScoreId, conflict: &ParkedConflict) -> Result<(), StateError> {
        let _ = (score, conflict);
        todo!()
    }

    /// Forgets the conflict of a score, if there is one.
    pub fn clear_conflict(&self, score: &ScoreId) -> Result<(), StateError> {
        let _ = score;
        todo!()
    }

    /// Writes down what must be finished; its id.
    pub fn add_intent(&self, score: &ScoreId, kind: &str, payload: &Value) -> Result<i64, StateError> {
        let _ = (score, kind, payload);
        todo!()
    }

    /// An intent is finished.
    pub fn remove_intent(&self, id: i64) -> Result<(), StateError> {
        let _ = id;
        todo!()
    }

    /// Drops runs beyond `keep`, then every text and byte that nothing refers to any more.
    pub fn prune_history(&self, keep: Keep) -> Result<(), StateError> {
        let _ = keep;
        todo!()
    }
}
