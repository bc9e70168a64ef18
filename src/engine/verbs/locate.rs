//! `path`: where the files of scores are, from what was last seen. Asks nobody.

use crate::engine::error::Halt;
use crate::engine::observe::starting_point::{StartingPoint, named};
use crate::engine::report::ScoreReport;
use crate::engine::select::{Directory, Targets};
use crate::engine::session::Session;
use crate::model::{Catalog, Layout, LocalScore, RemoteScore, ScoreId, ScoreSides};
use crate::state::Loaded;
use std::collections::BTreeSet;

/// The files of the selected scores, from what was last seen; asks nobody.
pub fn locate(session: &Session, targets: &Targets) -> Result<Vec<ScoreReport>, Halt> {
    let (catalog, layout, mut loaded, selected) = match few(session, targets)? {
        Some(located) => located,
        None => all(session, targets)?,
    };
    let cards = catalog.card_names();
    let mut found: Vec<ScoreReport> = catalog
        .scores
        .iter()
        .filter(|score| selected.contains(&score.id))
        .map(|score| {
            let sides = ScoreSides {
                paths: layout.paths[&score.id].clone(),
                local: LocalScore::default(),
                remote: RemoteScore::Gone,
                synced: loaded.synced.remove(&score.id),
            };
            ScoreReport::new(&score.id, Some(score), cards.get(&score.scorecard_id), &sides)
        })
        .collect();
    found.sort_by(|a, b| a.paths.code.cmp(&b.paths.code));
    Ok(found)
}

/// What is recorded of scores, and those of them that are meant.
type Located = (Catalog, Layout, Loaded, BTreeSet<ScoreId>);

/// Just the scores that are named; none where that does not tell what is meant.
fn few(session: &Session, targets: &Targets) -> Result<Option<Located>, Halt> {
    let Some(StartingPoint { catalog, layout, loaded, .. }) = named(session, targets)? else { return Ok(None) };
    let selected = Directory { catalog: &catalog, layout: &layout }.resolve(targets);
    Ok(selected.ok().map(|selected| (catalog, layout, loaded, selected)))
}

fn all(session: &Session, targets: &Targets) -> Result<Located, Halt> {
    let mut loaded = session.state.load()?;
    let catalog = std::mem::take(&mut loaded.catalog);
    if catalog.scores.is_empty() {
        return Err(Halt::NeverSynced);
    }
    let layout = Layout::of(&catalog);
    let selected = Directory { catalog: &catalog, layout: &layout }.resolve(targets)?;
    Ok((catalog, layout, loaded, selected))
}
