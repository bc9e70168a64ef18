//! The trait [`Transport`] (how one request travels), its values and errors.

use super::event::RemoteEvent;
use super::line::Line;
use crate::model::WebAddress;
use async_trait::async_trait;
use jiff::Timestamp;
use serde_json::Value;
use std::time::Duration;
use tokio::sync::mpsc;

/// One GraphQL request.
#[derive(Clone, Debug)]
pub struct Request {
    /// The document.
    pub query: String,
    /// Its variables, an object.
    pub variables: Value,
    /// The operation's name.
    pub operation: &'static str,
}

/// The answer to one request, not judged yet.
#[derive(Clone, Debug)]
pub struct Reply {
    /// HTTP status.
    pub status: u16,
    /// `Retry-After`, if the server sent one.
    pub retry_after: Option<Duration>,
    /// The whole body.
    pub body: Vec<u8>,
}

/// A request that got no reply.
#[derive(Clone, Debug, thiserror::Error)]
pub enum TransportError {
    /// No connection: name, route, refused, TLS. Nothing was sent.
    #[error("{0}")]
    Connect(String),
    /// The connection broke or the body was cut; the request may have had its effect.
    #[error("{0}")]
    Broken(String),
    /// No answer in time; the request may have had its effect.
    #[error("no answer within {0:?}")]
    Timeout(Duration),
    /// The server sent the client elsewhere; the key is never sent there.
    #[error("the server redirects to {0}")]
    Redirect(WebAddress),
    /// The reply is larger than anything that is read into memory; the limit in bytes.
    #[error("the reply is larger than {0} bytes")]
    TooLarge(usize),
}

impl TransportError {
    /// What the log calls it.
    pub(super) fn kind(&self) -> &'static str {
        match self {
            Self::Connect(_) => "connect",
            Self::Broken(_) => "broken",
            Self::Timeout(_) => "timeout",
            Self::Redirect(_) => "redirect",
            Self::TooLarge(_) => "too large",
        }
    }
}

/// Carries one request to a GraphQL endpoint. It neither tries again nor judges the reply.
#[async_trait]
pub trait Transport: Send + Sync {
    /// Sends `request` and waits for the whole reply.
    ///
    /// # Errors
    /// There is no whole reply; an HTTP status of failure is a reply.
    async fn send(&self, request: &Request) -> Result<Reply, TransportError>;

    /// Sends `request` to find out whether the endpoint answers: not over a connection that may be lost.
    ///
    /// # Errors
    /// As [`Transport::send`].
    async fn probe(&self, request: &Request) -> Result<Reply, TransportError> {
        self.send(request).await
    }

    /// The time by the clock of the endpoint, in whole seconds; none where that is the clock of this machine, or the endpoint does
    /// not tell. `request` is what it is asked.
    async fn clock(&self, _request: &Request) -> Option<Timestamp> {
        None
    }

    /// Where requests go; none where that is no address on the web.
    fn address(&self) -> Option<WebAddress> {
        None
    }

    /// Listens to the same endpoint, as [`Remote::listen`](super::types::Remote::listen) promises. The line is told of every sign of
    /// life, and its return ends the wait for the next connection.
    fn listen(&self, _line: &Line) -> Option<mpsc::Receiver<RemoteEvent>> {
        None
    }
}
