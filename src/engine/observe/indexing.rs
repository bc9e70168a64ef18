//! Keeps what an observation saw of files and folders as the tree index, so that the next one looks only at what moved.

use crate::engine::error::Halt;
use crate::engine::observe::starting_point::{Compared, LookedAt, Rest, standalone_folders};
use crate::engine::observe::types::Observation;
use crate::engine::session::Session;
use crate::model::{
    Calm, FileStat, IndexBytes, IndexedFolder, IndexedScore, LocalDoc, RelPath, ScoreId, ScorePaths, ScoreSides, SyncedScore,
    TreeIndex, VersionId,
};
use crate::workspace::Workspace;
use std::collections::{BTreeMap, HashMap};

/// Folders that are listed anew each time before a new index is worth its writing.
const MOST_RELISTED: usize = 8;
/// The same for edited scores of which the old one does not tell that they are, and have nothing more to tell.
const MOST_EDITED: usize = 8;
/// The same for scores that are looked at again and are calm, and for their part of all: one in so many.
const MOST_STIRRED: usize = 64;
const STIRRED_PART: usize = 50;

/// Makes a new index of everything where all was looked at, or where the old one has come to cost more than it need.
/// `calm` says of which scores there is nothing to be done.
pub(in crate::engine) fn keep_index(
    session: &mut Session,
    observation: &Observation,
    calm: impl Fn(&ScoreId) -> Option<Calm>,
) -> Result<(), Halt> {
    let index = match &observation.rest {
        Some(Rest { at: LookedAt::Whole(compared), clean, empty }) => {
            let is_worn = is_worn(observation, compared, clean + empty, &calm);
            if is_worn { renewed(session, observation, compared, &calm) } else { None }
        }
        Some(_) => None,
        None => Some(whole(session, observation, &calm)).filter(|index| !is_kept(session, index)),
    };
    if let Some(index) = index {
        session.state.set_index(observation.generation, &IndexBytes::of(&index))?;
    }
    Ok(())
}

fn is_kept(session: &Session, index: &TreeIndex<'_>) -> bool {
    let recorded = session.state.recorded();
    recorded.is_ok_and(|recorded| {
        recorded.moved.is_empty() && recorded.index.is_some_and(|bytes| TreeIndex::from_bytes(&bytes).as_ref() == Some(index))
    })
}

fn is_worn(observation: &Observation, compared: &Compared, others: usize, calm: impl Fn(&ScoreId) -> Option<Calm>) -> bool {
    let is_new = |id: &&ScoreId| !compared.told_edits.contains(*id);
    let calm: Vec<Calm> = observation.trees.keys().filter(is_new).filter_map(calm).collect();
    let edited = calm.iter().filter(|calm| **calm == Calm::Edited).count();
    let all = observation.trees.len() + others;
    compared.is_first
        || edited > MOST_EDITED
        || calm.len() > MOST_STIRRED.max(all / STIRRED_PART)
        || compared.relisted > MOST_RELISTED
}

fn whole<'a>(session: &Session, observation: &'a Observation, calm: impl Fn(&ScoreId) -> Option<Calm>) -> TreeIndex<'a> {
    let mut folders: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for path in observation.trees.values().flat_map(places) {
        folders.entry(path.folder()).or_default();
    }
    let champions = champions(observation);
    let entry = |(id, sides)| entry(observation, &champions, id, sides, calm(id));
    let scores = observation.trees.iter().map(entry).collect();
    index_of(session, observation, scores, folders)
}

/// The old index with what was looked at now; none where it cannot be read.
fn renewed<'a>(
    session: &Session,
    observation: &'a Observation,
    compared: &'a Compared,
    calm: impl Fn(&ScoreId) -> Option<Calm>,
) -> Option<TreeIndex<'a>> {
    let old = TreeIndex::from_bytes(&compared.index)?;
    let mut folders: BTreeMap<&str, Vec<&str>> = old.folders.iter().map(|folder| (folder.path, Vec::new())).collect();
    for path in observation.trees.values().flat_map(places) {
        folders.entry(path.folder()).or_default();
    }
    let champions = champions(observation);
    let others = old.scores.into_iter().filter(|score| !observation.trees.contains_key(&ScoreId::from(score.id)));
    let seen = observation.trees.iter().map(|(id, sides)| entry(observation, &champions, id, sides, calm(id)));
    let scores = others.chain(seen).collect();
    Some(index_of(session, observation, scores, folders))
}

/// The index of these scores and folders, with what else was seen: strays and names. A folder that changed since the look began has
/// a stat that no folder has, and is listed by the next look.
pub(in crate::engine) fn index_of<'a>(
    session: &Session,
    observation: &'a Observation,
    scores: Vec<IndexedScore<'a>>,
    mut folders: BTreeMap<&'a str, Vec<&'a str>>,
) -> TreeIndex<'a> {
    for path in observation.unknown.iter().chain(&observation.legacy) {
        folders.entry(path.folder()).or_default().push(path.file_name());
    }
    let folder = |(path, unknown)| {
        let stat = session.workspace.folder_stat(path, observation.began);
        IndexedFolder { path, stat, unknown }
    };
    let mut index = TreeIndex {
        scores,
        folders: folders.into_iter().map(folder).collect(),
        cards: observation.layout.folders.iter().map(String::as_str).collect(),
        shared_names: observation.shared_names.clone(),
        standalone: standalone_folders(session),
        git: observation.git.mark,
    };
    index.sort();
    index
}

/// Where a score's files belong, and where they were at the last sync or are found.
fn places(sides: &ScoreSides) -> impl Iterator<Item = &RelPath> {
    let before = sides.synced.as_ref().map(|synced| &synced.paths).or(sides.local.found_at.as_ref());
    std::iter::once(&sides.paths).chain(before).flat_map(ScorePaths::files)
}

/// The champion of each score that is in the catalog.
type Champions<'a> = HashMap<&'a ScoreId, Option<&'a VersionId>>;

fn champions(observation: &Observation) -> Champions<'_> {
    observation.catalog.scores.iter().map(|score| (&score.id, score.champion.as_ref())).collect()
}

fn entry<'a>(
    observation: &Observation,
    champions: &Champions<'_>,
    id: &'a ScoreId,
    sides: &'a ScoreSides,
    calm: Option<Calm>,
) -> IndexedScore<'a> {
    let (synced, champion) = (sides.synced.as_ref(), champions.get(id));
    let is_left = |synced: &SyncedScore| synced.paths != sides.paths;
    let left = champion.is_none() || synced.map_or(sides.local.found_at.is_some(), is_left);
    // Offline, a champion that was seen and never read leaves a score clean; online it does not.
    let is_current = champion == Some(&synced.and_then(|synced| synced.champion.as_ref()));
    let stat = |doc: &LocalDoc, path: &RelPath| doc.file().map(|_| stat_of(observation, path));
    let guidelines = sides.paths.guidelines.as_ref().and_then(|path| stat(&sides.local.guidelines, path));
    IndexedScore {
        id: id.as_str(),
        code: sides.paths.code.as_str(),
        calm: calm.filter(|_| is_current && !left),
        listed: champion.is_some(),
        left,
        files: [stat(&sides.local.code, &sides.paths.code), guidelines],
    }
}

fn stat_of(observation: &Observation, path: &RelPath) -> FileStat {
    observation.files.get(path).map_or(FileStat::NEVER, Workspace::lasting_stat)
}
