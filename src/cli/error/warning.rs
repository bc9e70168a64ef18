//! What a run noticed that is no score's own, in words.

use super::git::git_gap;
use super::problem::Problem;
use crate::cli::exit::Exit;
use crate::cli::roots::shown;
use crate::engine::{UnfinishedWork, Warning};
use crate::model::{Named, SharedName};
use crate::state::RunKind;
use std::path::Path;

/// One sentence; `root` is the scorecards root as it is shown.
pub fn warning(root: &Path, warning: &Warning) -> String {
    match warning {
        Warning::SharedName(SharedName { what, names }) => {
            let (what, place) = match what {
                Named::Scorecards => ("scorecards", "folder"),
                Named::Scores => ("scores", "file"),
                Named::Documents => ("documents", "file"),
            };
            let each: Vec<String> = names.iter().map(|(name, stem)| format!("{name:?} is {stem:?}")).collect();
            format!("{} {what} share one {place} name: {}", names.len(), each.join(", "))
        }
        Warning::LegacyBlocked { from, to } => {
            let (from, to) = (shown(root, from), shown(root, to));
            format!("{from} stays: {to} is there already; keep what you need and remove one of them")
        }
        Warning::LegacyNotMoved { from, error } => format!("{} stays: {error}", shown(root, from)),
        Warning::GitGap(gap) => {
            let why = git_gap(gap);
            let help = why.help.map(|help| format!(": {help}")).unwrap_or_default();
            format!("git cannot tell which version the files are: {}{help}", why.message)
        }
        Warning::Unfinished(what) => unfinished(what),
        Warning::NoProvenance(error) => format!("the versions do not record their git commit: {error}"),
    }
}

/// What is not finished, and the command that finishes it.
fn unfinished(what: &UnfinishedWork) -> String {
    let (sentence, command) = unfinished_words(what);
    format!("{sentence}; unless it still runs: scoresync {command}")
}

/// The same where it stands among what is wrong.
pub fn unfinished_problem(what: &UnfinishedWork) -> Problem {
    let (sentence, command) = unfinished_words(what);
    Problem::new(Exit::Failed, "UNFINISHED", sentence).help(format!("scoresync {command}    # unless it still runs"))
}

fn unfinished_words(what: &UnfinishedWork) -> (String, &'static str) {
    let (what, command) = match what {
        UnfinishedWork::Run(kind) => (kind.to_string(), finishing(kind)),
        UnfinishedWork::Push => ("push".to_owned(), "push"),
        UnfinishedWork::Creation => ("new".to_owned(), "pull"),
        UnfinishedWork::Promotion => ("promote".to_owned(), "promote"),
        UnfinishedWork::Commit => return ("files of an earlier run are not committed to git yet".to_owned(), "pull"),
    };
    (format!("an interrupted {what} is not finished"), command)
}

/// Every command that changes files finishes it; this one does what was meant, and no more.
fn finishing(kind: &RunKind) -> &'static str {
    match kind {
        RunKind::Undo => "undo",
        RunKind::Resolve => "resolve",
        RunKind::Check => "check --fix",
        _ => "pull",
    }
}
