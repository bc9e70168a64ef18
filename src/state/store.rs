//! The open state and its transactions: what can be asked and recorded. The SQL is that of the files beside this one, each
//! for its own tables.

use super::error::StateError;
use super::lock::{self, WorkspaceLock};
use super::open::DatabaseIdentity;
use super::run_kind::RunKind;
use super::types::{
    Backup, BaseChange, GitPosition, Intent, NextBase, Origin, ReadDrafts, Replaced, Run, RunId, StoredConflict, UnfinishedRun,
};
use super::{base_history, blobs, catalog, conflicts, drafts, files, history, open, synced, types};
use crate::model::{CachedFile, Catalog, Digest, RelPath, Score, ScoreId, Snapshot, SyncedScore, VersionId};
use jiff::Timestamp;
use rusqlite::{Connection, TransactionBehavior};
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use tempfile::TempDir;

/// The open state of a workspace.
#[derive(Debug)]
pub struct State {
    connection: Connection,
    pub(super) path: PathBuf,
    folder: PathBuf,
    /// Where the database is a copy, its folder.
    copy: Option<TempDir>,
    identity: String,
    pub(super) held: types::LastIndex,
    pub(super) stay_moved: usize,
    pub(super) git_position: Option<GitPosition>,
    file: Option<DatabaseIdentity>,
}

/// A transaction: all of it happens, durably, or nothing.
#[derive(Debug)]
pub struct Tx<'a> {
    transaction: rusqlite::Transaction<'a>,
    path: &'a Path,
    pub(super) git_position: Option<&'a GitPosition>,
}

impl State {
    /// Opens the state in `dir` (the `.scoresync` folder), making both if they are not there. Where it cannot be written, as on
    /// a read-only file system, this is a copy for looking at it: [`State::is_copy`].
    ///
    /// # Errors
    /// The folder can neither be made nor read; the database is damaged, of another program, of a newer format, or busy for
    /// too long.
    pub fn open(dir: &Path) -> Result<Self, StateError> {
        let (copy, (connection, path, identity)) = match open::open(dir) {
            Err(StateError::Denied(_)) => {
                let copy = open::copy(dir)?;
                let opened = open::open(copy.path())?;
                (Some(copy), opened)
            }
            opened => (None, opened?),
        };
        let file = open::identity(&path);
        Ok(Self {
            connection,
            path,
            folder: dir.to_owned(),
            copy,
            identity,
            held: types::LastIndex::default(),
            stay_moved: 0,
            git_position: None,
            file,
        })
    }

    /// The folder that it lies in.
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// What is recorded will be forgotten: nothing that matters may be.
    pub fn is_copy(&self) -> bool {
        self.copy.is_some()
    }

    /// There is none in `dir` yet, and the system lets us make one. What is not known counts as yes.
    pub fn can_be_made(dir: &Path) -> bool {
        open::can_be_made(dir)
    }

    /// The database is still where it was opened: it was neither removed nor replaced.
    pub fn is_in_place(&self) -> bool {
        open::identity(&self.path) == self.file
    }

    /// A word that tells this state from any other one.
    pub fn identity(&self) -> &str {
        &self.identity
    }

    /// Moves a damaged state out of the way, so that the next [`State::open`] makes a new one; where it went.
    ///
    /// # Errors
    /// The folder or one of the database's files cannot be moved.
    pub fn set_aside(dir: &Path, at: Timestamp) -> Result<PathBuf, StateError> {
        open::set_aside(dir, at)
    }

    /// Damaged states that [`State::set_aside`] moved out of the way, oldest first.
    pub fn aside(dir: &Path) -> Vec<PathBuf> {
        open::aside(dir)
    }

    /// Takes the workspace lock, or says who has it: [`StateError::Locked`]. Does not wait.
    ///
    /// # Errors
    /// [`StateError::Locked`] where another run has it; the lock's file cannot be made.
    pub fn lock(dir: &Path, command: &str, since: Timestamp) -> Result<WorkspaceLock, StateError> {
        lock::acquire(dir, command, since)
    }

    /// Takes the lock of the process that watches, or says who has it: [`StateError::Watched`].
    ///
    /// # Errors
    /// [`StateError::Watched`] where another process has it; the lock's file cannot be made.
    pub fn lock_watch(dir: &Path, since: Timestamp) -> Result<WorkspaceLock, StateError> {
        lock::acquire_watch(dir, since)
    }

    /// Asks the process that watches this workspace to go on with what it paused for, because a person means it.
    ///
    /// # Errors
    /// The request's file cannot be written.
    pub fn ask_resume(dir: &Path) -> Result<(), StateError> {
        lock::ask_resume(dir)
    }

    /// Takes such a request back; true if there was one.
    pub fn take_resume(dir: &Path) -> bool {
        lock::take_resume(dir)
    }

    /// The dashboard that this state was made with; none in a new state.
    ///
    /// # Errors
    /// The database cannot be read: it is damaged, or busy for too long.
    pub fn origin(&self) -> Result<Option<Origin>, StateError> {
        self.read(catalog::origin)
    }

    /// Binds the state to a dashboard. The caller keeps secrets out of the endpoint.
    ///
    /// # Errors
    /// The database cannot be written: the disk is full, it is damaged, or busy for too long.
    pub fn set_origin(&self, origin: &Origin) -> Result<(), StateError> {
        self.read(|db| catalog::set_origin(db, origin))
    }

    /// The catalog last seen.
    ///
    /// # Errors
    /// The database cannot be read: it is damaged, or busy for too long.
    pub fn catalog(&self) -> Result<Catalog, StateError> {
        self.read(catalog::load)
    }

    /// Counts the transactions: another number means that something was recorded since.
    ///
    /// # Errors
    /// The database cannot be read: it is damaged, or busy for too long.
    pub fn generation(&self) -> Result<i64, StateError> {
        self.read(files::generation)
    }

    /// The Synced entry of a score with its texts. A text that was never given stays absent.
    ///
    /// # Errors
    /// The database cannot be read: it is damaged, or busy for too long.
    pub fn with_texts(&self, score: &ScoreId) -> Result<Option<SyncedScore>, StateError> {
        self.read(|db| synced::one(db, score))
    }

    /// The base that the Synced entry of a score names; none where there is no entry.
    ///
    /// # Errors
    /// The database cannot be read: it is damaged, or busy for too long.
    pub fn base(&self, score: &ScoreId) -> Result<Option<VersionId>, StateError> {
        self.read(|db| synced::base(db, score))
    }

    /// The drafts of others that were told of, by score; scores without any are left out.
    ///
    /// # Errors
    /// The database cannot be read: it is damaged, or busy for too long.
    pub fn drafts(&self) -> Result<BTreeMap<ScoreId, ReadDrafts>, StateError> {
        self.read(drafts::all)
    }

    /// The same of these scores only.
    ///
    /// # Errors
    /// The database cannot be read: it is damaged, or busy for too long.
    pub fn drafts_of(&self, scores: &BTreeSet<&ScoreId>) -> Result<BTreeMap<ScoreId, ReadDrafts>, StateError> {
        self.read(|db| drafts::some(db, scores))
    }

    /// The scores whose conflicts wait for a person.
    ///
    /// # Errors
    /// The database cannot be read: it is damaged, or busy for too long.
    pub fn conflicting(&self) -> Result<BTreeSet<ScoreId>, StateError> {
        self.read(conflicts::scores)
    }

    /// The stored conflict of a score with its texts.
    ///
    /// # Errors
    /// The database cannot be read: it is damaged, or busy for too long.
    pub fn conflict(&self, score: &ScoreId) -> Result<Option<StoredConflict>, StateError> {
        self.read(|db| conflicts::one(db, score))
    }

    /// What has to be finished, oldest first.
    ///
    /// # Errors
    /// The database cannot be read: it is damaged, or busy for too long.
    pub fn intents(&self) -> Result<Vec<Intent>, StateError> {
        self.read(history::intents)
    }

    /// Runs that replaced files, newest first.
    ///
    /// # Errors
    /// The database cannot be read: it is damaged, or busy for too long.
    pub fn runs(&self) -> Result<Vec<Run>, StateError> {
        self.read(history::runs)
    }

    /// Runs whose end is not recorded, oldest first.
    ///
    /// # Errors
    /// The database cannot be read: it is damaged, or busy for too long.
    pub fn unfinished_runs(&self) -> Result<Vec<UnfinishedRun>, StateError> {
        if self.read(history::is_unfinished)? { self.read(history::unfinished) } else { Ok(Vec::new()) }
    }

    /// The newest run, and the run that it takes back, if it is an undo or a restore and nobody was told how it ended.
    ///
    /// # Errors
    /// The database cannot be read: it is damaged, or busy for too long.
    pub fn untold_run(&self) -> Result<Option<(Run, Option<Run>)>, StateError> {
        self.read(history::untold)
    }

    /// What a run replaced, in the order it did.
    ///
    /// # Errors
    /// The database cannot be read: it is damaged, or busy for too long.
    pub fn replaced(&self, run: RunId) -> Result<Vec<Replaced>, StateError> {
        self.read(|db| history::replaced(db, run))
    }

    /// Everything that runs replaced, newest first.
    ///
    /// # Errors
    /// The database cannot be read: it is damaged, or busy for too long.
    pub fn backups(&self) -> Result<Vec<Backup>, StateError> {
        self.read(history::backups)
    }

    /// The bases that a run changed, by score.
    ///
    /// # Errors
    /// The database cannot be read: it is damaged, or busy for too long.
    pub fn base_changes(&self, run: RunId) -> Result<Vec<BaseChange>, StateError> {
        self.read(|db| base_history::all(db, run))
    }

    /// Versions that were the base of a score before the runs in the history, newest first; without texts.
    ///
    /// # Errors
    /// The database cannot be read: it is damaged, or busy for too long.
    pub fn earlier_bases(&self, score: &ScoreId) -> Result<Vec<(VersionId, Snapshot)>, StateError> {
        self.read(|db| base_history::earlier(db, score))
    }

    /// Bytes that were backed up or are still to be written, by their digest.
    ///
    /// # Errors
    /// The database cannot be read: it is damaged, or busy for too long.
    pub fn backup_bytes(&self, digest: &Digest) -> Result<Option<Vec<u8>>, StateError> {
        self.read(|db| blobs::bytes(db, digest))
    }

    /// Runs `f` in one transaction; durable when this returns `Ok`, and nothing happened when it does not.
    ///
    /// # Errors
    /// What `f` returns; the database cannot be written: the disk is full, it is damaged, or busy for too long.
    pub fn transaction<T>(&mut self, f: impl FnOnce(&Tx<'_>) -> Result<T, StateError>) -> Result<T, StateError> {
        let path = self.path.as_path();
        let failed = |error| StateError::sqlite(path, &error);
        let transaction = self.connection.transaction_with_behavior(TransactionBehavior::Immediate).map_err(failed)?;
        let tx = Tx { transaction, path, git_position: self.git_position.as_ref() };
        let value = f(&tx)?;
        tx.run(files::advance)?;
        tx.transaction.commit().map_err(failed)?;
        Ok(value)
    }

    pub(super) fn write<T>(&mut self, f: impl FnOnce(&Connection) -> rusqlite::Result<T>) -> Result<T, StateError> {
        let path = self.path.as_path();
        let written = self.connection.transaction_with_behavior(TransactionBehavior::Immediate).and_then(|transaction| {
            let value = f(&transaction)?;
            transaction.commit().map(|()| value)
        });
        written.map_err(|error| StateError::sqlite(path, &error))
    }

    pub(super) fn read<T>(&self, f: impl FnOnce(&Connection) -> rusqlite::Result<T>) -> Result<T, StateError> {
        f(&self.connection).map_err(|error| StateError::sqlite(&self.path, &error))
    }
}

impl Tx<'_> {
    pub(super) fn run<T>(&self, f: impl FnOnce(&Connection) -> rusqlite::Result<T>) -> Result<T, StateError> {
        f(&self.transaction).map_err(|error| StateError::sqlite(self.path, &error))
    }

    /// Sets the Synced entry of a score. A text that is not given is taken from what the state has for this score, in its
    /// Synced entry or its conflict (so set the base before clearing the conflict); where that has none it stays absent.
    ///
    /// # Errors
    /// The database cannot be written: the disk is full, it is damaged, or busy for too long.
    pub fn set_base(&self, score: &ScoreId, synced: &SyncedScore) -> Result<(), StateError> {
        self.run(|db| synced::set(db, score, synced))?;
        self.position_base(score)
    }

    /// Forgets a score: its Synced entry, its conflict. Replaced bytes and intents stay.
    ///
    /// # Errors
    /// The database cannot be written: the disk is full, it is damaged, or busy for too long.
    pub fn forget(&self, score: &ScoreId) -> Result<(), StateError> {
        self.run(|db| synced::forget(db, score))
    }

    /// Adds to the stat cache.
    ///
    /// # Errors
    /// The database cannot be written: the disk is full, it is damaged, or busy for too long.
    pub fn set_files(&self, files: &[(RelPath, CachedFile)]) -> Result<(), StateError> {
        self.run(|db| files::set(db, files))
    }

    /// Makes `catalog` the one last seen. Only rows that changed are written.
    ///
    /// # Errors
    /// The database cannot be written: the disk is full, it is damaged, or busy for too long.
    pub fn save_catalog(&self, catalog: &Catalog) -> Result<(), StateError> {
        self.run(|db| catalog::save(db, catalog))
    }

    /// Makes these scores of the catalog last seen what they are now.
    ///
    /// # Errors
    /// The database cannot be written: the disk is full, it is damaged, or busy for too long.
    pub fn save_scores(&self, scores: &[&Score]) -> Result<(), StateError> {
        self.run(|db| scores.iter().try_for_each(|score| catalog::insert_score(db, score)))
    }

    /// A version was made champion by us: the catalog last seen says so from then on. Otherwise a champion that Plexus goes back
    /// to would not be news.
    ///
    /// # Errors
    /// The database cannot be written: the disk is full, it is damaged, or busy for too long.
    pub fn set_champion(&self, score: &ScoreId, champion: &VersionId) -> Result<(), StateError> {
        self.run(|db| catalog::set_champion(db, score, champion))
    }

    /// Begins a run that will replace files. An undo names the run that it takes back.
    ///
    /// # Errors
    /// The database cannot be written: the disk is full, it is damaged, or busy for too long.
    pub fn begin_run(&self, kind: &RunKind, undoes: Option<RunId>, at: Timestamp) -> Result<RunId, StateError> {
        self.run(|db| history::begin(db, kind, undoes, at))
    }

    /// Writes down that a run is to change a file from the bytes that are there (none: nothing is) to others (none: it is
    /// removed), and keeps both; the [`Replaced::id`]. Of one file several times where it changes in steps.
    ///
    /// # Errors
    /// The database cannot be written: the disk is full, it is damaged, or busy for too long.
    pub fn plan_file(
        &self,
        run: RunId,
        path: &RelPath,
        before: Option<&[u8]>,
        after: Option<&[u8]>,
        at: Timestamp,
    ) -> Result<i64, StateError> {
        self.run(|db| history::plan_file(db, run, path, before, after, at))
    }

    /// A person was told how all runs ended.
    ///
    /// # Errors
    /// The database cannot be written: the disk is full, it is damaged, or busy for too long.
    pub fn tell_runs(&self) -> Result<(), StateError> {
        self.run(history::tell)
    }

    /// Writes down what Synced is to say of a score when a run has changed its files, and keeps what it says now. Texts as in
    /// [`Tx::set_base`]. To be committed with the files.
    ///
    /// # Errors
    /// The database cannot be written: the disk is full, it is damaged, or busy for too long.
    pub fn plan_base(&self, run: RunId, score: &ScoreId, next: NextBase<'_>) -> Result<(), StateError> {
        self.run(|db| base_history::plan(db, run, score, next))
    }

    /// Its run has done with the file of this [`Replaced::id`] what it was to do, or never will.
    ///
    /// # Errors
    /// The database cannot be written: the disk is full, it is damaged, or busy for too long.
    pub fn settle_file(&self, number: i64) -> Result<(), StateError> {
        self.run(|db| history::settle_file(db, number))
    }

    /// Makes Synced say that the files of a score are where a run was to take them; the rest stays.
    ///
    /// # Errors
    /// The database cannot be written: the disk is full, it is damaged, or busy for too long.
    pub fn apply_paths(&self, run: RunId, score: &ScoreId) -> Result<(), StateError> {
        self.run(|db| base_history::apply_paths(db, run, score))
    }

    /// Makes Synced say of a score what a run was to make of it; its conflict, if any, stays.
    ///
    /// # Errors
    /// The database cannot be written: the disk is full, it is damaged, or busy for too long.
    pub fn apply_base(&self, run: RunId, score: &ScoreId) -> Result<(), StateError> {
        self.run(|db| base_history::apply(db, run, score))?;
        self.position_base(score)
    }

    /// The run has done with a score's base what it was to do, or never will.
    ///
    /// # Errors
    /// The database cannot be written: the disk is full, it is damaged, or busy for too long.
    pub fn settle_base(&self, run: RunId, score: &ScoreId) -> Result<(), StateError> {
        self.run(|db| base_history::settle(db, run, score))
    }

    /// Makes Synced say of a score what it said before a run, if that was backed up; its conflict, if any, stays.
    ///
    /// # Errors
    /// The database cannot be written: the disk is full, it is damaged, or busy for too long.
    pub fn restore_synced(&self, run: RunId, score: &ScoreId) -> Result<(), StateError> {
        self.run(|db| base_history::restore(db, run, score))?;
        self.position_base(score)
    }

    /// Stores a conflict. Texts as in [`Tx::set_base`].
    ///
    /// # Errors
    /// The database cannot be written: the disk is full, it is damaged, or busy for too long.
    pub fn set_conflict(&self, score: &ScoreId, conflict: &StoredConflict) -> Result<(), StateError> {
        self.run(|db| conflicts::set(db, score, conflict))
    }

    /// Forgets the conflict of a score, if there is one.
    ///
    /// # Errors
    /// The database cannot be written: the disk is full, it is damaged, or busy for too long.
    pub fn clear_conflict(&self, score: &ScoreId) -> Result<(), StateError> {
        self.run(|db| conflicts::clear(db, score))
    }

    /// Sets the drafts of others of a score; without versions nothing is kept of it.
    ///
    /// # Errors
    /// The database cannot be written: the disk is full, it is damaged, or busy for too long.
    pub fn set_drafts(&self, score: &ScoreId, drafts: &ReadDrafts) -> Result<(), StateError> {
        self.run(|db| drafts::set(db, score, drafts))
    }

    /// Writes down what must be finished; its id.
    ///
    /// # Errors
    /// The database cannot be written: the disk is full, it is damaged, or busy for too long.
    pub fn add_intent(&self, score: &ScoreId, kind: &str, payload: &Value) -> Result<i64, StateError> {
        self.run(|db| history::add_intent(db, score, kind, payload))
    }

    /// An intent is finished.
    ///
    /// # Errors
    /// The database cannot be written: the disk is full, it is damaged, or busy for too long.
    pub fn remove_intent(&self, id: i64) -> Result<(), StateError> {
        self.run(|db| history::remove_intent(db, id))
    }
}
