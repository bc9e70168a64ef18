//! The request that becomes a socket.

use axum::body::Body;
use axum::extract::ws::WebSocketUpgrade;
use axum::http::{Response, StatusCode, Uri};
use axum::response::IntoResponse;
use tokio::sync::watch;

use super::auth;
use super::socket::Socket;
use crate::registry::answer::HttpAnswer;
use crate::registry::faults::FaultKind;
use crate::registry::service::Registry;

/// The subprotocol of AppSync subscriptions.
const SUBPROTOCOL: &str = "graphql-ws";
/// The longest frame that is read, in bytes; the service takes no more.
const FRAME_BYTES: usize = 240 << 10;

/// The most bytes that wait to be written; what the service sends of one event is far less. A client that sends pings and
/// never reads gets the latest answer, and not all.
const MAX_WRITE_BYTES: usize = 2 << 20;

/// Answers a request for a socket. A client without authorization is refused on the socket, as by the service.
pub(in crate::registry) fn upgrade(
    registry: Registry,
    closing: watch::Receiver<bool>,
    uri: &Uri,
    upgrade: WebSocketUpgrade,
) -> Response<Body> {
    let fault = registry.faults().take_socket();
    if let Some(FaultKind::Refuse(status)) = fault {
        let page = HttpAnswer::html(status);
        return (StatusCode::from_u16(status).unwrap_or(StatusCode::FORBIDDEN), page.body).into_response();
    }
    let upgrade = upgrade.protocols([SUBPROTOCOL]).max_message_size(FRAME_BYTES).max_frame_size(FRAME_BYTES);
    let upgrade = upgrade.max_write_buffer_size(MAX_WRITE_BYTES);
    if upgrade.selected_protocol().is_none() {
        return (StatusCode::BAD_REQUEST, "the subprotocol graphql-ws is needed").into_response();
    }
    let protocols: Vec<&str> = upgrade.requested_protocols().filter_map(|value| value.to_str().ok()).collect();
    let admitted = auth::admit(&registry, uri.query().unwrap_or_default(), &protocols);
    let socket = Socket::new(registry, closing, fault == Some(FaultKind::Silent));
    upgrade.on_upgrade(move |stream| socket.serve(stream, admitted))
}
