//! What has to be read of a score's past so that planning finds the base of its files. Decides nothing.
//!
//! Three kinds of score need it: without a base; with a draft that another champion overtook; and with files that git may
//! have brought, because they differ from the base and git has them exactly as they are, or has something else than the base
//! under their edits. For the last kind the versions that the state knows are tried first, then the ids of our own versions,
//! which are made from their content; contents are read only of what is left, and not at all once a version is found.

use super::observe::local_changes;
use super::report::Halt;
use super::session::Session;
use crate::git::{COMMITS, GitError, PastTexts, Repository};
use crate::model::{
    Champion, Content, DocKind, Known, LocalDoc, NewVersion, RelPath, RemoteScore, ScoreId, ScoreSides, Snapshot, SyncedScore,
    Trees, VersionId, VersionMeta, outgoing,
};
use crate::plan::nearest_common_ancestor;
use crate::remote::Histories;
use crate::state::{Backup, RunKind};
use futures_util::{StreamExt, TryStreamExt, stream};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use uuid::Uuid;

/// Histories read at the same time.
const HISTORIES_AT_ONCE: usize = 6;
/// Commits in which the version under edits is looked for.
const COMMITS_UNDER_EDITS: usize = 100;
/// Versions up to which histories are read together.
const SHORT: usize = 50;

impl Session {
    /// Marks the scores whose files git may have brought; all of them where they are those of a commit. A git that cannot
    /// be asked leaves them what they are without it: edits.
    pub(super) fn look_into_git(&self, trees: &mut Trees, committed: bool) -> Result<(), Halt> {
        if committed {
            trees.values_mut().filter(|sides| differs(sides)).for_each(|sides| sides.local.from_git = true);
            return Ok(());
        }
        let differing: Vec<ScoreId> = trees.iter().filter(|(_, sides)| differs(sides)).map(|(id, _)| id.clone()).collect();
        let Some(program) = self.git.clone().filter(|_| !differing.is_empty()) else { return Ok(()) };
        let Some(repository) = Repository::discover(self.workspace.root(), program).ok().flatten() else { return Ok(()) };
        let brought = as_staged(&repository, trees, &differing).unwrap_or_default();
        let kept = if brought.is_empty() { Vec::new() } else { self.state.backups()? };
        for id in &brought {
            if let Some(sides) = trees.get_mut(id) {
                let is_meant = changed_files(sides).any(|(path, doc)| is_restored(&path, doc, &kept));
                sides.local.from_git = !is_meant;
            }
        }
        let edited = differing.into_iter().filter(|id| !brought.contains(id)).collect();
        // What cannot be read leaves the score what it is without git.
        look_under_edits(&repository, trees, edited).or(Ok(()))
    }

    /// Earlier versions of the scores whose base has to be found.
    pub(super) async fn read_histories(&mut self, trees: &mut Trees) -> Result<(), Halt> {
        let wanted: Vec<ScoreId> = trees.iter().filter(|(_, sides)| needs_history(sides)).map(|(id, _)| id.clone()).collect();
        let mut known: BTreeMap<ScoreId, Vec<Known>> = BTreeMap::new();
        for (id, history) in self.histories(wanted).await? {
            known.insert(id.clone(), self.with_what_is_known(&id, &trees[&id], history)?);
        }
        let wanted = known.iter().flat_map(|(id, list)| contents_wanted(&trees[id], list)).collect::<Vec<_>>();
        let mut reads = self.read_versions(&wanted).await?;
        for (id, mut list) in known {
            for version in &mut list {
                let read = || reads.remove(&version.id).and_then(Result::ok).map(|version| version.docs);
                version.docs = version.docs.take().or_else(read);
            }
            if let Some(RemoteScore::Champion(_, known) | RemoteScore::Unchampioned(known)) =
                trees.get_mut(&id).map(|sides| &mut sides.remote)
            {
                *known = list;
            }
        }
        Ok(())
    }

    /// What git had before, for scores that have no base and whose files equal no version. Without git they stay unknown.
    pub(super) fn read_past(&self, trees: &mut Trees) {
        let unknown: Vec<ScoreId> = trees.iter().filter(|(_, sides)| is_unknown(sides)).map(|(id, _)| id.clone()).collect();
        let Some(program) = self.git.clone().filter(|_| !unknown.is_empty()) else { return };
        let repository = Repository::discover(self.workspace.root(), program).ok().flatten();
        let past = repository.and_then(|repository| past_of(&repository, trees, &unknown, COMMITS).ok()).unwrap_or_default();
        for (id, past) in unknown.iter().zip(past) {
            if let Some(sides) = trees.get_mut(id) {
                sides.local.past = past;
            }
        }
    }

    /// Whole histories: many short ones with a few requests, long ones page by page. Without the dashboard none is known.
    async fn histories(&self, scores: Vec<ScoreId>) -> Result<Vec<(ScoreId, Vec<VersionMeta>)>, Halt> {
        let Some(remote) = self.remote.clone() else {
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
    fn with_what_is_known(&self, id: &ScoreId, sides: &ScoreSides, history: Vec<VersionMeta>) -> Result<Vec<Known>, Halt> {
        let mut known: Vec<Known> =
            history.into_iter().map(|meta| Known { id: meta.id, parent: meta.parent, docs: None }).collect();
        let sought = sought(sides);
        let Some(synced) = sides.synced.as_ref().filter(|_| !sought.is_empty()) else { return Ok(known) };
        let mut earlier: BTreeMap<VersionId, Snapshot> = self.state.earlier_bases(id)?.into_iter().collect();
        if self.remote.is_none() {
            known.extend(earlier.keys().map(|id| Known { id: id.clone(), parent: None, docs: None }));
        }
        for version in &mut known {
            let seen = synced.docs_of(&version.id).cloned().or_else(|| earlier.remove(&version.id));
            version.docs = seen.or_else(|| sought.iter().find_map(|files| by_id(id, version, files, synced)));
        }
        Ok(known)
    }
}

/// The scores all of whose changed files are as the index has them.
fn as_staged(repository: &Repository, trees: &Trees, scores: &[ScoreId]) -> Result<BTreeSet<ScoreId>, GitError> {
    let (mut files, mut owners) = (Vec::new(), Vec::new());
    for id in scores {
        for (path, doc) in changed_files(&trees[id]) {
            let text = doc.file().and_then(|file| file.content.text.as_deref());
            files.push((path, text.unwrap_or_default()));
            owners.push(id);
        }
    }
    let mut whole: BTreeMap<&ScoreId, bool> = BTreeMap::new();
    for (id, same) in owners.into_iter().zip(repository.has_staged(&files)?) {
        *whole.entry(id).or_insert(true) &= same;
    }
    Ok(whole.into_iter().filter(|(_, whole)| *whole).map(|(id, _)| id.clone()).collect())
}

/// What git had under the edits of scores, back to the base. HEAD mostly has the base, and nothing more is read then.
fn look_under_edits(repository: &Repository, trees: &mut Trees, mut edited: Vec<ScoreId>) -> Result<(), GitError> {
    let heads = past_of(repository, trees, &edited, 1)?;
    let mut heads = heads.iter();
    edited.retain(|id| heads.next().is_some_and(|head| head.first().is_some_and(|head| !is_base(&trees[id], head))));
    let past = past_of(repository, trees, &edited, COMMITS_UNDER_EDITS)?;
    for (id, past) in edited.iter().zip(past) {
        let until_base = |sides: &ScoreSides| past.into_iter().take_while(|past| !is_base(sides, past)).collect();
        if let Some(sides) = trees.get_mut(id) {
            sides.local.past = until_base(sides);
        }
    }
    Ok(())
}

fn is_base(sides: &ScoreSides, files: &Snapshot) -> bool {
    sides.synced.as_ref().is_some_and(|synced| !synced.docs.changes_to(files).any())
}

fn past_of(repository: &Repository, trees: &Trees, scores: &[ScoreId], commits: usize) -> Result<Vec<Vec<Snapshot>>, GitError> {
    let groups: Vec<Vec<RelPath>> =
        scores.iter().map(|id| vec![trees[id].paths.code.clone(), trees[id].paths.guidelines.clone()]).collect();
    let past = repository.history_of(&groups, commits)?;
    Ok(past.into_iter().map(|past| past.into_iter().filter_map(snapshot).collect()).collect())
}

/// What may be a version: the files that git may have brought, else what it had under their edits.
fn sought(sides: &ScoreSides) -> Vec<Snapshot> {
    let content = |doc: &LocalDoc| doc.file().map(|file| file.content.clone());
    if !sides.local.from_git {
        return sides.local.past.clone();
    }
    let files = content(&sides.local.code).map(|code| Snapshot { code, guidelines: content(&sides.local.guidelines) });
    files.into_iter().collect()
}

/// No base, and files that are no version.
fn is_unknown(sides: &ScoreSides) -> bool {
    let is_new = sides.synced.is_none() && sides.local.code.file().is_some();
    let (champion, known) = match &sides.remote {
        RemoteScore::Champion(champion, known) => (champion.docs.as_ref(), known),
        RemoteScore::Unchampioned(known) => (None, known),
        RemoteScore::Gone | RemoteScore::Broken(_) => return false,
    };
    let mut versions = champion.into_iter().chain(known.iter().filter_map(|version| version.docs.as_ref()));
    is_new && !versions.any(|docs| !local_changes(&sides.local, docs).any())
}

/// Both files of a commit, if the code is one of them and both are texts.
fn snapshot(files: PastTexts) -> Option<Snapshot> {
    let mut texts = files.into_iter().map(|bytes| bytes.map(String::from_utf8).transpose());
    let (code, guidelines) = (texts.next()?.ok()??, texts.next()?.ok()?);
    let guidelines = guidelines.map(|text| Content::of(DocKind::Guidelines, text));
    Some(Snapshot { code: Content::of(DocKind::Code, code), guidelines })
}

/// A synced score with a code file that says something else than its base.
fn differs(sides: &ScoreSides) -> bool {
    let is_there = sides.local.code.file().is_some();
    is_there && sides.synced.as_ref().is_some_and(|synced| local_changes(&sides.local, &synced.docs).any())
}

/// The files that differ from the base.
fn changed_files(sides: &ScoreSides) -> impl Iterator<Item = (RelPath, &LocalDoc)> {
    let changes = sides.synced.as_ref().map(|synced| local_changes(&sides.local, &synced.docs)).unwrap_or_default();
    let paths = sides.local.found_at.as_ref().unwrap_or(&sides.paths);
    let (code, guidelines) = ((paths.code.clone(), &sides.local.code), (paths.guidelines.clone(), &sides.local.guidelines));
    [(changes.code, code), (changes.guidelines, guidelines)].into_iter().filter_map(|(changed, file)| changed.then_some(file))
}

/// The file is what a `restore` left there last: somebody wants it so.
fn is_restored(path: &RelPath, doc: &LocalDoc, kept: &[Backup]) -> bool {
    let last = kept.iter().find(|entry| entry.replaced.path == *path);
    last.is_some_and(|last| last.run.kind == RunKind::Restore && last.replaced.after == doc.file().map(|file| file.raw))
}

/// What `files` say, if that is what the version's id was made from.
fn by_id(score: &ScoreId, version: &Known, files: &Snapshot, synced: &SyncedScore) -> Option<Snapshot> {
    let code = &files.code;
    let sent = |kind, content: &Content| content.text.as_deref().map(|text| outgoing(kind, text).into_owned());
    let text = sent(DocKind::Code, code)?;
    let with = [files.guidelines.as_ref(), synced.docs.guidelines.as_ref()].into_iter().flatten();
    let tried = with.map(Some).chain([None]).find(|content| {
        let guidelines = content.map(|content| sent(DocKind::Guidelines, content));
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
pub(super) fn is_overtaken_draft(sides: &ScoreSides, synced: &SyncedScore) -> bool {
    let RemoteScore::Champion(champion, _) = &sides.remote else { return false };
    let is_draft = synced.champion.as_ref() != Some(&synced.base);
    is_draft && champion.id != synced.base && Some(&champion.id) != synced.champion.as_ref()
}

fn needs_history(sides: &ScoreSides) -> bool {
    match (&sides.synced, &sides.remote) {
        (Some(synced), _) => {
            let may_have_moved = sides.local.from_git && !is_champion(sides, synced) || !sides.local.past.is_empty();
            may_have_moved || is_overtaken_draft(sides, synced)
        }
        (None, RemoteScore::Unchampioned(_)) => sides.local.code != LocalDoc::Absent,
        (None, RemoteScore::Champion(Champion { docs: Some(docs), .. }, _)) => {
            sides.local.code.file().is_some() && local_changes(&sides.local, docs).any()
        }
        _ => false,
    }
}

/// The files are the champion; nothing older can be meant.
fn is_champion(sides: &ScoreSides, synced: &SyncedScore) -> bool {
    let RemoteScore::Champion(champion, _) = &sides.remote else { return false };
    let docs = champion.docs.as_ref().or_else(|| synced.docs_of(&champion.id));
    docs.is_some_and(|docs| !local_changes(&sides.local, docs).any())
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
        let is_it = |files: &Snapshot, version: &Known| version.docs.as_ref().is_some_and(|docs| !docs.changes_to(files).any());
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
