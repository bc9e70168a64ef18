//! The dashboard as a port: what can be read and written there, and the GraphQL client that does it.
//!
//! It decides nothing about files or merges and knows no settings; it never prints.
//!
//! ```text
//! GraphQlRemote (graphql: catalog, versions, writes)   keeps the promises of the trait Remote (types)
//!   documents · wire                                   what is sent, what comes back
//!   Client (client · retry · reply · call)             tries again, splits, gives up
//!     Line · Prober (line · probe)                     whether the dashboard answers; asks it while it does not
//!     Transport (transport · http · net · sleep · …)   carries one request
//!       realtime                                       receives RemoteEvents (event) over a socket
//! StandaloneDocuments (standalone)                     the same for documents that belong to no score, beside the scores
//! Records (records · lists)                            reads what was recorded about scores, over the same Client
//! RunTaskWriter (run_task)                            shows a long run in the dashboard, over a Client of its own
//! MemoryRemote (memory)                                the same promises without a server
//! ```

mod call;
mod catalog;
mod client;
mod credentials;
mod documents;
mod event;
mod graphql;
mod http;
mod line;
mod lists;
mod memory;
mod net;
mod probe;
mod realtime;
mod records;
mod reply;
mod retry;
mod run_task;
#[cfg(test)]
mod schema_check;
mod sigv4;
mod sleep;
mod standalone;
mod transport;
mod types;
mod versions;
mod wire;
mod writes;

pub use credentials::Credentials;
pub use event::RemoteEvent;
pub use graphql::GraphQlRemote;
pub use http::{Auth, HttpError, HttpTransport};
pub use line::Line;
pub use memory::MemoryRemote;
pub use net::has_network;
pub use realtime::{ConnectionEnd, ServerMessage};
pub use records::{AnswerKind, AnswerQuery, EvaluatedAnswer, FeedbackList, FeedbackQuery, Records, RunningEvaluation};
pub use retry::RetryPolicy;
pub use run_task::{RunEnd, RunProgress, RunStage, RunTask, RunTaskWriter, RunWork};
pub use standalone::StandaloneDocuments;
pub use transport::{Reply, Request, Transport, TransportError};
pub use types::{
    Created, DetailReads, Evaluations, Histories, LeftOut, Reads, Remote, RemoteError, Unreadable, WhyLeftOut, WriteAttribution,
};
