//! Finishing what an earlier run left unfinished, from its intents, before anything new is planned.

use super::champion_history::Transition;
use super::new::{Creation, NEW};
use super::promote::PROMOTE;
use super::push::{CREATE, CreateIntent, may_have_happened};
use super::report::{Failure, Halt, RecoveredOperation, RecoveryOutcome};
use super::session::Session;
use crate::model::{Content, DocKind, RelPath, ScoreId, ScorePaths, Snapshot, SyncedScore, Version, VersionId};
use crate::remote::RemoteError;
use crate::state::{Intent, StateError};

impl Session {
    /// Finishes all intents, and says which. A dry run and an offline run leave them for a later one.
    pub(super) async fn finish_interrupted(&mut self, dry_run: bool) -> Result<Vec<RecoveredOperation>, Halt> {
        let Some(remote) = self.remote.clone().filter(|_| !dry_run) else { return Ok(Vec::new()) };
        let intents = self.state.intents()?;
        if intents.is_empty() {
            return Ok(Vec::new());
        }
        self.account(remote.as_ref()).await?;
        let (creates, others): (Vec<Intent>, Vec<Intent>) = intents.into_iter().partition(|intent| intent.kind == CREATE);
        let mut finished = self.settle_creates(creates).await?;
        let (ahead_behind, others): (Vec<Intent>, Vec<Intent>) = others.into_iter().partition(|intent| intent.kind == NEW);
        for intent in ahead_behind {
            if matches!(self.finish_new(&remote, intent.id, intent.payload).await?, Creation::Done { .. })
                && let Some(synced) = self.state.with_texts(&intent.score)?
            {
                finished.extend(self.finished(&intent.score, synced.base, RecoveryOutcome::Created)?);
            }
        }
        for intent in others.into_iter().filter(|intent| intent.kind == PROMOTE) {
            match serde_json::from_value::<Transition>(intent.payload) {
                Ok(transition) => {
                    let end = match self.finish_promotion(&remote, intent.id, &transition).await? {
                        Ok(()) => RecoveryOutcome::Promoted,
                        // A lost race or a rejection ended the intent; the scores' standings tell the rest.
                        Err(Failure::NotPromoted { .. } | Failure::Remote(RemoteError::Rejected { .. })) => {
                            RecoveryOutcome::NotPromoted
                        }
                        Err(_) => continue,
                    };
                    finished.extend(self.finished(&intent.score, transition.next, end)?);
                }
                Err(_) => self.state.transaction(|tx| tx.remove_intent(intent.id))?,
            }
        }
        Ok(finished)
    }

    /// Named by its code file; a score that the state has forgotten is nobody's news.
    fn finished(
        &self,
        score: &ScoreId,
        version: VersionId,
        end: RecoveryOutcome,
    ) -> Result<Option<RecoveredOperation>, StateError> {
        let synced = self.state.with_texts(score)?;
        Ok(synced.map(|synced| RecoveredOperation { score: score.clone(), path: synced.paths.code, version, end }))
    }

    /// Versions that exist become the base; of the others nothing is left, and the next plan starts from the files.
    async fn settle_creates(&mut self, intents: Vec<Intent>) -> Result<Vec<RecoveredOperation>, Halt> {
        let mut finished = Vec::new();
        let decoded: Vec<(Intent, Option<CreateIntent>)> =
            intents.into_iter().map(|intent| (intent.clone(), serde_json::from_value(intent.payload).ok())).collect();
        let ids: Vec<_> = decoded.iter().filter_map(|(_, create)| create.as_ref().map(|create| create.version.clone())).collect();
        let mut reads = self.read_versions(&ids).await?;
        for (intent, create) in decoded {
            let read = create.as_ref().and_then(|create| reads.remove(&create.version));
            let base = match (read, create) {
                (Some(Ok(version)), Some(create)) => self.base_after(&intent, version, create)?,
                (Some(Err(error)), _) if may_have_happened(&error) => continue,
                _ => None,
            };
            self.state.transaction(|tx| {
                if let Some(synced) = &base {
                    tx.set_base(&intent.score, synced)?;
                }
                tx.remove_intent(intent.id)
            })?;
            finished.extend(base.map(|synced| RecoveredOperation {
                score: intent.score,
                path: synced.paths.code,
                version: synced.base,
                end: RecoveryOutcome::Pushed,
            }));
        }
        Ok(finished)
    }

    /// The base that the interrupted push would have recorded, unless the state went on without it.
    fn base_after(&self, intent: &Intent, version: Version, create: CreateIntent) -> Result<Option<SyncedScore>, StateError> {
        let before = self.state.with_texts(&intent.score)?;
        if before.as_ref().map(|synced| &synced.base) != create.parent.as_ref() || version.meta.score_id != intent.score {
            return Ok(None);
        }
        let (Ok(code), Ok(guidelines)) = (RelPath::parse(&create.code_path), RelPath::parse(&create.guidelines_path)) else {
            return Ok(None);
        };
        let docs = Snapshot {
            code: Content::of(DocKind::Code, create.code),
            guidelines: create.guidelines.map(|text| Content::of(DocKind::Guidelines, text)),
        };
        let (champion, champion_docs) = match before {
            None => (None, None),
            Some(synced) if synced.champion.as_ref() == Some(&synced.base) => (synced.champion, Some(synced.docs)),
            Some(synced) => (synced.champion, synced.champion_docs),
        };
        Ok(Some(SyncedScore { base: version.meta.id, docs, champion, champion_docs, paths: ScorePaths { code, guidelines } }))
    }
}
