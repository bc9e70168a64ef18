//! The embedded Plexus-compatible server: GraphQL over SQLite, in process or over HTTP on loopback.
//!
//! It behaves as the service does, errors, page limits and conditional writes included, so that a client which works
//! here works there. It knows nothing of our client, and nothing of scores either: what is stored, by which keys, is
//! read from the directives of `fixtures/schema.graphql`. It has no users and no resolvers of its own.
//!
//! ```text
//! http ──▶ service: Registry ──▶ request ──▶ resolve ──▶ page, write ──▶ store (SQLite)
//!             key, faults, log    parse, validate   fields    limits, conditions
//! sockets ◀── realtime ◀── Registry::events
//! ```

mod answer;
mod budget;
mod catalogue;
mod errors;
mod events;
mod faults;
mod filter;
mod http;
mod ids_and_clock;
mod open_error;
mod options;
mod page;
mod realtime;
mod recognize;
mod request;
mod resolve;
mod scalars;
pub mod seed;
mod service;
mod store;
mod write;

pub use answer::{Dropped, HttpAnswer};
pub use events::MutationEvent;
pub use faults::{BadFault, FaultKind, Faults, ScriptedFault};
pub use http::{NotLoopback, require_loopback, serve};
pub use open_error::OpenError;
pub use options::RegistryOptions;
pub use service::{LoggedRequest, Registry};
