//! `serve`: the registry over HTTP, until Ctrl-C.

use crate::cli::app::App;
use crate::cli::error::Problem;
use crate::cli::exit::Exit;
use crate::cli::runtime;
use crate::cli::ui::Ui;
use crate::registry::{self, FaultKind, Faults, Registry, RegistryOptions, ScriptedFault};
use crate::settings::LOCAL_KEY;
use clap::{ArgAction, Args};
use std::io;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::time::Duration;
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;

/// Run a Plexus-compatible API on this machine
#[derive(Debug, Args)]
#[command(after_help = "The API key is PLEXUS_API_KEY; without one, a key is made for this run and printed on stderr.")]
pub struct ServeArgs {
    /// SQLite file of the data; created if it does not exist
    #[arg(long, value_name = "FILE")]
    pub db: PathBuf,
    /// Put the demo account (key harbor-quality) into the file, or reset it
    #[arg(long)]
    pub demo: bool,
    /// Address to listen on; port 0 takes a free one
    #[arg(long, value_name = "ADDRESS", default_value = "127.0.0.1:8765")]
    pub listen: SocketAddr,
    /// Answer every request this much later, for tests
    #[arg(long, value_name = "MS", default_value_t = 0)]
    pub latency: u64,
    /// Inject faults, for tests; an invalid SPEC lists those that there are
    #[arg(long, value_name = "SPEC", action = ArgAction::Append)]
    pub fault: Vec<String>,
}

const FAULTS: &str = "kinds: throttle, throttle=body, status=503, html, invalid, drop, lose-reply, cut, null=FIELD, reject=ID, \
                      duplicate, stale=N, overtake, overtake=FIELD, latency=MS, pass, refuse=STATUS, silent; then :MATCH and :COUNT";

/// Serves; the address goes to stdout so that a script can read it.
///
/// # Errors
/// The address is not one of this machine, a fault makes no sense, or the file or the address cannot be opened.
pub fn run(app: &App, args: &ServeArgs, ui: &mut Ui) -> Result<Exit, Problem> {
    registry::require_loopback(args.listen)
        .map_err(|error| Problem::new(Exit::Usage, "NOT_LOOPBACK", error.to_string()).help("--listen 127.0.0.1:8765"))?;
    let given = app.env.get("PLEXUS_API_KEY");
    let key = given.map_or_else(|| format!("{LOCAL_KEY}{}", uuid::Uuid::new_v4().simple()), str::to_owned);
    let path = app.working_directory.join(&args.db);
    let registry = RegistryOptions::default().api_key(&key).faults(faults(args)?).open(&path);
    let unusable = |error: String| {
        let problem = Problem::new(Exit::Failed, "NO_REGISTRY", error).at(path.display());
        problem.help("name another file with --db; one that is not there is made")
    };
    let registry = registry.map_err(|error| unusable(misplaced(&path).unwrap_or_else(|| error.to_string())))?;
    let serve = async {
        let listener = TcpListener::bind(args.listen).await.map_err(|error| cannot_listen(args.listen, &error))?;
        // Once the address is ours: a server that does not start resets nothing.
        if args.demo {
            registry::seed::demo(&registry).map_err(|error| unusable(error.to_string()))?;
        }
        serve(listener, registry, given.is_none().then_some(key), ui).await
    };
    // The server stops by itself at Ctrl-C. This token is not cancelled yet, so that one is not taken for the second.
    runtime::block_on(&CancellationToken::new(), serve)??;
    Ok(Exit::Ok)
}

/// Why nothing can be opened there whatever is in it, which the database says in the system's words.
fn misplaced(path: &Path) -> Option<String> {
    let folder = path.parent().filter(|folder| !folder.is_dir());
    let missing = folder.map(|folder| format!("there is no folder {}", folder.display()));
    missing.or_else(|| path.is_dir().then(|| "this is a folder, and a database is a file".to_owned()))
}

fn cannot_listen(address: SocketAddr, error: &io::Error) -> Problem {
    let problem = Problem::new(Exit::Failed, "CANNOT_LISTEN", error.to_string()).at(address);
    problem.help("scoresync serve --listen 127.0.0.1:0 --db FILE    # on a port that is free")
}

async fn serve(listener: TcpListener, registry: Registry, new_key: Option<String>, ui: &mut Ui) -> Result<(), Problem> {
    let address = listener.local_addr().map_err(|error| Problem::new(Exit::Failed, "CANNOT_LISTEN", error.to_string()))?;
    let failed = |error: io::Error| cannot_listen(address, &error);
    if let Some(key) = new_key {
        // With --quiet, too: nobody else knows it.
        ui.show(&format!("PLEXUS_API_KEY={key}\n"));
    }
    ui.data(&format!("http://{address}/graphql\n"));
    registry::serve(listener, registry, asked_to_stop()).await.map_err(failed)
}

/// Waits for Ctrl-C, or for the system's request to end (SIGTERM).
async fn asked_to_stop() {
    #[cfg(unix)]
    if let Ok(mut terminate) = tokio::signal::unix::signal(tokio::signal::unix::SignalKind::terminate()) {
        tokio::select! {
            _ = terminate.recv() => {}
            _ = tokio::signal::ctrl_c() => {}
        }
        return;
    }
    tokio::signal::ctrl_c().await.ok();
}

fn faults(args: &ServeArgs) -> Result<Faults, Problem> {
    let faults = Faults::default();
    if args.latency > 0 {
        faults.add(ScriptedFault { kind: FaultKind::Latency(Duration::from_millis(args.latency)), matching: None, count: None });
    }
    for spec in &args.fault {
        let bad = |error: registry::BadFault| Problem::new(Exit::Usage, "BAD_FAULT", error.to_string()).help(FAULTS);
        faults.add(spec.parse().map_err(bad)?);
    }
    Ok(faults)
}
