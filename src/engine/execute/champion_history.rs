//! The champion history that the dashboard reads: entries in `metadata.championHistory` of the versions that enter and leave.
//!
//! Pure: takes a version's metadata and gives it back with the entry added. Doing it again with the same transition
//! changes nothing, so that an interrupted promotion can simply be finished. Keys of others are kept.

use crate::model::{CHAMPION_HISTORY, ScoreId, VersionId, VersionMeta};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};

/// One change of champion.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Transition {
    /// Shared by the entries of both versions; a random UUID.
    pub id: String,
    /// The score.
    pub score: ScoreId,
    /// The version that leaves, if there was one.
    pub previous: Option<VersionId>,
    /// The version that enters.
    pub next: VersionId,
    /// When.
    pub at: Timestamp,
    /// It takes an earlier promotion back: the files that hold the version which leaves keep it as a draft.
    #[serde(default)]
    pub back: bool,
}

/// The champion before `champion`, from the histories that both of them carry; `versions` are all of the score.
pub fn previous_champion(versions: &[VersionMeta], champion: &VersionId) -> Option<VersionId> {
    let entries = |meta: &VersionMeta| meta.metadata[CHAMPION_HISTORY].as_array().cloned().unwrap_or_default();
    let id = |value: &Value| value.as_str().filter(|id| !id.is_empty() && *id != champion.as_str()).map(VersionId::from);
    let own = versions.iter().find(|meta| meta.id == *champion).map(entries).unwrap_or_default();
    let entered = own.iter().rev().filter(|entry| entry["versionId"] == champion.as_str());
    let said = entered.filter(|entry| is_null(entry, "exitedAt")).find_map(|entry| id(&entry["previousChampionVersionId"]));
    let left = || {
        let all = versions.iter().flat_map(entries).filter(|entry| entry["nextChampionVersionId"] == champion.as_str());
        let at = |entry: &Value| entry["exitedAt"].as_str().and_then(|at| at.parse::<Timestamp>().ok());
        all.max_by_key(at).and_then(|entry| id(&entry["versionId"]))
    };
    said.or_else(left).filter(|id| versions.iter().any(|meta| meta.id == *id))
}

/// When a version was champion last, as its own history says: from when, and until when, if that is over.
pub fn time_as_champion(version: &VersionMeta) -> Option<(Timestamp, Option<Timestamp>)> {
    let at = |value: &Value| value.as_str().and_then(|at| at.parse().ok());
    let own = |entry: &&Value| entry["versionId"] == version.id.as_str();
    let last = version.metadata[CHAMPION_HISTORY].as_array()?.iter().rfind(own)?;
    Some((at(&last["enteredAt"])?, at(&last["exitedAt"])))
}

/// The version that was champion at a time, as the histories of all `versions` say; none where they do not.
pub fn champion_at(versions: &[VersionMeta], at: Timestamp) -> Option<VersionId> {
    let time = |value: &Value| value.as_str().and_then(|at| at.parse::<Timestamp>().ok());
    let entries = versions.iter().flat_map(|meta| Some((&meta.id, meta.metadata[CHAMPION_HISTORY].as_array()?)));
    let own = entries
        .flat_map(|(id, entries)| entries.iter().filter(|entry| entry["versionId"] == id.as_str()).map(move |entry| (id, entry)));
    let times = own.filter_map(|(id, entry)| Some((id, time(&entry["enteredAt"])?, time(&entry["exitedAt"]))));
    let then = times.filter(|(_, from, to)| *from <= at && to.is_none_or(|to| at < to));
    then.max_by_key(|(_, from, _)| *from).map(|(id, _, _)| id.clone())
}

impl Transition {
    /// The metadata of the entering version: a new open entry, unless one is open.
    pub fn entered(&self, metadata: &Value) -> Value {
        with_history(metadata, |entries| {
            let open = |entry: &Value| entry["versionId"] == self.next.as_str() && is_null(entry, "exitedAt");
            if !entries.iter().any(open) && !self.is_in(entries) {
                entries.push(json!({
                    "scoreId": self.score, "versionId": self.next, "enteredAt": self.at, "exitedAt": null,
                    "previousChampionVersionId": self.previous, "nextChampionVersionId": null, "transitionId": self.id,
                }));
            }
        })
    }

    /// The metadata of the leaving version: its last open entry closed, or one inferred where none is open.
    pub fn exited(&self, previous: &VersionId, metadata: &Value) -> Value {
        with_history(metadata, |entries| {
            if self.is_in(entries) {
                return;
            }
            let open = |entry: &&mut Value| entry["versionId"] == previous.as_str() && is_null(entry, "exitedAt");
            if let Some(Value::Object(entry)) = entries.iter_mut().rev().find(open) {
                entry.insert("exitedAt".into(), json!(self.at));
                entry.insert("nextChampionVersionId".into(), json!(self.next));
                entry.insert("transitionId".into(), json!(self.id));
            } else {
                entries.push(json!({
                    "scoreId": self.score, "versionId": previous, "enteredAt": null, "exitedAt": self.at,
                    "previousChampionVersionId": null, "nextChampionVersionId": self.next, "transitionId": self.id,
                    "inferred": true,
                }));
            }
        })
    }

    fn is_in(&self, entries: &[Value]) -> bool {
        entries.iter().any(|entry| entry["transitionId"] == self.id.as_str())
    }
}

fn is_null(entry: &Value, key: &str) -> bool {
    entry.get(key).is_none_or(Value::is_null)
}

fn with_history(metadata: &Value, change: impl FnOnce(&mut Vec<Value>)) -> Value {
    let mut object = metadata.as_object().cloned().unwrap_or_else(Map::new);
    let mut entries = object.remove(CHAMPION_HISTORY).and_then(|history| history.as_array().cloned()).unwrap_or_default();
    change(&mut entries);
    object.insert(CHAMPION_HISTORY.into(), Value::Array(entries));
    Value::Object(object)
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::Span;

    fn transition(id: &str) -> Transition {
        let at = "2026-01-02T03:04:05.678Z".parse().expect("a timestamp");
        Transition { id: id.into(), score: "s".into(), previous: Some("old".into()), next: "new".into(), at, back: false }
    }

    #[test]
    fn entering_opens_one_entry_and_keeps_other_keys() {
        let after = transition("t").entered(&json!({"attribution": {"actorKey": "cli"}}));
        assert_eq!(after["attribution"]["actorKey"], "cli");
        assert_eq!(
            after[CHAMPION_HISTORY],
            json!([{"scoreId": "s", "versionId": "new", "enteredAt": "2026-01-02T03:04:05.678Z", "exitedAt": null,
                "previousChampionVersionId": "old", "nextChampionVersionId": null, "transitionId": "t"}])
        );
        assert_eq!(transition("t").entered(&after), after);
        assert_eq!(transition("u").entered(&after), after, "an open entry is enough");
    }

    #[test]
    fn the_previous_champion_is_found_from_either_side() {
        let version = |id: &str, metadata: Value| VersionMeta {
            id: id.into(),
            score_id: "s".into(),
            parent: None,
            created_at: Timestamp::UNIX_EPOCH,
            note: None,
            metadata,
        };
        let (entered, exited) = (transition("t").entered(&Value::Null), transition("t").exited(&"old".into(), &Value::Null));
        let found = |old: &Value, new: &Value| {
            let versions = [version("new", new.clone()), version("old", old.clone()), version("other", Value::Null)];
            previous_champion(&versions, &"new".into()).map(|id| id.to_string())
        };
        assert_eq!(found(&Value::Null, &entered).as_deref(), Some("old"));
        assert_eq!(found(&exited, &Value::Null).as_deref(), Some("old"));
        assert_eq!(found(&Value::Null, &Value::Null), None);
        for nobody in ["", "new"] {
            let said = Transition { previous: Some(nobody.into()), ..transition("t") }.entered(&Value::Null);
            assert_eq!(found(&exited, &said).as_deref(), Some("old"), "{nobody:?} was not champion before");
        }
        let vanished = [version("new", entered)];
        assert_eq!(previous_champion(&vanished, &"new".into()), None, "a version that is not there cannot come back");
    }

    #[test]
    fn a_version_tells_when_it_was_champion() {
        let opened = transition("t").entered(&Value::Null);
        let later = Transition { previous: Some("new".into()), at: transition("t").at + Span::new().hours(2), ..transition("u") };
        let closed = later.exited(&"new".into(), &opened);
        let time = |metadata: &Value| {
            let meta = VersionMeta {
                id: "new".into(),
                score_id: "s".into(),
                parent: None,
                created_at: Timestamp::UNIX_EPOCH,
                note: None,
                metadata: metadata.clone(),
            };
            time_as_champion(&meta).map(|(from, to)| (from.to_string(), to.map(|to| to.to_string())))
        };
        let from = "2026-01-02T03:04:05.678Z".to_owned();
        assert_eq!(time(&opened), Some((from.clone(), None)));
        assert_eq!(time(&closed), Some((from, Some("2026-01-02T05:04:05.678Z".to_owned()))));
        assert_eq!(time(&Value::Null), None);
        let versions = [VersionMeta {
            id: "new".into(),
            score_id: "s".into(),
            parent: None,
            created_at: Timestamp::UNIX_EPOCH,
            note: None,
            metadata: closed,
        }];
        let then = |hours: i64| champion_at(&versions, transition("t").at + Span::new().hours(hours)).map(|id| id.to_string());
        assert_eq!((then(-1), then(0), then(1), then(2)), (None, Some("new".to_owned()), Some("new".to_owned()), None));
        assert_eq!(time(&later.exited(&"new".into(), &Value::Null)), None, "inferred: nobody knows since when");
    }

    #[test]
    fn leaving_closes_the_last_open_entry_or_infers_one() {
        let opened = Transition { previous: None, next: "old".into(), ..transition("first") }.entered(&Value::Null);
        let closed = transition("t").exited(&"old".into(), &opened);
        assert_eq!(closed[CHAMPION_HISTORY][0]["exitedAt"], "2026-01-02T03:04:05.678Z");
        assert_eq!(closed[CHAMPION_HISTORY][0]["nextChampionVersionId"], "new");
        assert_eq!(closed[CHAMPION_HISTORY].as_array().map(Vec::len), Some(1));
        let inferred = transition("t").exited(&"old".into(), &Value::Null);
        assert_eq!(
            (&inferred[CHAMPION_HISTORY][0]["inferred"], &inferred[CHAMPION_HISTORY][0]["enteredAt"]),
            (&json!(true), &Value::Null)
        );
        assert_eq!(transition("t").exited(&"old".into(), &inferred), inferred);
        let again = transition("u").exited(&"old".into(), &closed);
        assert_eq!(again[CHAMPION_HISTORY][0], closed[CHAMPION_HISTORY][0], "what is closed stays as it is");
        assert_eq!(again[CHAMPION_HISTORY].as_array().map(Vec::len), Some(2));
    }
}
