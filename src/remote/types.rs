//! The trait [`Remote`] (what sync needs of the dashboard), its values and errors.

use super::event::RemoteEvent;
use crate::model::{
    Account, AccountId, Catalog, Evaluation, EvaluationDetails, NewScore, NewVersion, Score, ScoreId, ScorecardId, Section,
    SyncKind, Version, VersionId, VersionMeta,
};
use async_trait::async_trait;
use jiff::Timestamp;
use serde_json::Value;
use std::collections::BTreeMap;
use tokio::sync::mpsc;

/// Why an operation on the dashboard failed. Judged by HTTP status and `errorType` only, never by message text.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum RemoteError {
    /// 401, 403, or `errorType` Unauthorized: retrying cannot help.
    #[error("not authorised: {0}")]
    Unauthorised(String),
    /// No usable answer after all retries; safe to run again later.
    #[error("unreachable: {0}")]
    Unreachable(String),
    /// Throttled after all retries; safe to run again later.
    #[error("throttled: {0}")]
    Throttled(String),
    /// The server understood and refused. Retrying cannot help.
    #[error("{message}")]
    Rejected {
        /// `errorType` as sent, if any: `DynamoDB:ValidationException`, …
        error_type: Option<String>,
        /// The server's words, for a person.
        message: String,
    },
    /// There is no such score or version: which one.
    #[error("{0} does not exist")]
    Missing(String),
    /// A conditional write found another state than expected.
    #[error("the condition was not met")]
    Condition,
    /// The reply is not what the protocol promises: HTML, cut JSON, a missing field.
    #[error("the reply makes no sense: {0}")]
    Protocol(String),
    /// A version with this id exists and has other content.
    #[error("version {0} exists with other content")]
    OtherContent(VersionId),
    /// A score with this id exists and is another one.
    #[error("score {0} exists with another name")]
    OtherScore(ScoreId),
    /// A version does not fit into one stored item; nothing was sent.
    #[error("{bytes} bytes of code, guidelines, note and metadata do not fit into {limit}")]
    TooLarge {
        /// Bytes that would have to be stored.
        bytes: usize,
        /// The most that fits.
        limit: usize,
    },
}

impl RemoteError {
    /// No usable answer came: what was asked for may have been done, and later there may be one.
    pub fn is_unanswered(&self) -> bool {
        matches!(self, Self::Unreachable(_) | Self::Throttled(_) | Self::Protocol(_))
    }

    /// What the log calls it: a word, never a server's text.
    pub fn kind(&self) -> &'static str {
        match self {
            Self::Unauthorised(_) => "unauthorised",
            Self::Unreachable(_) => "unreachable",
            Self::Throttled(_) => "throttled",
            Self::Rejected { .. } => "rejected",
            Self::Missing(_) => "missing",
            Self::Condition => "condition",
            Self::Protocol(_) => "protocol",
            Self::OtherContent(_) => "other content",
            Self::OtherScore(_) => "other score",
            Self::TooLarge { .. } => "too large",
        }
    }
}

/// Something that a catalog could not show.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unreadable {
    /// The score, if its id is known.
    pub score: Option<ScoreId>,
    /// What is wrong and where, a sentence without a full stop.
    pub message: String,
}

impl Unreadable {
    /// The reason why `score` is missing from the catalog may be this entry: it must not be taken for deleted.
    pub fn may_hide(&self, score: &ScoreId) -> bool {
        self.score.as_ref().is_none_or(|own| own == score)
    }
}

/// A record of a kind that is synced, which is not synced itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LeftOut {
    /// What it is.
    pub kind: SyncKind,
    /// What the dashboard calls it.
    pub name: String,
    /// Why it is not synced.
    pub why: WhyLeftOut,
}

/// Why a record is not synced.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum WhyLeftOut {
    /// A program made it for itself.
    MadeByMachine,
    /// It has no text.
    NoText,
    /// It is for a scorecard that is not synced here.
    OtherScorecard,
}

/// Who writes are attributed to: `metadata.attribution` and `createdByUserId` as the other Plexus tools write them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct WriteAttribution {
    /// `actorType`, as `service`.
    pub actor_type: String,
    /// `actorKey`, as `cli`.
    pub actor_key: String,
    /// `source`, as `cli`.
    pub source: String,
    /// `requestUserId` and `createdByUserId`.
    pub user_id: Option<String>,
}

/// The result of a create.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Created {
    /// It was created now.
    New,
    /// It existed: an earlier try, or another checkout with the very same edit, had created it.
    Existed,
}

/// Results by version: one failure costs only its own score.
pub type Reads = BTreeMap<VersionId, Result<Version, RemoteError>>;

/// Details by evaluation.
pub type DetailReads = BTreeMap<String, Result<EvaluationDetails, RemoteError>>;

/// Evaluations by version, newest first.
pub type Evaluations = BTreeMap<VersionId, Result<Vec<Evaluation>, RemoteError>>;

/// Versions by score, newest first.
pub type Histories = BTreeMap<ScoreId, Result<Vec<VersionMeta>, RemoteError>>;

/// What sync needs of the dashboard. Every list is complete: paging happens below this trait, and so do retries.
///
/// Every method may fail as [`RemoteError`] lists; each names only the errors that are its own.
#[async_trait]
pub trait Remote: Send + Sync {
    /// The account with this key; `None` if there is none.
    ///
    /// # Errors
    /// `Protocol` if several accounts have it.
    async fn account(&self, key: &str) -> Result<Option<Account>, RemoteError>;

    /// All scorecards and scores with their champion ids, each sorted by id; no contents. A scorecard or score that cannot
    /// be decoded is an entry in the second value, not an error of the whole.
    ///
    /// # Errors
    /// A list may be incomplete: `Protocol`.
    async fn catalog(&self, account: &AccountId) -> Result<(Catalog, Vec<Unreadable>), RemoteError>;

    /// Contents of versions, in batches, a few requests at once. Ids that do not exist are `Missing` in the result.
    ///
    /// # Errors
    /// Nothing at all could be read. A failure of single versions stands in the result.
    async fn versions(&self, ids: &[VersionId]) -> Result<Reads, RemoteError>;

    /// All versions of a score, newest first, without contents. Rows that cannot be decoded are left out.
    ///
    /// # Errors
    /// A page cannot be read.
    async fn history(&self, score: &ScoreId) -> Result<Vec<VersionMeta>, RemoteError>;

    /// The newest `count` versions (at least one) of each score, newest first, without contents; many scores in one request,
    /// a few requests at once. Rows that cannot be decoded are left out; a score that does not exist has none.
    ///
    /// # Errors
    /// Nothing at all could be read. A failure of single scores stands in the result.
    async fn newest(&self, scores: &[ScoreId], count: usize) -> Result<Histories, RemoteError>;

    /// The newest evaluations of versions, at most ten of each, newest first. Rows that cannot be decoded are left out; a
    /// version that was never evaluated, or does not exist, has none.
    ///
    /// # Errors
    /// Nothing at all could be read. A failure of single versions stands in the result.
    async fn evaluations(&self, versions: &[VersionId]) -> Result<Evaluations, RemoteError>;

    /// The large fields of evaluations, a few in one request. Texts of customers in them are dropped.
    ///
    /// # Errors
    /// Nothing at all could be read. A failure of single evaluations stands in the result.
    async fn evaluation_details(&self, ids: &[String]) -> Result<DetailReads, RemoteError>;

    /// One score as it is now, not from a list (lists are eventually consistent); `None` if it does not exist.
    ///
    /// # Errors
    /// The row cannot be decoded: `Protocol`.
    async fn score(&self, id: &ScoreId) -> Result<Option<Score>, RemoteError>;

    /// The sections of a scorecard in their order.
    ///
    /// # Errors
    /// A page cannot be read.
    async fn sections(&self, scorecard: &ScorecardId) -> Result<Vec<Section>, RemoteError>;

    /// Creates a score, or a standalone document, exactly once: an existing id with the same scorecard, name and external id is
    /// success. A document that has no drafts runs `first`, its first version, at once; otherwise that is still to be created.
    ///
    /// # Errors
    /// `OtherScore` if the id belongs to another score.
    async fn create_score(&self, score: &NewScore, first: &NewVersion) -> Result<Created, RemoteError>;

    /// Creates a version exactly once: an existing id with the same content is success. One of a document that has no drafts
    /// runs at once, and takes the place of its parent only.
    /// `metadata` is a JSON object; attribution is added to it.
    ///
    /// # Errors
    /// `Condition` if a document without drafts runs something else than the parent, `OtherContent` if the id belongs to another version, `TooLarge` if it cannot be stored.
    async fn create_version(&self, version: &NewVersion, note: &str, metadata: Value) -> Result<Created, RemoteError>;

    /// Compare-and-set of a score's champion; `expected` is `None` where there is none yet. A lost reply is distinguished from
    /// a lost race by reading back.
    ///
    /// # Errors
    /// `Condition` if the champion is not `expected`, `Missing` if there is no such score.
    async fn set_champion(&self, score: &ScoreId, expected: Option<&VersionId>, champion: &VersionId) -> Result<(), RemoteError>;

    /// Writes a version's metadata (a JSON object) and, if `featured`, marks it as pinned (`isFeatured: "true"`, which
    /// must travel with `createdAt`).
    ///
    /// # Errors
    /// `Missing` if there is no such version.
    async fn update_version(&self, version: &VersionMeta, metadata: Value, featured: bool) -> Result<(), RemoteError>;

    /// Waits until the dashboard answers, after something failed because it did not, or refused the key; true if it was away
    /// until then, false if it answers as before. It is asked meanwhile, now and then and for very little.
    async fn answered(&self) -> bool {
        false
    }

    /// The time by the dashboard's clock, in whole seconds; none where that is this machine's, or it does not tell.
    async fn clock(&self) -> Option<Timestamp> {
        None
    }

    /// What the last [`Self::catalog`] left out, ordered by kind and name.
    fn left_out(&self) -> Vec<LeftOut> {
        Vec::new()
    }

    /// Listens to the dashboard until the receiver is dropped; called inside a tokio runtime. `None` means that it cannot be
    /// listened to: ask it now and then instead. A lost connection is made again by itself. The caller's own writes are events
    /// too. A slow listener misses single events, but never that something happened.
    fn listen(&self) -> Option<mpsc::Receiver<RemoteEvent>> {
        None
    }
}
