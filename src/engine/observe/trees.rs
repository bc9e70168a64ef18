//! Observe: the three trees as they are now, with just the texts that planning will need.
//!
//! The dashboard is asked for its catalog (ids only), then for the contents of champions that moved, then for the history
//! of the few scores whose base has to be found. Files are looked at with one scan; texts are read only where something
//! differs from the base. Nothing is decided here.

use crate::check;
use crate::engine::error::Halt;
use crate::engine::observe::catalog::{load_beside, or_last_seen, read_catalog};
use crate::engine::observe::catalog_read::read_few;
use crate::engine::observe::champions::{read_champions, read_unpulled, see_stored};
use crate::engine::observe::first_pulls::FirstPulls;
use crate::engine::observe::git::{GitLook, look_into_git, read_past};
use crate::engine::observe::history::{is_overtaken_draft, read_histories};
use crate::engine::observe::older_texts::mark_older;
use crate::engine::observe::owners::handed_over::handed_over;
use crate::engine::observe::owners::likeness::{FEW, differs_from_base};
use crate::engine::observe::owners::of_commit::OwnedTexts;
use crate::engine::observe::owners::other_scores_texts::{KnownCodes, Unpulled, has_strangers};
use crate::engine::observe::owners::places::{Places, is_there, left};
use crate::engine::observe::owners::texts_of_others::see_texts_of_others;
use crate::engine::observe::selection::selected;
use crate::engine::observe::starting_point::{KnownEdits, Rest, StartingPoint, leave_out_unsynced_kinds, moved, named};
use crate::engine::observe::successors::read_successors;
use crate::engine::observe::types::{CatalogSource, Depth, Observation, ObserveRequest};
use crate::engine::select::{Selector, Targets};
use crate::engine::session::Session;
use crate::model::{
    BrokenScore, CachedFile, Catalog, DocKind, FileStat, Layout, LocalDoc, LocalScore, RelPath, RemoteScore, ScoreId, ScorePaths,
    ScoreSides, Trees, VersionId, version_stamp,
};
use crate::state::Loaded;
use crate::workspace::{FileReader, Scan};
use std::collections::{BTreeSet, HashMap, HashSet};
use std::time::Instant;
use tracing::{Instrument, debug, debug_span};

/// Scores are asked for one by one where they are at most one in so many: otherwise the whole catalog tells more for the same.
const ONE_IN: usize = 8;

/// Reads both sides, unless the run is cancelled meanwhile: nothing is lost then.
///
/// # Errors
/// [`Halt::Interrupted`]; the state, the root or the dashboard cannot be read; `targets` names nothing.
pub(in crate::engine) async fn observe(session: &mut Session, request: ObserveRequest<'_>) -> Result<Observation, Halt> {
    let (cancellation, began) = (session.cancellation(), Instant::now());
    let observed = tokio::select! {
        biased;
        observed = read_trees(session, request).instrument(debug_span!("observation")) => observed?,
        () = cancellation.cancelled() => return Err(Halt::Interrupted),
    };
    debug!(scores = observed.trees.len(), elapsed = ?began.elapsed(), "observed");
    Ok(observed)
}

async fn read_trees(session: &mut Session, request: ObserveRequest<'_>) -> Result<Observation, Halt> {
    let ObserveRequest { targets, depth, texts, pushes, first_pulls_apart, .. } = request;
    let taken = request.taken.clone();
    let StartingPoint { catalog, unreadable, layout, loaded, selected, known_edits, rest } = basis(session, request).await?;
    // Who picks scores one by one asks for nothing but them.
    let picked = !targets.selectors.is_empty() && targets.selectors.iter().all(|one| matches!(one, Selector::Score(_)));
    let places = Places::recorded(&layout, &loaded);
    let related = places.related(&selected);
    // Which files belong to no score was found in comparing the tree index with the folders. What runs left over there matters
    // only to who writes files, which nobody does without the dashboard.
    let is_compared = rest.as_ref().is_some_and(|rest| !rest.is_of_named()) && session.remote.is_none();
    let scan = scan(session, &related, &layout, &loaded, (picked || is_compared, &known_edits))?;
    let mut trees = Trees::new();
    let handed_over = handed_over(session, &places, &scan, &catalog).await?;
    let places = places.settle(&related, &scan, &handed_over, &|paths, id| differs_from_base(session, paths, id));
    let selected = match targets.selectors.iter().map(Selector::path).collect::<Option<Vec<_>>>() {
        Some(named) => places.meant(selected, &named),
        None => selected,
    };
    let first_pulls = match first_pulls_apart {
        true => FirstPulls::among(&selected, &catalog, &loaded.synced, &places, &scan),
        false => FirstPulls::default(),
    };
    let apart: HashSet<&ScoreId> = first_pulls.ids().collect();
    for id in selected.iter().filter(|id| !apart.contains(id)) {
        let paths = places.paths(id).clone();
        let local = match texts {
            Some(texts) => committed(session, texts, &places, id)?,
            None => places.local(id, &scan),
        };
        let synced = loaded.synced.get(id).cloned();
        // Of one that is gone and was not synced nothing is left but its files.
        let is_over = local.is_absent() && synced.is_none() && !layout.paths.contains_key(id);
        if is_over && !targets.name_file(&paths.code) {
            continue;
        }
        let hidden = unreadable.iter().find(|entry| entry.may_hide(id));
        let remote = hidden.map_or(RemoteScore::Gone, |entry| RemoteScore::Broken(BrokenScore::Unlisted(entry.message.clone())));
        trees.insert(id.clone(), ScoreSides { paths, local, remote, synced });
    }
    let arrivals = places.arrivals(&scan);
    // Where those were that arrived elsewhere nothing is theirs any more.
    let arrived: BTreeSet<&ScoreId> = arrivals.iter().map(|(id, _)| id).collect();
    let left = left(&layout, &loaded).filter(|(id, _)| !arrived.contains(id));
    let left: Vec<ScorePaths> = left.map(|(_, paths)| paths.clone()).collect();
    let given_up = arrivals.iter().filter_map(|(id, _)| loaded.place(id)).flat_map(ScorePaths::files);
    let given_up: Vec<RelPath> = given_up.filter(|path| is_there(&scan, path)).cloned().collect();
    let mut files = loaded.files;
    files.extend(scan.fresh);
    let known_edits = still_known(known_edits, &trees, &files);
    let champions = read_champions(session, &catalog, &mut trees, depth, taken).await?;
    see_stored(session, loaded.conflicts.keys(), &mut trees)?;
    mark_older(session, &mut trees)?;
    let mut git = GitLook::default();
    if depth != Depth::Ids {
        let differing: Vec<_> = trees.iter_mut().filter(|(id, sides)| !known_edits.contains(id) && needs_texts(sides)).collect();
        // Mostly nothing differs: then the root need not be found.
        let from_files = !differing.is_empty() && texts.is_none();
        let reader = if from_files { Some(session.workspace.reader()?) } else { None };
        for (id, sides) in differing {
            load_texts(session, id, sides, reader.as_ref())?;
        }
    }
    if depth.has_standings() {
        trees.iter_mut().filter(|(id, _)| !known_edits.contains(id)).for_each(|(_, sides)| see_faults(sides));
        git = look_into_git(session, &mut trees, texts.is_some(), &known_edits)?;
        read_histories(session, &mut trees).await?;
        git.gap = git.gap.or(read_past(session, &mut trees));
        let unpulled =
            if has_strangers(&trees) { read_unpulled(session, &trees, &first_pulls, FEW).await? } else { Unpulled::new() };
        let meant = pushes.is_some() && is_one_named(targets, &catalog, &trees);
        let codes = KnownCodes { session, layout: &layout, rest: rest.as_ref(), unpulled: &unpulled };
        see_texts_of_others(&codes, &mut trees, &known_edits, meant)?;
        if let Some(pushed) = pushes {
            read_successors(session, &mut trees, pushed).await?;
        }
    }
    let (legacy, unknown) = match &rest {
        Some(rest) => rest.strays(scan.unknown, given_up, &left),
        None => split_unknown(scan.unknown.into_iter().chain(given_up), &layout, &left),
    };
    Ok(Observation {
        catalog,
        trees,
        first_pulls,
        arrivals,
        picked,
        unknown,
        legacy,
        leftovers: scan.leftovers,
        champions,
        shared_names: layout.shared_names.clone(),
        layout,
        git,
        unreadable: unreadable.into_iter().map(|entry| entry.message).collect(),
        files,
        began: rest.as_ref().and_then(Rest::began).unwrap_or(scan.began),
        generation: loaded.generation,
        rest,
    })
}

/// A person named the only score that has files here, or these files, and nothing else.
fn is_one_named(targets: &Targets, catalog: &Catalog, trees: &Trees) -> bool {
    let mut here = trees.iter().filter(|(_, sides)| !sides.local.is_absent());
    let (Some((id, sides)), None) = (here.next(), here.next()) else { return false };
    let score = catalog.scores.iter().find(|score| score.id == *id);
    score.is_some_and(|score| targets.name_just(catalog, score, [&sides.paths, sides.files_at()]))
}

/// Edits that the scan found as they were: its texts need not be read.
fn still_known(known: KnownEdits, trees: &Trees, files: &HashMap<RelPath, CachedFile>) -> BTreeSet<ScoreId> {
    let is_known = |(id, stats): &(ScoreId, [Option<FileStat>; 2])| {
        let Some(sides) = trees.get(id) else { return false };
        let now = |(kind, path): (DocKind, &RelPath)| sides.local.get(kind).file().and(files.get(path)).map(|file| file.stat);
        let now: Vec<Option<FileStat>> = sides.files_at().documents().map(now).collect();
        now == stats[..now.len()]
    };
    known.into_iter().filter(is_known).map(|(id, _)| id).collect()
}

/// A short way where one is asked for and leads there, else everything.
async fn basis(session: &mut Session, request: ObserveRequest<'_>) -> Result<StartingPoint, Halt> {
    let targets = request.targets;
    let is_given = matches!(request.catalog, CatalogSource::Given(_));
    let (catalog, unreadable) = match request.catalog {
        CatalogSource::Now => match named_now(session, targets, request.by_last_names).await? {
            Some(basis) => return Ok(basis),
            None => read_catalog(session).await?,
        },
        CatalogSource::Recorded => (None, Vec::new()),
        CatalogSource::Given(catalog) => (Some(catalog), Vec::new()),
    };
    // What was read is recorded as well, if all of it is known.
    if !is_given && unreadable.is_empty() {
        let is_all = *targets == Targets::default() && session.config.scorecards.is_empty();
        let short = if is_all && request.only_moved { moved(session)? } else { named_basis(session, targets)? };
        if let Some(basis) = short {
            return Ok(basis);
        }
    }
    let mut loaded = load_beside(session, catalog.as_ref())?;
    leave_out_unsynced_kinds(session, &mut loaded);
    let catalog = or_last_seen(catalog, &mut loaded)?;
    let layout = Layout::of(&catalog);
    let selected = selected(session, &session.config.scorecards, &catalog, &layout, &loaded, targets)?;
    Ok(StartingPoint { catalog, unreadable, layout, loaded, selected, known_edits: KnownEdits::new(), rest: None })
}

/// Just the scores that are named, each asked for by itself; none where the whole catalog has to tell what is named, or is
/// hardly more.
async fn named_now(session: &mut Session, targets: &Targets, by_last_names: bool) -> Result<Option<StartingPoint>, Halt> {
    let is_plain = |selector: &Selector| by_last_names || !matches!(selector, Selector::Word(_));
    if session.remote.is_none() || !targets.selectors.iter().all(is_plain) {
        return Ok(None);
    }
    let Some(StartingPoint { selected, .. }) = named_basis(session, targets)? else { return Ok(None) };
    let are_few = |count: usize| session.state.has_more_scores_than(count.saturating_mul(ONE_IN) - 1);
    if selected.is_empty() || !are_few(selected.len())? {
        return Ok(None);
    }
    match read_few(session, &selected).await? {
        Some(_) => named_basis(session, targets),
        None => Ok(None),
    }
}

/// What is recorded of just the scores that are named. A name that means none of them, or several, is for the long way,
/// which knows what else could be meant.
pub(in crate::engine) fn named_basis(session: &Session, targets: &Targets) -> Result<Option<StartingPoint>, Halt> {
    let Some(basis) = named(session, targets)? else { return Ok(None) };
    let selected = selected(session, &session.config.scorecards, &basis.catalog, &basis.layout, &basis.loaded, targets);
    Ok(selected.ok().map(|selected| StartingPoint { selected, ..basis }))
}

/// Looks at the files of the selected scores and, unless `only` they are asked for, at what else is in their folders. Where the
/// code of a synced one is gone, it may have got another name: then the others are looked at as well.
fn scan(
    session: &mut Session,
    selected: &BTreeSet<ScoreId>,
    layout: &Layout,
    loaded: &Loaded,
    (only, known_edits): (bool, &KnownEdits),
) -> Result<Scan, Halt> {
    let mut wanted: Vec<&RelPath> = Vec::with_capacity(2 * selected.len());
    let mut known: Vec<(RelPath, LocalDoc)> = Vec::with_capacity(2 * known_edits.len());
    for id in selected {
        let stats = known_edits.get(id).zip(layout.paths.get(id));
        if let Some(docs) = stats.and_then(|(stats, paths)| as_compared(paths, stats, &loaded.files)) {
            known.extend(docs);
            continue;
        }
        let here = layout.paths.get(id);
        let before = loaded.place(id).filter(|before| Some(*before) != here);
        wanted.extend(here.into_iter().chain(before).flat_map(ScorePaths::files));
    }
    let some = if only { Some(session.workspace.scan_only(&wanted, &loaded.files)?) } else { None };
    let is_gone = |scan: &Scan, path: &RelPath| !scan.docs.contains_key(path);
    let synced = || selected.iter().filter_map(|id| loaded.synced.get(id)).map(|synced| &synced.paths.code);
    let mut scan = match some.filter(|scan| !synced().any(|code| is_gone(scan, code))) {
        Some(scan) => scan,
        None => session.workspace.scan(wanted.iter().copied(), &loaded.files)?,
    };
    scan.docs.extend(known);
    let is_known = |path: &&RelPath| loaded.files.contains_key::<RelPath>(path);
    let gone: Vec<&RelPath> = wanted.into_iter().filter(is_known).filter(|path| is_gone(&scan, path)).collect();
    if !scan.fresh.is_empty() || !gone.is_empty() {
        session.state.set_files(&scan.fresh, &gone)?;
    }
    Ok(scan)
}

/// The files of a score that were found to have these stats just now, in the comparison with the tree index: what they say is
/// known where they were read with the same ones, and they are not looked at again.
fn as_compared(
    paths: &ScorePaths,
    stats: &[Option<FileStat>; 2],
    files: &HashMap<RelPath, CachedFile>,
) -> Option<Vec<(RelPath, LocalDoc)>> {
    let there = paths.files().zip(stats).filter_map(|(path, stat)| Some((path, stat.as_ref()?)));
    let doc = |(path, stat): (&RelPath, &FileStat)| {
        files.get(path).filter(|file| file.stat == *stat).map(|file| (path.clone(), LocalDoc::remembered(path, file)))
    };
    there.map(doc).collect()
}

/// What a commit has of a score. Of one that waits for its place nothing is pushed.
fn committed(session: &Session, texts: &OwnedTexts<'_>, places: &Places<'_>, id: &ScoreId) -> Result<LocalScore, Halt> {
    let found_at = places.found_at(id);
    if found_at.is_none() && places.is_taken(id) {
        return Ok(LocalScore::default());
    }
    Ok(LocalScore { found_at: found_at.cloned(), ..texts.local(id, session.state.with_texts(id)?.as_ref()) })
}

/// Texts of the base, and of the files where `files` reads them.
fn load_texts(session: &Session, id: &ScoreId, sides: &mut ScoreSides, files: Option<&FileReader<'_>>) -> Result<(), Halt> {
    if sides.synced.is_some() {
        sides.synced = session.state.with_texts(id)?;
    }
    let Some(files) = files else { return Ok(()) };
    let found = sides.files_at().clone();
    for (kind, path) in found.documents() {
        let doc = if kind == DocKind::Guidelines { &mut sides.local.guidelines } else { &mut sides.local.code };
        if matches!(doc, LocalDoc::Present(_)) {
            *doc = match files.document(path) {
                Ok(file) => LocalDoc::Present(file),
                Err(error) => LocalDoc::Broken(error.about(path)),
            };
        }
    }
    Ok(())
}

/// What keeps the files that were read from being pushed, and the version that another tool says they are.
fn see_faults(sides: &mut ScoreSides) {
    if !needs_texts(sides) {
        return;
    }
    let text = |doc: &LocalDoc| doc.file().and_then(|file| file.content.text.clone());
    let main = text(&sides.local.code);
    if sides.synced.is_none() {
        sides.local.stamp = main.as_deref().and_then(version_stamp).map(VersionId::from);
    }
    let texts = [(sides.paths.kind().main_document(), main), (DocKind::Guidelines, text(&sides.local.guidelines))];
    sides.local.fault = texts.into_iter().find_map(|(kind, text)| check::unpushable(kind, &text?));
}

/// Files that had a score are no new ones, whatever is selected: `left` are the places of scores that belong elsewhere now.
fn split_unknown(unknown: impl Iterator<Item = RelPath>, layout: &Layout, left: &[ScorePaths]) -> (Vec<RelPath>, Vec<RelPath>) {
    let unknown: Vec<RelPath> = unknown.collect();
    let legacy: BTreeSet<RelPath> = if unknown.iter().any(|path| path.as_str().ends_with(".md")) {
        layout.paths.values().filter_map(ScorePaths::legacy_guidelines).collect()
    } else {
        BTreeSet::new()
    };
    let all: BTreeSet<&RelPath> = layout.paths.values().chain(left).flat_map(ScorePaths::files).collect();
    unknown.into_iter().filter(|path| !all.contains(path)).partition(|path| legacy.contains(path))
}

fn needs_texts(sides: &ScoreSides) -> bool {
    let Some(synced) = &sides.synced else { return !sides.local.is_absent() };
    sides.local.changes_from(&synced.docs).any() || is_overtaken_draft(sides, synced)
}
