//! Opens a socket: a request that asks to become one, sent by the same kind of client as all others, so that proxies,
//! certificates and redirects are treated in the same way.

use super::address::Address;
use super::connection_end::ConnectionEnd;
use crate::remote::net;
use base64::prelude::{BASE64_URL_SAFE_NO_PAD, Engine};
use jiff::Timestamp;
use reqwest::header::{
    CONNECTION, HeaderMap, HeaderValue, SEC_WEBSOCKET_ACCEPT, SEC_WEBSOCKET_KEY, SEC_WEBSOCKET_PROTOCOL, SEC_WEBSOCKET_VERSION,
    UPGRADE,
};
use reqwest::{Client, Response, StatusCode, Upgraded};
use serde_json::Value;
use std::time::{Duration, SystemTime};
use tokio_tungstenite::WebSocketStream;
use tokio_tungstenite::tungstenite::handshake::client::generate_key;
use tokio_tungstenite::tungstenite::handshake::derive_accept_key;
use tokio_tungstenite::tungstenite::protocol::{Role, WebSocketConfig};

/// The subprotocol of AppSync subscriptions.
const SUBPROTOCOL: &str = "graphql-ws";
/// The largest frame that is read, in bytes; an event is far smaller, and the service's own limit as well.
const FRAME_BYTES: usize = 1 << 20;
/// The longest `Retry-After` that is honoured.
const MAX_RETRY_AFTER: Duration = Duration::from_mins(5);

/// Opens a socket. The authorization travels among the subprotocols: unlike an address, they are not written to logs.
pub(super) async fn connect(
    client: &Client,
    address: &Address,
    authorization: &Value,
    now: SystemTime,
) -> Result<WebSocketStream<Upgraded>, ConnectionEnd> {
    let key = generate_key();
    let response = client.get(address.socket.clone()).headers(headers(&key, authorization)?).send().await;
    let response = response.map_err(|error| ConnectionEnd::lost(net::failed(error, Duration::ZERO).to_string()))?;
    if response.status() != StatusCode::SWITCHING_PROTOCOLS {
        return Err(judge(&response, now));
    }
    if !agrees(response.headers(), &key) {
        return Err(ConnectionEnd::Refused("something on the way answers for the dashboard and knows no sockets".to_owned()));
    }
    let socket = response.upgrade().await.map_err(|error| ConnectionEnd::lost(net::cause(&error)))?;
    let limits = WebSocketConfig::default().max_message_size(Some(FRAME_BYTES)).max_frame_size(Some(FRAME_BYTES));
    Ok(WebSocketStream::from_raw_socket(socket, Role::Client, Some(limits)).await)
}

fn headers(key: &str, authorization: &Value) -> Result<HeaderMap, ConnectionEnd> {
    let authorization = BASE64_URL_SAFE_NO_PAD.encode(authorization.to_string());
    let invalid = |_| ConnectionEnd::Refused("the request for a socket cannot be written".to_owned());
    let mut protocols = HeaderValue::try_from(format!("{SUBPROTOCOL}, header-{authorization}")).map_err(invalid)?;
    protocols.set_sensitive(true);
    Ok(HeaderMap::from_iter([
        (CONNECTION, HeaderValue::from_static("Upgrade")),
        (UPGRADE, HeaderValue::from_static("websocket")),
        (SEC_WEBSOCKET_VERSION, HeaderValue::from_static("13")),
        (SEC_WEBSOCKET_KEY, HeaderValue::try_from(key).map_err(invalid)?),
        (SEC_WEBSOCKET_PROTOCOL, protocols),
    ]))
}

/// Whether the answer accepts this very request, in this protocol.
fn agrees(headers: &HeaderMap, key: &str) -> bool {
    let is = |name, value: &str| headers.get(name).is_some_and(|found| found.as_bytes() == value.as_bytes());
    is(SEC_WEBSOCKET_ACCEPT, &derive_accept_key(key.as_bytes())) && is(SEC_WEBSOCKET_PROTOCOL, SUBPROTOCOL)
}

/// Judges an answer that is no socket: busy servers are asked again, others are not.
fn judge(response: &Response, now: SystemTime) -> ConnectionEnd {
    let status = response.status();
    let why = format!("the dashboard opens no socket: HTTP {}", status.as_u16());
    let busy = matches!(status, StatusCode::REQUEST_TIMEOUT | StatusCode::TOO_EARLY | StatusCode::TOO_MANY_REQUESTS);
    if !busy && !status.is_server_error() {
        return ConnectionEnd::Refused(why);
    }
    let after = Timestamp::try_from(now).ok().and_then(|now| net::retry_after(response.headers(), now)).unwrap_or_default();
    ConnectionEnd::Lost { why, after: after.min(MAX_RETRY_AFTER) }
}
