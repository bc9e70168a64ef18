//! Versions by their ids.

use crate::engine::error::Halt;
use crate::engine::session::Session;
use crate::model::{ScoreId, Version, VersionId, VersionMeta};
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
    let (id, _) = versions_named(session, score, word).await?;
    let vanished = || Halt::NoVersion { version: word.to_owned(), matches: Vec::new() };
    Ok(read_versions(session, std::slice::from_ref(&id)).await?.remove(&id).ok_or_else(vanished)??)
}

/// The id of a version of a score by the start of it, and all versions of the score.
pub(in crate::engine) async fn versions_named(
    session: &Session,
    score: &ScoreId,
    word: &str,
) -> Result<(VersionId, Vec<VersionMeta>), Halt> {
    let Some(remote) = &session.remote else { return Err(Halt::Offline) };
    let history = remote.history(score).await?;
    let is_meant = |id: &&VersionId| !word.is_empty() && id.as_str().starts_with(word);
    let mut matches: Vec<VersionId> = history.iter().map(|meta| &meta.id).filter(is_meant).cloned().collect();
    // A whole id means itself, also where others begin with it.
    if matches.iter().any(|id| id.as_str() == word) {
        matches.retain(|id| id.as_str() == word);
    }
    match <[VersionId; 1]>::try_from(matches) {
        Ok([id]) => Ok((id, history)),
        Err(matches) => Err(Halt::NoVersion { version: word.to_owned(), matches }),
    }
}
