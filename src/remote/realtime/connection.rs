//! One conversation on an open socket: begin, subscribe, and hear until it ends.

use super::ConnectionEnd;
use super::address::Address;
use super::coalescing::Coalescing;
use super::frames::{self, Said};
use super::identity::SocketAuth;
use crate::remote::event::RemoteEvent;
use futures_util::{SinkExt, StreamExt};
use std::collections::BTreeSet;
use std::time::{Duration, SystemTime};
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::time::timeout;
use tokio_tungstenite::WebSocketStream;
use tokio_tungstenite::tungstenite::{Error, Message};

/// The longest that a server may take until all subscriptions have begun.
const BEGINNING: Duration = Duration::from_secs(20);

/// What a conversation is held with.
pub(super) struct Connection<'a> {
    pub address: &'a Address,
    pub identity: &'a SocketAuth,
    pub coalescing: &'a Coalescing,
    /// When starts are signed.
    pub now: SystemTime,
}

impl Connection<'_> {
    /// Talks until the line ends, and says why it did.
    pub(super) async fn talk<S: AsyncRead + AsyncWrite + Unpin>(&self, mut wire: WebSocketStream<S>) -> ConnectionEnd {
        let begun = timeout(BEGINNING, self.begin(&mut wire)).await;
        let late = || Err(ConnectionEnd::lost(format!("the subscriptions did not begin within {} s", BEGINNING.as_secs())));
        let silence = match begun.unwrap_or_else(|_| late()) {
            Ok(silence) => silence,
            Err(end) => return end,
        };
        self.coalescing.offer(RemoteEvent::Connected);
        loop {
            match timeout(silence, hear(&mut wire)).await {
                Ok(Ok(Said::Happened(Some(event)))) => self.coalescing.offer(event),
                Ok(Ok(Said::Over(end)) | Err(end)) => return end,
                Ok(Ok(_)) => {}
                Err(_) => return ConnectionEnd::lost(format!("no sign of life for {} s", silence.as_secs_f64())),
            }
        }
    }

    /// Begins the conversation and all subscriptions; gives back how long a silence is the end.
    async fn begin<S: AsyncRead + AsyncWrite + Unpin>(&self, wire: &mut WebSocketStream<S>) -> Result<Duration, ConnectionEnd> {
        if let Err(end) = say(wire, frames::connection_init()).await {
            // A server that lets nobody in may have said so, and gone, before anybody spoke.
            return Err(if let Ok(Said::Over(refusal)) = hear(wire).await { refusal } else { end });
        }
        let silence = loop {
            match hear(wire).await? {
                Said::Acknowledged(silence) => break silence,
                Said::Over(end) => return Err(end),
                _ => {}
            }
        };
        for mutation in frames::subscriptions() {
            let data = frames::subscription(mutation);
            let authorization = self.identity.start(self.address, &data, self.now);
            let authorization =
                authorization.map_err(|fault| ConnectionEnd::Refused(format!("a subscription cannot be signed: {fault}")))?;
            say(wire, frames::start(mutation, &data, &authorization)).await?;
        }
        let mut missing: BTreeSet<&str> = frames::subscriptions().collect();
        while !missing.is_empty() {
            match hear(wire).await? {
                Said::Started(id) => drop(missing.remove(id.as_str())),
                Said::Happened(Some(event)) => self.coalescing.offer(event),
                Said::Over(end) => return Err(end),
                _ => {}
            }
        }
        Ok(silence)
    }
}

async fn say<S: AsyncRead + AsyncWrite + Unpin>(wire: &mut WebSocketStream<S>, frame: String) -> Result<(), ConnectionEnd> {
    wire.send(Message::text(frame)).await.map_err(|error| broken(&error))
}

/// The next frame. Pings are answered below; what is no text means nothing.
async fn hear<S: AsyncRead + AsyncWrite + Unpin>(wire: &mut WebSocketStream<S>) -> Result<Said, ConnectionEnd> {
    match wire.next().await {
        Some(Ok(Message::Text(text))) => Ok(frames::read(&text)),
        Some(Ok(Message::Close(_))) | None => Err(ConnectionEnd::lost("the dashboard closed the socket")),
        Some(Ok(_)) => Ok(Said::Something),
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
    use super::super::coalescing::coalescing;
    use super::*;
    use reqwest::Url;
    use serde_json::{Value, json};
    use tokio::io::{AsyncWriteExt, DuplexStream, duplex};
    use tokio::sync::mpsc;
    use tokio::time::Instant;
    use tokio_tungstenite::tungstenite::protocol::{Role, WebSocketConfig};

    /// The server's end of a line.
    struct Server(WebSocketStream<DuplexStream>);

    impl Server {
        async fn say(&mut self, frame: Value) {
            self.0.send(Message::text(frame.to_string())).await.expect("the line is up");
        }

        /// Acknowledges the conversation and all subscriptions, as one that is silent for `silence` ms and no longer.
        async fn accept(&mut self, silence: u64) {
            let mut started = 0;
            while started < frames::subscriptions().count() {
                let frame = self.0.next().await.expect("a frame").expect("a good one").into_text().expect("text");
                let frame: Value = serde_json::from_str(&frame).expect("JSON");
                match frame["type"].as_str() {
                    Some("connection_init") => {
                        self.say(json!({"type": "connection_ack", "payload": {"connectionTimeoutMs": silence}})).await;
                    }
                    Some("start") => {
                        assert_eq!(frame["payload"]["extensions"]["authorization"]["x-api-key"], "da2-secret");
                        self.say(json!({"type": "start_ack", "id": frame["id"]})).await;
                        started += 1;
                    }
                    other => panic!("{other:?}"),
                }
            }
        }
    }

    /// A line to a server that does what `serve` says and then hangs up: how it ended, after how long, and its events.
    async fn with(serve: impl AsyncFnOnce(&mut Server)) -> (ConnectionEnd, Duration, mpsc::Receiver<RemoteEvent>) {
        let (ours, theirs) = duplex(1 << 16);
        let limits = WebSocketConfig::default().max_message_size(Some(1 << 20)).max_frame_size(Some(1 << 20));
        let wire = WebSocketStream::from_raw_socket(ours, Role::Client, Some(limits)).await;
        let server = WebSocketStream::from_raw_socket(theirs, Role::Server, None).await;
        let (coalescing, events) = coalescing();
        let address = Address::of(&Url::parse("http://localhost/graphql").expect("a URL"));
        let identity = SocketAuth::Key("da2-secret".to_owned());
        let line = Connection { address: &address, identity: &identity, coalescing: &coalescing, now: SystemTime::UNIX_EPOCH };
        let start = Instant::now();
        let mut server = Server(server);
        let serve = async {
            serve(&mut server).await;
            drop(server);
            std::future::pending::<()>().await;
        };
        let end = tokio::select! {
            end = line.talk(wire) => end,
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
    async fn it_is_connected_only_when_every_subscription_has_begun() {
        let (end, _, events) = with(async |server| {
            server.accept(300_000).await;
            server.say(json!({"type": "ka"})).await;
            let event = json!({"data": {"onUpdateScore": {"id": "s"}}});
            server.say(json!({"type": "data", "id": "updateScore", "payload": event})).await;
        })
        .await;
        assert_eq!(drained(events), [RemoteEvent::Connected, RemoteEvent::Score("s".into())]);
        assert!(matches!(end, ConnectionEnd::Lost { .. }), "{end:?}");

        let (end, after, events) = with(async |server| {
            server.say(json!({"type": "connection_ack"})).await;
            server.say(json!({"type": "start_ack", "id": "updateScore"})).await;
            std::future::pending().await
        })
        .await;
        assert_eq!((why(&end), after), ("the subscriptions did not begin within 20 s", BEGINNING));
        assert_eq!(drained(events), []);
    }

    #[tokio::test(start_paused = true)]
    async fn any_frame_is_a_sign_of_life_and_silence_is_the_end() {
        let (end, after, events) = with(async |server| {
            server.accept(60_000).await;
            for _ in 0..3 {
                tokio::time::sleep(Duration::from_secs(50)).await;
                server.say(json!({"type": "ka"})).await;
            }
            std::future::pending().await
        })
        .await;
        assert_eq!((why(&end), after), ("no sign of life for 60 s", Duration::from_secs(50 * 3 + 60)));
        assert_eq!(drained(events), [RemoteEvent::Connected]);
    }

    #[tokio::test(start_paused = true)]
    async fn a_refusal_before_or_after_the_beginning_is_the_end() {
        let refusal = |kind: &str| json!({"type": kind, "payload": {"errors": [{"errorType": "UnauthorizedException"}]}});
        let (end, ..) = with(async |server| server.say(refusal("connection_error")).await).await;
        assert_eq!(end, ConnectionEnd::Refused("the dashboard does not let listeners in: UnauthorizedException".to_owned()));
        let (end, ..) = with(async |server| {
            server.accept(60_000).await;
            server.say(refusal("error")).await;
        })
        .await;
        assert!(matches!(end, ConnectionEnd::Refused(_)), "{end:?}");
        let (end, ..) = with(async |server| {
            server.accept(60_000).await;
            server.say(json!({"type": "complete", "id": "updateScore"})).await;
        })
        .await;
        assert_eq!(end, ConnectionEnd::lost("the dashboard ended a subscription"));
    }

    #[tokio::test(start_paused = true)]
    async fn hostile_frames_are_passed_over_or_end_the_line() {
        let (end, _, events) = with(async |server| {
            server.accept(60_000).await;
            for nonsense in ["", "no json", "[1]", "null", r#"{"type":"data"}"#, r#"{"type":"from the future","id":7}"#] {
                server.0.send(Message::text(nonsense)).await.expect("the line is up");
            }
            server.0.send(Message::binary(vec![0xFF; 5_000])).await.expect("the line is up");
            server.0.send(Message::Ping(vec![1; 100].into())).await.expect("the line is up");
            server.say(json!({"type": "data", "id": "updateScore", "payload": {"data": {"onUpdateScore": ["x"]}}})).await;
            let _ = server.0.send(Message::text("x".repeat(2 << 20))).await;
        })
        .await;
        assert_eq!(drained(events), [RemoteEvent::Connected, RemoteEvent::Catalog]);
        assert_eq!(why(&end), "the dashboard sent a frame too large to be one of its own");

        let (end, ..) = with(async |server| {
            server.accept(60_000).await;
            // No frame at all: reserved bits, then noise.
            server.0.get_mut().write_all(&[0xF7; 64]).await.expect("the line is up");
            std::future::pending().await
        })
        .await;
        assert_eq!(end, ConnectionEnd::lost("the socket broke"));
        let (end, ..) = with(async |server| {
            server.accept(60_000).await;
            // A text that is no UTF-8.
            server.0.get_mut().write_all(&[0x81, 0x02, 0xC3, 0x28]).await.expect("the line is up");
            std::future::pending().await
        })
        .await;
        assert_eq!(end, ConnectionEnd::lost("the socket broke"));
    }
}
