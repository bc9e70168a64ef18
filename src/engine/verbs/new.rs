//! What a new score would be: from a file, the catalog and what a person said. Creates nothing.

use crate::check;
use crate::check::Identity;
use crate::engine::error::{Halt, NotNew};
use crate::engine::execute::creation::Proposal;
use crate::engine::observe::catalog::{load_beside, or_last_seen, read_catalog};
use crate::engine::session::Session;
use crate::model::{
    Catalog, DocKind, Layout, MAX_PAIR_BYTES, NewScore, NewVersion, RelPath, Score, ScoreId, ScorePaths, Scorecard, Section,
    SectionId, SyncedScore, folder_and_stem, outgoing,
};
use crate::workspace::FileError;
use std::collections::BTreeMap;

/// What a person said about the score; the file says the rest.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct NewOptions {
    /// The scorecard, by id, key, external id or name; otherwise the one whose folder the file lies in.
    pub scorecard: Option<String>,
    /// The section, by id or name; otherwise the only one.
    pub section: Option<String>,
    /// Its name; otherwise what the code says, otherwise the file's.
    pub name: Option<String>,
    /// Its key.
    pub key: Option<String>,
    /// Its external id.
    pub external_id: Option<String>,
    /// Its type.
    pub kind: Option<String>,
    /// What the first version's note says.
    pub note: Option<String>,
}

/// What would be created from `file`. Changes nothing.
///
/// # Errors
/// [`NotNew`] in a halt: no score can be created from this file, and why; the dashboard cannot be read.
pub async fn propose(session: &mut Session, file: &RelPath, options: &NewOptions) -> Result<Proposal, Halt> {
    let Some(remote) = session.remote.clone() else { return Err(Halt::Offline) };
    let (read, _) = read_catalog(session).await?;
    let mut loaded = load_beside(session, read.as_ref())?;
    let catalog = or_last_seen(read, &mut loaded)?;
    let paths = ScorePaths::of_code(file).ok_or_else(|| NotNew::NoCode(file.clone()))?;
    owner(&catalog, &loaded.synced, file)?;
    if paths.kind().is_standalone() {
        return standalone(session, &catalog, file, paths, options);
    }
    let card = scorecard(&catalog, file, options.scorecard.as_deref())?;
    let (code, guidelines) = texts(session, &paths)?;
    let said = check::identity(&code).unwrap_or_default();
    let sections = remote.sections(&card.id).await?;
    let section = section(&sections, options.section.as_deref())?;
    let score = described(&catalog, card, section, file, said, options)?;
    fits(&catalog, &score, file)?;
    let version = NewVersion::new(score.id.clone(), None, code, guidelines);
    let note = options.note.clone().unwrap_or_else(|| "First version (scoresync new)".to_owned());
    Ok(Proposal { score, scorecard: card.name.clone(), section: section.name.clone(), paths, version, note })
}

/// A standalone document, which has no scorecard, no section and no number.
fn standalone(
    session: &Session,
    catalog: &Catalog,
    file: &RelPath,
    paths: ScorePaths,
    options: &NewOptions,
) -> Result<Proposal, Halt> {
    let kind = paths.kind();
    let card = kind.scorecard().filter(|card| catalog.scorecards.iter().any(|known| known.id == *card));
    let card = card.ok_or(NotNew::NotSynced(kind))?;
    let name = options.name.clone().unwrap_or_else(|| folder_and_stem(file).1.to_owned());
    let is_taken = |score: &&Score| score.scorecard_id == card && *score.name == *name;
    if let Some(other) = catalog.scores.iter().find(is_taken) {
        return Err(NotNew::Taken { path: file.clone(), name: other.name.to_string() }.into());
    }
    let account = session.state.origin()?.ok_or(Halt::NeverSynced)?.account_id;
    let (code, _) = texts(session, &paths)?;
    let made = NewScore::id_of(&card, &format!("{account}:{name}"));
    let score = NewScore {
        id: kind.score_id(made.as_str()),
        scorecard_id: card.clone(),
        section_id: SectionId::from(""),
        name,
        key: None,
        external_id: String::new(),
        kind: String::new(),
        order: 0,
        account: Some(account),
    };
    fits(catalog, &score, file)?;
    let version = NewVersion::new(score.id.clone(), None, code, None);
    let note = options.note.clone().unwrap_or_else(|| "First version (scoresync new)".to_owned());
    Ok(Proposal { score, scorecard: card.to_string(), section: String::new(), paths, version, note })
}

/// Both documents as they are sent.
fn texts(session: &Session, paths: &ScorePaths) -> Result<(String, Option<String>), Halt> {
    let read = |kind: DocKind, path: &RelPath| -> Result<String, Halt> {
        let text = session.workspace.read_text(path)?.content.text;
        let text = text.as_deref().unwrap_or_default();
        match check::unpushable(kind, text) {
            Some(fault) => Err(NotNew::Fault { path: path.clone(), fault }.into()),
            None => Ok(outgoing(kind, text).into_owned()),
        }
    };
    let code = read(paths.kind().main_document(), &paths.code)?;
    let guidelines = match paths.guidelines.as_ref().map(|path| read(DocKind::Guidelines, path)) {
        None | Some(Err(Halt::File(FileError::NotFound(_)))) => None,
        Some(read) => Some(read?),
    };
    let bytes = code.len() + guidelines.as_ref().map_or(0, String::len);
    if bytes > MAX_PAIR_BYTES { Err(NotNew::TooLarge(bytes).into()) } else { Ok((code, guidelines)) }
}

/// Refuses a file that is a score's, also one that a pull has yet to move because its score was renamed in Plexus.
fn owner(catalog: &Catalog, synced: &BTreeMap<ScoreId, SyncedScore>, file: &RelPath) -> Result<(), NotNew> {
    let layout = Layout::of(catalog);
    let is_at = |paths: Option<&ScorePaths>| paths.is_some_and(|paths| paths.code == *file);
    let owner = catalog
        .scores
        .iter()
        .find(|score| is_at(layout.paths.get(&score.id)) || is_at(synced.get(&score.id).map(|synced| &synced.paths)));
    let Some(score) = owner else { return Ok(()) };
    let (path, name) = (file.clone(), score.name.to_string());
    let is_gone = |id: &ScoreId| catalog.scores.iter().all(|score| score.id != *id);
    let is_of_another = synced.iter().any(|(id, other)| is_at(Some(&other.paths)) && is_gone(id));
    Err(if is_of_another { NotNew::TakenOver { path, name } } else { NotNew::Taken { path, name } })
}

/// The scorecard that is named, else the one with the file's folder.
fn scorecard<'a>(catalog: &'a Catalog, file: &RelPath, named: Option<&str>) -> Result<&'a Scorecard, NotNew> {
    if let Some(word) = named {
        return catalog.scorecards.iter().find(|card| card.is_called(word)).ok_or_else(|| NotNew::NoScorecard(word.to_owned()));
    }
    let folder = file.as_str().split_once('/').map_or("", |(folder, _)| folder);
    Layout::of(catalog).card_in(catalog, folder).ok_or_else(|| NotNew::NoScorecard(folder.to_owned()))
}

/// Where the code of `score` would be.
fn place_of(catalog: &Catalog, score: &Score) -> Option<RelPath> {
    let mut catalog = catalog.clone();
    catalog.scores.push(score.clone());
    Layout::of(&catalog).paths.remove(&score.id).map(|paths| paths.code)
}

fn section<'a>(sections: &'a [Section], named: Option<&str>) -> Result<&'a Section, NotNew> {
    let found: Vec<&Section> = match named {
        Some(word) => sections.iter().filter(|section| section.id.as_str() == word || section.name == word).collect(),
        None => sections.iter().collect(),
    };
    match found[..] {
        [section] => Ok(section),
        _ => Err(NotNew::NoSection {
            wanted: named.map(str::to_owned),
            sections: sections.iter().map(|section| section.name.clone()).collect(),
        }),
    }
}

fn described(
    catalog: &Catalog,
    card: &Scorecard,
    section: &Section,
    file: &RelPath,
    said: Identity,
    options: &NewOptions,
) -> Result<NewScore, NotNew> {
    let stem = file.file_name().strip_suffix(".yaml").unwrap_or_default().to_owned();
    let name = options.name.clone().or(said.name).unwrap_or(stem);
    let external_id = options.external_id.clone().or(said.external_id).filter(|id| !id.trim().is_empty());
    let external_id = external_id.ok_or(NotNew::NoExternalId)?;
    let own: Vec<&Score> = catalog.scores.iter().filter(|score| score.scorecard_id == card.id).collect();
    if let Some(other) = own.iter().find(|score| *score.external_id == *external_id) {
        return Err(NotNew::ExternalIdTaken { name: other.name.to_string(), external_id });
    }
    Ok(NewScore {
        id: NewScore::id_of(&card.id, &external_id),
        scorecard_id: card.id.clone(),
        section_id: section.id.clone(),
        name,
        key: options.key.clone().or(said.key),
        external_id,
        kind: options.kind.clone().unwrap_or(said.kind),
        // RACE: two who create at once take one place; an order need not be unique.
        order: section.next_order,
        account: None,
    })
}

/// Refuses a name that would put the score, or another one that has this name too, into another file.
fn fits(catalog: &Catalog, score: &NewScore, file: &RelPath) -> Result<(), NotNew> {
    match place_of(catalog, &score.score()) {
        Some(wanted) if wanted != *file => Err(NotNew::WrongPlace { path: file.clone(), name: score.name.clone(), wanted }),
        _ => Ok(()),
    }
}
