//! What a run noticed that is no score's own, in words.

use super::git::git_gap;
use crate::engine::Warning;
use crate::model::{Named, SharedName};

/// One sentence.
pub fn warning(warning: &Warning) -> String {
    match warning {
        Warning::SharedName(SharedName { what, names }) => {
            let (what, place) = match what {
                Named::Scorecards => ("scorecards", "folder"),
                Named::Scores => ("scores", "file"),
            };
            let each: Vec<String> = names.iter().map(|(name, stem)| format!("{name:?} is {stem:?}")).collect();
            format!("{} {what} share one {place} name: {}", names.len(), each.join(", "))
        }
        Warning::LegacyBlocked { from, to } => {
            format!("{from} stays: {to} is there already; keep what you need and remove one of them")
        }
        Warning::LegacyNotMoved { from, error } => format!("{from} stays: {error}"),
        Warning::GitGap(gap) => {
            let why = git_gap(gap);
            let help = why.help.map(|help| format!(": {help}")).unwrap_or_default();
            format!("git does not tell which version files are: {}{help}", why.message)
        }
        Warning::NoProvenance(error) => format!("the versions do not say their git commit: {error}"),
    }
}
