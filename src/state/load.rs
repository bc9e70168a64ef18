//! What a run needs at its start, in one go.

use super::error::StateError;
use super::store::State;
use super::types::Loaded;
use super::{catalog, conflicts, files, open, places, synced};
use crate::model::{Catalog, ScoreId, SyncedScore};
use rusqlite::{Connection, Result as SqlResult};
use std::collections::{BTreeMap, HashMap};
use std::panic::resume_unwind;
use std::thread;

impl State {
    /// Everything that a run needs at its start, without texts.
    ///
    /// # Errors
    /// The database cannot be read: it is damaged, or busy for too long.
    pub fn load(&self) -> Result<Loaded, StateError> {
        self.load_with(catalog::load)
    }

    /// The same without the catalog last seen, for a run that has read what it is now.
    ///
    /// # Errors
    /// As [`State::load`].
    pub fn load_without_catalog(&self) -> Result<Loaded, StateError> {
        self.load_with(|_| Ok(Catalog::default()))
    }

    /// Just the Synced tree, without texts.
    ///
    /// # Errors
    /// As [`State::load`].
    pub fn synced(&self) -> Result<BTreeMap<ScoreId, SyncedScore>, StateError> {
        self.read(synced::all)
    }

    fn load_with(&self, catalog: impl Fn(&Connection) -> SqlResult<Catalog>) -> Result<Loaded, StateError> {
        let all_but_files = |db: &Connection| {
            Ok(Loaded {
                generation: files::generation(db)?,
                synced: synced::all(db)?,
                unsynced_places: places::unsynced(db)?,
                files: HashMap::new(),
                catalog: catalog(db)?,
                conflicts: conflicts::all(db)?,
            })
        };
        if self.read(files::are_few)? {
            return self.read(|db| {
                let _one_moment = db.unchecked_transaction()?;
                Ok(Loaded { files: files::all(db)?, ..all_but_files(db)? })
            });
        }
        // The stat cache is read on another connection at the same time: it may be newer or older than the rest.
        let path = self.path.as_path();
        thread::scope(|scope| {
            let files = scope.spawn(|| open::connect(path).and_then(|db| files::all(&db)));
            let loaded = self.read(|db| {
                let _one_moment = db.unchecked_transaction()?;
                all_but_files(db)
            })?;
            let files = files.join().unwrap_or_else(|panic| resume_unwind(panic));
            Ok(Loaded { files: files.map_err(|error| StateError::sqlite(path, &error))?, ..loaded })
        })
    }
}
