//! Short words for standings and outcomes, the same in text and JSON.

use super::ahead_behind;
use super::relative_time::Clock;
use super::table::Label;
use crate::cli::error::{UNRELATED, is_unrelated};
use crate::cli::text::{counted, plain};
use crate::cli::ui::{DIM, GREEN, RED, YELLOW};
use crate::engine::{
    Action, Outcome, Recovered, RecoveredOperation, RecoveredRun, RecoveryOutcome, RestoreOutcome, ScoreReport, Verb,
};
use crate::model::{Changes, RelPath, SyncKind, VersionId, code_of};
use crate::plan::{Found, Note, Standing};
use anstyle::Style;

const fn label(text: &'static str, style: Style) -> Label {
    Label { text, style }
}

/// How a score stands.
pub(super) fn standing(standing: Standing) -> Label {
    match standing {
        Standing::Clean => label("clean", DIM),
        Standing::Reformatted => label("reformatted", DIM),
        Standing::Ahead => label("draft", YELLOW),
        Standing::Modified(_) => label("edited", YELLOW),
        Standing::Behind(_) => label("behind", YELLOW),
        Standing::Diverged { .. } => label("diverged", YELLOW),
        Standing::Converged => label("converged", DIM),
        Standing::DeletedLocally => label("deleted", YELLOW),
        Standing::GoneRemotely { .. } => label("gone", YELLOW),
        Standing::Empty => label("empty", DIM),
        Standing::New => label("new", GREEN),
        Standing::NotPulled => label("not pulled", YELLOW),
        Standing::Adopted { .. } => label("adopted", DIM),
        Standing::UnknownBase => label("unknown", RED),
        Standing::Broken => label("broken", RED),
    }
}

/// How a score stands, or that a merge of its files is unfinished.
pub(super) fn state(score: &ScoreReport) -> Label {
    if score.is_marked() { label("marked", RED) } else { standing(score.standing) }
}

/// What a status says of a score: a conflict or a failure outweighs the standing.
pub(super) fn status(score: &ScoreReport) -> Label {
    match score.outcome {
        Outcome::Conflict(_) => label("conflict", RED),
        Outcome::Failed(_) => label("broken", RED),
        Outcome::Untouched if score.renamed.is_some() => label("renamed", YELLOW),
        Outcome::Untouched if score.notes.contains(&Note::HasNoDrafts) => label("waits", YELLOW),
        Outcome::Untouched if score.standing == Standing::Clean && score.moved_from.is_some() => label("to move", YELLOW),
        Outcome::Untouched if score.standing == Standing::Clean && score.waits_for.is_some() => label("waits", YELLOW),
        _ => state(score),
    }
}

/// What became of a score in a run. Where nothing was done, that its file was renamed here is said instead.
pub(super) fn result(score: &ScoreReport) -> Label {
    match score.outcome {
        Outcome::Untouched if score.renamed.is_some() => label("renamed", YELLOW),
        Outcome::Untouched if score.notes.contains(&Note::HasNoDrafts) => label("waits", YELLOW),
        _ => outcome(&score.outcome),
    }
}

/// What became of a score.
pub(super) fn outcome(outcome: &Outcome) -> Label {
    match outcome {
        Outcome::Untouched => label("unchanged", DIM),
        Outcome::Planned(action) => label(planned(action), YELLOW),
        Outcome::Done(action) => label(done(action), GREEN),
        Outcome::Conflict(_) => label("conflict", RED),
        Outcome::Refused(_) => label("refused", RED),
        Outcome::Failed(_) => label("failed", RED),
    }
}

/// What was done.
pub(super) fn done(action: &Action) -> &'static str {
    match action {
        Action::Pulled { merged: true, .. } => "merged",
        Action::Pulled { .. } => "pulled",
        Action::Resolved { .. } => "resolved",
        Action::Marked { .. } => "marked",
        Action::Recorded { .. } => "recorded",
        Action::Pushed { promoted: true, changes, .. } if !changes.any() => "promoted",
        Action::Pushed { .. } => "pushed",
        Action::Removed => "removed",
        Action::Moved => "moved",
    }
}

fn planned(action: &Action) -> &'static str {
    match action {
        Action::Pulled { merged: true, .. } => "to merge",
        Action::Pulled { .. } => "to pull",
        Action::Resolved { .. } => "to resolve",
        Action::Marked { .. } => "to mark",
        Action::Recorded { .. } => "to record",
        Action::Pushed { promoted: true, changes, .. } if !changes.any() => "to promote",
        Action::Pushed { .. } => "to push",
        Action::Removed => "to remove",
        Action::Moved => "to move",
    }
}

/// The documents that changed, by name.
pub(super) fn documents(kind: SyncKind, changes: Changes) -> &'static str {
    match (changes.code, changes.guidelines) {
        (true, _) if kind.is_standalone() => "configuration",
        (true, true) => "code and guidelines",
        (true, false) => "code",
        (false, true) => "guidelines",
        (false, false) => "",
    }
}

/// What there is to say about a standing; with a clock also by whom and when.
pub(super) fn standing_detail(score: &ScoreReport, clock: Option<&Clock>) -> String {
    let behind = || ahead_behind::behind(score, clock).map(|behind| behind + ": ").unwrap_or_default();
    let documents = |changes| documents(score.paths.kind(), changes);
    let and = |parts: [Option<String>; 3]| parts.into_iter().flatten().collect::<Vec<_>>().join("; ");
    match score.standing {
        Standing::Modified(changes) => {
            let ahead = score.ahead_behind.as_ref().and_then(|_| ahead_behind::ahead(score));
            and([Some(documents(changes).to_owned()), ahead, ahead_behind::forks(score, clock)])
        }
        Standing::Behind(changes) => format!("{}{} in Plexus", behind(), documents(changes)),
        Standing::Diverged { local, remote } => {
            let both = format!("{}{} in Plexus, {} here", behind(), documents(remote), documents(local));
            and([Some(both), ahead_behind::forks(score, clock), None])
        }
        Standing::Ahead => and([ahead_behind::ahead(score), ahead_behind::forks(score, clock), None]),
        Standing::Reformatted => "only the formatting of the code changed".to_owned(),
        Standing::Converged => "the champion is now the same as your files".to_owned(),
        Standing::DeletedLocally => renamed(score).unwrap_or_else(|| "no file here".to_owned()),
        Standing::GoneRemotely { clean: true } => "no longer in Plexus".to_owned(),
        Standing::GoneRemotely { clean: false } => "no longer in Plexus, edited here".to_owned(),
        Standing::Empty | Standing::New => "no champion yet".to_owned(),
        Standing::NotPulled => String::new(),
        Standing::Adopted { current: true } => "the files match the champion".to_owned(),
        Standing::Adopted { current: false } => score.found.as_deref().map_or_else(String::new, found),
        Standing::UnknownBase if is_unrelated(score) => UNRELATED.to_owned(),
        Standing::UnknownBase => "the files match no version".to_owned(),
        Standing::Clean | Standing::Broken => String::new(),
    }
}

/// Which version the files are, without anybody having edited them.
fn found(found: &Found) -> String {
    let version = found.version.short();
    match (found.behind, found.ahead) {
        (Some(behind), _) => format!("the files are version {version}, {behind} behind the champion"),
        (None, Some(ahead)) => format!("the files are version {version}, {ahead} ahead of the champion"),
        (None, None) => format!("the files are version {version}"),
    }
}

/// Where the files of a score seem to have gone.
pub(super) fn renamed(score: &ScoreReport) -> Option<String> {
    let renamed = score.renamed.as_ref()?;
    let (from, to) = (&score.paths.code, &renamed.to);
    let to = beside(to, from);
    let alike = match renamed.percent {
        100 => "identical".to_owned(),
        percent => format!("{percent} % the same; its edits are not synced"),
    };
    Some(format!("{} → {} here, {alike}", plain(from.file_name()), plain(to)))
}

/// Where the files of a score that was renamed in Plexus went, or go with the next pull.
pub(super) fn moves(score: &ScoreReport, verb: Verb) -> Option<String> {
    let when = match &score.outcome {
        _ if verb == Verb::Status => " with the next pull",
        Outcome::Planned(Action::Pulled { .. } | Action::Moved) | Outcome::Done(Action::Pulled { .. } | Action::Moved) => "",
        _ => return None,
    };
    Some(format!("renamed in Plexus: {}{when}", arrow(&score.moved_from.as_ref()?.code, &score.paths.code)))
}

/// Why the files of a score that was renamed in Plexus stay where they are, or why those of a new one do not come.
pub(super) fn waits(score: &ScoreReport) -> Option<String> {
    let in_the_way = score.waits_for.as_ref()?;
    let goal = code_of(in_the_way)?;
    if goal == score.paths.code {
        return Some(format!("waits until {} is free: another score's file is there", plain(in_the_way.file_name())));
    }
    let way = arrow(&score.paths.code, &goal);
    let free = match *in_the_way == goal {
        true => "that place is free".to_owned(),
        false => format!("{} is gone", plain(beside(in_the_way, &score.paths.code))),
    };
    Some(format!("renamed in Plexus: {way} waits until {free}"))
}

fn arrow(from: &RelPath, to: &RelPath) -> String {
    format!("{} → {}", plain(from.file_name()), plain(beside(to, from)))
}

/// A path as it is told of one in a scorecard: without the folder, if it is in the same one.
pub(super) fn beside<'p>(path: &'p RelPath, of: &RelPath) -> &'p str {
    path.as_str().strip_prefix(of.folder()).and_then(|rest| rest.strip_prefix('/')).unwrap_or(path.as_str())
}

/// What else a person should know.
pub(super) fn note(note: Note) -> &'static str {
    match note {
        Note::GuidelinesDropped => "the champion has no guidelines any more; yours are kept, and the next push sends them",
        Note::GuidelinesWithoutCode => "guidelines are edited, but cannot be pushed without the code file",
        Note::Promoted => "your version was promoted",
        Note::HasNoDrafts => "it runs as soon as it is pushed: scoresync push --promote",
        Note::Reformatted => "only the formatting of the code differs from its version",
    }
}

/// What there is to say about something done, or planned.
pub(super) fn action_detail(action: &Action, planned: bool) -> String {
    let documents = |id: &VersionId, changes| documents(SyncKind::of_version(id), changes);
    let version = |docs: &str, id: &VersionId| {
        let comma = if docs.is_empty() { "" } else { ", " };
        format!("{docs}{comma}version {}", id.short())
    };
    match action {
        Action::Pulled { version: id, written, .. } => version(documents(id, *written), id),
        Action::Resolved { version: id, documents: ended, written } => {
            version(documents(id, *ended), id) + &taken_along(*ended, *written)
        }
        Action::Marked { version: id, documents: marked, written } => {
            format!("{}, not merged yet{}", version(documents(id, *marked), id), taken_along(*marked, *written))
        }
        Action::Recorded { version: id } => version("", id),
        Action::Pushed { version: id, changes, existed, promoted } => {
            let existed = if *existed && changes.any() { ", was there already" } else { "" };
            let champion = match (*promoted, planned) {
                (false, _) => "",
                (true, false) => ", now champion",
                (true, true) => ", to be champion",
            };
            version(documents(id, *changes), id) + existed + champion
        }
        Action::Removed | Action::Moved => String::new(),
    }
}

/// What was written beside the documents in conflict, because it merged by itself.
fn taken_along(conflicting: Changes, written: Changes) -> String {
    match documents(SyncKind::Score, written.except(conflicting)) {
        "" => String::new(),
        merged => format!("; {merged} merged"),
    }
}

/// How something ended that an earlier run had begun.
pub fn recovered(recovered: &Recovered) -> String {
    match recovered {
        Recovered::Operation(operation) => recovered_operation(operation),
        Recovered::Run(run) => recovered_run(run),
    }
}

/// How a run that replaces files ended.
pub fn recovered_run(recovered: &RecoveredRun) -> String {
    let done = recovered.files.iter().filter(|file| file.outcome.is_done()).count();
    let mut text = format!("finished what an interrupted {} began: {}", recovered.run.kind, counted(done, "file"));
    for file in recovered.left() {
        let why = match &file.outcome {
            RestoreOutcome::Failed(error) => error.reason(),
            RestoreOutcome::SyncedSince => "its score was synced again since".to_owned(),
            _ => "changed since".to_owned(),
        };
        text += &format!("; left alone: {} ({why})", file.path);
    }
    for path in &recovered.kept_aside {
        text += &format!("; somebody saved at that moment, see {path}");
    }
    plain(&text).into_owned()
}

fn recovered_operation(recovered: &RecoveredOperation) -> String {
    let how = match recovered.outcome {
        RecoveryOutcome::Pushed => "is pushed",
        RecoveryOutcome::Created => "is champion of a new score",
        RecoveryOutcome::Promoted => "is champion",
        RecoveryOutcome::TakenBack => "is champion again",
        RecoveryOutcome::NotPromoted => "did not become champion",
    };
    format!("finished what an interrupted run began: version {} of {} {how}", recovered.version.short(), recovered.path)
}
