//! Versions by their ids.

use crate::engine::error::Halt;
use crate::engine::session::Session;
use crate::model::{ScoreId, Version, VersionId};
use crate::remote::Reads;

/// Versions with their contents; offline none.
pub(in crate::engine) async fn read_versions(session: &Session, ids: &[VersionId]) -> Result<Reads, Halt> {
    match &session.remote {
        Some(remote) if !ids.is_empty() => Ok(remote.versions(ids).await?),
        _ => Ok(Reads::new()),
    }
}

/// A version of a score by its id or the start of it.
pub(in crate::engine) async fn version_of(session: &Session, score: &ScoreId, word: &str) -> Result<Version, Halt> {
    let Some(remote) = &session.remote else { return Err(Halt::Offline) };
    let matches: Vec<VersionId> = remote
        .history(score)
        .await?
        .into_iter()
        .map(|meta| meta.id)
        .filter(|id| !word.is_empty() && id.as_str().starts_with(word))
        .collect();
    let [id] = &matches[..] else {
        return Err(Halt::NoVersion { version: word.to_owned(), matches });
    };
    let vanished = || Halt::NoVersion { version: word.to_owned(), matches: Vec::new() };
    Ok(remote.versions(std::slice::from_ref(id)).await?.remove(id).ok_or_else(vanished)??)
}
