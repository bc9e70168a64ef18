//! [`Connection`]: one conversation on an open socket. It subscribes, and receives events until it ends.

use super::address::Address;
use super::coalescing::CoalescingSender;
use super::connection_end::ConnectionEnd;
use super::frames::{self, ServerMessage};
use super::socket_auth::SocketAuth;
use crate::remote::event::RemoteEvent;
use crate::remote::line::Line;
use futures_util::{SinkExt, StreamExt};
use std::collections::BTreeSet;
use std::time::{Duration, SystemTime};
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::time::timeout;
use tokio_tungstenite::WebSocketStream;
use tokio_tungstenite::tungstenite::{Error, Message};
use tracing::debug;

/// The longest that a server may take until all subscriptions have started.
const START_TIMEOUT: Duration = Duration::from_secs(20);

/// One connection.
pub(super) struct Connection<'a> {
    pub address: &'a Address,
    pub auth: &'a SocketAuth,
    /// Is told of every sign of life.
    pub line: &'a Line,
    /// Where events go.
    pub sender: &'a CoalescingSender,
    /// The time in signatures.
    pub now: SystemTime,
}

impl Connection<'_> {
    /// Receives events until the connection ends; returns why it did.
    pub(super) async fn run<S: AsyncRead + AsyncWrite + Unpin>(&self, mut socket: WebSocketStream<S>) -> ConnectionEnd {
        let started = timeout(START_TIMEOUT, self.start(&mut socket)).await;
        let late = || Err(ConnectionEnd::lost(format!("the subscriptions did not begin within {} s", START_TIMEOUT.as_secs())));
        let silence = match started.unwrap_or_else(|_| late()) {
            Ok(silence) => silence,
            Err(end) => return end,
        };
        debug!(?silence, "connected");
        self.sender.send(RemoteEvent::Connected);
        loop {
            match timeout(silence, receive(&mut socket)).await {
                Ok(Ok(ServerMessage::Ended(end)) | Err(end)) => return end,
                Ok(Ok(message)) => {
                    self.line.answered();
                    if let ServerMessage::Mutation(Some(event)) = message {
                        debug!(?event, "received");
                        self.sender.send(event);
                    }
                }
                Err(_) => return ConnectionEnd::lost(format!("no sign of life for {} s", silence.as_secs_f64())),
            }
        }
    }

    /// Opens the conversation and starts all subscriptions; returns the longest silence that does not end it.
    async fn start<S: AsyncRead + AsyncWrite + Unpin>(&self, socket: &mut WebSocketStream<S>) -> Result<Duration, ConnectionEnd> {
        if let Err(end) = send(socket, frames::connection_init()).await {
            // A server that admits nobody may have refused and closed before anything was sent.
            return Err(if let Ok(ServerMessage::Ended(refusal)) = receive(socket).await { refusal } else { end });
        }
        let silence = loop {
            match receive(socket).await? {
                ServerMessage::Acknowledged(silence) => break silence,
                ServerMessage::Ended(end) => return Err(end),
                _ => {}
            }
        };
        self.line.answered();
        for mutation in frames::subscriptions() {
            let data = frames::subscription(mutation);
            let authorization = self.auth.authorize_subscription(self.address, &data, self.now);
            let authorization =
                authorization.map_err(|fault| ConnectionEnd::Refused(format!("a subscription cannot be signed: {fault}")))?;
            send(socket, frames::start(mutation, &data, &authorization)).await?;
        }
        let mut missing: BTreeSet<&str> = frames::subscriptions().collect();
        while !missing.is_empty() {
            match receive(socket).await? {
                ServerMessage::Started(id) => drop(missing.remove(id.as_str())),
                ServerMessage::Mutation(Some(event)) => self.sender.send(event),
                ServerMessage::Ended(end) => return Err(end),
                _ => {}
            }
        }
        Ok(silence)
    }
}

async fn send<S: AsyncRead + AsyncWrite + Unpin>(socket: &mut WebSocketStream<S>, frame: String) -> Result<(), ConnectionEnd> {
    socket.send(Message::text(frame)).await.map_err(|error| broken(&error))
}

/// The next frame. The socket answers pings by itself; what is no text means nothing.
async fn receive<S: AsyncRead + AsyncWrite + Unpin>(socket: &mut WebSocketStream<S>) -> Result<ServerMessage, ConnectionEnd> {
    match socket.next().await {
        Some(Ok(Message::Text(text))) => Ok(ServerMessage::read(&text)),
        Some(Ok(Message::Close(_))) | None => Err(ConnectionEnd::lost("the dashboard closed the socket")),
        Some(Ok(_)) => Ok(ServerMessage::Other),
        Some(Err(error)) => Err(broken(&error)),
    }
}

fn broken(error: &Error) -> ConnectionEnd {
    ConnectionEnd::lost(match error {
        Error::ConnectionClosed | Error::AlreadyClosed => "the dashboard closed the socket".to_owned(),
        Error::Capacity(_) => "the dashboard sent a frame too large to be one of its own".to_owned(),
        Error::Io(error) => format!("the socket broke: {}", error.kind()),
        _ => "the socket broke".to_owned(),
    })
}

#[cfg(test)]
mod tests {
    use super::super::coalescing::channel;
    use super::super::connect::open;
    use super::*;
    use reqwest::Url;
    use serde_json::{Value, json};
    use tokio::io::{AsyncWriteExt, DuplexStream, duplex};
    use tokio::sync::mpsc;
    use tokio::time::Instant;
    use tokio_tungstenite::tungstenite::protocol::Role;

    /// The server's end of a connection.
    struct FakeServer(WebSocketStream<DuplexStream>);

    impl FakeServer {
        async fn send(&mut self, frame: Value) {
            self.0.send(Message::text(frame.to_string())).await.expect("an open socket");
        }

        /// Acknowledges the conversation and all subscriptions, as one that is silent for `silence` ms and no longer.
        async fn accept(&mut self, silence: u64) {
            let mut started = 0;
            while started < frames::subscriptions().count() {
                let frame = self.0.next().await.expect("a frame").expect("a good one").into_text().expect("text");
                let frame: Value = serde_json::from_str(&frame).expect("JSON");
                match frame["type"].as_str() {
                    Some("connection_init") => {
                        self.send(json!({"type": "connection_ack", "payload": {"connectionTimeoutMs": silence}})).await;
                    }
                    Some("start") => {
                        assert_eq!(frame["payload"]["extensions"]["authorization"]["x-api-key"], "da2-secret");
                        self.send(json!({"type": "start_ack", "id": frame["id"]})).await;
                        started += 1;
                    }
                    other => panic!("{other:?}"),
                }
            }
        }
    }

    /// A connection to a server that does what `serve` says and then hangs up: how it ended, after how long, and its events.
    async fn with(serve: impl AsyncFnOnce(&mut FakeServer)) -> (ConnectionEnd, Duration, mpsc::Receiver<RemoteEvent>) {
        let (ours, theirs) = duplex(1 << 16);
        let socket = open(ours).await;
        let server = WebSocketStream::from_raw_socket(theirs, Role::Server, None).await;
        let (sender, events) = channel();
        let address = Address::of(&Url::parse("http://localhost/graphql").expect("a URL"));
        let auth = SocketAuth::Key("da2-secret".to_owned());
        let line = Line::default();
        let connection = Connection { address: &address, auth: &auth, line: &line, sender: &sender, now: SystemTime::UNIX_EPOCH };
        let start = Instant::now();
        let mut server = FakeServer(server);
        let serve = async {
            serve(&mut server).await;
            drop(server);
            std::future::pending::<()>().await;
        };
        let end = tokio::select! {
            end = connection.run(socket) => end,
            () = serve => unreachable!("it never ends"),
        };
        assert!(!format!("{end:?}").contains("secret"));
        (end, start.elapsed(), events)
    }

    fn why(end: &ConnectionEnd) -> &str {
        match end {
            ConnectionEnd::Lost { why, .. } | ConnectionEnd::Refused(why) => why,
        }
    }

    fn drained(mut events: mpsc::Receiver<RemoteEvent>) -> Vec<RemoteEvent> {
        std::iter::from_fn(|| events.try_recv().ok()).collect()
    }

    #[tokio::test(start_paused = true)]
    async fn it_is_connected_only_when_every_subscription_has_started() {
        let (end, _, events) = with(async |server| {
            server.accept(300_000).await;
            server.send(json!({"type": "ka"})).await;
            let event = json!({"data": {"onUpdateScore": {"id": "s"}}});
            server.send(json!({"type": "data", "id": "updateScore", "payload": event})).await;
        })
        .await;
        assert_eq!(drained(events), [RemoteEvent::Connected, RemoteEvent::Score("s".into())]);
        assert!(matches!(end, ConnectionEnd::Lost { .. }), "{end:?}");

        let (end, after, events) = with(async |server| {
            server.send(json!({"type": "connection_ack"})).await;
            server.send(json!({"type": "start_ack", "id": "updateScore"})).await;
            std::future::pending().await
        })
        .await;
        assert_eq!((why(&end), after), ("the subscriptions did not begin within 20 s", START_TIMEOUT));
        assert_eq!(drained(events), []);
    }

    #[tokio::test(start_paused = true)]
    async fn any_frame_is_a_sign_of_life_and_silence_is_the_end() {
        let (end, after, events) = with(async |server| {
            server.accept(60_000).await;
            for _ in 0..3 {
                tokio::time::sleep(Duration::from_secs(50)).await;
                server.send(json!({"type": "ka"})).await;
            }
            std::future::pending().await
        })
        .await;
        assert_eq!((why(&end), after), ("no sign of life for 60 s", Duration::from_secs(50 * 3 + 60)));
        assert_eq!(drained(events), [RemoteEvent::Connected]);
    }

    #[tokio::test(start_paused = true)]
    async fn a_refusal_before_or_after_the_start_is_the_end() {
        let refusal = |kind: &str| json!({"type": kind, "payload": {"errors": [{"errorType": "UnauthorizedException"}]}});
        let (end, ..) = with(async |server| server.send(refusal("connection_error")).await).await;
        assert_eq!(end, ConnectionEnd::Refused("the dashboard does not let listeners in: UnauthorizedException".to_owned()));
        let (end, ..) = with(async |server| {
            server.accept(60_000).await;
            server.send(refusal("error")).await;
        })
        .await;
        assert!(matches!(end, ConnectionEnd::Refused(_)), "{end:?}");
        let (end, ..) = with(async |server| {
            server.accept(60_000).await;
            server.send(json!({"type": "complete", "id": "updateScore"})).await;
        })
        .await;
        assert_eq!(end, ConnectionEnd::lost("the dashboard ended a subscription"));
    }

    #[tokio::test(start_paused = true)]
    async fn hostile_frames_are_ignored_or_end_the_connection() {
        let (end, _, events) = with(async |server| {
            server.accept(60_000).await;
            for nonsense in ["", "no json", "[1]", "null", r#"{"type":"data"}"#, r#"{"type":"from the future","id":7}"#] {
                server.0.send(Message::text(nonsense)).await.expect("an open socket");
            }
            server.0.send(Message::binary(vec![0xFF; 5_000])).await.expect("an open socket");
            server.0.send(Message::Ping(vec![1; 100].into())).await.expect("an open socket");
            server.send(json!({"type": "data", "id": "updateScore", "payload": {"data": {"onUpdateScore": ["x"]}}})).await;
            let _ = server.0.send(Message::text("x".repeat(2 << 20))).await;
        })
        .await;
        assert_eq!(drained(events), [RemoteEvent::Connected, RemoteEvent::Catalog]);
        assert_eq!(why(&end), "the dashboard sent a frame too large to be one of its own");

        let (end, ..) = with(async |server| {
            server.accept(60_000).await;
            // No frame at all: reserved bits, then noise.
            server.0.get_mut().write_all(&[0xF7; 64]).await.expect("an open socket");
            std::future::pending().await
        })
        .await;
        assert_eq!(end, ConnectionEnd::lost("the socket broke"));
        let (end, ..) = with(async |server| {
            server.accept(60_000).await;
            // A text that is no UTF-8.
            server.0.get_mut().write_all(&[0x81, 0x02, 0xC3, 0x28]).await.expect("an open socket");
            std::future::pending().await
        })
        .await;
        assert_eq!(end, ConnectionEnd::lost("the socket broke"));
    }
}
