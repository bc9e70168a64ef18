//! Who wrote each line of a score's document, in which version and commit.

use crate::engine::error::Halt;
use crate::engine::execute::provenance::commits_of;
use crate::engine::observe::trees::observe;
use crate::engine::observe::types::ObserveRequest;
use crate::engine::observe::versions::read_versions;
use crate::engine::planned::{build_plan, build_report};
use crate::engine::report::Verb;
use crate::engine::select::Targets;
use crate::engine::session::Session;
use crate::model::{DocKind, RelPath, ScoreId, Snapshot, Version, VersionId, VersionMeta, outgoing};
use crate::plan::{Attribution, Mode};
use crate::workspace::FileError;
use std::collections::{BTreeMap, BTreeSet};

/// Versions whose contents are read together: most lines are of the newest few.
const BATCH: usize = 10;

/// A document, line by line.
#[derive(Clone, Debug, PartialEq)]
pub struct Blame {
    /// The file.
    pub path: RelPath,
    /// Its lines in their order.
    pub lines: Vec<BlamedLine>,
    /// The versions that lines came in with.
    pub versions: BTreeMap<VersionId, BlamedVersion>,
}

/// One line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BlamedLine {
    /// The line, without its end.
    pub text: String,
    /// The version that it came in with; none for a local edit.
    pub version: Option<VersionId>,
}

/// A version that brought lines.
#[derive(Clone, Debug, PartialEq)]
pub struct BlamedVersion {
    /// Who made it, when and why.
    pub meta: VersionMeta,
    /// The commit that holds it, if the version or a commit says so.
    pub commit: Option<String>,
}

/// Attributes the lines of one document of one score: the guidelines where their file is named, or where they are asked
/// for. Lineages may end early, as other tools lose parents; what is older then counts as the last version's.
pub async fn blame(session: &mut Session, targets: &Targets, guidelines: bool) -> Result<Blame, Halt> {
    let observation = observe(session, ObserveRequest::contents(targets).by_last_names()).await?;
    let (score, sides) = observation.only_score()?;
    let plan = build_plan(session, &observation, Mode::Pull { prune: false })?;
    let report = build_report(session, Verb::Status, &observation, &plan)?;
    let newest = report.scores.first().and_then(|report| report.base.clone().or(report.champion.clone()));
    let paths = sides.files_at();
    let is_meant = |path: &RelPath| guidelines || targets.name_file(path);
    let kind = match &paths.guidelines {
        Some(path) if is_meant(path) => DocKind::Guidelines,
        _ => paths.kind().main_document(),
    };
    let path = paths.get(kind);
    let lineage = lineage(session, score, newest).await?;
    attributed(session, kind, path, lineage).await
}

/// A version and all that it comes from, newest first.
async fn lineage(session: &Session, score: &ScoreId, newest: Option<VersionId>) -> Result<Vec<VersionMeta>, Halt> {
    let Some(remote) = &session.remote else { return Err(Halt::Offline) };
    let mut history: BTreeMap<VersionId, VersionMeta> =
        remote.history(score).await?.into_iter().map(|meta| (meta.id.clone(), meta)).collect();
    let mut lineage = Vec::new();
    let mut next = newest;
    while let Some(meta) = next.and_then(|id| history.remove(&id)) {
        next = meta.parent.clone();
        lineage.push(meta);
    }
    Ok(lineage)
}

async fn attributed(session: &Session, kind: DocKind, path: &RelPath, lineage: Vec<VersionMeta>) -> Result<Blame, Halt> {
    let mut attribution = local_text(session, kind, path)?.map(|text| Attribution::new(&text, None));
    for batch in lineage.chunks(BATCH) {
        if attribution.as_ref().is_some_and(Attribution::is_done) {
            break;
        }
        let ids: Vec<VersionId> = batch.iter().map(|meta| meta.id.clone()).collect();
        let mut reads = read_versions(session, &ids).await?;
        for id in ids {
            let vanished = || Halt::NoVersion { version: id.to_string(), matches: Vec::new() };
            let version: Version = reads.remove(&id).ok_or_else(vanished)??;
            // A version without an opinion says nothing about the lines before it.
            let Some(text) = text(kind, &version.docs) else { continue };
            match &mut attribution {
                Some(attribution) => attribution.from_earlier(&text, Some(id)),
                None => attribution = Some(Attribution::new(&text, Some(id))),
            }
        }
    }
    let lines = attribution.map(Attribution::end).unwrap_or_default();
    let lines: Vec<BlamedLine> = lines.into_iter().map(|(text, version)| BlamedLine { text, version }).collect();
    let brought: BTreeSet<VersionId> = lines.iter().filter_map(|line| line.version.clone()).collect();
    let metas = lineage.into_iter().filter(|meta| brought.contains(&meta.id)).collect();
    Ok(Blame { path: path.clone(), lines, versions: with_commits(session, metas) })
}

/// What the file says, as a version would; none if there is no file.
fn local_text(session: &Session, kind: DocKind, path: &RelPath) -> Result<Option<String>, Halt> {
    match session.workspace.read_text(path) {
        Ok(file) => Ok(file.content.text.as_deref().map(|text| outgoing(kind, text).into_owned())),
        Err(FileError::NotFound(_)) => Ok(None),
        Err(error) => Err(error.into()),
    }
}

fn with_commits(session: &Session, metas: Vec<VersionMeta>) -> BTreeMap<VersionId, BlamedVersion> {
    let mut commits = commits_of(session, metas.iter());
    let version = |meta: VersionMeta| (meta.id.clone(), BlamedVersion { commit: commits.remove(&meta.id), meta });
    metas.into_iter().map(version).collect()
}

fn text(kind: DocKind, docs: &Snapshot) -> Option<String> {
    Some(outgoing(kind, docs.get(kind)?.text.as_deref()?).into_owned())
}
