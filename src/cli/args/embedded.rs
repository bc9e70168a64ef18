//! What can be typed about the embedded dashboard.

use clap::{ArgAction, Args};
use std::net::SocketAddr;
use std::path::PathBuf;

/// `serve`.
#[derive(Debug, Args)]
#[command(after_help = "The API key is PLEXUS_API_KEY; without one, a key is made for this run and printed on stderr.")]
pub struct Serve {
    /// SQLite file with everything; made if it is not there
    #[arg(long, value_name = "FILE")]
    pub db: PathBuf,
    /// Address to listen on; port 0 takes a free one
    #[arg(long, value_name = "ADDRESS", default_value = "127.0.0.1:8765")]
    pub listen: SocketAddr,
    /// Answer every request this much later, for tests
    #[arg(long, value_name = "MS", default_value_t = 0)]
    pub latency: u64,
    /// Misbehave, for tests; a wrong SPEC lists what there is
    #[arg(long, value_name = "SPEC", action = ArgAction::Append)]
    pub fault: Vec<String>,
}

/// `demo`.
#[derive(Debug, Args)]
pub struct Demo {
    /// A folder that is not there yet, or empty
    #[arg(value_name = "DIR", default_value = "scoresync-demo")]
    pub directory: PathBuf,
}
