//! Observe: the three trees as they are now, with just the texts that planning will need.
//!
//! The dashboard is asked for its catalog (ids only), then for the contents of champions that moved, then for the history
//! of the few scores whose base has to be found. Files are looked at with one scan; texts are read only where something
//! differs from the base. Nothing is decided here.

use super::bases::is_overtaken_draft;
use super::committed::CommitTexts;
use super::report::Halt;
use super::select::{Directory, Selector, Targets};
use super::session::Session;
use crate::check;
use crate::model::{
    CachedFile, Catalog, Champion, Changes, DocKind, Layout, LocalDoc, LocalScore, RelPath, RemoteScore, Score, ScoreId,
    ScorePaths, ScoreSides, Snapshot, SyncedScore, Trees, Version, VersionId, VersionMeta, version_stamp,
};
use crate::remote::{Reads, RemoteError, Unreadable};
use crate::state::Loaded;
use crate::workspace::Scan;
use std::collections::{BTreeMap, BTreeSet, HashMap};

/// How much of the dashboard a command needs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Depth {
    /// Which champions there are and which files differ from their base; no contents, and nothing to plan with.
    Ids,
    /// How each score stands; a score that was never pulled needs no contents for that.
    Standings,
    /// Everything that a pull or push of the selected scores needs.
    Contents,
}

/// The world as it was observed.
pub(super) struct Observation {
    /// All scorecards and scores of the account.
    pub catalog: Catalog,
    /// The selected scores.
    pub trees: Trees,
    /// A program picked them one by one: how many of them are deleted says nothing about the whole.
    pub picked: bool,
    /// Files in scorecard folders that belong to no score.
    pub unknown: Vec<RelPath>,
    /// Guidelines beside the code.
    pub legacy: Vec<RelPath>,
    /// Temporary files of ours that a run left behind when it died.
    pub leftovers: Vec<RelPath>,
    /// Who made the champions that were read, where that is said.
    pub authors: Authors,
    /// Sentences for the report.
    pub warnings: Vec<String>,
    /// What the dashboard listed but could not show.
    pub unreadable: Vec<String>,
    /// The stat cache as it was before.
    pub files: HashMap<RelPath, CachedFile>,
    /// When the scan began, nanoseconds since 1970.
    pub began: i64,
    /// The generation of the state that was loaded.
    pub generation: i64,
    /// Something new was recorded in the state meanwhile: the stat cache, the catalog.
    pub recorded: bool,
}

/// Who made a score's champion.
pub(super) type Authors = BTreeMap<ScoreId, String>;

impl Session {
    /// Reads both sides, unless the run is asked to end meanwhile: nothing is lost then. `catalog` is given where this run
    /// has read it already.
    pub(super) async fn observe(
        &mut self,
        targets: &Targets,
        depth: Depth,
        catalog: Option<Catalog>,
    ) -> Result<Observation, Halt> {
        self.observe_as(targets, depth, catalog, None).await
    }

    /// The same, with the texts of a commit in the place of the files'.
    pub(super) async fn observe_as(
        &mut self,
        targets: &Targets,
        depth: Depth,
        catalog: Option<Catalog>,
        committed: Option<&CommitTexts>,
    ) -> Result<Observation, Halt> {
        let stop = self.stop_flag();
        tokio::select! {
            biased;
            observed = self.look(targets, depth, catalog, committed) => observed,
            () = stop.asked() => Err(Halt::Interrupted),
        }
    }

    async fn look(
        &mut self,
        targets: &Targets,
        depth: Depth,
        catalog: Option<Catalog>,
        committed: Option<&CommitTexts>,
    ) -> Result<Observation, Halt> {
        let mut loaded = self.state.load()?;
        let (catalog, unreadable) = match catalog {
            Some(catalog) => (catalog, Vec::new()),
            None => self.read_catalog(&mut loaded).await?,
        };
        let layout = Layout::of(&catalog);
        let selected = self.selected(&catalog, &layout, &loaded, targets)?;
        let mut scan = self.scan(&selected, &layout, &loaded)?;
        let leaving = leaving(&layout, &loaded.synced);
        let mut synced = loaded.synced;
        let mut trees = Trees::new();
        for id in selected {
            let synced = synced.remove(&id);
            let mut paths = paths_of(&id, &layout, synced.as_ref());
            let is_taken = leaving.get(&paths.code).is_some_and(|owner| *owner != id);
            if let Some(synced) = synced.as_ref().filter(|_| is_taken) {
                paths.clone_from(&synced.paths);
            }
            let mut local = match committed {
                Some(texts) => texts.local(&paths, self.state.with_texts(&id)?.as_ref()),
                None if is_taken && synced.is_none() => LocalScore::default(),
                None => local_score(&paths, synced.as_ref(), &mut scan),
            };
            self.show_faults(&mut local);
            let hidden = unreadable.iter().find(|entry| entry.may_hide(&id));
            let remote = hidden.map_or(RemoteScore::Gone, |entry| RemoteScore::Broken(entry.message.clone()));
            trees.insert(id, ScoreSides { paths, local, remote, synced });
        }
        let authors = self.read_champions(&catalog, &mut trees, depth).await?;
        self.see_stored(loaded.conflicts.keys(), &mut trees)?;
        if depth != Depth::Ids {
            for (id, sides) in &mut trees {
                self.load_texts(id, sides, committed.is_none())?;
            }
            self.look_into_git(&mut trees, committed.is_some())?;
            self.read_histories(&mut trees).await?;
            self.read_past(&mut trees);
        }
        let (legacy, unknown) = self.split_unknown(scan.unknown, &layout);
        Ok(Observation {
            catalog,
            trees,
            picked: !targets.selectors.is_empty() && targets.selectors.iter().all(|one| matches!(one, Selector::Score(_))),
            unknown,
            legacy,
            leftovers: scan.leftovers,
            authors,
            warnings: layout.warnings,
            unreadable: unreadable.into_iter().map(|entry| entry.message).collect(),
            files: loaded.files,
            began: scan.began,
            generation: loaded.generation,
            recorded: !scan.fresh.is_empty(),
        })
    }

    /// Broken documents say where, as a person would find them.
    fn show_faults(&self, local: &mut LocalScore) {
        for doc in [&mut local.code, &mut local.guidelines] {
            if let LocalDoc::Broken(why) = doc {
                *why = self.shown(why);
            }
        }
    }

    /// A sentence that begins with a path below the root, with the path as a person would find it. An absolute one stays.
    fn shown(&self, sentence: &str) -> String {
        self.config.shown_root.join(sentence).display().to_string()
    }

    /// The account's catalog now, or offline as it was last seen. An incomplete one is not worth remembering.
    pub(super) async fn read_catalog(&mut self, loaded: &mut Loaded) -> Result<(Catalog, Vec<Unreadable>), Halt> {
        let Some(remote) = self.remote.clone() else {
            let catalog = std::mem::take(&mut loaded.catalog);
            return if catalog.scores.is_empty() { Err(Halt::NeverSynced) } else { Ok((catalog, Vec::new())) };
        };
        let account = self.account(remote.as_ref()).await?;
        let (catalog, unreadable) = remote.catalog(&account).await?;
        if unreadable.is_empty() && catalog != loaded.catalog {
            self.state.transaction(|tx| tx.save_catalog(&catalog))?;
        }
        Ok((catalog, unreadable))
    }

    /// The scores that a command is about, those that are gone from Plexus included where they are meant.
    pub(super) fn selected(
        &self,
        catalog: &Catalog,
        layout: &Layout,
        loaded: &Loaded,
        targets: &Targets,
    ) -> Result<BTreeSet<ScoreId>, Halt> {
        let mut targets = targets.clone();
        if targets.scorecards.is_empty() {
            targets.scorecards.clone_from(&self.config.scorecards);
        }
        let present: BTreeSet<&ScoreId> = catalog.scores.iter().map(|score| &score.id).collect();
        let gone: Vec<(&ScoreId, &SyncedScore)> = loaded.synced.iter().filter(|(id, _)| !present.contains(id)).collect();
        let mut named = Vec::new();
        let is_gone = |selector: &Selector, named: &mut Vec<ScoreId>| {
            let is_meant = |id: &ScoreId, synced: &SyncedScore| match selector {
                Selector::Path(path) => is_at(path, &synced.paths),
                Selector::Score(score) => score == id,
                Selector::Word(_) => false,
            };
            let found_gone: Vec<_> =
                gone.iter().filter(|(id, synced)| is_meant(id, synced)).map(|(id, _)| (*id).clone()).collect();
            let found = !found_gone.is_empty();
            named.extend(found_gone);
            found
        };
        if targets == Targets::default() {
            named.extend(gone.iter().map(|(id, _)| (*id).clone()));
        }
        let asked = targets.selectors.len();
        targets.selectors.retain(|selector| !is_gone(selector, &mut named));
        let only_gone = asked > 0 && targets.selectors.is_empty();
        let mut selected = if only_gone { BTreeSet::new() } else { Directory { catalog, layout }.resolve(&targets)? };
        selected.extend(named);
        Ok(selected)
    }

    fn scan(&mut self, selected: &BTreeSet<ScoreId>, layout: &Layout, loaded: &Loaded) -> Result<Scan, Halt> {
        let mut wanted: Vec<&RelPath> = Vec::with_capacity(2 * selected.len());
        for id in selected {
            let here = layout.paths.get(id);
            let before = loaded.synced.get(id).map(|synced| &synced.paths).filter(|before| Some(*before) != here);
            wanted.extend(here.into_iter().chain(before).flat_map(|paths| [&paths.code, &paths.guidelines]));
        }
        let scan = self.workspace.scan(wanted.into_iter(), &loaded.files)?;
        let absent = scan.docs.iter().filter(|(_, doc)| **doc == LocalDoc::Absent);
        let gone: Vec<&RelPath> = absent.map(|(path, _)| path).filter(|path| loaded.files.contains_key(path)).collect();
        if !scan.fresh.is_empty() || !gone.is_empty() {
            self.state.transaction(|tx| {
                tx.set_files(&scan.fresh)?;
                gone.iter().try_for_each(|path| tx.drop_file(path))
            })?;
        }
        Ok(scan)
    }

    async fn read_champions(&mut self, catalog: &Catalog, trees: &mut Trees, depth: Depth) -> Result<Authors, Halt> {
        let mut wanted = Vec::new();
        for score in &catalog.scores {
            let Some(sides) = trees.get_mut(&score.id) else { continue };
            sides.remote = match self.champion_of(score, sides) {
                None => RemoteScore::Unchampioned(Vec::new()),
                Some(id) => {
                    if self.must_read(&id, sides, depth) {
                        wanted.push(id.clone());
                    }
                    RemoteScore::Champion(Champion { id, docs: None }, Vec::new())
                }
            };
        }
        let reads = self.read_versions(&wanted).await?;
        let mut authors = Authors::new();
        for (score, sides) in trees.iter_mut() {
            if let RemoteScore::Champion(champion, _) = &mut sides.remote
                && let Some(read) = reads.get(&champion.id)
            {
                match belongs_to(score, &champion.id, read) {
                    Ok(version) => {
                        authors.extend(author(&version.meta).map(|author| (score.clone(), author)));
                        champion.docs = Some(version.docs.clone());
                    }
                    Err(why) => sides.remote = RemoteScore::Broken(why),
                }
            }
        }
        Ok(authors)
    }

    /// Offline, a champion that conflicts was read when the conflict was found.
    fn see_stored<'a>(&self, conflicts: impl Iterator<Item = &'a ScoreId>, trees: &mut Trees) -> Result<(), Halt> {
        for id in conflicts.filter(|_| self.remote.is_none()) {
            if let (Some(sides), Some(stored)) = (trees.get_mut(id), self.state.conflict(id)?) {
                let (id, docs) = stored.theirs;
                sides.remote = RemoteScore::Champion(Champion { id, docs: Some(docs) }, Vec::new());
            }
        }
        Ok(())
    }

    /// Offline a champion that was seen but never read is unknown: the score stands as at its last sync.
    fn champion_of(&self, score: &Score, sides: &ScoreSides) -> Option<VersionId> {
        match &sides.synced {
            Some(synced) if self.remote.is_none() => synced.champion.clone(),
            _ => score.champion.clone(),
        }
    }

    fn must_read(&self, champion: &VersionId, sides: &ScoreSides, depth: Depth) -> bool {
        let known =
            sides.synced.as_ref().is_some_and(|synced| synced.base == *champion || synced.champion.as_ref() == Some(champion));
        let only_to_be_pulled = sides.synced.is_none() && has_no_files(&sides.local) && depth == Depth::Standings;
        self.remote.is_some() && depth != Depth::Ids && !known && !only_to_be_pulled
    }

    pub(super) async fn read_versions(&self, ids: &[VersionId]) -> Result<Reads, Halt> {
        match &self.remote {
            Some(remote) if !ids.is_empty() => Ok(remote.versions(ids).await?),
            _ => Ok(Reads::new()),
        }
    }

    /// Texts of the files, unless they have them, and of the base, where the score differs from its base or has none.
    fn load_texts(&self, id: &ScoreId, sides: &mut ScoreSides, from_files: bool) -> Result<(), Halt> {
        if !needs_texts(sides) {
            return Ok(());
        }
        if sides.synced.is_some() {
            sides.synced = self.state.with_texts(id)?;
        }
        let found = sides.local.found_at.as_ref().unwrap_or(&sides.paths).clone();
        let places = [
            (DocKind::Code, &mut sides.local.code, found.code),
            (DocKind::Guidelines, &mut sides.local.guidelines, found.guidelines),
        ];
        let mut faults = Vec::new();
        for (kind, doc, path) in places {
            if !matches!(doc, LocalDoc::Present(_)) {
                continue;
            }
            if from_files {
                *doc = match self.workspace.read_text(&path) {
                    Ok(file) => LocalDoc::Present(file),
                    Err(error) => LocalDoc::Broken(self.shown(&error.about(&path))),
                };
            }
            let text = doc.file().and_then(|file| file.content.text.as_deref()).unwrap_or_default();
            faults.extend(
                check::syntax(kind, text).map(|fault| format!("{}:{fault}", path.under(&self.config.shown_root).display())),
            );
            if kind == DocKind::Code && sides.synced.is_none() {
                sides.local.stamp = version_stamp(text).map(VersionId::from);
            }
        }
        sides.local.fault = faults.into_iter().next();
        Ok(())
    }

    fn split_unknown(&self, unknown: Vec<RelPath>, layout: &Layout) -> (Vec<RelPath>, Vec<RelPath>) {
        let legacy: BTreeSet<RelPath> = if unknown.iter().any(|path| path.as_str().ends_with(".md")) {
            layout.paths.values().map(ScorePaths::legacy_guidelines).collect()
        } else {
            BTreeSet::new()
        };
        let all: BTreeSet<&RelPath> = layout.paths.values().flat_map(|paths| [&paths.code, &paths.guidelines]).collect();
        unknown.into_iter().filter(|path| !all.contains(path)).partition(|path| legacy.contains(path))
    }
}

/// Code files of scores that were renamed in Plexus or are gone, and that are not moved away yet. Another score that gets
/// such a place by its own name must not take the file for its own; it moves there when the place is free.
fn leaving(layout: &Layout, synced: &BTreeMap<ScoreId, SyncedScore>) -> HashMap<RelPath, ScoreId> {
    let is_leaving = |id: &ScoreId, at: &ScorePaths| layout.paths.get(id).is_none_or(|paths| paths.code != at.code);
    synced
        .iter()
        .filter(|(id, synced)| is_leaving(id, &synced.paths))
        .map(|(id, synced)| (synced.paths.code.clone(), id.clone()))
        .collect()
}

fn is_at(path: &RelPath, paths: &ScorePaths) -> bool {
    paths.code == *path || paths.guidelines == *path
}

/// A score that is gone from Plexus keeps the paths it had.
fn paths_of(id: &ScoreId, layout: &Layout, synced: Option<&SyncedScore>) -> ScorePaths {
    layout
        .paths
        .get(id)
        .or(synced.map(|synced| &synced.paths))
        .expect("a selected score is in the catalog or in the state")
        .clone()
}

/// The files at the score's paths or, if there are none and the score was renamed in Plexus, where they were.
fn local_score(paths: &ScorePaths, synced: Option<&SyncedScore>, scan: &mut Scan) -> LocalScore {
    let mut at = |paths: &ScorePaths| {
        let mut doc = |path| scan.docs.remove(path).unwrap_or_default();
        LocalScore { code: doc(&paths.code), guidelines: doc(&paths.guidelines), ..LocalScore::default() }
    };
    let here = at(paths);
    let Some(before) = synced.map(|synced| &synced.paths).filter(|before| *before != paths && has_no_files(&here)) else {
        return here;
    };
    let there = at(before);
    if has_no_files(&there) { here } else { LocalScore { found_at: Some(before.clone()), ..there } }
}

pub(super) fn has_no_files(local: &LocalScore) -> bool {
    local.code == LocalDoc::Absent && local.guidelines == LocalDoc::Absent
}

/// What the files change against the base, from digests alone.
pub(super) fn local_changes(local: &LocalScore, base: &Snapshot) -> Changes {
    let content = |doc: &LocalDoc| doc.file().map(|file| file.content.clone());
    let code = content(&local.code).unwrap_or_else(|| base.code.clone());
    base.changes_to(&Snapshot { code, guidelines: content(&local.guidelines) })
}

fn needs_texts(sides: &ScoreSides) -> bool {
    let Some(synced) = &sides.synced else { return !has_no_files(&sides.local) };
    local_changes(&sides.local, &synced.docs).any() || is_overtaken_draft(sides, synced)
}

fn belongs_to<'a>(score: &ScoreId, champion: &VersionId, read: &'a Result<Version, RemoteError>) -> Result<&'a Version, String> {
    let version = read.as_ref().map_err(|error| match error {
        // These name the version themselves.
        RemoteError::Protocol(why) | RemoteError::Rejected { error_type: None, message: why } => format!("the champion: {why}"),
        error => format!("the champion {champion}: {error}"),
    })?;
    let owner = &version.meta.score_id;
    if owner == score { Ok(version) } else { Err(format!("the champion {champion} belongs to score {owner}")) }
}

/// `metadata.attribution.actorKey`, as the Plexus tools write it.
fn author(version: &VersionMeta) -> Option<String> {
    let author = version.metadata.get("attribution")?.get("actorKey")?.as_str()?;
    (!author.trim().is_empty()).then(|| author.to_owned())
}
