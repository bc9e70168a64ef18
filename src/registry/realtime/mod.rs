//! AppSync's realtime protocol: subscriptions over a WebSocket at `/graphql/realtime`, subprotocol `graphql-ws`.
//!
//! A socket hears of the mutations of this process only, from the moment that it subscribes; nothing is replayed. Buffers
//! are bounded: a subscriber that does not read is closed, and nobody waits for it.

mod auth;
mod frames;
mod socket;
mod subscription;

use axum::body::Body;
use axum::extract::ws::WebSocketUpgrade;
use axum::http::{Response, StatusCode, Uri};
use axum::response::IntoResponse;
use tokio::sync::watch;

use super::Registry;
use super::answer::Answer;
use super::faults::Kind;
use socket::Socket;

/// What both sides speak.
const SUBPROTOCOL: &str = "graphql-ws";
/// The longest frame that is read, in bytes; the service takes no more.
const FRAME_BYTES: usize = 240 << 10;

/// Answers a request for a socket. Who may not come in is told so on the socket, as the service does.
pub(super) fn upgrade(
    registry: Registry,
    closing: watch::Receiver<bool>,
    uri: &Uri,
    upgrade: WebSocketUpgrade,
) -> Response<Body> {
    let fault = registry.faults().take_socket();
    if let Some(Kind::Refuse(status)) = fault {
        let page = Answer::html(status);
        return (StatusCode::from_u16(status).unwrap_or(StatusCode::FORBIDDEN), page.body).into_response();
    }
    let upgrade = upgrade.protocols([SUBPROTOCOL]).max_message_size(FRAME_BYTES).max_frame_size(FRAME_BYTES);
    if upgrade.selected_protocol().is_none() {
        return (StatusCode::BAD_REQUEST, "the subprotocol graphql-ws is needed").into_response();
    }
    let protocols: Vec<&str> = upgrade.requested_protocols().filter_map(|value| value.to_str().ok()).collect();
    let admitted = auth::admit(&registry, uri.query().unwrap_or_default(), &protocols);
    let socket = Socket::new(registry, closing, fault == Some(Kind::Silent));
    upgrade.on_upgrade(move |wire| socket.serve(wire, admitted))
}
