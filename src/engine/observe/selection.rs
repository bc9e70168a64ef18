//! Which scores a command is about: those of the catalog, and those that are known only by the files that they have here.

use crate::engine::error::Halt;
use crate::engine::observe::owners::places::left;
use crate::engine::select::{Directory, Selector, Targets};
use crate::engine::session::Session;
use crate::model::{Catalog, Layout, ScoreId, ScorePaths, code_of, folder_and_stem};
use crate::state::Loaded;
use std::collections::BTreeSet;

/// The scores that a command is about. Those that are gone from Plexus, or renamed there, are also found by the files that
/// they have here; those that are gone also by the names of these, where no other score is called so.
pub(in crate::engine) fn selected(
    session: &Session,
    catalog: &Catalog,
    layout: &Layout,
    loaded: &Loaded,
    targets: &Targets,
) -> Result<BTreeSet<ScoreId>, Halt> {
    let mut targets = targets.clone();
    let of_settings = &session.config.scorecards;
    let directory = Directory { catalog, layout };
    let present: BTreeSet<&ScoreId> = catalog.scores.iter().map(|score| &score.id).collect();
    let is_gone = |id: &ScoreId| !present.contains(id);
    let gone = || loaded.placed().filter(|id| is_gone(id));
    let mut selected = BTreeSet::new();
    if targets == Targets::default() && of_settings.is_empty() {
        selected.extend(gone().cloned());
    }
    let asked = targets.selectors.len();
    targets.selectors.retain(|selector| {
        let found: Vec<ScoreId> = match selector {
            Selector::Path(path) => {
                left(layout, loaded).filter(|(_, paths)| paths.lie_at(path)).map(|(id, _)| id.clone()).collect()
            }
            Selector::Score(id) if is_gone(id) && loaded.place(id).is_some() => vec![id.clone()],
            Selector::Score(_) => Vec::new(),
            Selector::Word(word) => {
                let is_meant = |id: &&ScoreId| id.as_str() == word || loaded.place(id).is_some_and(|at| is_named(at, word));
                let called: Vec<ScoreId> = gone().filter(is_meant).cloned().collect();
                let is_another = || directory.means_any(selector);
                if called.is_empty() || is_another() { Vec::new() } else { called }
            }
        };
        let is_elsewhere_too = found.is_empty() || matches!(selector, Selector::Path(path) if directory.holds(path));
        selected.extend(found);
        is_elsewhere_too
    });
    if asked == 0 || !targets.selectors.is_empty() {
        selected.extend(directory.resolve_within(of_settings, &targets).map_err(|halt| of_no_score(session, &targets, halt))?);
    }
    Ok(selected)
}

/// What a score is called of which only its files are known.
fn is_named(at: &ScorePaths, word: &str) -> bool {
    let (folder, stem) = folder_and_stem(&at.code);
    stem == word || word.split_once('/') == Some((folder, stem))
}

/// What means nothing may be a file that is no score's yet.
fn of_no_score(session: &Session, targets: &Targets, halt: Halt) -> Halt {
    let Halt::NoMatch { selector: meant, .. } = &halt else { return halt };
    let paths = targets.selectors.iter().filter_map(|selector| match selector {
        Selector::Path(path) => Some(path),
        Selector::Score(_) | Selector::Word(_) => None,
    });
    let mut stray = paths.filter(|path| path.as_str() == meant && code_of(path).is_some() && !session.workspace.is_absent(path));
    stray.next().map_or(halt, |path| Halt::OfNoScore(path.clone()))
}
