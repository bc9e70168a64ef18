//! A base for files that have none: a fresh clone, a lost state. The files themselves say which version they are.

use super::lineage::descends;
use crate::model::{Known, ScorePaths, Snapshot, SyncedScore, VersionId};

/// A version with its documents.
type Side<'a> = (&'a VersionId, &'a Snapshot);

/// The state that a sync would have left behind if it had ended with these files, if a version can be their base.
pub(super) fn adopt(
    local: &Snapshot,
    stamp: Option<&VersionId>,
    champion: Option<Side<'_>>,
    known: &[Known],
    paths: &ScorePaths,
) -> Option<SyncedScore> {
    let (base, docs) = find(local, stamp, champion, known)?;
    let seen = match champion {
        None => None,
        Some((id, docs)) if id != base && descends(known, base, id) => Some((id.clone(), Some(docs.clone()))),
        Some(_) => Some((base.clone(), None)),
    };
    let (champion, champion_docs) = seen.map_or((None, None), |(id, docs)| (Some(id), docs));
    Some(SyncedScore { base: base.clone(), docs: docs.clone(), champion, champion_docs, paths: paths.clone() })
}

/// The version that the files are, or were before they were edited.
fn find<'a>(local: &Snapshot, stamp: Option<&VersionId>, champion: Option<Side<'a>>, known: &'a [Known]) -> Option<Side<'a>> {
    let versions = || champion.into_iter().chain(known.iter().filter_map(|known| Some((&known.id, known.docs.as_ref()?))));
    versions()
        .find(|(_, docs)| !docs.changes_to(local).any())
        .or_else(|| versions().find(|(_, docs)| docs.code == local.code && docs.guidelines.is_none()))
        .or_else(|| versions().find(|(id, _)| Some(*id) == stamp))
}
