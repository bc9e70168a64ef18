//! `path`: where the files of scores are, from what was last seen. Asks nobody.

use crate::engine::error::Halt;
use crate::engine::report::ScoreReport;
use crate::engine::select::{Directory, Targets};
use crate::engine::session::Session;
use crate::model::{Layout, LocalScore, RemoteScore, ScoreSides};

/// The files of the selected scores, from what was last seen; asks nobody.
pub fn locate(session: &Session, targets: &Targets) -> Result<Vec<ScoreReport>, Halt> {
    let loaded = session.state.load()?;
    if loaded.catalog.scores.is_empty() {
        return Err(Halt::NeverSynced);
    }
    let layout = Layout::of(&loaded.catalog);
    let selected = Directory { catalog: &loaded.catalog, layout: &layout }.resolve(targets)?;
    let mut found: Vec<ScoreReport> = loaded
        .catalog
        .scores
        .iter()
        .filter(|score| selected.contains(&score.id))
        .map(|score| {
            let synced = loaded.synced.get(&score.id).cloned();
            let sides = ScoreSides {
                paths: layout.paths[&score.id].clone(),
                local: LocalScore::default(),
                remote: RemoteScore::Gone,
                synced,
            };
            let card = loaded.catalog.scorecard_of(score).map(|card| card.name.as_str());
            ScoreReport::new(&score.id, Some(score), card, &sides)
        })
        .collect();
    found.sort_by(|a, b| a.paths.code.cmp(&b.paths.code));
    Ok(found)
}
