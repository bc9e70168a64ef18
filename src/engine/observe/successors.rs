//! Versions that may already say what is about to be pushed: another tool may have pushed the very files. Decides nothing.

use crate::engine::error::Halt;
use crate::engine::observe::types::Pushed;
use crate::engine::observe::versions::read_versions;
use crate::engine::session::Session;
use crate::model::{Known, RemoteScore, ScoreId, ScoreSides, Snapshot, Trees, VersionId};
use crate::plan::successors;
use std::collections::BTreeMap;

/// How many of the newest versions are looked at. Whoever pushes the same files does it around the same time.
const NEWEST: usize = 10;

/// Reads what was made from the base of each score to be pushed: one request for many scores, and the contents of what is found.
pub(in crate::engine) async fn read_successors(session: &mut Session, trees: &mut Trees, pushed: Pushed) -> Result<(), Halt> {
    let Some(remote) = session.remote.clone() else { return Ok(()) };
    let edited: Vec<ScoreId> = trees.iter().filter(|(_, sides)| is_pushed(sides, pushed)).map(|(id, _)| id.clone()).collect();
    if edited.is_empty() {
        return Ok(());
    }
    let newest = remote.newest(&edited, NEWEST).await?;
    let found: BTreeMap<ScoreId, Vec<Known>> = newest
        .into_iter()
        // A score whose versions cannot be listed is pushed without looking.
        .filter_map(|(id, versions)| Some((id, versions.ok()?)))
        .map(|(id, versions)| {
            let known: Vec<Known> =
                versions.into_iter().map(|meta| Known { id: meta.id, parent: meta.parent, docs: None }).collect();
            let made: Vec<Known> =
                trees[&id].synced.iter().flat_map(|synced| successors(&known, &synced.base)).cloned().collect();
            (id, made)
        })
        .collect();
    let wanted: Vec<VersionId> = found.values().flatten().map(|version| version.id.clone()).collect();
    let mut reads = read_versions(session, &wanted).await?;
    for (id, made) in found {
        let Some(RemoteScore::Champion(_, known) | RemoteScore::Unchampioned(known)) =
            trees.get_mut(&id).map(|sides| &mut sides.remote)
        else {
            continue;
        };
        known.retain(|version| made.iter().all(|made| made.id != version.id));
        let made = made.into_iter().map(|version| {
            let docs = reads.remove(&version.id).and_then(Result::ok).map(|read| read.docs);
            Known { docs, ..version }
        });
        known.splice(0..0, made);
    }
    Ok(())
}

fn is_pushed(sides: &ScoreSides, pushed: Pushed) -> bool {
    let changes = |base: &Snapshot| match pushed {
        Pushed::Edits => sides.local.edits_of(base),
        Pushed::Differences => sides.local.changes_from(base),
    };
    sides.synced.as_ref().is_some_and(|synced| changes(&synced.docs).any())
}
