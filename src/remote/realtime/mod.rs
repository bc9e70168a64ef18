//! Listening to AppSync's realtime protocol (`docs/wire.md` §7): one socket, a few subscriptions, [`RemoteEvent`]s out.
//!
//! It reads nothing else from the dashboard and decides nothing: an event says that something happened, and to what. A
//! lost connection is made again, until nobody listens any more; one that the server refuses, when the dashboard is back after
//! it was away.
//!
//! ```text
//! listen ─▶ supervisor   connects again and again: with backoff, at once after sleep or when the line is back
//!             connect      opens one socket at an address (address), authorized (socket_auth)
//!             connection   init, subscribe, receive (frames) ─▶ coalescing ─▶ the listener
//! ```
//!
//! [`RemoteEvent`]: super::event::RemoteEvent

mod address;
mod coalescing;
mod connect;
mod connection;
mod connection_end;
mod frames;
mod listen;
mod socket_auth;
mod supervisor;

pub use connection_end::ConnectionEnd;
pub use frames::ServerMessage;
pub(super) use listen::listen;
pub(super) use socket_auth::SocketAuth;
