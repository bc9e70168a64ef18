//! The dashboard as a port: what can be read and written there, and the GraphQL client that does it.

mod types;

pub use types::{
    Attribution, Created, Reads, Remote, RemoteError, Reply, Request, Selection, Transport, TransportError, Unreadable,
};
