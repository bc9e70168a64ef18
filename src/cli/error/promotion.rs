//! Why a version did not become champion, in words.

use super::diagnostic::broken_score;
use crate::cli::roots::typed;
use crate::cli::text::version_line;
use crate::engine::{Candidate, NotPromotable, Promotion};
use crate::model::VersionMeta;
use std::path::Path;

/// Another champion came first.
pub fn lost_to(winner: Option<&VersionMeta>) -> String {
    let who = winner.map(|winner| format!(": {}", version_line(winner))).unwrap_or_default();
    format!("somebody made another version champion first{who}")
}

/// The command that replaces a champion which is no version of its score; `path` as it is typed.
pub fn replace_lost(path: &str) -> String {
    format!("scoresync promote {path} --version VERSION --force    # scoresync log {path} lists them")
}

/// Why a candidate was refused.
pub fn not_promotable(reason: &NotPromotable, candidate: &Candidate) -> String {
    let short = candidate.version.as_ref().map_or("it", |meta| meta.id.short());
    match reason {
        NotPromotable::NoDraft => "no draft of yours waits here".to_owned(),
        NotPromotable::NoPrevious => "no champion history tells which version was champion before".to_owned(),
        NotPromotable::OtherScore(score) => format!("this version belongs to score {score}"),
        NotPromotable::ShadowInvalidated => format!("{short} lists optimizer_shadow_invalid_feedback_item_ids"),
        NotPromotable::Fault(fault) => format!("{short} would not run: {fault}"),
        NotPromotable::ChampionMoved => {
            let now = candidate.champion.as_ref().map_or_else(|| "gone".to_owned(), version_line);
            format!("the champion moved since you last pulled: it is {now}")
        }
        NotPromotable::BrokenChampion(why) => broken_score(why),
        NotPromotable::NotEvaluated => format!("{short} was not evaluated"),
        NotPromotable::Inaccurate { accuracy, wanted } => {
            format!("{short} reached {accuracy:.1} %, {wanted:.1} % were asked for")
        }
    }
}

/// The command that gets out, where there is one; `root` is the scorecards root as a person sees it.
pub fn way_out(root: &Path, candidate: &Candidate) -> Option<String> {
    let path = typed(root, &candidate.paths.code);
    match &candidate.promotion {
        Promotion::Lost(_) | Promotion::Refused(NotPromotable::ChampionMoved) => {
            Some(format!("scoresync pull {path}    to merge it with yours"))
        }
        Promotion::Refused(NotPromotable::BrokenChampion(why)) if why.lost_champion().is_some() => Some(replace_lost(&path)),
        Promotion::Refused(NotPromotable::NoDraft) => Some(format!("scoresync push {path}    makes a draft of your edits")),
        Promotion::Refused(NotPromotable::NoPrevious) => Some(format!("scoresync promote {path} --version VERSION")),
        _ => None,
    }
}
