//! The frames of the protocol: JSON objects with a `type`.

use std::time::Duration;

use serde::Deserialize;
use serde_json::{Value, json};

use super::auth::Refused;
use crate::registry::request::RequestBody;

/// A frame of a client.
#[derive(Debug)]
pub(super) enum ClientMessage {
    Init,
    Start { id: String, authorization: Value, request: RequestBody },
    Stop { id: String },
}

/// A frame that cannot be served.
#[derive(Debug)]
pub(super) struct BadFrame {
    /// The subscription that it was about.
    pub id: Option<String>,
    pub error: Value,
}

#[derive(Deserialize)]
struct ClientFrame {
    #[serde(rename = "type")]
    kind: String,
    id: Option<String>,
    #[serde(default)]
    payload: Value,
}

/// Reads a client's frame.
pub(super) fn read(text: &str) -> Result<ClientMessage, BadFrame> {
    let Ok(ClientFrame { kind, id, mut payload }) = serde_json::from_str(text) else {
        return Err(BadFrame { id: None, error: error("BadRequestException", "the frame is no JSON object with a type") });
    };
    let bad = |id, kind, message| BadFrame { id, error: error(kind, message) };
    match (kind.as_str(), id) {
        ("connection_init", _) => Ok(ClientMessage::Init),
        ("stop", Some(id)) => Ok(ClientMessage::Stop { id }),
        ("start", Some(id)) => match payload["data"].as_str().map(serde_json::from_str) {
            Some(Ok(request)) => {
                let authorization = payload["extensions"]["authorization"].take();
                Ok(ClientMessage::Start { id, authorization, request })
            }
            _ => Err(bad(Some(id), "BadRequestException", "payload.data is no text with a query in it")),
        },
        ("start" | "stop", None) => Err(bad(None, "BadRequestException", "an id is needed")),
        (_, id) => Err(bad(id, "UnsupportedOperation", "this type is not supported through the realtime channel")),
    }
}

/// One error, as frames carry it.
pub(super) fn error(kind: &str, message: &str) -> Value {
    json!({"errorType": kind, "message": message})
}

/// Acknowledges the connection; `timeout` is the longest that a client should wait for a keep-alive.
pub(super) fn connection_ack(timeout: Duration) -> String {
    json!({"type": "connection_ack", "payload": {"connectionTimeoutMs": timeout.as_millis()}}).to_string()
}

pub(super) fn connection_error(refused: Refused) -> String {
    let (kind, code) = match refused {
        Refused::Malformed => ("BadRequestException", 400),
        Refused::Unauthorized => ("UnauthorizedException", 401),
    };
    json!({"type": "connection_error", "payload": {"errors": [{"errorType": kind, "errorCode": code}]}}).to_string()
}

pub(super) fn keep_alive() -> String {
    json!({"type": "ka"}).to_string()
}

pub(super) fn start_ack(id: &str) -> String {
    json!({"type": "start_ack", "id": id}).to_string()
}

pub(super) fn data(id: &str, payload: &Value) -> String {
    json!({"type": "data", "id": id, "payload": payload}).to_string()
}

pub(super) fn failed(id: Option<&str>, errors: &[Value]) -> String {
    let mut frame = json!({"type": "error", "payload": {"errors": errors}});
    if let Some(id) = id {
        frame["id"] = id.into();
    }
    frame.to_string()
}

pub(super) fn complete(id: &str) -> String {
    json!({"type": "complete", "id": id}).to_string()
}
