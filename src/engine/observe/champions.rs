//! The champions of the selected scores, with their documents where planning needs them.

use crate::engine::error::Halt;
use crate::engine::observe::first_pulls::FirstPulls;
use crate::engine::observe::types::{ChampionMetas, Depth};
use crate::engine::observe::versions::read_versions;
use crate::engine::session::Session;
use crate::model::{
    BrokenScore, Catalog, Champion, Content, RemoteScore, Score, ScoreId, ScoreSides, SyncKind, Trees, Version, VersionId,
};
use crate::remote::{Reads, RemoteError};
use std::collections::BTreeMap;

/// Fills in the champions of `trees`, or of one score the version that is `taken` for it, and the contents of those that
/// planning needs; gives the versions that were read.
pub(in crate::engine) async fn read_champions(
    session: &mut Session,
    catalog: &Catalog,
    trees: &mut Trees,
    depth: Depth,
    taken: Option<(ScoreId, VersionId)>,
) -> Result<ChampionMetas, Halt> {
    let mut wanted = Vec::new();
    for score in &catalog.scores {
        let Some(sides) = trees.get_mut(&score.id) else { continue };
        let taken = taken.as_ref().filter(|(id, _)| *id == score.id).map(|(_, version)| version.clone());
        sides.remote = match taken.or_else(|| champion_of(session, score, sides)) {
            None => RemoteScore::Unchampioned(Vec::new()),
            Some(id) => {
                if must_read(session, &id, sides, depth) {
                    wanted.push(id.clone());
                }
                RemoteScore::Champion(Champion::new(id, None), Vec::new())
            }
        };
    }
    let reads = read_versions(session, &wanted).await?;
    let mut metas = ChampionMetas::new();
    take_in(trees, &reads, &mut metas);
    Ok(metas)
}

/// What the champions of scores say in their code that are not synced: of all scores or, where these are more than `most`, of those
/// that were asked for; nothing where these are more, too.
pub(in crate::engine) async fn read_unpulled(
    session: &Session,
    trees: &Trees,
    apart: &FirstPulls,
    most: usize,
) -> Result<BTreeMap<ScoreId, Content>, Halt> {
    let is_read = |id: &ScoreId| trees.get(id).and_then(ScoreSides::champion).is_some_and(|champion| champion.docs.is_some());
    let is_wanted = |id: &ScoreId| SyncKind::of(id) == SyncKind::Score && !is_read(id);
    let all = session.state.unsynced_champions(most + 1)?;
    let wanted: Vec<VersionId> = if all.len() <= most {
        all.into_iter().filter(|(id, _)| is_wanted(id)).map(|(_, champion)| champion).collect()
    } else {
        let asked = trees.iter().filter(|(id, sides)| sides.synced.is_none() && is_wanted(id));
        let champions = asked.filter_map(|(_, sides)| Some(sides.champion()?.id.clone()));
        champions.chain(apart.champions().cloned()).take(most + 1).collect()
    };
    if wanted.len() > most {
        return Ok(BTreeMap::new());
    }
    let reads = read_versions(session, &wanted).await?.into_values().filter_map(Result::ok);
    Ok(reads.map(|version| (version.meta.score_id, version.docs.code)).collect())
}

/// Fills in the contents of champions that were read.
pub(in crate::engine) fn take_in(trees: &mut Trees, reads: &Reads, metas: &mut ChampionMetas) {
    for (score, sides) in trees.iter_mut() {
        if let RemoteScore::Champion(champion, _) = &mut sides.remote
            && let Some(read) = reads.get(&champion.id)
        {
            match belongs_to(score, &champion.id, read) {
                Ok(version) => {
                    metas.insert(score.clone(), version.meta.clone());
                    champion.docs = Some(version.docs.clone());
                }
                Err(why) => sides.remote = RemoteScore::Broken(why),
            }
        }
    }
}

/// Offline, a champion that conflicts was read when the conflict was found.
pub(in crate::engine) fn see_stored<'a>(
    session: &Session,
    conflicts: impl Iterator<Item = &'a ScoreId>,
    trees: &mut Trees,
) -> Result<(), Halt> {
    for id in conflicts.filter(|_| session.remote.is_none()) {
        if let (Some(sides), Some(stored)) = (trees.get_mut(id), session.state.conflict(id)?) {
            let (id, docs) = stored.theirs;
            sides.remote = RemoteScore::Champion(Champion::new(id, Some(docs)), Vec::new());
        }
    }
    Ok(())
}

/// Offline a champion that was seen but never read is unknown: the score stands as at its last sync.
fn champion_of(session: &Session, score: &Score, sides: &ScoreSides) -> Option<VersionId> {
    match &sides.synced {
        Some(synced) if session.remote.is_none() => synced.champion.clone(),
        _ => score.champion.clone(),
    }
}

fn must_read(session: &Session, champion: &VersionId, sides: &ScoreSides, depth: Depth) -> bool {
    let known =
        sides.synced.as_ref().is_some_and(|synced| synced.base == *champion || synced.champion.as_ref() == Some(champion));
    // What is to go where another file lies takes part in a plan with that.
    let is_alone = sides.local.is_absent() && sides.local.in_the_way.is_empty();
    let only_to_be_pulled = sides.synced.is_none() && is_alone && depth == Depth::Standings;
    session.remote.is_some() && depth != Depth::Ids && !known && !only_to_be_pulled
}

/// The champion that was read, if it is a version of its score.
pub(in crate::engine) fn belongs_to<'a>(
    score: &ScoreId,
    champion: &VersionId,
    read: &'a Result<Version, RemoteError>,
) -> Result<&'a Version, BrokenScore> {
    let version = read.as_ref().map_err(|error| match error {
        RemoteError::Missing(_) => BrokenScore::LostChampion(champion.clone()),
        // These name the version themselves.
        RemoteError::Protocol(why) | RemoteError::Rejected { error_type: None, message: why } => {
            BrokenScore::Champion { id: None, why: why.clone() }
        }
        error => BrokenScore::Champion { id: Some(champion.clone()), why: error.to_string() },
    })?;
    let owner = &version.meta.score_id;
    if owner == score { Ok(version) } else { Err(BrokenScore::ForeignChampion { id: champion.clone(), owner: owner.clone() }) }
}
