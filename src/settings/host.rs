//! The name of this machine, by which others are told where a run takes place.

use super::env::Env;

/// The name that the system has for this machine; `unknown` where it has none.
pub fn host(env: &Env) -> String {
    named().or_else(|| env.get("COMPUTERNAME").map(str::to_owned)).unwrap_or_else(|| "unknown".to_owned())
}

#[cfg(unix)]
fn named() -> Option<String> {
    let name = rustix::system::uname().nodename().to_string_lossy().into_owned();
    Some(name).filter(|name| !name.is_empty())
}

#[cfg(not(unix))]
fn named() -> Option<String> {
    None
}
