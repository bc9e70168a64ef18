//! Words that lines for people and for programs share.

use crate::cli::error::{made_anew, rename_back};
use crate::cli::render::labels::beside;
use crate::cli::roots::{shown, typed};
use crate::cli::text::plain;
use crate::engine::follow::{GitActivity, PauseWhy, WaitReason, Waiting};
use crate::watch::Why;
use std::path::Path;
use std::time::Duration;

/// Why it pauses.
pub fn pause_reason(why: &PauseWhy) -> String {
    match why {
        PauseWhy::GitBusy(GitActivity::Operation(operation)) => format!("{operation} is under way"),
        PauseWhy::GitBusy(GitActivity::IndexLocked) => "git has locked its index".to_owned(),
        PauseWhy::HeadMoved(to) => format!("git changed files ({to})"),
        PauseWhy::Many(many) => format!("{many} scores were changed at once"),
        PauseWhy::ManyBefore(many) => format!("{many} scores were edited before the start"),
    }
}

/// What ends a pause.
pub fn pause_help(why: &PauseWhy) -> &'static str {
    match why {
        PauseWhy::GitBusy(GitActivity::Operation(_)) => "git status    # says how to finish it, or to give it up",
        PauseWhy::GitBusy(GitActivity::IndexLocked) => {
            "rm \"$(git rev-parse --git-path index.lock)\"    # only if no git is running"
        }
        PauseWhy::HeadMoved(_) | PauseWhy::Many(_) | PauseWhy::ManyBefore(_) => {
            "scoresync watch --resume    # if they are meant; once they are undone it goes on by itself"
        }
    }
}

/// Why files are polled.
pub fn polling_reason(why: &Why) -> String {
    match why {
        Why::Overflow => "the system dropped events".to_owned(),
        Why::Limit(words) | Why::Other(words) => words.clone(),
        Why::Mount(name) => format!("on {name} the system does not report changes that are made elsewhere"),
    }
}

/// What a score waits for that only a person ends; none of other reasons. `root` is the scorecards root as a person sees it.
pub fn found_reason(root: &Path, waiting: &Waiting) -> Option<String> {
    match &waiting.wait {
        WaitReason::Place(place) => Some(format!("renamed in Plexus; {} is in the way", shown(root, place))),
        WaitReason::GoneRemotely => Some("gone from Plexus, edited here".to_owned()),
        WaitReason::Deleted => Some("its code file is deleted here, which is not synced".to_owned()),
        WaitReason::Renamed(renamed) => {
            Some(format!("renamed here to {}; its edits are not synced", plain(beside(&renamed.to, &waiting.path))))
        }
        _ => None,
    }
}

/// The command that ends it.
pub fn found_help(root: &Path, waiting: &Waiting) -> Option<String> {
    let path = typed(root, &waiting.path);
    match &waiting.wait {
        WaitReason::Deleted => Some(format!("scoresync restore {path}    # brings it back")),
        WaitReason::Renamed(renamed) => Some(rename_back(root, &waiting.path, renamed)),
        WaitReason::GoneRemotely => Some(made_anew(&path)),
        WaitReason::Place(_) => Some(format!("scoresync status {path}")),
        _ => None,
    }
}

/// When something that is in the way is tried again; `when` says `in 2 s`, or at which time.
pub fn next_try(when: Option<String>) -> String {
    when.map_or_else(|| "goes on when it answers".to_owned(), |when| format!("next try {when}"))
}

/// A length of time, to the second below two minutes, to the minute above. A part of a second is rounded up: "in 0 s" says
/// nothing.
pub fn length(length: Duration) -> String {
    let seconds = length.as_millis().div_ceil(1000);
    if seconds < 120 { format!("{seconds} s") } else { format!("{} min", seconds / 60) }
}
