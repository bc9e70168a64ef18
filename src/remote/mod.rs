//! The dashboard as a port: what can be read and written there, and the GraphQL client that does it.
//!
//! It decides nothing about files or merges and knows no settings; it never prints.
//!
//! ```text
//! GraphQlRemote (graphql: versions, writes; catalog)   what the trait Remote promises
//!   documents · wire                                   what is sent, what comes back
//!   Client (client · retry · reply)                    tries again, splits, gives up
//!     Transport                                        carries one request
//! ```

mod catalog;
mod client;
mod documents;
mod graphql;
mod reply;
mod retry;
mod types;
mod versions;
mod wire;
mod writes;

pub use graphql::{GraphQlRemote, OnProgress, Progress};
pub use retry::Policy;
pub use types::{
    Attribution, Created, Reads, Remote, RemoteError, Reply, Request, Selection, Transport, TransportError, Unreadable,
};
