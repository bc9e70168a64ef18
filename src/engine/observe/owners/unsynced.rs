//! Files of scores that are not synced, and are renamed in Plexus: somebody typed them, restored a version of a score that was
//! never pulled, or took back its first pull. Only the catalog last seen says whose they are, so that it is written down before
//! that catalog is forgotten: of files that are as they were seen when things were called so.

use crate::engine::error::Halt;
use crate::engine::session::Session;
use crate::model::{CachedFile, Catalog, Layout, LocalDoc, RelPath, ScoreId, ScorePaths};
use std::collections::{BTreeMap, BTreeSet, HashMap};

/// Where such files lie once this is the catalog last seen; none where no name changes.
///
/// # Errors
/// The state or the root cannot be read.
pub(in crate::engine::observe) fn left_unsynced(
    session: &Session,
    now: &Catalog,
) -> Result<Option<BTreeMap<ScoreId, ScorePaths>>, Halt> {
    if session.state.is_named_alike(now)? {
        return Ok(None);
    }
    let before = session.state.catalog()?;
    if before.scores.is_empty() {
        return Ok(None);
    }
    let (before, now) = (Layout::of(&before), Layout::of(now));
    let recorded = session.state.unsynced_places()?;
    let mut renamed = Vec::new();
    for id in before.paths.keys().chain(recorded.keys()).collect::<BTreeSet<_>>() {
        // Where files were found earlier they still are, whatever their score was called meanwhile.
        let places: Vec<&ScorePaths> = [recorded.get(id), before.paths.get(id)].into_iter().flatten().collect();
        if places.iter().any(|at| now.paths.get(id) != Some(at)) && session.state.base(id)?.is_none() {
            renamed.push((id, places));
        }
    }
    let files: Vec<&RelPath> = renamed.iter().flat_map(|(_, places)| places).flat_map(|at| at.files()).collect();
    let found = FoundFiles::now(session, &files)?;
    let owners: HashMap<&RelPath, &ScoreId> = recorded.iter().map(|(id, at)| (&at.code, id)).collect();
    let mut left = BTreeMap::new();
    for (id, places) in renamed {
        let has_files = |at: &ScorePaths| at.files().any(|path| found.is_of(path, recorded.get(id) == Some(at)));
        let Some(at) = places.into_iter().find(|at| has_files(at)) else { continue };
        let is_anothers =
            owners.get(&at.code).is_some_and(|owner| *owner != id) || !session.state.synced_at(&at.code)?.is_empty();
        let is_left = match now.paths.get(id) {
            Some(paths) => at != paths,
            None => is_wanted(session, &now, at)?,
        };
        if is_left && !is_anothers {
            left.insert(id.clone(), at.clone());
        }
    }
    Ok(Some(left))
}

/// Files as they are, and as they were when they were last seen.
struct FoundFiles {
    now: HashMap<RelPath, LocalDoc>,
    seen: HashMap<RelPath, CachedFile>,
}

impl FoundFiles {
    fn now(session: &Session, files: &[&RelPath]) -> Result<Self, Halt> {
        if files.is_empty() {
            return Ok(Self { now: HashMap::new(), seen: HashMap::new() });
        }
        let seen = session.state.load_some(&BTreeSet::new(), files)?.files;
        Ok(Self { now: session.workspace.scan_only(files, &seen)?.docs, seen })
    }

    /// The file is that of the score that had its place when it was last seen. Where that is not recorded, only if it is as it was:
    /// what came since, git may have brought, from somebody who knew the new names.
    fn is_of(&self, path: &RelPath, is_recorded: bool) -> bool {
        let Some(now) = self.now.get(path) else { return false };
        is_recorded || now.file().zip(self.seen.get(path)).is_some_and(|(now, seen)| now.raw == seen.raw)
    }
}

/// A score that has files of its own, or had, is called by now as the one was whose files lie there.
fn is_wanted(session: &Session, now: &Layout, at: &ScorePaths) -> Result<bool, Halt> {
    let heir = now.paths.iter().find(|(_, paths)| paths.code == at.code);
    Ok(heir.map(|(id, _)| session.state.base(id)).transpose()?.flatten().is_some())
}
