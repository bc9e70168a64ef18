//! [`Socket`]: one socket, from its first frame to its end.

use std::collections::BTreeMap;
use std::future::pending;
use std::time::Duration;

use axum::extract::ws::{CloseFrame, Message, WebSocket};
use serde_json::Value;
use tokio::sync::broadcast::error::RecvError;
use tokio::sync::{broadcast, watch};
use tokio::time::{Interval, interval, timeout};

use super::auth::{self, Refused};
use super::frames::{self, BadFrame, ClientMessage};
use super::subscription::Subscription;
use crate::registry::events::MutationEvent;
use crate::registry::request::RequestBody;
use crate::registry::service::Registry;

/// Subscriptions of one socket; the service has the same limit.
const SUBSCRIPTIONS: usize = 100;
/// After this many keep-alive intervals without a frame a client takes the socket for dead.
const INTERVALS: u32 = 5;
/// The longest that a socket may take to close.
const CLOSE_TIMEOUT: Duration = Duration::from_secs(1);

/// A socket that is about to be served.
pub(super) struct Socket {
    registry: Registry,
    events: broadcast::Receiver<MutationEvent>,
    closing: watch::Receiver<bool>,
    cuts: watch::Receiver<u64>,
    /// Neither keep-alives nor events are sent: a fault.
    silent: bool,
    subscriptions: BTreeMap<String, Subscription>,
    keep_alive: Option<Interval>,
}

/// How a socket ends.
enum SocketEnd {
    /// The client left, or the connection broke.
    Gone,
    /// The client is not authorized.
    Refused,
    /// The client does not read.
    TooSlow,
    /// The server stops.
    Closing,
    /// A fault cuts the connection without closing it properly.
    Cut,
}

impl Socket {
    pub fn new(registry: Registry, closing: watch::Receiver<bool>, silent: bool) -> Self {
        let (events, cuts) = (registry.events(), registry.faults().cuts());
        Self { registry, events, closing, cuts, silent, subscriptions: BTreeMap::new(), keep_alive: None }
    }

    /// Serves until either side ends it.
    pub async fn serve(mut self, mut stream: WebSocket, admitted: Result<(), Refused>) {
        let (mut closing, mut cuts) = (self.closing.clone(), self.cuts.clone());
        let end = tokio::select! {
            biased;
            _ = cuts.changed() => SocketEnd::Cut,
            _ = closing.wait_for(|closing| *closing) => SocketEnd::Closing,
            end = self.run(&mut stream, admitted) => end,
        };
        let (code, reason) = match end {
            SocketEnd::Cut => return,
            SocketEnd::Gone => (1000, ""),
            // A protocol error, as the service calls it.
            SocketEnd::Refused => (1002, ""),
            SocketEnd::TooSlow => (1013, "the subscriber is too slow"),
            SocketEnd::Closing => (1001, "the server stops"),
        };
        let close = Message::Close(Some(CloseFrame { code, reason: reason.into() }));
        let _ = timeout(CLOSE_TIMEOUT, async {
            let _ = stream.send(close).await;
            // A connection that is dropped with unread bytes on it loses what was sent last.
            while let Some(Ok(_)) = stream.recv().await {}
        })
        .await;
    }

    async fn run(&mut self, stream: &mut WebSocket, admitted: Result<(), Refused>) -> SocketEnd {
        if let Err(refused) = admitted {
            let _ = self.send(stream, frames::connection_error(refused)).await;
            // A client that is disconnected before it has sent its first frame reports a closed socket and not the error.
            let _ = timeout(CLOSE_TIMEOUT, stream.recv()).await;
            return SocketEnd::Refused;
        }
        loop {
            let done = tokio::select! {
                frame = stream.recv() => match frame {
                    Some(Ok(Message::Text(text))) => self.receive(stream, &text).await,
                    // No frame of this protocol, as an empty text is none.
                    Some(Ok(Message::Binary(_))) => self.receive(stream, "").await,
                    Some(Ok(Message::Ping(_) | Message::Pong(_))) => Ok(()),
                    Some(Ok(Message::Close(_)) | Err(_)) | None => Err(SocketEnd::Gone),
                },
                event = self.events.recv() => match event {
                    Ok(event) => self.publish(stream, &event).await,
                    Err(RecvError::Lagged(_)) => Err(SocketEnd::TooSlow),
                    Err(RecvError::Closed) => Err(SocketEnd::Closing),
                },
                () = tick(self.keep_alive.as_mut()) => self.send(stream, frames::keep_alive()).await,
            };
            if let Err(end) = done {
                return end;
            }
        }
    }

    async fn receive(&mut self, stream: &mut WebSocket, text: &str) -> Result<(), SocketEnd> {
        let reply = match frames::read(text) {
            Ok(ClientMessage::Init) => {
                let every = self.registry.keep_alive();
                self.keep_alive = (!self.silent).then(|| interval(every));
                frames::connection_ack(every * INTERVALS)
            }
            Ok(ClientMessage::Start { id, authorization, request }) => match self.start(&id, &authorization, &request) {
                Ok(()) => frames::start_ack(&id),
                Err(errors) => frames::failed(Some(&id), &errors),
            },
            Ok(ClientMessage::Stop { id }) => match self.subscriptions.remove(&id) {
                Some(_) => frames::complete(&id),
                None => frames::failed(Some(&id), &[frames::error("BadRequestException", "there is no such subscription")]),
            },
            Err(BadFrame { id, error }) => frames::failed(id.as_deref(), &[error]),
        };
        self.send(stream, reply).await
    }

    fn start(&mut self, id: &str, authorization: &Value, request: &RequestBody) -> Result<(), Vec<Value>> {
        let refuse = |kind, message| Err(vec![frames::error(kind, message)]);
        if auth::authorize(&self.registry, authorization).is_err() {
            return refuse("UnauthorizedException", "You are not authorized to make this call.");
        }
        if self.subscriptions.contains_key(id) {
            return refuse("DuplicatedOperationError", "the id is in use on this socket");
        }
        if self.subscriptions.len() == SUBSCRIPTIONS {
            return refuse("MaxSubscriptionsReachedError", "the socket has 100 subscriptions");
        }
        self.subscriptions
            .insert(id.to_owned(), Subscription::new(self.registry.catalogue(), self.registry.documents(), request)?);
        Ok(())
    }

    /// Sends an event to each subscription that it is for.
    async fn publish(&self, stream: &mut WebSocket, event: &MutationEvent) -> Result<(), SocketEnd> {
        if self.silent {
            return Ok(());
        }
        for (id, subscription) in &self.subscriptions {
            if let Some(payload) = subscription.payload(event) {
                self.send(stream, frames::data(id, &payload)).await?;
            }
        }
        Ok(())
    }

    /// Sends a frame to a client that reads it within one keep-alive interval; events wait meanwhile, up to the bound.
    async fn send(&self, stream: &mut WebSocket, frame: String) -> Result<(), SocketEnd> {
        match timeout(self.registry.keep_alive(), stream.send(Message::Text(frame.into()))).await {
            Ok(Ok(())) => Ok(()),
            Ok(Err(_)) => Err(SocketEnd::Gone),
            Err(_) => Err(SocketEnd::TooSlow),
        }
    }
}

/// The next tick; never without an interval.
async fn tick(interval: Option<&mut Interval>) {
    match interval {
        Some(interval) => drop(interval.tick().await),
        None => pending().await,
    }
}
