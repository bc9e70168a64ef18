//! [`RemoteEvent`]: what a dashboard says has happened, while it is listened to.

use crate::model::ScoreId;
use serde_json::Value;
use std::time::Duration;

/// What a dashboard says has happened. It is a hint, never the truth: read again to know.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum RemoteEvent {
    /// Something about this score: its champion, its versions, its name.
    Score(ScoreId),
    /// Something came, went or was renamed; which score it was is not known.
    Catalog,
    /// The connection is open, for the first time or again. Events are not repeated: what happened before has to be read.
    Connected,
    /// The connection is lost; the next try comes without being asked for.
    Lost {
        /// Why, a sentence without a full stop.
        why: String,
        /// Until the next try.
        retry_in: Duration,
    },
    /// This dashboard cannot be listened to: ask it now and then instead. The last event, unless the dashboard is away later
    /// and comes back.
    Refused(String),
}

/// The mutations that make an event, each with the fields of its item that the event is made from.
pub(super) const WATCHED_MUTATIONS: [(&str, &str); 7] = [
    ("createScore", "id"),
    ("updateScore", "id"),
    ("deleteScore", "id"),
    ("createScoreVersion", "id scoreId"),
    ("createScorecard", "id"),
    ("updateScorecard", "id"),
    ("deleteScorecard", "id"),
];

/// The longest id of a score that is kept, in bytes; it is as long as a key of the service's tables can be.
const MAX_ID: usize = 2048;

impl RemoteEvent {
    /// The event of a mutation of the API (`updateScore`, …); `item` is what is known of its item, perhaps null. `None` if
    /// nothing that is synced can have changed.
    pub fn of_mutation(mutation: &str, item: &Value) -> Option<Self> {
        WATCHED_MUTATIONS.iter().find(|(name, _)| *name == mutation)?;
        let score = match mutation {
            "updateScore" => item["id"].as_str(),
            "createScoreVersion" => item["scoreId"].as_str(),
            _ => None,
        };
        Some(score.filter(|id| (1..=MAX_ID).contains(&id.len())).map_or(Self::Catalog, |id| Self::Score(id.into())))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn the_event_of_a_mutation_names_its_score_where_that_is_known() {
        let score = |id: &str| Some(RemoteEvent::Score(id.into()));
        assert_eq!(RemoteEvent::of_mutation("updateScore", &json!({"id": "s", "scoreId": "x"})), score("s"));
        assert_eq!(RemoteEvent::of_mutation("createScoreVersion", &json!({"id": "v", "scoreId": "s"})), score("s"));
        assert_eq!(RemoteEvent::of_mutation("createScoreVersion", &json!({"id": "v"})), Some(RemoteEvent::Catalog));
        let endless = json!({"id": "x".repeat(MAX_ID + 1)});
        for nulled in [Value::Null, json!({}), json!({"id": 7}), json!({"id": ""}), json!("s"), endless] {
            assert_eq!(RemoteEvent::of_mutation("updateScore", &nulled), Some(RemoteEvent::Catalog), "{nulled}");
        }
        assert_eq!(RemoteEvent::of_mutation("deleteScore", &json!({"id": "s"})), Some(RemoteEvent::Catalog));
        for silent in ["updateScoreVersion", "createEvaluation", "", "onUpdateScore"] {
            assert_eq!(RemoteEvent::of_mutation(silent, &json!({"id": "s"})), None, "{silent}");
        }
    }
}
