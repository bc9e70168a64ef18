//! Folders beside those of the scorecards, files in the folder of a scorecard that has no score yet, and code in no folder.

use crate::engine::file_report::ForeignFolder;
use crate::engine::observe::starting_point::Rest;
use crate::engine::observe::types::Observation;
use crate::engine::session::Session;
use crate::model::{RelPath, ScorePaths, most_similar};
use std::collections::{BTreeMap, HashSet};

/// How much of a folder's name must be that of a scorecard's to be taken for it, from 0 to 1.
const LIKE: f64 = 0.6;

/// The folders, and the files of scorecards without scores or of no scorecard. What cannot be listed is left out: nothing is done with it.
pub(in crate::engine) fn foreign(session: &Session, observation: &Observation) -> (Vec<ForeignFolder>, Vec<RelPath>) {
    let layout = &observation.layout;
    let places = observation.trees.values().flat_map(|sides| {
        let before = sides.synced.as_ref().map(|synced| &synced.paths);
        [Some(&sides.paths), Some(sides.files_at()), before].into_iter().flatten()
    });
    let seen = observation.rest.as_ref().map(Rest::folders);
    let mut known: HashSet<&str> = layout.paths.values().chain(places).map(|paths: &ScorePaths| paths.code.folder()).collect();
    known.extend(seen.iter().flat_map(|folders| folders.iter().map(String::as_str)));
    let files = session.workspace.documents_elsewhere(&known).unwrap_or_default();
    let (of_cards, others): (Vec<RelPath>, Vec<RelPath>) =
        files.into_iter().partition(|path| layout.folders.iter().any(|folder| folder == card_folder(path)));
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    others.iter().for_each(|path| *counts.entry(card_folder(path)).or_default() += 1);
    let folder = |(folder, files): (&str, usize)| {
        let near = most_similar(folder, layout.folders.iter().map(String::as_str), LIKE).map(str::to_owned);
        Some(ForeignFolder { folder: RelPath::parse(folder).ok()?, files, near })
    };
    // Other Plexus tools dump a whole scorecard into a file named by its key.
    let is_dump =
        |path: &RelPath| observation.catalog.scorecards.iter().any(|card| path.as_str() == format!("{}.yaml", card.key));
    let beside = session.workspace.documents_at_the_top().unwrap_or_default().into_iter().filter(|path| !is_dump(path));
    (counts.into_iter().filter_map(folder).collect(), beside.chain(of_cards).collect())
}

fn card_folder(path: &RelPath) -> &str {
    top(path.as_str())
}

fn top(path: &str) -> &str {
    path.split_once('/').map_or(path, |(top, _)| top)
}
