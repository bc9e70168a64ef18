//! [`DocumentStore`]: what the dashboard can do with the standalone documents of one kind, and the values that this is about.

use crate::model::{
    AccountId, Content, NewVersion, Score, ScoreId, Snapshot, SyncKind, Version, VersionId, VersionMeta, outgoing,
};
use crate::remote::call::Call;
use crate::remote::client::Client;
use crate::remote::lists::{ListRequest, read_list};
use crate::remote::types::RemoteError;
use async_trait::async_trait;
use jiff::Timestamp;
use serde_json::Value;

/// A record in a list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct ListedDocument {
    /// Its id in the dashboard.
    pub id: String,
    /// What people call it.
    pub name: String,
    /// A program made it for itself: it is not synced.
    pub is_made_by_machine: bool,
}

/// A record with the text that runs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct DocumentHead {
    /// Its id in the dashboard.
    pub id: String,
    /// What people call it.
    pub name: String,
    /// Short name; empty if there is none.
    pub key: String,
    /// The text as it is stored; nothing runs where there is none, or only blanks.
    pub text: Option<String>,
    /// When it was changed last, as whoever changed it says.
    pub updated_at: Timestamp,
    /// The version that it is said to be, whatever that says.
    pub current: Option<String>,
    /// The text of that version, if it is one of this record: two records may name one version.
    pub current_text: Option<String>,
    /// The scorecard that it is for, if it says so.
    pub scorecard: Option<String>,
    /// The score that it is for, if it says so.
    pub score: Option<String>,
}

/// A version that is stored beside the text that runs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct StoredVersion {
    /// Its id in the dashboard.
    pub id: String,
    /// The record that it is a version of.
    pub document: String,
    /// The version that it was made from, if that is known.
    pub parent: Option<String>,
    /// When it was made.
    pub created_at: Timestamp,
    /// What its author said about it.
    pub note: Option<String>,
    /// Its text; not in lists.
    pub text: Option<String>,
}

/// The dashboard's side of one kind of standalone documents.
#[async_trait]
pub(super) trait DocumentStore: Send + Sync {
    /// Which kind.
    fn kind(&self) -> SyncKind;

    /// All records of an account. An incomplete list is an error: what is missing counts as deleted elsewhere.
    async fn list(&self, account: &AccountId) -> Result<Vec<ListedDocument>, RemoteError>;

    /// Records as they are now, in the order of `ids`; none where there is no such record.
    async fn heads(&self, ids: &[&str]) -> Vec<Result<Option<DocumentHead>, RemoteError>>;

    /// Puts `text` (and `version`, of which it is the text) in the place of what `head` has, if that is still there.
    ///
    /// # Errors
    /// `Condition` where something else is there.
    async fn replace(&self, head: &DocumentHead, text: &str, version: Option<&str>) -> Result<(), RemoteError>;

    /// Makes a record with `text` as what runs, or with nothing that runs yet.
    ///
    /// # Errors
    /// `Condition` where the id is taken.
    async fn create(&self, account: &AccountId, id: &str, name: &str, text: Option<&str>) -> Result<(), RemoteError>;

    /// Stored versions with their texts, in the order of `ids`; none where there is no such version.
    async fn versions(&self, ids: &[&str]) -> Vec<Result<Option<StoredVersion>, RemoteError>>;

    /// The newest `count` stored versions of each record, newest first, without texts.
    async fn histories(&self, ids: &[&str], count: usize) -> Vec<Result<Vec<StoredVersion>, RemoteError>>;

    /// Stores a version beside the text that runs.
    ///
    /// # Errors
    /// `Condition` where the id is taken.
    async fn create_version(&self, version: &StoredVersion) -> Result<(), RemoteError>;
}

/// A whole list of records of one kind.
pub(super) async fn all_listed(
    client: &Client,
    kind: SyncKind,
    request: &ListRequest<'_, ListedDocument>,
    page: impl Fn(Option<&str>) -> Call + Send + Sync,
) -> Result<Vec<ListedDocument>, RemoteError> {
    let list = read_list(client, request, page).await?;
    if list.complete { Ok(list.rows) } else { Err(RemoteError::Protocol(format!("more than {} {kind}s", request.most))) }
}

impl DocumentHead {
    /// What the catalog says of it.
    pub fn score(&self, kind: SyncKind) -> Score {
        Score {
            id: kind.score_id(&self.id),
            scorecard_id: kind.scorecard().expect("a standalone kind has a folder"),
            name: self.name.as_str().into(),
            key: self.key.as_str().into(),
            external_id: "".into(),
            champion: self.version_id(kind),
            disabled: false,
        }
    }

    /// The text that runs. A dashboard cannot clear the field: blanks stand for nothing.
    pub fn runs(&self) -> Option<&str> {
        self.text.as_deref().filter(|text| !text.trim().is_empty())
    }

    /// The version that runs: the one that it names where it has that text, else one that is named by the text alone. None
    /// where nothing runs.
    pub fn version_id(&self, kind: SyncKind) -> Option<VersionId> {
        let (text, document) = (self.runs()?, kind.score_id(&self.id));
        let content = |text: &str| Content::of(kind.main_document(), text);
        match (&self.current, &self.current_text) {
            (Some(version), Some(own)) if content(own) == content(text) => Some(VersionId::of_document(version, &document)),
            _ => Some(by_text(kind, &document, text).id),
        }
    }

    /// The version that runs, with its text.
    pub fn version(&self, kind: SyncKind) -> Option<Version> {
        let (id, text) = (self.version_id(kind)?, self.runs()?);
        let meta = VersionMeta {
            id,
            score_id: kind.score_id(&self.id),
            parent: None,
            created_at: self.updated_at,
            note: None,
            metadata: Value::Null,
        };
        Some(Version { meta, docs: Snapshot::of(kind, text, None) })
    }
}

impl StoredVersion {
    /// All of it but the text.
    pub fn meta(&self, kind: SyncKind) -> VersionMeta {
        let document = kind.score_id(&self.document);
        let of = |id: &String| VersionId::of_document(id, &document);
        VersionMeta {
            id: of(&self.id),
            parent: self.parent.as_ref().map(of),
            created_at: self.created_at,
            note: self.note.clone(),
            metadata: Value::Null,
            score_id: document,
        }
    }

    /// With its text; none if that was not read.
    pub fn version(&self, kind: SyncKind) -> Option<Version> {
        let text = self.text.as_deref()?;
        Some(Version { meta: self.meta(kind), docs: Snapshot::of(kind, text, None) })
    }
}

/// A text that is no stored version, as one: named by what it says, wherever it comes from.
pub(super) fn by_text(kind: SyncKind, document: &ScoreId, text: &str) -> NewVersion {
    NewVersion::new(document.clone(), None, outgoing(kind.main_document(), text).into_owned(), None)
}
