//! `path`: where the files of scores are, from what was last seen. Asks nobody.

use crate::engine::error::Halt;
use crate::engine::observe::selection::selected;
use crate::engine::observe::starting_point::{StartingPoint, leave_out_unsynced_kinds};
use crate::engine::observe::trees::named_basis;
use crate::engine::report::ScoreReport;
use crate::engine::select::Targets;
use crate::engine::session::Session;
use crate::model::{Catalog, Layout, LocalScore, RemoteScore, Score, ScoreId, ScoreSides};
use crate::state::Loaded;
use std::collections::{BTreeSet, HashMap};

/// The files of the selected scores, from what was last seen; asks nobody. Those that are gone from Plexus have to be named.
pub fn locate(session: &Session, targets: &Targets) -> Result<Vec<ScoreReport>, Halt> {
    let (catalog, layout, loaded, selected) = match named_basis(session, targets)? {
        Some(StartingPoint { catalog, layout, loaded, selected, .. }) => (catalog, layout, loaded, selected),
        None => all(session, targets)?,
    };
    let cards = catalog.card_names();
    let scores: HashMap<&ScoreId, &Score> = catalog.scores.iter().map(|score| (&score.id, score)).collect();
    let report = |id: &ScoreId| {
        let gone = || loaded.place(id).filter(|_| !targets.selectors.is_empty());
        let paths = layout.paths.get(id).or_else(gone)?.clone();
        let synced = loaded.synced.get(id).cloned();
        let sides = ScoreSides { paths, local: LocalScore::default(), remote: RemoteScore::Gone, synced };
        let score = scores.get(id).copied();
        Some(ScoreReport::new(id, score, score.and_then(|score| cards.get(&score.scorecard_id)), &sides))
    };
    let mut found: Vec<ScoreReport> = selected.iter().filter_map(report).collect();
    found.sort_by(|a, b| a.paths.code.cmp(&b.paths.code));
    Ok(found)
}

/// What is recorded of scores, and those of them that are meant.
type Located = (Catalog, Layout, Loaded, BTreeSet<ScoreId>);

/// The settings limit what is synced, and not which files can be asked for.
fn all(session: &Session, targets: &Targets) -> Result<Located, Halt> {
    let mut loaded = session.state.load()?;
    leave_out_unsynced_kinds(session, &mut loaded);
    let catalog = std::mem::take(&mut loaded.catalog);
    if catalog.scores.is_empty() {
        return Err(Halt::NeverSynced);
    }
    let layout = Layout::of(&catalog);
    let selected = selected(session, &[], &catalog, &layout, &loaded, targets)?;
    Ok((catalog, layout, loaded, selected))
}
