//! Places that a score which is gone from Plexus left to a new one with its name, whose files git brought: a teammate pruned the
//! one and pulled the other. The state knows of the one that is gone alone, and would take the files for edits of that.

use crate::engine::error::Halt;
use crate::engine::observe::owners::likeness::{MOST_DIFFERENT, files_at};
use crate::engine::observe::owners::places::Places;
use crate::engine::observe::versions::read_versions;
use crate::engine::session::Session;
use crate::model::{Catalog, RelPath, ScoreId, ScorePaths, Snapshot, VersionId};
use crate::plan;
use crate::remote::Reads;
use crate::workspace::Scan;
use std::collections::BTreeSet;

/// The places, by their code, where what lies there is more like the new score's champion than like what the other one was.
pub(in crate::engine::observe) async fn handed_over(
    session: &Session,
    places: &Places<'_>,
    scan: &Scan,
    catalog: &Catalog,
) -> Result<BTreeSet<RelPath>, Halt> {
    let contested = places.contested(scan);
    if contested.is_empty() {
        return Ok(BTreeSet::new());
    }
    let champion = |id: &ScoreId| catalog.scores.iter().find(|score| score.id == *id)?.champion.clone();
    let asked: Vec<(VersionId, &ScoreId, &ScorePaths)> =
        contested.into_iter().filter_map(|(heir, owner, paths)| Some((champion(heir)?, owner, paths))).collect();
    let reads = read_versions(session, &asked.iter().map(|(id, ..)| id.clone()).collect::<Vec<_>>()).await?;
    let mut handed_over = BTreeSet::new();
    for (champion, owner, paths) in asked {
        if let Some(champion) = docs(&reads, &champion)
            && is_more_like(session, paths, champion, owner)?
        {
            handed_over.insert(paths.code.clone());
        }
    }
    Ok(handed_over)
}

fn docs<'r>(reads: &'r Reads, version: &VersionId) -> Option<&'r Snapshot> {
    Some(&reads.get(version)?.as_ref().ok()?.docs)
}

fn is_more_like(session: &Session, paths: &ScorePaths, champion: &Snapshot, owner: &ScoreId) -> Result<bool, Halt> {
    let Some(files) = files_at(session, paths) else { return Ok(false) };
    let Some(synced) = session.state.with_texts(owner)? else { return Ok(false) };
    let differs = |docs: &Snapshot| plan::difference(&files, docs).unwrap_or(1.0);
    // An edit of what both say is the new one's: it can be pushed.
    Ok(differs(champion) <= MOST_DIFFERENT && differs(champion) <= differs(&synced.docs))
}
