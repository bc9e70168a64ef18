//! Immutable versions of a score, and the id we give to those that we make.

use super::ids::{ScoreId, VersionId};
use super::sync_kind::SyncKind;
use super::tree::Snapshot;
use jiff::Timestamp;
use serde_json::Value;
use uuid::Uuid;

/// Namespace of the version ids that we make.
const NAMESPACE: Uuid = Uuid::from_u128(0x6f0d_4a58_93c1_5d2e_8b7a_5c0e_5c0e_e5bc);

/// The most bytes of one stored item, everything included (`docs/wire.md` §4).
pub const MAX_ITEM_BYTES: usize = 400 * 1024;

/// The most that code and guidelines may have together, in bytes: an item of DynamoDB holds 400 KB, and 8 KB of that are
/// left to note, metadata and the names of the fields.
pub const MAX_PAIR_BYTES: usize = MAX_ITEM_BYTES - 8 * 1024;

/// The key of a version's metadata with the times when it became champion and ceased to be (`docs/wire.md` §6).
pub const CHAMPION_HISTORY: &str = "championHistory";

/// Everything about a version but its documents.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct VersionMeta {
    /// Identity.
    pub id: VersionId,
    /// The score it belongs to.
    pub score_id: ScoreId,
    /// The version it was made from, if that is known (other tools leave it out or get it wrong).
    pub parent: Option<VersionId>,
    /// When it was made.
    pub created_at: Timestamp,
    /// What its author said about it.
    pub note: Option<String>,
    /// Attribution, champion history and whatever other tools keep there; an object, or null.
    pub metadata: Value,
}

impl VersionMeta {
    /// Who made it, from `metadata.attribution` as the Plexus tools write it: the kind of actor (`agent`, `service`; left out
    /// for a `human` with a key) and its key, or where it came from. None where nobody signed.
    pub fn author(&self) -> Option<String> {
        let said = |key: &str| self.metadata["attribution"][key].as_str().filter(|text| !text.is_empty());
        let kind = said("actorType").filter(|kind| *kind != "human" || said("actorKey").is_none());
        let parts: Vec<&str> = [kind, said("actorKey").or(said("source"))].into_iter().flatten().collect();
        (!parts.is_empty()).then(|| parts.join(" "))
    }

    /// It is or was champion, as the history says that travels with it ([`CHAMPION_HISTORY`]).
    pub fn was_champion(&self) -> bool {
        let entries = self.metadata[CHAMPION_HISTORY].as_array();
        entries.is_some_and(|entries| entries.iter().any(|entry| entry["versionId"] == self.id.as_str()))
    }

    /// The git commit that it was pushed from (`metadata.git.commit`), where that is known.
    pub fn commit(&self) -> Option<&str> {
        self.metadata["git"]["commit"].as_str().filter(|commit| !commit.is_empty())
    }
}

/// Versions by others that were made from the champion and never became it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewerDrafts {
    /// The newest first.
    pub versions: Vec<VersionMeta>,
    /// When the dashboard told of them; none if it was asked in this run.
    pub heard_at: Option<Timestamp>,
}

/// A version with its documents.
#[derive(Clone, Debug, PartialEq)]
pub struct Version {
    /// Everything but the documents.
    pub meta: VersionMeta,
    /// The documents, with their texts.
    pub docs: Snapshot,
}

/// A version to be created: the pair goes whole, because the server does not inherit what is left out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewVersion {
    /// Made by [`NewVersion::new`] from everything that it is given.
    pub id: VersionId,
    /// The score, or the standalone document.
    pub score_id: ScoreId,
    /// The version that was edited; none for a score's first.
    pub parent: Option<VersionId>,
    /// The code as it is sent.
    pub code: String,
    /// The guidelines as they are sent; none is "no opinion" and travels as null.
    pub guidelines: Option<String>,
    /// The git branch that it was made on. Only told: the id does not depend on it.
    pub branch: Option<String>,
}

impl NewVersion {
    /// Names the version by what it is, so that every retry, in whatever process or checkout, names the same one. Where there
    /// are no drafts, a text is named alike wherever it comes from.
    pub fn new(score_id: ScoreId, parent: Option<VersionId>, code: String, guidelines: Option<String>) -> Self {
        let (kind, mut name) = (SyncKind::of(&score_id), Vec::new());
        let from = parent.as_ref().map(VersionId::as_str).filter(|_| kind.has_drafts());
        let parts = [Some(score_id.as_str()), from, Some(code.as_str()), guidelines.as_deref()];
        for part in parts {
            name.push(u8::from(part.is_some()));
            name.extend((part.map_or(0, str::len) as u64).to_be_bytes());
            name.extend(part.unwrap_or_default().as_bytes());
        }
        let id = Uuid::new_v5(&NAMESPACE, &name).to_string();
        let id = if kind.is_standalone() { VersionId::of_document(&id, &score_id) } else { VersionId::from(id) };
        Self { id, score_id, parent, code, guidelines, branch: None }
    }

    /// Its documents.
    pub fn docs(&self) -> Snapshot {
        Snapshot::of(SyncKind::of(&self.score_id), self.code.as_str(), self.guidelines.as_deref())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn id(parent: Option<&str>, code: &str, guidelines: Option<&str>) -> VersionId {
        NewVersion::new("s".into(), parent.map(Into::into), code.into(), guidelines.map(Into::into)).id
    }

    #[test]
    fn the_author_is_the_actor_that_signed() {
        let author = |metadata: Value| {
            let created_at = Timestamp::UNIX_EPOCH;
            VersionMeta { id: "v".into(), score_id: "s".into(), parent: None, created_at, note: None, metadata }.author()
        };
        let signed = serde_json::json!({"attribution": {"actorType": "agent", "actorKey": "optimizer", "source": "mcp"}});
        assert_eq!(author(signed).as_deref(), Some("agent optimizer"));
        assert_eq!(author(serde_json::json!({"attribution": {"source": "dashboard"}})).as_deref(), Some("dashboard"));
        assert_eq!((author(Value::Null), author(serde_json::json!({"attribution": 7}))), (None, None));
    }

    #[test]
    fn the_commit_is_what_the_metadata_names() {
        let commit = |metadata: Value| {
            let created_at = Timestamp::UNIX_EPOCH;
            let meta = VersionMeta { id: "v".into(), score_id: "s".into(), parent: None, created_at, note: None, metadata };
            meta.commit().map(str::to_owned)
        };
        assert_eq!(commit(serde_json::json!({"git": {"commit": "abc"}})).as_deref(), Some("abc"));
        assert_eq!((commit(serde_json::json!({"git": {"commit": ""}})), commit(serde_json::json!({"git": 7}))), (None, None));
    }

    #[test]
    fn the_id_depends_on_every_part_and_on_nothing_else() {
        assert_eq!(id(Some("p"), "a", Some("g")), id(Some("p"), "a", Some("g")));
        let others =
            [id(None, "a", Some("g")), id(Some("p"), "b", Some("g")), id(Some("p"), "a", None), id(Some("p"), "a", Some(""))];
        assert!(others.iter().all(|other| *other != id(Some("p"), "a", Some("g"))));
        assert_ne!(id(None, "ab", Some("c")), id(None, "a", Some("bc")));
        assert_ne!(id(Some("p"), "a", None), id(Some("p"), "a", Some("")));
    }
}
