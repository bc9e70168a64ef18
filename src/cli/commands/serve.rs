//! `serve`: the registry over HTTP, until Ctrl-C.

use crate::cli::app::App;
use crate::cli::args::Serve;
use crate::cli::error::Problem;
use crate::cli::exit::Exit;
use crate::cli::run;
use crate::cli::ui::Ui;
use crate::engine::Stop;
use crate::registry::{self, FaultKind, Faults, Registry, RegistryOptions, ScriptedFault};
use std::net::SocketAddr;
use std::time::Duration;
use tokio::net::TcpListener;

const FAULTS: &str = "kinds: throttle, throttle=body, status=503, html, drop, lose-reply, cut, null=FIELD, reject=ID, duplicate, \
                      stale=N, latency=MS, pass, refuse=STATUS, silent; then :MATCH and :COUNT";

/// Serves; the address goes to stdout so that a script can read it.
pub(super) fn run(app: &App, args: &Serve, ui: &mut Ui) -> Result<Exit, Problem> {
    registry::require_loopback(args.listen)
        .map_err(|error| Problem::new(Exit::Usage, "NOT_LOOPBACK", error.to_string()).help("--listen 127.0.0.1:8765"))?;
    let given = app.env.get("PLEXUS_API_KEY");
    let key = given.map_or_else(|| format!("local-{}", uuid::Uuid::new_v4().simple()), str::to_owned);
    let path = app.working_directory.join(&args.db);
    let registry = RegistryOptions::default().api_key(&key).faults(faults(args)?).open(&path);
    let registry = registry.map_err(|error| Problem::new(Exit::Failed, "NO_REGISTRY", error.to_string()).at(path.display()))?;
    // The server ends itself at Ctrl-C, so the first one must not be taken for a second.
    run::to_end(&Stop::default(), serve(args.listen, registry, (given.is_none()).then_some(key), ui))??;
    Ok(Exit::Ok)
}

async fn serve(address: SocketAddr, registry: Registry, new_key: Option<String>, ui: &mut Ui) -> Result<(), Problem> {
    let failed = |error: std::io::Error| Problem::new(Exit::Failed, "CANNOT_LISTEN", error.to_string()).at(address);
    let listener = TcpListener::bind(address).await.map_err(failed)?;
    let address = listener.local_addr().map_err(failed)?;
    if let Some(key) = new_key {
        ui.note(format_args!("PLEXUS_API_KEY={key}"));
    }
    ui.data(&format!("http://{address}/graphql\n"));
    registry::serve(listener, registry, asked_to_stop()).await.map_err(failed)
}

/// Ctrl-C, or the system's polite request to end.
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

fn faults(args: &Serve) -> Result<Faults, Problem> {
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
