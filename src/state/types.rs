//! What the state holds, as values.

use super::run_kind::RunKind;
use crate::model::{
    AccountId, CachedFile, Catalog, Digest, DocKind, HeldIndex, RelPath, ScoreId, ScorePaths, Snapshot, SyncedScore, VersionId,
    VersionMeta,
};
use jiff::Timestamp;
use serde_json::Value;
use std::cell::RefCell;
use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

/// The dashboard that a state was made with; another one must not be mixed in. Holds no secret.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Origin {
    /// The API URL.
    pub endpoint: String,
    /// What settings name the account by.
    pub account_key: String,
    /// The account.
    pub account_id: AccountId,
    /// What people call it.
    pub account_name: String,
}

/// Everything that a run needs at its start. No texts: see [`State::with_texts`](super::State::with_texts) and
/// [`State::conflict`](super::State::conflict).
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Loaded {
    /// Counts the transactions before this was loaded.
    pub generation: i64,
    /// The Synced tree.
    pub synced: BTreeMap<ScoreId, SyncedScore>,
    /// Where scores have their files that are not synced and were renamed in Plexus since these came.
    pub unsynced_places: BTreeMap<ScoreId, ScorePaths>,
    /// The stat cache.
    pub files: HashMap<RelPath, CachedFile>,
    /// The catalog last seen.
    pub catalog: Catalog,
    /// Conflicts that a person has not resolved yet.
    pub conflicts: BTreeMap<ScoreId, StoredConflict>,
}

impl Loaded {
    /// Where the files of a score are recorded to be.
    pub fn place(&self, score: &ScoreId) -> Option<&ScorePaths> {
        let synced = self.synced.get(score).map(|synced| &synced.paths);
        synced.or_else(|| self.unsynced_places.get(score))
    }

    /// The scores that [have a place](Self::place).
    pub fn placed(&self) -> impl Iterator<Item = &ScoreId> {
        self.synced.keys().chain(self.unsynced_places.keys())
    }
}

/// Where git was at some time.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GitPosition {
    /// The commit that HEAD was, in hexadecimal.
    pub head: String,
    /// Where the log of its moves ended, in bytes.
    pub moves: u64,
    /// When that was.
    pub at: Timestamp,
}

/// What is recorded of the tree as a whole, so that a run need not load everything.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Recorded {
    /// As [`Loaded::generation`].
    pub generation: i64,
    /// The bytes of the last [`TreeIndex`](crate::model::TreeIndex); none where none holds.
    pub index: Option<Vec<u8>>,
    /// Scores of which something else is recorded now than when it was made.
    pub moved: Vec<ScoreId>,
    /// Scores with [unsynced places](Loaded::unsynced_places).
    pub unsynced: Vec<ScoreId>,
}

/// What is recorded of the tree, for whoever asks for a few scores of it.
#[derive(Clone, Debug)]
pub struct Held {
    /// The last index, which the next one who asks need not take apart again.
    pub index: Arc<HeldIndex>,
    /// As [`Recorded::moved`], where they are synced: with the places of their code.
    pub moved: Vec<(ScoreId, RelPath)>,
    /// As [`Recorded::unsynced`].
    pub unsynced: Vec<ScoreId>,
}

/// The tree index that a state was asked for last.
pub(super) type LastIndex = RefCell<Option<Arc<HeldIndex>>>;

/// A conflict that waits for a person: the sides that are not in the files.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StoredConflict {
    /// Why, in a word that the engine chose.
    pub kind: String,
    /// The documents that conflict.
    pub docs: Vec<DocKind>,
    /// The merge base, if one is known.
    pub base: Option<(VersionId, Snapshot)>,
    /// The champion on the other side.
    pub theirs: (VersionId, Snapshot),
    /// When it was found, to the microsecond.
    pub at: Timestamp,
}

/// Drafts of others that the dashboard told of.
#[derive(Clone, Debug, PartialEq)]
pub struct ReadDrafts {
    /// When, to the microsecond.
    pub read_at: Timestamp,
    /// The champion then.
    pub champion: Option<VersionId>,
    /// The newest first. Of their metadata only the attribution is kept.
    pub versions: Vec<VersionMeta>,
}

/// Something that takes several requests and must be finished by a later run if this one dies.
#[derive(Clone, Debug, PartialEq)]
pub struct Intent {
    /// Made by the state, increasing.
    pub id: i64,
    /// The score it is about.
    pub score: ScoreId,
    /// What is to be finished, in a word that the engine chose.
    pub kind: String,
    /// What the engine needs to finish it.
    pub payload: Value,
}

/// Identity of a run of a command, increasing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct RunId(pub i64);

/// A command that replaced files.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Run {
    /// Identity.
    pub id: RunId,
    /// When it began, to the microsecond.
    pub started_at: Timestamp,
    /// The command.
    pub kind: RunKind,
}

/// A file that a run replaced, created or removed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Replaced {
    /// Made by the state, increasing.
    pub id: i64,
    /// The run.
    pub run: RunId,
    /// The file.
    pub path: RelPath,
    /// Digest of the bytes that were there, for [`State::backup_bytes`](super::State::backup_bytes); none if nothing was.
    pub before: Option<Digest>,
    /// Digest of the bytes that were to be written; none for a removal.
    pub after: Option<Digest>,
    /// When, to the microsecond.
    pub at: Timestamp,
}

/// A file that a run replaced, with its run and the size of the backup.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Backup {
    /// The command.
    pub run: Run,
    /// The file.
    pub replaced: Replaced,
    /// Size of the bytes that were there; none if nothing was, or if the backup is pruned.
    pub bytes: Option<u64>,
}

/// A run whose end is not recorded: it died, or could not change every file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UnfinishedRun {
    /// The run.
    pub run: Run,
    /// The run that it takes back, if it is an undo and that run is still kept.
    pub undoes: Option<Run>,
    /// What it is to do to files, in the order in which it said so; of one file several times where it changes in steps.
    pub files: Vec<Replaced>,
    /// What Synced is to become with them, by score.
    pub bases: Vec<BaseChange>,
}

/// What a run did, or is to do, to the base of a score; see [`Tx::plan_base`](super::Tx::plan_base).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BaseChange {
    /// The score.
    pub score: ScoreId,
    /// The base before; none if the state did not know the score.
    pub before: Option<VersionId>,
    /// The base that the run was to set; none if it was to forget the score.
    pub after: Option<VersionId>,
    /// Where the score's files were before and are after, as far as either is known.
    pub paths: Vec<RelPath>,
    /// Where each of them was and where it goes, if the score was renamed in Plexus.
    pub ways: Vec<(RelPath, RelPath)>,
}

/// What Synced says of a score now, against what a run made of it, by its base and the places of its files.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BaseStand {
    /// What the run was to make of it.
    Reached,
    /// What it was before the run, wholly or in part.
    NotReached,
    /// Something else: others went on from there.
    GoneOn,
}

/// What Synced is to say of a score when a run has changed its files.
#[derive(Clone, Copy, Debug)]
pub enum NextBase<'a> {
    /// This; none: the score is forgotten.
    Entry(Option<&'a SyncedScore>),
    /// What it said before that run.
    Before {
        /// The run.
        run: RunId,
        /// Where it said nothing, files of the score stay all the same.
        leaves_files: bool,
    },
}

/// How much history stays: the runs within both limits, and always the newest one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Retention {
    /// At most this many runs.
    pub runs: usize,
    /// At most this many replaced bytes.
    pub bytes: u64,
}
