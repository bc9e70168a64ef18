//! Sentences that several errors share.

/// The way out of anything that may pass by itself; `path` as it is typed.
pub fn push_again(path: &str) -> String {
    format!("scoresync push {path}    # again later: nothing is done twice")
}

/// A score that the dashboard has no more.
pub(super) const GONE: &str = "this score is gone from Plexus";

/// The way out of that; `path` as it is typed.
pub(super) fn prune(path: &str) -> String {
    format!("scoresync pull --prune {path}    # deletes it here too, unless it has edits")
}

/// The way out of that for edits, which `prune` leaves alone.
pub fn made_anew(path: &str) -> String {
    format!("scoresync new {path}    # makes a score of it again; or remove its files")
}

/// Code and guidelines together have more bytes than Plexus takes.
pub(super) fn too_large(bytes: usize, limit: usize) -> String {
    format!("code and guidelines have {bytes} bytes; Plexus takes {limit}")
}
