//! A base for files that have none (a fresh clone, a lost state), or another one than the state says, where git brought the
//! files of another version. The files themselves say which version they are.

use super::lineage::{descends, nearest_common_ancestor};
use super::merge::differing;
use crate::model::{Content, Known, LocalScore, ScorePaths, Snapshot, SyncedScore, VersionId, canonical};

/// A version with its documents.
type VersionDocsRef<'a> = (&'a VersionId, &'a Snapshot);

/// The state that a sync would have left behind if it had ended with these files, if a version can be their base.
pub(super) fn adopt(
    local: &Snapshot,
    hints: &LocalScore,
    champion: Option<VersionDocsRef<'_>>,
    known: &[Known],
    paths: &ScorePaths,
) -> Option<SyncedScore> {
    let base = equal(local, champion, known)
        .or_else(|| versions(champion, known).find(|(_, docs)| local.says_the_same(docs)))
        .or_else(|| versions(champion, known).find(|(_, docs)| docs.code == local.code && docs.guidelines.is_none()))
        .or_else(|| hints.past.iter().find_map(|past| equal(past, champion, known)))
        .or_else(|| versions(champion, known).find(|(id, _)| Some(*id) == hints.stamp.as_ref()))?;
    Some(synced_with(base, champion, known, paths))
}

/// The same for files that were synced with another version before: only a version that they equal, in which way ever they
/// write it, can be their base.
pub(super) fn find_again(
    local: &Snapshot,
    champion: Option<VersionDocsRef<'_>>,
    known: &[Known],
    paths: &ScorePaths,
) -> Option<SyncedScore> {
    let base = equal(local, champion, known).or_else(|| versions(champion, known).find(|(_, docs)| local.says_the_same(docs)))?;
    Some(synced_with(base, champion, known, paths))
}

/// The same for edited files: the version that git had before the edits, if they are nearer to it, or to what git had since,
/// than to the base and to what the last sync left. Then a checkout, reset, stash or pull brought it and somebody went on from
/// there. In doubt they are edits of the base. Files that are those of the last commit, and that git may have brought, are no
/// edits of what the last sync left.
pub(super) fn find_under_edits(
    local: &Snapshot,
    past: &[Snapshot],
    synced: &SyncedScore,
    champion: Option<VersionDocsRef<'_>>,
    known: &[Known],
    is_as_head: bool,
) -> Option<SyncedScore> {
    let (at, found) = past.iter().enumerate().find_map(|(at, past)| Some((at, equal(past, champion, known)?)))?;
    let text = &past[at];
    // Commits that are not pushed yet lie on it.
    let to_past = past[..=at].iter().map(|past| distance(past, local)).collect::<Option<Vec<usize>>>()?.into_iter().min()?;
    let to_left = if is_as_head { usize::MAX } else { distance(synced.as_left(), local)? };
    let is_nearer = to_past < distance(&synced.docs, local)?.min(to_left);
    // What git has says the same as the version, and its text is at hand.
    let docs = Snapshot { code: text.code.clone(), guidelines: text.guidelines.clone().or_else(|| found.1.guidelines.clone()) };
    is_nearer.then(|| synced_with((found.0, &docs), champion, known, &synced.paths))
}

/// Lines by which two versions differ; none if their texts are not at hand. Missing guidelines are no opinion.
fn distance(a: &Snapshot, b: &Snapshot) -> Option<usize> {
    let guidelines = match (&a.guidelines, &b.guidelines) {
        (Some(a), Some(b)) => differing_lines(a, b)?,
        _ => 0,
    };
    Some(differing_lines(&a.code, &b.code)? + guidelines)
}

/// Lines that only one of two documents has; none if a text is not at hand. Line ends and what a pull adds to a text make no
/// difference.
fn differing_lines(a: &Content, b: &Content) -> Option<usize> {
    let canonical = |content: &Content| Some(canonical(content.kind, content.text.as_deref()?).into_owned());
    Some(differing(&canonical(a)?, &canonical(b)?))
}

/// The version that the files are: the champion, else the newest.
fn equal<'a>(local: &Snapshot, champion: Option<VersionDocsRef<'a>>, known: &'a [Known]) -> Option<VersionDocsRef<'a>> {
    versions(champion, known).find(|(_, docs)| !docs.changes_to(local).any())
}

fn versions<'a>(champion: Option<VersionDocsRef<'a>>, known: &'a [Known]) -> impl Iterator<Item = VersionDocsRef<'a>> {
    champion.into_iter().chain(known.iter().filter_map(|known| Some((&known.id, known.docs.as_ref()?))))
}

/// A version beyond the champion is a draft on it. One beside it, on a branch of the lineage of its own, is a draft on what
/// both come from. Any other was champion when the files were made from it.
fn synced_with(
    base: VersionDocsRef<'_>,
    champion: Option<VersionDocsRef<'_>>,
    known: &[Known],
    paths: &ScorePaths,
) -> SyncedScore {
    let (id, docs) = base;
    let seen = champion.and_then(|(champion, docs)| {
        if champion == id || descends(known, champion, id) {
            return Some((id, None));
        }
        if descends(known, id, champion) {
            return Some((champion, Some(docs)));
        }
        let ancestor = nearest_common_ancestor(known, id, champion)?;
        let docs = known.iter().find(|known| known.id == *ancestor)?.docs.as_ref()?;
        Some((ancestor, Some(docs)))
    });
    let seen = seen.or_else(|| champion.map(|_| (id, None)));
    SyncedScore {
        base: id.clone(),
        docs: docs.clone(),
        champion: seen.map(|(champion, _)| champion.clone()),
        champion_docs: seen.and_then(|(_, docs)| docs.cloned()),
        paths: paths.clone(),
        local: None,
    }
}
