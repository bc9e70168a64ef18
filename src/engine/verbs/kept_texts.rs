//! Whose the texts are that commands replaced, wherever the files were then and wherever they are now: names change hands in
//! Plexus, and files move with them, by a pull or, where a teammate pulled, by git.

use crate::engine::error::Halt;
use crate::engine::observe::trees::observe;
use crate::engine::observe::types::{CatalogSource, Depth, ObserveRequest};
use crate::engine::select::{Selector, Targets};
use crate::engine::session::Session;
use crate::engine::verbs::locate::locate;
use crate::model::{
    Content, Digest, DocKind, Layout, RelPath, ScoreId, ScorePaths, SyncedScore, VersionId, code_of, document_at,
};
use crate::state::{Backup, RunId};
use std::collections::{BTreeMap, BTreeSet, HashMap};

/// The scores that were synced, and where their files are.
#[derive(Default)]
pub(super) struct Owners {
    synced: BTreeMap<ScoreId, SyncedScore>,
    /// Where those have files that are not synced and were renamed.
    unsynced: BTreeMap<ScoreId, ScorePaths>,
    /// Where the files of those are that are not where Synced says; none where they have no place.
    elsewhere: BTreeMap<ScoreId, Option<ScorePaths>>,
    /// The same by file.
    by_file: HashMap<RelPath, (ScoreId, DocKind)>,
}

impl Owners {
    /// Looks where the files are, if Synced may not know that.
    ///
    /// # Errors
    /// The state or the root cannot be read.
    pub async fn now(session: &mut Session) -> Result<Self, Halt> {
        let (layout, synced) = (Layout::of(&session.state.catalog()?), session.state.synced()?);
        let unsynced = session.state.unsynced_places()?;
        let is_renamed =
            |(id, synced): (&ScoreId, &SyncedScore)| layout.paths.get(id).is_some_and(|paths| *paths != synced.paths);
        let elsewhere = if synced.iter().any(is_renamed) { elsewhere(session, &layout, &synced).await? } else { BTreeMap::new() };
        let mut owners = Self { synced, unsynced, elsewhere, by_file: HashMap::new() };
        // A score that is gone may have had its files where another one has them.
        let (here, gone): (Vec<_>, Vec<_>) = owners.synced.keys().partition(|id| layout.paths.contains_key(*id));
        let files = gone.into_iter().chain(here).filter_map(|id| Some((id, owners.paths(id)?)));
        let files = files.flat_map(|(id, paths)| paths.documents().map(move |(kind, path)| (path.clone(), (id.clone(), kind))));
        owners.by_file = files.collect();
        Ok(owners)
    }

    /// Where the files of a score are, or were, if that is recorded; none where another one has that place.
    pub fn paths(&self, id: &ScoreId) -> Option<&ScorePaths> {
        match self.elsewhere.get(id) {
            Some(paths) => paths.as_ref(),
            None => self.synced.get(id).map(|synced| &synced.paths).or_else(|| self.unsynced.get(id)),
        }
    }

    /// All files that scores were synced with, where they are now.
    pub fn files(&self) -> impl Iterator<Item = &RelPath> {
        self.by_file.keys()
    }

    /// The base of the score that a file is of, if the file differs from it.
    pub fn base_of_edits(&self, path: &RelPath, now: Option<&[u8]>) -> Option<VersionId> {
        let (id, kind) = self.by_file.get(path)?;
        let synced = &self.synced[id];
        let now = now.and_then(|bytes| std::str::from_utf8(bytes).ok()).map(|text| Content::of(*kind, text));
        (now.as_ref() != synced.docs.get(*kind)).then(|| synced.base.clone())
    }
}

/// The scores whose files came to where their names say without a pull, and those that had theirs there.
async fn elsewhere(
    session: &mut Session,
    layout: &Layout,
    synced: &BTreeMap<ScoreId, SyncedScore>,
) -> Result<BTreeMap<ScoreId, Option<ScorePaths>>, Halt> {
    let all = Targets::default();
    let request = ObserveRequest::of(&all, Depth::Ids).with_catalog(CatalogSource::Recorded);
    let arrivals: BTreeMap<ScoreId, ScorePaths> = observe(session, request).await?.arrivals.into_iter().collect();
    let taken: BTreeSet<&RelPath> = arrivals.values().map(|paths| &paths.code).collect();
    let is_free = |paths: &&ScorePaths| !taken.contains(&paths.code);
    let replaced = synced.iter().filter(|(id, synced)| !arrivals.contains_key(*id) && !is_free(&&synced.paths));
    let replaced =
        replaced.map(|(id, _)| (id.clone(), layout.paths.get(id).filter(is_free).cloned())).collect::<BTreeMap<_, _>>();
    Ok(arrivals.into_iter().map(|(id, paths)| (id, Some(paths))).chain(replaced).collect())
}

/// What was replaced under a number, and the file where its score has that document now.
///
/// # Errors
/// Nothing is kept under the number; the state cannot be read.
pub(super) fn entry_text(session: &Session, owners: &Owners, number: i64) -> Result<(RelPath, Option<Vec<u8>>), Halt> {
    let kept = session.state.backups()?;
    let entry = kept.iter().find(|entry| entry.replaced.id == number).ok_or(Halt::NotKept(number))?;
    let bytes = entry.replaced.before.map(|digest| session.state.backup_bytes(&digest)).transpose()?.flatten();
    let owner = owner_then(session, owners, entry, &kept)?;
    let path = owner.and_then(|(id, kind)| Some(owners.paths(&id)?.get(kind).clone()));
    Ok((path.unwrap_or_else(|| entry.replaced.path.clone()), bytes))
}

/// Whose file a text was when it was replaced, and which document.
fn owner_then(session: &Session, owners: &Owners, entry: &Backup, kept: &[Backup]) -> Result<Option<(ScoreId, DocKind)>, Halt> {
    let path = &entry.replaced.path;
    let Some((kind, code)) = document_at(path).zip(code_of(path)) else { return Ok(None) };
    let once = session.state.once_at(&code)?.into_iter().map(|(id, _)| id);
    let now = owners.synced.iter().filter(|(_, synced)| synced.paths.code == code).map(|(id, _)| id.clone());
    for id in once.chain(now) {
        let places = session.state.earlier_places(&id)?;
        let recorded = owners.synced.get(&id).map(|synced| &synced.paths);
        if place_then(&places, entry, kept, recorded).is_some_and(|paths| paths.code == code) {
            return Ok(Some((id, kind)));
        }
    }
    Ok(None)
}

/// Where a score had its files when something was replaced. Files move first in a run, so that what it replaces in a place for the
/// second time is that of who came there.
fn place_then<'p>(
    places: &'p [(RunId, Option<ScorePaths>)],
    entry: &Backup,
    kept: &[Backup],
    recorded: Option<&'p ScorePaths>,
) -> Option<&'p ScorePaths> {
    let (run, replaced) = (entry.run.id, &entry.replaced);
    let is_before =
        |other: &Backup| other.run.id == run && other.replaced.path == replaced.path && other.replaced.id < replaced.id;
    let is_second = kept.iter().any(is_before);
    place_at(places, if is_second { RunId(run.0 + 1) } else { run }, recorded)
}

/// Where a score had its files before a run, from where it had them before each and what is recorded now; none where the score
/// was not known.
fn place_at<'p>(
    places: &'p [(RunId, Option<ScorePaths>)],
    run: RunId,
    recorded: Option<&'p ScorePaths>,
) -> Option<&'p ScorePaths> {
    places.iter().find(|(changed, _)| *changed >= run).map_or(recorded, |(_, before)| before.as_ref())
}

/// What is to come where a file is gone, or where it is to be as it was: its base, or the newest text that was replaced and is
/// another one than now.
///
/// # Errors
/// The state cannot be read.
pub(super) fn last_text(session: &Session, owners: &Owners, path: &RelPath, kept: &[Backup]) -> Result<Option<Vec<u8>>, Halt> {
    let now = session.workspace.bytes_now(path).ok().flatten();
    let owner = owners.by_file.get(path);
    if let (None, Some((id, kind))) = (&now, owner)
        && let Some(text) = base_text(session, id, *kind)?
    {
        return Ok(Some(text.into_bytes()));
    }
    let now = now.as_ref().map(Digest::of);
    let of_file = match owner {
        Some((id, kind)) => replaced_of(session, path, (&owners.synced[id], id, *kind), kept)?,
        None => replaced_at(session, path, kept)?,
    };
    let mut earlier = of_file.into_iter().filter_map(|entry| entry.replaced.before);
    match earlier.find(|before| Some(*before) != now) {
        Some(digest) => Ok(session.state.backup_bytes(&digest)?),
        None => Ok(None),
    }
}

/// What the base of a score says.
fn base_text(session: &Session, id: &ScoreId, kind: DocKind) -> Result<Option<String>, Halt> {
    let Some(full) = session.state.with_texts(id)? else { return Ok(None) };
    let text = full.docs.get(kind).and_then(|content| content.text.as_deref());
    Ok(text.filter(|text| !is_no_file(kind, text)).map(str::to_owned))
}

/// Guidelines that there are none of, which have no file of their own.
pub(super) fn is_no_file(kind: DocKind, text: &str) -> bool {
    kind == DocKind::Guidelines && text.is_empty()
}

/// What was replaced in a place that no score has files in: of a new score that belongs there nothing that was another's.
fn replaced_at<'k>(session: &Session, path: &RelPath, kept: &'k [Backup]) -> Result<Vec<&'k Backup>, Halt> {
    let mut replaced: Vec<&Backup> = kept.iter().filter(|entry| entry.replaced.path == *path).collect();
    if replaced.is_empty() {
        return Ok(replaced);
    }
    let file = Targets { selectors: vec![Selector::Path(path.clone())], ..Targets::default() };
    // Where no score belongs nobody is there to be mistaken for another.
    for score in locate(session, &file).unwrap_or_default() {
        let last = last_of_another(session, path, &score.id)?;
        replaced.retain(|entry| last.is_none_or(|last| last < entry.run.id));
    }
    Ok(replaced)
}

/// What was replaced of a score's document, wherever it was then. What another score had in this place is not its own.
fn replaced_of<'k>(
    session: &Session,
    path: &RelPath,
    (synced, id, kind): (&SyncedScore, &ScoreId, DocKind),
    kept: &'k [Backup],
) -> Result<Vec<&'k Backup>, Halt> {
    let (places, last) = (session.state.earlier_places(id)?, last_of_another(session, path, id)?);
    let is_own = |entry: &&Backup| {
        let (run, file) = (entry.run.id, &entry.replaced.path);
        match place_then(&places, entry, kept, Some(&synced.paths)) {
            Some(paths) => paths.documents().any(|document| document == (kind, file)),
            // A person's file may have been there.
            None => file == path && last.is_none_or(|last| last < run),
        }
    };
    Ok(kept.iter().filter(is_own).collect())
}

/// The last run before which another score had a document there.
fn last_of_another(session: &Session, path: &RelPath, id: &ScoreId) -> Result<Option<RunId>, Halt> {
    let Some(code) = document_at(path).and_then(|_| code_of(path)) else { return Ok(None) };
    let once = session.state.once_at(&code)?;
    Ok(once.into_iter().find(|(other, _)| other != id).map(|(_, run)| run))
}
