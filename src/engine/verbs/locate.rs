//! `path`: where the files of scores are, from what was last seen. Asks nobody.

use crate::engine::error::Halt;
use crate::engine::observe::starting_point::{KnownEdits, StartingPoint};
use crate::engine::observe::trees::named_basis;
use crate::engine::report::ScoreReport;
use crate::engine::select::{Directory, Targets};
use crate::engine::session::Session;
use crate::model::{Layout, LocalScore, RemoteScore, ScoreSides};

/// The files of the selected scores, from what was last seen; asks nobody.
pub fn locate(session: &Session, targets: &Targets) -> Result<Vec<ScoreReport>, Halt> {
    let StartingPoint { catalog, layout, mut loaded, selected, .. } = match named_basis(session, targets)? {
        Some(basis) if basis.selected.iter().all(|id| basis.layout.paths.contains_key(id)) => basis,
        _ => all(session, targets)?,
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

fn all(session: &Session, targets: &Targets) -> Result<StartingPoint, Halt> {
    let mut loaded = session.state.load()?;
    let catalog = std::mem::take(&mut loaded.catalog);
    if catalog.scores.is_empty() {
        return Err(Halt::NeverSynced);
    }
    let layout = Layout::of(&catalog);
    let selected = Directory { catalog: &catalog, layout: &layout }.resolve(targets)?;
    Ok(StartingPoint { catalog, unreadable: Vec::new(), layout, loaded, selected, known_edits: KnownEdits::new(), rest: None })
}
