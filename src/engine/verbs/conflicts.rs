//! The conflicts that wait for a person, with all that a decision needs.

use crate::engine::error::Halt;
use crate::engine::observe::trees::observe;
use crate::engine::observe::types::{Observation, ObserveRequest};
use crate::engine::observe::versions::read_versions;
use crate::engine::planned::{build_plan, build_report};
use crate::engine::report::{Outcome, ScoreReport, Verb};
use crate::engine::select::Targets;
use crate::engine::session::Session;
use crate::engine::verbs::diff::Side;
use crate::model::outline::{DocChange, change};
use crate::model::{Content, DocKind, LocalDoc, RelPath, ScoreId, Snapshot, VersionId, VersionMeta, outgoing};
use crate::plan::{Conflict, Mode};
use std::sync::Arc;

/// A score in conflict.
#[derive(Debug)]
pub struct ScoreConflict {
    /// Names, paths, standing; its outcome is the conflict.
    pub score: ScoreReport,
    /// Who made the champion, when and why, where the dashboard was asked.
    pub champion: Option<VersionMeta>,
    /// The documents that conflict, code first.
    pub documents: Vec<DocumentConflict>,
}

/// A document that both sides changed.
#[derive(Clone, Debug)]
pub struct DocumentConflict {
    /// The score.
    pub score: ScoreId,
    /// Which document.
    pub kind: DocKind,
    /// Its file.
    pub path: RelPath,
    /// What both sides come from, if that is known.
    pub base: Option<Side>,
    /// The file.
    pub ours: Side,
    /// The champion.
    pub theirs: Side,
    /// Which version that is.
    pub champion: VersionId,
}

/// What a person made of a document in conflict. It counts only for the texts that they saw.
#[derive(Clone, Debug)]
pub struct Resolution {
    /// The score.
    pub(in crate::engine) score: ScoreId,
    /// Which document.
    pub(in crate::engine) kind: DocKind,
    /// What the file is to say, as it travels.
    pub text: String,
    champion: VersionId,
    ours: Content,
}

impl DocumentConflict {
    /// The text that is to stand in the file, as it travels.
    pub fn decided(&self, text: String) -> Resolution {
        let ours = Content::of(self.kind, self.ours.text.clone().unwrap_or_default());
        Resolution { score: self.score.clone(), kind: self.kind, text, champion: self.champion.clone(), ours }
    }

    /// What the file changes against the base.
    pub fn here(&self) -> Option<DocChange> {
        self.base.as_ref().map(|base| change(self.kind, text_of(base), text_of(&self.ours)))
    }

    /// What the champion changes against the base; without one against the file.
    pub fn there(&self) -> DocChange {
        change(self.kind, text_of(self.base.as_ref().unwrap_or(&self.ours)), text_of(&self.theirs))
    }
}

impl Resolution {
    /// The file and the champion still say what the person saw.
    pub(in crate::engine) fn is_current(&self, doc: &LocalDoc, conflict: &Conflict) -> bool {
        let none = Content::of(self.kind, "");
        let ours = doc.file().map_or(&none, |file| &file.content);
        *ours == self.ours && conflict.theirs.0 == self.champion
    }
}

/// The conflicts of the selected scores, ordered by path. Writes nothing but the state's caches.
pub async fn conflicts(session: &mut Session, targets: &Targets) -> Result<Vec<ScoreConflict>, Halt> {
    let observation = observe(session, ObserveRequest::contents(targets)).await?;
    let plan = build_plan(session, &observation, Mode::Pull { prune: false })?;
    let report = build_report(session, Verb::Resolve, &observation, &plan)?;
    let mut found: Vec<ScoreConflict> = report.scores.into_iter().filter_map(|score| conflicted(&observation, score)).collect();
    found.iter_mut().for_each(|one| one.champion = observation.champions.get(&one.score.id).cloned());
    let unread = |one: &ScoreConflict| if one.champion.is_none() { one.score.champion.clone() } else { None };
    let unread: Vec<VersionId> = found.iter().filter_map(unread).collect();
    let mut reads = read_versions(session, &unread).await?;
    for one in &mut found {
        let read = one.score.champion.as_ref().and_then(|id| reads.remove(id));
        one.champion = one.champion.take().or(read.and_then(Result::ok).map(|version| version.meta));
    }
    Ok(found)
}

fn conflicted(observation: &Observation, score: ScoreReport) -> Option<ScoreConflict> {
    let Outcome::Conflict(conflict) = &score.outcome else { return None };
    let sides = &observation.trees[&score.id];
    let paths = sides.local.found_at.as_ref().unwrap_or(&sides.paths);
    let clash = |kind: DocKind| {
        let (doc, path) = match kind {
            DocKind::Code => (&sides.local.code, &paths.code),
            DocKind::Guidelines => (&sides.local.guidelines, &paths.guidelines),
        };
        let base = conflict.base.as_ref().map(|(id, docs)| side(kind, format!("base {}", id.short()), of_kind(kind, docs)));
        let (champion, docs) = &conflict.theirs;
        DocumentConflict {
            score: score.id.clone(),
            kind,
            path: path.clone(),
            base,
            ours: side(kind, "local".to_owned(), doc.file().map(|file| &file.content)),
            theirs: side(kind, format!("champion {}", champion.short()), of_kind(kind, docs)),
            champion: champion.clone(),
        }
    };
    let documents = conflict.docs.iter().map(|kind| clash(*kind)).collect();
    Some(ScoreConflict { score, champion: None, documents })
}

/// One document of a pair.
pub(in crate::engine) fn of_kind(kind: DocKind, docs: &Snapshot) -> Option<&Content> {
    match kind {
        DocKind::Code => Some(&docs.code),
        DocKind::Guidelines => docs.guidelines.as_ref(),
    }
}

fn side(kind: DocKind, label: String, content: Option<&Content>) -> Side {
    let text = content.and_then(|content| content.text.as_deref()).map(|text| Arc::from(outgoing(kind, text).as_ref()));
    Side { label, text }
}

/// What a side says; nothing where it has no such document.
pub fn text_of(side: &Side) -> &str {
    side.text.as_deref().unwrap_or_default()
}
