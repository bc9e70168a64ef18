//! One socket, from its first frame to its end.

use std::collections::BTreeMap;
use std::future::pending;
use std::time::Duration;

use axum::extract::ws::{CloseFrame, Message, WebSocket};
use serde_json::Value;
use tokio::sync::broadcast::error::RecvError;
use tokio::sync::{broadcast, watch};
use tokio::time::{Interval, interval, timeout};

use super::auth::{self, Refused};
use super::frames::{self, Asked, BadFrame};
use super::subscription::Subscription;
use crate::registry::Registry;
use crate::registry::events::Event;
use crate::registry::request::Request;

/// Subscriptions of one socket; the service has the same limit.
const SUBSCRIPTIONS: usize = 100;
/// A client that hears nothing for this many keep-alive intervals takes the socket for dead.
const INTERVALS: u32 = 5;
/// The longest that a socket is given to close.
const GOODBYE: Duration = Duration::from_secs(1);

/// A socket that is about to be served.
pub(super) struct Socket {
    registry: Registry,
    events: broadcast::Receiver<Event>,
    closing: watch::Receiver<bool>,
    cuts: watch::Receiver<u64>,
    /// Neither a sign of life nor an event leaves.
    silent: bool,
    subscriptions: BTreeMap<String, Subscription>,
    keep_alive: Option<Interval>,
}

/// How a socket ends.
enum SocketEnd {
    /// The client left, or the wire broke.
    Gone,
    /// The client does not read.
    TooSlow,
    /// The server stops.
    Closing,
    /// Nobody is told.
    Cut,
}

impl Socket {
    pub fn new(registry: Registry, closing: watch::Receiver<bool>, silent: bool) -> Self {
        let (events, cuts) = (registry.events(), registry.faults().cuts());
        Self { registry, events, closing, cuts, silent, subscriptions: BTreeMap::new(), keep_alive: None }
    }

    /// Serves until either side ends it.
    pub async fn serve(mut self, mut wire: WebSocket, admitted: Result<(), Refused>) {
        let (mut closing, mut cuts) = (self.closing.clone(), self.cuts.clone());
        let end = tokio::select! {
            biased;
            _ = cuts.changed() => SocketEnd::Cut,
            _ = closing.wait_for(|closing| *closing) => SocketEnd::Closing,
            end = self.talk(&mut wire, admitted) => end,
        };
        let (code, reason) = match end {
            SocketEnd::Cut => return,
            SocketEnd::Gone => (1000, ""),
            SocketEnd::TooSlow => (1013, "the subscriber is too slow"),
            SocketEnd::Closing => (1001, "the server stops"),
        };
        let goodbye = Message::Close(Some(CloseFrame { code, reason: reason.into() }));
        let _ = timeout(GOODBYE, async {
            let _ = wire.send(goodbye).await;
            // A wire that is dropped with something unread on it takes the last words with it.
            while let Some(Ok(_)) = wire.recv().await {}
        })
        .await;
    }

    async fn talk(&mut self, wire: &mut WebSocket, admitted: Result<(), Refused>) -> SocketEnd {
        if let Err(refused) = admitted {
            let _ = self.send(wire, frames::connection_error(refused)).await;
            // Clients begin by speaking; one that is closed before that reports a closed socket and not why.
            let _ = timeout(GOODBYE, wire.recv()).await;
            return SocketEnd::Gone;
        }
        loop {
            let done = tokio::select! {
                frame = wire.recv() => match frame {
                    Some(Ok(Message::Text(text))) => self.asked(wire, &text).await,
                    // No frame of this protocol, like no text at all.
                    Some(Ok(Message::Binary(_))) => self.asked(wire, "").await,
                    Some(Ok(Message::Ping(_) | Message::Pong(_))) => Ok(()),
                    Some(Ok(Message::Close(_)) | Err(_)) | None => Err(SocketEnd::Gone),
                },
                event = self.events.recv() => match event {
                    Ok(event) => self.tell(wire, &event).await,
                    Err(RecvError::Lagged(_)) => Err(SocketEnd::TooSlow),
                    Err(RecvError::Closed) => Err(SocketEnd::Closing),
                },
                () = tick(self.keep_alive.as_mut()) => self.send(wire, frames::keep_alive()).await,
            };
            if let Err(end) = done {
                return end;
            }
        }
    }

    async fn asked(&mut self, wire: &mut WebSocket, text: &str) -> Result<(), SocketEnd> {
        let reply = match frames::read(text) {
            Ok(Asked::Init) => {
                let every = self.registry.keep_alive();
                self.keep_alive = (!self.silent).then(|| interval(every));
                frames::connection_ack(every * INTERVALS)
            }
            Ok(Asked::Start { id, authorization, request }) => match self.start(&id, &authorization, &request) {
                Ok(()) => frames::start_ack(&id),
                Err(errors) => frames::failed(Some(&id), &errors),
            },
            Ok(Asked::Stop { id }) => match self.subscriptions.remove(&id) {
                Some(_) => frames::complete(&id),
                None => frames::failed(Some(&id), &[frames::error("BadRequestException", "there is no such subscription")]),
            },
            Err(BadFrame { id, error }) => frames::failed(id.as_deref(), &[error]),
        };
        self.send(wire, reply).await
    }

    fn start(&mut self, id: &str, authorization: &Value, request: &Request) -> Result<(), Vec<Value>> {
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
        self.subscriptions.insert(id.to_owned(), Subscription::new(self.registry.documents(), request)?);
        Ok(())
    }

    /// Tells each subscription of an event that is for it.
    async fn tell(&self, wire: &mut WebSocket, event: &Event) -> Result<(), SocketEnd> {
        if self.silent {
            return Ok(());
        }
        for (id, subscription) in &self.subscriptions {
            if let Some(payload) = subscription.payload(event) {
                self.send(wire, frames::data(id, &payload)).await?;
            }
        }
        Ok(())
    }

    /// Sends a frame to a client that reads it within one keep-alive interval; events wait meanwhile, up to the bound.
    async fn send(&self, wire: &mut WebSocket, frame: String) -> Result<(), SocketEnd> {
        match timeout(self.registry.keep_alive(), wire.send(Message::Text(frame.into()))).await {
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
