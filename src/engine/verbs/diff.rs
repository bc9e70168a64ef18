//! `diff`: the documents of scores that differ between two sides.

use crate::engine::error::Halt;
use crate::engine::observe::trees::observe;
use crate::engine::observe::types::{Depth, ObserveRequest};
use crate::engine::observe::versions::{read_versions, version_of};
use crate::engine::select::Targets;
use crate::engine::session::Session;
use crate::engine::verbs::standings::standings;
use crate::model::outline::{DocChange, change};
use crate::model::{
    BrokenScore, Changes, Content, DocKind, LocalDoc, RelPath, RemoteScore, ScoreId, ScoreSides, Snapshot, VersionId, in_file,
    is_same_document, outgoing,
};
use crate::plan::ScoreProblem;
use std::borrow::Cow;
use std::collections::{BTreeMap, HashMap};
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
    /// The same the other way round: what taking the version would bring into the files.
    Update(String),
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

/// The documents of one side, with what it is called; a side may lack any of them.
#[derive(Clone)]
pub(in crate::engine) struct SideDocs {
    label: String,
    main: Option<Content>,
    guidelines: Option<Content>,
}

impl SideDocs {
    /// Both documents of a version.
    pub fn of((label, docs): NamedSnapshot) -> Self {
        Self { label, main: Some(docs.code), guidelines: docs.guidelines }
    }

    /// One document.
    pub fn get(&self, kind: DocKind) -> Option<&Content> {
        if kind == DocKind::Guidelines { self.guidelines.as_ref() } else { self.main.as_ref() }
    }

    /// Both documents, where there is a main one.
    fn whole(&self) -> Option<Snapshot> {
        Some(Snapshot { code: self.main.clone()?, guidelines: self.guidelines.clone() })
    }

    /// What `newer` changes: missing guidelines are "no opinion", unless the whole score is missing.
    fn changes_to(&self, newer: &Self) -> Changes {
        if let (Some(old), Some(new)) = (self.whole(), newer.whole()) {
            return old.changes_to(&new);
        }
        let says = |side: &Self| side.guidelines.clone().filter(|content| !content.is_empty());
        Changes { code: self.main != newer.main, guidelines: says(self) != says(newer) }
    }
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
    /// The text that is in the file, where there is one.
    pub file: Option<Arc<str>>,
}

impl DocDiff {
    /// Both texts as the file would have them, the old one first: a patch from one to the other fits the file.
    pub fn in_file(&self) -> [Cow<'_, str>; 2] {
        [&self.old, &self.new].map(|side| match (side.text.as_deref(), self.file.as_deref()) {
            (None, _) => Cow::Borrowed(""),
            (Some(text), None) => Cow::Borrowed(text),
            (Some(text), Some(file)) => in_file(self.kind, text, file),
        })
    }

    /// What differs, by the names of the document's parts.
    pub fn change(&self) -> DocChange {
        let text = |side: &Side| side.text.clone().unwrap_or_default();
        change(self.kind, &text(&self.old), &text(&self.new))
    }

    /// Both sides say the same, written in another way.
    pub fn is_reformatted(&self) -> bool {
        let texts = self.old.text.as_deref().zip(self.new.text.as_deref());
        self.kind.is_yaml() && texts.is_some_and(|(old, new)| is_same_document(old, new))
    }
}

/// The documents of the selected scores that differ, ordered by path, and what could not be compared, as sentences.
/// Documents with one canonical form do not differ.
pub async fn diff(
    session: &mut Session,
    targets: &Targets,
    against: &Against,
) -> Result<(Vec<DocDiff>, Vec<ScoreProblem>), Halt> {
    // Scores that are calm have nothing that differs.
    let depth = if *against == Against::Base { Depth::Contents } else { Depth::Texts };
    let observation = observe(session, ObserveRequest::of(targets, depth).by_last_names().only_moved(true)).await?;
    let bases = match against {
        Against::Base => {
            standings(session, &observation)?.scores.into_iter().filter_map(|one| Some((one.id, one.base?))).collect()
        }
        _ => BTreeMap::new(),
    };
    let mut diffs = Vec::new();
    let listed = observation.unreadable.iter().cloned().map(|why| ScoreProblem::Remote(BrokenScore::Unlisted(why)));
    let mut unreadable: Vec<ScoreProblem> = listed.collect();
    let names: HashMap<&ScoreId, &str> = observation.catalog.scores.iter().map(|score| (&score.id, &*score.name)).collect();
    for (id, sides) in &observation.trees {
        if let Some(why) = broken_side(sides, against) {
            if !unreadable.contains(&why) {
                unreadable.push(why);
            }
            continue;
        }
        let base = bases.get(id).or_else(|| sides.synced.as_ref().map(|synced| &synced.base));
        if is_not_here(sides, against) || !may_differ(sides, against, base) {
            continue;
        }
        let local = local_of(session, sides, against)?;
        let Some((old, new)) = both_sides(session, id, sides, against, base, &local).await? else { continue };
        // A score that is gone from the catalog goes by its id.
        let name = names.get(id).copied().unwrap_or(id.as_str());
        diffs.extend(changed(id, name, sides, &old, &new, Some(&local)));
    }
    diffs.sort_by(|a, b| a.path.cmp(&b.path));
    Ok((diffs, unreadable))
}

/// A score without files has nothing to compare where it was never pulled, or is gone from the dashboard, too.
fn is_not_here(sides: &ScoreSides, against: &Against) -> bool {
    let is_unasked = matches!(against, Against::Champion | Against::Base);
    is_unasked && sides.local.is_absent() && (sides.synced.is_none() || sides.remote == RemoteScore::Gone)
}

/// The main document was here, and is not any more.
fn is_deleted(sides: &ScoreSides) -> bool {
    sides.synced.is_some() && sides.local.code == LocalDoc::Absent
}

/// False where digests alone say that the files are what they are compared with: most texts are never read.
fn may_differ(sides: &ScoreSides, against: &Against, base: Option<&VersionId>) -> bool {
    let synced = sides.synced.as_ref();
    let old = match against {
        Against::Champion => sides
            .champion()
            .and_then(|champion| champion.docs.as_ref().or_else(|| synced.and_then(|synced| synced.docs_of(&champion.id)))),
        Against::Base => base.and_then(|base| synced.and_then(|synced| synced.docs_of(base))),
        Against::Version(_) | Against::Update(_) | Against::Versions(..) => None,
    };
    is_deleted(sides) || old.is_none_or(|old| sides.local.changes_from(old).any())
}

/// Both sides of a score with a label each; none if there is nothing to compare.
async fn both_sides(
    session: &Session,
    id: &ScoreId,
    sides: &ScoreSides,
    against: &Against,
    base: Option<&VersionId>,
    local: &SideDocs,
) -> Result<Option<(SideDocs, SideDocs)>, Halt> {
    let old = match against {
        Against::Update(_) => Some(local.clone()),
        Against::Champion => match champion_side(session, id, sides)? {
            Some(champion) => Some(SideDocs::of(champion)),
            // What is gone, or has no champion yet, is still an edit of what the files come from.
            None => base_side(session, id, sides, base).await?,
        },
        Against::Base => base_side(session, id, sides, base).await?,
        Against::Version(word) | Against::Versions(word, _) => Some(version_side(session, id, word).await?),
    };
    let new = match against {
        Against::Versions(_, word) | Against::Update(word) => version_side(session, id, word).await?,
        _ => local.clone(),
    };
    Ok(old.map(|old| (old, new)))
}

async fn base_side(
    session: &Session,
    id: &ScoreId,
    sides: &ScoreSides,
    base: Option<&VersionId>,
) -> Result<Option<SideDocs>, Halt> {
    let Some(base) = base else { return Ok(None) };
    let docs = base_docs(session, id, sides, base).await?;
    Ok(Some(SideDocs::of((format!("base {}", base.short()), docs))))
}

/// The files. Where two versions are compared, they only say how the lines end: it does not matter if they cannot be read.
fn local_of(session: &Session, sides: &ScoreSides, against: &Against) -> Result<SideDocs, Halt> {
    match local_side(session, sides) {
        Err(_) if matches!(against, Against::Versions(..)) => {
            Ok(SideDocs { label: "local".to_owned(), main: None, guidelines: None })
        }
        local => local,
    }
}

/// The documents of the version that the files come from: another one than the state knows where git brought the files.
async fn base_docs(session: &Session, id: &ScoreId, sides: &ScoreSides, base: &VersionId) -> Result<Snapshot, Halt> {
    let in_state = session.state.with_texts(id)?.and_then(|synced| synced.docs_of(base).cloned());
    let champion = || sides.champion().filter(|champion| champion.id == *base)?.docs.clone();
    match in_state.or_else(champion) {
        Some(docs) => Ok(docs),
        None if session.remote.is_none() => Err(Halt::Offline),
        None => {
            let vanished = || Halt::NoVersion { version: base.to_string(), matches: Vec::new() };
            Ok(read_versions(session, std::slice::from_ref(base)).await?.remove(base).ok_or_else(vanished)??.docs)
        }
    }
}

/// The champion's documents; the state has them where they were not read because they are known.
pub(in crate::engine) fn champion_side(
    session: &Session,
    id: &ScoreId,
    sides: &ScoreSides,
) -> Result<Option<NamedSnapshot>, Halt> {
    let RemoteScore::Champion(champion, _) = &sides.remote else { return Ok(None) };
    let docs = match &champion.docs {
        Some(docs) => Some(docs.clone()),
        None => session
            .state
            .with_texts(id)?
            .and_then(|synced| if synced.base == champion.id { Some(synced.docs) } else { synced.champion_docs }),
    };
    Ok(docs.map(|docs| (format!("champion {}", champion.id.short()), docs)))
}

/// The files that are here.
pub(in crate::engine) fn local_side(session: &Session, sides: &ScoreSides) -> Result<SideDocs, Halt> {
    let paths = sides.files_at();
    let main = local_content(session, &sides.local.code, &paths.code)?;
    let guidelines = paths.guidelines.as_ref().map(|path| local_content(session, &sides.local.guidelines, path));
    Ok(SideDocs { label: "local".to_owned(), main, guidelines: guidelines.transpose()?.flatten() })
}

fn local_content(session: &Session, doc: &LocalDoc, path: &RelPath) -> Result<Option<Content>, Halt> {
    match doc.file() {
        Some(file) if file.content.text.is_some() => Ok(Some(file.content.clone())),
        Some(_) => Ok(Some(session.workspace.read_text(path)?.content)),
        None => Ok(None),
    }
}

async fn version_side(session: &Session, score: &ScoreId, word: &str) -> Result<SideDocs, Halt> {
    let version = version_of(session, score, word).await?;
    Ok(SideDocs::of((format!("version {}", version.meta.id.short()), version.docs)))
}

/// Why a side that is asked for cannot be read.
fn broken_side(sides: &ScoreSides, against: &Against) -> Option<ScoreProblem> {
    let local = [&sides.local.code, &sides.local.guidelines].into_iter().find_map(|doc| match doc {
        LocalDoc::Broken(file) => Some(ScoreProblem::File(file.clone())),
        _ => None,
    });
    let champion = if let RemoteScore::Broken(score) = &sides.remote { Some(ScoreProblem::Remote(score.clone())) } else { None };
    match against {
        Against::Champion => local.or(champion),
        Against::Base | Against::Version(_) | Against::Update(_) => local,
        Against::Versions(..) => None,
    }
}

/// Documents with the label of their side.
pub(in crate::engine) type NamedSnapshot = (String, Snapshot);

/// The documents of one score that differ between two sides, with the files where they are known.
pub(in crate::engine) fn changed(
    id: &ScoreId,
    name: &str,
    sides: &ScoreSides,
    old: &SideDocs,
    new: &SideDocs,
    local: Option<&SideDocs>,
) -> Vec<DocDiff> {
    let changes = old.changes_to(new);
    let one = |(kind, path): (DocKind, &RelPath)| DocDiff {
        score: id.clone(),
        name: name.to_owned(),
        kind,
        path: path.clone(),
        old: side(kind, old),
        new: side(kind, new),
        file: local.and_then(|docs| docs.get(kind)).and_then(|content| Some(content.text.as_ref()?.shared().clone())),
    };
    sides.files_at().documents().filter(|(kind, _)| changes.has(*kind)).map(one).collect()
}

fn side(kind: DocKind, docs: &SideDocs) -> Side {
    let text = docs.get(kind).and_then(|content| content.text.as_deref());
    Side { label: docs.label.clone(), text: text.map(|text| Arc::from(outgoing(kind, text).as_ref())) }
}
