//! What has to be read of a score's past so that planning finds the base of its files. Decides nothing.
//!
//! Three kinds of score need it: without a base; with a draft that another champion overtook; and with files that git may
//! have brought since the base was recorded, because they differ from it and git has them exactly as they are, or something
//! else than the base under their edits. For the last kind the versions that the state knows are tried first, then the ids of
//! our own versions, which are made from their content; contents are read only of what is left, and not at all once a version
//! is found.

use crate::engine::error::Halt;
use crate::engine::observe::versions::read_versions;
use crate::engine::session::Session;
use crate::model::{
    Champion, Content, Known, LocalDoc, NewVersion, RemoteScore, ScoreId, ScoreSides, Snapshot, SyncedScore, Trees, VersionId,
    VersionMeta, is_reformatted, outgoing,
};
use crate::plan::nearest_common_ancestor;
use crate::remote::Histories;
use futures_util::{StreamExt, TryStreamExt, stream};
use std::collections::BTreeMap;
use std::sync::Arc;
use uuid::Uuid;

/// Histories read at the same time.
const HISTORIES_AT_ONCE: usize = 6;

/// Versions up to which histories are read together.
const SHORT: usize = 50;

/// Earlier versions of the scores whose base has to be found.
pub(in crate::engine) async fn read_histories(session: &mut Session, trees: &mut Trees) -> Result<(), Halt> {
    let wanted: Vec<ScoreId> = trees.iter().filter(|(_, sides)| needs_history(sides)).map(|(id, _)| id.clone()).collect();
    let mut known: BTreeMap<ScoreId, Vec<Known>> = BTreeMap::new();
    for (id, history) in histories(session, wanted).await? {
        known.insert(id.clone(), with_what_is_known(session, &id, &trees[&id], history)?);
    }
    let wanted = known.iter().flat_map(|(id, list)| contents_wanted(&trees[id], list)).collect::<Vec<_>>();
    let mut reads = read_versions(session, &wanted).await?;
    for (id, mut list) in known {
        for version in &mut list {
            // What the state knows of earlier bases has no texts, which a merge needs.
            let read = reads.remove(&version.id).and_then(Result::ok).map(|version| version.docs);
            version.docs = read.or_else(|| version.docs.take());
        }
        if let Some(RemoteScore::Champion(_, known) | RemoteScore::Unchampioned(known)) =
            trees.get_mut(&id).map(|sides| &mut sides.remote)
        {
            *known = list;
        }
    }
    Ok(())
}

/// Whole histories: many short ones with a few requests, long ones page by page. Without the dashboard none is known.
async fn histories(session: &Session, scores: Vec<ScoreId>) -> Result<Vec<(ScoreId, Vec<VersionMeta>)>, Halt> {
    let Some(remote) = session.remote.clone() else {
        return Ok(scores.into_iter().map(|id| (id, Vec::new())).collect());
    };
    let mut short = if scores.len() > 1 { remote.newest(&scores, SHORT).await? } else { Histories::new() };
    let read = |id: ScoreId| {
        let (remote, known) = (Arc::clone(&remote), short.remove(&id).and_then(Result::ok));
        async move {
            match known.filter(|known| known.len() < SHORT) {
                Some(known) => Ok((id, known)),
                None => remote.history(&id).await.map(|history| (id, history)),
            }
        }
    };
    Ok(stream::iter(scores).map(read).buffered(HISTORIES_AT_ONCE).try_collect().await?)
}

/// A history with the documents that need not be read: for files that git may have brought.
fn with_what_is_known(
    session: &Session,
    id: &ScoreId,
    sides: &ScoreSides,
    history: Vec<VersionMeta>,
) -> Result<Vec<Known>, Halt> {
    let mut known: Vec<Known> = history.into_iter().map(|meta| Known { id: meta.id, parent: meta.parent, docs: None }).collect();
    let sought = sought(sides);
    let Some(synced) = sides.synced.as_ref().filter(|_| !sought.is_empty()) else { return Ok(known) };
    let mut earlier: BTreeMap<VersionId, Snapshot> = session.state.earlier_bases(id)?.into_iter().collect();
    if session.remote.is_none() {
        known.extend(earlier.keys().map(|id| Known { id: id.clone(), parent: None, docs: None }));
    }
    for version in &mut known {
        let seen = synced.docs_of(&version.id).cloned().or_else(|| earlier.remove(&version.id));
        version.docs = seen.or_else(|| sought.iter().find_map(|files| by_id(id, version, files, synced)));
    }
    Ok(known)
}

/// What may be a version: the files, if git may have brought them, then what it had before.
fn sought(sides: &ScoreSides) -> Vec<Snapshot> {
    let files = sides.local.docs().filter(|_| sides.local.from_git);
    files.into_iter().chain(sides.local.past.iter().cloned()).collect()
}

/// What `files` say, if that is what the version's id was made from. Code that they only write in another way than the base was
/// pushed as the base has it.
fn by_id(score: &ScoreId, version: &Known, files: &Snapshot, synced: &SyncedScore) -> Option<Snapshot> {
    let base = Some(&synced.docs.code).filter(|base| is_reformatted(base, &files.code));
    std::iter::once(&files.code).chain(base).find_map(|code| by_id_with(score, version, code, files, synced))
}

fn by_id_with(score: &ScoreId, version: &Known, code: &Content, files: &Snapshot, synced: &SyncedScore) -> Option<Snapshot> {
    let sent = |content: &Content| content.text.as_deref().map(|text| outgoing(content.kind, text).into_owned());
    let text = sent(code)?;
    let with = [files.guidelines.as_ref(), synced.docs.guidelines.as_ref()].into_iter().flatten();
    let tried = with.map(Some).chain([None]).find(|content| {
        let guidelines = content.map(sent);
        // A text that was not read cannot be tried.
        let is_it =
            |guidelines| NewVersion::new(score.clone(), version.parent.clone(), text.clone(), guidelines).id == version.id;
        guidelines.map_or_else(|| is_it(None), |guidelines| guidelines.is_some() && is_it(guidelines))
    });
    tried.map(|content| Snapshot { code: code.clone(), guidelines: content.cloned() })
}

/// Such ids are made from content, so that a version with one says something else than what its id was tried with.
fn is_made_from_content(id: &VersionId) -> bool {
    Uuid::parse_str(id.as_str()).is_ok_and(|id| id.get_version_num() == 5)
}

/// We pushed a draft, and then a third version became champion.
pub(in crate::engine) fn is_overtaken_draft(sides: &ScoreSides, synced: &SyncedScore) -> bool {
    let RemoteScore::Champion(champion, _) = &sides.remote else { return false };
    synced.is_draft() && champion.id != synced.base && Some(&champion.id) != synced.champion.as_ref()
}

fn needs_history(sides: &ScoreSides) -> bool {
    match (&sides.synced, &sides.remote) {
        (Some(synced), _) => {
            let may_have_moved = sides.local.from_git && !is_champion(sides, synced) || !sides.local.past.is_empty();
            may_have_moved || is_overtaken_draft(sides, synced)
        }
        (None, RemoteScore::Unchampioned(_)) => sides.local.code != LocalDoc::Absent,
        (None, RemoteScore::Champion(Champion { docs: Some(docs), .. }, _)) => {
            sides.local.code.file().is_some() && sides.local.changes_from(docs).any()
        }
        _ => false,
    }
}

/// The files are the champion; nothing older can be meant.
fn is_champion(sides: &ScoreSides, synced: &SyncedScore) -> bool {
    let RemoteScore::Champion(champion, _) = &sides.remote else { return false };
    let docs = champion.docs.as_ref().or_else(|| synced.docs_of(&champion.id));
    docs.is_some_and(|docs| !sides.local.changes_from(docs).any())
}

/// For a score without base every version's, because each may be the base; for one that has a base, what can still be the
/// version that git brought, and the common ancestor of the draft that it is and the champion.
fn contents_wanted(sides: &ScoreSides, known: &[Known]) -> Vec<VersionId> {
    let champion = if let RemoteScore::Champion(champion, _) = &sides.remote { Some(&champion.id) } else { None };
    let Some(synced) = &sides.synced else {
        return known.iter().map(|version| version.id.clone()).filter(|id| Some(id) != champion).collect();
    };
    let mut wanted = Vec::new();
    let mut base = &synced.base;
    let sought = sought(sides);
    if !sought.is_empty() {
        let is_it = |files: &Snapshot, version: &Known| {
            version.docs.as_ref().is_some_and(|docs| !docs.changes_to(files).any() || files.says_the_same(docs))
        };
        match sought.iter().find_map(|files| known.iter().find(|version| is_it(files, version))) {
            Some(version) => base = &version.id,
            None => wanted.extend(known.iter().filter(|version| may_be(&sought, version)).map(|version| version.id.clone())),
        }
    }
    let ancestor = champion.and_then(|champion| nearest_common_ancestor(known, base, champion));
    let is_known = |id: &VersionId| synced.docs_of(id).is_some() || Some(id) == champion;
    wanted.extend(ancestor.filter(|id| !is_known(id) && !wanted.contains(id)).cloned().into_iter().collect::<Vec<_>>());
    wanted
}

/// Nothing is known of the version that says that the files are another one.
fn may_be(sought: &[Snapshot], version: &Known) -> bool {
    let all_tried = is_made_from_content(&version.id) && sought.iter().all(|files| files.guidelines.is_some());
    version.docs.is_none() && !all_tried
}
