//! What git says about versions that are pushed: the branch that they were made on, and the commit that holds their texts.
//!
//! Only told, never needed: outside of git, and where git cannot be asked, versions say nothing of it. A version's id does
//! not depend on it, so that the same edit pushed from two branches is one version.

use crate::engine::observe::commit_texts::CommitTexts;
use crate::engine::observe::git::branch_of;
use crate::engine::observe::types::Observation;
use crate::engine::report::Warning;
use crate::engine::session::Session;
use crate::git::{Blob, CommitId, GitError, Program, Repository};
use crate::model::{DocKind, NewVersion, RelPath, ScoreId, ScoreSides, VersionId, VersionMeta, outgoing};
use crate::plan::{Operation, Plan};
use serde_json::{Map, Value, json};
use std::collections::{BTreeMap, BTreeSet};

/// The key of version metadata that this room writes: `{"commit": "<id>"}`.
const KEY: &str = "git";

/// The commits of versions, as they say themselves, else as trailers in git do. Outside of git, or where it cannot be
/// asked, the first is all that is known.
pub(in crate::engine) fn commits_of<'a>(
    session: &Session,
    versions: impl Iterator<Item = &'a VersionMeta>,
) -> BTreeMap<VersionId, String> {
    let (mut told, mut silent) = (BTreeMap::new(), BTreeSet::new());
    for meta in versions {
        match meta.commit() {
            Some(commit) => _ = told.insert(meta.id.clone(), commit.to_owned()),
            None => _ = silent.insert(meta.id.clone()),
        }
    }
    let program = session.git.clone().filter(|_| !silent.is_empty());
    let repository = program.and_then(|program| Repository::discover(session.workspace.root(), program).ok()?);
    let found = repository.and_then(|repository| repository.commits_of(&silent).ok()).unwrap_or_default();
    told.extend(found.into_iter().map(|(version, commit)| (version, commit.to_string())));
    told
}

/// Where versions come from.
#[derive(Default)]
pub(in crate::engine) struct Provenance {
    /// The branch, if HEAD is on one.
    pub branch: Option<String>,
    /// The commits that hold exactly what is pushed for a score.
    pub commits: BTreeMap<ScoreId, CommitId>,
}

impl Provenance {
    /// All of what was observed comes from the commit of these texts.
    pub fn of_commit(texts: &CommitTexts, observation: &Observation) -> Self {
        let commits = observation.trees.keys().map(|id| (id.clone(), texts.commit().clone())).collect();
        Self { branch: texts.branch().map(str::to_owned), commits }
    }

    /// The version with its branch.
    pub fn labelled(&self, version: &NewVersion) -> NewVersion {
        NewVersion { branch: self.branch.clone(), ..version.clone() }
    }

    /// `metadata` with what is known of a score's commit.
    pub fn metadata(&self, score: &ScoreId, metadata: &Map<String, Value>) -> Value {
        let mut metadata = metadata.clone();
        if let Some(commit) = self.commits.get(score) {
            metadata.insert(KEY.to_owned(), json!({ "commit": commit.as_str() }));
        }
        Value::Object(metadata)
    }
}

/// Asks git about what is about to be pushed; not at all where nothing is. A git that cannot be asked keeps nobody from
/// pushing, but is told of.
pub(in crate::engine) fn provenance(session: &Session, observation: &Observation, plan: &Plan) -> (Provenance, Option<Warning>) {
    let creates: Vec<(&ScoreId, &NewVersion)> = plan
        .operations()
        .filter_map(|(id, operation)| if let Operation::Create { version, .. } = operation { Some((id, version)) } else { None })
        .collect();
    let Some(program) = session.git.clone().filter(|_| !creates.is_empty()) else { return Default::default() };
    match asked(session, program, observation, &creates) {
        Ok(provenance) => (provenance, None),
        Err(error) => (Provenance::default(), Some(Warning::NoProvenance(error))),
    }
}

fn asked(
    session: &Session,
    program: Program,
    observation: &Observation,
    creates: &[(&ScoreId, &NewVersion)],
) -> Result<Provenance, GitError> {
    let Some(repository) = Repository::discover(session.workspace.root(), program)? else { return Ok(Provenance::default()) };
    let head = repository.head()?;
    let mut provenance = Provenance { branch: branch_of(&head), ..Provenance::default() };
    let Some(commit) = head.commit() else { return Ok(provenance) };
    let files: Vec<VersionFile<'_>> =
        creates.iter().flat_map(|(score, version)| files(score, version, &observation.trees[*score])).collect();
    let paths: Vec<RelPath> = files.iter().map(|file| file.path.clone()).collect();
    let mut same: BTreeMap<&ScoreId, bool> = BTreeMap::new();
    for (file, committed) in files.iter().zip(repository.texts_at(commit, &paths)?) {
        *same.entry(file.score).or_insert(true) &= committed.and_then(Blob::bytes).is_some_and(|bytes| file.is(&bytes));
    }
    let whole = same.into_iter().filter(|(_, same)| *same);
    provenance.commits = whole.map(|(score, _)| (score.clone(), commit.clone())).collect();
    Ok(provenance)
}

/// A file whose text goes into a version.
struct VersionFile<'a> {
    score: &'a ScoreId,
    kind: DocKind,
    path: RelPath,
    text: &'a str,
}

impl VersionFile<'_> {
    fn is(&self, bytes: &[u8]) -> bool {
        std::str::from_utf8(bytes).is_ok_and(|text| outgoing(self.kind, text) == self.text)
    }
}

/// The files of a version; a document without one is carried on from the version before and no concern of git.
fn files<'a>(score: &'a ScoreId, version: &'a NewVersion, sides: &ScoreSides) -> Vec<VersionFile<'a>> {
    let paths = sides.files_at();
    let of = |(kind, path): (DocKind, &RelPath)| {
        let _there = sides.local.get(kind).file()?;
        let text = if kind == DocKind::Guidelines { version.guidelines.as_deref()? } else { &version.code };
        Some(VersionFile { score, kind, path: path.clone(), text })
    };
    paths.documents().filter_map(of).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_id_says_nothing_of_the_branch() {
        let version = NewVersion::new("s".into(), None, "a: 1".into(), None);
        let provenance = Provenance { branch: Some("main".into()), ..Provenance::default() };
        let labelled = provenance.labelled(&version);
        assert_eq!((labelled.branch.as_deref(), labelled.id), (Some("main"), version.id));
    }

    #[test]
    fn metadata_keeps_what_is_there() {
        let mut metadata = Map::new();
        metadata.insert("mine".into(), json!(1));
        assert_eq!(Provenance::default().metadata(&"s".into(), &metadata), json!({"mine": 1}));
    }
}
