//! Looking without changing: `diff`, `show` and `path`.

use super::observe::{Depth, Observation};
use super::report::{Halt, ScoreReport, Verb};
use super::select::{Directory, Targets};
use super::session::Session;
use crate::model::outline::{DocChange, change};
use crate::model::{
    Content, DocKind, Layout, LocalDoc, LocalScore, RelPath, RemoteScore, ScoreId, ScoreSides, Snapshot, Version, VersionId,
    VersionMeta, outgoing,
};
use crate::plan::Mode;
use std::sync::Arc;

/// What the files are compared with.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Against {
    /// The champion now.
    Champion,
    /// The version that the files come from.
    Base,
    /// A version of the one score that is named, by id or the start of it.
    Version(String),
    /// One version with another instead of the files.
    Versions(String, String),
}

/// One side of a difference.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Side {
    /// `champion 1a2b3c4d`, `local`, …
    pub label: String,
    /// The text as it travels (LF, without stamps); none where the side has no such document.
    pub text: Option<Arc<str>>,
}

/// A document that differs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DocDiff {
    /// The score.
    pub score: ScoreId,
    /// Its name.
    pub name: String,
    /// Which document.
    pub kind: DocKind,
    /// Its file.
    pub path: RelPath,
    /// What it is compared with.
    pub old: Side,
    /// The file, or the newer version.
    pub new: Side,
}

impl DocDiff {
    /// What differs, by the names of the document's parts.
    pub fn change(&self) -> DocChange {
        let text = |side: &Side| side.text.clone().unwrap_or_default();
        change(self.kind, &text(&self.old), &text(&self.new))
    }
}

/// Everything about one score.
#[derive(Debug)]
pub struct Shown {
    /// Names, paths, standing.
    pub score: ScoreReport,
    /// The champion, where the dashboard was asked.
    pub champion: Option<VersionMeta>,
    /// The code in the file or, where there is none, the champion's.
    pub code: Option<Arc<str>>,
    /// The guidelines, likewise.
    pub guidelines: Option<Arc<str>>,
}

impl Session {
    /// The documents of the selected scores that differ, ordered by path, and what could not be compared, as sentences.
    /// Documents with one canonical form do not differ.
    pub async fn diff(&mut self, targets: &Targets, against: &Against) -> Result<(Vec<DocDiff>, Vec<String>), Halt> {
        let observation = self.observe(targets, Depth::Contents, None).await?;
        let mut diffs = Vec::new();
        let mut unreadable = observation.unreadable.clone();
        for (id, sides) in &observation.trees {
            if let Some(why) = broken_side(sides, against) {
                if !unreadable.iter().any(|known| known == why) {
                    unreadable.push(why.to_owned());
                }
                continue;
            }
            let Some((old, new)) = self.sides(id, sides, against).await? else { continue };
            let name = observation.name_of(id);
            diffs.extend(changed(id, &name, sides, old, new));
        }
        diffs.sort_by(|a, b| a.path.cmp(&b.path));
        Ok((diffs, unreadable))
    }

    /// Both sides of a score with a label each; none if there is nothing to compare.
    async fn sides(&self, id: &ScoreId, sides: &ScoreSides, against: &Against) -> Result<Option<(Named, Named)>, Halt> {
        let old = match against {
            Against::Champion => self.champion_side(id, sides)?,
            Against::Base => self.state.with_texts(id)?.map(|synced| (format!("base {}", synced.base.short()), synced.docs)),
            Against::Version(word) | Against::Versions(word, _) => Some(self.version_side(id, word).await?),
        };
        let new = match against {
            Against::Versions(_, word) => Some(self.version_side(id, word).await?),
            _ => self.local_side(sides)?.map(|docs| ("local".to_owned(), docs)),
        };
        Ok(old.zip(new))
    }

    /// The champion's documents; the state has them where they were not read because they are known.
    fn champion_side(&self, id: &ScoreId, sides: &ScoreSides) -> Result<Option<Named>, Halt> {
        let RemoteScore::Champion(champion, _) = &sides.remote else { return Ok(None) };
        let docs = match &champion.docs {
            Some(docs) => Some(docs.clone()),
            None => self
                .state
                .with_texts(id)?
                .and_then(|synced| if synced.base == champion.id { Some(synced.docs) } else { synced.champion_docs }),
        };
        Ok(docs.map(|docs| (format!("champion {}", champion.id.short()), docs)))
    }

    fn local_side(&self, sides: &ScoreSides) -> Result<Option<Snapshot>, Halt> {
        let paths = sides.local.found_at.as_ref().unwrap_or(&sides.paths);
        let Some(code) = self.local_content(&sides.local.code, &paths.code)? else { return Ok(None) };
        Ok(Some(Snapshot { code, guidelines: self.local_content(&sides.local.guidelines, &paths.guidelines)? }))
    }

    fn local_content(&self, doc: &LocalDoc, path: &RelPath) -> Result<Option<Content>, Halt> {
        match doc.file() {
            Some(file) if file.content.text.is_some() => Ok(Some(file.content.clone())),
            Some(_) => Ok(Some(self.workspace.read_text(path)?.content)),
            None => Ok(None),
        }
    }

    async fn version_side(&self, score: &ScoreId, word: &str) -> Result<Named, Halt> {
        let version = self.version_of(score, word).await?;
        Ok((format!("version {}", version.meta.id.short()), version.docs))
    }

    /// A version of a score by its id or the start of it.
    pub(super) async fn version_of(&self, score: &ScoreId, word: &str) -> Result<Version, Halt> {
        let Some(remote) = &self.remote else { return Err(Halt::Offline) };
        let matches: Vec<VersionId> = remote
            .history(score)
            .await?
            .into_iter()
            .map(|meta| meta.id)
            .filter(|id| !word.is_empty() && id.as_str().starts_with(word))
            .collect();
        let [id] = &matches[..] else {
            return Err(Halt::NoVersion { version: word.to_owned(), matches });
        };
        Ok(remote.versions(std::slice::from_ref(id)).await?.remove(id).ok_or(Halt::NeverSynced)??)
    }

    /// Everything about the one score that `targets` names.
    pub async fn show(&mut self, targets: &Targets) -> Result<Shown, Halt> {
        let observation = self.observe(targets, Depth::Contents, None).await?;
        let mut ids = observation.trees.keys();
        let (Some(id), None) = (ids.next(), ids.next()) else {
            let matches = observation.trees.values().map(|sides| sides.paths.code.to_string()).collect();
            return Err(Halt::Ambiguous { selector: "show".to_owned(), matches });
        };
        let sides = &observation.trees[id];
        let plan = self.plan(&observation, Mode::Pull { prune: false })?;
        let report = self.report(Verb::Status, &observation, &plan)?;
        let (local, champion) = (self.local_side(sides)?, self.champion_side(id, sides)?.map(|(_, docs)| docs));
        let text = |pick: fn(&Snapshot) -> Option<&Content>| {
            let content = local.as_ref().and_then(pick).or_else(|| champion.as_ref().and_then(pick));
            content.and_then(|content| content.text.clone())
        };
        let meta = match (&self.remote, &sides.remote) {
            (Some(_), RemoteScore::Champion(champion, _)) => {
                self.read_versions(std::slice::from_ref(&champion.id)).await?.remove(&champion.id).and_then(Result::ok)
            }
            _ => None,
        };
        Ok(Shown {
            code: text(|docs| Some(&docs.code)),
            guidelines: text(|docs| docs.guidelines.as_ref()),
            champion: meta.map(|version| version.meta),
            score: report.scores.into_iter().next().expect("one score is selected"),
        })
    }

    /// The files of the selected scores, from what was last seen; asks nobody.
    pub fn locate(&mut self, targets: &Targets) -> Result<Vec<ScoreReport>, Halt> {
        let loaded = self.state.load()?;
        if loaded.catalog.scores.is_empty() {
            return Err(Halt::NeverSynced);
        }
        let layout = Layout::of(&loaded.catalog);
        let selected = Directory { catalog: &loaded.catalog, layout: &layout }.resolve(targets)?;
        let mut found: Vec<ScoreReport> = loaded
            .catalog
            .scores
            .iter()
            .filter(|score| selected.contains(&score.id))
            .map(|score| {
                let synced = loaded.synced.get(&score.id).cloned();
                let sides = ScoreSides {
                    paths: layout.paths[&score.id].clone(),
                    local: LocalScore::default(),
                    remote: RemoteScore::Gone,
                    synced,
                };
                let card = loaded.catalog.scorecard_of(score).map(|card| card.name.as_str());
                ScoreReport::new(&score.id, Some(score), card, &sides)
            })
            .collect();
        found.sort_by(|a, b| a.paths.code.cmp(&b.paths.code));
        Ok(found)
    }
}

/// Why a side that is asked for cannot be read.
fn broken_side<'a>(sides: &'a ScoreSides, against: &Against) -> Option<&'a str> {
    let local = [&sides.local.code, &sides.local.guidelines].into_iter().find_map(|doc| match doc {
        LocalDoc::Broken(why) => Some(why.as_str()),
        _ => None,
    });
    let champion = if let RemoteScore::Broken(why) = &sides.remote { Some(why.as_str()) } else { None };
    match against {
        Against::Champion => local.or(champion),
        Against::Base | Against::Version(_) => local,
        Against::Versions(..) => None,
    }
}

pub(super) type Named = (String, Snapshot);

impl Observation {
    pub(super) fn name_of(&self, id: &ScoreId) -> String {
        self.catalog.scores.iter().find(|score| score.id == *id).map_or_else(|| id.to_string(), |score| score.name.clone())
    }
}

/// The documents of one score that differ between two sides.
pub(super) fn changed(id: &ScoreId, name: &str, sides: &ScoreSides, old: Named, new: Named) -> Vec<DocDiff> {
    let changes = old.1.changes_to(&new.1);
    let one = |kind: DocKind, path: &RelPath, pick: fn(&Snapshot) -> Option<&Content>| DocDiff {
        score: id.clone(),
        name: name.to_owned(),
        kind,
        path: path.clone(),
        old: side(kind, &old, pick),
        new: side(kind, &new, pick),
    };
    let code = changes.code.then(|| one(DocKind::Code, &sides.paths.code, |docs| Some(&docs.code)));
    let guidelines =
        changes.guidelines.then(|| one(DocKind::Guidelines, &sides.paths.guidelines, |docs| docs.guidelines.as_ref()));
    code.into_iter().chain(guidelines).collect()
}

fn side(kind: DocKind, named: &Named, pick: fn(&Snapshot) -> Option<&Content>) -> Side {
    let text = pick(&named.1).and_then(|content| content.text.as_deref());
    Side { label: named.0.clone(), text: text.map(|text| Arc::from(outgoing(kind, text).as_ref())) }
}
