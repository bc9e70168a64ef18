//! Which scores a command is about: those of the catalog, and those that are known only by the files that they have here.

use crate::engine::error::Halt;
use crate::engine::observe::owners::places::left;
use crate::engine::select::{Directory, Selector, Targets};
use crate::engine::session::Session;
use crate::model::{Catalog, Layout, RelPath, ScoreId, ScorePaths, code_of, document_at, folder_and_stem};
use crate::state::Loaded;
use std::collections::BTreeSet;

/// The scores that a command is about, of the scorecards `of_settings`; none are all. Those that are gone from Plexus, or renamed
/// there, are also found by the files that they have here; those that are gone also by the names of these, where no other score
/// is called so.
pub(in crate::engine) fn selected(
    session: &Session,
    of_settings: &[String],
    catalog: &Catalog,
    layout: &Layout,
    loaded: &Loaded,
    targets: &Targets,
) -> Result<BTreeSet<ScoreId>, Halt> {
    let has_all_cards = targets.scorecards.is_empty() && of_settings.is_empty();
    let directory = Directory { catalog, layout };
    let present: BTreeSet<&ScoreId> = catalog.scores.iter().map(|score| &score.id).collect();
    let is_gone = |id: &ScoreId| !present.contains(id);
    let gone = || loaded.placed().filter(|id| is_gone(id));
    let mut selected = BTreeSet::new();
    if *targets == Targets::default() && of_settings.is_empty() {
        selected.extend(gone().cloned());
    }
    let mut elsewhere = Vec::new();
    for selector in &targets.selectors {
        let found: Vec<ScoreId> = match selector {
            Selector::Path(path) => {
                left(layout, loaded).filter(|(_, paths)| paths.lie_at(path)).map(|(id, _)| id.clone()).collect()
            }
            Selector::Score(id) if is_gone(id) && loaded.place(id).is_some() => vec![id.clone()],
            Selector::Word(word) if has_all_cards => {
                gone_called(word, gone(), loaded, || directory.means_any(selector))?.into_iter().collect()
            }
            Selector::Score(_) | Selector::Word(_) => Vec::new(),
        };
        if found.is_empty() || matches!(selector, Selector::Path(path) if directory.holds(path)) {
            elsewhere.push(selector.clone());
        }
        selected.extend(found);
    }
    if targets.selectors.is_empty() || !elsewhere.is_empty() {
        let elsewhere = Targets { selectors: elsewhere, scorecards: targets.scorecards.clone() };
        let found = directory.resolve_within(of_settings, &elsewhere);
        selected.extend(found.map_err(|halt| of_no_score(session, &directory, &elsewhere, halt))?);
    }
    Ok(selected)
}

/// The score that is gone and called so, unless `is_another` says that the word means something else.
fn gone_called<'a>(
    word: &str,
    gone: impl Iterator<Item = &'a ScoreId>,
    loaded: &Loaded,
    is_another: impl Fn() -> bool,
) -> Result<Option<ScoreId>, Halt> {
    let place = |id: &'a ScoreId| Some((id, loaded.place(id)?));
    let called: Vec<_> = gone.filter_map(place).filter(|(id, at)| id.as_str() == word || is_named(at, word)).collect();
    match called[..] {
        [] => Ok(None),
        _ if is_another() => Ok(None),
        [(id, _)] => Ok(Some(id.clone())),
        _ => {
            let matches = called.iter().map(|(id, at)| format!("{} ({id})", at.code)).collect();
            Err(Halt::Ambiguous { selector: word.to_owned(), matches })
        }
    }
}

/// What a score is called of which only its files are known.
fn is_named(at: &ScorePaths, word: &str) -> bool {
    let (folder, stem) = folder_and_stem(&at.code);
    stem == word || word.split_once('/') == Some((folder, stem))
}

/// What means nothing may be a file that is no score's yet, where one could be.
fn of_no_score(session: &Session, directory: &Directory<'_>, targets: &Targets, halt: Halt) -> Halt {
    let Halt::NoMatch { selector: meant, .. } = &halt else { return halt };
    let paths = targets.selectors.iter().filter_map(|selector| match selector {
        Selector::Path(path) => Some(path),
        Selector::Score(_) | Selector::Word(_) => None,
    });
    let has_card = |code: &RelPath| directory.layout.card_in(directory.catalog, folder_and_stem(code).0).is_some();
    let is_document = |path: &RelPath| document_at(path).is_some() && code_of(path).is_some_and(|code| has_card(&code));
    let is_file = |path: &RelPath| matches!(session.workspace.bytes_now(path), Ok(Some(_)));
    paths
        .filter(|path| path.as_str() == meant)
        .find(|path| is_document(path) && is_file(path))
        .map_or(halt, |path| Halt::OfNoScore(path.clone()))
}
