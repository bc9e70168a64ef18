//! What the program says of one moment agrees with itself: `status`, previews, `diff`, `log` and `show`.

use super::commands::said_halt;
use super::world::World;
use super::{Broken, law};
use crate::support::Weather;
use scoresync::engine::{
    Against, FileState, Log, PullOptions, PushOptions, Report, ScoreReport, ShowOptions, Targets, diff, log, pull_preview,
    push_preview, show, status, unfinished,
};
use scoresync::model::{Changes, ScoreId};
use scoresync::plan::{Note, Standing};
use std::collections::BTreeMap;

const LAW: &str = "looks agree";

impl World {
    pub async fn look(&mut self, desk: usize) -> Result<(), Broken> {
        self.tally.commands += 1;
        self.seats[desk].line.plan(Weather::default());
        let all = Targets::default();
        let session = self.seats[desk].looking();
        let looked = status(session, &all, true).await;
        let previews = [
            pull_preview(session, &all, PullOptions::default()).await,
            push_preview(session, &all, &PushOptions::default()).await,
        ];
        let report = match looked {
            Ok(report) => report,
            Err(halt) => {
                let halts = previews.iter().all(Result::is_err);
                return law(halts, LAW, || format!("desk {desk}: status says {halt}, a preview does not"));
            }
        };
        self.note(format!(
            "  desk {desk}: {}",
            standings(&report).iter().map(|(id, standing)| format!("{id} {standing}")).collect::<Vec<_>>().join(", ")
        ));
        for preview in previews {
            let preview = preview.map_err(|halt| Broken { law: LAW, what: format!("a preview says {}", said_halt(&halt)) })?;
            law(standings(&preview) == standings(&report), LAW, || {
                format!("desk {desk}: a preview says {:?}, status {:?}", standings(&preview), standings(&report))
            })?;
        }
        self.look_at_diffs(desk, &report).await?;
        let steps = self.tally.steps as usize;
        match report.scores.get(steps % report.scores.len().max(1)) {
            Some(score) => self.look_at_one(desk, score).await,
            None => Ok(()),
        }
    }

    async fn look_at_diffs(&mut self, desk: usize, report: &Report) -> Result<(), Broken> {
        let session = self.seats[desk].looking();
        let all = Targets::default();
        let failed = |halt| Broken { law: LAW, what: format!("a diff says {}", said_halt(&halt)) };
        let (base, _) = diff(session, &all, &Against::Base).await.map_err(failed)?;
        let (champion, _) = diff(session, &all, &Against::Champion).await.map_err(failed)?;
        for score in &report.scores {
            let of = |diffs: &[scoresync::engine::DocDiff]| {
                let own = diffs.iter().filter(|diff| diff.score == score.id && !diff.is_reformatted());
                Changes::of(&own.map(|diff| diff.kind).collect::<Vec<_>>())
            };
            let compares = matches!(
                score.standing,
                Standing::Clean | Standing::Ahead | Standing::Modified(_) | Standing::Behind(_) | Standing::Diverged { .. }
            );
            law(!compares || of(&base) == score.edits, LAW, || {
                format!("desk {desk}: {} is {:?} with {:?}, the diff says {:?}", score.id, score.standing, score.edits, of(&base))
            })?;
            let is_deleted = score.standing == Standing::DeletedLocally;
            law(!is_deleted || (of(&base).code && of(&champion).code), LAW, || {
                format!("desk {desk}: {} is deleted, and a diff says nothing of it", score.id)
            })?;
            let is_edited_and_gone = score.standing == Standing::GoneRemotely { clean: false } && score.edits.any();
            law(!is_edited_and_gone || of(&champion).any(), LAW, || {
                format!("desk {desk}: {} is gone and edited, and the diff says nothing of it", score.id)
            })?;
            let is_champion = score.standing == Standing::Clean && !score.notes.contains(&Note::GuidelinesDropped);
            law(!is_champion || !of(&champion).any(), LAW, || {
                format!("desk {desk}: {} is clean, and differs from the champion: {:?}", score.id, of(&champion))
            })?;
        }
        Ok(())
    }

    async fn look_at_one(&mut self, desk: usize, score: &ScoreReport) -> Result<(), Broken> {
        let champion = self.remote.score(&score.id).await.expect("a score").and_then(|score| score.champion);
        let session = self.seats[desk].looking();
        let one = Targets::scores([&score.id]);
        if !unfinished(session).is_ok_and(|left| left.is_empty()) {
            return Ok(());
        }
        let (Ok(shown), Ok(Log::Score(log))) =
            (show(session, &one, ShowOptions::default()).await, log(session, &one, 1_000).await)
        else {
            return Ok(());
        };
        let standing = |score: &ScoreReport| format!("{:?}", score.standing);
        law(standing(&shown.score) == standing(score) && standing(&log.score) == standing(score), LAW, || {
            format!("desk {desk}: {} is {:?}, {:?} and {:?}", score.id, score.standing, shown.score.standing, log.score.standing)
        })?;
        let is_gone = matches!(score.standing, Standing::GoneRemotely { .. });
        let marked = log.versions.iter().find(|entry| entry.champion).map(|entry| entry.id.clone());
        law(is_gone || marked == champion, LAW, || {
            format!("desk {desk}: champion of {} is {champion:?}, the log says {marked:?}", score.id)
        })?;
        let files = match score.standing {
            // Files from before a draft, which git brought, say what draft and champion both come from.
            Standing::Behind(_) if score.edits.any() && log.score.base != log.score.champion => {
                Some(FileState::Edited(score.edits))
            }
            Standing::Clean | Standing::Ahead | Standing::Behind(_) => Some(FileState::AsBase),
            Standing::Modified(changes) => Some(FileState::Edited(changes)),
            Standing::DeletedLocally => Some(FileState::Deleted),
            _ => None,
        };
        let reformatted = score.notes.contains(&Note::Reformatted);
        law(reformatted || files.is_none_or(|files| log.files == files), LAW, || {
            format!("desk {desk}: {} is {:?}, the log says {:?}", score.id, score.standing, log.files)
        })
    }
}

fn standings(report: &Report) -> BTreeMap<ScoreId, String> {
    report.scores.iter().map(|score| (score.id.clone(), format!("{:?}", score.standing))).collect()
}
