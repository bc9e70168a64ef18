//! Texts of standalone documents that were replaced from here, or in files here, and that run again.
//!
//! A form of the dashboard that was open all the while writes its old text without looking. That is not to be taken for an edit.
//! What an undo took away is not older than what it brought back: where it still runs, the next pull brings it again.

use crate::engine::session::Session;
use crate::model::{Digest, RelPath, RemoteScore, SyncKind, Trees};
use crate::state::{RunKind, StateError};
use std::collections::HashSet;

/// Marks champions that say what was replaced here before.
pub(super) fn mark_older(session: &Session, trees: &mut Trees) -> Result<(), StateError> {
    if session.config.standalone.is_empty() {
        return Ok(());
    }
    let has_moved = |remote: &RemoteScore| matches!(remote, RemoteScore::Champion(champion, _) if champion.docs.is_some());
    let mut moved =
        trees.iter_mut().filter(|(id, sides)| SyncKind::of(id).is_standalone() && has_moved(&sides.remote)).peekable();
    if moved.peek().is_none() {
        return Ok(());
    }
    let backups = session.state.backups()?;
    let by_a_newer_one = backups.iter().filter(|backup| backup.run.kind != RunKind::Undo);
    let replaced: HashSet<(&RelPath, Digest)> =
        by_a_newer_one.filter_map(|backup| Some((&backup.replaced.path, backup.replaced.before?))).collect();
    for (_, sides) in moved {
        let (path, synced) = (sides.files_at().code.clone(), sides.synced.is_some());
        if let RemoteScore::Champion(champion, _) = &mut sides.remote {
            let text = champion.docs.as_ref().and_then(|docs| docs.code.text.as_ref());
            champion.is_older = synced && text.is_some_and(|text| replaced.contains(&(&path, text.digest())));
        }
    }
    Ok(())
}
