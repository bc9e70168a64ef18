//! What a new score would be: from a file, the catalog and what a person said. Creates nothing.

use super::report::{Halt, RecoveredOperation, RecoveryOutcome};
use super::session::Session;
use crate::check::{self, Identity};
use crate::model::{
    Catalog, DocKind, Layout, MAX_PAIR_BYTES, NewScore, NewVersion, RelPath, Score, ScoreId, ScorePaths, Scorecard, Section,
    outgoing,
};
use crate::workspace::FileError;
use uuid::Uuid;

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

/// A score that can be created, with its first version.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Proposal {
    /// The score.
    pub score: NewScore,
    /// Its scorecard's name.
    pub scorecard: String,
    /// Its section's name.
    pub section: String,
    /// Its files; guidelines may be missing.
    pub paths: ScorePaths,
    /// Its first version.
    pub version: NewVersion,
    /// What its note says.
    pub note: String,
}

/// What there is to do about a file that is to become a score.
#[derive(Debug)]
pub enum Proposed {
    /// This can be created.
    New(Box<Proposal>),
    /// An earlier run had begun to create it, and this one has finished that.
    RecoveredOperation(RecoveredOperation),
}

/// Why a score cannot be created. Nothing was touched.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NotNew {
    /// The file is no `<Scorecard>/<Score>.yaml`.
    #[error("{0} is not the code of a score")]
    NoCode(RelPath),
    /// The file belongs to a score already.
    #[error("{path} belongs to score {name:?}")]
    Taken {
        /// The file.
        path: RelPath,
        /// The score's name.
        name: String,
    },
    /// No scorecard has this folder, or this name.
    #[error("no scorecard {0:?}")]
    NoScorecard(String),
    /// The code cannot be sent: `line:column: what`.
    #[error("{path}:{fault}")]
    Fault {
        /// The file.
        path: RelPath,
        /// Line, column, what.
        fault: String,
    },
    /// Code and guidelines have this many bytes, which do not fit.
    #[error("{0} bytes do not fit")]
    TooLarge(usize),
    /// A score of this name would have another file.
    #[error("a score named {name:?} has the file {wanted}")]
    WrongPlace {
        /// The file as it is.
        path: RelPath,
        /// The name.
        name: String,
        /// The file that it would have.
        wanted: RelPath,
    },
    /// Another score of the scorecard has this external id.
    #[error("score {name:?} has the external id {external_id}")]
    ExternalIdTaken {
        /// That score's name.
        name: String,
        /// The id.
        external_id: String,
    },
    /// Nobody said which external id.
    #[error("no external id")]
    NoExternalId,
    /// Nobody said which section, or there is no such one; these are there.
    #[error("no section {wanted:?}")]
    NoSection {
        /// What was asked for.
        wanted: Option<String>,
        /// The names of all sections.
        sections: Vec<String>,
    },
}

impl Session {
    /// What would be created from `file`. Finishes what an earlier run left, unless this is a `dry_run`; changes nothing else.
    pub async fn propose(&mut self, file: &RelPath, options: &NewOptions, dry_run: bool) -> Result<Proposed, Halt> {
        let Some(remote) = self.remote.clone() else { return Err(Halt::Offline) };
        let finished = self.finish_interrupted(dry_run).await?;
        if let Some(own) =
            finished.into_iter().find(|finished| finished.end == RecoveryOutcome::Created && finished.path == *file)
        {
            return Ok(Proposed::RecoveredOperation(own));
        }
        let mut loaded = self.state.load()?;
        let (catalog, _) = self.read_catalog(&mut loaded).await?;
        let paths = paths_of(file)?;
        owner(&catalog, file)?;
        let card = scorecard(&catalog, file, options.scorecard.as_deref())?;
        let (code, guidelines) = self.texts(&paths)?;
        let said = check::identity(&code).unwrap_or_default();
        let sections = remote.sections(&card.id).await?;
        let section = section(&sections, options.section.as_deref())?;
        let score = described(&catalog, card, section, file, said, options)?;
        fits(&catalog, &score, file)?;
        let version = NewVersion::new(score.id.clone(), None, code, guidelines);
        let note = options.note.clone().unwrap_or_else(|| "First version (scoresync new)".to_owned());
        let proposal = Proposal { score, scorecard: card.name.clone(), section: section.name.clone(), paths, version, note };
        Ok(Proposed::New(Box::new(proposal)))
    }

    /// Both documents as they are sent.
    fn texts(&self, paths: &ScorePaths) -> Result<(String, Option<String>), Halt> {
        let read = |kind: DocKind, path: &RelPath| -> Result<String, Halt> {
            let text = self.workspace.read_text(path)?.content.text.unwrap_or_default();
            let fault =
                if text.trim().is_empty() && kind == DocKind::Code { Some("1:1: the file is empty".to_owned()) } else { None };
            match fault.or_else(|| check::syntax(kind, &text).map(|fault| fault.to_string())) {
                Some(fault) => Err(NotNew::Fault { path: path.clone(), fault }.into()),
                None => Ok(outgoing(kind, &text).into_owned()),
            }
        };
        let code = read(DocKind::Code, &paths.code)?;
        let guidelines = match read(DocKind::Guidelines, &paths.guidelines) {
            Err(Halt::File(FileError::NotFound(_))) => None,
            read => Some(read?),
        };
        let bytes = code.len() + guidelines.as_ref().map_or(0, String::len);
        if bytes > MAX_PAIR_BYTES { Err(NotNew::TooLarge(bytes).into()) } else { Ok((code, guidelines)) }
    }
}

/// The files of the score whose code is `file`.
fn paths_of(file: &RelPath) -> Result<ScorePaths, NotNew> {
    let no_code = || NotNew::NoCode(file.clone());
    let (folder, name) = file.as_str().split_once('/').ok_or_else(no_code)?;
    let stem = name.strip_suffix(".yaml").filter(|stem| !stem.is_empty() && !stem.contains('/')).ok_or_else(no_code)?;
    let guidelines = RelPath::parse(&format!("{folder}/guidelines/{stem}.md")).map_err(|_| no_code())?;
    Ok(ScorePaths { code: file.clone(), guidelines })
}

/// Refuses a file that is a score's.
fn owner(catalog: &Catalog, file: &RelPath) -> Result<(), NotNew> {
    let layout = Layout::of(catalog);
    let owner = catalog.scores.iter().find(|score| layout.paths.get(&score.id).is_some_and(|paths| paths.code == *file));
    owner.map_or(Ok(()), |score| Err(NotNew::Taken { path: file.clone(), name: score.name.clone() }))
}

/// The scorecard that is named, else the one with the file's folder.
fn scorecard<'a>(catalog: &'a Catalog, file: &RelPath, named: Option<&str>) -> Result<&'a Scorecard, NotNew> {
    if let Some(word) = named {
        let is_named = |card: &&Scorecard| [card.id.as_str(), &card.key, &card.external_id, &card.name].contains(&word);
        return catalog.scorecards.iter().find(is_named).ok_or_else(|| NotNew::NoScorecard(word.to_owned()));
    }
    let folder = file.as_str().split_once('/').map_or("", |(folder, _)| folder);
    let is_here =
        |card: &&Scorecard| place_of(catalog, &probe(card)).is_some_and(|path| path.as_str().split('/').next() == Some(folder));
    catalog.scorecards.iter().find(is_here).ok_or_else(|| NotNew::NoScorecard(folder.to_owned()))
}

/// A score that nobody has, to see which folder a scorecard has.
fn probe(card: &Scorecard) -> Score {
    let text = String::new;
    Score {
        id: ScoreId::from(Uuid::nil().to_string()),
        scorecard_id: card.id.clone(),
        name: text(),
        key: text(),
        external_id: text(),
        champion: None,
        disabled: false,
    }
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
    if let Some(other) = own.iter().find(|score| score.external_id == external_id) {
        return Err(NotNew::ExternalIdTaken { name: other.name.clone(), external_id });
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
        order: i64::try_from(own.len()).unwrap_or(i64::MAX),
    })
}

/// Refuses a name that would put the score, or another one that has this name too, into another file.
fn fits(catalog: &Catalog, score: &NewScore, file: &RelPath) -> Result<(), NotNew> {
    match place_of(catalog, &score.score()) {
        Some(wanted) if wanted != *file => Err(NotNew::WrongPlace { path: file.clone(), name: score.name.clone(), wanted }),
        _ => Ok(()),
    }
}
