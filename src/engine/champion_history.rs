//! The champion history that the dashboard reads: entries in `metadata.championHistory` of the versions that enter and leave.
//!
//! Pure: takes a version's metadata and gives it back with the entry added. Doing it again with the same transition
//! changes nothing, so that an interrupted promotion can simply be finished. Keys of others are kept.

use crate::model::{ScoreId, VersionId};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};

const KEY: &str = "championHistory";

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
    let mut entries = object.remove(KEY).and_then(|history| history.as_array().cloned()).unwrap_or_default();
    change(&mut entries);
    object.insert(KEY.into(), Value::Array(entries));
    Value::Object(object)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn transition(id: &str) -> Transition {
        let at = "2026-01-02T03:04:05.678Z".parse().expect("a timestamp");
        Transition { id: id.into(), score: "s".into(), previous: Some("old".into()), next: "new".into(), at }
    }

    #[test]
    fn entering_opens_one_entry_and_keeps_other_keys() {
        let after = transition("t").entered(&json!({"attribution": {"actorKey": "cli"}}));
        assert_eq!(after["attribution"]["actorKey"], "cli");
        assert_eq!(
            after[KEY],
            json!([{"scoreId": "s", "versionId": "new", "enteredAt": "2026-01-02T03:04:05.678Z", "exitedAt": null,
                "previousChampionVersionId": "old", "nextChampionVersionId": null, "transitionId": "t"}])
        );
        assert_eq!(transition("t").entered(&after), after);
        assert_eq!(transition("u").entered(&after), after, "an open entry is enough");
    }

    #[test]
    fn leaving_closes_the_last_open_entry_or_infers_one() {
        let opened = Transition { previous: None, next: "old".into(), ..transition("first") }.entered(&Value::Null);
        let closed = transition("t").exited(&"old".into(), &opened);
        assert_eq!(closed[KEY][0]["exitedAt"], "2026-01-02T03:04:05.678Z");
        assert_eq!(closed[KEY][0]["nextChampionVersionId"], "new");
        assert_eq!(closed[KEY].as_array().map(Vec::len), Some(1));
        let inferred = transition("t").exited(&"old".into(), &Value::Null);
        assert_eq!((&inferred[KEY][0]["inferred"], &inferred[KEY][0]["enteredAt"]), (&json!(true), &Value::Null));
        assert_eq!(transition("t").exited(&"old".into(), &inferred), inferred);
    }
}
