//! The protocol's frames, written and read. Reading accepts any text: what a server sends may be anything.

use super::connection_end::ConnectionEnd;
use crate::remote::event::{RemoteEvent, WATCHED_MUTATIONS};
use serde::Deserialize;
use serde_json::{Value, json};
use std::time::Duration;

/// The longest silence of a server that names none in its acknowledgement.
const TIMEOUT: Duration = Duration::from_mins(5);
/// The bounds of that silence, whatever a server names.
const BOUNDS: (Duration, Duration) = (Duration::from_millis(50), Duration::from_hours(1));
/// The most characters of an error's type that are shown.
const SHOWN: usize = 60;
/// The types of errors that the next try would meet again.
const PERMANENT: [&str; 5] =
    ["UnauthorizedException", "Unauthorized", "AccessDeniedException", "BadRequestException", "UnsupportedOperation"];

/// Opens the conversation.
pub(super) fn connection_init() -> String {
    json!({"type": "connection_init"}).to_string()
}

/// The mutations that are subscribed to; each name is also the id of its subscription.
pub(super) fn subscriptions() -> impl Iterator<Item = &'static str> {
    WATCHED_MUTATIONS.iter().map(|(mutation, _)| *mutation)
}

/// The data of the subscription to a mutation: the text of a JSON object.
pub(super) fn subscription(mutation: &str) -> String {
    let fields = WATCHED_MUTATIONS.iter().find(|(name, _)| *name == mutation).map_or("id", |(_, fields)| fields);
    let field = field(mutation);
    let name = capitalised(&field);
    json!({"query": format!("subscription {name} {{ {field} {{ {fields} }} }}"), "variables": {}}).to_string()
}

/// Starts a subscription.
pub(super) fn start(mutation: &str, data: &str, authorization: &Value) -> String {
    let payload = json!({"data": data, "extensions": {"authorization": authorization}});
    json!({"type": "start", "id": mutation, "payload": payload}).to_string()
}

/// A frame of a server, as far as it matters here.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ServerMessage {
    /// The conversation is open; a longer silence than this ends it.
    Acknowledged(Duration),
    /// The subscription with this id has started.
    Started(String),
    /// A mutation was carried out; `None` if nothing that is synced can have changed.
    Mutation(Option<RemoteEvent>),
    /// The conversation has ended.
    Ended(ConnectionEnd),
    /// A keep-alive, or a frame that means nothing here.
    Other,
}

#[derive(Deserialize)]
struct ServerFrame {
    #[serde(rename = "type")]
    kind: String,
    #[serde(default)]
    id: Option<String>,
    #[serde(default)]
    payload: Value,
}

impl ServerMessage {
    /// Reads a server's frame. It may be anything: what is no frame means nothing.
    pub fn read(text: &str) -> Self {
        let Ok(ServerFrame { kind, id, payload }) = serde_json::from_str(text) else { return Self::Other };
        match (kind.as_str(), id) {
            ("connection_ack", _) => Self::Acknowledged(timeout(&payload)),
            ("start_ack", Some(id)) => Self::Started(id),
            ("data", Some(id)) => Self::Mutation(RemoteEvent::of_mutation(&id, &payload["data"][field(&id)])),
            ("connection_error", _) => Self::Ended(error_end("the dashboard does not let listeners in", &payload, false)),
            // An error without a type comes from validation: the schema has no such subscription.
            ("error", _) => Self::Ended(error_end("the dashboard refuses a subscription", &payload, true)),
            ("complete", _) => Self::Ended(ConnectionEnd::lost("the dashboard ended a subscription")),
            _ => Self::Other,
        }
    }
}

fn timeout(payload: &Value) -> Duration {
    let millis = payload["connectionTimeoutMs"].as_u64().filter(|millis| *millis > 0);
    millis.map_or(TIMEOUT, Duration::from_millis).clamp(BOUNDS.0, BOUNDS.1)
}

/// The end that an error means, judged by its type and code; an error without either is permanent if `if_untyped`. The
/// server's own words are not repeated: they may be anything.
fn error_end(what: &str, payload: &Value, if_untyped: bool) -> ConnectionEnd {
    let error = &payload["errors"][0];
    let kind = error["errorType"].as_str().unwrap_or_default();
    let code = error["errorCode"].as_u64().filter(|code| *code > 0);
    let permanent = match (kind, code) {
        ("", None) => if_untyped,
        (_, Some(408 | 429)) => false,
        (kind, code) => PERMANENT.contains(&kind) || code.is_some_and(|code| (400..500).contains(&code)),
    };
    let shown: String = kind.chars().filter(|c| c.is_ascii_alphanumeric() || *c == ':').take(SHOWN).collect();
    let why = match (shown.as_str(), code) {
        ("", None) => what.to_owned(),
        ("", Some(code)) => format!("{what}: error {code}"),
        (kind, _) => format!("{what}: {kind}"),
    };
    if permanent { ConnectionEnd::Refused(why) } else { ConnectionEnd::lost(why) }
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
    use crate::schema::{Extent, schema};
    use apollo_compiler::ExecutableDocument;

    fn read_json(frame: Value) -> ServerMessage {
        ServerMessage::read(&frame.to_string())
    }

    #[test]
    fn every_subscription_is_valid() {
        let schema = schema(Extent::Current);
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
        let ack = |payload: Value| read_json(json!({"type": "connection_ack", "payload": payload}));
        assert_eq!(ack(json!({"connectionTimeoutMs": 1234})), ServerMessage::Acknowledged(Duration::from_millis(1234)));
        for silent in [json!(null), json!({}), json!({"connectionTimeoutMs": 0}), json!({"connectionTimeoutMs": "soon"})] {
            assert_eq!(ack(silent), ServerMessage::Acknowledged(TIMEOUT));
        }
        assert_eq!(ack(json!({"connectionTimeoutMs": 1})), ServerMessage::Acknowledged(BOUNDS.0));
        assert_eq!(ack(json!({"connectionTimeoutMs": u64::MAX})), ServerMessage::Acknowledged(BOUNDS.1));
        assert_eq!(read_json(json!({"type": "start_ack", "id": "x"})), ServerMessage::Started("x".to_owned()));
        let data = |id: &str, data: Value| read_json(json!({"type": "data", "id": id, "payload": {"data": data}}));
        let score = ServerMessage::Mutation(Some(RemoteEvent::Score("s".into())));
        assert_eq!(data("updateScore", json!({"onUpdateScore": {"id": "s"}})), score);
        assert_eq!(data("createScoreVersion", json!({"onCreateScoreVersion": {"id": "v", "scoreId": "s"}})), score);
        assert_eq!(data("updateScore", json!({"onUpdateScore": null})), ServerMessage::Mutation(Some(RemoteEvent::Catalog)));
        assert_eq!(data("updateScore", json!(null)), ServerMessage::Mutation(Some(RemoteEvent::Catalog)));
        assert_eq!(data("other", json!({"onOther": {"id": "s"}})), ServerMessage::Mutation(None));
        assert_eq!(read_json(json!({"type": "ka"})), ServerMessage::Other);
        assert!(matches!(read_json(json!({"type": "complete", "id": "x"})), ServerMessage::Ended(ConnectionEnd::Lost { .. })));
    }

    #[test]
    fn errors_are_judged_by_type_and_code_and_not_quoted() {
        let over = |frame: &str, error: Value| match read_json(json!({"type": frame, "payload": {"errors": [error]}})) {
            ServerMessage::Ended(end) => end,
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
            assert_eq!(ServerMessage::read(nonsense), ServerMessage::Other, "{nonsense}");
        }
        assert_eq!(ServerMessage::read(&"[".repeat(1_000_000)), ServerMessage::Other);
        assert!(matches!(read_json(json!({"type": "error"})), ServerMessage::Ended(_)));
    }
}
