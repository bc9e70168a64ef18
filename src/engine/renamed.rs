//! Finds files that a person renamed here: files of no score that look like a score whose code file is gone.

use super::observe::Observation;
use super::report::{Halt, RenamedHere, Report};
use super::session::Session;
use crate::model::{DocKind, LocalDoc, MAX_ITEM_BYTES, RelPath, RemoteScore, ScoreId, Trio, canonical};
use crate::plan::look_alikes;
use std::collections::BTreeMap;

/// Scores, and files, that are compared at most; beyond that it was no renaming by hand.
const MOST: usize = 64;

impl Session {
    /// Adds to the scores of a report where their files seem to have gone. Nothing is read where no score lost its file.
    pub(super) fn find_renamed(&self, observation: &Observation, report: &mut Report) -> Result<(), Halt> {
        let missing = self.missing(observation)?;
        if missing.is_empty() {
            return Ok(());
        }
        let found: Vec<(&RelPath, String)> = observation
            .unknown
            .iter()
            .filter(|path| path.as_str().ends_with(".yaml"))
            .take(MOST)
            .filter_map(|path| Some((path, comparable(&self.workspace.read_text(path).ok()?.content.text?)?)))
            .collect();
        let texts: Vec<&str> = missing.iter().map(|(_, text)| text.as_str()).collect();
        let candidates: Vec<&str> = found.iter().map(|(_, text)| text.as_str()).collect();
        let renamed: BTreeMap<&ScoreId, RenamedHere> = look_alikes(&texts, &candidates)
            .into_iter()
            .map(|(score, file, percent)| {
                let (id, to) = (missing[score].0, found[file].0);
                (id, RenamedHere { to: to.clone(), guidelines: guidelines_of(observation, id, to), percent })
            })
            .collect();
        for score in &mut report.scores {
            score.renamed = renamed.get(&score.id).cloned();
        }
        Ok(())
    }

    /// Scores that lost their code file, with what the base says.
    fn missing<'a>(&self, observation: &'a Observation) -> Result<Vec<(&'a ScoreId, String)>, Halt> {
        let is_missing =
            |trio: &Trio| trio.synced.is_some() && trio.local.code == LocalDoc::Absent && trio.remote != RemoteScore::Gone;
        let mut missing = Vec::new();
        if observation.unknown.is_empty() {
            return Ok(missing);
        }
        for (id, _) in observation.trees.iter().filter(|(_, trio)| is_missing(trio)).take(MOST) {
            let text = self.state.with_texts(id)?.and_then(|synced| synced.docs.code.text);
            missing.extend(text.and_then(|text| comparable(&text)).map(|text| (id, text)));
        }
        Ok(missing)
    }
}

/// What counts of a text; none of one that no score could hold.
fn comparable(text: &str) -> Option<String> {
    (text.len() <= MAX_ITEM_BYTES).then(|| canonical(DocKind::Code, text).into_owned())
}

/// The guidelines that were renamed along with the code.
fn guidelines_of(observation: &Observation, id: &ScoreId, code: &RelPath) -> Option<RelPath> {
    let (folder, name) = code.as_str().rsplit_once('/')?;
    let path = RelPath::parse(&format!("{folder}/guidelines/{}.md", name.strip_suffix(".yaml")?)).ok()?;
    let gone = observation.trees[id].local.guidelines == LocalDoc::Absent;
    (gone && observation.unknown.contains(&path)).then_some(path)
}
