//! Finds files that a person renamed here: files of no score that look like a score whose code file is gone.

use crate::engine::error::Halt;
use crate::engine::observe::starting_point::Rest;
use crate::engine::observe::types::Observation;
use crate::engine::report::{RenamedHere, Report};
use crate::engine::session::Session;
use crate::model::{DocKind, LocalDoc, MAX_ITEM_BYTES, RelPath, RemoteScore, ScoreId, ScorePaths, ScoreSides, canonical};
use crate::plan::look_alikes;
use std::collections::{BTreeMap, BTreeSet};

/// Scores, and files, that are compared at most; beyond that it was no renaming by hand.
const MOST: usize = 64;

/// Adds to the scores of a report where their files seem to have gone. Nothing is read where no score lost its file.
pub(in crate::engine) fn find_renamed(session: &Session, observation: &Observation, report: &mut Report) -> Result<(), Halt> {
    let missing = missing(session, observation)?;
    if missing.is_empty() {
        return Ok(());
    }
    let files = of_no_score(session, observation);
    let found: Vec<(&RelPath, String)> = files
        .iter()
        .filter(|path| path.as_str().ends_with(".yaml"))
        .take(MOST)
        .filter_map(|path| Some((path, comparable(&session.workspace.read_text(path).ok()?.content.text?)?)))
        .collect();
    let texts: Vec<&str> = missing.iter().map(|(_, text)| text.as_str()).collect();
    let candidates: Vec<&str> = found.iter().map(|(_, text)| text.as_str()).collect();
    let renamed: BTreeMap<&ScoreId, RenamedHere> = look_alikes(&texts, &candidates)
        .into_iter()
        .map(|(score, file, percent)| {
            let (id, to) = (missing[score].0, found[file].0);
            (id, renamed_here(session, observation, &files, id, to, percent))
        })
        .collect();
    for score in &mut report.scores {
        score.renamed = renamed.get(&score.id).cloned().map(Box::new);
    }
    Ok(())
}

/// Files that belong to no score, in folders of scorecards and in others: a whole folder may have been renamed.
fn of_no_score(session: &Session, observation: &Observation) -> Vec<RelPath> {
    let seen = observation.layout.paths.values().map(|paths| paths.code.folder());
    let others = observation.rest.as_ref().map(Rest::cards);
    let cards: BTreeSet<&str> = seen.chain(others.iter().flat_map(|cards| cards.iter().map(String::as_str))).collect();
    // What cannot be listed is no reason to stop: this is an offer only.
    let mut files = session.workspace.documents().unwrap_or_default();
    files.retain(|path| !cards.contains(path.folder().trim_end_matches("/guidelines")));
    files.extend(observation.unknown.iter().cloned());
    files
}

fn renamed_here(
    session: &Session,
    observation: &Observation,
    files: &[RelPath],
    id: &ScoreId,
    to: &RelPath,
    percent: u8,
) -> RenamedHere {
    let sides = &observation.trees[id];
    let is_gone = sides.local.guidelines == LocalDoc::Absent;
    let guidelines = ScorePaths::of_code(to).and_then(|paths| paths.guidelines).filter(|path| is_gone && files.contains(path));
    let whole_folder = !session.workspace.has_folder(sides.paths.code.folder());
    RenamedHere { to: to.clone(), guidelines, percent, whole_folder }
}

/// Scores that lost their code file, with what the base says.
fn missing<'a>(session: &Session, observation: &'a Observation) -> Result<Vec<(&'a ScoreId, String)>, Halt> {
    let is_missing =
        |sides: &ScoreSides| sides.synced.is_some() && sides.local.code == LocalDoc::Absent && sides.remote != RemoteScore::Gone;
    let mut missing = Vec::new();
    for (id, _) in observation.trees.iter().filter(|(_, sides)| is_missing(sides)).take(MOST) {
        let text = session.state.with_texts(id)?.and_then(|synced| synced.docs.code.text);
        missing.extend(text.and_then(|text| comparable(&text)).map(|text| (id, text)));
    }
    Ok(missing)
}

/// What counts of a text; none of one that no score could hold.
fn comparable(text: &str) -> Option<String> {
    (text.len() <= MAX_ITEM_BYTES).then(|| canonical(DocKind::Code, text).into_owned())
}
