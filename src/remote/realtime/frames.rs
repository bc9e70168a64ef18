//! The protocol's frames: what is said, and what can be heard. Whatever a server sends is read without fear.

use super::ConnectionEnd;
use crate::remote::event::{RemoteEvent, TELLING};
use serde::Deserialize;
use serde_json::{Value, json};
use std::time::Duration;

/// What a server without an opinion means by its acknowledgement.
const TIMEOUT: Duration = Duration::from_mins(5);
/// The bounds of any timeout, whatever a server says.
const BOUNDS: (Duration, Duration) = (Duration::from_millis(50), Duration::from_hours(1));
/// The longest type of an error that is shown.
const SHOWN: usize = 60;
/// Errors by type that the next try would meet again.
const HOPELESS: [&str; 5] =
    ["UnauthorizedException", "Unauthorized", "AccessDeniedException", "BadRequestException", "UnsupportedOperation"];

/// Begins a conversation.
pub(super) fn connection_init() -> String {
    json!({"type": "connection_init"}).to_string()
}

/// The mutations that are listened to; each is the id of its own subscription.
pub(super) fn subscriptions() -> impl Iterator<Item = &'static str> {
    TELLING.iter().map(|(mutation, _)| *mutation)
}

/// What the subscription to a mutation carries: the text of a JSON object.
pub(super) fn subscription(mutation: &str) -> String {
    let fields = TELLING.iter().find(|(name, _)| *name == mutation).map_or("id", |(_, fields)| fields);
    let field = field(mutation);
    let name = capitalised(&field);
    json!({"query": format!("subscription {name} {{ {field} {{ {fields} }} }}"), "variables": {}}).to_string()
}

/// Starts a subscription.
pub(super) fn start(mutation: &str, data: &str, authorization: &Value) -> String {
    let payload = json!({"data": data, "extensions": {"authorization": authorization}});
    json!({"type": "start", "id": mutation, "payload": payload}).to_string()
}

/// What a server says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Said {
    /// The conversation has begun; after so long a silence it is over.
    Acknowledged(Duration),
    /// The subscription of this id has begun.
    Started(String),
    /// Something happened; nothing that matters if there is no event.
    Happened(Option<RemoteEvent>),
    /// The conversation is over.
    Over(ConnectionEnd),
    /// A sign of life, or a frame that means nothing here.
    Something,
}

#[derive(Deserialize)]
struct Frame {
    #[serde(rename = "type")]
    kind: String,
    #[serde(default)]
    id: Option<String>,
    #[serde(default)]
    payload: Value,
}

/// Reads a server's frame.
pub(super) fn read(text: &str) -> Said {
    let Ok(Frame { kind, id, payload }) = serde_json::from_str(text) else { return Said::Something };
    match (kind.as_str(), id) {
        ("connection_ack", _) => Said::Acknowledged(timeout(&payload)),
        ("start_ack", Some(id)) => Said::Started(id),
        ("data", Some(id)) => Said::Happened(RemoteEvent::of_mutation(&id, &payload["data"][field(&id)])),
        ("connection_error", _) => Said::Over(trouble("the dashboard does not let listeners in", &payload, false)),
        // An error without a type comes from validation: the schema has no such subscription.
        ("error", _) => Said::Over(trouble("the dashboard refuses a subscription", &payload, true)),
        ("complete", _) => Said::Over(ConnectionEnd::lost("the dashboard ended a subscription")),
        _ => Said::Something,
    }
}

fn timeout(payload: &Value) -> Duration {
    let said = payload["connectionTimeoutMs"].as_u64().filter(|said| *said > 0);
    said.map_or(TIMEOUT, Duration::from_millis).clamp(BOUNDS.0, BOUNDS.1)
}

/// The end that an error means, judged by its type and code; `if_untyped` it is hopeless without them. The server's own
/// words are not repeated: they may be anything.
fn trouble(what: &str, payload: &Value, if_untyped: bool) -> ConnectionEnd {
    let error = &payload["errors"][0];
    let kind = error["errorType"].as_str().unwrap_or_default();
    let code = error["errorCode"].as_u64().filter(|code| *code > 0);
    let hopeless = match (kind, code) {
        ("", None) => if_untyped,
        (_, Some(408 | 429)) => false,
        (kind, code) => HOPELESS.contains(&kind) || code.is_some_and(|code| (400..500).contains(&code)),
    };
    let shown: String = kind.chars().filter(|c| c.is_ascii_alphanumeric() || *c == ':').take(SHOWN).collect();
    let why = match (shown.as_str(), code) {
        ("", None) => what.to_owned(),
        ("", Some(code)) => format!("{what}: error {code}"),
        (kind, _) => format!("{what}: {kind}"),
    };
    if hopeless { ConnectionEnd::Refused(why) } else { ConnectionEnd::lost(why) }
}

/// The subscription's field: `onUpdateScore` for `updateScore`.
fn field(mutation: &str) -> String {
    format!("on{}", capitalised(mutation))
}

fn capitalised(word: &str) -> String {
    let mut letters = word.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}

#[cfg(test)]
mod tests {
    use super::*;
    use apollo_compiler::{ExecutableDocument, Schema};

    fn said(frame: Value) -> Said {
        read(&frame.to_string())
    }

    #[test]
    fn every_subscription_is_valid() {
        let text = include_str!("../../../fixtures/schema.graphql");
        let schema = Schema::parse_and_validate(text, "schema.graphql").expect("the checked-in schema is valid");
        for mutation in subscriptions() {
            let data: Value = serde_json::from_str(&subscription(mutation)).expect("JSON");
            let query = data["query"].as_str().expect("a document");
            let document = ExecutableDocument::parse_and_validate(&schema, query, "document.graphql")
                .unwrap_or_else(|fault| panic!("{query}\n{fault}"));
            let operation = document.operations.get(None).expect("one operation");
            let fields: Vec<_> = operation.root_fields(&document).map(|field| field.name.to_string()).collect();
            assert_eq!(fields, [field(mutation)]);
            assert!(schema.get_object("Mutation").expect("mutations").fields.contains_key(mutation), "{mutation}");
        }
        assert_eq!(
            subscription("createScoreVersion"),
            r#"{"query":"subscription OnCreateScoreVersion { onCreateScoreVersion { id scoreId } }","variables":{}}"#
        );
    }

    #[test]
    fn each_frame_is_understood() {
        let ack = |payload: Value| said(json!({"type": "connection_ack", "payload": payload}));
        assert_eq!(ack(json!({"connectionTimeoutMs": 1234})), Said::Acknowledged(Duration::from_millis(1234)));
        for silent in [json!(null), json!({}), json!({"connectionTimeoutMs": 0}), json!({"connectionTimeoutMs": "soon"})] {
            assert_eq!(ack(silent), Said::Acknowledged(TIMEOUT));
        }
        assert_eq!(ack(json!({"connectionTimeoutMs": 1})), Said::Acknowledged(BOUNDS.0));
        assert_eq!(ack(json!({"connectionTimeoutMs": u64::MAX})), Said::Acknowledged(BOUNDS.1));
        assert_eq!(said(json!({"type": "start_ack", "id": "x"})), Said::Started("x".to_owned()));
        let data = |id: &str, data: Value| said(json!({"type": "data", "id": id, "payload": {"data": data}}));
        let score = Said::Happened(Some(RemoteEvent::Score("s".into())));
        assert_eq!(data("updateScore", json!({"onUpdateScore": {"id": "s"}})), score);
        assert_eq!(data("createScoreVersion", json!({"onCreateScoreVersion": {"id": "v", "scoreId": "s"}})), score);
        assert_eq!(data("updateScore", json!({"onUpdateScore": null})), Said::Happened(Some(RemoteEvent::Catalog)));
        assert_eq!(data("updateScore", json!(null)), Said::Happened(Some(RemoteEvent::Catalog)));
        assert_eq!(data("other", json!({"onOther": {"id": "s"}})), Said::Happened(None));
        assert_eq!(said(json!({"type": "ka"})), Said::Something);
        assert!(matches!(said(json!({"type": "complete", "id": "x"})), Said::Over(ConnectionEnd::Lost { .. })));
    }

    #[test]
    fn errors_are_judged_by_type_and_code_and_not_quoted() {
        let over = |frame: &str, error: Value| match said(json!({"type": frame, "payload": {"errors": [error]}})) {
            Said::Over(end) => end,
            other => panic!("{other:?}"),
        };
        let secret = "the key da2-secret is wrong";
        for (error, why) in [
            (json!({"errorType": "UnauthorizedException", "errorCode": 401, "message": secret}), ": UnauthorizedException"),
            (json!({"errorCode": 403}), ": error 403"),
            (json!({"errorType": "BadRequestException"}), ": BadRequestException"),
        ] {
            assert_eq!(
                over("connection_error", error),
                ConnectionEnd::Refused(format!("the dashboard does not let listeners in{why}"))
            );
        }
        for passing in [
            json!({}),
            json!({"message": secret}),
            json!({"errorType": "ThrottlingException", "errorCode": 429}),
            json!({"errorType": "InternalFailure", "errorCode": 500}),
        ] {
            assert!(matches!(over("connection_error", passing), ConnectionEnd::Lost { .. }));
        }
        assert!(matches!(over("error", json!({"message": "Cannot query field"})), ConnectionEnd::Refused(_)));
        assert!(matches!(over("error", json!({"errorType": "MaxSubscriptionsReachedError"})), ConnectionEnd::Lost { .. }));
        let long = over("error", json!({"errorType": format!("\u{1b}[31m{}", "x".repeat(10_000))}));
        assert_eq!(long, ConnectionEnd::lost(format!("the dashboard refuses a subscription: 31m{}", "x".repeat(SHOWN - 3))));
    }

    #[test]
    fn nonsense_means_nothing() {
        for nonsense in
            ["", "null", "[]", "{", "{}", r#"{"type":7}"#, r#"{"type":"data"}"#, r#"{"type":"start_ack","id":7}"#, "\u{0}"]
        {
            assert_eq!(read(nonsense), Said::Something, "{nonsense}");
        }
        assert_eq!(read(&"[".repeat(1_000_000)), Said::Something);
        assert!(matches!(said(json!({"type": "error"})), Said::Over(_)));
    }
}
