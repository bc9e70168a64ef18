//! What an observation starts from: all scores, or only those that it can be about.
//!
//! The short ways are taken only where the tree index holds. A look at everything starts from the scores that can have moved
//! since: of every other one the index says that nothing is to be done about it, its files have their stats, nothing else was
//! recorded of it, and no name changed. A look at named scores starts from those that the names can mean. What the index
//! cannot tell is looked at the long way.

use crate::engine::error::Halt;
use crate::engine::observe::git::git_mark;
use crate::engine::observe::owners::likeness::FEW;
use crate::engine::select::{Selector, Targets};
use crate::engine::session::Session;
use crate::model::{
    Calm, Catalog, FileStat, HeldIndex, IndexedScore, Layout, RelPath, ScoreId, ScorePaths, SharedName, SyncKind, TreeIndex,
    code_of, document_at,
};
use crate::remote::Unreadable;
use crate::state::{Held, Loaded, Recorded, State, StateError};
use crate::workspace::IndexChanges;
use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};
use std::ops::Range;
use std::sync::Arc;

/// What is recorded of the scores that are looked at, and what is known of the others.
pub(in crate::engine) struct StartingPoint {
    pub catalog: Catalog,
    pub unreadable: Vec<Unreadable>,
    pub layout: Layout,
    pub loaded: Loaded,
    pub selected: BTreeSet<ScoreId>,
    /// Those of them that are edited as they were at the last look, when nothing more was to be told of them; with the stats
    /// that their files had.
    pub known_edits: KnownEdits,
    /// None where every score was to be had.
    pub rest: Option<Rest>,
}

/// Edited scores with the stats of code and guidelines; none where there is no such file.
pub(in crate::engine) type KnownEdits = BTreeMap<ScoreId, [Option<FileStat>; 2]>;

/// What the tree index tells of the scores that are not looked at, and of their folders.
pub(in crate::engine) struct Rest {
    /// Where this is known from.
    pub at: LookedAt,
    /// Scores that are clean; none are counted where only named ones were asked for.
    pub clean: usize,
    /// Scores that have nothing to sync, likewise.
    pub empty: usize,
}

/// What a look was at.
pub(in crate::engine) enum LookedAt {
    /// Everything: the bytes of the index, and what was found in comparing it.
    Whole(Box<Compared>),
    /// Scores that were named.
    Named(Arc<HeldIndex>),
}

/// An index that was compared with how files and folders are.
pub(in crate::engine) struct Compared {
    /// The index, as bytes.
    pub index: Vec<u8>,
    /// When the comparison began, nanoseconds since 1970.
    pub began: i64,
    /// How many folders were listed anew.
    pub relisted: usize,
    /// A pull left it, which wrote into all folders that are there: nobody has listed any since.
    pub is_first: bool,
    /// Edited scores of which it tells that they are, and that are as they were.
    pub told_edits: BTreeSet<ScoreId>,
    /// Files that belong to no score, where none of them did at the last look.
    strays: Strays,
    cards: BTreeSet<String>,
    folders: BTreeSet<String>,
}

/// Guidelines beside the code, and other files that belong to no score.
pub(in crate::engine) type Strays = (Vec<RelPath>, Vec<RelPath>);

/// Only the scores that can have moved, as they were last seen; none where the index cannot tell.
pub(in crate::engine) fn moved(session: &Session) -> Result<Option<StartingPoint>, Halt> {
    let mut recorded = session.state.recorded()?;
    let Some(bytes) = recorded.index.take() else { return Ok(None) };
    let Some(index) = held_index(session, &bytes) else { return Ok(None) };
    let Some(changes) = session.workspace.compare(&index) else { return Ok(None) };
    let known = known_edits(session, &index, &changes, &recorded.moved);
    let Some(mut numbers) = restless(&index, &changes, &recorded, known.len()) else { return Ok(None) };
    let of_index = OfIndex {
        score: &|number| index.scores[number],
        at_code: &|code| index.at_code(code),
        folders: index.cards.iter().map(|card| (*card).to_owned()).collect(),
        shared_names: index.shared_names.clone(),
    };
    let Some(mut basis) = with_heirs(session, &mut numbers, &of_index)? else { return Ok(None) };
    if has_folder_without_scores(&index, &changes, &numbers, &basis) {
        return Ok(None);
    }
    // What was recorded since the index was read is for the next look.
    basis.loaded.generation = recorded.generation;
    basis.selected.extend(basis.layout.paths.keys().chain(basis.loaded.placed()).cloned());
    let others =
        |calm: Calm| index.count(calm) - numbers.iter().filter(|number| index.scores[**number].calm == Some(calm)).count();
    let (clean, empty) = (others(Calm::Clean), others(Calm::Empty));
    let (strays, cards, folders) = (strays_of(&index, &changes), cards(&index), tops(&index));
    let (began, relisted) = (changes.began, changes.relisted.len());
    let is_first = index.folders.iter().all(|folder| folder.stat.is_none_or(|stat| stat == FileStat::NEVER));
    let told_edits = known.keys().cloned().collect();
    // Where others moved since the index was made, an edit may be of their texts by now: a few are compared again.
    let has_moved = !changes.touched.is_empty() || !recorded.moved.is_empty();
    let known_edits = if known.len() <= FEW && has_moved { KnownEdits::new() } else { known };
    let compared = Compared { index: bytes, began, relisted, is_first, told_edits, strays, cards, folders };
    let rest = Some(Rest { at: LookedAt::Whole(Box::new(compared)), clean, empty });
    Ok(Some(StartingPoint { known_edits, rest, ..basis }))
}

/// Only the scores that some names and paths can mean, as they were last seen, and those whose files lie elsewhere than they
/// belong; none where the index cannot tell, or where a name means more than a score.
pub(in crate::engine) fn named(session: &Session, targets: &Targets) -> Result<Option<StartingPoint>, Halt> {
    let is_short = !targets.selectors.is_empty() && targets.scorecards.is_empty() && session.config.scorecards.is_empty();
    let held = if is_short { session.state.held()? } else { return Ok(None) };
    let Some(Held { index, moved, unsynced }) = held.filter(|held| held.index.standalone() == standalone_folders(session)) else {
        return Ok(None);
    };
    let mut numbers: BTreeSet<usize> = index.left().iter().copied().collect();
    // What was recorded since may have moved files from where they were.
    let elsewhere = moved.iter().filter_map(|(id, at)| Some((index.of_id(id)?, at)));
    numbers.extend(elsewhere.filter(|(number, at)| index.score(*number).code != at.as_str()).map(|(number, _)| number));
    numbers.extend(unsynced.iter().filter_map(|id| index.of_id(id)));
    for selector in &targets.selectors {
        match selector {
            Selector::Score(id) => numbers.extend(index.of_id(id)),
            Selector::Word(word) if word.contains(['*', '?']) => return Ok(None),
            Selector::Word(word) => numbers.extend(session.state.called(word)?.iter().filter_map(|id| index.of_id(id))),
            Selector::Path(path) => {
                let found = at_path(&index, path);
                // It may be another form of a name that is there.
                if found.is_empty() {
                    return Ok(None);
                }
                numbers.extend(found);
            }
        }
    }
    let of_index = OfIndex {
        score: &|number| index.score(number),
        at_code: &|code| index.at_code(code),
        folders: index.cards().to_vec(),
        shared_names: index.shared_names().to_vec(),
    };
    let Some(basis) = with_heirs(session, &mut numbers, &of_index)? else { return Ok(None) };
    let is_of_card = |word: &str| basis.catalog.scorecards.iter().any(|card| card.is_called(word));
    // Of a scorecard all scores are meant, and only some are loaded.
    if targets.selectors.iter().any(|selector| matches!(selector, Selector::Word(word) if is_of_card(word))) {
        return Ok(None);
    }
    Ok(Some(StartingPoint { rest: Some(Rest { at: LookedAt::Named(index), clean: 0, empty: 0 }), ..basis }))
}

/// What an index tells of scores, by number, and of the whole tree.
struct OfIndex<'i> {
    score: &'i dyn Fn(usize) -> IndexedScore<'i>,
    at_code: &'i dyn Fn(&str) -> Range<usize>,
    folders: Vec<String>,
    shared_names: Vec<SharedName>,
}

/// What is recorded of the scores with these numbers. Where some of them have their files others may belong by now: their numbers
/// are added.
fn with_heirs(session: &Session, numbers: &mut BTreeSet<usize>, index: &OfIndex<'_>) -> Result<Option<StartingPoint>, Halt> {
    loop {
        let basis = recorded_with(session, numbers.iter().map(|number| (index.score)(*number)), index)?;
        let Some(basis) = basis else { return Ok(None) };
        let synced = basis.loaded.synced.values().map(|synced| &synced.paths);
        let places = synced.chain(basis.loaded.unsynced_places.values()).map(|paths| paths.code.as_str());
        let heirs: Vec<usize> = places.flat_map(index.at_code).filter(|number| !numbers.contains(number)).collect();
        if heirs.is_empty() {
            return Ok(Some(basis));
        }
        numbers.extend(heirs);
    }
}

/// Files that belong to no score lie where no score has, or had, its files any more: such a folder is not known at all.
fn has_folder_without_scores(
    index: &TreeIndex<'_>,
    changes: &IndexChanges,
    numbers: &BTreeSet<usize>,
    basis: &StartingPoint,
) -> bool {
    let with_strays = index.folders.iter().filter(|folder| {
        let relisted = changes.relisted.get(folder.path);
        relisted.map_or(!folder.unknown.is_empty(), |names| !names.is_empty())
    });
    let mut with_strays = with_strays.map(|folder| folder.path).peekable();
    if with_strays.peek().is_none() {
        return false;
    }
    let places = basis.layout.paths.values().chain(basis.loaded.placed().filter_map(|id| basis.loaded.place(id)));
    let known: BTreeSet<&str> = places.flat_map(ScorePaths::files).map(RelPath::folder).collect();
    let is_known = |path: &str| {
        let card = path.strip_suffix("/guidelines").unwrap_or(path);
        known.contains(path) || index.in_folder(card).any(|number| !numbers.contains(&number))
    };
    with_strays.any(|path| !is_known(path))
}

/// The index, unless other kinds of documents are synced now.
fn held_index<'b>(session: &Session, bytes: &'b [u8]) -> Option<TreeIndex<'b>> {
    TreeIndex::from_bytes(bytes).filter(|index| index.standalone == standalone_folders(session))
}

/// The folders of the standalone documents that are synced.
pub(in crate::engine) fn standalone_folders(session: &Session) -> Vec<&'static str> {
    session.config.standalone.iter().filter_map(|kind| kind.folder()).collect()
}

/// What is not synced any more is not looked at; its files stay as they are.
pub(in crate::engine) fn leave_out_unsynced_kinds(session: &Session, loaded: &mut Loaded) {
    let is_synced = |id: &ScoreId| session.config.syncs(SyncKind::of(id));
    loaded.synced.retain(|id, _| is_synced(id));
    loaded.unsynced_places.retain(|id, _| is_synced(id));
    loaded.catalog.scores.retain(|score| is_synced(&score.id));
}

/// What is recorded of the scores with these files.
///
/// # Errors
/// The state cannot be read.
pub fn recorded_of(state: &State, files: &[&RelPath]) -> Result<Loaded, StateError> {
    state.load_at(&files.iter().filter_map(|path| code_of(path)).collect())
}

/// The scores last seen in these folders of scorecards; all of them where no index holds, or tells of each folder.
pub(in crate::engine) fn catalog_of(state: &State, cards: &BTreeSet<&str>) -> Result<Catalog, StateError> {
    let recorded = state.recorded()?;
    let Some(index) = recorded.index.as_deref().and_then(TreeIndex::from_bytes) else { return state.catalog() };
    let here: Vec<_> = cards.iter().map(|card| index.in_folder(card)).collect();
    // A card without scores may be called so in another form.
    if here.iter().any(Range::is_empty) {
        return state.catalog();
    }
    let ids = here.into_iter().flatten().map(|number| ScoreId::from(index.scores[number].id)).collect();
    state.catalog_part(&ids)
}

fn numbers_where<'i>(
    index: &'i TreeIndex<'_>,
    is_meant: impl Fn(&IndexedScore<'_>) -> bool + 'i,
) -> impl Iterator<Item = usize> + 'i {
    index.scores.iter().enumerate().filter(move |(_, score)| is_meant(score)).map(|(number, _)| number)
}

/// The scores that have a file at, or below, a path.
fn at_path(index: &HeldIndex, path: &RelPath) -> Vec<usize> {
    let mut found: Vec<usize> = code_of(path).into_iter().flat_map(|code| index.at_code(code.as_str())).collect();
    let card = path.as_str().strip_suffix("/guidelines").unwrap_or(path.as_str());
    found.extend(index.in_folder(card));
    found
}

/// What is recorded of some scores; nothing is selected yet. The folders of all scorecards and the names that were told apart
/// come along. None where the index says nonsense.
fn recorded_with<'i>(
    session: &Session,
    scores: impl Iterator<Item = IndexedScore<'i>>,
    index: &OfIndex<'_>,
) -> Result<Option<StartingPoint>, Halt> {
    let seen: Option<Vec<(ScoreId, ScorePaths, bool)>> =
        scores.map(|score| Some((ScoreId::from(score.id), score.paths()?, score.listed))).collect();
    let Some(seen) = seen else { return Ok(None) };
    let files: Vec<&RelPath> = seen.iter().flat_map(|(_, paths, _)| paths.files()).collect();
    let mut loaded = session.state.load_some(&seen.iter().map(|(id, ..)| id.clone()).collect(), &files)?;
    leave_out_unsynced_kinds(session, &mut loaded);
    let catalog = std::mem::take(&mut loaded.catalog);
    let listed = seen.into_iter().filter(|(.., listed)| *listed).map(|(id, paths, _)| (id, paths));
    let (folders, shared_names) = (index.folders.clone(), index.shared_names.clone());
    let layout = Layout { paths: listed.collect(), folders, shared_names };
    Ok(Some(StartingPoint {
        catalog,
        unreadable: Vec::new(),
        layout,
        loaded,
        selected: BTreeSet::new(),
        known_edits: KnownEdits::new(),
        rest: None,
    }))
}

fn cards(index: &TreeIndex<'_>) -> BTreeSet<String> {
    let cards = index.scores.chunk_by(|a, b| a.folder() == b.folder()).filter(|group| group.iter().any(|score| score.listed));
    cards.map(|group| group[0].folder().to_owned()).collect()
}

fn tops(index: &TreeIndex<'_>) -> BTreeSet<String> {
    index.folders.iter().map(|folder| folder.path.split('/').next().unwrap_or(folder.path).to_owned()).collect()
}

/// The edited scores that are as they were: their files, what is recorded of them, and git.
fn known_edits(session: &Session, index: &TreeIndex<'_>, changes: &IndexChanges, moved: &[ScoreId]) -> KnownEdits {
    let mut edited = numbers_where(index, |score| score.calm == Some(Calm::Edited))
        .filter(|number| !changes.touched.contains(number))
        .peekable();
    if edited.peek().is_none() || index.git.is_none() || index.git != git_mark(session) {
        return KnownEdits::new();
    }
    let moved: HashSet<&ScoreId> = moved.iter().collect();
    let entry = |score: &IndexedScore<'_>| (ScoreId::from(score.id), score.files);
    edited.map(|number| entry(&index.scores[number])).filter(|(id, _)| !moved.contains(id)).collect()
}

/// The scores that have to be looked at, by number; none where that is most of them, or one of them is new to the index. Of
/// `known` ones little is looked at.
fn restless(index: &TreeIndex<'_>, changes: &IndexChanges, recorded: &Recorded, known: usize) -> Option<BTreeSet<usize>> {
    let mut numbers = changes.touched.clone();
    numbers.extend(numbers_where(index, |score| !matches!(score.calm, Some(Calm::Clean | Calm::Empty))));
    let Recorded { moved, unsynced, .. } = recorded;
    if !moved.is_empty() || !unsynced.is_empty() {
        let by_id: HashMap<&str, usize> = index.scores.iter().enumerate().map(|(number, score)| (score.id, number)).collect();
        for id in moved {
            numbers.insert(*by_id.get(id.as_str())?);
        }
        // One that is gone need have no files that an index could tell of.
        numbers.extend(unsynced.iter().filter_map(|id| by_id.get(id.as_str())));
    }
    ((numbers.len() - known) * 2 <= index.scores.len()).then_some(numbers)
}

impl Rest {
    /// When files were first looked at; none where they are yet to be.
    pub fn began(&self) -> Option<i64> {
        match &self.at {
            LookedAt::Whole(compared) => Some(compared.began),
            LookedAt::Named(_) => None,
        }
    }

    /// Only named scores were asked for.
    pub fn is_of_named(&self) -> bool {
        matches!(self.at, LookedAt::Named(_))
    }

    /// Folders of scorecards that have scores.
    pub fn cards(&self) -> Cow<'_, BTreeSet<String>> {
        match &self.at {
            LookedAt::Whole(compared) => Cow::Borrowed(&compared.cards),
            LookedAt::Named(index) => Cow::Owned(cards(&index.tree())),
        }
    }

    /// All folders in the root that hold files of scores, or did.
    pub fn folders(&self) -> Cow<'_, BTreeSet<String>> {
        match &self.at {
            LookedAt::Whole(compared) => Cow::Borrowed(&compared.folders),
            LookedAt::Named(index) => Cow::Owned(tops(&index.tree())),
        }
    }

    /// Where the code of a score belongs that is in the catalog.
    pub fn place(&self, id: &ScoreId) -> Option<RelPath> {
        let code = |score: &IndexedScore<'_>| RelPath::parse(score.code).ok().filter(|_| score.listed);
        match &self.at {
            LookedAt::Whole(compared) => {
                let index = TreeIndex::from_bytes(&compared.index)?;
                index.scores.iter().find(|score| score.id == id.as_str()).and_then(code)
            }
            LookedAt::Named(index) => index.of_id(id).map(|number| index.score(number)).as_ref().and_then(code),
        }
    }

    /// Files that belong to no score, in all folders; where only named scores were asked for, those of `unknown`. `given_up` are
    /// files where scores were that arrived elsewhere, and `left` the places of scores that belong elsewhere now.
    pub fn strays(&self, unknown: Vec<RelPath>, given_up: Vec<RelPath>, left: &[ScorePaths]) -> Strays {
        let (mut legacy, mut others) = match &self.at {
            LookedAt::Whole(compared) => {
                let (legacy, mut others) = compared.strays.clone();
                others.extend(given_up);
                others.sort_unstable();
                others.dedup();
                (legacy, others)
            }
            LookedAt::Named(index) => {
                let unknown = unknown.into_iter().chain(given_up).filter(|path| !is_place(index, path));
                unknown.partition(|path| is_legacy(path, |code| index.at_code(code).any(|number| index.score(number).listed)))
            }
        };
        let is_stray = |path: &RelPath| !left.iter().any(|paths| paths.files().any(|file| file == path));
        legacy.retain(is_stray);
        others.retain(is_stray);
        (legacy, others)
    }
}

/// Guidelines beside the code, and others, as they are told by an index and what changed since.
fn strays_of(index: &TreeIndex<'_>, changes: &IndexChanges) -> Strays {
    let mut all = unknown_to(index, changes);
    all.sort_unstable();
    let is_listed = |code: &str| index.scores[index.at_code(code)].iter().any(|score| score.listed);
    all.into_iter().partition(|path| is_legacy(path, is_listed))
}

/// What belonged to no score when the index was made, and in folders that changed since, what does not now.
fn unknown_to(index: &TreeIndex<'_>, changes: &IndexChanges) -> Vec<RelPath> {
    let mut all = Vec::new();
    for folder in &index.folders {
        let path = |name: &str| RelPath::parse(&format!("{}/{name}", folder.path)).ok();
        match changes.relisted.get(folder.path) {
            Some(names) => all.extend(names.iter().filter_map(|name| path(name))),
            None => all.extend(folder.unknown.iter().filter_map(|name| path(name))),
        }
    }
    all
}

/// A score's code or guidelines belong there.
fn is_place(index: &HeldIndex, path: &RelPath) -> bool {
    document_at(path).and_then(|_| code_of(path)).is_some_and(|code| !index.at_code(code.as_str()).is_empty())
}

/// Markdown beside the code of a score that is listed.
fn is_legacy(path: &RelPath, is_listed: impl Fn(&str) -> bool) -> bool {
    path.as_str().strip_suffix(".md").is_some_and(|stem| is_listed(&format!("{stem}.yaml")))
}
