//! Why a version did not become champion, in words.

use super::diagnostic::broken_score;
use super::wording::{GONE, prune};
use crate::cli::roots::typed;
use crate::cli::text::{counted, how_to_evaluate, version_line};
use crate::engine::{Candidate, NotPromotable, Promotion};
use crate::model::{Silence, SyncKind, VersionMeta};
use crate::plan::Shortcoming;
use std::path::Path;

/// Another champion came first.
pub fn lost_to(winner: Option<&VersionMeta>) -> String {
    let who = winner.map(|winner| format!(": {}", version_line(winner, None))).unwrap_or_default();
    format!("somebody else promoted a version first{who}")
}

/// The command that replaces a champion which is no version of its score; `path` as it is typed.
pub fn replace_lost(path: &str) -> String {
    format!("scoresync promote {path} --version VERSION --force    # scoresync log {path} lists them")
}

/// Why a candidate was refused.
pub fn not_promotable(reason: &NotPromotable, candidate: &Candidate) -> String {
    let short = candidate.version.as_ref().map_or("it", |meta| meta.id.short());
    match reason {
        NotPromotable::Gone => GONE.to_owned(),
        NotPromotable::NoDraft if !has_drafts(candidate) => {
            "it has no drafts: an edit of it runs as soon as it is pushed".to_owned()
        }
        NotPromotable::NoPrevious if !has_drafts(candidate) => "Plexus keeps no earlier versions of it".to_owned(),
        NotPromotable::NoDraft => "there is no draft to promote here".to_owned(),
        NotPromotable::NoPrevious => "it is not known which version was champion before".to_owned(),
        NotPromotable::OtherScore(score) => format!("this version belongs to score {score}"),
        NotPromotable::ShadowInvalidated => format!("{short} lists optimizer_shadow_invalid_feedback_item_ids"),
        NotPromotable::Fault(fault) => format!("{short} would not run: {fault}"),
        NotPromotable::ChampionMoved => {
            let now = candidate.champion.as_ref().map_or_else(|| "there is none now".to_owned(), champion_now);
            format!("the champion moved since you last pulled: {now}")
        }
        NotPromotable::BrokenChampion(why) => broken_score(why),
        NotPromotable::Evaluation(why) => format!("{short} {}", shortcoming(why)),
    }
}

fn champion_now(meta: &VersionMeta) -> String {
    format!("it is {}", version_line(meta, None))
}

/// What has no drafts has no earlier versions in Plexus, either.
fn has_drafts(candidate: &Candidate) -> bool {
    SyncKind::of(&candidate.score).has_drafts()
}

/// What a version lacks; the version is the subject of the sentence.
fn shortcoming(why: &Shortcoming) -> String {
    match why {
        Shortcoming::NotEvaluated => "was never evaluated".to_owned(),
        Shortcoming::Silent(Silence::Running(done, of)) => {
            let of = of.map(|of| format!(" of {of}")).unwrap_or_default();
            format!("is being evaluated: {done}{of} items")
        }
        Shortcoming::Silent(Silence::Failed) => "has no completed evaluation".to_owned(),
        Shortcoming::Silent(Silence::Archived) => "has only an archived evaluation".to_owned(),
        Shortcoming::Silent(Silence::Empty) => "has only an evaluation without items".to_owned(),
        Shortcoming::Silent(Silence::History) => {
            "has only an evaluation of past answers, which any version may have given".to_owned()
        }
        Shortcoming::Silent(Silence::Other) => "has only evaluations that do not measure accuracy".to_owned(),
        Shortcoming::TooFewItems { items, wanted } => {
            format!("was evaluated over {}, which is too few: {wanted} count", counted(*items as usize, "item"))
        }
        Shortcoming::Inaccurate { accuracy, wanted } => format!("reached {accuracy:.1} %, and {wanted:.1} % are required"),
        Shortcoming::NoAgreement => "has no complete table of answers, so its AC1 is not known".to_owned(),
        Shortcoming::Disagreeing { ac1, wanted } => format!("reached an AC1 of {ac1:.2}, and {wanted:.2} is required"),
        Shortcoming::Worse { by } => format!("is worse than the champion by {by:.1} points over the same items"),
        Shortcoming::NotComparable => "and the champion were not evaluated over the same items".to_owned(),
    }
}

/// The command that makes what an evaluation lacks, where there is one.
fn evaluated(candidate: &Candidate, why: &Shortcoming) -> Option<String> {
    let version = candidate.version.as_ref()?.id.as_str();
    match why {
        Shortcoming::Silent(Silence::Running(..)) => Some("scoresync promote --wait 10m    # waits for it".to_owned()),
        Shortcoming::Worse { .. } => Some("--force promotes it anyway".to_owned()),
        Shortcoming::Inaccurate { .. } | Shortcoming::Disagreeing { .. } => None,
        _ => Some(how_to_evaluate(&candidate.scorecard, &candidate.name, version)),
    }
}

/// The command that makes drafts of edits, where there is none yet.
pub const PUSH_EDITS: &str = "scoresync push    # makes drafts of your edits";

/// The command that gets out, where there is one; `root` is the scorecards root as a person sees it.
pub fn way_out(root: &Path, candidate: &Candidate) -> Option<String> {
    let path = typed(root, &candidate.paths.code);
    match &candidate.promotion {
        Promotion::Lost(_) | Promotion::Refused(NotPromotable::ChampionMoved) => {
            Some(format!("scoresync pull {path}    # to merge it with yours"))
        }
        Promotion::Refused(NotPromotable::BrokenChampion(why)) if why.lost_champion().is_some() => Some(replace_lost(&path)),
        Promotion::Refused(NotPromotable::Evaluation(why)) => evaluated(candidate, why),
        Promotion::Refused(NotPromotable::Gone) => Some(prune(&path)),
        Promotion::Refused(NotPromotable::NoDraft) if !has_drafts(candidate) => {
            Some(format!("scoresync push --promote {path}    # if you edited it"))
        }
        Promotion::Refused(NotPromotable::NoPrevious) if !has_drafts(candidate) => {
            Some(format!("scoresync push --promote {path}    # once the file says what it said before"))
        }
        Promotion::Done | Promotion::Fit if candidate.newer_edits.any() => {
            Some(format!("scoresync push --promote {path}    # promotes what was edited since"))
        }
        Promotion::Refused(NotPromotable::NoDraft) => Some(format!("scoresync push {path}    # makes a draft, if you edited it")),
        Promotion::Refused(NotPromotable::NoPrevious) => Some(format!("scoresync promote {path} --version VERSION")),
        _ => None,
    }
}
