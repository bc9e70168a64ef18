//! Commits that are owed to git: what a run with `--commit` wrote or pushed, until the commit is made.
//!
//! Crash protocol: the note of a score is an intent, committed to the state together with what it is about: with the intent of
//! the files that a pull replaces, or with the base that a push records. The commit itself is made when the workspace lock is
//! free, because a hook that git runs may need it (`verbs/commit_owed`), and takes the notes away. A crash in between leaves
//! them, and the next run that changes anything makes the commit. Making it again makes nothing: the files are as in HEAD then.

use crate::engine::git_record::{changed_files, entry, verb};
use crate::engine::report::{Action, Report, ScoreReport};
use crate::engine::session::Session;
use crate::git::{Entry, Head, Repository};
use crate::model::{Digest, RelPath, ScoreId, VersionId};
use crate::state::StateError;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet, HashMap};

/// The kind of intent that this room writes.
pub(in crate::engine) const COMMIT: &str = "commit";

/// The payload of an intent: what the commit says of one score, and which files it is about.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(in crate::engine) struct CommitNote {
    pub verb: String,
    /// The branch that was checked out; none where git could not tell.
    pub branch: Option<String>,
    /// Digests of the files' bytes, in hexadecimal; none for a file that is gone.
    pub files: BTreeMap<String, Option<String>>,
    score: String,
    version: Option<String>,
    what: String,
    by: Option<String>,
}

impl CommitNote {
    /// The score, as [`Entry`] names it.
    pub fn score(&self) -> &str {
        &self.score
    }

    /// What the commit's message says.
    pub fn entry(&self) -> Entry {
        Entry {
            score: self.score.clone(),
            version: self.version.as_deref().map(VersionId::from),
            what: self.what.clone(),
            by: self.by.clone(),
            files: self.files.keys().filter_map(|path| RelPath::parse(path).ok()).collect(),
        }
    }

    fn new(score: &ScoreReport, action: &Action, verb: &str, branch: Option<String>) -> Self {
        let Entry { score, version, what, by, .. } = entry(score, action, Vec::new());
        let version = version.map(|version| version.to_string());
        Self { verb: verb.to_owned(), branch, files: BTreeMap::new(), score, version, what, by }
    }

    fn add(&mut self, path: &RelPath, digest: Option<Digest>) {
        self.files.insert(path.to_string(), digest.map(|digest| digest.to_string()));
    }
}

/// Notes of what is about to be done to files, each with what it is to be, for scores whose commit is owed.
pub(in crate::engine) fn notes_of_changes<'a>(
    session: &Session,
    report: &Report,
    changes: impl Iterator<Item = (&'a ScoreId, Action, Vec<(&'a RelPath, Option<Digest>)>)>,
) -> Result<Vec<(&'a ScoreId, &'static str, Value)>, StateError> {
    let Some(owing) = Owing::of(session, report)? else { return Ok(Vec::new()) };
    let note = |(score, action, files): (&'a ScoreId, Action, Vec<(&RelPath, Option<Digest>)>)| {
        let mut note = owing.note(score, &action)?;
        files.iter().for_each(|(path, digest)| note.add(path, *digest));
        (!files.is_empty()).then(|| (score, COMMIT, json!(note)))
    };
    Ok(changes.filter_map(note).collect())
}

/// The note of a push of one score; none where no commit is owed for it.
pub(in crate::engine) fn note_of_push(owing: Option<&Owing<'_>>, score: &ScoreId, action: &Action) -> Option<CommitNote> {
    let owing = owing?;
    let mut note = owing.note(score, action)?;
    let report = owing.scores.get(score)?;
    let digests: Vec<_> = report.paths.files().zip(report.files).collect();
    let files = changed_files(report, action);
    if files.is_empty() {
        return None;
    }
    for path in files {
        let digest = digests.iter().find(|(known, _)| **known == path).and_then(|(_, digest)| *digest);
        note.add(&path, digest);
    }
    Some(note)
}

/// Scores whose commit is owed once a run has changed or pushed them.
pub(in crate::engine) struct Owing<'a> {
    scores: HashMap<&'a ScoreId, &'a ScoreReport>,
    verb: &'static str,
    branch: Option<String>,
}

impl<'a> Owing<'a> {
    /// All scores of a run that is to commit; of any other run those whose commit an earlier one owes: it would be about texts
    /// that are no longer there.
    pub fn of(session: &Session, report: &'a Report) -> Result<Option<Self>, StateError> {
        let intents = if session.commits { Vec::new() } else { session.state.intents()? };
        let owed: BTreeSet<ScoreId> = intents.into_iter().filter(|one| one.kind == COMMIT).map(|one| one.score).collect();
        if !session.commits && owed.is_empty() {
            return Ok(None);
        }
        let is_meant = |score: &&ScoreReport| session.commits || owed.contains(&score.id);
        let scores = report.scores.iter().filter(is_meant).map(|score| (&score.id, score)).collect();
        Ok(Some(Self { scores, verb: verb(report.verb), branch: branch(session) }))
    }

    fn note(&self, score: &ScoreId, action: &Action) -> Option<CommitNote> {
        Some(CommitNote::new(self.scores.get(score)?, action, self.verb, self.branch.clone()))
    }
}

fn branch(session: &Session) -> Option<String> {
    let program = session.git.clone()?;
    let repository = Repository::discover(session.workspace.root(), program).ok().flatten()?;
    branch_of(&repository)
}

/// The branch that is checked out; none where there is none, or git cannot tell.
pub(in crate::engine) fn branch_of(repository: &Repository) -> Option<String> {
    match repository.head().ok()? {
        Head::Branch { name, .. } | Head::Unborn { branch: name } => Some(name),
        Head::Detached { .. } => None,
    }
}
