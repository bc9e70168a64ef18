//! AppSync's realtime protocol: subscriptions over a WebSocket at `/graphql/realtime`, subprotocol `graphql-ws`.
//!
//! A socket gets the mutations of this process only, from the moment that it subscribes; nothing is replayed. Buffers are
//! bounded: a subscriber that does not read is disconnected, and nobody waits for it.

mod auth;
mod frames;
mod socket;
mod subscription;
mod upgrade;

pub(super) use upgrade::upgrade;
