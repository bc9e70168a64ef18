//! The end of a request: an answer as HTTP would carry it, or a connection that was closed without one.

use serde::Serialize;

use super::errors;

/// The connection ended without an answer. What the request asked for may or may not have happened.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the connection was closed without an answer")]
pub struct Dropped;

/// An answer, as HTTP would carry it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HttpAnswer {
    /// The HTTP status.
    pub status: u16,
    /// The media type of the body.
    pub content_type: &'static str,
    /// Seconds, for `Retry-After`.
    pub retry_after: Option<u32>,
    /// The body; cut in the middle if `cut`.
    pub body: Vec<u8>,
    /// The connection broke before the whole body was sent.
    pub cut: bool,
}

impl HttpAnswer {
    pub(super) fn json(status: u16, body: &impl Serialize) -> Self {
        let body = serde_json::to_vec(body).expect("JSON values are always writable");
        Self { status, content_type: "application/json", retry_after: None, body, cut: false }
    }

    pub(super) fn cut(mut self) -> Self {
        self.body.truncate(self.body.len() / 2);
        Self { cut: true, ..self }
    }

    pub(super) fn html(status: u16) -> Self {
        let body = format!("<html><head><title>{status}</title></head><body><h1>{status}</h1></body></html>\n");
        Self { status, content_type: "text/html", retry_after: None, body: body.into_bytes(), cut: false }
    }

    pub(super) fn throttled(status: u16) -> Self {
        let body = errors::transport("ThrottlingException", "Rate exceeded");
        Self { retry_after: (status == 429).then_some(1), ..Self::json(status, &body) }
    }
}
