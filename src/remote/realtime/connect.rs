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
use tokio::io::{AsyncRead, AsyncWrite};
use tokio_tungstenite::WebSocketStream;
use tokio_tungstenite::tungstenite::handshake::client::generate_key;
use tokio_tungstenite::tungstenite::handshake::derive_accept_key;
use tokio_tungstenite::tungstenite::protocol::{Role, WebSocketConfig};

/// The subprotocol of AppSync subscriptions.
const SUBPROTOCOL: &str = "graphql-ws";
/// The largest frame that is read, in bytes; an event is far smaller, and the service's own limit as well.
const FRAME_BYTES: usize = 1 << 20;
/// Written bytes are handed on when there are this many.
const WRITE_BYTES: usize = 16 << 10;
/// The most bytes that wait to be written: a server that sends pings and never reads gets the latest answer, and not all.
const MAX_WRITE_BYTES: usize = 64 << 10;
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
    Ok(open(socket).await)
}

/// The client's end of a socket, with its limits.
pub(super) async fn open<S: AsyncRead + AsyncWrite + Unpin>(stream: S) -> WebSocketStream<S> {
    let limits = WebSocketConfig::default()
        .max_message_size(Some(FRAME_BYTES))
        .max_frame_size(Some(FRAME_BYTES))
        .write_buffer_size(WRITE_BYTES)
        .max_write_buffer_size(MAX_WRITE_BYTES);
    WebSocketStream::from_raw_socket(stream, Role::Client, Some(limits)).await
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

#[cfg(test)]
mod tests {
    use super::*;
    use futures_util::{SinkExt, StreamExt};
    use std::io;
    use std::pin::Pin;
    use std::task::{Context, Poll};
    use tokio::io::{DuplexStream, ReadBuf, duplex};
    use tokio_tungstenite::tungstenite::Message;

    /// A stream whose other end never reads; keeps how many bytes wanted to be written at most.
    struct Deaf {
        stream: DuplexStream,
        most: usize,
    }

    impl AsyncRead for Deaf {
        fn poll_read(mut self: Pin<&mut Self>, context: &mut Context<'_>, buffer: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
            Pin::new(&mut self.stream).poll_read(context, buffer)
        }
    }

    impl AsyncWrite for Deaf {
        fn poll_write(mut self: Pin<&mut Self>, _: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
            self.most = self.most.max(bytes.len());
            Poll::Pending
        }

        fn poll_flush(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<()>> {
            Poll::Pending
        }

        fn poll_shutdown(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<()>> {
            Poll::Pending
        }
    }

    #[tokio::test]
    async fn a_server_that_sends_pings_and_never_reads_fills_no_memory() {
        let (ours, theirs) = duplex(1 << 16);
        let mut socket = open(Deaf { stream: ours, most: 0 }).await;
        let mut server = WebSocketStream::from_raw_socket(theirs, Role::Server, None).await;
        let pings = async {
            for number in 0..20_000_u32 {
                let payload = [&number.to_be_bytes()[..], &[0; 100]].concat();
                server.send(Message::Ping(payload.into())).await.expect("an open socket");
            }
            server.send(Message::text("the last")).await.expect("an open socket");
        };
        let read = async { while !matches!(socket.next().await, Some(Ok(Message::Text(text))) if text == "the last") {} };
        tokio::join!(pings, read);
        let most = socket.get_ref().most;
        assert!(most > 0 && most <= MAX_WRITE_BYTES, "{most}");
    }

    #[test]
    fn a_busy_server_is_left_alone_for_so_long_at_most() {
        let after = |seconds: u64| {
            let answer = tokio_tungstenite::tungstenite::http::Response::builder().status(503).header("retry-after", seconds);
            judge(&Response::from(answer.body("").expect("an answer")), SystemTime::UNIX_EPOCH)
        };
        let paused = |end: ConnectionEnd| match end {
            ConnectionEnd::Lost { after, .. } => after,
            ConnectionEnd::Refused(why) => panic!("{why}"),
        };
        assert_eq!((paused(after(20)), paused(after(86_400))), (Duration::from_secs(20), MAX_RETRY_AFTER));
    }
}
